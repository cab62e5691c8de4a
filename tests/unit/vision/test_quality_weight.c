#include "facegate/vision/quality.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* What is to be a finite number. */
#define MEASURES (offsetof(fg_quality, has_pose) / sizeof(double))

static const fg_quality good = {.size = 200,
                                .inside = 1,
                                .brightness = 120,
                                .contrast = 30,
                                .sharpness = 0.5,
                                .turn = 0.1,
                                .has_pose = true};

/* One measure's way from where it takes nothing off a view to where it takes off most. */
static const struct {
    size_t measure;
    double good, poor, limit;
} ramps[] = {
    {offsetof(fg_quality, turn), 0.3, 0.9, 0.45},
    {offsetof(fg_quality, brightness), 60, 25, 45},
    {offsetof(fg_quality, sharpness), 0.36, 0.22, 0.32},
    {offsetof(fg_quality, size), 60, 25, 45},
    {offsetof(fg_quality, inside), 0.85, 0.5, 0.75},
    {offsetof(fg_quality, brightness), 210, 250, 225},
    {offsetof(fg_quality, contrast), 16, 6, 12},
};

static fg_quality with(size_t measure, double value)
{
    fg_quality quality = good;
    memcpy((char *)&quality + measure, &value, sizeof(value));
    return quality;
}

static double weight_with(size_t measure, double value)
{
    fg_quality quality = with(measure, value);
    return fg_quality_weight(&quality);
}

static void assert_near(double value, double wanted)
{
    if (!(fabs(value - wanted) <= 1e-9)) {
        fail_msg("%.12f instead of %.12f", value, wanted);
    }
}

static void a_good_view_has_the_whole_weight(void **state)
{
    (void)state;
    assert_near(fg_quality_weight(&good), 1);
}

static void each_measure_lowers_the_weight_evenly_to_three_tenths(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(ramps); i++) {
        double way = ramps[i].poor - ramps[i].good;
        for (int step = -1; step <= 10; step++) {
            double wanted = step < 0 ? 1 : 1 - 0.07 * step;
            double value = ramps[i].good + way * step / 10;
            assert_near(weight_with(ramps[i].measure, value), wanted);
        }
    }
}

static void beyond_its_ramp_a_measure_lowers_the_weight_no_further(void **state)
{
    (void)state;
    assert_near(weight_with(offsetof(fg_quality, turn), 1), 0.3);
    assert_near(weight_with(offsetof(fg_quality, brightness), 0), 0.3);
    assert_near(weight_with(offsetof(fg_quality, brightness), 255), 0.3);
    assert_near(weight_with(offsetof(fg_quality, sharpness), 0), 0.3);
    assert_near(weight_with(offsetof(fg_quality, size), 1), 0.3);
    assert_near(weight_with(offsetof(fg_quality, contrast), 0), 0.3);
}

static void what_enrolment_just_takes_weighs_between_six_and_nine_tenths(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(ramps); i++) {
        fg_quality edge = with(ramps[i].measure, ramps[i].limit);
        double weight = fg_quality_weight(&edge);
        assert_int_equal(fg_quality_check(&edge, &fg_quality_enrolment, NULL), FG_QUALITY_GOOD);
        assert_true(weight > 0.6 && weight < 0.9);
        edge =
            with(ramps[i].measure, ramps[i].limit + (ramps[i].poor > ramps[i].good ? 0.01 : -0.01));
        assert_int_not_equal(fg_quality_check(&edge, &fg_quality_enrolment, NULL), FG_QUALITY_GOOD);
    }
}

static void poor_measures_multiply_but_leave_a_tenth(void **state)
{
    (void)state;
    fg_quality quality = good;
    quality.turn = 0.6;       /* half of its way: 0.65 */
    quality.sharpness = 0.29; /* the same */
    assert_near(fg_quality_weight(&quality), 0.65 * 0.65);
    quality.brightness = 0;
    assert_near(fg_quality_weight(&quality), 0.65 * 0.65 * 0.3);
    quality.turn = 1;
    assert_near(fg_quality_weight(&quality), 0.1);
    quality = (fg_quality){.inside = 0.5, .turn = 1, .has_pose = true};
    assert_near(fg_quality_weight(&quality), 0.1);
    assert_true(fg_quality_is_view(&quality));
}

static void a_view_too_poor_for_enrolment_is_still_a_view(void **state)
{
    (void)state;
    assert_true(fg_quality_is_view(&good));
    for (size_t i = 0; i < COUNT(ramps); i++) {
        fg_quality quality = with(ramps[i].measure, ramps[i].poor);
        assert_int_not_equal(fg_quality_check(&quality, &fg_quality_enrolment, NULL),
                             FG_QUALITY_GOOD);
        assert_true(fg_quality_is_view(&quality));
    }
    fg_quality turned = with(offsetof(fg_quality, turn), 1);
    assert_true(fg_quality_is_view(&turned));
}

static void landmarks_of_no_face_are_no_view_and_have_no_weight(void **state)
{
    (void)state;
    fg_quality quality = good;
    quality.has_pose = false;
    assert_false(fg_quality_is_view(&quality));
    assert_near(fg_quality_weight(&quality), 0);
}

static void under_half_of_a_face_is_no_view_and_has_no_weight(void **state)
{
    (void)state;
    fg_quality half = with(offsetof(fg_quality, inside), 0.5);
    fg_quality less = with(offsetof(fg_quality, inside), 0.499);
    assert_true(fg_quality_is_view(&half));
    assert_near(fg_quality_weight(&half), 0.3);
    assert_false(fg_quality_is_view(&less));
    assert_near(fg_quality_weight(&less), 0);
}

static void what_is_no_finite_number_is_no_view_and_has_no_weight(void **state)
{
    (void)state;
    static const double values[] = {NAN, INFINITY, -INFINITY};
    for (size_t i = 0; i < MEASURES; i++) {
        for (size_t j = 0; j < COUNT(values); j++) {
            fg_quality quality = with(i * sizeof(double), values[j]);
            assert_false(fg_quality_is_view(&quality));
            assert_near(fg_quality_weight(&quality), 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_view_has_the_whole_weight),
        cmocka_unit_test(each_measure_lowers_the_weight_evenly_to_three_tenths),
        cmocka_unit_test(beyond_its_ramp_a_measure_lowers_the_weight_no_further),
        cmocka_unit_test(what_enrolment_just_takes_weighs_between_six_and_nine_tenths),
        cmocka_unit_test(poor_measures_multiply_but_leave_a_tenth),
        cmocka_unit_test(a_view_too_poor_for_enrolment_is_still_a_view),
        cmocka_unit_test(landmarks_of_no_face_are_no_view_and_have_no_weight),
        cmocka_unit_test(under_half_of_a_face_is_no_view_and_has_no_weight),
        cmocka_unit_test(what_is_no_finite_number_is_no_view_and_has_no_weight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
