#include "facegate/base/slot.h"
#include "facegate/clock.h"
#include "testing.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* How many pictures go through a slot between two threads. */
#define MANY 20000

static int64_t in_seconds(double seconds)
{
    return fg_clock_monotonic() + fg_clock_seconds(seconds);
}

static fg_slot *make_slot(void)
{
    fg_slot *slot = NULL;
    assert_int_equal(fg_slot_create(&slot), 0);
    return slot;
}

/* Sizes change from picture to picture, so that one frame's layout on another's pixels is seen. */
static int width_of(uint64_t number)
{
    return 33 + (int)(number % 7) * 2;
}

static void fill(fg_frame *frame, uint64_t number)
{
    assert_int_equal(fg_frame_resize(frame, width_of(number), 20), 0);
    frame->sequence = number;
    frame->monotonic = (int64_t)number * 3;
    frame->realtime = (int64_t)number * 5;
    for (int plane = 0; plane < 3; plane++) {
        int rows = plane == 0 ? 20 : 10;
        memset(frame->plane[plane], (int)(number + (uint64_t)plane) & 0xFF,
               (size_t)frame->stride[plane] * (size_t)rows);
    }
}

/* Whether every byte of the frame belongs to the same picture. */
static bool is_whole(const fg_frame *frame)
{
    uint64_t number = frame->sequence;
    if (frame->width != width_of(number) || frame->height != 20 ||
        frame->monotonic != (int64_t)number * 3 || frame->realtime != (int64_t)number * 5) {
        return false;
    }
    for (int plane = 0; plane < 3; plane++) {
        size_t size = (size_t)frame->stride[plane] * (plane == 0 ? 20 : 10);
        for (size_t i = 0; i < size; i++) {
            if (frame->plane[plane][i] != (uint8_t)(number + (uint64_t)plane)) {
                return false;
            }
        }
    }
    return true;
}

static void put(fg_slot *slot, uint64_t number)
{
    fill(fg_slot_frame(slot), number);
    fg_slot_publish(slot);
}

static uint64_t take(fg_slot *slot)
{
    const fg_frame *frame = NULL;
    assert_int_equal(fg_slot_take(slot, in_seconds(FG_TESTING_PATIENCE), &frame), 0);
    assert_true(is_whole(frame));
    return frame->sequence;
}

static void a_published_frame_is_taken_once(void **state)
{
    (void)state;
    fg_slot *slot = make_slot();
    const fg_frame *frame = NULL;
    put(slot, 4);
    assert_int_equal(take(slot), 4);
    assert_int_equal(fg_slot_take(slot, 0, &frame), -ETIMEDOUT);
    assert_null(frame);
    assert_int_equal(fg_slot_overwritten(slot), 0);
    fg_slot_free(slot);
}

static void the_newest_frame_wins_and_the_rest_is_counted(void **state)
{
    (void)state;
    fg_slot *slot = make_slot();
    put(slot, 1);
    put(slot, 2);
    assert_int_equal(fg_slot_overwritten(slot), 1);
    put(slot, 3);
    assert_int_equal(take(slot), 3);
    assert_int_equal(fg_slot_overwritten(slot), 2);
    put(slot, 4);
    assert_int_equal(take(slot), 4);
    assert_int_equal(fg_slot_overwritten(slot), 2);
    fg_slot_free(slot);
}

static void a_taken_frame_stays_the_consumers_until_the_next(void **state)
{
    (void)state;
    fg_slot *slot = make_slot();
    const fg_frame *frame = NULL;
    put(slot, 1);
    assert_int_equal(fg_slot_take(slot, in_seconds(1), &frame), 0);
    for (uint64_t number = 2; number < 20; number++) {
        put(slot, number);
        assert_int_equal(frame->sequence, 1);
        assert_true(is_whole(frame));
    }
    fg_slot_free(slot);
}

static void planes_are_allocated_only_until_each_frame_was_used(void **state)
{
    (void)state;
    fg_slot *slot = make_slot();
    const uint8_t *seen[3] = {NULL};
    for (uint64_t number = 0; number < 50; number++) {
        fg_frame *frame = fg_slot_frame(slot);
        assert_int_equal(fg_frame_resize(frame, 100, 100), 0);
        int known = 0;
        while (known < 3 && seen[known] != NULL && seen[known] != frame->memory) {
            known++;
        }
        assert_in_range(known, 0, 2);
        seen[known] = frame->memory;
        put(slot, number);
        if (number % 3 == 0) {
            take(slot);
        }
    }
    fg_slot_free(slot);
}

