/* What the soak calls flat, and what not. */
#include "figures.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Rounds of two samples each, half a unit below and above. */
static fg_trend trend_of_figure(enum fg_figure figure, const double *hours, const double *values,
                                int count, double bound)
{
    fg_sample all[64];
    fg_samples samples = {.all = all, .count = 2 * count};
    assert_in_range(count, 3, 32);
    for (int i = 0; i < 2 * count; i++) {
        all[i] = (fg_sample){.hours = hours[i / 2]};
        all[i].of[figure] = values[i / 2] + (i % 2 == 0 ? -0.5 : 0.5);
    }
    return fg_trend_of(&samples, 0, samples.count, 2, figure, bound);
}

static fg_trend trend_of(const double *hours, const double *values, int count, double bound)
{
    return trend_of_figure(FG_FIGURE_ANONYMOUS, hours, values, count, bound);
}

static const double day[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

static void the_line_is_the_textbooks(void **state)
{
    /* Source: Anscombe, "Graphs in Statistical Analysis", 1973, the first of his data sets: a
     * slope of 0.5001 with a standard error of 0.1179. */
    static const double x[] = {10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5};
    static const double y[] = {8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68};
    (void)state;
    fg_trend trend = trend_of(x, y, 11, 100);
    assert_true(fabs(trend.slope - 0.5001) < 0.0001);
    assert_true(fabs(trend.error - 0.1179) < 0.0001);
    assert_true(fabs(trend.first - 7.54) < 1e-9 && fabs(trend.last - 6.18) < 1e-9);
    assert_true(fabs(trend.max - 11.34) < 1e-9);
}

static void what_stays_within_the_bound_is_flat(void **state)
{
    static const double still[] = {50, 50, 50, 50, 50, 50, 50, 50, 50, 50};
    static const double settling[] = {50, 51, 51, 52, 52, 52, 52, 52, 53, 53};
    (void)state;
    assert_int_equal(trend_of(day, still, 10, 0.9).verdict, FG_VERDICT_FLAT);
    assert_int_equal(trend_of(day, settling, 10, 5).verdict, FG_VERDICT_FLAT);
}

static void what_grows_for_sure_is_reported(void **state)
{
    static const double leak[] = {50, 54, 58, 62, 65, 70, 74, 78, 83, 86};
    static const double one_each[] = {18, 19, 20, 21, 22, 23, 24, 25, 26, 27};
    (void)state;
    assert_int_equal(trend_of(day, leak, 10, 5).verdict, FG_VERDICT_GROWS);
    assert_int_equal(trend_of(day, one_each, 10, 0.9).verdict, FG_VERDICT_GROWS);
}

static void what_is_too_restless_to_tell_is_not_flat(void **state)
{
    static const double restless[] = {50, 90, 50, 90, 50, 90, 50, 90, 50, 90};
    (void)state;
    assert_int_equal(trend_of(day, restless, 10, 5).verdict, FG_VERDICT_UNCLEAR);
}

static void what_shrinks_is_flat(void **state)
{
    static const double shrinking[] = {90, 86, 82, 78, 74, 70, 66, 62, 58, 54};
    (void)state;
    assert_int_equal(trend_of(day, shrinking, 10, 5).verdict, FG_VERDICT_FLAT);
}

static void a_file_of_the_outbox_that_is_ever_too_large_is_reported_however_flat(void **state)
{
    static const double large[] = {5000, 5000, 5000, 5000, 5000, 5000, 5000, 5000, 5000, 5000};
    static const double once[] = {24, 24, 24, 24, 4096, 24, 24, 24, 24, 24};
    static const double nearly[] = {24, 24, 24, 24, 4095, 24, 24, 24, 24, 24};
    static const enum fg_figure files[] = {FG_FIGURE_OUTBOX, FG_FIGURE_LOG};
    (void)state;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(trend_of_figure(files[i], day, large, 10, 512).verdict, FG_VERDICT_LARGE);
        assert_int_equal(trend_of_figure(files[i], day, once, 10, 9999).verdict, FG_VERDICT_LARGE);
        assert_int_equal(trend_of_figure(files[i], day, nearly, 10, 9999).verdict, FG_VERDICT_FLAT);
    }
    assert_int_equal(trend_of(day, large, 10, 5).verdict, FG_VERDICT_FLAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_line_is_the_textbooks),
        cmocka_unit_test(what_stays_within_the_bound_is_flat),
        cmocka_unit_test(what_grows_for_sure_is_reported),
        cmocka_unit_test(what_is_too_restless_to_tell_is_not_flat),
        cmocka_unit_test(what_shrinks_is_flat),
        cmocka_unit_test(a_file_of_the_outbox_that_is_ever_too_large_is_reported_however_flat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
