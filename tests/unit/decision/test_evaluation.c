#include "facegate/decision/evaluation.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define MAX_PEOPLE 8

static fg_evaluation evaluation;

/* A probe with these distances to the people; encodings are ten times the person. */
static void add(int picture, int person, int people, const double *distances)
{
    static const int encodings[MAX_PEOPLE] = {0, 10, 20, 30, 40, 50, 60, 70};
    assert_in_range(people, 1, MAX_PEOPLE);
    fg_evaluation_add(&evaluation, &(fg_probe){.picture = picture,
                                               .person = person,
                                               .people = people,
                                               .distances = distances,
                                               .encodings = encodings});
}
#define ADD(picture, person, ...)                                                                  \
    add(picture, person, (int)(sizeof((double[]){__VA_ARGS__}) / sizeof(double)),                  \
        (const double[]){__VA_ARGS__})

static int start(void **state)
{
    (void)state;
    fg_evaluation_init(&evaluation, 0.5);
    return 0;
}

static int step_at(double tolerance)
{
    return (int)lround(tolerance * 100) - 20;
}

static void expect_rate(fg_rate rate, int64_t hits, int64_t trials)
{
    assert_int_equal(rate.hits, hits);
    assert_int_equal(rate.trials, trials);
    fg_rate same = fg_rate_of(hits, trials);
    assert_true(rate.low == same.low && rate.high == same.high);
}

/* The hits at a tolerance of the grid: others who match, own that do not, strangers let in. */
static void expect(double tolerance, int64_t matches, int64_t missed, int64_t strangers)
{
    fg_evaluation_rates rates = fg_evaluation_at(&evaluation, step_at(tolerance));
    assert_true(rates.tolerance == tolerance);
    assert_int_equal(rates.false_match.hits, matches);
    assert_int_equal(rates.false_non_match.hits, missed);
    assert_int_equal(rates.strangers.hits, strangers);
}

/* Three people, four probes: four comparisons with the own person, eight with others. */
static void add_four(void)
{
    ADD(7, 0, 0.30, 0.62, 0.75);
    ADD(8, 0, 0.45, 0.55, 0.50);
    ADD(9, 1, 0.90, 0.41, 0.66);
    ADD(11, 2, 0.48, 0.70, 0.61);
}

static void rates_are_those_counted_by_hand(void **state)
{
    (void)state;
    add_four();
    assert_int_equal(evaluation.probes, 4);
    expect(0.20, 0, 4, 0);
    expect(0.29, 0, 4, 0);
    expect(0.30, 0, 3, 0);
    expect(0.41, 0, 2, 0);
    expect(0.45, 0, 1, 0);
    expect(0.47, 0, 1, 0);
    expect(0.48, 1, 1, 1);
    expect(0.50, 2, 1, 2);
    expect(0.55, 3, 1, 2);
    expect(0.61, 3, 0, 2);
    expect(0.62, 4, 0, 3);
    expect(0.66, 5, 0, 4);
    expect(0.75, 7, 0, 4);
    expect(0.80, 7, 0, 4);
    fg_evaluation_rates rates = fg_evaluation_at(&evaluation, step_at(0.55));
    expect_rate(rates.false_match, 3, 8);
    expect_rate(rates.false_non_match, 1, 4);
    expect_rate(rates.strangers, 2, 4);
}

static void the_configured_tolerance_need_not_be_one_of_the_steps(void **state)
{
    (void)state;
    fg_evaluation_init(&evaluation, 0.475);
    ADD(0, 0, 0.475, 0.4751);
    ADD(1, 1, 0.475, 0.4751);
    fg_evaluation_rates rates = fg_evaluation_at(&evaluation, FG_EVALUATION_CONFIGURED);
    assert_true(rates.tolerance == 0.475);
    expect_rate(rates.false_match, 1, 2);
    expect_rate(rates.false_non_match, 1, 2);
    expect_rate(rates.strangers, 1, 2);
    expect(0.47, 0, 2, 0);
    expect(0.48, 2, 0, 2);
}

static void a_distance_equal_to_a_tolerance_is_within_it_at_every_step(void **state)
{
    (void)state;
    static const char *const texts[] = {"0.20", "0.21", "0.29", "0.35", "0.47",
                                        "0.57", "0.58", "0.79", "0.80"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        fg_evaluation_init(&evaluation, 0.5);
        double tolerance = strtod(texts[i], NULL);
        ADD(0, 0, tolerance, nextafter(tolerance, 1));
        expect(tolerance, 0, 0, 0);
        if (tolerance > 0.2) {
            assert_int_equal(
                fg_evaluation_at(&evaluation, step_at(tolerance) - 1).false_non_match.hits, 1);
        }
        if (tolerance < 0.8) {
            assert_int_equal(fg_evaluation_at(&evaluation, step_at(tolerance) + 1).false_match.hits,
                             1);
        }
    }
}

