/*
 * The clocks, in nanoseconds. Deadlines and back-off are on monotonic time; boot time (which
 * goes on in suspend) dates an event so that it survives a step of the wall clock; wall-clock time
 * is only for what is sent and shown. Any thread.
 * Source: clock_gettime(2).
 */
#ifndef FACEGATE_CLOCK_H
#define FACEGATE_CLOCK_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FG_NS_PER_S  INT64_C(1000000000)
#define FG_NS_PER_MS INT64_C(1000000)

int64_t fg_clock_monotonic(void);
int64_t fg_clock_boottime(void);
int64_t fg_clock_realtime(void);

/* Seconds as configuration has them, to nanoseconds. */
int64_t fg_clock_seconds(double seconds);

/* Makes a condition variable that waits by fg_clock_monotonic; pthread_cond_destroy ends it. */
void fg_clock_condition(pthread_cond_t *ret_condition);

/* pthread_cond_timedwait(3) on such a one, until `deadline`: 0, which may be for no reason, or
 * -ETIMEDOUT. */
int fg_clock_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t deadline);

/* "%Y-%m-%dT%H:%M:%S" in local time, 20 bytes with the terminator, as the wire contract wants it.
 */
void fg_clock_format(int64_t realtime_ns, char ret_text[32]);

#ifdef __cplusplus
}
#endif
#endif
