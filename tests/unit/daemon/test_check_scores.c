/* What several checks' scores of one face add up to. */
#include "check_scores.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static double next_score;
static int calls;

static int give_score(void *context, const fg_check_view *view, double *ret_score, fg_error *error)
{
    (void)context;
    (void)view;
    (void)error;
    calls++;
    *ret_score = next_score;
    return 0;
}

static const fg_check refusing = {
    .name = "liveness", .threshold = 0.5, .named_only = true, .run = give_score};
static const fg_check warning = {
    .name = "liveness", .threshold = 0.5, .named_only = true, .warns = true, .run = give_score};

static void add(fg_check_scores *scores, const fg_check *check, double score, bool named)
{
    const fg_check_view view = {.frame = NULL};
    fg_error error;
    next_score = score;
    assert_int_equal(fg_check_scores_add(scores, check, 1, &view, named, &error), 0);
}

static void a_face_without_a_score_is_kept_out_but_for_no_reason(void **state)
{
    (void)state;
    const fg_check_scores none = {0};
    assert_true(fg_check_scores_bar(&none, &refusing, 1));
    assert_null(fg_check_scores_failed(&none, &refusing, 1));
    assert_true(isnan(fg_check_scores_mean(&none, 0)));
    /* Without checks nothing keeps anybody out. */
    assert_false(fg_check_scores_bar(&none, NULL, 0));
}

static void the_mean_of_all_views_has_to_reach_the_threshold(void **state)
{
    (void)state;
    fg_check_scores scores = {0};
    add(&scores, &refusing, 0.2, true);
    assert_true(fg_check_scores_bar(&scores, &refusing, 1));
    assert_ptr_equal(fg_check_scores_failed(&scores, &refusing, 1), &refusing);
    add(&scores, &refusing, 0.8, true);
    assert_false(fg_check_scores_bar(&scores, &refusing, 1));
    assert_null(fg_check_scores_failed(&scores, &refusing, 1));
    add(&scores, &refusing, (double)NAN, true);
    assert_true(fg_check_scores_bar(&scores, &refusing, 1));
    assert_ptr_equal(fg_check_scores_failed(&scores, &refusing, 1), &refusing);
}

static void a_check_that_only_warns_keeps_nobody_out_and_still_scores(void **state)
{
    (void)state;
    fg_check_scores scores = {0};
    assert_false(fg_check_scores_bar(&scores, &warning, 1));
    add(&scores, &warning, 0.1, true);
    assert_false(fg_check_scores_bar(&scores, &warning, 1));
    assert_null(fg_check_scores_failed(&scores, &warning, 1));
    assert_true(fabs(fg_check_scores_mean(&scores, 0) - 0.1) < 1e-9);
}

static void views_that_name_nobody_cost_nothing(void **state)
{
    (void)state;
    fg_check_scores scores = {0};
    calls = 0;
    add(&scores, &refusing, 1, false);
    assert_int_equal(calls, 0);
    assert_int_equal(scores.views[0], 0);
    assert_true(fg_check_scores_bar(&scores, &refusing, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_face_without_a_score_is_kept_out_but_for_no_reason),
        cmocka_unit_test(the_mean_of_all_views_has_to_reach_the_threshold),
        cmocka_unit_test(a_check_that_only_warns_keeps_nobody_out_and_still_scores),
        cmocka_unit_test(views_that_name_nobody_cost_nothing),
    };
    return cmocka_run_group_tests_name("check_scores", tests, NULL, NULL);
}
