/* The wire contract, and what goes beyond it, over real HTTP. */
#include "backend_server.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

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

static int tear_down(void **state)
{
    (void)state;
    backend_server_stop(&server);
    backend_server_close(&server);
    free(jpeg);
    return 0;
}

static int64_t id_of(const backend_answer *answer)
{
    cJSON *json = cJSON_Parse(answer->body);
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(json, "id");
    assert_true(cJSON_IsNumber(id));
    int64_t number = (int64_t)id->valuedouble;
    cJSON_Delete(json);
    return number;
}

static void post_json(const char *timestamp, const char *status, const char *rfid, const char *user)
{
    char body[512];
    snprintf(body, sizeof(body),
             "{\"timestamp\":\"%s\",\"status\":\"%s\",\"rfid_id\":\"%s\",\"user_name\":\"%s\"%s}",
             timestamp, status, rfid, user,
             strcmp(status, "Refused") == 0 ? ",\"reason\":\"Visage non reconnu\"" : "");
    backend_answer answer = backend_server_call(
        &server, "/api/auth_logs", &(backend_call){.body = body, .type = "application/json"});
    assert_int_equal(answer.status, 201);
    backend_answer_free(&answer);
}

static void a_multipart_entry_is_stored_with_its_picture(void **state)
{
    (void)state;
    backend_answer answer = backend_server_post(&server, "Ada", jpeg, jpeg_size, NULL);
    assert_int_equal(answer.status, 201);
    cJSON *json = cJSON_Parse(answer.body);
    assert_string_equal(backend_text(json, "message"), "Log created successfully");
    char path[256];
    snprintf(path, sizeof(path), "%s", backend_text(json, "image_path"));
    assert_memory_equal(path, "/static/img/", 12);
    cJSON_Delete(json);
    backend_answer_free(&answer);

    answer = backend_server_get(&server, path);
    assert_int_equal(answer.status, 200);
    assert_int_equal(answer.size, jpeg_size);
    assert_memory_equal(answer.body, jpeg, jpeg_size);
    assert_non_null(strstr(answer.header, "Content-Type: image/jpeg"));
    assert_non_null(strstr(answer.header, "immutable"));
    backend_answer_free(&answer);

    cJSON *list = backend_server_list(&server, "");
    const cJSON *entry = cJSON_GetArrayItem(list, 0);
    assert_int_equal(cJSON_GetArraySize(list), 1);
    assert_string_equal(backend_text(entry, "timestamp"), "2026-11-22T15:04:05");
    assert_string_equal(backend_text(entry, "status"), "Accepted");
    assert_string_equal(backend_text(entry, "rfid_id"), "D8E2F1G3");
    assert_string_equal(backend_text(entry, "user_name"), "Ada");
    assert_string_equal(backend_text(entry, "image_path"), path);
    assert_null(cJSON_GetObjectItemCaseSensitive(entry, "reason"));
    cJSON_Delete(list);
}

static void the_four_checks_of_test_backend_pass(void **state)
{
    (void)state;
    char *config = fg_testing_path(server.folder, "facegate.conf");
    fg_testing_write(config, "", 0);
    const char *argv[] = {FG_FACEGATE,     "test-backend", "--config", config,
                          "--backend-url", server.url,     NULL};
    char *output = NULL;
    int code = fg_process_run(server.folder, argv, NULL, FG_TESTING_PATIENCE, &output);
    int passed = 0;
    for (const char *at = output; (at = strstr(at, "ok  ")) != NULL; at++) {
        passed++;
    }
    if (code != 0 || passed != 4) {
        fail_msg("ended with %d:\n%s", code, output);
    }
    free(output);
    free(config);
}

static void json_and_url_encoded_entries_are_stored(void **state)
{
    (void)state;
    post_json("2026-11-22T15:04:05", "Refused", "00000000", "Inconnu");
    backend_answer answer = backend_server_call(
        &server, "/api/auth_logs",
        &(backend_call){.body = "timestamp=2026-11-22T15%3A04%3A06&status=Accepted&rfid_id=a%26b&"
                                "user_name=%C3%89lodie+B",
                        .type = "application/x-www-form-urlencoded"});
    assert_int_equal(answer.status, 201);
    assert_non_null(strstr(answer.body, "\"image_path\":null"));
    backend_answer_free(&answer);
    cJSON *list = backend_server_list(&server, "");
    assert_string_equal(backend_text(cJSON_GetArrayItem(list, 0), "reason"), "Visage non reconnu");
    assert_string_equal(backend_text(cJSON_GetArrayItem(list, 1), "rfid_id"), "a&b");
    assert_string_equal(backend_text(cJSON_GetArrayItem(list, 1), "user_name"), "Élodie B");
    cJSON_Delete(list);
}

