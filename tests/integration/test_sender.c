#include "facegate/clock.h"
#include "facegate/version.h"
#include "post_office.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static post_office office;

static const char *text_of(const cJSON *entry, const char *name)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(entry, name);
    return cJSON_IsString(member) ? member->valuestring : "(none)";
}

static void an_event_arrives_as_the_wire_contract_says(void **state)
{
    (void)state;
    char timestamp[32], digest[65];
    fg_event event = {.status = "Refused",
                      .user_name = "Zo\xc3\xab \"1\"\r\n",
                      .rfid_id = "D8E2F1G3",
                      .reason = "Visage non reconnu"};
    int dropped;
    uint8_t *jpeg = fg_testing_jpeg(640, 480, 1, &event.jpeg_size);
    event.jpeg = jpeg;
    assert_int_equal(fg_event_stamp(&event, fg_clock_monotonic() - 3600 * FG_NS_PER_S, 1), 0);
    assert_int_equal(fg_outbox_put(office.outbox, &event, &dropped, NULL), 0);
    post_office_send(&office);
    post_office_expect_sent(&office, 1);

    cJSON *seen = fg_receiver_seen(&office.receiver);
    assert_int_equal(cJSON_GetArraySize(seen), 1);
    const cJSON *entry = cJSON_GetArrayItem(seen, 0);
    assert_string_equal(text_of(entry, "content_type"), "multipart/form-data");
    assert_string_equal(text_of(entry, "key"), event.id);
    assert_string_equal(text_of(entry, "status"), "Refused");
    assert_string_equal(text_of(entry, "user_name"), event.user_name);
    assert_string_equal(text_of(entry, "rfid_id"), "D8E2F1G3");
    assert_string_equal(text_of(entry, "reason"), "Visage non reconnu");
    char agent[64];
    snprintf(agent, sizeof(agent), "facegate/%s", fg_version);
    assert_string_equal(text_of(entry, "agent"), agent);
    assert_true(cJSON_IsFalse(cJSON_GetObjectItem(entry, "authorization")));
    fg_testing_sha256(jpeg, event.jpeg_size, digest);
    assert_string_equal(text_of(entry, "image_sha256"), digest);

    /* The hour since it was taken is taken off the clock, give or take the second under way. */
    struct tm when = {.tm_isdst = -1};
    assert_non_null(strptime(text_of(entry, "timestamp"), "%Y-%m-%dT%H:%M:%S", &when));
    fg_clock_format(fg_clock_realtime(), timestamp);
    assert_in_range(time(NULL) - mktime(&when), 3600, 3602);
    cJSON_Delete(seen);
    free(jpeg);

    assert_int_equal(post_office_logged(&office, "Auth data sent successfully for Zo"), 1);
    assert_int_equal(
        post_office_logged(&office, "Image saved at: /static/img/000001_face_image.jpg\n"), 1);
}

static void an_event_without_a_picture_goes_as_json(void **state)
{
    (void)state;
    fg_event event = {.status = "Accepted", .user_name = "Ada", .rfid_id = "00000000"};
    int dropped;
    assert_int_equal(fg_event_stamp(&event, fg_clock_monotonic(), fg_clock_realtime()), 0);
    assert_int_equal(fg_outbox_put(office.outbox, &event, &dropped, NULL), 0);
    post_office_send(&office);
    post_office_expect_sent(&office, 1);
    cJSON *seen = fg_receiver_seen(&office.receiver);
    const cJSON *entry = cJSON_GetArrayItem(seen, 0);
    assert_string_equal(text_of(entry, "content_type"), "application/json");
    assert_string_equal(text_of(entry, "key"), event.id);
    assert_string_equal(text_of(entry, "user_name"), "Ada");
    assert_null(cJSON_GetObjectItem(entry, "reason"));
    cJSON_Delete(seen);
}

/* Above a megabyte curl would ask with Expect: 100-continue first, and wait a second for an answer.
 */
