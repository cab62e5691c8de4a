/* Chooses a sensor's mode and the size of the picture from it, so that the view is not cropped. */
#include "view.h"

#include "facegate/frame.h"

#include <math.h>
#include <string.h>

/* A sensor's modes may be a few pixels short of all of it, and so is a picture's size that had to
 * be even: that is the whole view. */
#define WHOLE 0.98

/* A mode that tells of 29.97 frames a second is one of 30. */
#define NEARLY 0.97

/* Of the proportions: a picture of 4:3 from 1640x1232 pixels loses less than a hundredth. */
#define SAME_SHAPE 0.015

static double share(int part, int whole)
{
    return part > 0 && whole > 0 ? fmin((double)part / whole, 1) : 0;
}

static bool is_sound(const fg_sensor_mode *mode)
{
    return mode->width > 0 && mode->height > 0;
}

/* Of the sensor's area; 0: unknown. */
static double area(const fg_sensor *sensor, const fg_sensor_mode *mode)
{
    return is_sound(mode)
               ? share(mode->crop_width, sensor->width) * share(mode->crop_height, sensor->height)
               : 0;
}

/* One that does not tell its rate is not held to be slow. */
static bool keeps_up(const fg_sensor_mode *mode, int fps)
{
    return !(mode->fps > 0) || mode->fps >= NEARLY * fps;
}

static bool holds(const fg_sensor_mode *mode, const fg_camera_options *options)
{
    return mode->width >= options->width && mode->height >= options->height;
}

static double pixels(const fg_sensor_mode *mode)
{
    return (double)mode->width * mode->height;
}

/* Twelve are what Raspberry Pi's pipelines prefer, and no more is of use: above they only need more
 * of the bus. */
static int depth(const fg_sensor_mode *mode)
{
    return mode->bits <= 12 ? mode->bits : 24 - mode->bits;
}

/* Of two that show as much. */
static bool suits_better(const fg_sensor_mode *one, const fg_sensor_mode *other,
                         const fg_camera_options *options)
{
    bool fast = keeps_up(one, options->fps);
    if (fast != keeps_up(other, options->fps)) {
        return fast;
    }
    if (!fast && one->fps != other->fps) {
        return one->fps > other->fps;
    }
    bool large = holds(one, options);
    if (large != holds(other, options)) {
        return large;
    }
    if (pixels(one) != pixels(other)) {
        return large == (pixels(one) < pixels(other));
    }
    return depth(one) > depth(other);
}

/* The largest part of the sensor that one of the modes reads which keep up with `fps`. */
static double widest(const fg_sensor *sensor, int fps)
{
    double most = 0;
    for (int i = 0; i < sensor->count; i++) {
        if (keeps_up(&sensor->mode[i], fps)) {
            most = fmax(most, area(sensor, &sensor->mode[i]));
        }
    }
    return most;
}

/* Modes that do not tell what they read are not chosen: the camera may know better. */
static int choose_full(const fg_sensor *sensor, const fg_camera_options *options)
{
    int best = -1;
    int least =
        options->min_fps > 0 && options->min_fps < options->fps ? options->min_fps : options->fps;
    if (!(widest(sensor, least) > 0)) {
        least = 0; /* none is as fast as that */
    }
    double most = widest(sensor, least);
    for (int i = 0; i < sensor->count && most > 0; i++) {
        const fg_sensor_mode *mode = &sensor->mode[i];
        if (keeps_up(mode, least) && area(sensor, mode) >= WHOLE * most &&
            (best < 0 || suits_better(mode, &sensor->mode[best], options))) {
            best = i;
        }
    }
    return best;
}

/* Of equals the one that shows more. */
static int choose_fast(const fg_sensor *sensor)
{
    int best = -1;
    for (int i = 0; i < sensor->count; i++) {
        const fg_sensor_mode *mode = &sensor->mode[i];
        const fg_sensor_mode *before = best < 0 ? NULL : &sensor->mode[best];
        if (is_sound(mode) && mode->fps > 0 &&
            (before == NULL || mode->fps > before->fps ||
             (mode->fps == before->fps &&
              (area(sensor, mode) > area(sensor, before) ||
               (area(sensor, mode) == area(sensor, before) && depth(mode) > depth(before)))))) {
            best = i;
        }
    }
    return best;
}

static int choose_size(const fg_sensor *sensor, const fg_camera_options *options)
{
    int best = -1;
    for (int i = 0; i < sensor->count; i++) {
        const fg_sensor_mode *mode = &sensor->mode[i];
        if (mode->width == options->view.width && mode->height == options->view.height &&
            (best < 0 || suits_better(mode, &sensor->mode[best], options))) {
            best = i;
        }
    }
    return best;
}

/* To the nearest even number, as 4:2:0 has it. */
static int even(double side)
{
    int rounded = 2 * (int)lround(side / 2);
    return rounded < 2 ? 2 : rounded;
}