static void a_key_seen_before_gives_the_first_entry(void **state)
{
    (void)state;
    backend_answer first = backend_server_post(&server, "Ada", jpeg, jpeg_size, "order 66 ~");
    backend_answer again = backend_server_post(&server, "Ada", jpeg, jpeg_size, "order 66 ~");
    assert_int_equal(again.status, 201);
    assert_int_equal(id_of(&first), id_of(&again));
    cJSON *one = cJSON_Parse(first.body), *two = cJSON_Parse(again.body);
    assert_string_equal(backend_text(one, "image_path"), backend_text(two, "image_path"));
    cJSON_Delete(one);
    cJSON_Delete(two);
    backend_answer_free(&first);
    backend_answer_free(&again);
    backend_server_stop(&server);
    backend_server_start(&server);
    again = backend_server_post(&server, "Ada", jpeg, jpeg_size, "order 66 ~");
    assert_int_equal(id_of(&again), 1);
    backend_answer_free(&again);
    assert_int_equal(backend_server_count(&server), 1);
    assert_int_equal(backend_server_pictures(&server), 1);
    assert_int_equal(backend_server_drafts(&server), 0);
}

static int64_t twin_ids[8];

static void *post_twin(void *context)
{
    int64_t *id = context;
    backend_answer answer = backend_server_post(&server, "Ada", jpeg, jpeg_size, "twin");
    *id = answer.status == 201 ? id_of(&answer) : -1;
    backend_answer_free(&answer);
    return NULL;
}

static void one_key_at_the_same_time_stores_one(void **state)
{
    (void)state;
    pthread_t threads[8];
    for (int i = 0; i < 8; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, post_twin, &twin_ids[i]), 0);
    }
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(twin_ids[i], 1);
    }
    assert_int_equal(backend_server_count(&server), 1);
    assert_int_equal(backend_server_pictures(&server), 1);
}

static void keys_that_are_none_are_refused(void **state)
{
    (void)state;
    static char long_key[200] = "Idempotency-Key: ";
    memset(long_key + 17, 'k', 128);
    backend_call call = {
        .body = "timestamp=2026-11-22T15:04:05&status=Accepted&rfid_id=1&user_name=Ada",
        .type = "application/x-www-form-urlencoded",
        .headers = {long_key}};
    backend_answer answer = backend_server_call(&server, "/api/auth_logs", &call);
    assert_int_equal(answer.status, 201);
    backend_answer_free(&answer);
    long_key[17 + 128] = 'k';
    answer = backend_server_call(&server, "/api/auth_logs", &call);
    assert_int_equal(answer.status, 400);
    assert_string_equal(
        answer.body, "{\"error\":\"Idempotency-Key must be 1 to 128 visible ASCII characters\"}\n");
    backend_answer_free(&answer);
    call.headers[0] = "Idempotency-Key: caf\xC3\xA9";
    answer = backend_server_call(&server, "/api/auth_logs", &call);
    assert_int_equal(answer.status, 400);
    backend_answer_free(&answer);
    assert_int_equal(backend_server_count(&server), 1);
}

static void expect_ids(const char *query, const int *ids, int count)
{
    cJSON *list = backend_server_list(&server, query);
    assert_int_equal(cJSON_GetArraySize(list), count);
    for (int i = 0; i < count; i++) {
        const cJSON *id = cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(list, i), "id");
        assert_int_equal((int)id->valuedouble, ids[i]);
    }
    cJSON_Delete(list);
}

static void filters_and_pages_give_the_newest_first(void **state)
{
    (void)state;
    post_json("2026-11-20T10:00:00", "Accepted", "A1", "Ada");
    post_json("2026-11-21T10:00:00", "Refused", "00000000", "Inconnu");
    post_json("2026-11-21T23:59:59", "Accepted", "A1", "ada lovelace");
    post_json("2026-11-22T00:00:00", "Accepted", "B2", "Élodie");
    expect_ids("?limit=2", (int[]){4, 3}, 2);
    expect_ids("?limit=2&before_id=3", (int[]){2, 1}, 2);
    expect_ids("?status=Refused", (int[]){2}, 1);
    expect_ids("?user=ADA", (int[]){3, 1}, 2);
    expect_ids("?user=%C3%A9LO", (int[]){4}, 1);
    expect_ids("?rfid=A1&user=love", (int[]){3}, 1);
    expect_ids("?from=2026-11-21&to=2026-11-21", (int[]){3, 2}, 2);
    expect_ids("?from=2026-11-21", (int[]){4, 3, 2}, 3);
    expect_ids("?to=2026-11-20", (int[]){1}, 1);
    expect_ids("?user=a+b", NULL, 0);
}

