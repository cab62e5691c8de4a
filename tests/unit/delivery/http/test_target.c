#include "http/target.h"
#include "testing.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char *folder;

static int set_up(void **state)
{
    (void)state;
    unsetenv("CREDENTIALS_DIRECTORY");
    folder = fg_testing_folder();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unsetenv("CREDENTIALS_DIRECTORY");
    fg_testing_remove(folder);
    return 0;
}

static fg_backend_options options_for(const char *url)
{
    return (fg_backend_options){.url = url, .timeout = 10, .connect_timeout = 5};
}

static char *write_token(const char *text)
{
    char *path = fg_testing_path(folder, "token");
    fg_testing_write(path, text, strlen(text));
    return path;
}

static void the_endpoint_is_added_to_the_url(void **state)
{
    (void)state;
    static const char *const table[][2] = {
        {"http://localhost:5000", "http://localhost:5000/api/auth_logs"},
        {"http://localhost:5000/", "http://localhost:5000/api/auth_logs"},
        {"HTTPS://door.example", "HTTPS://door.example/api/auth_logs"},
        {"http://[::1]:8080", "http://[::1]:8080/api/auth_logs"},
        {"https://nas/door/", "https://nas/door/api/auth_logs"},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        fg_backend_options options = options_for(table[i][0]);
        fg_target target;
        fg_error error = {""};
        assert_int_equal(fg_target_init(&target, &options, &error), 0);
        assert_string_equal(target.endpoint, table[i][1]);
        assert_int_equal(target.timeout_ms, 10000);
        assert_int_equal(target.connect_timeout_ms, 5000);
        fg_target_release(&target);
    }
}

static void a_url_that_cannot_be_is_refused(void **state)
{
    (void)state;
    static const char *const table[][2] = {
        {"", "backend_url must start with http:// or https://"},
        {"localhost:5000", "backend_url must start with http:// or https://"},
        {"ftp://door.example", "backend_url must start with http:// or https://"},
        {"file:///etc/passwd", "backend_url must start with http:// or https://"},
        {"http://door.example?x=1",
         "backend_url must end before the \"?\" or \"#\": facegate adds /api/auth_logs"},
        {"http://door.example#x",
         "backend_url must end before the \"?\" or \"#\": facegate adds /api/auth_logs"},
        {"http://me:secret@door.example",
         "backend_url must not contain a user name or password: use token_file"},
        {"http://", "backend_url: No host part in the URL"},
        {"http://door.example:99999", "backend_url: Port number was not a decimal number between "
                                      "0 and 65535"},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        fg_backend_options options = options_for(table[i][0]);
        fg_error error = {""};
        assert_int_equal(fg_backend_check_options(&options, &error), -EINVAL);
        assert_string_equal(error.text, table[i][1]);
    }
}

static void a_token_goes_only_over_https_or_to_loopback(void **state)
{
    (void)state;
    static const struct {
        const char *url, *host;
    } table[] = {
        {"https://door.example", NULL},
        {"http://localhost:5000", NULL},
        {"http://LocalHost", NULL},
        {"http://127.0.0.1:5000", NULL},
        {"http://127.9.8.7", NULL},
        {"http://[::1]:5000", NULL},
        {"http://door.example", "door.example"},
        {"http://192.168.1.7:5000", "192.168.1.7"},
        {"http://localhost.example", "localhost.example"},
        {"http://127.0.0.1.example", "127.0.0.1.example"},
        {"http://128.0.0.1", "128.0.0.1"},
        {"http://[::2]", "[::2]"},
        {"http://0.0.0.0", "0.0.0.0"},
    };
    char *path = write_token("word\n");
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        fg_backend_options options = options_for(table[i].url);
        options.token_file = path;
        fg_error error = {""};
        int result = fg_backend_check_options(&options, &error);
        if (table[i].host == NULL) {
            assert_int_equal(result, 0);
            continue;
        }
        char expected[1024];
        snprintf(expected, sizeof(expected),
                 "token_file %s: the token would be sent unprotected over http to %s: use https in "
                 "backend_url, or remove the token",
                 path, table[i].host);
        assert_int_equal(result, -EINVAL);
        assert_string_equal(error.text, expected);
    }
    free(path);
}

