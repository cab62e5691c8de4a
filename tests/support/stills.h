/*
 * What makes moving pictures out of still ones: scaling a window of a plane, and writing the
 * pictures as a numbered row of files. Any thread.
 */
#ifndef FACEGATE_STILLS_H
#define FACEGATE_STILLS_H

#include "facegate/delivery/jpeg.h"
#include "facegate/frame.h"

/* Pixels of one plane that belong to somebody else. */
typedef struct fg_still {
    uint8_t *pixels;
    ptrdiff_t stride;
    int width, height;
} fg_still;

/* A plane of a frame, 0 to 2; the chroma planes are half as large both ways. */
fg_still fg_still_plane(const fg_frame *frame, int plane);

/*
 * Fills `to` with the window of `from` that starts at x, y, each pixel the mean of the `step_x` by
 * `step_y` pixels that it covers there. Past the edges of `from` its outermost pixels go on.
 */
void fg_still_scale(const fg_still *from, double x, double y, double step_x, double step_y,
                    const fg_still *to);

/* Writes FOLDER/frame-NNNN.jpg. */
int fg_still_write(fg_jpeg *jpeg, const fg_frame *frame, const char *folder, int number,
                   fg_error *error);

#endif
