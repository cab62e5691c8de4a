/*
 * Where the detector looks: at all levels of a picture's pyramid, or at what of three of them is
 * around an expected face; in colour or in grey. Hits are added to the detector's. One thread.
 */
#ifndef FACEGATE_VISION_SEARCH_H
#define FACEGATE_VISION_SEARCH_H

#include "facegate/vision/engine.h"
#include "kernels/detector.h"
#include "pyramid.h"

#include <stdbool.h>

typedef struct fg_search {
    fg_pyramid *pyramid;
    fg_detector *detector;
    int min_face; /* pixels */
    double least; /* the score of a hit */
} fg_search;

/* What a hit is in pixels of the frame. */
fg_face fg_search_face(const fg_hit *hit, int min_face);

/* -ENOMEM, -EIO. */
int fg_search_whole(const fg_search *by, const fg_frame *frame, bool in_colour, fg_error *error);

/* See fg_engine_detect_near, whose box and reach these are. -ENOMEM, -EIO. */
int fg_search_near(const fg_search *by, const fg_frame *frame, bool in_colour,
                   const fg_box *expected, int reach, fg_error *error);

#endif