static void a_large_picture_is_sent_without_asking_first(void **state)
{
    (void)state;
    fg_event event = {.status = "Accepted", .user_name = "Ada", .rfid_id = "00000000"};
    int dropped;
    event.jpeg_size = 3 << 20;
    uint8_t *jpeg = calloc(1, event.jpeg_size);
    assert_non_null(jpeg);
    static const uint8_t first[] = {0xff, 0xd8, 0xff}, last[] = {0xff, 0xd9};
    memcpy(jpeg, first, sizeof(first));
    memcpy(jpeg + event.jpeg_size - sizeof(last), last, sizeof(last));
    event.jpeg = jpeg;
    assert_int_equal(fg_event_stamp(&event, fg_clock_monotonic(), fg_clock_realtime()), 0);
    assert_int_equal(fg_outbox_put(office.outbox, &event, &dropped, NULL), 0);
    free(jpeg);
    post_office_send(&office);
    post_office_expect_sent(&office, 1);
    cJSON *seen = fg_receiver_seen(&office.receiver);
    assert_string_equal(text_of(cJSON_GetArrayItem(seen, 0), "expect"), "");
    assert_int_equal(cJSON_GetObjectItem(cJSON_GetArrayItem(seen, 0), "image_size")->valueint,
                     3 << 20);
    cJSON_Delete(seen);
}

static void events_arrive_in_order_and_once(void **state)
{
    (void)state;
    post_office_put(&office, 20);
    post_office_send(&office);
    post_office_put(&office, 20);
    post_office_expect_sent(&office, 40);
    post_office_expect_all(&office, 40);
    assert_int_equal(post_office_logged(&office, "Auth data sent successfully for visitor"), 40);
}

static void while_the_backend_is_down_nothing_is_lost(void **state)
{
    (void)state;
    char *data = fg_testing_path(office.folder, "data");
    fg_receiver_stop(&office.receiver);
    post_office_send(&office);
    post_office_put(&office, 10);
    post_office_expect_log(&office, "Network error sending auth data: Failed to connect", 1);
    office.receiver.data = data;
    fg_receiver_start(&office.receiver);
    post_office_expect_sent(&office, 10);
    /* It dies between events, and comes back. */
    fg_receiver_kill(&office.receiver);
    post_office_put(&office, 10);
    fg_receiver_start(&office.receiver);
    post_office_expect_sent(&office, 20);
    post_office_expect_all(&office, 20);
    assert_int_equal(post_office_logged(&office, "Sending auth data works again"), 2);
    free(data);
}

static void what_may_come_right_is_tried_until_it_does(void **state)
{
    (void)state;
    static const int table[] = {301, 302, 307, 401, 402, 403, 404, 405, 408,
                                409, 418, 429, 500, 501, 502, 503, 504, 599};
    int count = (int)(sizeof(table) / sizeof(table[0]));
    post_office_send(&office);
    for (int i = 0; i < count; i++) {
        char order[128], line[128];
        snprintf(order, sizeof(order), "{\"mode\": \"status\", \"code\": %d, \"count\": 3}",
                 table[i]);
        fg_receiver_control(&office.receiver, order);
        post_office_put(&office, 1);
        post_office_expect_sent(&office, i + 1);
        /* Three times the same is said once. */
        snprintf(line, sizeof(line),
                 "Failed to send auth data: %d {\"error\": \"asked to answer %d\"}", table[i],
                 table[i]);
        assert_int_equal(post_office_logged(&office, line), 1);
    }
    post_office_expect_all(&office, count);
    cJSON *seen = fg_receiver_seen(&office.receiver);
    assert_int_equal(cJSON_GetArraySize(seen), 4 * count);
    cJSON_Delete(seen);
    assert_int_equal(post_office_logged(&office, "(check token_file)"), 2);
    assert_int_equal(post_office_logged(&office, "(redirects are not followed: check backend_url)"),
                     3);
}

static void list_reason(void *context, const fg_outbox_entry *entry, const char *why)
{
    char *text = context;
    snprintf(text + strlen(text), 1024 - strlen(text), "%s: %s\n", entry->event.user_name,
             why != NULL ? why : "waits");
}

