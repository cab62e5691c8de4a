/* Reads the clocks, waits until a time, and writes timestamps. */
#include "facegate/clock.h"

#include <string.h>
#include <time.h>

static int64_t read_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * FG_NS_PER_S + now.tv_nsec;
}

int64_t fg_clock_monotonic(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t fg_clock_boottime(void)
{
    return read_clock(CLOCK_BOOTTIME);
}

int64_t fg_clock_realtime(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t fg_clock_seconds(double seconds)
{
    double exact = seconds * (double)FG_NS_PER_S;
    return (int64_t)(exact < 0 ? exact - 0.5 : exact + 0.5);
}

void fg_clock_condition(pthread_cond_t *ret_condition)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(ret_condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

int fg_clock_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t deadline)
{
    /* A negative time is none that the kernel takes. */
    int64_t positive = deadline > 0 ? deadline : 0;
    const struct timespec until = {
        .tv_sec = (time_t)(positive / FG_NS_PER_S),
        .tv_nsec = (long)(positive % FG_NS_PER_S),
    };
    return -pthread_cond_timedwait(condition, mutex, &until);
}

void fg_clock_format(int64_t realtime_ns, char ret_text[32])
{
    time_t seconds = (time_t)(realtime_ns / FG_NS_PER_S);
    if (realtime_ns % FG_NS_PER_S < 0) {
        seconds--;
    }
    struct tm local;
    if (localtime_r(&seconds, &local) == NULL ||
        strftime(ret_text, 32, "%Y-%m-%dT%H:%M:%S", &local) == 0) {
        strcpy(ret_text, "1970-01-01T00:00:00");
    }
}
