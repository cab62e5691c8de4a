/* Who may come in, and on what terms the backend starts at all. */
#include "backend_server.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#define TOKEN  "0123456789abcdef0123456789abcdef"
#define BEARER "Authorization: Bearer " TOKEN
#define ENTRY  "timestamp=2026-11-22T15:04:05&status=Accepted&rfid_id=1&user_name=Ada"
#define FORM   "application/x-www-form-urlencoded"

static backend_server server;
static char *outside; /* the token's and the certificate's folder */
static char *token_file, *cert, *key;

static int set_up(void **state)
{
    (void)state;
    outside = fg_testing_folder();
    token_file = fg_testing_path(outside, "token");
    cert = fg_testing_path(outside, "cert.pem");
    key = fg_testing_path(outside, "key.pem");
    fg_testing_write(token_file, TOKEN "\n", sizeof(TOKEN));
    server.options[0] = "--token-file";
    server.options[1] = token_file;
    backend_server_open(&server, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    backend_server_close(&server);
    free(token_file);
    free(cert);
    free(key);
    fg_testing_remove(outside);
    return 0;
}

static void expect(const char *path, const backend_call *call, long status)
{
    backend_answer answer = backend_server_call(&server, path, call);
    if (answer.status != status) {
        fail_msg("%s: expected %ld, got %ld %s", path, status, answer.status, answer.body);
    }
    backend_answer_free(&answer);
}

static void everything_but_the_login_wants_the_token(void **state)
{
    (void)state;
    static const char *const closed[] = {"/api/auth_logs", "/api/days", "/api/events", "/metrics",
                                         "/static/img/20261122-145501-0123456789abcdef.jpg"};
    for (size_t i = 0; i < sizeof(closed) / sizeof(closed[0]); i++) {
        backend_answer answer = backend_server_get(&server, closed[i]);
        assert_int_equal(answer.status, 401);
        assert_non_null(strstr(answer.header, "WWW-Authenticate: Bearer"));
        assert_string_equal(answer.body, "{\"error\":\"the bearer token is missing\"}\n");
        backend_answer_free(&answer);
    }
    expect("/api/auth_logs", &(backend_call){.body = ENTRY, .type = FORM}, 401);
    expect("/api/auth_logs", &(backend_call){.body = ENTRY, .type = FORM, .headers = {BEARER}},
           201);
    expect("/api/auth_logs", &(backend_call){.headers = {BEARER}}, 200);
    expect("/metrics", &(backend_call){.headers = {BEARER}}, 200);
    expect("/healthz", &(backend_call){.method = NULL}, 200);
    expect("/api/auth_logs", &(backend_call){.headers = {BEARER "0"}}, 401);
    expect("/api/auth_logs", &(backend_call){.headers = {"Authorization: Basic " TOKEN}}, 401);
}

static void the_page_asks_to_log_in(void **state)
{
    (void)state;
    backend_answer page = backend_server_get(&server, "/");
    backend_answer login = backend_server_get(&server, "/login");
    assert_int_equal(page.status, 200);
    assert_string_equal(page.body, login.body);
    assert_non_null(strstr(login.body, "name=\"token\""));
    backend_answer_free(&page);
    backend_answer_free(&login);
}

/* "Cookie: facegate=..." of a login. */
static void log_in(char ret_cookie[128])
{
    backend_answer answer = backend_server_call(
        &server, "/login", &(backend_call){.body = "token=" TOKEN, .type = FORM});
    assert_int_equal(answer.status, 303);
    assert_non_null(strstr(answer.header, "Location: /\r\n"));
    const char *cookie = strstr(answer.header, "Set-Cookie: ");
    assert_non_null(cookie);
    cookie += 12;
    assert_non_null(strstr(cookie, "; Secure"));
    assert_non_null(strstr(cookie, "; HttpOnly"));
    assert_non_null(strstr(cookie, "; SameSite=Strict"));
    assert_non_null(strstr(cookie, "; Path=/;"));
    assert_null(strstr(cookie, TOKEN));
    snprintf(ret_cookie, 128, "Cookie: %.*s", (int)strcspn(cookie, ";"), cookie);
    backend_answer_free(&answer);
}

static void a_session_looks_but_does_not_write(void **state)
{
    (void)state;
    char cookie[128];
    log_in(cookie);
    expect("/api/auth_logs", &(backend_call){.headers = {cookie}}, 200);
    expect("/api/auth_logs", &(backend_call){.body = ENTRY, .type = FORM, .headers = {cookie}},
           401);
    backend_answer page = backend_server_call(&server, "/", &(backend_call){.headers = {cookie}});
    assert_non_null(strstr(page.body, "page.js"));
    backend_answer_free(&page);
    expect("/api/auth_logs",
           &(backend_call){.headers = {"Cookie: facegate=00000000000000000000000000000000"}}, 401);
    expect("/logout",
           &(backend_call){.method = "POST", .headers = {cookie, "Sec-Fetch-Site: cross-site"}},
           403);
    expect("/api/auth_logs", &(backend_call){.headers = {cookie}}, 200);
    expect("/logout", &(backend_call){.method = "POST", .headers = {cookie}}, 303);
    expect("/api/auth_logs", &(backend_call){.headers = {cookie}}, 401);
}

static void a_session_ends_with_the_backend(void **state)
{
    (void)state;
    char cookie[128];
    log_in(cookie);
    backend_server_stop(&server);
    backend_server_start(&server);
    expect("/api/auth_logs", &(backend_call){.headers = {cookie}}, 401);
}

static void wrong_tokens_are_limited(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++) {
        expect("/login", &(backend_call){.body = "token=wrong", .type = FORM}, 401);
    }
    backend_answer answer = backend_server_call(
        &server, "/login", &(backend_call){.body = "token=" TOKEN, .type = FORM});
    assert_int_equal(answer.status, 429);
    const char *after = strstr(answer.header, "Retry-After: ");
    assert_non_null(after);
    assert_in_range(atoi(after + 13), 1, 6);
    backend_answer_free(&answer);
    answer = backend_server_call(&server, "/api/auth_logs", &(backend_call){.headers = {BEARER}});
    assert_int_equal(answer.status, 429);
    assert_non_null(strstr(answer.header, "Retry-After: "));
    backend_answer_free(&answer);
}