static void an_empty_slot_waits_until_the_deadline(void **state)
{
    (void)state;
    fg_slot *slot = make_slot();
    const fg_frame *frame = NULL;
    int64_t deadline = in_seconds(0.05);
    assert_int_equal(fg_slot_take(slot, deadline, &frame), -ETIMEDOUT);
    int64_t now = fg_clock_monotonic();
    assert_true(now >= deadline);
    /* The same number read on another clock would be decades away. */
    assert_true(now < deadline + fg_clock_seconds(FG_TESTING_PATIENCE));
    assert_null(frame);
    fg_slot_free(slot);
}

static void a_deadline_in_the_past_only_looks(void **state)
{
    (void)state;
    static const int64_t past[] = {0, 1, -1, -FG_NS_PER_S, -FG_NS_PER_S - 1, INT64_MIN};
    fg_slot *slot = make_slot();
    for (size_t i = 0; i < sizeof(past) / sizeof(past[0]); i++) {
        const fg_frame *frame = NULL;
        assert_int_equal(fg_slot_take(slot, past[i], &frame), -ETIMEDOUT);
        assert_null(frame);
        put(slot, i);
        assert_int_equal(fg_slot_take(slot, past[i], &frame), 0);
        assert_int_equal(frame->sequence, i);
    }
    fg_slot_free(slot);
}

static void after_the_end_what_waits_can_still_be_taken(void **state)
{
    (void)state;
    fg_slot *slot = make_slot();
    const fg_frame *frame = NULL;
    put(slot, 1);
    fg_slot_finish(slot);
    assert_int_equal(take(slot), 1);
    assert_int_equal(fg_slot_take(slot, INT64_MAX, &frame), -ENODATA);
    assert_int_equal(fg_slot_take(slot, 0, &frame), -ENODATA);
    assert_null(frame);
    fill(fg_slot_frame(slot), 2);
    assert_int_equal(fg_slot_hand_over(slot), -ECANCELED);
    fg_slot_free(slot);
}

static void a_closed_slot_turns_both_sides_away(void **state)
{
    (void)state;
    fg_slot *slot = make_slot();
    const fg_frame *frame = NULL;
    put(slot, 1);
    fg_slot_close(slot);
    assert_int_equal(fg_slot_take(slot, INT64_MAX, &frame), -ECANCELED);
    assert_null(frame);
    fill(fg_slot_frame(slot), 2);
    assert_int_equal(fg_slot_hand_over(slot), -ECANCELED);
    fg_slot_publish(slot);
    assert_int_equal(fg_slot_take(slot, INT64_MAX, &frame), -ECANCELED);
    fg_slot_finish(slot);
    assert_int_equal(fg_slot_take(slot, INT64_MAX, &frame), -ECANCELED);
    assert_null(frame);
    fg_slot_free(slot);
}

/* A thread in one call of the slot; what it got. */
typedef struct party {
    fg_slot *slot;
    bool gives;
    _Atomic pid_t tid;
    int result;
    const fg_frame *frame;
} party;

static void *one_call(void *context)
{
    party *one = context;
    one->tid = gettid();
    one->result =
        one->gives ? fg_slot_hand_over(one->slot) : fg_slot_take(one->slot, INT64_MAX, &one->frame);
    return NULL;
}

/* Whether the kernel says that the thread sleeps. */
static bool sleeps(void *context)
{
    const party *one = context;
    char path[64], line[256] = "";
    if (one->tid == 0) {
        return false;
    }
    snprintf(path, sizeof(path), "/proc/self/task/%d/stat", (int)one->tid);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof(line), file));
    fclose(file);
    const char *end = strrchr(line, ')');
    assert_non_null(end);
    return end[2] == 'S';
}

/* Has a thread wait in the slot, does something to the slot, and gives what the thread got. */
static void wake(party *one, void (*act)(fg_slot *slot))
{
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, one_call, one), 0);
    assert_true(fg_testing_wait(sleeps, one, FG_TESTING_PATIENCE));
    act(one->slot);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

static void publish_nine(fg_slot *slot)
{
    put(slot, 9);
}

static void take_one(fg_slot *slot)
{
    take(slot);
}