static void without_probes_nothing_is_known(void **state)
{
    (void)state;
    for (int step = 0; step <= FG_EVALUATION_CONFIGURED; step++) {
        fg_evaluation_rates rates = fg_evaluation_at(&evaluation, step);
        assert_true(isnan(rates.false_match.rate) && isnan(rates.false_non_match.rate));
        assert_true(isnan(rates.strangers.rate));
    }
    fg_recommendation none = fg_evaluation_recommend(&evaluation, 0.001, 0.8);
    assert_int_equal(none.step, -1);
    assert_false(none.enough || none.shown);
    assert_int_equal(none.needed, 3000);
    assert_int_equal(evaluation.nearest.count, 0);
    assert_int_equal(evaluation.farthest.count, 0);
}

static void of_one_person_it_is_known_how_often_they_are_missed_and_no_more(void **state)
{
    (void)state;
    ADD(0, 0, 0.40);
    ADD(1, 0, 0.60);
    fg_evaluation_rates rates = fg_evaluation_at(&evaluation, FG_EVALUATION_CONFIGURED);
    expect_rate(rates.false_non_match, 1, 2);
    assert_int_equal(rates.false_match.trials, 0);
    assert_int_equal(rates.strangers.trials, 0);
    assert_int_equal(fg_evaluation_recommend(&evaluation, 0.5, 0.8).step, -1);
    assert_int_equal(evaluation.nearest.count, 0);
    assert_int_equal(evaluation.farthest.count, 1);
    assert_int_equal(evaluation.farthest.cases[0].picture, 1);
    assert_int_equal(evaluation.farthest.cases[0].other, -1);
}

static void where_all_are_equally_far_no_tolerance_tells_them_apart(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        ADD(i, i % 3, 0.5, 0.5, 0.5);
    }
    expect(0.49, 0, 4, 0);
    expect(0.50, 8, 0, 4);
    fg_recommendation recommended = fg_evaluation_recommend(&evaluation, 0.1, 0.8);
    assert_int_equal(recommended.step, step_at(0.49));
    assert_int_equal(recommended.as_good, 0);
}

static void what_was_not_compared_does_not_count(void **state)
{
    (void)state;
    ADD(0, 0, NAN, INFINITY, 0.45);
    ADD(1, 1, INFINITY, 0.40, NAN);
    assert_int_equal(evaluation.probes, 2);
    fg_evaluation_rates rates = fg_evaluation_at(&evaluation, FG_EVALUATION_CONFIGURED);
    expect_rate(rates.false_match, 1, 1);
    expect_rate(rates.false_non_match, 0, 1);
    expect_rate(rates.strangers, 1, 1);
}

/* `matches` comparisons at 0.55 of `trials`, the others beyond all tolerances. */
static void add_comparisons(int matches, int trials)
{
    fg_evaluation_init(&evaluation, 0.5);
    for (int i = 0; i < trials; i++) {
        ADD(i, 0, 0.35, i < matches ? 0.55 : 0.9);
    }
}

