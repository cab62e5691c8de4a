/*
 * Turning and mirroring a picture. A turn is three bits: the picture is flipped first, then its
 * rows become its columns; all eight ways a picture can lie are such a turn. The bits are those of
 * libcamera's Transform, and EXIF's orientations can be had as them. Any thread. Source:
 * libcamera's transform.h, whose order of the steps this is; EXIF 2.32, tag 0x0112.
 */
#ifndef FACEGATE_CAMERA_TURN_H
#define FACEGATE_CAMERA_TURN_H

#include "facegate/frame.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FG_TURN_NONE       0
#define FG_TURN_HORIZONTAL 1                                      /* left and right change places */
#define FG_TURN_VERTICAL   2                                      /* top and bottom change places */
#define FG_TURN_TRANSPOSE  4                                      /* rows become columns */
#define FG_TURN_90         (FG_TURN_VERTICAL | FG_TURN_TRANSPOSE) /* clockwise, as the two below */
#define FG_TURN_180        (FG_TURN_HORIZONTAL | FG_TURN_VERTICAL)
#define FG_TURN_270        (FG_TURN_HORIZONTAL | FG_TURN_TRANSPOSE)

/* The one turn that does what `first` and then `second` do. */
int fg_turn_then(int first, int second);

/* The turn that undoes it. */
int fg_turn_back(int turn);

/* What makes a picture upright whose EXIF orientation is 1 to 8. */
int fg_turn_of_exif(int orientation);

/*
 * Writes `from` turned into `to`, another frame, which is resized to fit; its times and sequence
 * are left alone. Allocates nothing but where that has to grow: -ENOMEM.
 */
int fg_turn_frame(const fg_frame *from, int turn, fg_frame *to);

#ifdef __cplusplus
}
#endif
#endif
