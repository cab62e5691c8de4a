/* What is sent to break it: the right 4xx, nothing stored, and it goes on. */
#include "backend_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define FIELDS                                                                                     \
    "--bb\r\nContent-Disposition: form-data; name=\"timestamp\"\r\n\r\n2026-11-22T15:04:05\r\n"    \
    "--bb\r\nContent-Disposition: form-data; name=\"status\"\r\n\r\nAccepted\r\n"                  \
    "--bb\r\nContent-Disposition: form-data; name=\"rfid_id\"\r\n\r\nD8E2F1G3\r\n"
#define USER(text) "--bb\r\nContent-Disposition: form-data; name=\"user_name\"\r\n\r\n" text "\r\n"
#define IMAGE                                                                                      \
    "--bb\r\nContent-Disposition: form-data; name=\"image\"; filename=\"face_image.jpg\"\r\n"      \
    "Content-Type: image/jpeg\r\n\r\n"

static backend_server server;
static uint8_t *jpeg;
static size_t jpeg_size;

static int set_up(void **state)
{
    (void)state;
    jpeg = fg_testing_jpeg(320, 240, 1, &jpeg_size);
    backend_server_open(&server, NULL);
    return 0;
}

/* Whatever came: it runs, it has stored nothing, and takes a good entry. */
static int tear_down(void **state)
{
    (void)state;
    assert_true(fg_process_runs(&server.process));
    assert_int_equal(backend_server_count(&server), 0);
    assert_int_equal(backend_server_pictures(&server), 0);
    backend_answer answer = backend_server_post(&server, "Ada", jpeg, jpeg_size, NULL);
    assert_int_equal(answer.status, 201);
    backend_answer_free(&answer);
    assert_int_equal(backend_server_drafts(&server), 0);
    backend_server_stop(&server);
    backend_server_close(&server);
    free(jpeg);
    return 0;
}

/* A body from pieces, of which the picture is one. */
typedef struct form {
    char *data;
    size_t size;
} form;

static void append(form *of, const void *data, size_t size)
{
    of->data = realloc(of->data, of->size + size + 1);
    assert_non_null(of->data);
    memcpy(of->data + of->size, data, size);
    of->size += size;
    of->data[of->size] = '\0';
}

static void append_text(form *of, const char *text)
{
    append(of, text, strlen(text));
}

static void expect_of(const char *type, const char *body, size_t size, long status,
                      const char *text)
{
    char expected[512];
    snprintf(expected, sizeof(expected), "{\"error\":\"%s\"}\n", text);
    backend_answer answer = backend_server_call(
        &server, "/api/auth_logs",
        &(backend_call){.body = body, .body_size = size, .type = type, .headers = {"Expect:"}});
    if (answer.status != status || strcmp(answer.body, expected) != 0) {
        fail_msg("expected %ld %s, got %ld %s", status, expected, answer.status, answer.body);
    }
    backend_answer_free(&answer);
}

static void expect(const char *body, size_t size, long status, const char *text)
{
    expect_of("multipart/form-data; boundary=bb", body, size, status, text);
}

static void expect_text(const char *body, long status, const char *text)
{
    expect(body, strlen(body), status, text);
}

static void nothing_outside_the_folder_is_served(void **state)
{
    (void)state;
    static const char *const spellings[] = {
        "/static/img/../../entries.db",
        "/static/img/..%2f..%2fentries.db",
        "/static/img/%2e%2e/%2e%2e/entries.db",
        "/static/img/%2e%2e%2f%2e%2e%2fentries.db",
        "/static/img/..%252f..%252fentries.db",
        "/static/img/..%5c..%5centries.db",
        "/static/img/..\\..\\entries.db",
        "/static/img//etc/passwd",
        "/static/img/%2fetc%2fpasswd",
        "/static/img/....//....//entries.db",
        "/static/img/..;/..;/entries.db",
        "/static/img/%c0%ae%c0%ae/%c0%ae%c0%ae/entries.db",
        "/static/img/%uff0e%uff0e/entries.db",
        "/static/img/..%00/entries.db",
        "/static/img/20261122-145501-0123456789abcdef.jpg%00/../../entries.db",
        "/static/img/20261122-145501-0123456789abcdef.jpg/../../../entries.db",
        "/static/img/./././../../entries.db",
        "/static/../entries.db",
        "/../../../../../../etc/passwd",
        "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/static/img/file:///etc/passwd",
        "/static/img/",
        "/static/img/.",
        "/static/img/%2e",
        "/static/img/lock",
        "/entries.db",
    };
    for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
        backend_answer answer = backend_server_get(&server, spellings[i]);
        if (answer.status != 404 && answer.status != 400) {
            fail_msg("%s: %ld %s", spellings[i], answer.status, answer.body);
        }
        assert_null(strstr(answer.body, "root:"));
        assert_null(strstr(answer.body, "SQLite format"));
        backend_answer_free(&answer);
    }
}

