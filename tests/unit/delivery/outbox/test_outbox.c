/* What is put into an outbox, what it gives, and what goes when it is full. */
#include "facegate/clock.h"
#include "outbox_box.h"
#include "testing.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cmocka.h>

static void an_event_comes_out_as_it_went_in(void **state)
{
    (void)state;
    static const uint8_t jpeg[] = {0xff, 0xd8, 0x00, 0xff, 0xd9};
    fg_event event = {.status = "Refused",
                      .user_name = "Zo\xc3\xab",
                      .rfid_id = "D8E2F1G3",
                      .reason = "Visage non reconnu",
                      .jpeg = jpeg,
                      .jpeg_size = sizeof(jpeg)};
    fg_outbox_entry entry;
    int dropped = -1;
    assert_int_equal(fg_event_stamp(&event, 12345, INT64_C(1700000000123456789)), 0);
    fg_outbox *outbox = box_open();
    assert_null(fg_outbox_warning(outbox));
    assert_string_equal(fg_outbox_path(outbox), box_path);
    assert_int_equal(fg_outbox_put(outbox, &event, &dropped, NULL), 0);
    assert_int_equal(dropped, 0);
    fg_outbox_free(outbox);

    outbox = box_open();
    assert_int_equal(fg_outbox_oldest(outbox, &entry, NULL), 0);
    assert_string_equal(entry.event.id, event.id);
    assert_string_equal(entry.event.boot_id, event.boot_id);
    assert_int_equal(entry.event.boottime, event.boottime);
    assert_int_equal(entry.event.realtime, event.realtime);
    assert_string_equal(entry.event.status, event.status);
    assert_string_equal(entry.event.user_name, event.user_name);
    assert_string_equal(entry.event.rfid_id, event.rfid_id);
    assert_string_equal(entry.event.reason, event.reason);
    assert_int_equal(entry.event.jpeg_size, sizeof(jpeg));
    assert_memory_equal(entry.event.jpeg, jpeg, sizeof(jpeg));
    assert_ptr_equal(entry.event.jpeg, entry.memory);
    assert_int_equal(entry.attempts, 0);
    fg_outbox_entry_release(&entry);
    fg_outbox_free(outbox);
}

static void the_oldest_goes_first(void **state)
{
    (void)state;
    fg_outbox *outbox = box_open();
    fg_outbox_entry entry;
    assert_int_equal(fg_outbox_oldest(outbox, &entry, NULL), -ENOENT);
    assert_int_equal(box_put(outbox, "a", 100), 0);
    assert_int_equal(box_put(outbox, "b", 100), 0);
    assert_int_equal(fg_outbox_sent(outbox, box_take(outbox, "a"), NULL), 0);
    assert_int_equal(box_put(outbox, "c", 100), 0);
    assert_int_equal(fg_outbox_sent(outbox, box_take(outbox, "b"), NULL), 0);
    assert_int_equal(fg_outbox_sent(outbox, box_take(outbox, "c"), NULL), 0);
    assert_int_equal(fg_outbox_oldest(outbox, &entry, NULL), -ENOENT);
    box_expect_ledger(outbox, 3, 3, 0, 0, 0);
    fg_outbox_free(outbox);
}

static void attempts_are_counted(void **state)
{
    (void)state;
    fg_outbox *outbox = box_open();
    fg_outbox_entry entry;
    box_put(outbox, "a", 10);
    int64_t number = box_take(outbox, "a");
    assert_int_equal(fg_outbox_tried(outbox, number, NULL), 0);
    assert_int_equal(fg_outbox_tried(outbox, number, NULL), 0);
    assert_int_equal(fg_outbox_oldest(outbox, &entry, NULL), 0);
    assert_int_equal(entry.attempts, 2);
    fg_outbox_entry_release(&entry);
    fg_outbox_free(outbox);
}

