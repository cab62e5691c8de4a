/*
 * The keeper: what makes an fg_camera of a source. It opens it, watches it, and when it is lost or
 * silent closes it and tries again with growing pauses.
 */
#ifndef CAMERA_KEEPER_H
#define CAMERA_KEEPER_H

#include "camera/source.h"
#include "facegate/camera.h"

#include <stdint.h>

typedef struct fg_keeper_times {
    int64_t stall; /* ns without a frame after which a source counts as lost */
    int64_t pause; /* ns before the first new attempt; those after it see fg_keeper_pause */
} fg_keeper_times;

/* The daemon's: 5 s and 1 s. */
extern const fg_keeper_times fg_keeper_default_times;

/* How many times the first pause to wait after failure number `attempt` (from 0): 1, 2, 4 ... 60.
 */
int fg_keeper_pause(int attempt);

/* Takes the source over where it succeeds: fg_camera_free frees it. */
int fg_camera_create_with(const fg_source_ops *ops, void *source, fg_slot *slot,
                          const fg_keeper_times *times, fg_camera **ret_camera, fg_error *error);

#endif
