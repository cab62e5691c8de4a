/* Chooses what is set on a camera from what it offers and what is wished. */
#include "controls.h"

#include "facegate/base/log.h"
#include "turn.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#define MICROSECONDS 1000000.0

/* Of libcamera's enumerations. */
#define AF_MANUAL      0
#define AF_CONTINUOUS  2
#define AE_SHORT       1
#define FLICKER_MANUAL 1

const char *const fg_control_names[FG_CONTROLS] = {
    [FG_CONTROL_FRAME_DURATIONS] = "FrameDurationLimits",
    [FG_CONTROL_FOCUS_MODE] = "AfMode",
    [FG_CONTROL_LENS] = "LensPosition",
    [FG_CONTROL_EXPOSURE_MODE] = "AeExposureMode",
    [FG_CONTROL_EXPOSURE_VALUE] = "ExposureValue",
    [FG_CONTROL_FLICKER_MODE] = "AeFlickerMode",
    [FG_CONTROL_FLICKER_PERIOD] = "AeFlickerPeriod",
};

/* By the bits of turn.h. */
static const char *const turn_words[] = {
    "no further",         "left to right",  "top to bottom", "by 180 degrees",
    "about its diagonal", "by 270 degrees", "by 90 degrees", "about its other diagonal",
};

/* fmin and fmax let a NAN go, so that a limit that is none does not hold, and limits that stand
 * the wrong way round count as meant. */
static double lower(const fg_control_offer *offer)
{
    return fmin(offer->smallest, offer->largest);
}

static double upper(const fg_control_offer *offer)
{
    return fmax(offer->smallest, offer->largest);
}

static double nearest(const fg_control_offer *offer, double value)
{
    double low = isnan(offer->smallest) ? -INFINITY : lower(offer);
    double high = isnan(offer->largest) ? INFINITY : upper(offer);
    return fmin(fmax(value, low), high);
}

static bool takes(const fg_control_offer *offer, int value)
{
    if (!offer->there) {
        return false;
    }
    return offer->listed != 0 ? (offer->listed >> value & 1) != 0
                              : nearest(offer, value) == (double)value;
}

static void choose(fg_control_plan *plan, enum fg_control control, double value)
{
    plan->choice[control].count = 1;
    plan->choice[control].value[0] = value;
}

static void __attribute__((format(printf, 4, 5)))
note(fg_control_plan *plan, const fg_camera_options *options, enum fg_camera_setting setting,
     const char *format, ...)
{
    if (options->wished[setting]) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(plan->note[setting], FG_CONTROL_NOTE, format, arguments);
        va_end(arguments);
    }
}

/* Two figures say enough of what is nearly what was wished. */
static bool differs(double wished, double taken)
{
    return fabs(wished - taken) > 0.01 * fabs(wished);
}

/* A driver that does not know its limits leaves them at 0, or says less. */
static fg_control_offer durations(const fg_control_offer *offer)
{
    return (fg_control_offer){.there = offer->there,
                              .smallest = offer->smallest > 0 ? offer->smallest : NAN,
                              .largest = offer->largest > 0 ? offer->largest : NAN};
}

static double note_rate(fg_control_plan *plan, const fg_camera_options *options,
                        enum fg_camera_setting setting, const char *key, int rate, double duration)
{
    double taken = MICROSECONDS / duration;
    if (differs(rate, taken)) {
        note(plan, options, setting, "[camera] %s = %d is out of range: %.3g is used", key, rate,
             taken);
    }
    return duration;
}

/*
 * In the dark the frames may become slower, down to min_fps. At a constant rate a picture of a dark
 * corridor has no more light than one frame's time lets in, and the rest is noise, in which no face
 * is found; who stands at a door stands still, and a few sharp views a second are enough to decide.
 */