static void above_the_count_the_oldest_goes(void **state)
{
    (void)state;
    fg_outbox *outbox = box_open_with(2, 1 << 20);
    assert_int_equal(box_put(outbox, "a", 10), 0);
    assert_int_equal(box_put(outbox, "b", 10), 0);
    assert_int_equal(box_put(outbox, "c", 10), 1);
    box_expect_ledger(outbox, 3, 0, 0, 1, 2);
    box_take(outbox, "b");
    fg_outbox_free(outbox);
    /* A smaller limit is met with the next event. */
    outbox = box_open_with(1, 1 << 20);
    assert_int_equal(box_put(outbox, "d", 10), 2);
    box_expect_ledger(outbox, 4, 0, 0, 3, 1);
    box_take(outbox, "d");
    fg_outbox_free(outbox);
}

static void above_the_bytes_as_many_of_the_oldest_go_as_must(void **state)
{
    (void)state;
    fg_outbox *outbox = box_open_with(1000, 1000);
    assert_int_equal(box_put(outbox, "a", 400), 0);
    assert_int_equal(box_put(outbox, "b", 300), 0);
    assert_int_equal(box_put(outbox, "c", 300), 0);
    assert_int_equal(box_put(outbox, "d", 500), 2);
    box_expect_ledger(outbox, 4, 0, 0, 2, 2);
    box_take(outbox, "c");
    assert_int_equal(box_put(outbox, "e", 1000), 2);
    box_expect_ledger(outbox, 5, 0, 0, 4, 1);
    box_take(outbox, "e");
    fg_outbox_free(outbox);
}

static void what_is_larger_than_the_outbox_is_refused_and_nothing_goes_for_it(void **state)
{
    (void)state;
    char expected[512];
    int dropped = -7;
    fg_error error;
    fg_outbox *outbox = box_open_with(1000, 1000);
    static const uint8_t jpeg[1001];
    fg_event huge = {.user_name = "huge", .jpeg = jpeg, .jpeg_size = sizeof(jpeg)};
    assert_int_equal(box_put(outbox, "a", 400), 0);
    assert_int_equal(fg_event_stamp(&huge, fg_clock_monotonic(), fg_clock_realtime()), 0);
    assert_int_equal(fg_outbox_put(outbox, &huge, &dropped, &error), -EMSGSIZE);
    snprintf(expected, sizeof(expected),
             "outbox %s: a picture of 1001 bytes is larger than the whole outbox may be: raise "
             "outbox_max_bytes (1000), or lower jpeg_quality or the camera's width and height",
             box_path);
    assert_string_equal(error.text, expected);
    assert_int_equal(dropped, -7);
    box_expect_ledger(outbox, 1, 0, 0, 0, 1);
    box_take(outbox, "a");
    fg_outbox_free(outbox);
}

static void what_was_set_aside_makes_room_before_what_waits(void **state)
{
    (void)state;
    fg_outbox *outbox = box_open_with(3, 1 << 20);
    box_put(outbox, "a", 10);
    box_put(outbox, "b", 10);
    assert_int_equal(fg_outbox_sent(outbox, box_take(outbox, "a"), NULL), 0);
    box_put(outbox, "c", 10);
    box_put(outbox, "d", 10);
    int64_t number = box_take(outbox, "b");
    assert_int_equal(fg_outbox_set_aside(outbox, number, "400 no", NULL), 0);
    box_take(outbox, "c");
    assert_int_equal(box_put(outbox, "e", 10), 1);
    box_expect_ledger(outbox, 5, 1, 0, 1, 3);
    box_take(outbox, "c");
    fg_outbox_free(outbox);
}

