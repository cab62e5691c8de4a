/*
 * The kinds of light that cameras at doors see, computed from pictures in daylight: for every
 * measurement by light, so that their tables have the same rows.
 */
#ifndef FACEGATE_LIGHTS_H
#define FACEGATE_LIGHTS_H

#include "facegate/frame.h"

enum fg_light {
    FG_LIGHT_AS_IS,
    FG_LIGHT_GREY,
    FG_LIGHT_RED_GREY,
    FG_LIGHT_MAGENTA,
    FG_LIGHT_DEEP_MAGENTA,
    FG_LIGHT_HALF,
    FG_LIGHT_QUARTER,
    FG_LIGHT_GREY_QUARTER,
    FG_LIGHTS
};

/* What a row of a table is called. */
const char *fg_light_name(enum fg_light light);

/* In place. */
void fg_light_change(enum fg_light light, fg_frame *frame);

#endif