static void choose_rate(const fg_control_offer *offer, const fg_camera_options *options,
                        fg_control_plan *plan)
{
    int fps = options->fps;
    int least = options->min_fps > 0 && options->min_fps < fps ? options->min_fps : fps;
    if (!offer->there) {
        note(plan, options, FG_SETTING_FPS,
             "[camera] fps = %d is ignored: the camera sets its own frame rate", fps);
        note(plan, options, FG_SETTING_MIN_FPS,
             "[camera] min_fps = %d is ignored: the camera sets its own frame rate",
             options->min_fps);
        return;
    }
    fg_control_offer limits = durations(offer);
    fg_control_choice *choice = &plan->choice[FG_CONTROL_FRAME_DURATIONS];
    double shortest = nearest(&limits, floor(MICROSECONDS / fps));
    double longest = nearest(&limits, floor(MICROSECONDS / least));
    choice->count = 2;
    choice->value[0] = note_rate(plan, options, FG_SETTING_FPS, "fps", fps, shortest);
    choice->value[1] =
        least == fps ? longest
                     : note_rate(plan, options, FG_SETTING_MIN_FPS, "min_fps", least, longest);
}

static void choose_autofocus(const fg_control_offer *offer, const fg_camera_options *options,
                             fg_control_plan *plan)
{
    if (takes(&offer[FG_CONTROL_FOCUS_MODE], AF_CONTINUOUS)) {
        choose(plan, FG_CONTROL_FOCUS_MODE, AF_CONTINUOUS);
    } else if (options->focus <= 0) {
        note(plan, options, FG_SETTING_FOCUS,
             "[camera] focus = auto is ignored: the camera has no autofocus");
    }
}

static void choose_focus(const fg_control_offer *offer, const fg_camera_options *options,
                         fg_control_plan *plan)
{
    const fg_control_offer *lens = &offer[FG_CONTROL_LENS];
    if (options->focus <= 0 || !lens->there) {
        if (options->focus > 0) {
            note(plan, options, FG_SETTING_FOCUS,
                 "[camera] focus = %g is ignored: the camera's focus cannot be set",
                 options->focus);
        }
        choose_autofocus(offer, options, plan);
        return;
    }
    double dioptres = nearest(lens, 1 / options->focus);
    if (takes(&offer[FG_CONTROL_FOCUS_MODE], AF_MANUAL)) {
        choose(plan, FG_CONTROL_FOCUS_MODE, AF_MANUAL);
    }
    choose(plan, FG_CONTROL_LENS, dioptres);
    if (dioptres <= 0) {
        note(plan, options, FG_SETTING_FOCUS,
             "[camera] focus = %g is out of range: infinity is used", options->focus);
    } else if (differs(1 / options->focus, dioptres)) {
        note(plan, options, FG_SETTING_FOCUS,
             "[camera] focus = %g is out of range: %.2g metres are used", options->focus,
             1 / dioptres);
    }
}

/* What is at the camera's own default is left to it: the less is set, the less can be refused. */
static void choose_light(const fg_control_offer *offer, const fg_camera_options *options,
                         fg_control_plan *plan)
{
    if (options->exposure == FG_EXPOSURE_SHORT) {
        if (takes(&offer[FG_CONTROL_EXPOSURE_MODE], AE_SHORT)) {
            choose(plan, FG_CONTROL_EXPOSURE_MODE, AE_SHORT);
        } else {
            note(plan, options, FG_SETTING_EXPOSURE,
                 "[camera] exposure = short is ignored: the camera has no such mode");
        }
    }
    if (options->exposure_value != 0) {
        const fg_control_offer *value = &offer[FG_CONTROL_EXPOSURE_VALUE];
        double taken = nearest(value, options->exposure_value);
        if (!value->there) {
            note(plan, options, FG_SETTING_EXPOSURE_VALUE,
                 "[camera] exposure_value = %g is ignored: the camera cannot correct exposure",
                 options->exposure_value);
        } else {
            choose(plan, FG_CONTROL_EXPOSURE_VALUE, taken);
            if (differs(options->exposure_value, taken)) {
                note(plan, options, FG_SETTING_EXPOSURE_VALUE,
                     "[camera] exposure_value = %g is out of range: %.3g is used",
                     options->exposure_value, taken);
            }
        }
    }
}

/* Lamps flicker twice in a period of the mains. In microseconds. */
static int flicker_period(enum fg_config_flicker flicker)
{
    return flicker == FG_FLICKER_60 ? 8333 : 10000;
}

