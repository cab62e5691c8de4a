/*
 * Which mode of a sensor is chosen and how large the picture is, with the modes of the cameras
 * people have: they see all that the sensor sees, and are fast enough.
 */
#include "view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/*
 * As `rpicam-hello --list-cameras` prints them on Raspberry Pi OS, whose rates and crops are those
 * of the sensors' drivers in Raspberry Pi's kernel (drivers/media/i2c). Module 2, on a Pi 5: two
 * depths, and the shallow one is faster.
 */
static const fg_sensor imx219 = {
    .width = 3280,
    .height = 2464,
    .count = 8,
    .mode =
        {
            {640, 480, 10, 1280, 960, 206.65},
            {1640, 1232, 10, 3280, 2464, 41.85},
            {1920, 1080, 10, 1920, 1080, 47.57},
            {3280, 2464, 10, 3280, 2464, 21.19},
            {640, 480, 8, 1280, 960, 206.65},
            {1640, 1232, 8, 3280, 2464, 83.70},
            {1920, 1080, 8, 1920, 1080, 47.57},
            {3280, 2464, 8, 3280, 2464, 21.19},
        },
};

/* High Quality Camera. */
static const fg_sensor imx477 = {
    .width = 4056,
    .height = 3040,
    .count = 4,
    .mode =
        {
            {1332, 990, 10, 2664, 1980, 120.05},
            {2028, 1080, 12, 4056, 2160, 50.03},
            {2028, 1520, 12, 4056, 3040, 40.01},
            {4056, 3040, 12, 4056, 3040, 10.00},
        },
};

/* Module 3, with any lens. */
static const fg_sensor imx708 = {
    .width = 4608,
    .height = 2592,
    .count = 3,
    .mode =
        {
            {1536, 864, 10, 3072, 1728, 120.13},
            {2304, 1296, 10, 4608, 2592, 56.03},
            {4608, 2592, 10, 4608, 2592, 14.35},
        },
};

/* Module 1. */
static const fg_sensor ov5647 = {
    .width = 2592,
    .height = 1944,
    .count = 4,
    .mode =
        {
            {640, 480, 10, 2560, 1920, 58.92},
            {1296, 972, 10, 2592, 1944, 46.34},
            {1920, 1080, 10, 1928, 1080, 32.81},
            {2592, 1944, 10, 2592, 1944, 15.63},
        },
};

/* Global Shutter Camera. */
static const fg_sensor imx296 = {
    .width = 1456,
    .height = 1088,
    .count = 1,
    .mode = {{1456, 1088, 10, 1456, 1088, 60.38}},
};

/* USB cameras: libcamera drives no sensor in them, so that there is nothing to choose from. A
 * Logitech C920 tells of no more than the sizes of its pictures; nor does a C270. */
static const fg_sensor c920 = {.count = 0};
static const fg_sensor c270 = {.count = 0};

static const fg_camera_options standard = {
    .width = 640, .height = 480, .fps = 30, .min_fps = 15, .view = {.kind = FG_VIEW_FULL}};

/* "1640x1232 at 10 bits, 640x480, 100 %", or "its own, 640x480". */
static const char *choice_of(const fg_sensor *sensor, const fg_camera_options *options)
{
    static char text[160];
    fg_mode_choice choice;
    fg_view_choose(sensor, options, &choice);
    if (choice.mode < 0) {
        snprintf(text, sizeof(text), "its own%s, %dx%d", choice.missing ? ", as none is so" : "",
                 choice.width, choice.height);
        return text;
    }
    char shown[FG_CAMERA_VIEW_TEXT];
    const fg_sensor_mode *mode = &sensor->mode[choice.mode];
    const fg_camera_view view =
        fg_view_of(sensor, mode->crop_width, mode->crop_height, choice.width, choice.height);
    fg_camera_view_describe(&view, shown);
    snprintf(text, sizeof(text), "%dx%d at %d bits, %dx%d, %s", mode->width, mode->height,
             mode->bits, choice.width, choice.height, shown);
    return text;
}

