/*
 * Kept frames: copies of the frames in which faces that wait for their verdict were seen best, for
 * the event of one that goes without. Faces that were seen best in one frame share its copy. There
 * are few, since each is a whole picture; a face for which there is no room keeps what it has. One
 * thread; allocates only when frames change size.
 */
#ifndef FACEGATE_DAEMON_KEPT_FRAMES_H
#define FACEGATE_DAEMON_KEPT_FRAMES_H

#include "facegate/frame.h"

#define FG_KEPT_FRAMES 8

/* Starts as all zeroes. */
typedef struct fg_kept_frames {
    fg_frame frames[FG_KEPT_FRAMES];
    int users[FG_KEPT_FRAMES];
} fg_kept_frames;

void fg_kept_frames_release(fg_kept_frames *all);

/* Makes room for frames of this one's size. Where there is no memory for it nothing is kept. */
void fg_kept_frames_fit(fg_kept_frames *all, const fg_frame *frame);

/* The place of this frame's copy, for one more user; -1 without room. */
int fg_kept_frames_take(fg_kept_frames *all, const fg_frame *frame);

/* One user less; -1 is nothing. */
void fg_kept_frames_drop(fg_kept_frames *all, int place);

#endif
