#include "facegate/clock.h"
#include "facegate/vision/motion.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FRAME        (FG_NS_PER_S / 30)

/* A wall with something on it, and what happens to it. */
typedef struct scene {
    double noise;   /* standard deviation of a pixel */
    double light;   /* factor on everything */
    double lamp;    /* grey levels on the left half */
    double flicker; /* grey levels of bands that run down the picture */
    double person_x, person_contrast;
    int frame;
} scene;

static fg_motion *motion;
static fg_frame frame;
static uint32_t seed;

static double normal[4096]; /* nearly Gaussian, of deviation 1 */

static void fill_normal(void)
{
    seed = 1;
    for (size_t i = 0; i < COUNT(normal); i++) {
        double sum = 0;
        for (int k = 0; k < 12; k++) {
            seed = seed * 1664525U + 1013904223U;
            sum += (seed >> 8) / (double)(1U << 24) - 0.5;
        }
        normal[i] = sum;
    }
}

static double noise(void)
{
    seed = seed * 1664525U + 1013904223U;
    return normal[seed >> 20];
}

static int open_motion(void **state)
{
    (void)state;
    fill_normal();
    fg_motion_free(motion);
    fg_frame_release(&frame);
    frame.monotonic = 7 * FG_NS_PER_S;
    return fg_motion_create(40, &motion) != 0 || fg_frame_resize(&frame, 320, 240) != 0;
}

static int close_motion(void **state)
{
    (void)state;
    motion = fg_motion_free(motion);
    fg_frame_release(&frame);
    return 0;
}

static void paint(const scene *of)
{
    double side = 40;
    double columns[1000]; /* of the wall's first stripe */
    for (int x = 0; x < frame.width; x++) {
        columns[x] = 120 + 40 * sin(x / 30.0);
    }
    for (int y = 0; y < frame.height; y++) {
        double band = of->flicker * sin(y / 30.0 + of->frame * 2.1);
        for (int x = 0; x < frame.width; x++) {
            double value = columns[x] + (y / 60 % 2 != 0 ? 25 : 0);
            value += x >= 256 && y < 80 ? 65 : 0; /* a window */
            double away = hypot(x - of->person_x, (y - 140) / 1.3);
            value += away < side / 2 ? of->person_contrast : 0;
            value += x < frame.width / 2 ? of->lamp : 0;
            value = value * of->light + band + (of->noise > 0 ? of->noise * noise() : 0);
            frame.plane[0][y * frame.stride[0] + x] = (uint8_t)lround(fmin(fmax(value, 0), 255));
        }
    }
}

static bool see(scene *of)
{
    paint(of);
    of->frame++;
    frame.monotonic += FRAME;
    return fg_motion_update(motion, &frame);
}

/* In how many of so many frames there is motion. */
static int count_motion(scene *of, int frames)
{
    int count = 0;
    for (int i = 0; i < frames; i++) {
        count += see(of);
    }
    return count;
}

static void noise_is_no_motion(void **state)
{
    (void)state;
    static const double deviations[] = {0, 1, 3, 10};
    for (size_t i = 0; i < COUNT(deviations); i++) {
        open_motion(state);
        scene of = {.noise = deviations[i], .light = 1};
        assert_true(see(&of)); /* the first frame always is */
        assert_int_equal(count_motion(&of, 300), 0);
        close_motion(state);
    }
    open_motion(state);
}

static void slow_light_is_no_motion(void **state)
{
    (void)state;
    scene of = {.noise = 2, .light = 1};
    see(&of);
    for (int i = 0; i < 300; i++) {
        of.light = 1 - 0.5 * i / 300; /* dusk in ten seconds */
        assert_false(see(&of));
    }
    for (int i = 0; i < 60; i++) {
        of.light = 0.5 + 0.4 * i / 60; /* and a sun that comes out in two */
        assert_false(see(&of));
    }
}

static void a_step_of_the_exposure_is_no_motion(void **state)
{
    (void)state;
    static const double steps[] = {1.25, 1, 0.8, 0.9, 1.3, 0.7, 1};
    scene of = {.noise = 2, .light = 1};
    see(&of);
    count_motion(&of, 30);
    for (size_t i = 0; i < COUNT(steps); i++) {
        of.light = steps[i];
        assert_int_equal(count_motion(&of, 20), 0);
    }
}

static void a_lamp_is_motion_for_a_short_time(void **state)
{
    (void)state;
    scene of = {.noise = 2, .light = 1};
    see(&of);
    assert_int_equal(count_motion(&of, 30), 0);
    for (int i = 0; i < 2; i++) {
        of.lamp = i == 0 ? 60 : 0;
        assert_true(see(&of));
        assert_in_range(count_motion(&of, 60), 10, 59);
        assert_int_equal(count_motion(&of, 90), 0);
    }
}

static void a_person_hardly_different_from_the_wall_is_motion(void **state)
{
    (void)state;
    static const double contrasts[] = {5, -5, 40};
    for (size_t i = 0; i < COUNT(contrasts); i++) {
        open_motion(state);
        scene of = {.noise = 3, .light = 1, .person_x = -30, .person_contrast = contrasts[i]};
        see(&of);
        assert_int_equal(count_motion(&of, 60), 0);
        /* At one face a second, from outside to the middle. */
        int first = -1, moving = 0;
        for (int k = 0; k < 120; k++) {
            of.person_x += 40.0 / 30;
            bool moves = see(&of);
            moving += moves;
            first = moves && first < 0 ? k : first;
        }
        assert_in_range(first, 5, 35); /* wholly inside after 37 */
        assert_true(moving >= 60);
        close_motion(state);
    }
    open_motion(state);
}

