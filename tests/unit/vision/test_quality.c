#include "degrade.h"
#include "facegate/vision/quality.h"

#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const fg_quality good = {
    .size = 200, .inside = 1, .brightness = 120, .contrast = 30, .sharpness = 0.5, .turn = 0.1};

/* A face in the middle of a frame twice its size, its eyes `apart` pixels from each other: a cell
 * of the measure is 1/25 of that. */
typedef struct scene {
    fg_frame frame;
    fg_box box;
    fg_landmarks landmarks;
    double x, y; /* between the eyes */
} scene;

/* Across and down from between the eyes, in distances between them: corners and nose base. */
static const double front[5][2] = {{0.7, 0}, {0.3, 0}, {-0.7, 0}, {-0.3, 0}, {0, 0.8}};

static void place(scene *of, double apart, double nose_across, double nose_down, double roll)
{
    for (int i = 0; i < 5; i++) {
        double across = apart * (front[i][0] + (i == 4 ? nose_across : 0));
        double down = apart * (front[i][1] + (i == 4 ? nose_down : 0));
        of->landmarks.x[i] = (float)(of->x + across * cos(roll) - down * sin(roll));
        of->landmarks.y[i] = (float)(of->y + across * sin(roll) + down * cos(roll));
    }
}

static scene scene_of(int apart)
{
    int side = apart * 5 / 2;
    scene made = {.box = {side / 2, side / 2, side, side}, .x = side, .y = side - apart / 4.0};
    assert_int_equal(fg_frame_resize(&made.frame, 2 * side, 2 * side), 0);
    place(&made, apart, 0, 0, 0);
    return made;
}

static void fill(const fg_frame *frame, uint8_t (*shade)(int x, int y, double unit), double unit)
{
    for (int y = 0; y < frame->height; y++) {
        for (int x = 0; x < frame->width; x++) {
            frame->plane[0][(ptrdiff_t)y * frame->stride[0] + x] = shade(x, y, unit);
        }
    }
}

static uint8_t even(int x, int y, double unit)
{
    (void)x;
    (void)y;
    return (uint8_t)unit;
}

/* Squares of `unit` pixels, each of a grey of its own. */
static uint8_t patchwork(int x, int y, double unit)
{
    uint32_t column = (uint32_t)((x + 0.5) / unit);
    uint32_t row = (uint32_t)((y + 0.5) / unit);
    uint32_t mixed = (row * 73856093U ^ column * 19349663U) * 2654435761U;
    return (uint8_t)(60 + (mixed >> 24) / 2);
}

static uint8_t chequered(int x, int y, double unit)
{
    return (int)(x / unit) % 2 == (int)(y / unit) % 2 ? 60 : 140;
}

static fg_quality measure(const scene *of)
{
    return fg_quality_measure(&of->frame, &of->box, &of->landmarks);
}

static void assert_near(double value, double wanted, double within)
{
    if (!(fabs(value - wanted) <= within)) {
        fail_msg("%f is not within %f of %f", value, within, wanted);
    }
}

static void a_view_without_detail_has_its_brightness_and_nothing_else(void **state)
{
    (void)state;
    for (int grey = 0; grey <= 255; grey += 51) {
        scene seen = scene_of(60);
        fill(&seen.frame, even, grey);
        fg_quality quality = measure(&seen);
        assert_near(quality.size, 150, 0);
        assert_near(quality.inside, 1, 0);
        assert_near(quality.brightness, grey, 0);
        assert_near(quality.contrast, 0, 0);
        assert_near(quality.sharpness, 0, 0);
        assert_near(quality.turn, 0, 1e-6);
        fg_frame_release(&seen.frame);
    }
}

static void the_shorter_side_is_the_size(void **state)
{
    (void)state;
    scene seen = scene_of(60);
    seen.box.width = 170;
    assert_near(measure(&seen).size, 150, 0);
    seen.box.height = 180;
    assert_near(measure(&seen).size, 170, 0);
    fg_frame_release(&seen.frame);
}

