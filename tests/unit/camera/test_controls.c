/*
 * What is set on a camera, reported from what it offers and what is wished, without a camera: those
 * of the table are as libcamera shows a Pi's modules, a webcam, and drivers that say nonsense.
 */
#include "controls.h"
#include "facegate/base/log.h"
#include "testing.h"
#include "turn.h"

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define RANGE(low, high)                                                                           \
    {                                                                                              \
        .there = true, .smallest = (low), .largest = (high)                                        \
    }
#define MODES(bits)                                                                                \
    {                                                                                              \
        .there = true, .smallest = NAN, .largest = NAN, .listed = (bits)                           \
    }

/* Raspberry Pi's module 3, whose lens moves; 120 frames a second at most. */
#define PI_WITHOUT_LENS                                                                            \
    [FG_CONTROL_FRAME_DURATIONS] = RANGE(8333, 120000), [FG_CONTROL_EXPOSURE_MODE] = MODES(0xF),   \
    [FG_CONTROL_EXPOSURE_VALUE] = RANGE(-8, 8), [FG_CONTROL_FLICKER_MODE] = RANGE(0, 1),           \
    [FG_CONTROL_FLICKER_PERIOD] = RANGE(100, 1000000)

static const fg_control_offer module_3[FG_CONTROLS] = {
    PI_WITHOUT_LENS,
    [FG_CONTROL_FOCUS_MODE] = MODES(0x7),
    [FG_CONTROL_LENS] = RANGE(0, 32),
};
static const fg_control_offer module_2[FG_CONTROLS] = {PI_WITHOUT_LENS};
static const fg_control_offer webcam[FG_CONTROLS] = {{0}};

static fg_camera_options wishing_everything(void)
{
    fg_camera_options options = {.fps = 30, .min_fps = 15};
    for (int i = 0; i < FG_SETTINGS; i++) {
        options.wished[i] = true;
    }
    return options;
}

static fg_control_plan choose(const fg_control_offer *offer, const fg_camera_options *options)
{
    fg_control_plan plan;
    memset(&plan, 0xA5, sizeof(plan));
    fg_controls_choose(offer, options, &plan);
    return plan;
}

static void assert_set(const fg_control_plan *plan, enum fg_control control, double value)
{
    assert_int_equal(plan->choice[control].count, 1);
    assert_true(fabs(plan->choice[control].value[0] - value) < 1e-9);
}

static void assert_left_alone(const fg_control_plan *plan, enum fg_control control)
{
    assert_int_equal(plan->choice[control].count, 0);
}

static void assert_no_notes(const fg_control_plan *plan)
{
    for (int i = 0; i < FG_SETTINGS; i++) {
        assert_string_equal(plan->note[i], "");
    }
}

static void by_default_a_pi_camera_focuses_by_itself_and_slows_down_in_the_dark(void **state)
{
    (void)state;
    const fg_camera_options options = {.fps = 30, .min_fps = 15};
    fg_control_plan plan = choose(module_3, &options);
    assert_int_equal(plan.choice[FG_CONTROL_FRAME_DURATIONS].count, 2);
    assert_true(plan.choice[FG_CONTROL_FRAME_DURATIONS].value[0] == 33333);
    assert_true(plan.choice[FG_CONTROL_FRAME_DURATIONS].value[1] == 66666);
    assert_set(&plan, FG_CONTROL_FOCUS_MODE, 2);
    for (int i = FG_CONTROL_LENS; i < FG_CONTROLS; i++) {
        assert_left_alone(&plan, (enum fg_control)i);
    }
    assert_no_notes(&plan);
}

