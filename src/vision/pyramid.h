/*
 * The pyramid of ever smaller pictures that the detector looks at, or only a window of some of its
 * levels: with the same pixels at the same places, at the price of the window. Level 0 is the
 * picture scaled so that the smallest wanted face has the size the detector is trained on; each
 * level above has five sixths of the one before. In grey it is made of Y alone, in colour of red,
 * green and blue, as dlib makes each. Source: dlib, pyramid_down<6> and resize_image with bilinear
 * interpolation. One thread.
 */
#ifndef FACEGATE_VISION_PYRAMID_H
#define FACEGATE_VISION_PYRAMID_H

#include "facegate/error.h"
#include "facegate/frame.h"
#include "kernels/isa.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The size in pixels of the smallest face the detector is trained to find. */
#define FG_PYRAMID_FACE 80

/* A part of a level, in its pixels. */
typedef struct fg_window {
    int x, y, width, height;
} fg_window;

/* Pixels of a window: one plane in grey, else red, green and blue. Valid until the next is
 * cut, or in the frame itself. */
typedef struct fg_patch {
    const uint8_t *pixels[3];
    int planes; /* 1 or 3 */
    ptrdiff_t stride;
    fg_window window;
} fg_patch;

typedef struct fg_pyramid fg_pyramid;

/* -ENOMEM. */
int fg_pyramid_create(const fg_kernels *kernels, fg_pyramid **ret_pyramid);
fg_pyramid *fg_pyramid_free(fg_pyramid *pyramid);

/* Times the frame's pixels make those of level 0. */
double fg_pyramid_scale(int min_face);

/* How many levels there are, at least one: dlib stops before a side is below 64 pixels. */
int fg_pyramid_levels(const fg_frame *frame, int min_face);

/* The size of a level, x and y being zero. Level 0 may have no pixels. */
fg_window fg_pyramid_level(const fg_frame *frame, int min_face, int level);

/* Windows of levels that follow each other, the lowest being `first`. They must lie in their levels
 * and not be empty. */
typedef struct fg_cut {
    int min_face;
    bool in_colour;
    int first, count;
    const fg_window *windows;
} fg_cut;

/*
 * Begins to cut windows out of a frame, which with the windows must stay until the last is cut.
 * Allocates only where it never needed as much. -ENOMEM, -EIO.
 */
int fg_pyramid_begin(fg_pyramid *pyramid, const fg_frame *frame, const fg_cut *cut,
                     fg_error *error);

/* Cuts the next, one for each that was asked for: so that what is made of it finds its pixels where
 * the processor still has them. */
fg_patch fg_pyramid_next(fg_pyramid *pyramid);

#endif
