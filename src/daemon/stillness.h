/*
 * Stillness: whether what is in a part of the picture has moved since it was last noted. For things
 * that never move: a poster, a pattern that the detector takes for a face. Somebody who stands
 * there moves a little all the time. Light that changes evenly and the camera's noise are no
 * movement. Pure; one thread.
 */
#ifndef FACEGATE_DAEMON_STILLNESS_H
#define FACEGATE_DAEMON_STILLNESS_H

#include "facegate/frame.h"
#include "facegate/vision/engine.h"

#include <stdbool.h>

#define FG_STILLNESS_CELLS 12 /* across and down */

/* As all zeroes nothing was noted, and whatever comes has moved. */
typedef struct fg_stillness {
    fg_box box;                                           /* clipped to the frame */
    float cells[FG_STILLNESS_CELLS * FG_STILLNESS_CELLS]; /* of mean 0 and length 1 */
    bool noted, moved;
} fg_stillness;

/* Takes down what is there now; it has not moved. */
void fg_stillness_note(fg_stillness *stillness, const fg_frame *frame, const fg_box *box);

/* Whether it moved in any frame looked at since it was noted, this one among them. */
bool fg_stillness_moved(fg_stillness *stillness, const fg_frame *frame);

#endif
