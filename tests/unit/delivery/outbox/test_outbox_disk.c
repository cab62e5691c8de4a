/* An outbox where it lies there is no more room. */
#include "facegate/clock.h"
#include "facegate/delivery/outbox.h"
#include "outbox_box.h"
#include "testing.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#include <cmocka.h>

static int set_up(void **state)
{
    box_set_up(state);
    if (mount("none", box_folder, "tmpfs", MS_NOSUID | MS_NODEV, *state) != 0) {
        fail_msg("a small disk cannot be mounted (%s): this test wants root", strerror(errno));
    }
    return 0;
}

static int tear_down(void **state)
{
    assert_int_equal(umount2(box_folder, MNT_DETACH), 0);
    return box_tear_down(state);
}

/* Puts events of this size until there is no room, and tells how many there are. */
static int fill(fg_outbox *outbox, size_t size, fg_error *error)
{
    uint8_t *jpeg = calloc(1, size);
    int dropped, count = 0, result = 0;
    assert_non_null(jpeg);
    for (; result == 0; count += result == 0 ? 1 : 0) {
        fg_event event = {.status = "Accepted", .user_name = "a", .rfid_id = "1"};
        event.jpeg = jpeg;
        event.jpeg_size = size;
        assert_int_equal(fg_event_stamp(&event, fg_clock_monotonic(), fg_clock_realtime()), 0);
        result = fg_outbox_put(outbox, &event, &dropped, error);
        assert_int_equal(result == 0 ? dropped : 0, 0);
    }
    assert_int_equal(result, -ENOSPC);
    free(jpeg);
    return count;
}

static void what_fills_a_disk_can_be_sent_from_it(void **state)
{
    (void)state;
    static const size_t sizes[] = {3000, 60000, 400000};
    for (int i = 0; i < 3; i++) {
        char beginning[512];
        fg_error error = {""};
        fg_outbox *outbox = box_open_with(100000, 64 << 20);
        int count = fill(outbox, sizes[i], &error);
        snprintf(beginning, sizeof(beginning), "outbox %s: no space left on its file system",
                 box_path);
        assert_memory_equal(error.text, beginning, strlen(beginning));
        assert_true(count > 0);
        box_expect_ledger(outbox, count, 0, 0, 0, count);

        /* What became of each needs room too: its last step must not be the one that has none. */
        for (int sent = 1; sent <= count; sent++) {
            int result = fg_outbox_sent(outbox, box_take(outbox, "a"), &error);
            if (result != 0) {
                fail_msg("of %d events of %zu bytes, number %d: %s", count, sizes[i], sent,
                         error.text);
            }
        }
        box_expect_ledger(outbox, count, count, 0, 0, 0);
        assert_null(fg_outbox_remove(outbox));
    }
}

static void a_disk_that_does_not_tell_its_size_is_tried(void **state)
{
    (void)state;
    uint8_t jpeg[3000] = {0};
    fg_event event = {.status = "Accepted", .user_name = "a", .rfid_id = "1", .jpeg = jpeg};
    int dropped;
    event.jpeg_size = sizeof(jpeg);
    fg_outbox *outbox = box_open_with(100, 1 << 20);
    assert_int_equal(fg_event_stamp(&event, fg_clock_monotonic(), fg_clock_realtime()), 0);
    assert_int_equal(fg_outbox_put(outbox, &event, &dropped, NULL), 0);
    box_expect_ledger(outbox, 1, 0, 0, 0, 1);
    fg_outbox_free(outbox);
}

#define ON_A_DISK(test, of)                                                                        \
    cmocka_unit_test_prestate_setup_teardown(test, set_up, tear_down, (void *)(uintptr_t)(of))

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_DISK(what_fills_a_disk_can_be_sent_from_it, "size=4m"),
        ON_A_DISK(what_fills_a_disk_can_be_sent_from_it, "size=8m"),
        ON_A_DISK(a_disk_that_does_not_tell_its_size_is_tried, "size=0"),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
