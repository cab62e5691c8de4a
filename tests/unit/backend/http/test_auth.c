#include "facegate/clock.h"
#include "http/address.h"
#include "http/auth.h"
#include "testing.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TOKEN "0123456789abcdef"

static char *folder;
static char *path;

static int set_up(void **state)
{
    (void)state;
    folder = fg_testing_folder();
    path = fg_testing_path(folder, "token");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(path);
    fg_testing_remove(folder);
    return 0;
}

static fg_auth *auth_of(const char *text)
{
    fg_auth *auth = NULL;
    fg_error error = {""};
    fg_testing_write(path, text, strlen(text));
    assert_int_equal(fg_auth_create(path, &auth, &error), 0);
    return auth;
}

static struct sockaddr_in address_of(const char *text)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    assert_int_equal(inet_pton(AF_INET, text, &address.sin_addr), 1);
    return address;
}

static int try_from(fg_auth *auth, const char *text, const char *token, int64_t now)
{
    int seconds = 0;
    struct sockaddr_in address = address_of(text);
    int result = fg_auth_try(auth, (const struct sockaddr *)&address, token, now, &seconds);
    assert_true(result == -EAGAIN ? seconds > 0 : seconds == 0);
    return result;
}

static void the_token_lets_in_and_nothing_else(void **state)
{
    (void)state;
    fg_auth *auth = auth_of(TOKEN "\n");
    assert_false(fg_auth_is_open(auth));
    assert_int_equal(try_from(auth, "10.0.0.1", TOKEN, 1), 0);
    assert_int_equal(try_from(auth, "10.0.0.1", "0123456789abcde", 1), -EACCES);
    assert_int_equal(try_from(auth, "10.0.0.1", TOKEN "0", 1), -EACCES);
    assert_int_equal(try_from(auth, "10.0.0.1", "", 1), -EACCES);
    assert_int_equal(fg_auth_failures(auth), 3);
    fg_auth_free(auth);
}

static void an_address_is_wrong_ten_times_and_waits(void **state)
{
    (void)state;
    fg_auth *auth = auth_of(TOKEN);
    int64_t now = 1000 * FG_NS_PER_S;
    for (int i = 0; i < 10; i++) {
        assert_int_equal(try_from(auth, "10.0.0.1", "wrong", now), -EACCES);
    }
    assert_int_equal(try_from(auth, "10.0.0.1", TOKEN, now), -EAGAIN);
    assert_int_equal(try_from(auth, "10.0.0.2", TOKEN, now), 0);
    assert_int_equal(try_from(auth, "10.0.0.1", TOKEN, now + 7 * FG_NS_PER_S), 0);
    fg_auth_free(auth);
}

static void all_together_are_limited_but_not_those_who_were_right(void **state)
{
    (void)state;
    fg_auth *auth = auth_of(TOKEN);
    int64_t now = 1000 * FG_NS_PER_S;
    int refused = 0;
    assert_int_equal(try_from(auth, "10.0.0.1", TOKEN, now), 0);
    for (int i = 0; i < 200; i++) {
        char text[32];
        snprintf(text, sizeof(text), "10.1.0.%d", i);
        refused += try_from(auth, text, "wrong", now) == -EAGAIN ? 1 : 0;
    }
    assert_int_equal(refused, 100);
    assert_int_equal(try_from(auth, "10.2.0.1", TOKEN, now), -EAGAIN);
    assert_int_equal(try_from(auth, "10.0.0.1", TOKEN, now), 0);
    assert_int_equal(try_from(auth, "10.2.0.1", TOKEN, now + FG_NS_PER_S), 0);
    fg_auth_free(auth);
}

static void failures_are_taken_once_with_the_last_ones_address(void **state)
{
    (void)state;
    static const char *const sixes[] = {"2001:db8::7", "::ffff:10.0.0.3"};
    static const char *const shown[] = {"2001:db8::7", "10.0.0.3"};
    fg_auth *auth = auth_of(TOKEN);
    char from[FG_ADDRESS_NUMBER] = "untouched";
    int seconds = 0;
    assert_int_equal(try_from(auth, "10.0.0.1", TOKEN, 1), 0);
    assert_int_equal(fg_auth_take_failures(auth, from), 0);
    assert_string_equal(from, "untouched");
    assert_int_equal(try_from(auth, "10.0.0.1", "wrong", 1), -EACCES);
    assert_int_equal(try_from(auth, "10.0.0.2", "wrong", 1), -EACCES);
    assert_int_equal(fg_auth_take_failures(auth, from), 2);
    assert_string_equal(from, "10.0.0.2");
    assert_int_equal(fg_auth_take_failures(auth, from), 0);
    for (size_t i = 0; i < 2; i++) {
        struct sockaddr_in6 six = {.sin6_family = AF_INET6};
        assert_int_equal(inet_pton(AF_INET6, sixes[i], &six.sin6_addr), 1);
        assert_int_equal(fg_auth_try(auth, (const struct sockaddr *)&six, "wrong", 1, &seconds),
                         -EACCES);
        assert_int_equal(fg_auth_take_failures(auth, from), 1);
        assert_string_equal(from, shown[i]);
    }
    assert_int_equal(fg_auth_try(auth, NULL, "wrong", 1, &seconds), -EACCES);
    assert_int_equal(fg_auth_take_failures(auth, from), 1);
    assert_string_equal(from, "an unknown address");
    assert_int_equal(fg_auth_failures(auth), 5);
    fg_auth_free(auth);
}