static void what_can_never_succeed_is_set_aside_and_blocks_nobody(void **state)
{
    (void)state;
    static const int table[] = {400, 413, 415, 422};
    char text[1024] = "";
    post_office_send(&office);
    for (int i = 0; i < 4; i++) {
        char order[128];
        snprintf(order, sizeof(order), "{\"mode\": \"status\", \"code\": %d, \"count\": 1}",
                 table[i]);
        fg_receiver_control(&office.receiver, order);
        post_office_put(&office, 2);
        post_office_expect_sent(&office, i + 1);
    }
    fg_ledger ledger = post_office_ledger(&office);
    assert_int_equal(ledger.set_aside, 4);
    assert_int_equal(fg_outbox_each(office.outbox, list_reason, text, NULL), 0);
    assert_string_equal(text, "visitor 1: 400 {\"error\": \"asked to answer 400\"}\n"
                              "visitor 3: 413 {\"error\": \"asked to answer 413\"} (nginx: raise "
                              "client_max_body_size; or send less: image = face, or a smaller "
                              "width)\n"
                              "visitor 5: 415 {\"error\": \"asked to answer 415\"}\n"
                              "visitor 7: 422 {\"error\": \"asked to answer 422\"}\n");
    assert_int_equal(post_office_logged(&office, "is set aside, see facegate outbox"), 4);
    assert_int_equal(
        post_office_logged(&office, "Failed to send auth data: 400 {\"error\": \"asked to"), 1);

    /* Taken back by another process, they go without a kick once the sender looks. */
    int count = 0;
    assert_int_equal(fg_outbox_retry(office.outbox, &count, NULL), 0);
    assert_int_equal(count, 4);
    fg_sender_kick(office.sender);
    post_office_expect_sent(&office, 8);
}

static void a_long_refusal_is_kept_to_200_bytes(void **state)
{
    (void)state;
    char body[600], order[800], text[1024] = "";
    memset(body, 'x', sizeof(body));
    body[sizeof(body) - 1] = '\0';
    snprintf(order, sizeof(order), "{\"mode\": \"status\", \"code\": 400, \"body\": \"%s\"}", body);
    fg_receiver_control(&office.receiver, order);
    post_office_send(&office);
    post_office_put(&office, 1);
    post_office_expect_set_aside(&office, 1);
    assert_int_equal(fg_outbox_each(office.outbox, list_reason, text, NULL), 0);
    assert_int_equal(strlen(text), strlen("visitor 1: 400 ") + 200 + 1);
}

static void an_outbox_refilled_by_another_process_is_seen_without_a_kick(void **state)
{
    (void)state;
    fg_outbox *guest = NULL;
    int count = 0;
    fg_outbox_options options = {.path = office.outbox_path};
    office.paces.poll_every = 20 * FG_NS_PER_MS;
    fg_receiver_control(&office.receiver, "{\"mode\": \"status\", \"code\": 422, \"count\": 1}");
    post_office_send(&office);
    post_office_put(&office, 1);
    post_office_expect_set_aside(&office, 1);
    assert_int_equal(fg_outbox_open(&options, &guest, NULL), 0);
    assert_int_equal(fg_outbox_retry(guest, &count, NULL), 0);
    fg_outbox_free(guest);
    post_office_expect_sent(&office, 1);
}

static void retry_after_is_honoured(void **state)
{
    (void)state;
    fg_receiver_control(&office.receiver, "{\"mode\": \"status\", \"code\": 503, "
                                          "\"retry_after\": 1, \"count\": 1}");
    post_office_put(&office, 1);
    post_office_send(&office);
    post_office_expect_sent(&office, 1);
    cJSON *seen = fg_receiver_seen(&office.receiver);
    double first = cJSON_GetObjectItem(cJSON_GetArrayItem(seen, 0), "arrived")->valuedouble;
    double second = cJSON_GetObjectItem(cJSON_GetArrayItem(seen, 1), "arrived")->valuedouble;
    assert_true(second - first >= 1.0);
    cJSON_Delete(seen);
    assert_int_equal(post_office_logged(&office, "next attempt in 1.0 s"), 1);
}

static void a_kick_does_not_cut_a_back_off_short(void **state)
{
    (void)state;
    office.paces.backoff_least = office.paces.backoff_most = 3600 * FG_NS_PER_S;
    fg_receiver_control(&office.receiver, "{\"mode\": \"status\", \"code\": 500}");
    post_office_send(&office);
    post_office_put(&office, 1);
    post_office_expect_log(&office, "Failed to send auth data: 500", 1);
    post_office_put(&office, 50);
    fg_sender_stop(office.sender, 0);
    cJSON *seen = fg_receiver_seen(&office.receiver);
    assert_int_equal(cJSON_GetArraySize(seen), 1);
    cJSON_Delete(seen);
}

static void a_hanging_backend_is_given_up(void **state)
{
    (void)state;
    office.options.timeout = 1;
    fg_receiver_control(&office.receiver, "{\"mode\": \"hang\", \"count\": 2}");
    post_office_put(&office, 2);
    post_office_send(&office);
    post_office_expect_sent(&office, 2);
    /* More than once where this machine is slow too. */
    assert_true(
        post_office_logged(&office, "Network error sending auth data: Operation timed out") >= 1);
    post_office_expect_all(&office, 2);
}

