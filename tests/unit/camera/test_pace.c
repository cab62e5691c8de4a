/* Turns reported in numbers, then things that really wait. */
#include "facegate/clock.h"
#include "pace.h"
#include "testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SLACK  4
#define MOST   4
#define THINGS 12

/* How many of `count` arrivals, `interval` apart, would have to wait; the longest wait is given
 * too. */
static int count_waits(int fps, int64_t interval, int count, int64_t *ret_longest)
{
    int64_t now = 1000 * FG_NS_PER_S;
    fg_pace_turns turns = fg_pace_at(fps, SLACK, now);
    int waits = 0;
    *ret_longest = 0;
    for (int i = 0; i < count; i++, now += interval) {
        int64_t wait = fg_pace_next(&turns, now) - now;
        waits += wait > 0;
        *ret_longest = wait > *ret_longest ? wait : *ret_longest;
    }
    return waits;
}

static void who_keeps_the_rate_never_waits(void **state)
{
    (void)state;
    int64_t longest;
    assert_int_equal(count_waits(30, FG_NS_PER_S / 30, 100000, &longest), 0);
    /* By a clock that is half a percent fast. */
    assert_int_equal(count_waits(30, FG_NS_PER_S / 30 * 199 / 200, 100000, &longest), 0);
    assert_int_equal(count_waits(30, FG_NS_PER_S / 15, 100000, &longest), 0);
    assert_int_equal(count_waits(1, FG_NS_PER_S, 100000, &longest), 0);
    assert_int_equal(count_waits(120, FG_NS_PER_S / 120, 100000, &longest), 0);
}

static void who_goes_faster_is_held_to_the_rate(void **state)
{
    (void)state;
    static const int rates[] = {1, 10, 30, 60, 120};
    for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
        int64_t start = 5 * FG_NS_PER_S;
        int64_t now = start;
        fg_pace_turns turns = fg_pace_at(rates[i], SLACK, start);
        for (int n = 0; n < rates[i] * 100; n++) {
            now = fg_pace_next(&turns, now);
        }
        assert_in_range(now - start, 98 * FG_NS_PER_S, 100 * FG_NS_PER_S);
    }
}

static void lateness_is_made_up_for_but_not_a_long_silence(void **state)
{
    (void)state;
    int64_t now = 5 * FG_NS_PER_S;
    fg_pace_turns turns = fg_pace_at(10, SLACK, now);
    int64_t last = fg_pace_next(&turns, now);
    /* Two periods late: as many go at once as would have gone by then. */
    now = last + 3 * turns.period;
    assert_true(fg_pace_next(&turns, now) <= now);
    assert_true(fg_pace_next(&turns, now) <= now);
    assert_true(fg_pace_next(&turns, now) <= now);
    assert_true(fg_pace_next(&turns, now) > now);
    /* An hour: no more than the slack and the one whose turn it is. */
    now += 3600 * FG_NS_PER_S;
    for (int i = 0; i <= SLACK; i++) {
        assert_true(fg_pace_next(&turns, now) <= now);
    }
    assert_true(fg_pace_next(&turns, now) > now);
}

typedef struct receipt {
    _Atomic int count;
    int order[THINGS];
    int64_t times[THINGS];
} receipt;

static int things[THINGS];

static void receive(void *context, void *thing)
{
    receipt *got = context;
    int at = got->count;
    got->order[at] = (int)((int *)thing - things);
    got->times[at] = fg_clock_monotonic();
    atomic_store(&got->count, at + 1);
}

typedef struct expectation {
    receipt *got;
    int count;
} expectation;

static bool has_come(void *context)
{
    const expectation *wanted = context;
    return atomic_load(&wanted->got->count) >= wanted->count;
}

static void what_is_held_comes_in_order_and_not_before_its_turn(void **state)
{
    (void)state;
    receipt got = {.count = 0};
    fg_pace *pace = NULL;
    int64_t start = fg_clock_monotonic();
    assert_int_equal(fg_pace_create(100, MOST, receive, &got, &pace, NULL), 0);
    for (int i = 0; i < THINGS; i++) {
        /* Never more at once than a camera has buffers. */
        expectation room = {&got, i - MOST + 1};
        assert_true(fg_testing_wait(has_come, &room, FG_TESTING_PATIENCE));
        fg_pace_give(pace, &things[i]);
    }
    expectation all = {&got, THINGS};
    assert_true(fg_testing_wait(has_come, &all, FG_TESTING_PATIENCE));
    for (int i = 0; i < THINGS; i++) {
        assert_int_equal(got.order[i], i);
        assert_true(got.times[i] - start >= i * FG_NS_PER_S / 102);
    }
    fg_pace_free(pace);
}

static void after_the_stop_nothing_is_passed_on(void **state)
{
    (void)state;
    receipt got = {.count = 0};
    fg_pace *pace = NULL;
    assert_int_equal(fg_pace_create(1, MOST, receive, &got, &pace, NULL), 0);
    for (int i = 0; i < 3; i++) {
        fg_pace_give(pace, &things[i]);
    }
    fg_pace_stop(pace);
    int count = got.count;
    fg_pace_give(pace, &things[3]);
    assert_int_equal(got.count, count);
    assert_in_range(count, 1, 2); /* a machine may stand still for a second, not for two */
    assert_null(fg_pace_free(pace));
    assert_null(fg_pace_free(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_keeps_the_rate_never_waits),
        cmocka_unit_test(who_goes_faster_is_held_to_the_rate),
        cmocka_unit_test(lateness_is_made_up_for_but_not_a_long_silence),
        cmocka_unit_test(what_is_held_comes_in_order_and_not_before_its_turn),
        cmocka_unit_test(after_the_stop_nothing_is_passed_on),
    };
    return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}