static void a_session_lasts_its_time(void **state)
{
    (void)state;
    fg_auth *auth = auth_of(TOKEN);
    char session[FG_AUTH_SESSION];
    int64_t now = 1000 * FG_NS_PER_S;
    assert_false(fg_auth_knows(auth, "", now));
    assert_int_equal(fg_auth_login(auth, now, session), 0);
    assert_int_equal(strlen(session), 32);
    assert_true(fg_auth_knows(auth, session, now));
    assert_false(fg_auth_knows(auth, TOKEN, now));
    assert_false(fg_auth_knows(auth, session, now + 12 * 3600 * FG_NS_PER_S));
    fg_auth_logout(auth, session);
    assert_false(fg_auth_knows(auth, session, now));
    fg_auth_free(auth);
}

static void sessions_are_bounded_the_oldest_goes(void **state)
{
    (void)state;
    fg_auth *auth = auth_of(TOKEN);
    char first[FG_AUTH_SESSION], last[FG_AUTH_SESSION];
    int64_t now = 1000 * FG_NS_PER_S;
    assert_int_equal(fg_auth_login(auth, now, first), 0);
    for (int i = 1; i <= 256; i++) {
        assert_int_equal(fg_auth_login(auth, now + i, last), 0);
    }
    assert_false(fg_auth_knows(auth, first, now + 300));
    assert_true(fg_auth_knows(auth, last, now + 300));
    fg_auth_free(auth);
}

static void bad_token_files_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why;
    } table[] = {
        {"", "the token has 0 characters, it must have 16 to 1024: \"openssl rand -hex 32\" makes "
             "a good one"},
        {"x", "the token has 1 character, it must have 16 to 1024: \"openssl rand -hex 32\" makes "
              "a good one"},
        {"short\n", "the token has 5 characters, it must have 16 to 1024: \"openssl rand -hex 32\" "
                    "makes a good one"},
        {"0123456789 abcdef", "a token must be one line of visible ASCII characters"},
        {"0123456789abcdef\n0123456789abcdef\n",
         "a token must be one line of visible ASCII characters"},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        fg_auth *auth = NULL;
        fg_error error = {""};
        char expected[FG_ERROR_TEXT];
        snprintf(expected, sizeof(expected), "token file %s: %s", path, table[i].why);
        fg_testing_write(path, table[i].text, strlen(table[i].text));
        assert_int_equal(fg_auth_create(path, &auth, &error), -EINVAL);
        assert_string_equal(error.text, expected);
        assert_null(auth);
    }
}

static void hosts_of_this_machine_are_distinguished_from_others(void **state)
{
    (void)state;
    static const char *const own[] = {"localhost",      "LOCALHOST:5000", "127.0.0.1",
                                      "127.0.0.1:5000", "127.9.9.9:1",    "[::1]",
                                      "[::1]:5000"};
    static const char *const others[] = {"",
                                         "example.org",
                                         "localhost.example.org",
                                         "127.0.0.1.example.org",
                                         "10.0.0.1",
                                         "localhost:5000:x",
                                         "127.0.0.1:",
                                         "[::1",
                                         "[::2]:5000",
                                         "evil.org:127.0.0.1",
                                         "localhost:5000@evil.org"};
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        assert_true(fg_auth_host_is_loopback(own[i]));
    }
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        /* An empty port is no harm. */
        bool harmless = strcmp(others[i], "127.0.0.1:") == 0;
        assert_int_equal(fg_auth_host_is_loopback(others[i]), harmless);
    }
    assert_true(fg_auth_same_origin("http://localhost:5000", "localhost:5000"));
    assert_false(fg_auth_same_origin("http://localhost:5001", "localhost:5000"));
    assert_false(fg_auth_same_origin("null", "localhost:5000"));
    assert_false(fg_auth_same_origin("http://evil.org", "localhost:5000"));
}

static void addresses_to_listen_on_are_read_strictly(void **state)
{
    (void)state;
    static const char *const bad[] = {"",           "5000",          ":5000",    "127.0.0.1",
                                      "127.0.0.1:", "127.0.0.1:x",   "::1:5000", "127.0.0.1:65536",
                                      "[::1]",      "example.org:1", "[]:1",     "127.0.0.1:-1"};
    static const struct {
        const char *text;
        bool loopback;
    } good[] = {
        {"127.0.0.1:5000", true}, {"localhost:0", true},          {"[::1]:5000", true},
        {"0.0.0.0:80", false},    {"[::]:65535", false},          {"192.168.1.2:5000", false},
        {"127.3.2.1:1", true},    {"[::ffff:127.0.0.1]:1", true},
    };
    fg_address address;
    fg_error error;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char expected[FG_ERROR_TEXT];
        snprintf(expected, sizeof(expected),
                 "\"%s\" is not an address to listen on: use ADDRESS:PORT, for example "
                 "127.0.0.1:5000 or [::1]:5000",
                 bad[i]);
        assert_int_equal(fg_address_parse(bad[i], &address, &error), -EINVAL);
        assert_string_equal(error.text, expected);
    }
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_int_equal(fg_address_parse(good[i].text, &address, &error), 0);
        assert_int_equal(address.loopback, good[i].loopback);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_token_lets_in_and_nothing_else),
        cmocka_unit_test(an_address_is_wrong_ten_times_and_waits),
        cmocka_unit_test(all_together_are_limited_but_not_those_who_were_right),
        cmocka_unit_test(failures_are_taken_once_with_the_last_ones_address),
        cmocka_unit_test(a_session_lasts_its_time),
        cmocka_unit_test(sessions_are_bounded_the_oldest_goes),
        cmocka_unit_test(bad_token_files_are_refused),
        cmocka_unit_test(hosts_of_this_machine_are_distinguished_from_others),
        cmocka_unit_test(addresses_to_listen_on_are_read_strictly),
    };
    return cmocka_run_group_tests_name("backend_guard", tests, set_up, tear_down);
}
