/*
 * How good a view of a face is for telling who it is: one measure for enrolment from pictures and
 * from a camera, and for the judge. Pure: reads pixels, keeps nothing, allocates nothing; any thread.
 */
#ifndef FACEGATE_QUALITY_H
#define FACEGATE_QUALITY_H

#include "facegate/engine.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct fg_quality {
    double size;
    double inside;
    double brightness;
    double contrast;
    double sharpness;
    double turn;
} fg_quality;

/* What is wrong with a view, the thing to mend first first. */
enum fg_quality_fault {
    FG_QUALITY_GOOD,
    FG_QUALITY_SMALL,
    FG_QUALITY_CUT,
    FG_QUALITY_DARK,
    FG_QUALITY_BRIGHT,
    FG_QUALITY_FLAT,
    FG_QUALITY_BLURRED,
    FG_QUALITY_TURNED,
};

typedef struct fg_quality_limits {
    double min_size, min_inside, min_brightness, max_brightness, min_contrast, min_sharpness;
    double max_turn;
} fg_quality_limits;

extern const fg_quality_limits fg_quality_enrolment;

fg_quality fg_quality_measure(const fg_frame *frame, const fg_box *box,
                              const fg_landmarks *landmarks);

enum fg_quality_fault fg_quality_check(const fg_quality *quality, const fg_quality_limits *limits,
                                       fg_error *error);

#ifdef __cplusplus
}
#endif
#endif
