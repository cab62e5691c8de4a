/* The guide of an enrolment at the camera: whom it looks at, what it asks for, what it keeps. */
#include "enroll/guide.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MS INT64_C(1000000)

static const fg_quality_limits limits = {
    .min_size = 100,
    .min_inside = 0.8,
    .min_brightness = 50,
    .max_brightness = 200,
    .min_contrast = 10,
    .min_sharpness = 1,
    .max_turn = 0.5,
};

static const fg_quality good = {.size = 200,
                                .inside = 1,
                                .brightness = 120,
                                .contrast = 40,
                                .sharpness = 3,
                                .turn = 0.1,
                                .has_pose = true};

static fg_guide guide;

static int init(void **state)
{
    (void)state;
    return fg_guide_init(&guide, &limits, 0.5);
}

static int release(void **state)
{
    (void)state;
    fg_guide_release(&guide);
    return 0;
}

/* Eyes 40 pixels apart around x, 200. */
static fg_landmarks eyes_at(float x)
{
    return (fg_landmarks){.x = {x - 30, x - 10, x + 30, x + 10, x}, .y = {200, 200, 200, 200, 240}};
}

static enum fg_hint see(int64_t time, float x, const fg_quality *quality)
{
    fg_landmarks landmarks = eyes_at(x);
    return fg_guide_assess(&guide, time, &landmarks, quality);
}

/* Far from the zero encoding by `distance`. */
static void encoding_at(double distance, float ret_encoding[FG_ENCODING_SIZE])
{
    memset(ret_encoding, 0, FG_ENCODING_SIZE * sizeof(float));
    ret_encoding[0] = (float)distance;
}

static void the_largest_face_is_meant_unless_another_is_over_half_as_wide(void **state)
{
    (void)state;
    fg_face faces[3] = {
        {.box = {0, 0, 100, 100}}, {.box = {300, 0, 220, 220}}, {.box = {600, 0, 110, 110}}};
    enum fg_hint hint = FG_HINT_GOOD;
    assert_int_equal(fg_guide_choose(&guide, faces, 3, &hint), 1);
    assert_int_equal(hint, FG_HINT_GOOD);
    faces[2].box.width = 111;
    assert_int_equal(fg_guide_choose(&guide, faces, 3, &hint), -1);
    assert_int_equal(hint, FG_HINT_SEVERAL);
    assert_int_equal(fg_guide_choose(&guide, faces, 1, &hint), 0);
    assert_int_equal(fg_guide_choose(&guide, faces, 0, &hint), -1);
    assert_int_equal(hint, FG_HINT_NO_FACE);
}

static void a_face_is_good_once_it_has_stayed_where_it_is(void **state)
{
    (void)state;
    assert_int_equal(see(0, 100, &good), FG_HINT_STILL);
    assert_int_equal(see(299 * MS, 105, &good), FG_HINT_STILL);
    assert_int_equal(see(300 * MS, 95, &good), FG_HINT_GOOD);
    /* It walks: 9 pixels are more than a fifth of the 40 between the eyes. */
    assert_int_equal(see(333 * MS, 109, &good), FG_HINT_STILL);
    assert_int_equal(see(600 * MS, 118, &good), FG_HINT_STILL);
    assert_int_equal(see(900 * MS, 118, &good), FG_HINT_GOOD);
}

static void who_goes_and_comes_back_has_to_hold_still_again(void **state)
{
    (void)state;
    enum fg_hint hint;
    assert_int_equal(see(0, 100, &good), FG_HINT_STILL);
    assert_int_equal(see(400 * MS, 100, &good), FG_HINT_GOOD);
    assert_int_equal(fg_guide_choose(&guide, NULL, 0, &hint), -1);
    assert_int_equal(see(433 * MS, 100, &good), FG_HINT_STILL);
}

static void each_fault_has_its_hint(void **state)
{
    (void)state;
    const struct {
        fg_quality quality;
        enum fg_quality_fault fault;
        const char *text;
    } faults[] = {
        {{90, 1, 120, 40, 3, 0.1, true}, FG_QUALITY_SMALL, "too far: come closer"},
        {{200, 0.7, 120, 40, 3, 0.1, true}, FG_QUALITY_CUT, "step to the middle of the picture"},
        {{200, 1, 40, 40, 3, 0.1, true}, FG_QUALITY_DARK, "too dark: more light on the face"},
        {{200, 1, 220, 40, 3, 0.1, true}, FG_QUALITY_BRIGHT, "too bright: less light on the face"},
        {{200, 1, 120, 5, 3, 0.1, true},
         FG_QUALITY_FLAT,
         "too little contrast: light from the side, or wipe the lens"},
        {{200, 1, 120, 40, 0.5, 0.1, true},
         FG_QUALITY_BLURRED,
         "blurred: focus the camera, or wipe the lens"},
        {{200, 1, 120, 40, 3, 0.7, true}, FG_QUALITY_TURNED, "turn to the front"},
    };
    see(0, 100, &good);
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        assert_int_equal(see(400 * MS, 100, &faults[i].quality), FG_HINT_QUALITY);
        assert_int_equal(guide.fault, faults[i].fault);
        assert_string_equal(fg_hint_text(FG_HINT_QUALITY, guide.fault), faults[i].text);
    }
}

