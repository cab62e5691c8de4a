/*
 * The motion gate: whether something in the picture moves that could be a person. Each block of
 * pixels, a fifth of the smallest face wide, is held against what it was in the last half second
 * and against how much it trembles anyway. What changes everywhere by one factor (the camera's
 * exposure, the sun) is taken for light; a lamp is motion until its light is the background, within
 * two seconds. Somebody who stands quite still becomes background too: who must not miss them looks
 * now and then without being asked to.
 *
 * Only the Y plane and the frame's monotonic time are used, so the same frames give the same answer
 * everywhere. One thread. Source: the running Gaussian average (Wren et al., Pfinder, PAMI 1997).
 */
#ifndef FACEGATE_VISION_MOTION_H
#define FACEGATE_VISION_MOTION_H

#include "facegate/frame.h"

#include <stdbool.h>

typedef struct fg_motion fg_motion;

/* `min_face`: pixels, 40..1000. -ENOMEM. */
int fg_motion_create(int min_face, fg_motion **ret_motion);
fg_motion *fg_motion_free(fg_motion *motion);

/*
 * Learns a frame and says whether something moves in it. The first frame, one of another size and
 * one whose time goes back are motion and start anew. Allocates when a size needs more blocks than
 * any before; where memory is short everything is motion.
 */
bool fg_motion_update(fg_motion *motion, const fg_frame *frame);

#endif
