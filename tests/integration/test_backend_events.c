/* The stream of events that the page follows. */
#include "backend_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static backend_server server;

static int set_up(void **state)
{
    (void)state;
    backend_server_open(&server, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    backend_server_close(&server);
    return 0;
}

static void post(const char *user)
{
    char body[1024];
    snprintf(body, sizeof(body),
             "{\"timestamp\":\"2026-11-22T15:04:05\",\"status\":\"Accepted\",\"rfid_id\":\"1\","
             "\"user_name\":\"%s\"}",
             user);
    backend_answer answer = backend_server_call(
        &server, "/api/auth_logs", &(backend_call){.body = body, .type = "application/json"});
    assert_int_equal(answer.status, 201);
    backend_answer_free(&answer);
}

typedef struct stream {
    int fd;
    char text[4 << 20];
    size_t size;
} stream;

/* By HTTP/1.0, so that the stream is not in chunks. */
static void listen_to(stream *of, const char *last_id)
{
    char request[256];
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)server.port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    of->size = 0;
    of->text[0] = '\0';
    of->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(of->fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    int length = snprintf(request, sizeof(request),
                          "GET /api/events HTTP/1.0\r\nHost: localhost\r\n%s%s%s\r\n",
                          last_id != NULL ? "Last-Event-ID: " : "", last_id != NULL ? last_id : "",
                          last_id != NULL ? "\r\n" : "");
    assert_int_equal(send(of->fd, request, (size_t)length, MSG_NOSIGNAL), length);
}

/* Reads until the text is there; false when the stream ends before. */
static bool reads(stream *of, const char *text)
{
    /* Comments that keep the stream alive come all the time. */
    double deadline = fg_testing_now() + FG_TESTING_PATIENCE;
    while (strstr(of->text, text) == NULL) {
        struct pollfd ready = {.fd = of->fd, .events = POLLIN};
        if (poll(&ready, 1, (int)(FG_TESTING_PATIENCE * 1000)) != 1 ||
            fg_testing_now() > deadline) {
            fail_msg("\"%s\" did not come: %s", text, of->text);
        }
        ssize_t got = recv(of->fd, of->text + of->size, sizeof(of->text) - of->size - 1, 0);
        if (got <= 0) {
            return false;
        }
        of->size += (size_t)got;
        of->text[of->size] = '\0';
    }
    return true;
}

static int count(const stream *of, const char *text)
{
    int found = 0;
    for (const char *at = of->text; (at = strstr(at, text)) != NULL; at++) {
        found++;
    }
    return found;
}

static stream first, second;

static void new_entries_are_reported_to_all(void **state)
{
    (void)state;
    post("Before");
    listen_to(&first, NULL);
    listen_to(&second, NULL);
    assert_true(reads(&first, "id: 1\n\n"));
    assert_true(reads(&second, "id: 1\n\n"));
    post("Ada \\\"<script>\\\"");
    assert_true(reads(&first, "id: 2\nevent: entry\ndata: {\"id\":2,"));
    assert_true(reads(&second, "\"user_name\":\"Ada \\\"<script>\\\"\""));
    assert_non_null(strstr(first.text, "Content-Type: text/event-stream"));
    assert_int_equal(count(&first, "event: entry"), 1);
    close(first.fd);
    close(second.fd);
    post("Nobody listens");
}

static void who_comes_back_gets_what_was_missed(void **state)
{
    (void)state;
    for (int i = 1; i <= 5; i++) {
        post("Ada");
    }
    listen_to(&first, "2");
    assert_true(reads(&first, "id: 5\nevent: entry"));
    assert_int_equal(count(&first, "event: entry"), 3);
    assert_null(strstr(first.text, "id: 2\n"));
    post("Ada");
    assert_true(reads(&first, "id: 6\nevent: entry"));
    close(first.fd);
    listen_to(&first, "7000");
    assert_true(reads(&first, "event: reset\ndata: {}\n\n"));
    close(first.fd);
    listen_to(&first, "' OR 1=1");
    assert_true(reads(&first, "id: 6\n\n"));
    close(first.fd);
}

static void who_missed_too_much_starts_anew(void **state)
{
    (void)state;
    for (int i = 0; i < 1003; i++) {
        post("Ada");
    }
    listen_to(&first, "3");
    assert_true(reads(&first, "id: 1003\nevent: entry"));
    assert_int_equal(count(&first, "event: entry"), 1000);
    close(first.fd);
    listen_to(&first, "2");
    assert_true(reads(&first, "id: 1003\nevent: reset\ndata: {}\n\n"));
    assert_int_equal(count(&first, "event: entry"), 0);
    close(first.fd);
}

static void what_retention_deletes_is_reported(void **state)
{
    (void)state;
    backend_server_stop(&server);
    server.options[0] = "--keep-days";
    server.options[1] = "30";
    backend_server_start(&server);
    listen_to(&first, NULL);
    assert_true(reads(&first, "retry: 2000\n"));
    backend_answer answer = backend_server_call(
        &server, "/api/auth_logs",
        &(backend_call){.body =
                            "timestamp=2001-01-01T00:00:00&status=Accepted&rfid_id=1&user_name=Ada",
                        .type = "application/x-www-form-urlencoded"});
    assert_int_equal(answer.status, 201);
    backend_answer_free(&answer);
    backend_server_age(&server, 31);
    assert_true(reads(&first, "event: gone\ndata: {\"before_id\":"));
    close(first.fd);
    assert_int_equal(backend_server_count(&server), 0);
}

static void listeners_are_bounded(void **state)
{
    (void)state;
    static stream many[64];
    for (int i = 0; i < 64; i++) {
        listen_to(&many[i], NULL);
        assert_true(reads(&many[i], "retry: 2000\n"));
    }
    backend_answer answer = backend_server_get(&server, "/api/events");
    assert_int_equal(answer.status, 503);
    assert_string_equal(answer.body, "{\"error\":\"too many listeners\"}\n");
    assert_non_null(strstr(answer.header, "Retry-After: "));
    backend_answer_free(&answer);
    post("Ada");
    for (int i = 0; i < 64; i++) {
        assert_true(reads(&many[i], "event: entry"));
        close(many[i].fd);
    }
}

/* What it was not sent lies in the ring that all have, and the others never wait for it. */
static void one_that_does_not_read_costs_nobody_anything(void **state)
{
    (void)state;
    static char name[250];
    memset(name, 'a', sizeof(name) - 1);
    listen_to(&second, NULL);
    listen_to(&first, NULL);
    assert_true(reads(&first, "retry: 2000\n"));
    long before = fg_process_memory(server.process.pid, "VmRSS");
    for (int i = 0; i < 3000; i++) {
        post(name);
    }
    assert_true(reads(&first, "id: 3000\n"));
    assert_true(fg_process_memory(server.process.pid, "VmRSS") - before < 40000);
    close(first.fd);
    close(second.fd);
}

static void a_stop_ends_the_streams(void **state)
{
    (void)state;
    listen_to(&first, NULL);
    assert_true(reads(&first, "retry: 2000\n"));
    backend_server_stop(&server);
    assert_false(reads(&first, "never"));
    close(first.fd);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    curl_global_init(CURL_GLOBAL_DEFAULT);
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(new_entries_are_reported_to_all), TEST(who_comes_back_gets_what_was_missed),
        TEST(who_missed_too_much_starts_anew), TEST(what_retention_deletes_is_reported),
        TEST(listeners_are_bounded),           TEST(one_that_does_not_read_costs_nobody_anything),
        TEST(a_stop_ends_the_streams),
    };
    return cmocka_run_group_tests_name("backend_events", tests, NULL, NULL);
}
