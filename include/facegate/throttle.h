/*
 * The throttle: at most one event per person in an interval of frame time. A person is known by a
 * 64-bit key (fg_throttle_key of the name; strangers share one key). Used by one thread; allocates
 * only when made.
 */
#ifndef FACEGATE_THROTTLE_H
#define FACEGATE_THROTTLE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct fg_throttle fg_throttle;

/* `interval` in ns of frame time. */
int fg_throttle_create(int64_t interval, fg_throttle **ret_throttle);
fg_throttle *fg_throttle_free(fg_throttle *throttle);

/* Of a name; NULL gives the strangers' key. */
uint64_t fg_throttle_key(const char *name);

/* True, and noted, where the last event let through for this key is at least an interval old. */
bool fg_throttle_pass(fg_throttle *throttle, uint64_t key, int64_t time);

#endif
