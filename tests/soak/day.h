/*
 * What the soak and the clock in the daemon share, a page that both map: the daemon's day passes
 * with the pictures that it looks at, and no further than the soak allows.
 */
#ifndef FACEGATE_TESTS_DAY_H
#define FACEGATE_TESTS_DAY_H

#include <stdint.h>

/* The environment of the daemon: the page's file; the folder whose pictures are the day; the
 * gallery; how many pictures are a second. */
#define FG_DAY_FILE     "FG_DAY_FILE"
#define FG_DAY_PICTURES "FG_DAY_PICTURES"
#define FG_DAY_GALLERY  "FG_DAY_GALLERY"
#define FG_DAY_FPS      "FG_DAY_FPS"

typedef struct fg_day {
    _Atomic int64_t until;    /* ns since the first picture: none later than this is looked at */
    _Atomic int64_t held;     /* the `until` at which the pictures stand still; -1 for none */
    _Atomic int64_t ahead;    /* ns, of the true clocks */
    _Atomic int64_t pictures; /* looked at */
    /* What the daemon is made to leak, so that the measurement is seen to notice. */
    _Atomic int64_t leak_bytes;       /* of memory for each event that is sent */
    _Atomic int64_t leak_descriptors; /* for each time that the gallery is read */
} fg_day;

#endif
