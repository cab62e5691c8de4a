/*
 * The way of a plan into libcamera's types and back, with the controls of a Pi's camera: a value of
 * the wrong type would end the process, and one of the wrong name would do nothing.
 */
#include "pi_camera.h"
#include "turn.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void what_a_pi_offers_is_read_as_it_is(void **state)
{
    (void)state;
    static const struct {
        bool there;
        double smallest, largest;
        uint32_t listed;
    } expected[FG_CONTROLS] = {
        [FG_CONTROL_FRAME_DURATIONS] = {true, 8333, 120000, 0},
        [FG_CONTROL_FOCUS_MODE] = {true, 0, 2, 0x7},
        [FG_CONTROL_LENS] = {true, 0, 32, 0},
        [FG_CONTROL_EXPOSURE_MODE] = {true, 0, 3, 0xF},
        [FG_CONTROL_EXPOSURE_VALUE] = {true, -8, 8, 0},
        [FG_CONTROL_FLICKER_MODE] = {true, 0, 1, 0},
        [FG_CONTROL_FLICKER_PERIOD] = {true, 100, 1000000, 0},
    };
    fg_control_offer offer[FG_CONTROLS];
    memset(offer, 0xA5, sizeof(offer));
    pi_camera_offers(offer);
    for (int i = 0; i < FG_CONTROLS; i++) {
        if (i >= FG_CONTROL_FLICKER_MODE && !pi_camera_knows_flicker()) {
            assert_false(offer[i].there);
            continue;
        }
        assert_true(offer[i].there == expected[i].there);
        assert_true(offer[i].smallest == expected[i].smallest);
        assert_true(offer[i].largest == expected[i].largest);
        assert_int_equal(offer[i].listed, expected[i].listed);
    }
}

static void assert_sets(const fg_camera_options *options, const char *expected)
{
    fg_control_offer offer[FG_CONTROLS];
    fg_control_plan plan;
    pi_camera_offers(offer);
    fg_controls_choose(offer, options, &plan);
    char *text = pi_camera_set(&plan);
    assert_string_equal(text, expected);
    free(text);
}

static void a_plan_comes_to_libcamera_in_its_own_types(void **state)
{
    (void)state;
    fg_camera_options options = {.fps = 30, .min_fps = 15};
    assert_sets(&options, "FrameDurationLimits=33333..66666 AfMode=2 of 2");
    options.focus = 0.8;
    options.exposure = FG_EXPOSURE_SHORT;
    options.exposure_value = -1.5;
    assert_sets(&options, "FrameDurationLimits=33333..66666 AfMode=0 LensPosition=1.250000 "
                          "AeExposureMode=1 ExposureValue=-1.500000 of 5");
    options = (fg_camera_options){.fps = 10, .min_fps = 5, .flicker = FG_FLICKER_60};
    assert_sets(&options, pi_camera_knows_flicker()
                              ? "FrameDurationLimits=100000..120000 AfMode=2 AeFlickerMode=1 "
                                "AeFlickerPeriod=8333 of 4"
                              : "FrameDurationLimits=100000..120000 AfMode=2 of 2");
}

static void what_the_camera_does_not_have_is_not_sent(void **state)
{
    (void)state;
    fg_control_plan plan;
    memset(&plan, 0, sizeof(plan));
    char *text = pi_camera_set(&plan);
    assert_string_equal(text, " of 0");
    free(text);
}

static void a_turn_survives_libcameras_way_to_tell_it(void **state)
{
    (void)state;
    for (int turn = 0; turn < 8; turn++) {
        assert_int_equal(pi_camera_turn(turn), turn);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_pi_offers_is_read_as_it_is),
        cmocka_unit_test(a_plan_comes_to_libcamera_in_its_own_types),
        cmocka_unit_test(what_the_camera_does_not_have_is_not_sent),
        cmocka_unit_test(a_turn_survives_libcameras_way_to_tell_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