static void contrast_is_the_deviation_over_the_face(void **state)
{
    (void)state;
    /* A cell is 4 pixels, the face 160 from 160,160: ten squares each way. */
    scene seen = scene_of(100);
    seen.x = 240;
    seen.y = 205;
    place(&seen, 100, 0, 0, 0);
    fill(&seen.frame, chequered, 16);
    fg_quality quality = measure(&seen);
    assert_near(quality.brightness, 100, 1e-3);
    assert_near(quality.contrast, 40, 1e-3);
    fg_frame_release(&seen.frame);
}

static void what_is_around_the_face_does_not_count(void **state)
{
    (void)state;
    scene seen = scene_of(100);
    fill(&seen.frame, patchwork, 10);
    fg_quality before = measure(&seen);
    for (int y = 0; y < seen.frame.height; y++) {
        for (int x = 0; x < seen.frame.width; x++) {
            /* From the forehead to the mouth, and as wide. */
            if (fabs(x + 0.5 - seen.x) > 81 || y + 0.5 < seen.y - 46 || y + 0.5 > seen.y + 116) {
                seen.frame.plane[0][(ptrdiff_t)y * seen.frame.stride[0] + x] = 255;
            }
        }
    }
    fg_quality after = measure(&seen);
    assert_memory_equal(&before, &after, offsetof(fg_quality, has_pose));
    fg_frame_release(&seen.frame);
}

static void sharpness_falls_with_every_blur(void **state)
{
    (void)state;
    static const int ways[][2] = {{0, 0}, {1, 0}, {0, 1}, {1, 1}, {1, -1}};
    static const double apart[] = {40, 70, 110};
    for (size_t size = 0; size < COUNT(apart); size++) {
        for (size_t i = 0; i < COUNT(ways); i++) {
            double last = 1;
            for (int step = 0; step < (i == 0 ? 5 : 4); step++) {
                scene seen = scene_of((int)apart[size]);
                double part = step * apart[size] / 25;
                fill(&seen.frame, patchwork, apart[size] / 8);
                if (step > 0 && i == 0) {
                    fg_degrade_blur(&seen.frame, part);
                } else if (step > 0) {
                    fg_degrade_move(&seen.frame, ways[i][0], ways[i][1], 2 * part);
                }
                double sharpness = measure(&seen).sharpness;
                if (!(sharpness < last - 0.01)) {
                    fail_msg("eyes %g apart, way %zu, step %d: %f after %f", apart[size], i, step,
                             sharpness, last);
                }
                last = sharpness;
                fg_frame_release(&seen.frame);
            }
        }
    }
}

static void sharpness_is_the_same_near_and_far(void **state)
{
    (void)state;
    double wanted = 0;
    for (int apart = 200; apart >= 32; apart = apart * 4 / 5) {
        scene seen = scene_of(apart);
        fill(&seen.frame, patchwork, apart / 6.0);
        fg_degrade_blur(&seen.frame, apart / 20.0);
        double sharpness = measure(&seen).sharpness;
        wanted = wanted == 0 ? sharpness : wanted;
        assert_near(sharpness, wanted, 0.1 * wanted);
        fg_frame_release(&seen.frame);
    }
    assert_true(wanted > 0.1 && wanted < 0.5);
}

static void sharpness_is_the_same_in_any_light(void **state)
{
    (void)state;
    scene seen = scene_of(80);
    fill(&seen.frame, patchwork, 10);
    fg_degrade_blur(&seen.frame, 3);
    double wanted = measure(&seen).sharpness;
    fg_degrade_fade(&seen.frame, 200, 0.7);
    assert_near(measure(&seen).sharpness, wanted, 0.02 * wanted);
    fg_degrade_fade(&seen.frame, 0, 0.5);
    assert_near(measure(&seen).sharpness, wanted, 0.02 * wanted);
    fg_frame_release(&seen.frame);
}

