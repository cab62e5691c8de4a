/* Which frames are kept, for how long, and what happens when there is no room. */
#include "kept_frames.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static fg_kept_frames kept;
static fg_frame frame;

static void make_frame(int width, int height, int number)
{
    assert_int_equal(fg_frame_resize(&frame, width, height), 0);
    frame.sequence = (uint64_t)number;
    frame.monotonic = number;
    memset(frame.plane[0], number, (size_t)frame.stride[0] * (size_t)height);
}

static int open_all(void **state)
{
    (void)state;
    kept = (fg_kept_frames){0};
    frame = (fg_frame){0};
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    fg_kept_frames_release(&kept);
    fg_frame_release(&frame);
    return 0;
}

static void what_is_kept_stays_as_it_was_until_its_last_user_goes(void **state)
{
    (void)state;
    make_frame(64, 48, 1);
    int first = fg_kept_frames_take(&kept, &frame);
    assert_int_equal(fg_kept_frames_take(&kept, &frame), first);
    for (int i = 2; i < 20; i++) {
        make_frame(64, 48, i);
        int place = fg_kept_frames_take(&kept, &frame);
        assert_int_not_equal(place, first);
        fg_kept_frames_drop(&kept, place);
    }
    fg_kept_frames_drop(&kept, first);
    assert_int_equal(kept.frames[first].monotonic, 1);
    assert_int_equal(kept.frames[first].plane[0][0], 1);
    assert_int_equal(kept.users[first], 1);
    fg_kept_frames_drop(&kept, first);
    assert_int_equal(kept.users[first], 0);
    fg_kept_frames_drop(&kept, -1);
}

static void where_there_is_no_room_nothing_is_taken(void **state)
{
    (void)state;
    for (int i = 0; i < FG_KEPT_FRAMES; i++) {
        make_frame(64, 48, i);
        assert_in_range(fg_kept_frames_take(&kept, &frame), 0, FG_KEPT_FRAMES - 1);
    }
    int last = fg_kept_frames_take(&kept, &frame); /* the same frame */
    assert_in_range(last, 0, FG_KEPT_FRAMES - 1);
    make_frame(64, 48, 100);
    assert_int_equal(fg_kept_frames_take(&kept, &frame), -1);
    /* Whoever shares a place keeps it, whoever has one alone may have the new frame in it. */
    int shared = last, own = last > 0 ? 0 : 1;
    assert_false(fg_kept_frames_change(&kept, &shared, &frame));
    assert_int_equal(shared, last);
    assert_int_equal(kept.users[last], 2);
    int place = own;
    assert_true(fg_kept_frames_change(&kept, &place, &frame));
    assert_int_equal(place, own);
    assert_int_equal(kept.frames[own].monotonic, 100);
    assert_int_equal(kept.users[own], 1);
    assert_true(fg_kept_frames_change(&kept, &shared, &frame));
    assert_int_equal(shared, own);
    assert_int_equal(kept.users[last], 1);
    assert_int_equal(kept.users[own], 2);
}

static void frames_of_another_size_are_other_frames(void **state)
{
    (void)state;
    make_frame(64, 48, 1);
    int small = fg_kept_frames_take(&kept, &frame);
    make_frame(320, 240, 1); /* the same time, and yet another */
    int large = fg_kept_frames_take(&kept, &frame);
    assert_int_not_equal(large, small);
    assert_int_equal(kept.frames[small].width, 64);
    assert_int_equal(kept.frames[large].width, 320);
    assert_int_equal(kept.frames[large].plane[0][kept.frames[large].stride[0] * 239], 1);
    assert_true(fg_kept_frames_change(&kept, &small, &frame));
    assert_int_equal(small, large);
    assert_int_equal(kept.users[large], 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_all, close_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_kept_stays_as_it_was_until_its_last_user_goes),
        TEST(where_there_is_no_room_nothing_is_taken),
        TEST(frames_of_another_size_are_other_frames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
