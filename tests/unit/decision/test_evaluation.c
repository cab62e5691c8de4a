/* Visits counted by hand, and visits of identities that nobody has. */
#include "facegate/decision/evaluation.h"

#include "nobody.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define STRANGER (-1)

static const fg_visit_rules standard = {.tolerance = 0.46, .margin = 0.09, .lead = 0.03};

static fg_evaluation evaluation;

static int start(void **state)
{
    (void)state;
    fg_evaluation_init(&evaluation, 3, &standard, &standard);
    return 0;
}

/* A visit of which person 1 is the candidate, and nobody else is near. */
static void add(int person, double margin, double distance)
{
    fg_visit visit = {.person = 1,
                      .margin = margin,
                      .distance = distance,
                      .next = 2,
                      .next_distance = 1,
                      .weight = 3};
    fg_evaluation_add_visit(&evaluation, &visit, person);
}

static int step_at(double margin)
{
    return (int)lround(margin * 100);
}

static void expect_rate(fg_rate rate, int64_t hits, int64_t trials)
{
    assert_int_equal(rate.hits, hits);
    assert_int_equal(rate.trials, trials);
    fg_rate same = fg_rate_of(hits, trials);
    assert_true(rate.low == same.low && rate.high == same.high);
}

/* At a margin: strangers let in, and enrolled people not recognised. */
static void expect(double margin, int64_t let_in, int64_t missed)
{
    fg_evaluation_rates rates = fg_evaluation_at(&evaluation, step_at(margin));
    assert_true(rates.rules.margin == margin);
    assert_int_equal(rates.false_match.hits, let_in);
    assert_int_equal(rates.false_non_match.hits, missed);
}

static void rates_are_those_counted_by_hand(void **state)
{
    (void)state;
    add(1, 0.20, 0.30);
    add(1, 0.10, 0.40);
    add(1, 0.05, 0.46);
    add(STRANGER, -0.02, 0.70);
    add(STRANGER, 0.04, 0.40);
    add(STRANGER, 0.12, 0.45);
    add(STRANGER, 0.25, 0.47); /* too far, whatever the margin */
    expect(0.00, 2, 0);
    expect(0.04, 2, 0);
    expect(0.05, 1, 0);
    expect(0.06, 1, 1);
    expect(0.09, 1, 1);
    expect(0.10, 1, 1);
    expect(0.11, 1, 2);
    expect(0.12, 1, 2);
    expect(0.13, 0, 2);
    expect(0.20, 0, 2);
    expect(0.21, 0, 3);
    expect(0.30, 0, 3);
    fg_evaluation_rates rates = fg_evaluation_at(&evaluation, FG_EVALUATION_CONFIGURED);
    expect_rate(rates.false_match, 1, 4);
    expect_rate(rates.false_non_match, 1, 3);
}

static void somebody_taken_for_another_is_not_recognised(void **state)
{
    (void)state;
    add(0, 0.20, 0.30);
    expect(0.09, 0, 1);
    expect_rate(fg_evaluation_at(&evaluation, 0).false_match, 0, 0);
}

static void a_margin_equal_to_a_step_reaches_it(void **state)
{
    (void)state;
    static const char *const texts[] = {"0.07", "0.09", "0.14", "0.28", "0.29"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        double margin = strtod(texts[i], NULL);
        fg_evaluation_init(&evaluation, 3, &standard, &standard);
        add(1, margin, 0.3);
        add(STRANGER, nextafter(margin, 0), 0.3);
        expect(margin, 0, 0);
        expect(fg_evaluation_margin(step_at(margin) - 1), 1, 0);
        expect(fg_evaluation_margin(step_at(margin) + 1), 0, 1);
    }
}

/* The configured rules may be looser: they are counted, but the steps stay as strict. */
static void the_configured_rules_are_counted_beside_the_steps(void **state)
{
    (void)state;
    const fg_visit_rules loose = {.tolerance = 0.6, .margin = 0.025, .lead = 0};
    fg_evaluation_init(&evaluation, 3, &loose, &standard);
    add(STRANGER, 0.026, 0.59);
    add(STRANGER, 0.10, 0.59);
    add(STRANGER, 0.10, 0.30);
    fg_evaluation_rates rates = fg_evaluation_at(&evaluation, FG_EVALUATION_CONFIGURED);
    assert_true(rates.rules.tolerance == 0.6 && rates.rules.margin == 0.025);
    expect_rate(rates.false_match, 3, 3);
    expect(0.02, 1, 0);
    rates = fg_evaluation_at(&evaluation, step_at(0.02));
    assert_true(rates.rules.tolerance == 0.46 && rates.rules.lead == 0.03);

    const fg_visit_rules strict = {.tolerance = 0.4, .margin = 0.2, .lead = 0.05};
    fg_evaluation_init(&evaluation, 3, &strict, &standard);
    rates = fg_evaluation_at(&evaluation, step_at(0.09));
    assert_true(rates.rules.tolerance == 0.4 && rates.rules.lead == 0.05);
}

static void a_visit_near_to_nobody_does_not_count(void **state)
{
    (void)state;
    const fg_visit nobody = {.person = -1,
                             .margin = -(double)INFINITY,
                             .distance = (double)INFINITY,
                             .next = -1,
                             .next_distance = (double)INFINITY};
    fg_evaluation_add_visit(&evaluation, &nobody, STRANGER);
    fg_evaluation_add_visit(&evaluation, &nobody, 0);
    fg_evaluation_rates rates = fg_evaluation_at(&evaluation, FG_EVALUATION_CONFIGURED);
    assert_int_equal(rates.false_match.trials, 0);
    assert_int_equal(rates.false_non_match.trials, 0);
    fg_recommendation none = fg_evaluation_recommend(&evaluation, 0.001);
    assert_int_equal(none.step, -1);
    assert_int_equal(none.as_good, -1);
    assert_false(none.shown);
    assert_int_equal(none.needed, 3000);
    assert_int_equal(none.missing, 3000);
}

