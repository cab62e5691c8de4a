/* Which checks score a view, and what the judge learns of them. */
#include "check_scores.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static int calls;

static int give_score(void *context, const fg_check_view *view, double *ret_score, fg_error *error)
{
    const double *score = context;
    (void)view;
    calls++;
    if (isnan(*score)) {
        return fg_error_set(error, -EIO, "its model is gone");
    }
    *ret_score = *score;
    return 0;
}

static double low = 0.25, high = 0.75, broken = (double)NAN;

static const fg_check checks[] = {
    {.name = "liveness", .threshold = 0.5, .named_only = true, .run = give_score, .context = &low},
    {.name = "mask", .threshold = 0.7, .warns = true, .run = give_score, .context = &high},
};

static void the_judge_learns_what_each_check_asks_for(void **state)
{
    (void)state;
    fg_judge_rules rules = {.checks = 0};
    fg_check_scores_rules(checks, 2, &rules);
    assert_int_equal(rules.checks, 2);
    assert_true(rules.least[0] == 0.5);
    assert_true(isinf(rules.least[1]) && rules.least[1] < 0);
}

static void each_check_scores_a_view_in_its_place(void **state)
{
    (void)state;
    const fg_check_view view = {.frame = NULL};
    fg_view_scores scores = {.scored = 0};
    fg_error error;
    assert_int_equal(fg_check_scores_make(checks, 2, &view, true, &scores, &error), 0);
    assert_int_equal(scores.scored, 3);
    assert_true(scores.score[0] == 0.25 && scores.score[1] == 0.75);
}

static void a_view_that_helps_nobody_is_spared_the_cost(void **state)
{
    (void)state;
    const fg_check_view view = {.frame = NULL};
    fg_view_scores scores = {.scored = 0};
    fg_error error;
    calls = 0;
    assert_int_equal(fg_check_scores_make(checks, 2, &view, false, &scores, &error), 0);
    assert_int_equal(calls, 1);
    assert_int_equal(scores.scored, 2);
}

static void an_error_scores_nothing_and_names_the_check(void **state)
{
    (void)state;
    const fg_check both[] = {checks[1], {.name = "third", .run = give_score, .context = &broken}};
    const fg_check_view view = {.frame = NULL};
    fg_view_scores scores = {.scored = 0};
    fg_error error = {""};
    assert_int_equal(fg_check_scores_make(both, 2, &view, true, &scores, &error), -EIO);
    assert_string_equal(error.text, "the check of third: its model is gone");
    assert_int_equal(scores.scored, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_judge_learns_what_each_check_asks_for),
        cmocka_unit_test(each_check_scores_a_view_in_its_place),
        cmocka_unit_test(a_view_that_helps_nobody_is_spared_the_cost),
        cmocka_unit_test(an_error_scores_nothing_and_names_the_check),
    };
    return cmocka_run_group_tests_name("check_scores", tests, NULL, NULL);
}
