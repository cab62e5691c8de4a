/*
 * How long to wait after a failure: doubling from `least` to `most`, with jitter, so that many
 * doors do not return to a backend in step. Pure; chance is passed in. Source: RFC 9110 10.2.3 for
 * Retry-After.
 */
#ifndef FACEGATE_DELIVERY_BACKOFF_H
#define FACEGATE_DELIVERY_BACKOFF_H

#include <stdint.h>

/* What a backend asks for is followed up to this many seconds. */
#define FG_BACKOFF_RETRY_AFTER_MAX 600

typedef struct fg_backoff {
    int64_t least; /* ns */
    int64_t most;
    int failures; /* since the last success */
} fg_backoff;

/*
 * Notes a failure and tells the wait, ns: a random time in the upper half of 2, 4, 8 ... times
 * `least`, at most `most`. `retry_after` (seconds) is what the backend asked for and stands
 * instead, 0 or less for nothing asked. `chance` is any 32 random bits.
 */
int64_t fg_backoff_fail(fg_backoff *backoff, int64_t retry_after, uint32_t chance);

void fg_backoff_succeed(fg_backoff *backoff);

#endif
