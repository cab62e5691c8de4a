#include "simulated_time.h"

#include "facegate/clock.h"

#include <curl/curl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

#define MINUTE (60 * FG_NS_PER_S)

int64_t __real_fg_clock_monotonic(void);
int64_t __wrap_fg_clock_monotonic(void);
CURLMcode __real_curl_multi_add_handle(CURLM *multi, CURL *easy);
CURLMcode __wrap_curl_multi_add_handle(CURLM *multi, CURL *easy);
CURLMcode __real_curl_multi_remove_handle(CURLM *multi, CURL *easy);
CURLMcode __wrap_curl_multi_remove_handle(CURLM *multi, CURL *easy);
CURLMcode __real_curl_multi_poll(CURLM *multi, struct curl_waitfd *extra, unsigned count,
                                 int timeout, int *ret_ready);
CURLMcode __wrap_curl_multi_poll(CURLM *multi, struct curl_waitfd *extra, unsigned count,
                                 int timeout, int *ret_ready);

static _Atomic bool simulating;
static _Atomic int under_way;
static _Atomic int64_t ahead; /* ns, of the true clock */
static _Atomic int64_t until; /* no further ahead than this */
static void (*_Atomic minute_hook)(void *context);
static void *_Atomic hook_context;

int64_t __wrap_fg_clock_monotonic(void)
{
    return __real_fg_clock_monotonic() + atomic_load(&ahead);
}

CURLMcode __wrap_curl_multi_add_handle(CURLM *multi, CURL *easy)
{
    under_way++;
    return __real_curl_multi_add_handle(multi, easy);
}

CURLMcode __wrap_curl_multi_remove_handle(CURLM *multi, CURL *easy)
{
    under_way--;
    return __real_curl_multi_remove_handle(multi, easy);
}

static int64_t least(int64_t one, int64_t other)
{
    return one < other ? one : other;
}

CURLMcode __wrap_curl_multi_poll(CURLM *multi, struct curl_waitfd *extra, unsigned count,
                                 int timeout, int *ret_ready)
{
    int64_t now = atomic_load(&ahead);
    if (!atomic_load(&simulating) || under_way > 0 || timeout <= 0) {
        return __real_curl_multi_poll(multi, extra, count, timeout, ret_ready);
    }
    /* Not past a minute's end, where the hook may have something for the sender to do. */
    int64_t next = least(now + timeout * FG_NS_PER_MS, (now / MINUTE + 1) * MINUTE);
    next = least(next, atomic_load(&until));
    atomic_store(&ahead, next);
    void (*hook)(void *) = atomic_load(&minute_hook);
    if (next > now && next % MINUTE == 0 && hook != NULL) {
        hook(atomic_load(&hook_context));
    }
    /* Takes the wake-ups away, and gives way where the time given is over. */
    return __real_curl_multi_poll(multi, extra, count, 1, ret_ready);
}

void fg_simulated_pass(double seconds, void (*each_minute)(void *context), void *context)
{
    const struct timespec pause = {.tv_nsec = 2000000};
    atomic_store(&hook_context, context);
    atomic_store(&minute_hook, each_minute);
    atomic_store(&until, atomic_load(&ahead) + fg_clock_seconds(seconds));
    atomic_store(&simulating, true);
    while (atomic_load(&ahead) < atomic_load(&until)) {
        nanosleep(&pause, NULL);
    }
}

void fg_simulated_end(void)
{
    atomic_store(&simulating, false);
}