static void a_waiting_consumer_is_woken(void **state)
{
    (void)state;
    party one = {.slot = make_slot()};
    wake(&one, publish_nine);
    assert_int_equal(one.result, 0);
    assert_int_equal(one.frame->sequence, 9);

    party two = {.slot = one.slot};
    wake(&two, fg_slot_finish);
    assert_int_equal(two.result, -ENODATA);
    fg_slot_free(one.slot);

    party three = {.slot = make_slot()};
    wake(&three, fg_slot_close);
    assert_int_equal(three.result, -ECANCELED);
    assert_null(three.frame);
    fg_slot_free(three.slot);
}

static void a_waiting_producer_is_woken(void **state)
{
    (void)state;
    party one = {.slot = make_slot(), .gives = true};
    put(one.slot, 1);
    fill(fg_slot_frame(one.slot), 2);
    wake(&one, take_one);
    assert_int_equal(one.result, 0);
    assert_int_equal(take(one.slot), 2);
    assert_int_equal(fg_slot_overwritten(one.slot), 0);

    party two = {.slot = one.slot, .gives = true};
    put(two.slot, 3);
    fill(fg_slot_frame(two.slot), 4);
    wake(&two, fg_slot_finish);
    assert_int_equal(two.result, -ECANCELED);
    assert_int_equal(take(two.slot), 3);
    fg_slot_free(two.slot);

    party three = {.slot = make_slot(), .gives = true};
    put(three.slot, 5);
    fill(fg_slot_frame(three.slot), 6);
    wake(&three, fg_slot_close);
    assert_int_equal(three.result, -ECANCELED);
    fg_slot_free(three.slot);
}

typedef struct producer {
    fg_slot *slot;
    bool hands_over;
    int result;
} producer;

static void *produce(void *context)
{
    producer *one = context;
    for (uint64_t number = 0; number < MANY && one->result == 0; number++) {
        fill(fg_slot_frame(one->slot), number);
        if (one->hands_over) {
            one->result = fg_slot_hand_over(one->slot);
        } else {
            fg_slot_publish(one->slot);
        }
    }
    fg_slot_finish(one->slot);
    return NULL;
}

static void handed_over_frames_all_arrive_whole_and_in_order(void **state)
{
    (void)state;
    producer one = {.slot = make_slot(), .hands_over = true};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, produce, &one), 0);
    for (uint64_t number = 0; number < MANY; number++) {
        assert_int_equal(take(one.slot), number);
    }
    const fg_frame *frame = NULL;
    assert_int_equal(fg_slot_take(one.slot, INT64_MAX, &frame), -ENODATA);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(one.result, 0);
    assert_int_equal(fg_slot_overwritten(one.slot), 0);
    fg_slot_free(one.slot);
}

static void published_frames_arrive_whole_or_are_counted(void **state)
{
    (void)state;
    producer one = {.slot = make_slot()};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, produce, &one), 0);
    uint64_t taken = 0, last = 0;
    int result = 0;
    for (;;) {
        const fg_frame *frame = NULL;
        result = fg_slot_take(one.slot, in_seconds(FG_TESTING_PATIENCE), &frame);
        if (result != 0) {
            break;
        }
        assert_true(is_whole(frame));
        assert_true(taken == 0 || frame->sequence > last);
        last = frame->sequence;
        taken++;
    }
    assert_int_equal(result, -ENODATA);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(last, MANY - 1);
    assert_int_equal(taken + fg_slot_overwritten(one.slot), MANY);
    fg_slot_free(one.slot);
}

static void nothing_is_freed_too(void **state)
{
    (void)state;
    assert_null(fg_slot_free(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_published_frame_is_taken_once),
        cmocka_unit_test(the_newest_frame_wins_and_the_rest_is_counted),
        cmocka_unit_test(a_taken_frame_stays_the_consumers_until_the_next),
        cmocka_unit_test(planes_are_allocated_only_until_each_frame_was_used),
        cmocka_unit_test(an_empty_slot_waits_until_the_deadline),
        cmocka_unit_test(a_deadline_in_the_past_only_looks),
        cmocka_unit_test(after_the_end_what_waits_can_still_be_taken),
        cmocka_unit_test(a_closed_slot_turns_both_sides_away),
        cmocka_unit_test(a_waiting_consumer_is_woken),
        cmocka_unit_test(a_waiting_producer_is_woken),
        cmocka_unit_test(handed_over_frames_all_arrive_whole_and_in_order),
        cmocka_unit_test(published_frames_arrive_whole_or_are_counted),
        cmocka_unit_test(nothing_is_freed_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