static void a_hanging_backend_holds_up_nobody_who_puts(void **state)
{
    (void)state;
    office.options.timeout = 600;
    fg_receiver_control(&office.receiver, "{\"mode\": \"hang\"}");
    post_office_send(&office);
    post_office_put(&office, 1);
    fg_receiver_expect_seen(&office.receiver, 1);
    /* Whoever waited for the sender here would wait ten minutes. */
    post_office_put(&office, 5);
    assert_int_equal(post_office_ledger(&office).waiting, 6);
    cJSON *seen = fg_receiver_seen(&office.receiver);
    assert_int_equal(cJSON_GetArraySize(seen), 1);
    cJSON_Delete(seen);
    fg_receiver_control(&office.receiver, "{\"mode\": \"ok\"}");
    post_office_expect_sent(&office, 6);
    post_office_expect_all(&office, 6);
}

static void a_connection_closed_early_is_tried_again(void **state)
{
    (void)state;
    fg_receiver_control(&office.receiver, "{\"mode\": \"close\", \"count\": 2}");
    post_office_put(&office, 2);
    post_office_send(&office);
    post_office_expect_sent(&office, 2);
    post_office_expect_all(&office, 2);
    assert_true(post_office_logged(&office, "Network error sending auth data: ") >= 1);
}

static void an_answer_lost_on_its_way_makes_no_second_entry(void **state)
{
    (void)state;
    fg_receiver_control(&office.receiver, "{\"mode\": \"lost\", \"count\": 1}");
    post_office_put(&office, 2);
    post_office_send(&office);
    post_office_expect_sent(&office, 2);
    post_office_expect_all(&office, 2);
    cJSON *seen = fg_receiver_seen(&office.receiver);
    assert_int_equal(cJSON_GetArraySize(seen), 3);
    const cJSON *first = cJSON_GetArrayItem(seen, 0), *again = cJSON_GetArrayItem(seen, 1);
    assert_string_equal(text_of(first, "key"), text_of(again, "key"));
    assert_true(cJSON_IsTrue(cJSON_GetObjectItem(again, "repeated")));
    cJSON_Delete(seen);
}

static void a_201_counts_whatever_follows_it(void **state)
{
    (void)state;
    static const char *const table[] = {
        "{\"mode\": \"close\", \"when\": \"middle\", \"count\": 1}",
        "{\"mode\": \"badjson\", \"count\": 1}",
        "{\"mode\": \"garbage\", \"code\": 201, \"count\": 1}",
        "{\"mode\": \"status\", \"code\": 204, \"count\": 1}",
    };
    post_office_send(&office);
    for (int i = 0; i < 4; i++) {
        fg_receiver_control(&office.receiver, table[i]);
        post_office_put(&office, 1);
        post_office_expect_sent(&office, i + 1);
        fg_receiver_expect_seen(&office.receiver, i + 1);
    }
    assert_int_equal(post_office_logged(&office, "Auth data sent successfully for visitor"), 4);
    assert_int_equal(post_office_logged(&office, "Image saved at"), 0);
    assert_int_equal(post_office_logged(&office, "rror"), 0);
}

static void an_answer_byte_by_byte_is_read_while_the_timeout_lasts(void **state)
{
    (void)state;
    fg_receiver_control(&office.receiver, "{\"mode\": \"slow\", \"pause\": 0.001, \"count\": 1}");
    post_office_send(&office);
    post_office_put(&office, 1);
    post_office_expect_sent(&office, 1);
    assert_int_equal(
        post_office_logged(&office, "Image saved at: /static/img/000001_face_image.jpg\n"), 1);
    office.sender = fg_sender_free(office.sender);

    /* Too slow to the end, but the status is there in time. */
    office.options.timeout = 5;
    fg_receiver_control(&office.receiver, "{\"mode\": \"slow\", \"pause\": 0.05, \"count\": 1}");
    post_office_send(&office);
    post_office_put(&office, 1);
    post_office_expect_sent(&office, 2);
    post_office_expect_all(&office, 2);
    cJSON *seen = fg_receiver_seen(&office.receiver);
    assert_int_equal(cJSON_GetArraySize(seen), 2);
    cJSON_Delete(seen);
}

