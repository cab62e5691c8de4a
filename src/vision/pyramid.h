/*
 * The pyramid of ever smaller pictures that dlib's detector looks at, or only a window of some of
 * its levels: with the same pixels at the same places, at the price of the window. Level 0 is the
 * picture scaled so that the smallest wanted face has the size the detector is trained on; each
 * level above has five sixths of the one before. Source: dlib, pyramid_down<6> and resize_image
 * with bilinear interpolation. One thread.
 */
#ifndef FACEGATE_VISION_PYRAMID_H
#define FACEGATE_VISION_PYRAMID_H

#include "facegate/frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The size in pixels of the smallest face the detector is trained to find. */
#define FG_PYRAMID_FACE 80

/* A part of a level, in its pixels. */
typedef struct fg_window {
    int x, y, width, height;
} fg_window;

/* Grey pixels of a window; valid until the next cut, or in the frame itself. */
typedef struct fg_patch {
    const uint8_t *pixels;
    ptrdiff_t stride;
    fg_window window;
} fg_patch;

typedef struct fg_pyramid fg_pyramid;

int fg_pyramid_create(fg_pyramid **ret_pyramid);
fg_pyramid *fg_pyramid_free(fg_pyramid *pyramid);

/* Times the frame's pixels make those of level 0. */
double fg_pyramid_scale(int min_face);

/*
 * The size of a level, x and y being zero. False where there is none: dlib stops before one is
 * smaller than 64 pixels. Level 0 is always there, though it may have no pixels.
 */
bool fg_pyramid_level(const fg_frame *frame, int min_face, int level, fg_window *ret_whole);

/*
 * Cuts a window out of each of `count` levels that follow each other, the lowest being `first`.
 * Windows must lie in their levels and not be empty. Allocates only where it never needed as much.
 * -ENOMEM.
 */
int fg_pyramid_cut(fg_pyramid *pyramid, const fg_frame *frame, int min_face, int first, int count,
                   const fg_window *windows, fg_patch *ret_patches);

#ifdef __cplusplus
}
#endif
#endif
