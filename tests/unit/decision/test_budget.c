/* How many events a second a budget lets through, whenever they come. */
#include "facegate/decision/budget.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MS INT64_C(1000000)

static int take_all(fg_budget *budget, int64_t time)
{
    int taken = 0;
    while (fg_budget_take(budget, time)) {
        taken++;
    }
    return taken;
}

static void a_second_is_worth_its_rate_and_saves_no_more(void **state)
{
    (void)state;
    fg_budget budget = fg_budget_of(5, 0);
    assert_int_equal(take_all(&budget, 0), 5);
    assert_int_equal(take_all(&budget, 199 * MS), 0);
    assert_int_equal(take_all(&budget, 200 * MS), 1);
    assert_int_equal(take_all(&budget, 600 * MS), 2);
    assert_int_equal(take_all(&budget, 3600 * 1000 * MS), 5);
    assert_int_equal(take_all(&budget, INT64_MAX), 5);
}

static void in_the_long_run_it_is_the_rate(void **state)
{
    (void)state;
    int taken = 0;
    fg_budget budget = fg_budget_of(5, 0);
    for (int64_t frame = 0; frame < 30 * 60; frame++) {
        for (int face = 0; face < 40; face++) {
            taken += fg_budget_take(&budget, frame * 1000 * MS / 30) ? 1 : 0;
        }
    }
    assert_in_range(taken, 5 * 60, 5 * 61);
}

static void time_that_runs_backwards_gives_nothing(void **state)
{
    (void)state;
    fg_budget budget = fg_budget_of(1, INT64_MIN);
    assert_true(fg_budget_take(&budget, 1000 * MS));
    assert_false(fg_budget_take(&budget, INT64_MIN));
    assert_false(fg_budget_take(&budget, 1000 * MS));
    assert_true(fg_budget_take(&budget, 2000 * MS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_is_worth_its_rate_and_saves_no_more),
        cmocka_unit_test(in_the_long_run_it_is_the_rate),
        cmocka_unit_test(time_that_runs_backwards_gives_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
