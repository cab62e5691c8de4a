#include "outbox_box.h"

#include "facegate/clock.h"
#include "testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

char *box_folder;
char *box_path;

int box_set_up(void **state)
{
    (void)state;
    box_folder = fg_testing_folder_in("/dev/shm");
    box_path = fg_testing_path(box_folder, "outbox.db");
    return 0;
}

int box_tear_down(void **state)
{
    (void)state;
    free(box_path);
    fg_testing_remove(box_folder);
    return 0;
}

fg_outbox *box_open_with(int max_events, int64_t max_bytes)
{
    fg_outbox *outbox = NULL;
    fg_error error = {""};
    fg_outbox_options options = {
        .path = box_path, .max_events = max_events, .max_bytes = max_bytes, .own = true};
    int result = fg_outbox_open(&options, &outbox, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(result, 0);
    return outbox;
}

fg_outbox *box_open(void)
{
    return box_open_with(1000, 16 << 20);
}

int box_open_fails(bool own, fg_error *error)
{
    fg_outbox *outbox = NULL;
    fg_outbox_options options = {.path = box_path, .max_events = 10, .max_bytes = 1000, .own = own};
    int result = fg_outbox_open(&options, &outbox, error);
    assert_null(outbox);
    return result;
}

int box_put(fg_outbox *outbox, const char *name, size_t size)
{
    int dropped = -1;
    fg_error error = {""};
    fg_event event = {.status = "Accepted", .rfid_id = "00000000", .jpeg_size = size};
    uint8_t *jpeg = calloc(1, size + 1);
    assert_non_null(jpeg);
    event.jpeg = jpeg;
    snprintf(event.user_name, sizeof(event.user_name), "%s", name);
    assert_int_equal(fg_event_stamp(&event, fg_clock_monotonic(), fg_clock_realtime()), 0);
    int result = fg_outbox_put(outbox, &event, &dropped, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(result, 0);
    free(jpeg);
    return dropped;
}

int64_t box_take(fg_outbox *outbox, const char *name)
{
    fg_outbox_entry entry;
    assert_int_equal(fg_outbox_oldest(outbox, &entry, NULL), 0);
    assert_string_equal(entry.event.user_name, name);
    int64_t number = entry.number;
    fg_outbox_entry_release(&entry);
    return number;
}

void box_expect_ledger(fg_outbox *outbox, int made, int sent, int aside, int dropped, int waiting)
{
    fg_ledger ledger;
    assert_int_equal(fg_outbox_ledger(outbox, &ledger, NULL), 0);
    assert_int_equal(ledger.made, made);
    assert_int_equal(ledger.sent, sent);
    assert_int_equal(ledger.set_aside, aside);
    assert_int_equal(ledger.dropped, dropped);
    assert_int_equal(ledger.waiting, waiting);
    assert_int_equal(ledger.made, ledger.sent + ledger.set_aside + ledger.dropped + ledger.waiting);
}