static bool takes_flicker(const fg_control_offer *offer, enum fg_config_flicker flicker)
{
    return takes(&offer[FG_CONTROL_FLICKER_MODE], FLICKER_MANUAL) &&
           takes(&offer[FG_CONTROL_FLICKER_PERIOD], flicker_period(flicker));
}

static void choose_flicker(const fg_control_offer *offer, const fg_camera_options *options,
                           fg_control_plan *plan)
{
    if (options->flicker == FG_FLICKER_OFF) {
        return;
    }
    if (takes_flicker(offer, options->flicker)) {
        choose(plan, FG_CONTROL_FLICKER_MODE, FLICKER_MANUAL);
        choose(plan, FG_CONTROL_FLICKER_PERIOD, flicker_period(options->flicker));
    } else {
        note(plan, options, FG_SETTING_FLICKER,
             "[camera] flicker = %d is ignored: the camera cannot suppress flicker",
             options->flicker == FG_FLICKER_60 ? 60 : 50);
    }
}

void fg_controls_choose(const fg_control_offer offer[FG_CONTROLS], const fg_camera_options *options,
                        fg_control_plan *ret_plan)
{
    memset(ret_plan, 0, sizeof(*ret_plan));
    choose_rate(&offer[FG_CONTROL_FRAME_DURATIONS], options, ret_plan);
    choose_focus(offer, options, ret_plan);
    choose_light(offer, options, ret_plan);
    choose_flicker(offer, options, ret_plan);
}

void fg_controls_tell(const fg_control_plan *plan, const char *camera, int turn,
                      fg_control_plan *reported)
{
    char line[FG_CONTROLS * 64] = "";
    size_t used = 0;
    for (int i = 0; i < FG_SETTINGS; i++) {
        if (plan->note[i][0] != '\0' && strcmp(plan->note[i], reported->note[i]) != 0) {
            fg_log(FG_LOG_WARNING, "Camera %s: %s", camera, plan->note[i]);
        }
    }
    for (int i = 0; i < FG_CONTROLS; i++) {
        const fg_control_choice *choice = &plan->choice[i];
        if (choice->count > 0) {
            used += (size_t)snprintf(line + used, sizeof(line) - used, "%s%s %.7g",
                                     used == 0 ? "" : ", ", fg_control_names[i], choice->value[0]);
        }
        if (choice->count > 1) {
            used +=
                (size_t)snprintf(line + used, sizeof(line) - used, " to %.7g", choice->value[1]);
        }
    }
    fg_log(FG_LOG_DEBUG, "Camera %s: set are %s; its picture is turned %s", camera,
           used == 0 ? "no controls" : line, turn_words[turn]);
    *reported = *plan;
}

static void print_rate(const fg_control_offer *offer, const fg_control_choice *choice, FILE *output)
{
    const fg_control_offer limits = durations(offer);
    if (!offer->there) {
        fprintf(output, "automatic\n");
        return;
    }
    double slowest = MICROSECONDS / upper(&limits);
    double fastest = MICROSECONDS / lower(&limits);
    if (isnan(slowest)) {
        fprintf(output, "any");
    } else if (!differs(fastest, slowest)) {
        fprintf(output, "%.3g", fastest);
    } else if (slowest < 0.1) {
        fprintf(output, "up to %.3g", fastest);
    } else {
        fprintf(output, "%.3g to %.3g", slowest, fastest);
    }
    fprintf(output, "; requested: %.3g", MICROSECONDS / choice->value[1]);
    if (differs(choice->value[0], choice->value[1])) {
        fprintf(output, " to %.3g", MICROSECONDS / choice->value[0]);
    }
    fprintf(output, "\n");
}

static void print_focus(const fg_control_offer *offer, const fg_control_plan *plan, FILE *output)
{
    const fg_control_offer *lens = &offer[FG_CONTROL_LENS];
    bool automatic = takes(&offer[FG_CONTROL_FOCUS_MODE], AF_CONTINUOUS);
    if (!automatic && !lens->there) {
        fprintf(output, "fixed\n");
        return;
    }
    double closest = lens->there ? 1 / upper(lens) : NAN;
    fprintf(output, "%s%s", automatic ? "auto" : "", automatic && lens->there ? ", or " : "");
    if (isfinite(closest) && closest > 0) {
        fprintf(output, "%.2g metres or more", closest);
    } else if (lens->there) {
        fprintf(output, "any distance");
    }
    const fg_control_choice *choice = &plan->choice[FG_CONTROL_LENS];
    if (choice->count > 0 && choice->value[0] <= 0) {
        fprintf(output, "; requested: infinity");
    } else if (choice->count > 0) {
        fprintf(output, "; requested: %.2g", 1 / choice->value[0]);
    } else if (automatic) {
        fprintf(output, "; requested: auto");
    }
    fprintf(output, "\n");
}

