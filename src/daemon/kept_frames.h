/*
 * Kept frames: copies of the frames in which faces that wait for their verdict were seen best, for
 * the event of one that goes without. Faces that were seen best in one frame share its copy. There
 * are few, since each is a whole picture; a face for which there is no room keeps what it has. One
 * thread; a place allocates when it is first used, and when frames become larger.
 */
#ifndef FACEGATE_DAEMON_KEPT_FRAMES_H
#define FACEGATE_DAEMON_KEPT_FRAMES_H

#include "facegate/frame.h"

#include <stdbool.h>

#define FG_KEPT_FRAMES 8

/* Starts as all zeroes. */
typedef struct fg_kept_frames {
    fg_frame frames[FG_KEPT_FRAMES];
    int users[FG_KEPT_FRAMES];
} fg_kept_frames;

void fg_kept_frames_release(fg_kept_frames *all);

/* The place of this frame's copy, for one more user; -1 without room or memory. */
int fg_kept_frames_take(fg_kept_frames *all, const fg_frame *frame);

/* The same for a user who gives up a place (-1 for none) for it. Without room or memory that stays
 * theirs, and the answer is false. */
bool fg_kept_frames_change(fg_kept_frames *all, int *place, const fg_frame *frame);

/* One user less; -1 is nothing. */
void fg_kept_frames_drop(fg_kept_frames *all, int place);

#endif