static void targets_that_are_no_path_are_refused(void **state)
{
    (void)state;
    static const char *const targets[] = {"*", "http://localhost/", "nothing", "localhost:80"};
    static const char *const methods[] = {"GET", "OPTIONS", "CONNECT", "POST"};
    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        for (size_t j = 0; j < sizeof(methods) / sizeof(methods[0]); j++) {
            char request[160];
            int length = snprintf(request, sizeof(request),
                                  "%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n"
                                  "Connection: close\r\n\r\n",
                                  methods[j], targets[i]);
            char *answer = backend_server_raw(&server, request, (size_t)length, true);
            if (strncmp(answer, "HTTP/1.1 400 ", 13) != 0) {
                fail_msg("%s %s: %s", methods[j], targets[i], answer);
            }
            free(answer);
        }
    }
}

static void broken_forms_are_refused(void **state)
{
    (void)state;
    expect_text(FIELDS USER("Ada"), 400, "the form has no end");
    expect_text("", 400, "Missing field: image");
    expect_text(
        "--x\r\nContent-Disposition: form-data; name=\"status\"\r\n\r\nAccepted\r\n--x--\r\n", 400,
        "Missing field: image");
    expect_text(FIELDS USER("Ada") "--bb--\r\n", 400, "Missing field: image");
    expect_text(FIELDS USER("Ada") USER("Bob") "--bb--\r\n", 400, "user_name is given twice");
    expect_text("--bb\r\nContent-Disposition: form-data; name=\"evil\"\r\n\r\nx\r\n--bb--\r\n", 400,
                "Unknown field: evil");
    expect_text("--bb\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\nx\r\n--bb--\r\n",
                400, "image is not a file: its part needs a filename");
    expect_text("--bb\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a\"\r\n"
                "Content-Transfer-Encoding: base64\r\n\r\nx\r\n--bb--\r\n",
                400, "a part of the form is encoded: send it as it is");
    expect_of("multipart/form-data", FIELDS, sizeof(FIELDS) - 1, 400,
              "the form's content type has no boundary of 2 to 70 characters");
    expect_of("text/xml", "<a/>", 4, 415, "content type text/xml is not supported");
}

static void expect_user(const char *bytes, size_t size, const char *text)
{
    form body = {0};
    append_text(&body, FIELDS IMAGE);
    append(&body, jpeg, jpeg_size);
    append_text(&body, "\r\n--bb\r\nContent-Disposition: form-data; name=\"user_name\"\r\n\r\n");
    append(&body, bytes, size);
    append_text(&body, "\r\n--bb--\r\n");
    expect(body.data, body.size, 400, text);
    free(body.data);
}

static void bytes_that_are_no_text_are_refused(void **state)
{
    (void)state;
    static char long_name[300];
    memset(long_name, 'a', sizeof(long_name));
    expect_user("Ada\0Bob", 7, "user_name has a control character (U+0000)");
    expect_user("\0", 1, "user_name has a control character (U+0000)");
    expect_user("\xC3\x28", 2, "user_name is not valid UTF-8");
    expect_user("\xED\xA0\x80", 3, "user_name is not valid UTF-8");
    expect_user("A\x1B[31m", 6, "user_name has a control character (U+001B)");
    expect_user("A\r\nB", 4, "user_name has a control character (U+000D)");
    expect_user("  ", 2, "Missing field: user_name");
    expect_user("", 0, "Missing field: user_name");
    expect_user(long_name, 257, "user_name has 257 bytes, more than the 256 allowed");
    expect_of("application/json", "{\"user_name\":\"\\u0000\"}", 22, 400,
              "the body has a character U+0000");
}

static void expect_picture(const void *picture, size_t size, long status, const char *text)
{
    form body = {0};
    append_text(&body, FIELDS USER("Ada") IMAGE);
    append(&body, picture, size);
    append_text(&body, "\r\n--bb--\r\n");
    expect(body.data, body.size, status, text);
    free(body.data);
}

static void pictures_that_are_none_are_refused(void **state)
{
    (void)state;
    static const char gif[] = "GIF89a\1\0\1\0\x80\0\0\0\0\0\xFF\xFF\xFF!\xF9\4\1\0\0\0\0,\0\0\0\0\1"
                              "\0\1\0\0\2\2D\1\0;";
    expect_picture(gif, sizeof(gif) - 1, 400, "image is not a JPEG");
    expect_picture("", 0, 400, "image is empty");
    expect_picture(jpeg, jpeg_size / 2, 400, "image is an incomplete JPEG: its end is missing");
    expect_picture("\xFF\xD8\xFF\xD9", 4, 400, "image is a JPEG that cannot be decoded");
    form twice = {0};
    append_text(&twice, FIELDS USER("Ada") IMAGE);
    append(&twice, jpeg, jpeg_size);
    append_text(&twice, "\r\n" IMAGE);
    append(&twice, jpeg, jpeg_size);
    append_text(&twice, "\r\n--bb--\r\n");
    expect(twice.data, twice.size, 400, "image is given twice");
    free(twice.data);
}