/* One line at once, the next after a minute or at the end; never what was sent. */
static void wrong_tokens_are_reported_in_the_log(void **state)
{
    (void)state;
    static const char *const guesses[] = {"token=guess", "token=guess%0AERROR%20injected",
                                          "token=guess%1B%5B31m", "token=guess%25s%25n",
                                          "token=" TOKEN "guess"};
    expect("/api/auth_logs", &(backend_call){.headers = {"Authorization: Bearer guess"}}, 401);
    fg_process_expect(&server.process,
                      "WARN  main    Wrong token from 127.0.0.1: ", FG_TESTING_PATIENCE);
    for (size_t i = 0; i < sizeof(guesses) / sizeof(guesses[0]); i++) {
        expect("/login", &(backend_call){.body = guesses[i], .type = FORM}, 401);
    }
    backend_server_stop(&server);
    char *output = fg_process_output(&server.process);
    const char *last = strstr(output, "WARN  main    5 wrong tokens, the last from "
                                      "127.0.0.1: a door with another token, or a guess\n");
    assert_non_null(last);
    assert_null(strstr(last + 1, "WARN "));
    assert_null(strstr(output, "injected"));
    assert_null(strstr(output, TOKEN));
    free(output);
    backend_server_start(&server);
}

static void over_tls_all_is_the_same(void **state)
{
    (void)state;
    char cookie[128];
    const char *const make[] = {"openssl",
                                "req",
                                "-x509",
                                "-newkey",
                                "ec",
                                "-pkeyopt",
                                "ec_paramgen_curve:prime256v1",
                                "-nodes",
                                "-days",
                                "2",
                                "-subj",
                                "/CN=localhost",
                                "-addext",
                                "subjectAltName=DNS:localhost,IP:127.0.0.1",
                                "-keyout",
                                key,
                                "-out",
                                cert,
                                NULL};
    char *output = NULL;
    assert_int_equal(fg_process_run(outside, make, NULL, FG_TESTING_PATIENCE, &output), 0);
    free(output);
    backend_server_stop(&server);
    server.options[2] = "--tls-cert";
    server.options[3] = cert;
    server.options[4] = "--tls-key";
    server.options[5] = key;
    server.ca = cert;
    backend_server_start(&server);
    char *out = fg_process_output(&server.process);
    assert_non_null(strstr(out, "listening on https://127.0.0.1:"));
    free(out);
    log_in(cookie);
    expect("/api/auth_logs", &(backend_call){.headers = {cookie}}, 200);
    expect("/api/auth_logs", &(backend_call){.body = ENTRY, .type = FORM, .headers = {BEARER}},
           201);
    backend_server_stop(&server);
}

typedef struct refusal {
    const char *options[8];
    int code;
    const char *text;
} refusal;