static void all_that_is_wished_is_set_where_it_is_there(void **state)
{
    (void)state;
    fg_camera_options options = wishing_everything();
    options.focus = 0.8;
    options.exposure = FG_EXPOSURE_SHORT;
    options.exposure_value = -1.5;
    options.flicker = FG_FLICKER_50;
    fg_control_plan plan = choose(module_3, &options);
    assert_set(&plan, FG_CONTROL_FOCUS_MODE, 0);
    assert_set(&plan, FG_CONTROL_LENS, 1.25);
    assert_set(&plan, FG_CONTROL_EXPOSURE_MODE, 1);
    assert_set(&plan, FG_CONTROL_EXPOSURE_VALUE, -1.5);
    assert_set(&plan, FG_CONTROL_FLICKER_MODE, 1);
    assert_set(&plan, FG_CONTROL_FLICKER_PERIOD, 10000);
    assert_no_notes(&plan);
    options.flicker = FG_FLICKER_60;
    plan = choose(module_3, &options);
    assert_set(&plan, FG_CONTROL_FLICKER_PERIOD, 8333);
}

static void what_is_not_there_is_left_out_and_reported_if_it_was_wished(void **state)
{
    (void)state;
    static const struct {
        enum fg_camera_setting setting;
        const fg_control_offer *offer;
        double focus;
        const char *note;
    } table[] = {
        {FG_SETTING_FPS, webcam, 0,
         "[camera] fps = 30 is ignored: the camera sets its own frame rate"},
        {FG_SETTING_MIN_FPS, webcam, 0,
         "[camera] min_fps = 15 is ignored: the camera sets its own frame rate"},
        {FG_SETTING_FOCUS, webcam, 0,
         "[camera] focus = auto is ignored: the camera has no autofocus"},
        {FG_SETTING_FOCUS, module_2, 0,
         "[camera] focus = auto is ignored: the camera has no autofocus"},
        {FG_SETTING_FOCUS, module_2, 0.8,
         "[camera] focus = 0.8 is ignored: the camera's focus cannot be set"},
        {FG_SETTING_EXPOSURE, webcam, 0,
         "[camera] exposure = short is ignored: the camera has no such mode"},
        {FG_SETTING_EXPOSURE_VALUE, webcam, 0,
         "[camera] exposure_value = 1 is ignored: the camera cannot correct exposure"},
        {FG_SETTING_FLICKER, webcam, 0,
         "[camera] flicker = 60 is ignored: the camera cannot suppress flicker"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        fg_camera_options options = wishing_everything();
        options.focus = table[i].focus;
        options.exposure = FG_EXPOSURE_SHORT;
        options.exposure_value = 1;
        options.flicker = FG_FLICKER_60;
        fg_control_plan plan = choose(table[i].offer, &options);
        assert_string_equal(plan.note[table[i].setting], table[i].note);
        memset(options.wished, 0, sizeof(options.wished));
        plan = choose(table[i].offer, &options);
        assert_no_notes(&plan);
    }
    fg_camera_options options = wishing_everything();
    fg_control_plan plan = choose(webcam, &options);
    for (int i = 0; i < FG_CONTROLS; i++) {
        assert_left_alone(&plan, (enum fg_control)i);
    }
}

static void what_asks_for_nothing_is_not_missed(void **state)
{
    (void)state;
    fg_camera_options options = wishing_everything();
    fg_control_plan plan = choose(webcam, &options);
    assert_string_equal(plan.note[FG_SETTING_EXPOSURE], "");
    assert_string_equal(plan.note[FG_SETTING_EXPOSURE_VALUE], "");
    assert_string_equal(plan.note[FG_SETTING_FLICKER], "");
}

static void frame_durations_stay_within_what_the_camera_can(void **state)
{
    (void)state;
    static const struct {
        int fps, min_fps;
        double low, high;
        double shortest, longest;
        const char *fps_note, *min_fps_note;
    } table[] = {
        {30, 15, 8333, 120000, 33333, 66666, "", ""},
        {30, 30, 8333, 120000, 33333, 33333, "", ""},
        {10, 15, 8333, 120000, 100000, 100000, "", ""},
        {30, 0, 8333, 120000, 33333, 33333, "", ""},
        {120, 5, 16666, 33333, 16666, 33333, "[camera] fps = 120 is out of range: 60 is used",
         "[camera] min_fps = 5 is out of range: 30 is used"},
        {30, 15, 66666, 66666, 66666, 66666, "[camera] fps = 30 is out of range: 15 is used", ""},
        {5, 1, 16666, 33333, 33333, 33333, "[camera] fps = 5 is out of range: 30 is used",
         "[camera] min_fps = 1 is out of range: 30 is used"},
        /* One that gives its limits the wrong way round, one that gives none, one half of them. */
        {120, 5, 33333, 16666, 16666, 33333, "[camera] fps = 120 is out of range: 60 is used",
         "[camera] min_fps = 5 is out of range: 30 is used"},
        {30, 15, 0, 0, 33333, 66666, "", ""},
        {30, 15, NAN, NAN, 33333, 66666, "", ""},
        {30, 15, -5, NAN, 33333, 66666, "", ""},
        {120, 15, 16666, 0, 16666, 66666, "[camera] fps = 120 is out of range: 60 is used", ""},
        {30, 1, 0, 33333, 33333, 33333, "", "[camera] min_fps = 1 is out of range: 30 is used"},
        {30, 15, -INFINITY, INFINITY, 33333, 66666, "", ""},
        {30, 15, -9.3e18, 9.3e18, 33333, 66666, "", ""},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        fg_camera_options options = wishing_everything();
        options.fps = table[i].fps;
        options.min_fps = table[i].min_fps;
        const fg_control_offer offer[FG_CONTROLS] = {
            [FG_CONTROL_FRAME_DURATIONS] = RANGE(table[i].low, table[i].high),
        };
        fg_control_plan plan = choose(offer, &options);
        const fg_control_choice *choice = &plan.choice[FG_CONTROL_FRAME_DURATIONS];
        if (choice->count != 2 || choice->value[0] != table[i].shortest ||
            choice->value[1] != table[i].longest) {
            fail_msg("row %zu: %d of %g and %g", i, choice->count, choice->value[0],
                     choice->value[1]);
        }
        assert_string_equal(plan.note[FG_SETTING_FPS], table[i].fps_note);
        assert_string_equal(plan.note[FG_SETTING_MIN_FPS], table[i].min_fps_note);
    }
}

static void the_lens_stays_within_what_it_can(void **state)
{
    (void)state;
    static const struct {
        double focus, low, high, dioptres;
        const char *note;
    } table[] = {
        {0.05, 0, 32, 20, ""},
        {100, 0, 32, 0.01, ""},
        {0.05, 0, 10, 10, "[camera] focus = 0.05 is out of range: 0.1 metres are used"},
        {0.05, 10, 0, 10, "[camera] focus = 0.05 is out of range: 0.1 metres are used"},
        {1, 2, 2, 2, "[camera] focus = 1 is out of range: 0.5 metres are used"},
        {1, 0, 0, 0, "[camera] focus = 1 is out of range: infinity is used"},
        {1, NAN, NAN, 1, ""},
        {1, NAN, 0.5, 0.5, "[camera] focus = 1 is out of range: 2 metres are used"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        fg_camera_options options = wishing_everything();
        options.focus = table[i].focus;
        const fg_control_offer offer[FG_CONTROLS] = {
            [FG_CONTROL_FOCUS_MODE] = MODES(0x7),
            [FG_CONTROL_LENS] = RANGE(table[i].low, table[i].high),
        };
        fg_control_plan plan = choose(offer, &options);
        assert_set(&plan, FG_CONTROL_LENS, table[i].dioptres);
        assert_string_equal(plan.note[FG_SETTING_FOCUS], table[i].note);
    }
}

static void focus_takes_what_there_is(void **state)
{
    (void)state;
    fg_camera_options options = wishing_everything();
    /* A lens that moves, but only by hand. */
    const fg_control_offer manual[FG_CONTROLS] = {
        [FG_CONTROL_FOCUS_MODE] = MODES(0x1),
        [FG_CONTROL_LENS] = RANGE(0, 10),
    };
    fg_control_plan plan = choose(manual, &options);
    assert_left_alone(&plan, FG_CONTROL_FOCUS_MODE);
    assert_string_equal(plan.note[FG_SETTING_FOCUS],
                        "[camera] focus = auto is ignored: the camera has no autofocus");
    /* A lens without modes, and modes as a range instead of a list. */
    options.focus = 2;
    const fg_control_offer bare[FG_CONTROLS] = {[FG_CONTROL_LENS] = RANGE(0, 10)};
    plan = choose(bare, &options);
    assert_left_alone(&plan, FG_CONTROL_FOCUS_MODE);
    assert_set(&plan, FG_CONTROL_LENS, 0.5);
    /* Autofocus whose lens cannot be put anywhere: better sharp than as asked. */
    const fg_control_offer automatic[FG_CONTROLS] = {[FG_CONTROL_FOCUS_MODE] = RANGE(0, 2)};
    plan = choose(automatic, &options);
    assert_set(&plan, FG_CONTROL_FOCUS_MODE, 2);
    assert_left_alone(&plan, FG_CONTROL_LENS);
    assert_string_equal(plan.note[FG_SETTING_FOCUS],
                        "[camera] focus = 2 is ignored: the camera's focus cannot be set");
}

static void light_takes_what_there_is(void **state)
{
    (void)state;
    static const struct {
        double wished, low, high, taken;
        const char *note;
    } values[] = {
        {4, -8, 8, 4, ""},
        {4, -2, 2, 2, "[camera] exposure_value = 4 is out of range: 2 is used"},
        {-4, 2, -2, -2, "[camera] exposure_value = -4 is out of range: -2 is used"},
        {1, 0, 0, 0, "[camera] exposure_value = 1 is out of range: 0 is used"},
        {1, NAN, NAN, 1, ""},
    };
    fg_camera_options options = wishing_everything();
    for (size_t i = 0; i < COUNT(values); i++) {
        options.exposure_value = values[i].wished;
        const fg_control_offer offer[FG_CONTROLS] = {
            [FG_CONTROL_EXPOSURE_VALUE] = RANGE(values[i].low, values[i].high),
        };
        fg_control_plan plan = choose(offer, &options);
        assert_set(&plan, FG_CONTROL_EXPOSURE_VALUE, values[i].taken);
        assert_string_equal(plan.note[FG_SETTING_EXPOSURE_VALUE], values[i].note);
    }
    /* Flicker needs both its controls, and its period within range. */
    options.flicker = FG_FLICKER_50;
    static const fg_control_offer unable[][FG_CONTROLS] = {
        {[FG_CONTROL_FLICKER_MODE] = RANGE(0, 1)},
        {[FG_CONTROL_FLICKER_PERIOD] = RANGE(100, 1000000)},
        {[FG_CONTROL_FLICKER_MODE] = RANGE(0, 0), [FG_CONTROL_FLICKER_PERIOD] = RANGE(0, 1000000)},
        {[FG_CONTROL_FLICKER_MODE] = MODES(0x5), [FG_CONTROL_FLICKER_PERIOD] = RANGE(0, 1000000)},
        {[FG_CONTROL_FLICKER_MODE] = MODES(0x3), [FG_CONTROL_FLICKER_PERIOD] = RANGE(0, 9999)},
    };
    for (size_t i = 0; i < COUNT(unable); i++) {
        fg_control_plan plan = choose(unable[i], &options);
        assert_left_alone(&plan, FG_CONTROL_FLICKER_MODE);
        assert_left_alone(&plan, FG_CONTROL_FLICKER_PERIOD);
        assert_string_equal(plan.note[FG_SETTING_FLICKER],
                            "[camera] flicker = 50 is ignored: the camera cannot suppress flicker");
    }
}

static void rotation_comes_before_the_flip_and_only_flips_are_asked_for(void **state)
{
    (void)state;
    static const struct {
        enum fg_config_rotation rotation;
        enum fg_config_flip flip;
        int turn, asked;
    } table[] = {
        {FG_ROTATION_0, FG_FLIP_NONE, FG_TURN_NONE, FG_TURN_NONE},
        {FG_ROTATION_0, FG_FLIP_HORIZONTAL, FG_TURN_HORIZONTAL, FG_TURN_HORIZONTAL},
        {FG_ROTATION_0, FG_FLIP_VERTICAL, FG_TURN_VERTICAL, FG_TURN_VERTICAL},
        {FG_ROTATION_0, FG_FLIP_BOTH, FG_TURN_180, FG_TURN_180},
        {FG_ROTATION_180, FG_FLIP_NONE, FG_TURN_180, FG_TURN_180},
        {FG_ROTATION_180, FG_FLIP_BOTH, FG_TURN_NONE, FG_TURN_NONE},
        {FG_ROTATION_180, FG_FLIP_HORIZONTAL, FG_TURN_VERTICAL, FG_TURN_VERTICAL},
        {FG_ROTATION_90, FG_FLIP_NONE, FG_TURN_90, FG_TURN_NONE},
        {FG_ROTATION_270, FG_FLIP_NONE, FG_TURN_270, FG_TURN_NONE},
        {FG_ROTATION_90, FG_FLIP_BOTH, FG_TURN_270, FG_TURN_NONE},
        {FG_ROTATION_90, FG_FLIP_HORIZONTAL, FG_TURN_TRANSPOSE, FG_TURN_NONE},
        {FG_ROTATION_90, FG_FLIP_VERTICAL, FG_TURN_180 | FG_TURN_TRANSPOSE, FG_TURN_NONE},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        const fg_camera_options options = {.rotation = table[i].rotation, .flip = table[i].flip};
        assert_int_equal(fg_controls_turn(&options), table[i].turn);
        assert_int_equal(fg_controls_turn_asked(&options), table[i].asked);
    }
}

static void assert_prints(const fg_control_offer *offer, const fg_camera_options *options,
                          const char *expected)
{
    char *text = NULL;
    size_t size = 0;
    FILE *output = open_memstream(&text, &size);
    assert_non_null(output);
    fg_controls_print(offer, options, output);
    fclose(output);
    assert_string_equal(text, expected);
    free(text);
}

static void the_list_says_in_words_what_a_camera_takes(void **state)
{
    (void)state;
    fg_camera_options options = {.fps = 30, .min_fps = 15};
    assert_prints(module_3, &options,
                  "    fps, min_fps   8.33 to 120; requested: 15 to 30\n"
                  "    focus          auto, or 0.031 metres or more; requested: auto\n"
                  "    exposure       normal or short; requested: normal\n"
                  "    exposure_value -8 to 8 stops; requested: 0\n"
                  "    flicker        off, 50 or 60; requested: off\n");
    assert_prints(webcam, &options,
                  "    fps, min_fps   automatic\n"
                  "    focus          fixed\n"
                  "    exposure       cannot be set\n"
                  "    exposure_value cannot be set\n"
                  "    flicker        cannot be set\n");
    options = wishing_everything();
    options.min_fps = 30;
    options.focus = 0.8;
    options.exposure = FG_EXPOSURE_SHORT;
    options.exposure_value = -1.5;
    options.flicker = FG_FLICKER_60;
    assert_prints(module_3, &options,
                  "    fps, min_fps   8.33 to 120; requested: 30\n"
                  "    focus          auto, or 0.031 metres or more; requested: 0.8\n"
                  "    exposure       normal or short; requested: short\n"
                  "    exposure_value -8 to 8 stops; requested: -1.5\n"
                  "    flicker        off, 50 or 60; requested: 60\n");
    assert_prints(module_2, &options,
                  "    fps, min_fps   8.33 to 120; requested: 30\n"
                  "    focus          fixed\n"
                  "    exposure       normal or short; requested: short\n"
                  "    exposure_value -8 to 8 stops; requested: -1.5\n"
                  "    flicker        off, 50 or 60; requested: 60\n"
                  "    [camera] focus = 0.8 is ignored: the camera's focus cannot be set\n");
    const fg_control_offer nonsense[FG_CONTROLS] = {
        [FG_CONTROL_FRAME_DURATIONS] = RANGE(NAN, NAN),
        [FG_CONTROL_LENS] = RANGE(NAN, NAN),
        [FG_CONTROL_EXPOSURE_VALUE] = RANGE(NAN, NAN),
    };
    options.exposure = FG_EXPOSURE_NORMAL;
    options.flicker = FG_FLICKER_OFF;
    assert_prints(nonsense, &options,
                  "    fps, min_fps   any; requested: 30\n"
                  "    focus          any distance; requested: 0.8\n"
                  "    exposure       cannot be set\n"
                  "    exposure_value any; requested: -1.5\n"
                  "    flicker        cannot be set\n");
    const fg_control_offer odd[FG_CONTROLS] = {
        [FG_CONTROL_FRAME_DURATIONS] = RANGE(33333, 250e6),
        [FG_CONTROL_LENS] = RANGE(0, 0),
    };
    options = (fg_camera_options){.fps = 60, .min_fps = 1};
    assert_prints(odd, &options,
                  "    fps, min_fps   up to 30; requested: 1 to 30\n"
                  "    focus          any distance\n"
                  "    exposure       cannot be set\n"
                  "    exposure_value cannot be set\n"
                  "    flicker        cannot be set\n");
}

/* What is logged while `plan` is reported; to be freed. */
static char *tell(const fg_control_plan *plan, fg_control_plan *reported, bool verbose)
{
    char *folder = fg_testing_folder();
    char *path = fg_testing_path(folder, "log");
    int saved = dup(STDERR_FILENO);
    int file = open(path, O_WRONLY | O_CREAT, 0600);
    dup2(file, STDERR_FILENO);
    fg_log_open(verbose);
    fg_controls_tell(plan, "cam0", FG_TURN_90, reported);
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(file);
    char *text = fg_testing_read(path, NULL);
    free(path);
    fg_testing_remove(folder);
    return text;
}

static void notes_are_logged_once_and_what_is_set_for_the_verbose(void **state)
{
    (void)state;
    fg_camera_options options = wishing_everything();
    options.focus = 2;
    fg_control_plan reported = {0};
    fg_control_plan plan = choose(module_2, &options);
    char *text = tell(&plan, &reported, false);
    assert_non_null(strstr(
        text, "Camera cam0: [camera] focus = 2 is ignored: the camera's focus cannot be set\n"));
    assert_null(strstr(text, "FrameDurationLimits"));
    free(text);
    text = tell(&plan, &reported, false);
    assert_string_equal(text, "");
    free(text);
    plan = choose(module_3, &options);
    text = tell(&plan, &reported, true);
    assert_null(strstr(text, "is ignored"));
    assert_non_null(strstr(text, "Camera cam0: set are FrameDurationLimits 33333 to 66666, AfMode "
                                 "0, LensPosition 0.5; its picture is turned by 90 degrees\n"));
    free(text);
    /* Another camera in its place is reported again. */
    plan = choose(module_2, &options);
    text = tell(&plan, &reported, false);
    assert_non_null(strstr(text, "is ignored"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_default_a_pi_camera_focuses_by_itself_and_slows_down_in_the_dark),
        cmocka_unit_test(all_that_is_wished_is_set_where_it_is_there),
        cmocka_unit_test(what_is_not_there_is_left_out_and_reported_if_it_was_wished),
        cmocka_unit_test(what_asks_for_nothing_is_not_missed),
        cmocka_unit_test(frame_durations_stay_within_what_the_camera_can),
        cmocka_unit_test(the_lens_stays_within_what_it_can),
        cmocka_unit_test(focus_takes_what_there_is),
        cmocka_unit_test(light_takes_what_there_is),
        cmocka_unit_test(rotation_comes_before_the_flip_and_only_flips_are_asked_for),
        cmocka_unit_test(the_list_says_in_words_what_a_camera_takes),
        cmocka_unit_test(notes_are_logged_once_and_what_is_set_for_the_verbose),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