static void print_exposure(const fg_control_offer *offer, const fg_control_choice *choice,
                           FILE *output)
{
    if (!takes(offer, AE_SHORT)) {
        fprintf(output, "cannot be set\n");
        return;
    }
    fprintf(output, "normal or short; requested: %s\n", choice->count > 0 ? "short" : "normal");
}

static void print_exposure_value(const fg_control_offer *offer, const fg_control_choice *choice,
                                 FILE *output)
{
    if (!offer->there) {
        fprintf(output, "cannot be set\n");
        return;
    }
    if (isnan(lower(offer))) {
        fprintf(output, "any");
    } else {
        fprintf(output, "%.3g to %.3g stops", lower(offer), upper(offer));
    }
    fprintf(output, "; requested: %.3g\n", choice->count > 0 ? choice->value[0] : 0);
}

static void print_flicker(const fg_control_offer *offer, const fg_control_choice *choice,
                          FILE *output)
{
    if (!takes_flicker(offer, FG_FLICKER_50) || !takes_flicker(offer, FG_FLICKER_60)) {
        fprintf(output, "cannot be set\n");
        return;
    }
    fprintf(output, "off, 50 or 60; requested: ");
    if (choice->count == 0) {
        fprintf(output, "off\n");
    } else {
        fprintf(output, "%.0f\n", MICROSECONDS / 2 / choice->value[0]);
    }
}

static void print_key(FILE *output, const char *key)
{
    fprintf(output, "    %-14s ", key);
}

void fg_controls_print(const fg_control_offer offer[FG_CONTROLS], const fg_camera_options *options,
                       FILE *output)
{
    fg_control_plan plan;
    fg_controls_choose(offer, options, &plan);
    print_key(output, "fps, min_fps");
    print_rate(&offer[FG_CONTROL_FRAME_DURATIONS], &plan.choice[FG_CONTROL_FRAME_DURATIONS],
               output);
    print_key(output, "focus");
    print_focus(offer, &plan, output);
    print_key(output, "exposure");
    print_exposure(&offer[FG_CONTROL_EXPOSURE_MODE], &plan.choice[FG_CONTROL_EXPOSURE_MODE],
                   output);
    print_key(output, "exposure_value");
    print_exposure_value(&offer[FG_CONTROL_EXPOSURE_VALUE], &plan.choice[FG_CONTROL_EXPOSURE_VALUE],
                         output);
    print_key(output, "flicker");
    print_flicker(offer, &plan.choice[FG_CONTROL_FLICKER_PERIOD], output);
    for (int i = 0; i < FG_SETTINGS; i++) {
        if (plan.note[i][0] != '\0') {
            fprintf(output, "    %s\n", plan.note[i]);
        }
    }
}

int fg_controls_turn(const fg_camera_options *options)
{
    static const int rotations[] = {
        [FG_ROTATION_0] = FG_TURN_NONE,
        [FG_ROTATION_90] = FG_TURN_90,
        [FG_ROTATION_180] = FG_TURN_180,
        [FG_ROTATION_270] = FG_TURN_270,
    };
    static const int flips[] = {
        [FG_FLIP_NONE] = FG_TURN_NONE,
        [FG_FLIP_HORIZONTAL] = FG_TURN_HORIZONTAL,
        [FG_FLIP_VERTICAL] = FG_TURN_VERTICAL,
        [FG_FLIP_BOTH] = FG_TURN_180,
    };
    return fg_turn_then(rotations[options->rotation], flips[options->flip]);
}

int fg_controls_turn_asked(const fg_camera_options *options)
{
    int turn = fg_controls_turn(options);
    return (turn & FG_TURN_TRANSPOSE) != 0 ? FG_TURN_NONE : turn;
}
