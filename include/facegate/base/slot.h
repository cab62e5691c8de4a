/*
 * The one-frame slot between a camera and the recognition thread. One producer thread, one
 * consumer thread. Three frames change hands by pointer: the producer's, the one waiting, the
 * consumer's. Nothing is copied, and a frame's planes are allocated only when a picture is larger
 * than any before.
 */
#ifndef FACEGATE_BASE_SLOT_H
#define FACEGATE_BASE_SLOT_H

#include "facegate/frame.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct fg_slot fg_slot;

int fg_slot_create(fg_slot **ret_slot);
fg_slot *fg_slot_free(fg_slot *slot); /* returns NULL; both threads are done with it */

/* The producer's frame, to be filled before the next publish or hand-over. Producer thread only. */
fg_frame *fg_slot_frame(fg_slot *slot);

/* Puts the producer's frame in the slot. Never waits: a frame not yet taken is overwritten and
 * counted. */
void fg_slot_publish(fg_slot *slot);

/* Puts the producer's frame in the slot, waiting until there is room. -ECANCELED once closed or
 * finished. */
int fg_slot_hand_over(fg_slot *slot);

/* The producer has no more; what waits can still be taken. Any thread. */
void fg_slot_finish(fg_slot *slot);

/* Wakes and turns away both sides for good. Any thread. */
void fg_slot_close(fg_slot *slot);

/*
 * The newest frame, waiting until `deadline` (ns of CLOCK_MONOTONIC). It is the consumer's until
 * its next take. -ETIMEDOUT, -ENODATA once finished and empty, -ECANCELED once closed. Consumer
 * thread only.
 */
int fg_slot_take(fg_slot *slot, int64_t deadline, const fg_frame **ret_frame);

/* How many frames were overwritten before they were taken. Any thread. */
uint64_t fg_slot_overwritten(fg_slot *slot);

#ifdef __cplusplus
}
#endif
#endif
