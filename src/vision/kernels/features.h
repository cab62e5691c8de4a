/*
 * What the detector sees of a picture: for each cell of 8x8 pixels how strong gradients are in each
 * of 18 directions, in 9 without their sign, and in four neighbourhoods, 31 numbers. Sources:
 * Felzenszwalb, Girshick, McAllester and Ramanan, Object Detection with Discriminatively Trained
 * Part Based Models (PAMI 2010); dlib's fhog.h, whose numbers these are but for roundings. In
 * colour each pixel speaks with the channel whose gradient is the largest. One thread.
 */
#ifndef FACEGATE_VISION_KERNELS_FEATURES_H
#define FACEGATE_VISION_KERNELS_FEATURES_H

#include <stddef.h>
#include <stdint.h>

/* The side of a cell, pixels. */
#define FG_CELL 8

/* Features of a cell: directions, directions without sign, neighbourhoods. */
#define FG_DIRECTIONS 18
#define FG_FEATURES   (FG_DIRECTIONS + FG_DIRECTIONS / 2 + 4)

/* Cells of nothing on each side. dlib surrounds every picture with them, so that a face may reach
 * past its edges. */
typedef struct fg_surround {
    int left, top, right, bottom;
} fg_surround;

/* A picture, or a window of one: 1 plane of grey, or 3 of red, green and blue. */
typedef struct fg_planes {
    const uint8_t *pixels[3];
    int count;
    ptrdiff_t stride;
    int width, height;
} fg_planes;

/* Features of a picture, and what making them takes. All zeroes before the first. */
typedef struct fg_features {
    int rows, columns; /* cells, those of the surround counted; none where there is no feature */
    fg_surround around;
    ptrdiff_t stride; /* floats from a row to the next; to the right of the columns there are at
                         least as many as a register holds, all of them zero */
    float *values;    /* FG_FEATURES planes of rows * stride */
    uint8_t *scratch;
    size_t values_capacity, scratch_capacity; /* bytes */
} fg_features;

/* The plane of a feature. */
static inline float *fg_features_plane(const fg_features *features, int feature)
{
    return features->values + (ptrdiff_t)feature * features->rows * features->stride;
}

/* Allocates only where no picture was as large. -ENOMEM. */
typedef int fg_make_features(fg_features *features, const fg_planes *planes,
                             const fg_surround *around);

void fg_features_release(fg_features *features);

#endif