static void who_stands_still_becomes_background_and_moves_on_as_motion(void **state)
{
    (void)state;
    scene of = {.noise = 2, .light = 1, .person_x = -100, .person_contrast = 30};
    see(&of);
    count_motion(&of, 30);
    of.person_x = 100;
    assert_true(see(&of));
    count_motion(&of, 60);
    assert_int_equal(count_motion(&of, 60), 0);
    of.person_x = 110;
    assert_true(see(&of));
    of.person_x = -100;
    assert_true(see(&of));
}

static void a_flickering_lamp_is_learnt(void **state)
{
    (void)state;
    scene of = {.noise = 2, .light = 1, .flicker = 6, .person_x = -100, .person_contrast = 30};
    see(&of);
    count_motion(&of, 60);
    assert_int_equal(count_motion(&of, 150), 0);
    /* Which does not hide a person. */
    of.person_x = 150;
    assert_true(see(&of));
}

static void a_passer_by_does_not_blind(void **state)
{
    (void)state;
    scene of = {.noise = 2, .light = 1, .person_x = 100, .person_contrast = 80};
    see(&of);
    /* Somebody walks up and down for ten seconds and goes. */
    for (int i = 0; i < 300; i++) {
        of.person_x = 120 + 60 * sin(i / 8.0);
        see(&of);
    }
    of.person_x = -100;
    count_motion(&of, 60);
    of.person_x = 120;
    of.person_contrast = 20;
    assert_true(see(&of));
}

static void any_size_and_stride_will_do(void **state)
{
    (void)state;
    static const struct {
        int width, height, min_face;
    } sizes[] = {{640, 480, 80},  {641, 479, 80},  {333, 251, 60},    {160, 120, 40},
                 {800, 600, 160}, {700, 500, 299}, {1000, 1000, 1000}};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        fg_motion_free(motion);
        assert_int_equal(fg_motion_create(sizes[i].min_face, &motion), 0);
        assert_int_equal(fg_frame_resize(&frame, sizes[i].width, sizes[i].height), 0);
        scene of = {.light = 1};
        paint(&of);
        assert_true(fg_motion_update(motion, &frame));
        for (int k = 0; k < 10; k++) {
            frame.monotonic += FRAME;
            assert_false(fg_motion_update(motion, &frame));
        }
        /* The same picture with room between its rows. */
        static uint8_t wide[1000 * 1100];
        fg_frame other = frame;
        other.plane[0] = wide;
        other.stride[0] = frame.width + 37;
        for (int y = 0; y < frame.height; y++) {
            memcpy(wide + y * other.stride[0], frame.plane[0] + y * frame.stride[0],
                   (size_t)frame.width);
        }
        other.monotonic += FRAME;
        assert_false(fg_motion_update(motion, &other));
        /* A face of the least size, anywhere. */
        int side = sizes[i].min_face < frame.height ? sizes[i].min_face : frame.height;
        int corner_x = (frame.width - side) / 3, corner_y = (frame.height - side) / 2;
        for (int y = corner_y; y < corner_y + side; y++) {
            for (int x = corner_x; x < corner_x + side; x++) {
                wide[y * other.stride[0] + x] ^= 32;
            }
        }
        other.monotonic += FRAME;
        assert_true(fg_motion_update(motion, &other));
    }
}

static void bright_is_no_darker_than_white(void **state)
{
    (void)state;
    /* An overexposed wall: what was beyond white stays white in less light. */
    scene of = {.noise = 2, .light = 1.6};
    see(&of);
    count_motion(&of, 30);
    for (int i = 0; i < 5; i++) {
        of.light -= 0.1;
        assert_int_equal(count_motion(&of, 30), 0);
    }
}

static void another_size_and_time_that_goes_back_start_anew(void **state)
{
    (void)state;
    scene of = {.light = 1};
    assert_true(see(&of));
    assert_false(see(&of));
    frame.width -= 40;
    assert_true(see(&of));
    assert_false(see(&of));
    frame.monotonic -= FG_NS_PER_S;
    assert_true(see(&of));
    assert_false(see(&of));
    /* A picture smaller than a block has nothing that could move. */
    frame.width = 3;
    frame.height = 2;
    assert_true(see(&of));
    of.light = 0.1;
    assert_false(see(&of));
    frame.width = 320;
    frame.height = 240;
    assert_true(see(&of));
    assert_false(see(&of));
}

static void the_light_is_known_in_a_picture_of_many_blocks(void **state)
{
    (void)state;
    /* 480 x 270 blocks, all as bright as each other. */
    assert_int_equal(fg_frame_resize(&frame, 3840, 2160), 0);
    for (int light = 120; light >= 60; light -= 12) {
        memset(frame.memory, light, frame.capacity);
        frame.monotonic += FRAME;
        assert_int_equal(fg_motion_update(motion, &frame), light == 120);
    }
}

static void nothing_is_freed_too(void **state)
{
    (void)state;
    assert_null(fg_motion_free(NULL));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_motion, close_motion)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(noise_is_no_motion),
        TEST(slow_light_is_no_motion),
        TEST(a_step_of_the_exposure_is_no_motion),
        TEST(a_lamp_is_motion_for_a_short_time),
        TEST(a_person_hardly_different_from_the_wall_is_motion),
        TEST(who_stands_still_becomes_background_and_moves_on_as_motion),
        TEST(a_flickering_lamp_is_learnt),
        TEST(a_passer_by_does_not_blind),
        TEST(any_size_and_stride_will_do),
        TEST(bright_is_no_darker_than_white),
        TEST(another_size_and_time_that_goes_back_start_anew),
        TEST(the_light_is_known_in_a_picture_of_many_blocks),
        TEST(nothing_is_freed_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
