/*
 * What is set on a camera: chosen here, from what it offers and what is wished, and carried to
 * libcamera by libcamera_controls.cpp. No device is needed to say what would be set. Source:
 * libcamera.org/api-html, namespace controls; the numbers are those of its enumerations.
 */
#ifndef FACEGATE_CAMERA_CONTROLS_H
#define FACEGATE_CAMERA_CONTROLS_H

#include "facegate/camera/camera.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

enum fg_control {
    FG_CONTROL_FRAME_DURATIONS, /* two of microseconds, the shortest first */
    FG_CONTROL_FOCUS_MODE,      /* one of an enumeration */
    FG_CONTROL_LENS,            /* dioptres */
    FG_CONTROL_EXPOSURE_MODE,   /* one of an enumeration */
    FG_CONTROL_EXPOSURE_VALUE,  /* stops */
    FG_CONTROL_FLICKER_MODE,    /* one of an enumeration */
    FG_CONTROL_FLICKER_PERIOD,  /* microseconds */
    FG_CONTROLS
};

/* What libcamera calls each; by name, since the versions differ in which of them they know. */
extern const char *const fg_control_names[FG_CONTROLS];

/* What a camera says of a control; nothing of it is believed unchecked. All zero: not there. */
typedef struct fg_control_offer {
    bool there;
    double smallest, largest; /* NAN where it does not say */
    uint32_t listed; /* of an enumeration whose values it lists: bit n for value n; else 0 */
} fg_control_offer;

typedef struct fg_control_choice {
    int count; /* how many values: 0 leaves the control alone */
    double value[2];
} fg_control_choice;

#define FG_CONTROL_NOTE 200

typedef struct fg_control_plan {
    fg_control_choice choice[FG_CONTROLS];
    /* For a person who wished it: what is left out or taken otherwise, as a sentence; else "". */
    char note[FG_SETTINGS][FG_CONTROL_NOTE];
} fg_control_plan;

void fg_controls_choose(const fg_control_offer offer[FG_CONTROLS], const fg_camera_options *options,
                        fg_control_plan *ret_plan);

/*
 * Logs the notes as warnings unless they are those of `reported`, the plan of the last time (all
 * zero at first), which becomes this one; and for --verbose what is set, and the turn that is left
 * to us.
 */
void fg_controls_tell(const fg_control_plan *plan, const char *camera, int turn,
                      fg_control_plan *reported);

/* One line for each setting with what it takes here, then the notes. */
void fg_controls_print(const fg_control_offer offer[FG_CONTROLS], const fg_camera_options *options,
                       FILE *output);

/*
 * How the picture is to lie beside upright, as a turn of turn.h; the camera is asked for those that
 * are flips, since one that can does it for nothing, and none can transpose.
 */
int fg_controls_turn(const fg_camera_options *options);
int fg_controls_turn_asked(const fg_camera_options *options);

#ifdef __cplusplus
}
#endif
#endif