static void turn_grows_as_the_nose_goes_to_either_side(void **state)
{
    (void)state;
    scene seen = scene_of(80);
    double last = -1;
    for (int i = 0; i <= 20; i++) {
        place(&seen, 80, i / 20.0, 0, 0);
        double right = measure(&seen).turn;
        place(&seen, 80, -i / 20.0, 0, 0);
        double left = measure(&seen).turn;
        assert_near(left, right, 1e-5);
        assert_true(right > last && right <= 1);
        last = right;
    }
    /* The nose as far aside as it lies before the eyes: 45 degrees. */
    place(&seen, 80, 0.4, 0, 0);
    assert_near(measure(&seen).turn, sqrt(0.5), 1e-4);
    fg_frame_release(&seen.frame);
}

/* Where the nose is seen that lies 0.8 below the eyes and 0.4 before them. */
static double turn_seen_from_below(scene *seen, double degrees)
{
    double up = degrees * acos(-1) / 180;
    place(seen, 80, 0, 0.8 * cos(up) - 0.4 * sin(up) - 0.8, 0);
    return measure(seen).turn;
}

static void from_below_turn_is_seven_tenths_of_the_sine_and_from_above_none(void **state)
{
    (void)state;
    scene seen = scene_of(80);
    for (int degrees = 0; degrees <= 90; degrees += 5) {
        assert_near(turn_seen_from_below(&seen, degrees), 0.7 * sin(degrees * acos(-1) / 180),
                    1e-4);
    }
    for (int degrees = 5; degrees <= 50; degrees += 5) {
        assert_near(turn_seen_from_below(&seen, -degrees), 0, 1e-4);
    }
    /* Farther up than any face, and lower than any. */
    place(&seen, 80, 0, -1.5, 0);
    assert_near(measure(&seen).turn, 0.7, 1e-4);
    place(&seen, 80, 0, 0.3, 0);
    assert_near(measure(&seen).turn, 0, 1e-4);
    fg_frame_release(&seen.frame);
}

static void enrolment_takes_a_face_from_below_and_none_as_far_aside(void **state)
{
    (void)state;
    const double most = fg_quality_enrolment.max_turn;
    scene seen = scene_of(80);
    assert_true(turn_seen_from_below(&seen, 20) <= most);
    assert_true(turn_seen_from_below(&seen, 30) <= most);
    assert_true(turn_seen_from_below(&seen, 39) <= most);
    assert_true(turn_seen_from_below(&seen, 45) > most);
    place(&seen, 80, 0.4 * tan(30 * acos(-1) / 180), 0, 0);
    assert_true(measure(&seen).turn > most);
    /* Looking up does not hide it. */
    place(&seen, 80, 0.4 * tan(30 * acos(-1) / 180), -0.3, 0);
    assert_true(measure(&seen).turn > most);
    fg_frame_release(&seen.frame);
}

static void a_head_held_aslant_is_measured_the_same(void **state)
{
    (void)state;
    scene seen = scene_of(80);
    place(&seen, 80, 0.1, 0, 0);
    double turn = measure(&seen).turn;
    for (int degrees = -180; degrees <= 180; degrees += 15) {
        place(&seen, 80, 0.1, 0, degrees * acos(-1) / 180);
        assert_near(measure(&seen).turn, turn, 1e-5);
    }
    /* By a right angle the same pixels are looked at where the face is at the frame's middle. */
    seen.x = seen.y = seen.frame.width / 2.0;
    fill(&seen.frame, chequered, 20);
    place(&seen, 80, 0, 0, 0);
    fg_quality upright = measure(&seen);
    place(&seen, 80, 0, 0, acos(0));
    fg_quality lying = measure(&seen);
    assert_near(lying.brightness, upright.brightness, 0.5);
    assert_near(lying.contrast, upright.contrast, 0.5);
    assert_near(lying.sharpness, upright.sharpness, 0.01);
    fg_frame_release(&seen.frame);
}

