#include "facegate/decision/throttle.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SECOND INT64_C(1000000000)
#define SLOTS  4096 /* what the table holds */

static fg_throttle *throttle;

static int make_throttle(void **state)
{
    (void)state;
    return fg_throttle_create(SECOND, &throttle);
}

static int free_throttle(void **state)
{
    (void)state;
    throttle = fg_throttle_free(throttle);
    return throttle != NULL;
}

/* Asks, and makes the event where one may be made. */
static bool passes(fg_throttle *of, uint64_t key, int64_t time)
{
    if (fg_throttle_ask(of, key, time) == FG_THROTTLE_HOLD) {
        return false;
    }
    fg_throttle_made(of, key, time);
    return true;
}

static void one_event_passes_in_an_interval(void **state)
{
    (void)state;
    uint64_t ada = fg_throttle_key("Ada");
    assert_true(passes(throttle, ada, 5 * SECOND));
    assert_false(passes(throttle, ada, 5 * SECOND));
    assert_false(passes(throttle, ada, 6 * SECOND - 1));
    assert_true(passes(throttle, ada, 6 * SECOND));
    assert_false(passes(throttle, ada, 7 * SECOND - 1));
    assert_true(passes(throttle, ada, 100 * SECOND));
}

static void what_is_held_back_does_not_start_the_interval_anew(void **state)
{
    (void)state;
    uint64_t ada = fg_throttle_key("Ada");
    int passed = 0;
    for (int frame = 0; frame < 300; frame++) { /* 30 frames a second */
        passed += passes(throttle, ada, frame * SECOND / 30);
    }
    assert_int_equal(passed, 10);
}

static void people_do_not_hold_each_other_back(void **state)
{
    (void)state;
    assert_true(passes(throttle, fg_throttle_key("Ada"), 0));
    assert_true(passes(throttle, fg_throttle_key("Grace"), 0));
    assert_true(passes(throttle, fg_throttle_stranger(7), 0));
    assert_false(passes(throttle, fg_throttle_key("Ada"), 1));
    assert_false(passes(throttle, fg_throttle_key("Grace"), 1));
    assert_false(passes(throttle, fg_throttle_stranger(7), 1));
}

static void two_strangers_make_two_events_and_one_stranger_one(void **state)
{
    (void)state;
    static const uint64_t tracks[] = {0, 1, 2, 256, UINT64_C(1) << 56, UINT64_MAX};
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < sizeof(tracks) / sizeof(tracks[0]); i++) {
            uint64_t key = fg_throttle_stranger(tracks[i]);
            assert_int_equal(passes(throttle, key, round * SECOND / 2), round != 1);
        }
    }
}

static void a_person_in_two_tracks_makes_one_event(void **state)
{
    (void)state;
    char one[] = "Ada", other[] = "Ada";
    assert_true(passes(throttle, fg_throttle_key(one), 0));
    assert_false(passes(throttle, fg_throttle_key(other), 0));
}

static void strangers_are_nobody_of_the_gallery(void **state)
{
    (void)state;
    static const char *const names[] = {"Inconnu", "", "s", "n", "Ada", "0", "\x01"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        for (uint64_t track = 0; track < 1000; track++) {
            assert_true(fg_throttle_key(names[i]) != fg_throttle_stranger(track));
        }
    }
    assert_true(fg_throttle_key("Ada") != fg_throttle_key("ada"));
}

static void time_that_runs_backwards_lets_nothing_through(void **state)
{
    (void)state;
    assert_true(passes(throttle, 1, 10 * SECOND));
    assert_false(passes(throttle, 1, 0));
    assert_false(passes(throttle, 1, INT64_MIN));
    assert_true(passes(throttle, 1, INT64_MAX));
}

/* Keys that share their place in the table: what came first must still be found. */
static void keys_in_one_place_are_kept_apart(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 100; i++) {
        assert_true(passes(throttle, 7 + i * SLOTS, (int64_t)i));
    }
    for (uint64_t i = 0; i < 100; i++) {
        assert_false(passes(throttle, 7 + i * SLOTS, 200));
    }
    /* The first fifty run out and give their places to others; the rest stays. */
    for (uint64_t i = 1000; i < 1050; i++) {
        assert_true(passes(throttle, 7 + i * SLOTS, SECOND + 49));
    }
    for (uint64_t i = 50; i < 100; i++) {
        assert_false(passes(throttle, 7 + i * SLOTS, SECOND + 49));
    }
    for (uint64_t i = 0; i < 50; i++) {
        assert_true(passes(throttle, 7 + i * SLOTS, SECOND + 49));
    }
}