static void bad_questions_are_answered_400_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *path, *text;
    } table[] = {
        {"/api/auth_logs?limit=0", "limit must be a whole number from 1 to 1000"},
        {"/api/auth_logs?limit", "limit must be a whole number from 1 to 1000"},
        {"/api/auth_logs?page=1", "unknown parameter \\\"page\\\": use one of limit, "
                                  "before_id, status, user, rfid, from, to"},
        {"/api/auth_logs?status=%27+OR+1%3D1--", "status must be Accepted or Refused"},
        {"/api/auth_logs?before_id=1%3BDROP+TABLE+entry", "before_id must be the id of an entry"},
        {"/api/auth_logs?from=2026-11-22%27--", "from must be a day, YYYY-MM-DD"},
        {"/api/auth_logs?to=2026-02-30", "to must be a day, YYYY-MM-DD"},
        {"/api/auth_logs?user=%00", "user has a control character (U+0000)"},
        {"/api/auth_logs?user=%FF", "user is not valid UTF-8"},
        {"/api/auth_logs?rfid=%0A", "rfid has a control character (U+000A)"},
        {"/api/auth_logs?limit=1&limit=2", "limit is given twice"},
        {"/api/days?days=0", "days must be a whole number from 1 to 366"},
        {"/api/days?days=367", "days must be a whole number from 1 to 366"},
        {"/api/days?x=1", "the only parameter is days"},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char expected[512];
        snprintf(expected, sizeof(expected), "{\"error\":\"%s\"}\n", table[i].text);
        backend_answer answer = backend_server_get(&server, table[i].path);
        assert_int_equal(answer.status, 400);
        assert_string_equal(answer.body, expected);
        backend_answer_free(&answer);
    }
}

static void sql_in_a_filter_is_only_text(void **state)
{
    (void)state;
    post_json("2026-11-20T10:00:00", "Accepted", "A1", "Robert'); DROP TABLE entry;--");
    expect_ids("?user=%27%29%3B+DROP+TABLE+entry%3B--", (int[]){1}, 1);
    expect_ids("?user=%25", NULL, 0);
    expect_ids("?user=%27+OR+%271%27%3D%271", NULL, 0);
    expect_ids("?rfid=%27+OR+%271%27%3D%271", NULL, 0);
    expect_ids("?rfid=A1%27+UNION+SELECT+1--", NULL, 0);
    assert_int_equal(backend_server_count(&server), 1);
}

static void days_without_entries_are_there_too(void **state)
{
    (void)state;
    char today[32], timestamp[48];
    time_t now = time(NULL);
    struct tm local;
    localtime_r(&now, &local);
    strftime(today, sizeof(today), "%Y-%m-%d", &local);
    snprintf(timestamp, sizeof(timestamp), "%sT00:00:00", today);
    post_json(timestamp, "Accepted", "A1", "Ada");
    post_json(timestamp, "Accepted", "A1", "Ada");
    post_json(timestamp, "Refused", "00000000", "Inconnu");
    post_json("2001-01-01T00:00:00", "Refused", "00000000", "Inconnu");
    static const int counts[] = {1, 14, 366};
    for (size_t i = 0; i < 3; i++) {
        char path[64];
        snprintf(path, sizeof(path), "/api/days?days=%d", counts[i]);
        backend_answer answer = backend_server_get(&server, counts[i] == 14 ? "/api/days" : path);
        cJSON *days = cJSON_Parse(answer.body);
        assert_int_equal(cJSON_GetArraySize(days), counts[i]);
        const cJSON *last = cJSON_GetArrayItem(days, counts[i] - 1);
        assert_string_equal(backend_text(last, "day"), today);
        assert_int_equal(cJSON_GetObjectItemCaseSensitive(last, "accepted")->valueint, 2);
        assert_int_equal(cJSON_GetObjectItemCaseSensitive(last, "refused")->valueint, 1);
        for (int day = 0; day + 1 < counts[i]; day++) {
            const cJSON *one = cJSON_GetArrayItem(days, day);
            const cJSON *next = cJSON_GetArrayItem(days, day + 1);
            assert_true(strcmp(backend_text(one, "day"), backend_text(next, "day")) < 0);
            assert_int_equal(cJSON_GetObjectItemCaseSensitive(one, "refused")->valueint, 0);
        }
        cJSON_Delete(days);
        backend_answer_free(&answer);
    }
}

