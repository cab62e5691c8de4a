/*
 * Keeps to a rate what would go faster. A camera that takes no frame rate (some webcams,
 * libcamera's virtual camera, which fills a buffer as soon as it gets it) is given its buffers back
 * one by one, each when its turn has come, so that it has none to fill meanwhile. A camera that
 * keeps the rate by itself has them back at once.
 */
#ifndef FACEGATE_CAMERA_PACE_H
#define FACEGATE_CAMERA_PACE_H

#include "facegate/error.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The turns: starts as what fg_pace_at gives. Times are ns of CLOCK_MONOTONIC. */
typedef struct fg_pace_turns {
    int64_t period;
    int64_t slack; /* how far behind `now` a turn may be: so much lateness is made up for */
    int64_t last;
} fg_pace_turns;

fg_pace_turns fg_pace_at(int fps, int slack, int64_t now);

/* When it is the turn of what comes now; not after `now` where it may go at once. */
int64_t fg_pace_next(fg_pace_turns *turns, int64_t now);

typedef struct fg_pace fg_pace;

/*
 * At most `most` things are held at once, and as many may be late and be made up for. Starts a
 * thread, which calls `pass` with what was held; `pass` must not call back. -ENOMEM, or what
 * pthread_create(3) says.
 */
int fg_pace_create(int fps, int most, void (*pass)(void *context, void *thing), void *context,
                   fg_pace **ret_pace, fg_error *error);

/* Passes the thing on: here and now where its turn has come, else later. One thread at a time. */
void fg_pace_give(fg_pace *pace, void *thing);

/* Once it returns nothing is passed on any more. What is held stays the caller's. */
void fg_pace_stop(fg_pace *pace);
fg_pace *fg_pace_free(fg_pace *pace); /* stops it where needed */

#ifdef __cplusplus
}
#endif
#endif
