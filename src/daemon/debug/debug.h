/*
 * What a run writes down for who looks for a reason: a trace of every frame, the frames themselves,
 * and frames with what was seen drawn on them. It keeps pictures of people and makes the watch
 * thread wait for the disk, so it warns at the start and tells at the end how much there is. What
 * cannot be written any more ends with a line in the log; the watching goes on.
 */
#ifndef FACEGATE_DAEMON_DEBUG_DEBUG_H
#define FACEGATE_DAEMON_DEBUG_DEBUG_H

#include "debug/frame_result.h"
#include "facegate/daemon/debug_options.h"

typedef struct fg_debug fg_debug;

/*
 * Opens what is wanted; NULL where nothing is. -EINVAL where two folders are one; else as
 * fg_trace_open and fg_record_open have it. Leaves nothing behind on an error.
 */
int fg_debug_open(const fg_debug_options *options, fg_debug **ret_debug, fg_error *error);

/* Watch thread only. NULL is fine, as below. */
void fg_debug_frame(fg_debug *debug, const fg_frame_result *frame_result);

fg_debug *fg_debug_close(fg_debug *debug);

#endif