static void a_full_table_forgets_the_oldest(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < SLOTS; i++) {
        assert_true(passes(throttle, i, 10 + (int64_t)i));
    }
    /* Nobody's time is up: the oldest, key 0, goes, wherever in the table it is. */
    assert_true(passes(throttle, SLOTS + 1234, 10 + SLOTS));
    assert_false(passes(throttle, SLOTS + 1234, 11 + SLOTS));
    for (uint64_t i = 1; i < SLOTS; i++) {
        assert_false(passes(throttle, i, 12 + SLOTS));
    }
    assert_true(passes(throttle, 0, 13 + SLOTS));
}

static void asking_alone_spends_nothing(void **state)
{
    (void)state;
    assert_int_equal(fg_throttle_ask(throttle, 1, 0), FG_THROTTLE_NEW);
    assert_int_equal(fg_throttle_ask(throttle, 1, 0), FG_THROTTLE_NEW);
    fg_throttle_made(throttle, 1, 0);
    assert_int_equal(fg_throttle_ask(throttle, 1, 1), FG_THROTTLE_HOLD);
}

static void a_missed_event_is_tried_again_until_it_is_made(void **state)
{
    (void)state;
    assert_int_equal(fg_throttle_ask(throttle, 1, 10), FG_THROTTLE_NEW);
    fg_throttle_missed(throttle, 1, 10);
    /* Another track of that person would fare no better in that frame. */
    assert_int_equal(fg_throttle_ask(throttle, 1, 10), FG_THROTTLE_HOLD);
    assert_int_equal(fg_throttle_ask(throttle, 1, 20), FG_THROTTLE_AGAIN);
    fg_throttle_missed(throttle, 1, 20);
    assert_int_equal(fg_throttle_ask(throttle, 1, 20), FG_THROTTLE_HOLD);
    assert_int_equal(fg_throttle_ask(throttle, 2, 20), FG_THROTTLE_NEW);
    assert_int_equal(fg_throttle_ask(throttle, 1, 30), FG_THROTTLE_AGAIN);
    fg_throttle_made(throttle, 1, 30);
    /* The interval counts from the event that was made. */
    assert_int_equal(fg_throttle_ask(throttle, 1, 29 + SECOND), FG_THROTTLE_HOLD);
    assert_int_equal(fg_throttle_ask(throttle, 1, 30 + SECOND), FG_THROTTLE_NEW);
}

static void an_interval_without_an_event_counts_as_one_missed(void **state)
{
    (void)state;
    int missed = 0;
    for (int frame = 0; frame < 300; frame++) { /* 30 frames a second */
        int64_t time = frame * SECOND / 30;
        missed += fg_throttle_ask(throttle, 1, time) == FG_THROTTLE_NEW;
        fg_throttle_missed(throttle, 1, time);
    }
    assert_int_equal(missed, 10);
}

static void an_interval_of_nothing_passes_everything(void **state)
{
    (void)state;
    fg_throttle *open = NULL;
    assert_int_equal(fg_throttle_create(-1, &open), -EINVAL);
    assert_null(open);
    assert_int_equal(fg_throttle_create(0, &open), 0);
    assert_true(passes(open, 1, 5));
    assert_true(passes(open, 1, 5));
    assert_null(fg_throttle_free(open));
    assert_null(fg_throttle_free(NULL));
}

#define IN_A_NEW_ONE(test) cmocka_unit_test_setup_teardown(test, make_throttle, free_throttle)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_NEW_ONE(one_event_passes_in_an_interval),
        IN_A_NEW_ONE(what_is_held_back_does_not_start_the_interval_anew),
        IN_A_NEW_ONE(people_do_not_hold_each_other_back),
        IN_A_NEW_ONE(two_strangers_make_two_events_and_one_stranger_one),
        IN_A_NEW_ONE(a_person_in_two_tracks_makes_one_event),
        IN_A_NEW_ONE(strangers_are_nobody_of_the_gallery),
        IN_A_NEW_ONE(time_that_runs_backwards_lets_nothing_through),
        IN_A_NEW_ONE(keys_in_one_place_are_kept_apart),
        IN_A_NEW_ONE(a_full_table_forgets_the_oldest),
        IN_A_NEW_ONE(asking_alone_spends_nothing),
        IN_A_NEW_ONE(a_missed_event_is_tried_again_until_it_is_made),
        IN_A_NEW_ONE(an_interval_without_an_event_counts_as_one_missed),
        cmocka_unit_test(an_interval_of_nothing_passes_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