static void of_a_face_past_the_edge_the_rest_is_measured(void **state)
{
    (void)state;
    /* The box reaches past an edge by a third; the frame has nothing there to be read. */
    static const int moves[][2] = {{-1, 0}, {1, 0}, {0, -1}, {0, 1}};
    for (size_t i = 0; i < COUNT(moves); i++) {
        scene seen = scene_of(60);
        fg_frame small = {0};
        assert_int_equal(fg_frame_resize(&small, 150, 150), 0);
        fill(&small, even, 90);
        int shift_x = moves[i][0] * 50 - seen.box.x;
        int shift_y = moves[i][1] * 50 - seen.box.y;
        seen.box.x += shift_x;
        seen.box.y += shift_y;
        seen.x += shift_x;
        seen.y += shift_y;
        place(&seen, 60, 0, 0, 0);
        fg_quality quality = fg_quality_measure(&small, &seen.box, &seen.landmarks);
        assert_near(quality.size, 150, 0);
        assert_near(quality.inside, 2.0 / 3, 1e-9);
        assert_near(quality.brightness, 90, 0);
        assert_near(quality.contrast, 0, 0);
        assert_near(quality.turn, 0, 1e-5);
        fg_frame_release(&small);
        fg_frame_release(&seen.frame);
    }
}

static void landmarks_of_no_face_are_taken_for_a_turned_one(void **state)
{
    (void)state;
    scene seen = scene_of(80);
    fill(&seen.frame, patchwork, 7);
    assert_int_equal(
        fg_quality_check(&(fg_quality){good.size, 1, 120, 30, 0.5, measure(&seen).turn, true},
                         &fg_quality_enrolment, NULL),
        FG_QUALITY_GOOD);
    const fg_landmarks whole = seen.landmarks;
    static const float values[] = {NAN, INFINITY, -INFINITY, 3e38F, -3e38F, 1e9F};
    for (size_t i = 0; i < COUNT(values); i++) {
        for (int j = 0; j < 10; j++) {
            seen.landmarks = whole;
            (j < 5 ? seen.landmarks.x : seen.landmarks.y)[j % 5] = values[i];
            fg_quality quality = measure(&seen);
            assert_true(quality.turn > 0.99 && !quality.has_pose);
            assert_true(isfinite(quality.brightness) && isfinite(quality.sharpness));
            assert_int_equal(fg_quality_check(&quality, &fg_quality_enrolment, NULL),
                             FG_QUALITY_TURNED);
        }
    }
    static const double aparts[] = {0, 0.01, 20, 210, 1e6};
    for (size_t i = 0; i < COUNT(aparts); i++) {
        place(&seen, aparts[i], 0, 0, 0);
        assert_near(measure(&seen).turn, 1, 0);
        assert_false(measure(&seen).has_pose);
    }
    /* The eyes outside the box. */
    seen.x += seen.box.width;
    place(&seen, 80, 0, 0, 0);
    assert_near(measure(&seen).turn, 1, 0);
    assert_false(measure(&seen).has_pose);
    fg_frame_release(&seen.frame);
}

static void a_face_turned_as_far_as_can_be_still_has_a_pose(void **state)
{
    (void)state;
    scene seen = scene_of(80);
    fill(&seen.frame, patchwork, 7);
    place(&seen, 80, 1, 0, 0);
    assert_true(measure(&seen).turn > 0.9);
    assert_true(measure(&seen).has_pose);
    fg_frame_release(&seen.frame);
}