static void an_event_dropped_on_its_way_that_arrives_counts_as_sent(void **state)
{
    (void)state;
    fg_outbox *outbox = box_open_with(1, 1 << 20);
    box_put(outbox, "a", 10);
    int64_t number = box_take(outbox, "a");
    assert_int_equal(box_put(outbox, "b", 10), 1);
    box_expect_ledger(outbox, 2, 0, 0, 1, 1);
    assert_int_equal(fg_outbox_sent(outbox, number, NULL), 0);
    box_expect_ledger(outbox, 2, 1, 0, 0, 1);
    /* Once is enough. */
    assert_int_equal(fg_outbox_sent(outbox, number, NULL), 0);
    box_expect_ledger(outbox, 2, 1, 0, 0, 1);
    /* Refused instead, it stays dropped. */
    number = box_take(outbox, "b");
    assert_int_equal(box_put(outbox, "c", 10), 1);
    assert_int_equal(fg_outbox_set_aside(outbox, number, "400", NULL), 0);
    box_expect_ledger(outbox, 3, 1, 0, 1, 1);
    fg_outbox_free(outbox);
}

static void what_was_set_aside_can_be_taken_back_or_dropped(void **state)
{
    (void)state;
    int count = -1;
    fg_outbox *outbox = box_open();
    box_put(outbox, "a", 10);
    box_put(outbox, "b", 20);
    box_put(outbox, "c", 30);
    for (int i = 0; i < 2; i++) {
        int64_t number = box_take(outbox, i == 0 ? "a" : "b");
        assert_int_equal(fg_outbox_set_aside(outbox, number, "400 no", NULL), 0);
    }
    box_expect_ledger(outbox, 3, 0, 2, 0, 1);
    assert_int_equal(fg_outbox_retry(outbox, &count, NULL), 0);
    assert_int_equal(count, 2);
    box_expect_ledger(outbox, 3, 0, 0, 0, 3);
    assert_int_equal(fg_outbox_set_aside(outbox, box_take(outbox, "a"), "400 no", NULL), 0);
    assert_int_equal(fg_outbox_drop(outbox, &count, NULL), 0);
    assert_int_equal(count, 1);
    box_expect_ledger(outbox, 3, 0, 0, 1, 2);
    assert_int_equal(fg_outbox_drop(outbox, &count, NULL), 0);
    assert_int_equal(count, 0);
    box_take(outbox, "b");
    fg_outbox_free(outbox);
    /* The bytes were counted along: no warning at the next opening. */
    outbox = box_open();
    assert_null(fg_outbox_warning(outbox));
    fg_outbox_free(outbox);
}

static void list_one(void *context, const fg_outbox_entry *entry, const char *why)
{
    char *text = context;
    assert_null(entry->event.jpeg);
    snprintf(text + strlen(text), 256 - strlen(text), "%s/%zu/%d/%s ", entry->event.user_name,
             entry->event.jpeg_size, (int)entry->attempts, why != NULL ? why : "waits");
}

static void a_guest_sees_and_changes_what_the_owner_holds(void **state)
{
    (void)state;
    char text[256] = "";
    int count = 0;
    fg_outbox *owner = box_open(), *guest = NULL;
    box_put(owner, "a", 10);
    box_put(owner, "b", 20);
    assert_int_equal(fg_outbox_set_aside(owner, box_take(owner, "a"), "400 no", NULL), 0);
    fg_outbox_options options = {.path = box_path, .max_events = 1000, .max_bytes = 1000};
    assert_int_equal(fg_outbox_open(&options, &guest, NULL), 0);
    assert_int_equal(fg_outbox_each(guest, list_one, text, NULL), 0);
    assert_string_equal(text, "a/10/1/400 no b/20/0/waits ");
    assert_int_equal(fg_outbox_retry(guest, &count, NULL), 0);
    assert_int_equal(count, 1);
    fg_outbox_free(guest);
    box_take(owner, "a");
    box_expect_ledger(owner, 2, 0, 0, 0, 2);
    fg_outbox_free(owner);
}