static void a_token_is_trimmed_and_read_anew_each_time(void **state)
{
    (void)state;
    char token[FG_TOKEN_SIZE];
    char *path = write_token(" \tfirst-word \r\n\n");
    fg_backend_options options = options_for("http://localhost:5000");
    options.token_file = path;
    fg_target target;
    assert_int_equal(fg_target_init(&target, &options, NULL), 0);
    assert_int_equal(fg_target_token(&target, token, NULL), 0);
    assert_string_equal(token, "first-word");
    free(write_token("second"));
    assert_int_equal(fg_target_token(&target, token, NULL), 0);
    assert_string_equal(token, "second");
    fg_target_release(&target);
    free(path);
}

static void a_token_that_cannot_be_is_refused_and_not_shown(void **state)
{
    (void)state;
    static char huge[5000];
    memset(huge, 'x', sizeof(huge) - 1);
    const struct {
        const char *text, *why;
        int code;
    } table[] = {
        {"", " is empty", -EINVAL},
        {" \n", " is empty", -EINVAL},
        {"two words", ": a token must be one word of visible ASCII characters", -EINVAL},
        {"sec\nret: injected", ": a token must be one word of visible ASCII characters", -EINVAL},
        {"secret\x01", ": a token must be one word of visible ASCII characters", -EINVAL},
        {"secr\xc3\xa8t", ": a token must be one word of visible ASCII characters", -EINVAL},
        {huge, ": has 4999 bytes, more than the 4096 allowed", -EFBIG},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char expected[1024];
        char *path = write_token(table[i].text);
        fg_backend_options options = options_for("https://door.example");
        options.token_file = path;
        fg_error error = {""};
        snprintf(expected, sizeof(expected), "token_file %s%s", path, table[i].why);
        assert_int_equal(fg_backend_check_options(&options, &error), table[i].code);
        assert_string_equal(error.text, expected);
        free(path);
    }
}

static void a_systemd_credential_serves_where_no_file_is_configured(void **state)
{
    (void)state;
    char token[FG_TOKEN_SIZE];
    fg_backend_options options = options_for("http://localhost:5000");
    fg_target target;
    setenv("CREDENTIALS_DIRECTORY", folder, 1);
    assert_int_equal(fg_target_init(&target, &options, NULL), 0);
    assert_int_equal(fg_target_token(&target, token, NULL), 0);
    assert_string_equal(token, "");
    fg_target_release(&target);

    free(write_token("credential\n"));
    assert_int_equal(fg_target_init(&target, &options, NULL), 0);
    assert_int_equal(fg_target_token(&target, token, NULL), 0);
    assert_string_equal(token, "credential");
    fg_target_release(&target);

    options.url = "http://door.example";
    assert_int_equal(fg_backend_check_options(&options, NULL), -EINVAL);
}

static void a_file_that_is_not_there_is_named_with_its_key(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        static const char *const keys[] = {"token_file", "ca_file", "client_cert", "client_key"};
        char expected[512];
        fg_backend_options options = options_for("https://door.example");
        const char **places[] = {&options.token_file, &options.ca_file, &options.client_cert,
                                 &options.client_key};
        fg_error error = {""};
        *places[i] = "/nonexistent/file";
        snprintf(expected, sizeof(expected), "%s /nonexistent/file: No such file or directory",
                 keys[i]);
        assert_int_equal(fg_backend_check_options(&options, &error), -ENOENT);
        assert_string_equal(error.text, expected);
    }
}

static void seconds_out_of_range_are_refused(void **state)
{
    (void)state;
    fg_error error = {""};
    fg_backend_options options = options_for("http://localhost");
    options.timeout = 0;
    assert_int_equal(fg_backend_check_options(&options, &error), -EINVAL);
    assert_string_equal(error.text, "timeout must be more than 0 and at most 86400 seconds");
    options.timeout = 1;
    options.connect_timeout = -1;
    assert_int_equal(fg_backend_check_options(&options, &error), -EINVAL);
    assert_string_equal(error.text,
                        "connect_timeout must be more than 0 and at most 86400 seconds");
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(the_endpoint_is_added_to_the_url),
        WITH_FOLDER(a_url_that_cannot_be_is_refused),
        WITH_FOLDER(a_token_goes_only_over_https_or_to_loopback),
        WITH_FOLDER(a_token_is_trimmed_and_read_anew_each_time),
        WITH_FOLDER(a_token_that_cannot_be_is_refused_and_not_shown),
        WITH_FOLDER(a_systemd_credential_serves_where_no_file_is_configured),
        WITH_FOLDER(a_file_that_is_not_there_is_named_with_its_key),
        WITH_FOLDER(seconds_out_of_range_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