static void what_is_too_large_is_413(void **state)
{
    (void)state;
    form body = {0};
    size_t size = 17u << 20;
    char *large = calloc(1, size);
    assert_non_null(large);
    memcpy(large, jpeg, jpeg_size);
    expect_picture(large, size, 413, "the request has more than the 16777216 bytes allowed");
    memset(large, 'a', size);
    append_text(&body, FIELDS "--bb\r\nContent-Disposition: form-data; name=\"user_name\"\r\n\r\n");
    append(&body, large, 70000);
    append_text(&body, "\r\n--bb--\r\n");
    expect(body.data, body.size, 413, "user_name has more than the 65536 bytes allowed");
    expect_of("application/json", large, 600000, 413,
              "the JSON has more than the 524288 bytes allowed");
    free(body.data);
    free(large);
}

static void a_hundred_thousand_parts_are_refused(void **state)
{
    (void)state;
    static const char part[] =
        "--bb\r\nContent-Disposition: form-data; name=\"reason\"\r\n\r\n\r\n";
    static const char nameless[] = "--bb\r\nX: y\r\n\r\nx\r\n";
    form body = {0}, without = {0};
    body.data = malloc(100000 * sizeof(part));
    without.data = malloc(100000 * sizeof(nameless));
    assert_non_null(body.data);
    assert_non_null(without.data);
    for (int i = 0; i < 100000; i++) {
        memcpy(body.data + body.size, part, sizeof(part) - 1);
        body.size += sizeof(part) - 1;
        memcpy(without.data + without.size, nameless, sizeof(nameless) - 1);
        without.size += sizeof(nameless) - 1;
    }
    expect(body.data, body.size, 400, "the form has more than 32 parts");
    expect(without.data, without.size, 400, "a part of the form has no name");
    free(body.data);
    free(without.data);
}

/* What comes back to these bytes is a 4xx, or where that is fine too, nothing. */
static void expect_raw(const char *bytes, size_t size, bool may_be_silent)
{
    char *answer = backend_server_raw(&server, bytes, size, !may_be_silent);
    if (strncmp(answer, "HTTP/1.1 4", 10) != 0 && !(may_be_silent && answer[0] == '\0')) {
        fail_msg("expected a 4xx, got \"%.200s\"", answer);
    }
    free(answer);
}

static void bombs_of_headers_are_refused(void **state)
{
    (void)state;
    form bomb = {0}, many = {0}, line = {0};
    char *large = malloc(1 << 20);
    assert_non_null(large);
    memset(large, 'a', 1 << 20);
    append_text(&bomb, "GET / HTTP/1.1\r\nHost: localhost\r\nX: ");
    append(&bomb, large, 1 << 20);
    append_text(&bomb, "\r\n\r\n");
    expect_raw(bomb.data, bomb.size, false);
    append_text(&many, "GET / HTTP/1.1\r\nHost: localhost\r\n");
    for (int i = 0; i < 20000; i++) {
        append_text(&many, "X-Header: of many\r\n");
    }
    append_text(&many, "\r\n");
    expect_raw(many.data, many.size, false);
    append_text(&line, "GET /");
    append(&line, large, 1 << 20);
    append_text(&line, " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    expect_raw(line.data, line.size, false);
    free(bomb.data);
    free(many.data);
    free(line.data);
    free(large);
}

static void lies_about_the_length_store_nothing(void **state)
{
    (void)state;
    static const char *const heads[] = {
        "Content-Length: 100000\r\n\r\n",
        "Content-Length: 5\r\n\r\n",
        "Content-Length: -1\r\n\r\n",
        "Content-Length: 99999999999999999999999\r\n\r\n",
        "Content-Length: 1e3\r\n\r\n",
        "Content-Length: 10, 20\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nZZ\r\n",
        "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n",
        "Transfer-Encoding: chunked\r\n\r\n-1\r\n",
    };
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        form request = {0};
        append_text(&request, "POST /api/auth_logs HTTP/1.1\r\nHost: localhost\r\n"
                              "Content-Type: multipart/form-data; boundary=bb\r\n");
        append_text(&request, heads[i]);
        append_text(&request, FIELDS USER("Ada") IMAGE);
        append(&request, jpeg, jpeg_size);
        append_text(&request, "\r\n--bb--\r\n");
        char *answer = backend_server_raw(&server, request.data, request.size, false);
        if (strncmp(answer, "HTTP/1.1 2", 10) == 0) {
            fail_msg("%s: %s", heads[i], answer);
        }
        free(answer);
        free(request.data);
    }
    expect_raw("\0\0\0\0", 4, true);
    expect_raw("\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03\r\n\r\n", 15, true);
}

