/*
 * When what happened inside the pipeline that is measured: the linker leads the calls of a few
 * functions through here (--wrap), so that the pipeline is measured as it is. Read it after its
 * threads have ended.
 */
#ifndef BENCH_STAMPS_H
#define BENCH_STAMPS_H

#include "facegate/delivery/event.h"

#include <stddef.h>

#define STAMPS_MOST 4096

/* Nanoseconds; stamps are of CLOCK_MONOTONIC. */
typedef struct stamps {
    int64_t decoding; /* CPU of reading and decoding pictures, which a camera does not need */
    int64_t waiting;  /* of the recognition thread for frames */
    int64_t delays[STAMPS_MOST]; /* from a face's first view to the decision about it */
    size_t delay_count;
    int accepted, refused; /* decisions, not events */
    struct {
        char id[FG_EVENT_ID_SIZE];
        int64_t decided; /* the judge's word that the event was made of */
    } events[STAMPS_MOST];
    size_t event_count;
} stamps;

extern stamps stamps_seen;

#endif
