/*
 * What a run can be asked to write down for debugging: a trace of every frame, the frames
 * themselves, and the frames with what was seen drawn on them.
 */
#ifndef FACEGATE_DAEMON_DEBUG_OPTIONS_H
#define FACEGATE_DAEMON_DEBUG_OPTIONS_H

/* NULL: not wanted. The strings stay the caller's, for as long as the daemon lives. */
typedef struct fg_debug_options {
    const char *trace;    /* a new file, or "-" for standard output */
    const char *record;   /* a folder: empty, or made for it */
    const char *annotate; /* another one */
} fg_debug_options;

#endif
