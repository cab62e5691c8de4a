/* How long to wait after a failed attempt: exponential, with jitter. */
#include "backoff.h"

#include "facegate/clock.h"

static int64_t between(int64_t low, int64_t value, int64_t high)
{
    if (value < low) {
        return low;
    }
    return value > high ? high : value;
}

int64_t fg_backoff_fail(fg_backoff *backoff, int64_t retry_after, uint32_t chance)
{
    int64_t ceiling = backoff->least;
    for (int i = 0; i <= backoff->failures && ceiling < backoff->most; i++) {
        ceiling *= 2;
    }
    ceiling = between(backoff->least, ceiling, backoff->most);
    if (backoff->failures < 64) {
        backoff->failures++;
    }
    if (retry_after > 0) {
        int64_t seconds = between(1, retry_after, FG_BACKOFF_RETRY_AFTER_MAX);
        int64_t asked = seconds * FG_NS_PER_S;
        return asked > backoff->least ? asked : backoff->least;
    }
    int64_t half = ceiling / 2;
    return half + (int64_t)((double)(ceiling - half) * ((double)chance / UINT32_MAX));
}

void fg_backoff_succeed(fg_backoff *backoff)
{
    backoff->failures = 0;
}