static void a_put_that_fails_changes_nothing(void **state)
{
    (void)state;
    struct rlimit usual, small = {.rlim_cur = 200000};
    fg_event event = {.status = "Accepted", .user_name = "big", .rfid_id = "1"};
    fg_error error = {""};
    int dropped = -7;
    fg_outbox *outbox = box_open();
    box_put(outbox, "a", 10);
    event.jpeg_size = 1 << 20;
    uint8_t *jpeg = calloc(1, event.jpeg_size);
    assert_non_null(jpeg);
    event.jpeg = jpeg;
    assert_int_equal(fg_event_stamp(&event, 1, 1), 0);

    /* A full file system to SQLite's eyes: writing beyond the limit fails. */
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &usual), 0);
    small.rlim_max = usual.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int result = fg_outbox_put(outbox, &event, &dropped, &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &usual), 0);

    char expected[512];
    snprintf(expected, sizeof(expected), "outbox %s: disk I/O error", box_path);
    assert_int_equal(result, -EIO);
    assert_string_equal(error.text, expected);
    assert_int_equal(dropped, -7);
    box_expect_ledger(outbox, 1, 0, 0, 0, 1);
    assert_int_equal(fg_outbox_put(outbox, &event, &dropped, NULL), 0);
    box_expect_ledger(outbox, 2, 0, 0, 0, 2);
    free(jpeg);
    fg_outbox_free(outbox);
}

static off_t size_of(const char *suffix)
{
    char name[512];
    struct stat info;
    snprintf(name, sizeof(name), "%s%s", box_path, suffix);
    return stat(name, &info) == 0 ? info.st_size : 0;
}

static void memory_is_given_back_once_all_is_sent(void **state)
{
    (void)state;
    fg_outbox *outbox = box_open();
    for (int i = 0; i < 100; i++) {
        box_put(outbox, "a", 60000);
        assert_true(size_of("-wal") < 3 << 20);
    }
    assert_true(size_of("") > 4 << 20);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(fg_outbox_sent(outbox, box_take(outbox, "a"), NULL), 0);
        assert_true(size_of("-wal") < 3 << 20);
    }
    assert_true(size_of("") < 100000);
    assert_int_equal(size_of("-wal"), 0);
    fg_outbox_free(outbox);
}

#define SHARED_EVENTS 300

static void *put_many(void *context)
{
    for (int i = 0; i < SHARED_EVENTS; i++) {
        box_put(context, "a", 3000);
    }
    return NULL;
}

static void two_threads_may_use_one_outbox(void **state)
{
    (void)state;
    pthread_t thread;
    int sent = 0;
    fg_outbox *outbox = box_open();
    assert_int_equal(pthread_create(&thread, NULL, put_many, outbox), 0);
    while (sent < SHARED_EVENTS) {
        fg_outbox_entry entry;
        int result = fg_outbox_oldest(outbox, &entry, NULL);
        if (result == 0) {
            assert_int_equal(fg_outbox_sent(outbox, entry.number, NULL), 0);
            fg_outbox_entry_release(&entry);
            sent++;
        } else {
            assert_int_equal(result, -ENOENT);
        }
    }
    pthread_join(thread, NULL);
    box_expect_ledger(outbox, SHARED_EVENTS, SHARED_EVENTS, 0, 0, 0);
    fg_outbox_free(outbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_BOX(an_event_comes_out_as_it_went_in),
        WITH_BOX(the_oldest_goes_first),
        WITH_BOX(attempts_are_counted),
        WITH_BOX(above_the_count_the_oldest_goes),
        WITH_BOX(above_the_bytes_as_many_of_the_oldest_go_as_must),
        WITH_BOX(what_is_larger_than_the_outbox_is_refused_and_nothing_goes_for_it),
        WITH_BOX(what_was_set_aside_makes_room_before_what_waits),
        WITH_BOX(an_event_dropped_on_its_way_that_arrives_counts_as_sent),
        WITH_BOX(what_was_set_aside_can_be_taken_back_or_dropped),
        WITH_BOX(a_guest_sees_and_changes_what_the_owner_holds),
        WITH_BOX(a_put_that_fails_changes_nothing),
        WITH_BOX(memory_is_given_back_once_all_is_sent),
        WITH_BOX(two_threads_may_use_one_outbox),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
