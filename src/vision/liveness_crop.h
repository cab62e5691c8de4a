/*
 * The part of a frame that a liveness model looks at. Any thread. Source: the crop of Minivision's
 * Silent-Face-Anti-Spoofing, whose models' authors train them on it.
 */
#ifndef FACEGATE_VISION_LIVENESS_CROP_H
#define FACEGATE_VISION_LIVENESS_CROP_H

#include "facegate/error.h"
#include "facegate/frame.h"
#include "facegate/vision/engine.h"

/* How many times the face's box. */
#define FG_LIVENESS_CROP 2.7

/* Which pixels of a frame, from the upper left one's corner. */
typedef struct fg_liveness_place {
    int x, y, width, height;
} fg_liveness_place;

/*
 * `crop` times the box, about its middle; at most as large as the frame, in the box's proportions,
 * and shifted inward where it reaches over an edge. -EINVAL for a box in which no face can be.
 */
int fg_liveness_place_crop(const fg_frame *frame, const fg_box *box, double crop,
                           fg_liveness_place *ret_place, fg_error *error);

/* That, scaled to [side][side][3] floats from 0 to 255: B, G, R. */
int fg_liveness_crop(const fg_frame *frame, const fg_box *box, double crop, int side,
                     float *ret_picture, fg_error *error);

#endif
