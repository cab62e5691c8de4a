#include "facegate/throttle.h"

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

static void one_event_passes_in_an_interval(void **state)
{
    (void)state;
    uint64_t ada = fg_throttle_key("Ada");
    assert_true(fg_throttle_pass(throttle, ada, 5 * SECOND));
    assert_false(fg_throttle_pass(throttle, ada, 5 * SECOND));
    assert_false(fg_throttle_pass(throttle, ada, 6 * SECOND - 1));
    assert_true(fg_throttle_pass(throttle, ada, 6 * SECOND));
    assert_false(fg_throttle_pass(throttle, ada, 7 * SECOND - 1));
    assert_true(fg_throttle_pass(throttle, ada, 100 * SECOND));
}

static void what_is_held_back_does_not_start_the_interval_anew(void **state)
{
    (void)state;
    uint64_t ada = fg_throttle_key("Ada");
    int passed = 0;
    for (int frame = 0; frame < 300; frame++) { /* 30 frames a second */
        passed += fg_throttle_pass(throttle, ada, frame * SECOND / 30);
    }
    assert_int_equal(passed, 10);
}

static void people_do_not_hold_each_other_back(void **state)
{
    (void)state;
    assert_true(fg_throttle_pass(throttle, fg_throttle_key("Ada"), 0));
    assert_true(fg_throttle_pass(throttle, fg_throttle_key("Grace"), 0));
    assert_true(fg_throttle_pass(throttle, fg_throttle_key(NULL), 0));
    assert_false(fg_throttle_pass(throttle, fg_throttle_key("Ada"), 1));
    assert_false(fg_throttle_pass(throttle, fg_throttle_key("Grace"), 1));
    assert_false(fg_throttle_pass(throttle, fg_throttle_key(NULL), 1));
}

static void strangers_are_nobody_of_the_gallery(void **state)
{
    (void)state;
    static const char *const names[] = {"Inconnu", "", "s", "n", "Ada"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_true(fg_throttle_key(names[i]) != fg_throttle_key(NULL));
        assert_true(fg_throttle_key(names[i]) == fg_throttle_key(names[i]));
    }
    assert_true(fg_throttle_key("Ada") != fg_throttle_key("ada"));
}

static void time_that_runs_backwards_lets_nothing_through(void **state)
{
    (void)state;
    assert_true(fg_throttle_pass(throttle, 1, 10 * SECOND));
    assert_false(fg_throttle_pass(throttle, 1, 0));
    assert_false(fg_throttle_pass(throttle, 1, INT64_MIN));
    assert_true(fg_throttle_pass(throttle, 1, INT64_MAX));
}

/* Keys that share their place in the table: what came first must still be found. */
static void keys_in_one_place_are_kept_apart(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 100; i++) {
        assert_true(fg_throttle_pass(throttle, 7 + i * SLOTS, (int64_t)i));
    }
    for (uint64_t i = 0; i < 100; i++) {
        assert_false(fg_throttle_pass(throttle, 7 + i * SLOTS, 200));
    }
    /* The first fifty run out and give their places to others; the rest stays. */
    for (uint64_t i = 1000; i < 1050; i++) {
        assert_true(fg_throttle_pass(throttle, 7 + i * SLOTS, SECOND + 49));
    }
    for (uint64_t i = 50; i < 100; i++) {
        assert_false(fg_throttle_pass(throttle, 7 + i * SLOTS, SECOND + 49));
    }
    for (uint64_t i = 0; i < 50; i++) {
        assert_true(fg_throttle_pass(throttle, 7 + i * SLOTS, SECOND + 49));
    }
}

static void a_full_table_forgets_the_oldest(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < SLOTS; i++) {
        assert_true(fg_throttle_pass(throttle, i, 10 + (int64_t)i));
    }
    /* Nobody's time is up: the oldest, key 0, goes, wherever in the table it is. */
    assert_true(fg_throttle_pass(throttle, SLOTS + 1234, 10 + SLOTS));
    assert_false(fg_throttle_pass(throttle, SLOTS + 1234, 11 + SLOTS));
    for (uint64_t i = 1; i < SLOTS; i++) {
        assert_false(fg_throttle_pass(throttle, i, 12 + SLOTS));
    }
    assert_true(fg_throttle_pass(throttle, 0, 13 + SLOTS));
}

static void an_interval_of_nothing_passes_everything(void **state)
{
    (void)state;
    fg_throttle *open = NULL;
    assert_int_equal(fg_throttle_create(-1, &open), -EINVAL);
    assert_null(open);
    assert_int_equal(fg_throttle_create(0, &open), 0);
    assert_true(fg_throttle_pass(open, 1, 5));
    assert_true(fg_throttle_pass(open, 1, 5));
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
        IN_A_NEW_ONE(strangers_are_nobody_of_the_gallery),
        IN_A_NEW_ONE(time_that_runs_backwards_lets_nothing_through),
        IN_A_NEW_ONE(keys_in_one_place_are_kept_apart),
        IN_A_NEW_ONE(a_full_table_forgets_the_oldest),
        cmocka_unit_test(an_interval_of_nothing_passes_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