static void a_box_that_holds_no_face_is_never_good(void **state)
{
    (void)state;
    static const fg_box boxes[] = {
        {0, 0, 0, 0},
        {100, 100, 0, 100},
        {100, 100, 100, -1},
        {100, 100, -100, -100},
        {-100, 100, 100, 100},
        {400, 100, 100, 100},
        {100, -100, 100, 100},
        {100, 400, 100, 100},
        {INT_MAX, INT_MAX, INT_MAX, INT_MAX},
        {INT_MIN, INT_MIN, INT_MAX, INT_MAX},
        {INT_MIN, INT_MIN, INT_MIN, INT_MIN},
        {0, 0, INT_MAX, INT_MAX},
    };
    scene seen = scene_of(80);
    fill(&seen.frame, patchwork, 7);
    for (size_t i = 0; i < COUNT(boxes); i++) {
        seen.box = boxes[i];
        fg_quality quality = measure(&seen);
        enum fg_quality_fault fault = fg_quality_check(&quality, &fg_quality_enrolment, NULL);
        assert_true(fault == FG_QUALITY_SMALL || fault == FG_QUALITY_CUT);
        assert_false(fg_quality_is_view(&quality));
    }
    fg_frame_release(&seen.frame);
}

static void the_smallest_frame_is_measured(void **state)
{
    (void)state;
    scene seen = {.box = {0, 0, 1, 1}, .x = 0.5, .y = 0.5};
    assert_int_equal(fg_frame_resize(&seen.frame, 1, 1), 0);
    fill(&seen.frame, even, 9);
    place(&seen, 0.4, 0, 0, 0);
    fg_quality quality = measure(&seen);
    assert_near(quality.size, 1, 0);
    assert_near(quality.brightness, 9, 0);
    assert_near(quality.sharpness, 0, 0);
    fg_frame_release(&seen.frame);
}