static void without_a_wish_each_camera_shows_all_of_its_view(void **state)
{
    (void)state;
    static const struct {
        const fg_sensor *sensor;
        const char *expected;
    } rows[] = {
        {&imx219, "1640x1232 at 10 bits, 640x480, 100 %"},
        {&imx477, "2028x1520 at 12 bits, 640x480, 100 %"},
        {&imx708, "2304x1296 at 10 bits, 854x480, 100 %"},
        {&ov5647, "1296x972 at 10 bits, 640x480, 100 %"},
        {&imx296, "1456x1088 at 10 bits, 640x480, 100 %"},
        {&c920, "its own, 640x480"},
        {&c270, "its own, 640x480"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_string_equal(choice_of(rows[i].sensor, &standard), rows[i].expected);
    }
}

static void a_mode_too_slow_for_fps_gives_way_and_one_too_slow_for_min_fps_is_not_taken(
    void **state)
{
    (void)state;
    static const struct {
        const fg_sensor *sensor;
        int fps, min_fps;
        const char *expected;
    } rows[] = {
        /* The same view with fewer bits is fast enough. */
        {&imx219, 60, 15, "1640x1232 at 8 bits, 640x480, 100 %"},
        /* None of the whole view is: the fastest that min_fps allows. */
        {&imx708, 90, 30, "2304x1296 at 10 bits, 854x480, 100 %"},
        {&imx477, 60, 15, "2028x1520 at 12 bits, 640x480, 100 %"},
        /* A person who accepts nothing slower gets less of the view. */
        {&imx477, 50, 50, "2028x1080 at 12 bits, 902x480, 100 % of the width, 71 % of the height"},
        {&imx477, 60, 60, "1332x990 at 10 bits, 640x480, 65 %"},
        {&imx708, 90, 90, "1536x864 at 10 bits, 854x480, 67 %"},
        /* Faster than anything it has. */
        {&ov5647, 120, 120, "1296x972 at 10 bits, 640x480, 100 %"},
        /* 15.63 and 14.35 frames a second are no reason for a larger picture. */
        {&imx708, 10, 5, "2304x1296 at 10 bits, 854x480, 100 %"},
        /* min_fps above fps, and none. */
        {&imx219, 30, 60, "1640x1232 at 10 bits, 640x480, 100 %"},
        {&imx219, 30, 0, "1640x1232 at 10 bits, 640x480, 100 %"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fg_camera_options options = standard;
        options.fps = rows[i].fps;
        options.min_fps = rows[i].min_fps;
        assert_string_equal(choice_of(rows[i].sensor, &options), rows[i].expected);
    }
}

static void the_picture_has_the_proportions_of_the_view_unless_both_sides_were_given(void **state)
{
    (void)state;
    static const struct {
        const fg_sensor *sensor;
        int width, height;
        bool wide, high; /* given by a person */
        const char *expected;
    } rows[] = {
        {&imx708, 640, 480, true, false, "2304x1296 at 10 bits, 640x360, 100 %"},
        {&imx708, 1280, 480, true, false, "2304x1296 at 10 bits, 1280x720, 100 %"},
        {&imx708, 640, 720, false, true, "2304x1296 at 10 bits, 1280x720, 100 %"},
        {&imx708, 640, 480, true, true,
         "2304x1296 at 10 bits, 640x480, 75 % of the width, 100 % of the height"},
        {&imx219, 1280, 720, true, true,
         "1640x1232 at 10 bits, 1280x720, 100 % of the width, 75 % of the height"},
        {&imx219, 1280, 480, true, false, "1640x1232 at 10 bits, 1280x962, 100 %"},
        {&imx219, 640, 960, false, true, "1640x1232 at 10 bits, 1278x960, 100 %"},
        /* A picture larger than the small mode needs the large one. */
        {&imx219, 1920, 480, true, false, "3280x2464 at 10 bits, 1920x1442, 100 %"},
        {&c920, 1280, 720, true, true, "its own, 1280x720"},
        {&c270, 1280, 480, true, false, "its own, 1280x480"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fg_camera_options options = standard;
        options.fps = 20;
        options.width = rows[i].width;
        options.height = rows[i].height;
        options.wished[FG_SETTING_WIDTH] = rows[i].wide;
        options.wished[FG_SETTING_HEIGHT] = rows[i].high;
        assert_string_equal(choice_of(rows[i].sensor, &options), rows[i].expected);
    }
}

static void fast_takes_the_most_frames_whatever_they_show(void **state)
{
    (void)state;
    fg_camera_options options = standard;
    options.view.kind = FG_VIEW_FAST;
    assert_string_equal(choice_of(&imx219, &options), "640x480 at 10 bits, 640x480, 39 %");
    assert_string_equal(choice_of(&imx708, &options), "1536x864 at 10 bits, 854x480, 67 %");
    assert_string_equal(choice_of(&imx477, &options), "1332x990 at 10 bits, 640x480, 65 %");
    assert_string_equal(choice_of(&ov5647, &options), "640x480 at 10 bits, 640x480, 99 %");
    assert_string_equal(choice_of(&c920, &options), "its own, 640x480");
}

static void a_mode_is_taken_by_its_size_and_missed_where_it_is_not_there(void **state)
{
    (void)state;
    fg_camera_options options = standard;
    options.view = (fg_config_view){FG_VIEW_SIZE, 1920, 1080};
    assert_string_equal(choice_of(&imx219, &options),
                        "1920x1080 at 10 bits, 854x480, 59 % of the width, 44 % of the height");
    options.fps = 60;
    options.view = (fg_config_view){FG_VIEW_SIZE, 1640, 1232};
    assert_string_equal(choice_of(&imx219, &options), "1640x1232 at 8 bits, 640x480, 100 %");
    options.view = (fg_config_view){FG_VIEW_SIZE, 1640, 1230};
    assert_string_equal(choice_of(&imx219, &options), "its own, as none is so, 640x480");
    assert_string_equal(choice_of(&c920, &options), "its own, as none is so, 640x480");
}

static void modes_that_tell_nothing_are_left_to_the_camera(void **state)
{
    (void)state;
    fg_sensor silent = imx219;
    for (int i = 0; i < silent.count; i++) {
        silent.mode[i].crop_width = silent.mode[i].crop_height = 0;
    }
    assert_string_equal(choice_of(&silent, &standard), "its own, 640x480");
    fg_sensor nameless = imx219;
    nameless.width = nameless.height = 0;
    assert_string_equal(choice_of(&nameless, &standard), "its own, 640x480");
    /* Without rates none is held to be slow, and none to be fast. */
    fg_sensor timeless = imx708;
    fg_camera_options options = standard;
    for (int i = 0; i < timeless.count; i++) {
        timeless.mode[i].fps = 0;
    }
    assert_string_equal(choice_of(&timeless, &options), "2304x1296 at 10 bits, 854x480, 100 %");
    options.view.kind = FG_VIEW_FAST;
    assert_string_equal(choice_of(&timeless, &options), "its own, 640x480");
}

static void what_a_mode_cannot_be_is_survived(void **state)
{
    (void)state;
    const fg_sensor wrong = {
        .width = 100,
        .height = 100,
        .count = 2,
        .mode = {{0, 0, 10, 4000, 4000, 30}, {5, -7, 10, 100, 100, 30}},
    };
    const fg_sensor thin = {
        .width = 30000, .height = 1, .count = 1, .mode = {{30000, 1, 10, 30000, 1, 30}}};
    fg_camera_options options = standard;
    assert_string_equal(choice_of(&wrong, &options), "its own, 640x480");
    options.view.kind = FG_VIEW_FAST;
    assert_string_equal(choice_of(&wrong, &options), "its own, 640x480");
    options.view.kind = FG_VIEW_FULL;
    /* No picture is that wide: the size stays as it was asked. */
    fg_mode_choice choice;
    fg_view_choose(&thin, &options, &choice);
    assert_int_equal(choice.width, 640);
    assert_int_equal(choice.height, 480);
    options.width = options.height = 0;
    fg_view_choose(&imx708, &options, &choice);
    assert_int_equal(choice.width, 0);
    const fg_camera_view view = fg_view_of(&imx708, 4608, 2592, 0, 0);
    assert_false(view.across > 0);
}

static void a_view_is_cropped_once_a_fiftieth_of_a_side_is_missing(void **state)
{
    (void)state;
    static const struct {
        double across, down;
        bool cropped;
        const char *text;
    } rows[] = {
        {1, 1, false, "100 %"},
        {0.99, 0.985, false, "99 %"},
        {0.97, 1, true, "97 % of the width, 100 % of the height"},
        {1, 0.5, true, "100 % of the width, 50 % of the height"},
        {0.39, 0.39, true, "39 %"},
        {0, 0, false, "an unknown part"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[FG_CAMERA_VIEW_TEXT];
        const fg_camera_view view = {.across = rows[i].across, .down = rows[i].down};
        fg_camera_view_describe(&view, text);
        assert_string_equal(text, rows[i].text);
        assert_true(fg_camera_view_is_cropped(&view) == rows[i].cropped);
    }
}

static void the_depth_of_a_raw_format_is_in_its_name(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int bits;
    } rows[] = {
        {"SRGGB10_CSI2P", 10}, {"SBGGR12", 12},   {"SGBRG8", 8},
        {"SGRBG16", 16},       {"R10_CSI2P", 10}, {"R8", 8},
        {"SRGGB10_IPU3", 10},  {"RGB888", 0},     {"RGB565", 0},
        {"YUV420", 0},         {"MJPEG", 0},      {"BGGR_PISP_COMP1", 0},
        {"SRGGB", 0},          {"SRGGB99", 0},    {"SRGGB4294967306", 0},
        {"R10X", 0},           {"", 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(fg_view_raw_bits(rows[i].name), rows[i].bits);
    }
}

static void modes_are_listed_with_what_they_show(void **state)
{
    (void)state;
    fg_sensor sensor = imx219;
    sensor.count = 4;
    sensor.mode[3].crop_width = 0;
    sensor.mode[3].fps = 0;
    char *text = NULL;
    size_t size = 0;
    FILE *output = open_memstream(&text, &size);
    fg_view_print(&sensor, 1, output);
    fg_view_print(&c920, -1, output); /* nothing */
    fclose(output);
    assert_string_equal(
        text, "    sensor modes   640x480   10 bits, up to 207 fps, shows 39 %\n"
              "                   1640x1232 10 bits, up to 41.9 fps, shows 100 %; used\n"
              "                   1920x1080 10 bits, up to 47.6 fps, shows 59 % of the width, "
              "44 % of the height\n"
              "                   3280x2464 10 bits, unknown rate, shows an unknown part\n"
              "    face distance  unknown, since libcamera does not tell the angle of the lens\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_wish_each_camera_shows_all_of_its_view),
        cmocka_unit_test(
            a_mode_too_slow_for_fps_gives_way_and_one_too_slow_for_min_fps_is_not_taken),
        cmocka_unit_test(the_picture_has_the_proportions_of_the_view_unless_both_sides_were_given),
        cmocka_unit_test(fast_takes_the_most_frames_whatever_they_show),
        cmocka_unit_test(a_mode_is_taken_by_its_size_and_missed_where_it_is_not_there),
        cmocka_unit_test(modes_that_tell_nothing_are_left_to_the_camera),
        cmocka_unit_test(what_a_mode_cannot_be_is_survived),
        cmocka_unit_test(a_view_is_cropped_once_a_fiftieth_of_a_side_is_missing),
        cmocka_unit_test(the_depth_of_a_raw_format_is_in_its_name),
        cmocka_unit_test(modes_are_listed_with_what_they_show),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
