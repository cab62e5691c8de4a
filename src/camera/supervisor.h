/*
 * The supervisor: what makes an fg_camera of a source. It opens it, watches it, and when it is lost
 * or silent closes it and tries again with growing pauses. Here the thread that does so; what it
 * notes and tells others is in supervisor_state.h.
 */
#ifndef FACEGATE_CAMERA_SUPERVISOR_H
#define FACEGATE_CAMERA_SUPERVISOR_H

#include "facegate/camera/camera.h"
#include "source.h"

#include <stdint.h>

typedef struct fg_supervisor_times {
    int64_t stall; /* ns without a frame after which a source counts as lost */
    int64_t pause; /* ns before the first new attempt; those after it see fg_supervisor_pause */
    int64_t stop;  /* ns a stop waits for the source to let go of the thread */
} fg_supervisor_times;

/*
 * The pause, ns, after one of `last` (0 for none) and frames that came for `streamed`: 1, 2, 4 ...
 * 60 times the `first`. It grows from loss to loss until frames came for longer than the pause
 * before them, so that a camera that works briefly only is no reason to hurry.
 */
int64_t fg_supervisor_pause(int64_t first, int64_t last, int64_t streamed);

/* Takes the source over where it succeeds: fg_camera_free frees it. */
int fg_camera_create_with(const fg_source_ops *ops, void *source, fg_slot *slot,
                          const fg_supervisor_times *times, fg_camera **ret_camera,
                          fg_error *error);

#endif