static void health_and_metrics_tell_how_it_is(void **state)
{
    (void)state;
    backend_answer answer = backend_server_post(&server, "Ada", jpeg, jpeg_size, NULL);
    backend_answer_free(&answer);
    answer = backend_server_get(&server, "/nothing");
    assert_int_equal(answer.status, 404);
    backend_answer_free(&answer);
    answer = backend_server_get(&server, "/healthz");
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.body, "ok\n");
    backend_answer_free(&answer);
    answer = backend_server_get(&server, "/metrics");
    assert_int_equal(answer.status, 200);
    assert_non_null(strstr(answer.header, "text/plain; version=0.0.4"));
    assert_non_null(strstr(answer.body, "\nfacegate_backend_entries{status=\"Accepted\"} 1\n"));
    assert_non_null(strstr(answer.body, "\nfacegate_backend_entries{status=\"Refused\"} 0\n"));
    assert_non_null(strstr(answer.body, "\nfacegate_backend_requests_total{code=\"201\"} 1\n"));
    assert_non_null(strstr(answer.body, "\nfacegate_backend_requests_total{code=\"404\"} 1\n"));
    assert_non_null(strstr(answer.body, "\nfacegate_backend_database_bytes "));
    backend_answer_free(&answer);
}

/* A macro, since clang takes two strings in a row of many for a comma forgotten. */
#define POLICY                                                                                     \
    "Content-Security-Policy: default-src 'self'; img-src 'self'; object-src 'none'; "             \
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'\r\n"

static void every_answer_has_its_headers(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "/",        "/page.js", "/api/auth_logs", "/api/auth_logs?limit=0",
        "/healthz", "/nothing", "/static/img/x",  "/metrics"};
    static const char *const headers[] = {
        POLICY, "X-Content-Type-Options: nosniff\r\n", "Referrer-Policy: no-referrer\r\n",
        "Cross-Origin-Resource-Policy: same-origin\r\n", "Cache-Control: no-"};
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        backend_answer answer = backend_server_get(&server, paths[i]);
        for (size_t j = 0; j < sizeof(headers) / sizeof(headers[0]); j++) {
            if (strstr(answer.header, headers[j]) == NULL) {
                fail_msg("%s lacks %s:\n%s", paths[i], headers[j], answer.header);
            }
        }
        backend_answer_free(&answer);
    }
}

static void the_page_is_known_by_its_tag(void **state)
{
    (void)state;
    char header[128];
    backend_answer answer = backend_server_get(&server, "/");
    assert_int_equal(answer.status, 200);
    assert_non_null(strstr(answer.header, "Content-Type: text/html; charset=utf-8"));
    assert_non_null(strstr(answer.header, "Cache-Control: no-cache"));
    const char *tag = strstr(answer.header, "ETag: ");
    assert_non_null(tag);
    snprintf(header, sizeof(header), "If-None-Match: %.*s", (int)strcspn(tag + 6, "\r"), tag + 6);
    backend_answer_free(&answer);
    answer = backend_server_call(&server, "/", &(backend_call){.headers = {header}});
    assert_int_equal(answer.status, 304);
    assert_int_equal(answer.size, 0);
    backend_answer_free(&answer);
    answer = backend_server_call(&server, "/", &(backend_call){.method = "HEAD"});
    assert_int_equal(answer.status, 200);
    assert_int_equal(answer.size, 0);
    backend_answer_free(&answer);
}

static void other_methods_are_405(void **state)
{
    (void)state;
    static const struct {
        const char *method, *path;
        long status;
    } table[] = {
        {"PUT", "/api/auth_logs", 405},     {"DELETE", "/api/auth_logs", 405},
        {"OPTIONS", "/api/auth_logs", 405}, {"POST", "/api/days", 405},
        {"POST", "/nothing", 404},          {"TRACE", "/", 405},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        backend_answer answer =
            backend_server_call(&server, table[i].path, &(backend_call){.method = table[i].method});
        assert_int_equal(answer.status, table[i].status);
        backend_answer_free(&answer);
    }
}

