/*
 * A frame result: all there is to say of one frame, for whatever writes it down. Nothing in it is
 * owned; it is good for as long as the frame, the gallery and the recognizer's observations are.
 */
#ifndef FACEGATE_DAEMON_DEBUG_FRAME_RESULT_H
#define FACEGATE_DAEMON_DEBUG_FRAME_RESULT_H

#include "recognizer.h"
#include "reporter.h"

typedef struct fg_frame_result {
    const fg_frame *frame;
    double time; /* seconds since the run's first frame */
    fg_finder_effort effort;
    const char *error;         /* what went wrong in this frame, NULL for nothing */
    const fg_gallery *gallery; /* that the matches and decisions come from */
    const fg_observation *observations;
    const fg_report *reports; /* one for each observation */
    int count;
    bool end; /* after this frame, which was the last and has a result of its own */
} fg_frame_result;

/* How much was written down. */
typedef struct fg_written {
    uint64_t frames, bytes;
} fg_written;

#endif