/* `text` once, as a string of JSON. */
static void order_answer(int code, const char *text, int size)
{
    char order[512];
    snprintf(order, sizeof(order),
             "{\"mode\": \"garbage\", \"code\": %d, \"size\": %d, \"text\": \"%s\"}", code, size,
             text);
    fg_receiver_control(&office.receiver, order);
}

static void the_first_answer_that_is_no_backends_is_warned_of(void **state)
{
    (void)state;
    static const char page[] = "<!DOCTYPE html><title>Welcome to nginx!</title>";
    order_answer(200, page, sizeof(page) - 1);
    post_office_send(&office);
    post_office_put(&office, 2);
    post_office_expect_sent(&office, 2);
    post_office_expect_log(
        &office,
        "WARN  sender  The answer 200 is not the backend's JSON, so the entry may be "
        "nowhere: <!DOCTYPE html><title>Welcome to nginx!</title> (a web page: is "
        "this the backend? Does the network want a login?)",
        1);
    assert_int_equal(post_office_logged(&office, "is not the backend's JSON"), 1);
}

static void a_backend_that_expects_encrypted_pictures_is_warned_of(void **state)
{
    (void)state;
    order_answer(201, "{\\\"id\\\": 7, \\\"image_path\\\": \\\"/img/7.bin\\\"}", 37);
    post_office_send(&office);
    post_office_put(&office, 1);
    post_office_expect_log(&office,
                           "The backend keeps the picture as /img/7.bin: it expects encrypted "
                           "pictures, see [delivery] picture_key",
                           1);
}

static void a_server_that_wants_https_refuses_nothing_for_good(void **state)
{
    (void)state;
    fg_receiver_control(&office.receiver,
                        "{\"mode\": \"status\", \"code\": 400, \"count\": 1, \"body\": \"The plain "
                        "HTTP request was sent to HTTPS port\"}");
    post_office_send(&office);
    post_office_put(&office, 1);
    post_office_expect_sent(&office, 1);
    assert_int_equal(post_office_ledger(&office).set_aside, 0);
    assert_int_equal(post_office_logged(&office, "use https:// in [delivery] backend_url"), 1);
}

static void ten_megabytes_of_garbage_take_no_memory(void **state)
{
    (void)state;
    post_office_send(&office);
    post_office_put(&office, 1);
    post_office_expect_sent(&office, 1);
    long before = fg_process_memory(getpid(), "VmRSS");
    fg_receiver_control(&office.receiver, "{\"mode\": \"garbage\", \"code\": 500, \"count\": 3}");
    post_office_put(&office, 1);
    post_office_expect_sent(&office, 2);
    assert_true(fg_process_memory(getpid(), "VmRSS") - before < 5000);
    assert_int_equal(post_office_logged(&office, "Failed to send auth data: 500 ??garbage??"), 1);
}

static void a_picture_no_request_can_carry_is_set_aside_unsent(void **state)
{
    (void)state;
    fg_event event = {.status = "Accepted", .user_name = "huge", .rfid_id = "1"};
    int dropped;
    event.jpeg_size = 17 << 20;
    uint8_t *jpeg = calloc(1, event.jpeg_size);
    assert_non_null(jpeg);
    event.jpeg = jpeg;
    assert_int_equal(fg_event_stamp(&event, fg_clock_monotonic(), fg_clock_realtime()), 0);
    assert_int_equal(fg_outbox_put(office.outbox, &event, &dropped, NULL), 0);
    free(jpeg);
    post_office_put(&office, 1);
    post_office_send(&office);
    post_office_expect_sent(&office, 1);
    assert_int_equal(post_office_ledger(&office).set_aside, 1);
    assert_int_equal(
        post_office_logged(&office, "Failed to send auth data: its picture has 17825792 bytes, and "
                                    "the backend accepts requests of at most 16 MB"),
        1);
    post_office_expect_all(&office, 1);
}

static void a_name_that_does_not_resolve_is_said(void **state)
{
    (void)state;
    office.options.url = "http://backend.invalid:5000";
    post_office_send(&office);
    post_office_put(&office, 1);
    post_office_expect_log(&office,
                           "Network error sending auth data: Could not resolve host: "
                           "backend.invalid; 1 waiting, next attempt in 0.0 s\n",
                           1);
}