static bool ada_is_gone(void *context)
{
    (void)context;
    int files = 0;
    int found = fg_testing_search(server.data, "Ada", &files);
    assert_true(files >= 2); /* the database and its log, which is open */
    return found == 0;
}

/* The two times of an entry, its door's and the backend's: what has just come in stays. */
static void old_entries_go_with_their_pictures(void **state)
{
    (void)state;
    static const char *const dated[] = {"2001-01-01T00:00:00", "9999-12-31T23:59:59"};
    for (size_t i = 0; i < 2; i++) {
        server.timestamp = dated[i];
        backend_answer answer = backend_server_post(&server, "Ada", jpeg, jpeg_size, NULL);
        assert_int_equal(answer.status, 201);
        backend_answer_free(&answer);
    }
    server.timestamp = NULL;
    assert_false(ada_is_gone(NULL));
    backend_server_stop(&server);
    backend_server_age(&server, 31);
    backend_server_start(&server);
    post_json("2001-01-01T00:00:00", "Refused", "00000000", "Inconnu");
    backend_server_stop(&server);
    server.options[0] = "--keep-days";
    server.options[1] = "32";
    backend_server_start(&server);
    assert_int_equal(backend_server_count(&server), 3);
    backend_server_stop(&server);
    server.options[1] = "30";
    backend_server_start(&server);
    fg_process_expect(&server.process, "Deleted 2 entries older than 30 days", FG_TESTING_PATIENCE);
    cJSON *list = backend_server_list(&server, "");
    assert_int_equal(cJSON_GetArraySize(list), 1);
    assert_string_equal(backend_text(cJSON_GetArrayItem(list, 0), "user_name"), "Inconnu");
    assert_int_equal(backend_server_pictures(&server), 0);
    cJSON_Delete(list);
    assert_true(fg_testing_wait(ada_is_gone, NULL, FG_TESTING_PATIENCE));
    backend_server_stop(&server);
    backend_server_age(&server, 2);
    server.options[1] = "1";
    backend_server_start(&server);
    fg_process_expect(&server.process, "Deleted 1 entry older than 1 day\n", FG_TESTING_PATIENCE);
    server.options[0] = NULL;
}

static bool is_below(void *context)
{
    (void)context;
    return backend_server_pictures(&server) < 60;
}

static void too_much_goes_the_oldest_first(void **state)
{
    (void)state;
    size_t size = 0;
    uint8_t *large = fg_testing_jpeg(640, 480, 3, &size);
    backend_server_stop(&server);
    server.options[0] = "--max-bytes";
    server.options[1] = "1048576";
    backend_server_start(&server);
    int posted = (int)(3 * 1048576 / size) + 1;
    for (int i = 0; i < posted; i++) {
        backend_answer answer = backend_server_post(&server, "Ada", large, size, NULL);
        assert_int_equal(answer.status, 201);
        backend_answer_free(&answer);
    }
    assert_true(fg_testing_wait(is_below, NULL, FG_TESTING_PATIENCE));
    cJSON *list = backend_server_list(&server, "");
    int left = cJSON_GetArraySize(list);
    assert_in_range(left, 1, (int)(1048576 / size));
    const cJSON *last = cJSON_GetArrayItem(list, left - 1);
    assert_int_equal(cJSON_GetObjectItemCaseSensitive(last, "id")->valueint, posted);
    cJSON_Delete(list);
    free(large);
    server.options[0] = NULL;
}

int main(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_multipart_entry_is_stored_with_its_picture),
        TEST(the_four_checks_of_test_backend_pass),
        TEST(json_and_url_encoded_entries_are_stored),
        TEST(a_key_seen_before_gives_the_first_entry),
        TEST(one_key_at_the_same_time_stores_one),
        TEST(keys_that_are_none_are_refused),
        TEST(filters_and_pages_give_the_newest_first),
        TEST(bad_questions_are_answered_400_by_name),
        TEST(sql_in_a_filter_is_only_text),
        TEST(days_without_entries_are_there_too),
        TEST(health_and_metrics_tell_how_it_is),
        TEST(every_answer_has_its_headers),
        TEST(the_page_is_known_by_its_tag),
        TEST(other_methods_are_405),
        TEST(old_entries_go_with_their_pictures),
        TEST(too_much_goes_the_oldest_first),
    };
    return cmocka_run_group_tests_name("backend_http", tests, NULL, NULL);
}
