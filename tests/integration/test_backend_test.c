/* What test-backend says of a backend that does as the contract says, and of others. */
#include "facegate/delivery/backend_test.h"
#include "post_office.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static post_office office;

/* Runs it; what it printed is to be freed. */
static int ask(bool dry_run, char **ret_text)
{
    size_t size, jpeg_size;
    uint8_t *jpeg = fg_testing_jpeg(64, 48, 1, &jpeg_size);
    FILE *output = open_memstream(ret_text, &size);
    assert_non_null(output);
    int result = fg_backend_test(&office.options, jpeg, jpeg_size, dry_run, output, NULL);
    fclose(output);
    free(jpeg);
    return result;
}

static void expect(bool dry_run, int failed, const char *expected)
{
    char *text = NULL;
    assert_int_equal(ask(dry_run, &text), failed);
    assert_string_equal(text, expected);
    free(text);
}

static void a_good_backend_passes_all_four(void **state)
{
    (void)state;
    expect(false, 0,
           "ok    multipart Accepted: 201, id 1\n"
           "ok    multipart Refused: 201, id 2\n"
           "ok    JSON only: 201, id 3\n"
           "ok    GET: 200, 3 entries, the 3 posted ones among them\n");
    cJSON *seen = fg_receiver_seen(&office.receiver);
    assert_int_equal(cJSON_GetArraySize(seen), 3);
    cJSON_Delete(seen);
}

static void a_dry_run_posts_nothing(void **state)
{
    (void)state;
    char *text = NULL;
    expect(true, 0, "ok    GET: 200, 0 entries\n");
    cJSON *seen = fg_receiver_seen(&office.receiver);
    assert_int_equal(cJSON_GetArraySize(seen), 0);
    cJSON_Delete(seen);
    assert_int_equal(ask(false, &text), 0);
    free(text);
    expect(true, 0, "ok    GET: 200, 3 entries\n");
}

static void what_is_wrong_with_a_post_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *order, *first;
    } table[] = {
        {"{\"mode\": \"status\", \"code\": 200, \"count\": 1}",
         "FAIL  multipart Accepted: expected status 201, got 200 {\"error\": \"asked to answer "
         "200\"}\n"},
        {"{\"mode\": \"status\", \"code\": 404, \"count\": 1}",
         "FAIL  multipart Accepted: expected status 201, got 404 {\"error\": \"asked to answer "
         "404\"} (check backend_url: is this the backend?)\n"},
        {"{\"mode\": \"status\", \"code\": 201, \"count\": 1}",
         "FAIL  multipart Accepted: 201, but without a whole number as id: {\"error\": \"asked to "
         "answer 201\"}\n"},
        {"{\"mode\": \"badjson\", \"count\": 1}",
         "FAIL  multipart Accepted: 201, but its answer is not a JSON object: {\"message\": \"Log "
         "created\", \"id\": 7, \"image_path\":\n"},
        {"{\"mode\": \"close\", \"count\": 1}", "FAIL  multipart Accepted: no answer: "},
        {"{\"mode\": \"close\", \"when\": \"middle\", \"count\": 1}",
         "FAIL  multipart Accepted: status 201, but its answer broke off: "},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char *text = NULL;
        fg_receiver_control(&office.receiver, table[i].order);
        assert_int_equal(ask(false, &text), 2);
        if (strncmp(text, table[i].first, strlen(table[i].first)) != 0) {
            assert_string_equal(text, table[i].first);
        }
        assert_non_null(strstr(text, "entries, but only 2 of the 3 posts had been stored\n"));
        free(text);
    }
}

static void what_is_wrong_with_the_list_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *order, *line;
    } table[] = {
        {"{\"on\": \"get\", \"mode\": \"status\", \"code\": 404, \"count\": 1}",
         "FAIL  GET: expected status 200, got 404 {\"error\": \"asked to answer 404\"} (check "
         "backend_url: is this the backend?)\n"},
        {"{\"on\": \"get\", \"mode\": \"status\", \"code\": 200, \"count\": 1}",
         "FAIL  GET: 200, but its answer is not a JSON array: {\"error\": \"asked to answer "
         "200\"}\n"},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        fg_receiver_control(&office.receiver, table[i].order);
        expect(true, 1, table[i].line);
    }
    char *text = NULL;
    fg_receiver_control(&office.receiver, "{\"on\": \"get\", \"mode\": \"garbage\", \"code\": 200, "
                                          "\"count\": 1}");
    assert_int_equal(ask(true, &text), 1);
    assert_non_null(strstr(text, "FAIL  GET: 200, but its answer is not a JSON array: ??garbage"));
    free(text);
}

static void a_log_of_any_length_is_a_healthy_one(void **state)
{
    (void)state;
    office.options.timeout = FG_TESTING_PATIENCE;
    fg_receiver_control(&office.receiver,
                        "{\"on\": \"get\", \"mode\": \"long\", \"size\": 70000000}");
    expect(true, 0, "ok    GET: 200, 1068 entries\n");
    char *text = NULL;
    assert_int_equal(ask(false, &text), 1);
    assert_non_null(strstr(text, "FAIL  GET: the entry posted as multipart Accepted, id 1, has a "
                                 "different timestamp from the one sent\n"));
    free(text);
}

static void a_failure_comes_with_what_to_do_about_it(void **state)
{
    (void)state;
    static const struct {
        int code;
        const char *advice;
    } table[] = {
        {401, " (check token_file)\n"},
        {403, " (check token_file)\n"},
        {404, " (check backend_url: is this the backend?)\n"},
        {302, " (redirects are not followed: check backend_url)\n"},
        {500, "\n"},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char order[128];
        char line[256];
        snprintf(order, sizeof(order),
                 "{\"on\": \"get\", \"mode\": \"status\", \"code\": %d, \"count\": 1}",
                 table[i].code);
        snprintf(line, sizeof(line),
                 "FAIL  GET: expected status 200, got %d {\"error\": \"asked to answer %d\"}%s",
                 table[i].code, table[i].code, table[i].advice);
        fg_receiver_control(&office.receiver, order);
        expect(true, 1, line);
    }
}

static void where_nothing_listens_each_check_says_so(void **state)
{
    (void)state;
    char *text = NULL;
    fg_receiver_stop(&office.receiver);
    assert_int_equal(ask(true, &text), 1);
    assert_non_null(strstr(text, "FAIL  GET: no answer: Failed to connect to 127.0.0.1 port "));
    free(text);
    assert_int_equal(ask(false, &text), 4);
    free(text);
}

static void options_that_cannot_be_are_an_error_and_no_check(void **state)
{
    (void)state;
    fg_error error;
    office.options.url = "ftp://backend";
    assert_int_equal(fg_backend_test(&office.options, NULL, 0, true, stdout, &error), -EINVAL);
    assert_string_equal(error.text, "backend_url must start with http:// or https://");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_OFFICE(a_good_backend_passes_all_four),
        WITH_OFFICE(a_dry_run_posts_nothing),
        WITH_OFFICE(what_is_wrong_with_a_post_is_said),
        WITH_OFFICE(what_is_wrong_with_the_list_is_said),
        WITH_OFFICE(a_log_of_any_length_is_a_healthy_one),
        WITH_OFFICE(a_failure_comes_with_what_to_do_about_it),
        WITH_OFFICE(where_nothing_listens_each_check_says_so),
        WITH_OFFICE(options_that_cannot_be_are_an_error_and_no_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