static void the_same_trouble_is_named_again_after_a_while(void **state)
{
    (void)state;
    office.paces.reminder = 100 * FG_NS_PER_MS;
    fg_receiver_control(&office.receiver, "{\"mode\": \"status\", \"code\": 500}");
    double start = fg_testing_now();
    post_office_send(&office);
    post_office_put(&office, 1);
    post_office_expect_log(&office, "Failed to send auth data: 500", 3);
    fg_sender_stop(office.sender, 0);
    int most = (int)((fg_testing_now() - start) / 0.1) + 1;
    assert_in_range(post_office_logged(&office, "Failed to send auth data: 500"), 3, most);
}

static void a_fixed_token_works_without_a_restart_and_is_never_logged(void **state)
{
    (void)state;
    char *theirs = fg_testing_path(office.folder, "theirs"),
         *ours = fg_testing_path(office.folder, "ours");
    fg_testing_write(theirs, "right-word\n", 11);
    fg_testing_write(ours, "wrong-word\n", 11);
    fg_receiver_stop(&office.receiver);
    office.receiver.token_file = theirs;
    fg_receiver_start(&office.receiver);
    office.options.token_file = ours;
    post_office_send(&office);
    post_office_put(&office, 1);
    post_office_expect_log(
        &office,
        "Failed to send auth data: 401 {\"error\": \"the bearer token is missing "
        "or wrong\"} (check token_file)",
        1);
    fg_testing_write(ours, "two words\n", 10);
    char expected[512];
    snprintf(expected, sizeof(expected),
             "Failed to send auth data: token_file %s: a token must be one word of visible ASCII "
             "characters",
             ours);
    post_office_expect_log(&office, expected, 1);
    fg_testing_write(ours, "right-word\n", 11);
    post_office_expect_sent(&office, 1);
    assert_int_equal(post_office_logged(&office, "-word"), 0);
    assert_int_equal(post_office_logged(&office, "two words"), 0);
    free(theirs);
    free(ours);
}

static void without_a_descriptor_to_be_woken_by_there_is_no_sender(void **state)
{
    (void)state;
    struct rlimit usual, none;
    fg_error error;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &usual), 0);
    none = usual;
    int lowest = dup(STDERR_FILENO);
    close(lowest);
    none.rlim_cur = (rlim_t)lowest;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    int result = post_office_make_sender(&office, &error);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &usual), 0);
    assert_int_equal(result, -EMFILE);
    assert_string_equal(error.text, "sender: libcurl has no descriptor left to be woken by");
    assert_null(office.sender);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_OFFICE(an_event_arrives_as_the_wire_contract_says),
        WITH_OFFICE(an_event_without_a_picture_goes_as_json),
        WITH_OFFICE(a_large_picture_is_sent_without_asking_first),
        WITH_OFFICE(events_arrive_in_order_and_once),
        WITH_OFFICE(while_the_backend_is_down_nothing_is_lost),
        WITH_OFFICE(what_may_come_right_is_tried_until_it_does),
        WITH_OFFICE(what_can_never_succeed_is_set_aside_and_blocks_nobody),
        WITH_OFFICE(a_long_refusal_is_kept_to_200_bytes),
        WITH_OFFICE(an_outbox_refilled_by_another_process_is_seen_without_a_kick),
        WITH_OFFICE(retry_after_is_honoured),
        WITH_OFFICE(a_kick_does_not_cut_a_back_off_short),
        WITH_OFFICE(a_hanging_backend_is_given_up),
        WITH_OFFICE(a_hanging_backend_holds_up_nobody_who_puts),
        WITH_OFFICE(a_connection_closed_early_is_tried_again),
        WITH_OFFICE(an_answer_lost_on_its_way_makes_no_second_entry),
        WITH_OFFICE(a_201_counts_whatever_follows_it),
        WITH_OFFICE(an_answer_byte_by_byte_is_read_while_the_timeout_lasts),
        WITH_OFFICE(the_first_answer_that_is_no_backends_is_warned_of),
        WITH_OFFICE(a_backend_that_expects_encrypted_pictures_is_warned_of),
        WITH_OFFICE(a_server_that_wants_https_refuses_nothing_for_good),
        WITH_OFFICE(ten_megabytes_of_garbage_take_no_memory),
        WITH_OFFICE(a_picture_no_request_can_carry_is_set_aside_unsent),
        WITH_OFFICE(a_name_that_does_not_resolve_is_said),
        WITH_OFFICE(the_same_trouble_is_named_again_after_a_while),
        WITH_OFFICE(a_fixed_token_works_without_a_restart_and_is_never_logged),
        WITH_OFFICE(without_a_descriptor_to_be_woken_by_there_is_no_sender),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
