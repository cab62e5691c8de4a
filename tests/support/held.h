/*
 * A photograph that somebody holds before the camera: on paper, or on a phone. It covers the room
 * as a sheet or a phone does, with its edges, the hand that holds it, and its shadow.
 */
#ifndef FACEGATE_HELD_H
#define FACEGATE_HELD_H

#include "facegate/frame.h"
#include "film.h"

/*
 * Draws what the person is held as over the frame. `place` is where the photograph without its
 * margin would be if it were not turned; `source` is the picture it is cut out of; `scaled` is
 * memory for it, released by the caller. Parts may lie outside of the frame. -ENOMEM.
 */
int fg_held_draw(const fg_film_person *person, const fg_film_key *place, const fg_frame *source,
                 fg_frame *scaled, fg_frame *frame);

#endif