static void a_fault_is_reported_with_its_value_its_limit_and_its_fix(void **state)
{
    (void)state;
    static const fg_quality_limits limits = {.min_size = 80,
                                             .min_inside = 0.8,
                                             .min_brightness = 50,
                                             .max_brightness = 210.5,
                                             .min_contrast = 13,
                                             .min_sharpness = 0.25,
                                             .max_turn = 0.45};
    static const struct {
        enum fg_quality_fault fault;
        size_t measure;
        double value;
        const char *text;
    } table[] = {
        {FG_QUALITY_SMALL, offsetof(fg_quality, size), 52,
         "too far: the face is 52 pixels wide, at least 80 are needed: come closer"},
        {FG_QUALITY_CUT, offsetof(fg_quality, inside), 0.7,
         "cut off: 70 % of the face is in the picture, at least 80 % is needed: move to the "
         "middle"},
        {FG_QUALITY_DARK, offsetof(fg_quality, brightness), 31,
         "too dark: brightness 31, at least 50 is needed: more light on the face"},
        {FG_QUALITY_BRIGHT, offsetof(fg_quality, brightness), 231,
         "too bright: brightness 231, at most 210.5 is allowed: less light on the face"},
        {FG_QUALITY_FLAT, offsetof(fg_quality, contrast), 4.6,
         "too flat: contrast 4, at least 13 is needed: wipe the lens and avoid light from behind"},
        {FG_QUALITY_BLURRED, offsetof(fg_quality, sharpness), 0.11,
         "blurred: sharpness 0.11, at least 0.25 is needed: hold still and wipe the lens"},
        {FG_QUALITY_TURNED, offsetof(fg_quality, turn), 0.521,
         "turned: turn 0.53, at most 0.45 is allowed: look straight into the camera"},
        /* Never "50, at least 50". */
        {FG_QUALITY_DARK, offsetof(fg_quality, brightness), 49.99,
         "too dark: brightness 49, at least 50 is needed: more light on the face"},
        {FG_QUALITY_TURNED, offsetof(fg_quality, turn), 0.4501,
         "turned: turn 0.46, at most 0.45 is allowed: look straight into the camera"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        fg_quality quality = good;
        fg_error error = {""};
        memcpy((char *)&quality + table[i].measure, &table[i].value, sizeof(double));
        assert_int_equal(fg_quality_check(&quality, &limits, &error), table[i].fault);
        assert_string_equal(error.text, table[i].text);
        assert_int_equal(fg_quality_check(&quality, &limits, NULL), table[i].fault);
    }
    fg_error untouched = {"nothing"};
    assert_int_equal(fg_quality_check(&good, &limits, &untouched), FG_QUALITY_GOOD);
    assert_string_equal(untouched.text, "nothing");
}

static void at_its_limit_a_view_is_good(void **state)
{
    (void)state;
    const fg_quality_limits *limits = &fg_quality_enrolment;
    fg_quality edge = {limits->min_size,
                       limits->min_inside,
                       limits->min_brightness,
                       limits->min_contrast,
                       limits->min_sharpness,
                       limits->max_turn,
                       true};
    assert_int_equal(fg_quality_check(&edge, limits, NULL), FG_QUALITY_GOOD);
    edge.brightness = limits->max_brightness;
    assert_int_equal(fg_quality_check(&edge, limits, NULL), FG_QUALITY_GOOD);
}

static void the_fault_whose_fix_helps_most_comes_first(void **state)
{
    (void)state;
    static const enum fg_quality_fault order[] = {FG_QUALITY_SMALL,   FG_QUALITY_CUT,
                                                  FG_QUALITY_DARK,    FG_QUALITY_FLAT,
                                                  FG_QUALITY_BLURRED, FG_QUALITY_TURNED};
    double bad[] = {0, 0, 0, 0, 0, 1};
    const double fine[] = {200, 1, 120, 30, 0.5, 0};
    for (size_t i = 0; i < COUNT(order); i++) {
        fg_quality quality = {bad[0], bad[1], bad[2], bad[3], bad[4], bad[5], true};
        assert_int_equal(fg_quality_check(&quality, &fg_quality_enrolment, NULL), order[i]);
        bad[i] = fine[i];
    }
}

static void what_is_no_number_is_never_good(void **state)
{
    (void)state;
    for (size_t i = 0; i < offsetof(fg_quality, has_pose) / sizeof(double); i++) {
        fg_quality quality = good;
        fg_error error = {""};
        double nothing = NAN;
        memcpy((char *)&quality + i * sizeof(double), &nothing, sizeof(double));
        assert_int_not_equal(fg_quality_check(&quality, &fg_quality_enrolment, &error),
                             FG_QUALITY_GOOD);
        assert_non_null(strstr(error.text, "nan"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_view_without_detail_has_its_brightness_and_nothing_else),
        cmocka_unit_test(the_shorter_side_is_the_size),
        cmocka_unit_test(contrast_is_the_deviation_over_the_face),
        cmocka_unit_test(what_is_around_the_face_does_not_count),
        cmocka_unit_test(sharpness_falls_with_every_blur),
        cmocka_unit_test(sharpness_is_the_same_near_and_far),
        cmocka_unit_test(sharpness_is_the_same_in_any_light),
        cmocka_unit_test(turn_grows_as_the_nose_goes_to_either_side),
        cmocka_unit_test(from_below_turn_is_seven_tenths_of_the_sine_and_from_above_none),
        cmocka_unit_test(enrolment_takes_a_face_from_below_and_none_as_far_aside),
        cmocka_unit_test(a_head_held_aslant_is_measured_the_same),
        cmocka_unit_test(of_a_face_past_the_edge_the_rest_is_measured),
        cmocka_unit_test(landmarks_of_no_face_are_taken_for_a_turned_one),
        cmocka_unit_test(a_face_turned_as_far_as_can_be_still_has_a_pose),
        cmocka_unit_test(a_box_that_holds_no_face_is_never_good),
        cmocka_unit_test(the_smallest_frame_is_measured),
        cmocka_unit_test(a_fault_is_reported_with_its_value_its_limit_and_its_fix),
        cmocka_unit_test(at_its_limit_a_view_is_good),
        cmocka_unit_test(the_fault_whose_fix_helps_most_comes_first),
        cmocka_unit_test(what_is_no_number_is_never_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