static void it_does_not_start_where_it_would_not_be_safe(void **state)
{
    (void)state;
    char broken[600], missing[600];
    const refusal table[] = {
        {{"--listen", "0.0.0.0:0"},
         78,
         "facegate: 0.0.0.0:0 can be reached from other machines, and without a token anyone there "
         "could read and write: use --token-file, or listen on 127.0.0.1\n"},
        {{"--listen", "[::]:0", "--insecure-http"},
         78,
         "facegate: [::]:0 can be reached from other machines, and without a token anyone there "
         "could read and write: use --token-file, or listen on 127.0.0.1\n"},
        {{"--listen", "0.0.0.0:0", "--token-file", token_file},
         78,
         "facegate: 0.0.0.0:0 can be reached from other machines, and over plain http anyone on "
         "the way could read the token: use --tls-cert and --tls-key, or --insecure-http if a "
         "proxy in front of it terminates TLS\n"},
        {{"--listen", "example.org:80"},
         78,
         "facegate: \"example.org:80\" is not an address to listen on: use ADDRESS:PORT, for "
         "example 127.0.0.1:5000 or [::1]:5000\n"},
        {{"--listen", "127.0.0.1:0", "--tls-cert", cert},
         78,
         "facegate: --tls-cert and --tls-key go together\n"},
        {{"--listen", "127.0.0.1:0", "--token-file", missing}, 78, NULL},
        {{"--listen", "127.0.0.1:0", "--tls-cert", token_file, "--tls-key", token_file}, 78, NULL},
        {{"--listen", "127.0.0.1:0", "--keep-days", "0"},
         2,
         "facegate backend: --keep-days must be a whole number from 1 to 36500\n"
         "Try \"facegate help backend\".\n"},
        {{"--listen", "127.0.0.1:0", "--max-bytes", "1k"},
         2,
         "facegate backend: --max-bytes must be a whole number, 1048576 or more\n"
         "Try \"facegate help backend\".\n"},
        {{"--listen", "127.0.0.1:0", "--config", "x"},
         2,
         "facegate backend: unknown option --config\n"
         "Try \"facegate help backend\".\n"},
    };
    snprintf(missing, sizeof(missing), "%s/none", outside);
    snprintf(broken, sizeof(broken), "%s/data", outside);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        const char *argv[16] = {FG_FACEGATE, "backend", "--data", broken};
        char *output = NULL;
        for (size_t j = 0; j < 8 && table[i].options[j] != NULL; j++) {
            argv[4 + j] = table[i].options[j];
        }
        int code = fg_process_run(outside, argv, NULL, FG_TESTING_PATIENCE, &output);
        if (table[i].text != NULL) {
            assert_string_equal(output, table[i].text);
        }
        assert_memory_equal(output, "facegate", 8);
        assert_int_equal(code, table[i].code);
        free(output);
    }
}

static void a_folder_has_one_backend(void **state)
{
    (void)state;
    char expected[1200];
    const char *argv[] = {FG_FACEGATE, "backend",     "--data", server.data,
                          "--listen",  "127.0.0.1:0", NULL};
    char *output = NULL;
    assert_int_equal(fg_process_run(outside, argv, NULL, FG_TESTING_PATIENCE, &output), 1);
    snprintf(expected, sizeof(expected),
             "facegate: the folder %s is in use by another backend: stop it first, or use another "
             "folder with --data\n",
             server.data);
    assert_string_equal(output, expected);
    free(output);
}

/* Reads messages until one has `text` in it. */
static void expect_message(int fd, const char *text)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    char message[1024];
    do {
        assert_int_equal(poll(&ready, 1, (int)(FG_TESTING_PATIENCE * 1000)), 1);
        ssize_t size = recv(fd, message, sizeof(message) - 1, 0);
        assert_true(size > 0);
        message[size] = '\0';
    } while (strstr(message, text) == NULL);
}

static void systemd_hears_ready_watchdog_and_stopping(void **state)
{
    (void)state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/notify", outside);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    backend_server_stop(&server);
    setenv("NOTIFY_SOCKET", address.sun_path, 1);
    backend_server_start(&server);
    unsetenv("NOTIFY_SOCKET");
    expect_message(fd, "READY=1");
    expect_message(fd, "WATCHDOG=1");
    expect_message(fd, "WATCHDOG=1");
    backend_server_stop(&server);
    expect_message(fd, "STOPPING=1");
    close(fd);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    curl_global_init(CURL_GLOBAL_DEFAULT);
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(everything_but_the_login_wants_the_token),
        TEST(the_page_asks_to_log_in),
        TEST(a_session_looks_but_does_not_write),
        TEST(a_session_ends_with_the_backend),
        TEST(wrong_tokens_are_limited),
        TEST(wrong_tokens_are_reported_in_the_log),
        TEST(over_tls_all_is_the_same),
        TEST(it_does_not_start_where_it_would_not_be_safe),
        TEST(systemd_hears_ready_watchdog_and_stopping),
        TEST(a_folder_has_one_backend),
    };
    return cmocka_run_group_tests_name("backend_login", tests, NULL, NULL);
}
