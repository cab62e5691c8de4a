/* The error rates of a liveness check, from scores of which the answer is known. */
#include "evaluate/attacks_figures.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define NONE ((double)NAN)

static void expect_rate(fg_rate rate, int hits, int trials)
{
    assert_int_equal(rate.hits, hits);
    assert_int_equal(rate.trials, trials);
}

static void views_that_follow_each_other_make_a_visit_with_their_mean(void **state)
{
    (void)state;
    static const double scores[] = {9, 0.1, NONE, 0.2, 0.3, 0.7, 0.8, 0.9, 1, NONE, 0.5, 9};
    fg_attacks_visit visits[3];
    assert_int_equal(fg_attacks_make_visits(scores, 4, 1, 10, 3, visits), 2);
    assert_int_equal(visits[0].folder, 4);
    assert_int_equal(visits[0].first, 1);
    assert_int_equal(visits[0].last, 4);
    assert_true(fabs(visits[0].score - 0.2) < 1e-12);
    assert_int_equal(visits[1].first, 5);
    assert_int_equal(visits[1].last, 7);
    assert_true(fabs(visits[1].score - 0.8) < 1e-12);
}

static void what_makes_no_whole_visit_is_none(void **state)
{
    (void)state;
    static const double scores[] = {0.1, NONE, 0.2, NONE};
    fg_attacks_visit visits[4];
    assert_int_equal(fg_attacks_make_visits(scores, 0, 0, 4, 3, visits), 0);
    assert_int_equal(fg_attacks_make_visits(scores, 0, 0, 0, 1, visits), 0);
    assert_int_equal(fg_attacks_make_visits(scores, 0, 0, 4, 1, visits), 2);
    assert_int_equal(visits[1].first, 2);
    assert_int_equal(visits[1].last, 2);
}

static const fg_attacks_visit attacks[] = {
    {0, 0, 2, 0.5}, {0, 3, 5, 0.49}, {2, 6, 8, 0.2}, {2, 9, 11, 0.9}, {2, 12, 14, 0.8},
};
#define ATTACKS ((int)(sizeof(attacks) / sizeof(attacks[0])))

static void a_score_that_is_the_threshold_passes(void **state)
{
    (void)state;
    assert_true(fg_attacks_passes(&attacks[0], 0.5));
    assert_false(fg_attacks_passes(&attacks[1], 0.5));
    expect_rate(fg_attacks_refused(attacks, ATTACKS, 0.5), 2, 5);
    expect_rate(fg_attacks_refused(attacks, ATTACKS, 0.51), 3, 5);
    expect_rate(fg_attacks_refused(attacks, ATTACKS, 0.1), 0, 5);
}

static void species_are_counted_apart_and_the_highest_is_reported(void **state)
{
    (void)state;
    fg_rate highest;
    expect_rate(fg_attacks_accepted(attacks, ATTACKS, 0, 0.5), 1, 2);
    expect_rate(fg_attacks_accepted(attacks, ATTACKS, 1, 0.5), 0, 0);
    expect_rate(fg_attacks_accepted(attacks, ATTACKS, 2, 0.5), 2, 3);
    assert_int_equal(fg_attacks_highest(attacks, ATTACKS, 3, 0.5, &highest), 2);
    expect_rate(highest, 2, 3);
    assert_int_equal(fg_attacks_highest(attacks, ATTACKS, 3, 0.3, &highest), 0);
    expect_rate(highest, 2, 2);
}

static void of_equal_species_the_one_that_is_known_less_is_reported(void **state)
{
    (void)state;
    fg_rate highest;
    assert_int_equal(fg_attacks_highest(attacks, ATTACKS, 3, 0.95, &highest), 0);
    expect_rate(highest, 0, 2);
}

static void without_visits_there_is_no_rate(void **state)
{
    (void)state;
    fg_rate highest;
    assert_int_equal(fg_attacks_highest(attacks, 0, 3, 0.5, &highest), -1);
    expect_rate(highest, 0, 0);
    assert_true(isnan(fg_attacks_refused(attacks, 0, 0.5).rate));
}

static void expect_thresholds(double configured, int expected_count, int at)
{
    double thresholds[FG_ATTACKS_THRESHOLDS];
    int count = fg_attacks_thresholds(configured, thresholds);
    assert_int_equal(count, expected_count);
    assert_true(thresholds[at] == configured);
    for (int i = 1; i < count; i++) {
        assert_true(thresholds[i - 1] < thresholds[i]);
    }
}

static void the_configured_threshold_is_once_among_the_usual_ones(void **state)
{
    (void)state;
    expect_thresholds(0.5, 9, 4);
    expect_thresholds(0.1, 9, 0);
    expect_thresholds(0.9, 9, 8);
    expect_thresholds(0.01, 10, 0);
    expect_thresholds(0.45, 10, 4);
    expect_thresholds(0.99, 10, 9);
}

static void the_extremes_come_in_order_and_no_more_than_asked_for(void **state)
{
    (void)state;
    fg_attacks_visit many[7] = {{0}};
    int found[FG_ATTACKS_EXTREMES];
    static const double scores[] = {0.3, 0.9, 0.1, 0.9, 0.5, 0.2, 0.7};
    assert_int_equal(fg_attacks_extremes(many, 0, true, found), 0);
    assert_int_equal(fg_attacks_extremes(attacks, 2, false, found), 2);
    assert_int_equal(found[0], 1);
    assert_int_equal(found[1], 0);
    assert_int_equal(fg_attacks_make_visits(scores, 0, 0, 7, 1, many), 7);
    static const int highest[] = {1, 3, 6, 4, 0};
    static const int lowest[] = {2, 5, 0, 4, 6};
    assert_int_equal(fg_attacks_extremes(many, 7, true, found), 5);
    assert_memory_equal(found, highest, sizeof(highest));
    assert_int_equal(fg_attacks_extremes(many, 7, false, found), 5);
    assert_memory_equal(found, lowest, sizeof(lowest));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(views_that_follow_each_other_make_a_visit_with_their_mean),
        cmocka_unit_test(what_makes_no_whole_visit_is_none),
        cmocka_unit_test(a_score_that_is_the_threshold_passes),
        cmocka_unit_test(species_are_counted_apart_and_the_highest_is_reported),
        cmocka_unit_test(of_equal_species_the_one_that_is_known_less_is_reported),
        cmocka_unit_test(without_visits_there_is_no_rate),
        cmocka_unit_test(the_configured_threshold_is_once_among_the_usual_ones),
        cmocka_unit_test(the_extremes_come_in_order_and_no_more_than_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