static void a_moving_face_is_asked_to_hold_still_not_that_it_is_blurred(void **state)
{
    (void)state;
    fg_quality blurred = good;
    blurred.sharpness = 0.5;
    assert_int_equal(see(0, 100, &blurred), FG_HINT_STILL);
    assert_int_equal(see(400 * MS, 100, &blurred), FG_HINT_QUALITY);
}

static void without_limits_any_view_will_do(void **state)
{
    (void)state;
    fg_quality bad = {.size = NAN};
    guide.limits = NULL;
    assert_int_equal(see(0, 100, &bad), FG_HINT_STILL);
    assert_int_equal(see(300 * MS, 100, &bad), FG_HINT_GOOD);
}

static void views_have_to_differ_and_to_be_of_one_person(void **state)
{
    (void)state;
    const struct {
        double distance;
        enum fg_hint hint;
    } views[] = {{0, FG_HINT_SAME},
                 {0.129, FG_HINT_SAME},
                 {0.131, FG_HINT_GOOD},
                 {0.499, FG_HINT_GOOD},
                 {0.501, FG_HINT_STRANGER}};
    float encoding[FG_ENCODING_SIZE];
    double distance = 0;
    encoding_at(0, encoding);
    assert_int_equal(fg_guide_compare(&guide, encoding, &distance), FG_HINT_GOOD);
    assert_true(isinf(distance));
    assert_int_equal(fg_guide_keep(&guide, encoding, NULL), 0);
    for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
        encoding_at(views[i].distance, encoding);
        assert_int_equal(fg_guide_compare(&guide, encoding, &distance), views[i].hint);
        assert_true(fabs(distance - views[i].distance) < 1e-6);
    }
    /* The nearest of them counts. */
    encoding_at(0.5, encoding);
    assert_int_equal(fg_guide_keep(&guide, encoding, NULL), 0);
    encoding_at(0.9, encoding);
    assert_int_equal(fg_guide_compare(&guide, encoding, &distance), FG_HINT_GOOD);
}

static void a_large_tolerance_takes_nobody_else_into_the_sitting(void **state)
{
    (void)state;
    float encoding[FG_ENCODING_SIZE];
    double distance = 0;
    fg_guide_release(&guide);
    assert_int_equal(fg_guide_init(&guide, &limits, 0.8), 0);
    encoding_at(0, encoding);
    assert_int_equal(fg_guide_keep(&guide, encoding, NULL), 0);
    encoding_at(0.599, encoding);
    assert_int_equal(fg_guide_compare(&guide, encoding, &distance), FG_HINT_GOOD);
    encoding_at(0.601, encoding);
    assert_int_equal(fg_guide_compare(&guide, encoding, &distance), FG_HINT_STRANGER);
}

static void the_next_view_needs_its_own_time_of_standing_still(void **state)
{
    (void)state;
    float encoding[FG_ENCODING_SIZE];
    encoding_at(0, encoding);
    see(0, 100, &good);
    assert_int_equal(see(300 * MS, 100, &good), FG_HINT_GOOD);
    assert_int_equal(fg_guide_keep(&guide, encoding, NULL), 0);
    assert_int_equal(see(333 * MS, 100, &good), FG_HINT_STILL);
    assert_int_equal(see(633 * MS, 100, &good), FG_HINT_GOOD);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, init, release)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_largest_face_is_meant_unless_another_is_over_half_as_wide),
        TEST(a_face_is_good_once_it_has_stayed_where_it_is),
        TEST(who_goes_and_comes_back_has_to_hold_still_again),
        TEST(each_fault_has_its_hint),
        TEST(a_moving_face_is_asked_to_hold_still_not_that_it_is_blurred),
        TEST(without_limits_any_view_will_do),
        TEST(views_have_to_differ_and_to_be_of_one_person),
        TEST(a_large_tolerance_takes_nobody_else_into_the_sitting),
        TEST(the_next_view_needs_its_own_time_of_standing_still),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