static void without_a_token_only_this_machine_is_served(void **state)
{
    (void)state;
    static const char *const hosts[] = {"Host: evil.example", "Host: 192.168.1.2:5000",
                                        "Host: localhost.evil.example"};
    for (size_t i = 0; i < 3; i++) {
        backend_answer answer =
            backend_server_call(&server, "/api/auth_logs", &(backend_call){.headers = {hosts[i]}});
        assert_int_equal(answer.status, 403);
        assert_string_equal(answer.body,
                            "{\"error\":\"without a token only localhost is served: use "
                            "http://localhost or an address of this machine itself, or "
                            "--token-file\"}\n");
        backend_answer_free(&answer);
    }
    /* Without any; libmicrohttpd 1.0 turns that away itself, as HTTP/1.1 wants it. */
    backend_answer nameless =
        backend_server_call(&server, "/api/auth_logs", &(backend_call){.headers = {"Host:"}});
    assert_true(nameless.status == 403 || nameless.status == 400);
    backend_answer_free(&nameless);
}

static void pages_of_other_sites_may_not_send(void **state)
{
    (void)state;
    static const char *const headers[] = {"Origin: http://evil.example", "Origin: null",
                                          "Sec-Fetch-Site: cross-site",
                                          "Sec-Fetch-Site: same-site"};
    for (size_t i = 0; i < 4; i++) {
        backend_answer answer = backend_server_call(
            &server, "/api/auth_logs",
            &(backend_call){
                .body = "timestamp=2026-11-22T15:04:05&status=Accepted&rfid_id=1&user_name=Ada",
                .type = "application/x-www-form-urlencoded",
                .headers = {headers[i]}});
        assert_int_equal(answer.status, 403);
        assert_string_equal(answer.body,
                            "{\"error\":\"requests from pages of other sites are not allowed\"}\n");
        backend_answer_free(&answer);
    }
}

/* Opens connections that send half a request, more than are let in. */
static void connections_that_say_nothing_do_not_keep_others_out(void **state)
{
    (void)state;
    int sockets[60];
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)server.port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    for (int i = 0; i < 60; i++) {
        sockets[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_int_equal(connect(sockets[i], (const struct sockaddr *)&address, sizeof(address)),
                         0);
        assert_int_equal(send(sockets[i], "GET / HTTP/1.1\r\nX: ", 19, MSG_NOSIGNAL), 19);
    }
    backend_answer answer = backend_server_get(&server, "/healthz");
    assert_int_equal(answer.status, 200);
    backend_answer_free(&answer);
    for (int i = 0; i < 60; i++) {
        close(sockets[i]);
    }
}

/* With half an upload on its way, a stop is still quick. */
static void a_stop_does_not_wait_for_the_slow(void **state)
{
    (void)state;
    static const char half[] = "POST /api/auth_logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                               "multipart/form-data; boundary=bb\r\nContent-Length: "
                               "1000000\r\n\r\n" FIELDS;
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)server.port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    assert_true(send(fd, half, sizeof(half) - 1, MSG_NOSIGNAL) > 0);
    backend_answer answer = backend_server_get(&server, "/healthz");
    backend_answer_free(&answer);
    double reported = fg_testing_now();
    backend_server_stop(&server);
    /* Left alone, the connection would be there for twenty. */
    assert_true(fg_testing_now() - reported < 18);
    close(fd);
    backend_server_start(&server);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    curl_global_init(CURL_GLOBAL_DEFAULT);
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(nothing_outside_the_folder_is_served),
        TEST(targets_that_are_no_path_are_refused),
        TEST(broken_forms_are_refused),
        TEST(bytes_that_are_no_text_are_refused),
        TEST(pictures_that_are_none_are_refused),
        TEST(what_is_too_large_is_413),
        TEST(a_hundred_thousand_parts_are_refused),
        TEST(bombs_of_headers_are_refused),
        TEST(lies_about_the_length_store_nothing),
        TEST(without_a_token_only_this_machine_is_served),
        TEST(pages_of_other_sites_may_not_send),
        TEST(connections_that_say_nothing_do_not_keep_others_out),
        TEST(a_stop_does_not_wait_for_the_slow),
    };
    return cmocka_run_group_tests_name("backend_safety", tests, NULL, NULL);
}