static void the_largest_tolerance_that_keeps_the_wanted_rate_is_recommended(void **state)
{
    (void)state;
    const struct {
        int matches, trials;
        double wanted;
        int step;
        bool enough, shown;
    } cases[] = {
        {1, 100, 0.01, 60, false, false}, /* just as often as wanted, though that is not shown */
        {2, 100, 0.01, 34, false, false}, /* up to 0.54 none */
        {29, 100, 0.29, 60, true, false}, /* equal though neither can be written in binary */
        {0, 100, 0.001, 60, false, false},
        {0, 2999, 0.001, 60, false, true}, /* the rule of three is a little careful */
        {0, 3000, 0.001, 60, true, true},
        {1, 3000, 0.001, 60, true, false}, /* 1 in 3000, but maybe 1 in 540 */
        {100, 100, 0.01, 34, false, false},
        {7, 1000, 0.007, 60, true, false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        add_comparisons(cases[i].matches, cases[i].trials);
        fg_recommendation found = fg_evaluation_recommend(&evaluation, cases[i].wanted, 0.8);
        assert_int_equal(found.step, cases[i].step);
        assert_int_equal(found.enough, cases[i].enough);
        assert_int_equal(found.shown, cases[i].shown);
        assert_int_equal(found.as_good, step_at(0.35));
    }
}

static void nothing_looser_than_the_loosest_is_recommended(void **state)
{
    (void)state;
    add_comparisons(0, 3000);
    fg_recommendation found = fg_evaluation_recommend(&evaluation, 0.001, 0.5);
    assert_int_equal(found.step, step_at(0.50));
    assert_true(found.limited && found.enough && found.shown);
    assert_false(fg_evaluation_recommend(&evaluation, 0.001, 0.8).limited);

    /* One that keeps the rate without the bound is not changed by it. */
    add_comparisons(100, 100);
    found = fg_evaluation_recommend(&evaluation, 0.01, 0.55);
    assert_int_equal(found.step, step_at(0.54));
    assert_false(found.limited);
}

static void nothing_is_recommended_where_the_strictest_is_wrong_too_often(void **state)
{
    (void)state;
    ADD(0, 0, 0.30, 0.10);
    ADD(1, 0, 0.30, 0.90);
    fg_recommendation none = fg_evaluation_recommend(&evaluation, 0.49, 0.8);
    assert_int_equal(none.step, -1);
    assert_int_equal(none.as_good, -1);
    assert_int_equal(fg_evaluation_recommend(&evaluation, 0.5, 0.8).step, 60);
}

static void expect_case(const fg_evaluation_case *of, int picture, int person, int other,
                        double own, double distance)
{
    assert_int_equal(of->picture, picture);
    assert_int_equal(of->person, person);
    assert_int_equal(of->other, other);
    assert_int_equal(of->encoding, 10 * other);
    assert_true(of->own == own);
    assert_true(of->distance == distance);
}

static void the_worst_probe_of_each_two_people_is_kept_the_nearest_first(void **state)
{
    (void)state;
    add_four();
    const fg_evaluation_list *list = &evaluation.nearest;
    assert_int_equal(list->count, 5);
    expect_case(&list->cases[0], 11, 2, 0, 0.61, 0.48);
    expect_case(&list->cases[1], 8, 0, 2, 0.45, 0.50);
    expect_case(&list->cases[2], 8, 0, 1, 0.45, 0.55);
    expect_case(&list->cases[3], 9, 1, 2, 0.41, 0.66);
    expect_case(&list->cases[4], 11, 2, 1, 0.61, 0.70);
    /* A pair that is there moves up and does not come twice; an equal one stays as it is. */
    ADD(12, 2, 0.90, 0.47, 0.20);
    ADD(13, 2, 0.90, 0.47, 0.20);
    assert_int_equal(list->count, 5);
    expect_case(&list->cases[0], 12, 2, 1, 0.20, 0.47);
    expect_case(&list->cases[1], 11, 2, 0, 0.61, 0.48);
    expect_case(&list->cases[4], 9, 1, 2, 0.41, 0.66);
    /* A sixth pair pushes the last one out. */
    ADD(14, 1, 0.10, 0.20, 0.90);
    assert_int_equal(list->count, 5);
    expect_case(&list->cases[0], 14, 1, 0, 0.20, 0.10);
    expect_case(&list->cases[4], 8, 0, 1, 0.45, 0.55);
}

static void the_farthest_probe_of_each_person_is_kept_the_farthest_first(void **state)
{
    (void)state;
    add_four();
    const fg_evaluation_list *list = &evaluation.farthest;
    assert_int_equal(list->count, 3);
    expect_case(&list->cases[0], 11, 2, 0, 0.61, 0.48);
    expect_case(&list->cases[1], 8, 0, 2, 0.45, 0.50);
    expect_case(&list->cases[2], 9, 1, 2, 0.41, 0.66);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, start)
    const struct CMUnitTest tests[] = {
        TEST(rates_are_those_counted_by_hand),
        TEST(the_configured_tolerance_need_not_be_one_of_the_steps),
        TEST(a_distance_equal_to_a_tolerance_is_within_it_at_every_step),
        TEST(without_probes_nothing_is_known),
        TEST(of_one_person_it_is_known_how_often_they_are_missed_and_no_more),
        TEST(where_all_are_equally_far_no_tolerance_tells_them_apart),
        TEST(what_was_not_compared_does_not_count),
        TEST(the_largest_tolerance_that_keeps_the_wanted_rate_is_recommended),
        TEST(nothing_looser_than_the_loosest_is_recommended),
        TEST(nothing_is_recommended_where_the_strictest_is_wrong_too_often),
        TEST(the_worst_probe_of_each_two_people_is_kept_the_nearest_first),
        TEST(the_farthest_probe_of_each_person_is_kept_the_farthest_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
