/*
 * What a run writes down for anyone who looks for the reason of a decision: a trace of every frame,
 * the frames themselves, and frames with what was seen drawn on them. It keeps pictures of people
 * and makes the recognition thread wait for the disk, so it warns at the start and says at the end
 * how much there is. If one of them cannot be written any more, a line in the log says so and the
 * rest goes on.
 */
#ifndef FACEGATE_DAEMON_DEBUG_DEBUG_H
#define FACEGATE_DAEMON_DEBUG_DEBUG_H

#include "debug/frame_result.h"
#include "facegate/daemon/debug_options.h"

typedef struct fg_debug fg_debug;

/*
 * Opens what is wanted; NULL if nothing is. -EINVAL if two folders are the same one; other errors
 * are those of fg_trace_open and fg_record_open. Leaves nothing behind on an error.
 */
int fg_debug_open(const fg_debug_options *options, fg_debug **ret_debug, fg_error *error);

/* Recognition thread only. NULL is fine, as below. */
void fg_debug_frame(fg_debug *debug, const fg_frame_result *frame_result);

/* What came at the end of a run, after the last frame: for the trace alone. */
void fg_debug_end(fg_debug *debug, const fg_frame_result *frame_result);

fg_debug *fg_debug_close(fg_debug *debug);

#endif