static void shape(const fg_sensor_mode *mode, const fg_camera_options *options,
                  fg_mode_choice *choice)
{
    double ratio = (double)mode->width / mode->height;
    bool wide = options->wished[FG_SETTING_WIDTH];
    bool high = options->wished[FG_SETTING_HEIGHT];
    double off = (double)options->width / options->height / ratio;
    if (options->width <= 0 || options->height <= 0 || (wide && high) ||
        fabs(off - 1) <= SAME_SHAPE) {
        return;
    }
    bool from_width = wide || (!high && off > 1);
    int width = from_width ? options->width : even(options->height * ratio);
    int height = from_width ? even(options->width / ratio) : options->height;
    if (width <= FG_FRAME_MAX_SIDE && height <= FG_FRAME_MAX_SIDE) {
        choice->width = width;
        choice->height = height;
    }
}

void fg_view_choose(const fg_sensor *sensor, const fg_camera_options *options,
                    fg_mode_choice *ret_choice)
{
    *ret_choice = (fg_mode_choice){.mode = -1, .width = options->width, .height = options->height};
    switch (options->view.kind) {
    case FG_VIEW_FULL:
        ret_choice->mode = choose_full(sensor, options);
        break;
    case FG_VIEW_FAST:
        ret_choice->mode = choose_fast(sensor);
        break;
    case FG_VIEW_SIZE:
        ret_choice->mode = choose_size(sensor, options);
        ret_choice->missing = ret_choice->mode < 0;
        break;
    }
    if (ret_choice->mode >= 0) {
        shape(&sensor->mode[ret_choice->mode], options, ret_choice);
    }
}

fg_camera_view fg_view_of(const fg_sensor *sensor, int crop_width, int crop_height, int width,
                          int height)
{
    fg_camera_view view = {.across = share(crop_width, sensor->width),
                           .down = share(crop_height, sensor->height)};
    if (!(view.across > 0) || !(view.down > 0) || width <= 0 || height <= 0) {
        return (fg_camera_view){.across = 0};
    }
    double ratio = (double)width / height * crop_height / crop_width;
    if (ratio > 1) {
        view.down /= ratio;
    } else {
        view.across *= ratio;
    }
    return view;
}

bool fg_camera_view_is_cropped(const fg_camera_view *view)
{
    return view->across > 0 && (view->across < WHOLE || view->down < WHOLE);
}

int fg_view_raw_bits(const char *format)
{
    /* Of colour, then of one colour: SRGGB10_CSI2P, R10_CSI2P. */
    static const char *const orders[] = {"SRGGB", "SGRBG", "SGBRG", "SBGGR", "R"};
    for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
        size_t length = strlen(orders[i]);
        if (strncmp(format, orders[i], length) != 0) {
            continue;
        }
        int bits = 0;
        const char *at = format + length;
        while (*at >= '0' && *at <= '9' && bits < 100) {
            bits = bits * 10 + (*at++ - '0');
        }
        bool ends = *at == '\0' || *at == '_';
        return ends && bits >= 8 && bits <= 16 ? bits : 0;
    }
    return 0;
}

static int percent(double part)
{
    return (int)lround(100 * part);
}

void fg_camera_view_describe(const fg_camera_view *view, char ret_text[FG_CAMERA_VIEW_TEXT])
{
    int across = percent(view->across);
    int down = percent(view->down);
    if (!(view->across > 0)) {
        snprintf(ret_text, FG_CAMERA_VIEW_TEXT, "an unknown part");
    } else if (across == down) {
        snprintf(ret_text, FG_CAMERA_VIEW_TEXT, "%d %%", across);
    } else {
        snprintf(ret_text, FG_CAMERA_VIEW_TEXT, "%d %% of the width, %d %% of the height", across,
                 down);
    }
}

void fg_view_print(const fg_sensor *sensor, int used, FILE *output)
{
    for (int i = 0; i < sensor->count; i++) {
        const fg_sensor_mode *mode = &sensor->mode[i];
        const fg_camera_view view =
            fg_view_of(sensor, mode->crop_width, mode->crop_height, mode->width, mode->height);
        char shown[FG_CAMERA_VIEW_TEXT];
        char size[32];
        fg_camera_view_describe(&view, shown);
        snprintf(size, sizeof(size), "%dx%d", mode->width, mode->height);
        fprintf(output, "    %-14s %-9s %2d bits, ", i == 0 ? "sensor modes" : "", size,
                mode->bits);
        if (mode->fps > 0) {
            fprintf(output, "up to %.3g fps", mode->fps);
        } else {
            fprintf(output, "unknown rate");
        }
        fprintf(output, ", shows %s%s\n", shown, i == used ? "; used" : "");
    }
    if (sensor->count > 0) {
        fprintf(output, "    %-14s unknown, since libcamera does not tell the angle of the lens\n",
                "face distance");
    }
}