/* `let_in` visits of strangers with a margin of 0.115 of `trials`, the others with none; one of
 * somebody enrolled with 0.15. */
static void add_strangers(int let_in, int trials)
{
    fg_evaluation_init(&evaluation, 3, &standard, &standard);
    for (int i = 0; i < trials; i++) {
        add(STRANGER, i < let_in ? 0.115 : -0.05, 0.4);
    }
    add(1, 0.15, 0.4);
}

static void the_smallest_margin_that_keeps_the_wanted_rate_is_recommended(void **state)
{
    (void)state;
    const struct {
        int let_in, trials;
        double wanted, margin;
        int64_t missing;
        bool shown;
    } cases[] = {
        {1, 100, 0.01, 0.09, 200, false}, /* just as often as wanted, though that is not shown */
        {2, 100, 0.01, 0.12, 200, false},
        {29, 100, 0.29, 0.09, 0, false}, /* equal though neither can be written in binary */
        {0, 100, 0.001, 0.09, 2900, false},
        {0, 2999, 0.001, 0.09, 1, true}, /* the rule of three is a little careful */
        {0, 3000, 0.001, 0.09, 0, true},
        {1, 3000, 0.001, 0.09, 0, false}, /* 1 in 3000, but maybe 1 in 540 */
        {4, 3000, 0.001, 0.12, 0, true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        add_strangers(cases[i].let_in, cases[i].trials);
        fg_recommendation found = fg_evaluation_recommend(&evaluation, cases[i].wanted);
        assert_int_equal(found.step, step_at(cases[i].margin));
        assert_int_equal(found.missing, cases[i].missing);
        assert_int_equal(found.shown, cases[i].shown);
        assert_int_equal(found.as_good, step_at(0.15));
    }
}

static void nothing_looser_than_the_loosest_is_recommended(void **state)
{
    (void)state;
    const fg_visit_rules loose = {.tolerance = 0.8, .margin = 0, .lead = 0};
    fg_evaluation_init(&evaluation, 3, &loose, &standard);
    add(STRANGER, -0.5, 0.9);
    fg_recommendation found = fg_evaluation_recommend(&evaluation, 0.1);
    assert_int_equal(found.step, step_at(0.09));
    fg_evaluation_rates rates = fg_evaluation_at(&evaluation, found.step);
    assert_true(rates.rules.tolerance == 0.46 && rates.rules.lead == 0.03);
    assert_int_equal(found.as_good, found.step); /* nobody enrolled was tried */
}

static void nothing_is_recommended_where_the_strictest_is_wrong_too_often(void **state)
{
    (void)state;
    add(STRANGER, 0.35, 0.1);
    add(STRANGER, 0.00, 0.9);
    fg_recommendation none = fg_evaluation_recommend(&evaluation, 0.49);
    assert_int_equal(none.step, -1);
    assert_int_equal(none.as_good, -1);
    assert_int_equal(fg_evaluation_recommend(&evaluation, 0.5).step, step_at(0.09));
}

/* Five encodings each of eight, and six views of each that are not enrolled; then the same people
 * as strangers, and others who were never enrolled. */
static void views_make_visits_that_are_judged_as_at_the_door(void **state)
{
    (void)state;
    fg_view views[7];
    fg_gallery *gallery = NULL;
    assert_int_equal(fg_gallery_create(&gallery), 0);
    for (int i = 0; i < 8; i++) {
        fg_nobody_enroll(gallery, i, 0, 5);
    }
    for (int i = 0; i < FG_NOBODY_IDENTITIES; i++) {
        for (int k = 0; k < 7; k++) {
            fg_comparison_make(gallery, fg_nobody_cohort(), fg_nobody_view(i, 5 + k),
                               &views[k].comparison);
            views[k].weight = 1;
        }
        if (i < 8) {
            fg_evaluation_add(&evaluation, gallery, views, 7, i);
        }
        for (int k = 0; i < 8 && k < 7; k++) {
            fg_comparison_leave_out(gallery, i, &views[k].comparison);
        }
        fg_evaluation_add(&evaluation, gallery, views, 7, STRANGER);
    }
    fg_evaluation_rates rates = fg_evaluation_at(&evaluation, FG_EVALUATION_CONFIGURED);
    expect_rate(rates.false_non_match, 0, 2 * 8); /* the seventh view is left over */
    expect_rate(rates.false_match, 0, 2 * FG_NOBODY_IDENTITIES);

    evaluation.views = 8;
    fg_evaluation_add(&evaluation, gallery, views, 7, STRANGER);
    expect_rate(fg_evaluation_at(&evaluation, 9).false_match, 0, 2 * FG_NOBODY_IDENTITIES);
    fg_gallery_free(gallery);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, start)
    const struct CMUnitTest tests[] = {
        TEST(rates_are_those_counted_by_hand),
        TEST(somebody_taken_for_another_is_not_recognised),
        TEST(a_margin_equal_to_a_step_reaches_it),
        TEST(the_configured_rules_are_counted_beside_the_steps),
        TEST(a_visit_near_to_nobody_does_not_count),
        TEST(the_smallest_margin_that_keeps_the_wanted_rate_is_recommended),
        TEST(nothing_looser_than_the_loosest_is_recommended),
        TEST(nothing_is_recommended_where_the_strictest_is_wrong_too_often),
        TEST(views_make_visits_that_are_judged_as_at_the_door),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
