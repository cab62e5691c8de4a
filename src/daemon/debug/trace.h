/*
 * The trace: one JSON object a line for every frame. Every key is always there, null where there is
 * nothing to tell:
 *
 *   frame, time (s since the first), width, height, error,
 *   motion (true or false), search (none, windows, whole),
 *   tracks: a list, each with
 *     id, epoch, seen, score,
 *     box: x, y, width, height, as it was last seen; may reach past the picture's edges
 *     quality: size, inside, brightness, contrast, sharpness, turn; where it was looked at closely
 *     fault: what is wrong with that view
 *     match: name, distance, next_name, next_distance; where it was compared
 *     decision: status, name, distance, fault, report (the judge's wish, before the throttle)
 *     event: the id of the event that was made, the backend's Idempotency-Key
 *
 * Each line is written at once, so that it can be followed and a crash loses none. One thread.
 */
#ifndef FACEGATE_DAEMON_DEBUG_TRACE_H
#define FACEGATE_DAEMON_DEBUG_TRACE_H

#include "debug/frame_result.h"
#include "facegate/base/buffer.h"

typedef struct fg_trace fg_trace;

/*
 * Makes the file, for its owner alone; "-" is standard output. A file that is there is neither
 * overwritten nor gone on with, since times and tracks start anew with each run: -EEXIST.
 */
int fg_trace_open(const char *path, fg_trace **ret_trace, fg_error *error);

/* On an error the trace ends with the last whole line; it is then to be closed. */
int fg_trace_frame(fg_trace *trace, const fg_frame_result *frame_result, fg_error *error);

fg_written fg_trace_written(const fg_trace *trace);

/* Removes a file in which there is nothing. NULL is fine. */
fg_trace *fg_trace_close(fg_trace *trace);

/* The line of a frame, its line feed included. */
void fg_trace_line(fg_buffer *line, const fg_frame_result *frame_result);

#endif
