/*
 * One picture: I420 (planar Y, U, V; chroma halved both ways), full-range BT.601 as JPEG has it.
 * Its monotonic time is the only clock of vision and access.
 *
 * The planes are allocated for even width and height: with an odd width the Y plane has one more
 * column, with an odd height one more row, both filled (TurboJPEG's plane sizes). Chroma is
 * (width+1)/2 by (height+1)/2.
 */
#ifndef FACEGATE_FRAME_H
#define FACEGATE_FRAME_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* No side of a picture is larger, whatever it comes from. */
#define FG_FRAME_MAX_SIDE 8192

typedef struct fg_frame {
    int width;         /* pixels */
    int height;        /* pixels */
    uint8_t *plane[3]; /* Y, U, V, inside `memory` */
    int stride[3];     /* bytes from row to row */
    uint64_t sequence; /* counts from 0 at the source, gaps where frames were overwritten */
    int64_t monotonic; /* when it was taken, ns of CLOCK_MONOTONIC */
    int64_t realtime;  /* the same time, ns of CLOCK_REALTIME */
    uint8_t *memory;   /* owned; use fg_frame_resize and fg_frame_release */
    size_t capacity;
} fg_frame;

/*
 * Lays the planes out for a size; allocates only when the frame was never that large. A frame
 * starts as all zeroes. -EINVAL for a size outside 1..FG_FRAME_MAX_SIDE, -ENOMEM; then the frame is
 * as it was.
 */
int fg_frame_resize(fg_frame *frame, int width, int height);

/* Makes one frame the same as another, times too; allocates as fg_frame_resize does. -ENOMEM. */
int fg_frame_copy(fg_frame *frame, const fg_frame *from);

/* Frees the planes, leaves all zeroes. */
void fg_frame_release(fg_frame *frame);

#ifdef __cplusplus
}
#endif
#endif
