/*
 * Preloaded into the daemon, makes a day of the pictures that it looks at, however fast it does:
 * with each that it opens its clocks stand one frame later. They go on at their usual pace in
 * between, and every thread's waiting ends when it is time by these clocks. While a request to the
 * backend is under way the day waits for the answer, but not for long: then it goes on and the
 * request has to see what becomes of it, as with a backend that hangs. See day.h.
 */
#include "day.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S  INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)

/* Who waits looks at the clock this often, since it may have been moved: about two frames. */
#define SLICE NS_PER_MS

/* What the day waits for an answer, in true time: a backend on this machine takes 5 ms. */
#define PATIENCE (100 * NS_PER_MS)

static fg_day *day;
static const char *pictures, *gallery;
static int64_t period; /* ns of a picture */
static int64_t start;  /* true time of the first one */

static int64_t true_time(clockid_t clock)
{
    struct timespec now;
    syscall(SYS_clock_gettime, clock, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

static struct timespec to_timespec(int64_t ns)
{
    return (struct timespec){.tv_sec = (time_t)(ns / NS_PER_S), .tv_nsec = (long)(ns % NS_PER_S)};
}

static int64_t day_time(clockid_t clock)
{
    bool moves = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE ||
                 clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_RAW ||
                 clock == CLOCK_MONOTONIC_COARSE || clock == CLOCK_BOOTTIME;
    return true_time(clock) + (moves && day != NULL ? day->ahead : 0);
}

static void pause_for(int64_t ns)
{
    struct timespec pause = to_timespec(ns);
    syscall(SYS_nanosleep, &pause, NULL);
}

__attribute__((constructor)) static void open_page(void)
{
    const char *path = getenv(FG_DAY_FILE);
    const char *fps = getenv(FG_DAY_FPS);
    pictures = getenv(FG_DAY_PICTURES);
    gallery = getenv(FG_DAY_GALLERY);
    int fd = path != NULL ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC) : -1;
    void *page =
        fd >= 0 ? mmap(NULL, sizeof(*day), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
    if (page == MAP_FAILED || pictures == NULL || gallery == NULL || fps == NULL) {
        abort(); /* a day at the true pace would look like one */
    }
    close(fd);
    /* The kernel would give memory in steps of 2 MiB where it finds that worth while. */
    prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
    period = NS_PER_S / atoi(fps);
    day = page;
}

int clock_gettime(clockid_t clock, struct timespec *ret_now)
{
    struct timespec now;
    if (syscall(SYS_clock_gettime, clock, &now) != 0) {
        return -1;
    }
    *ret_now = to_timespec(day_time(clock));
    return 0;
}

int gettimeofday(struct timeval *restrict ret_now, void *restrict zone)
{
    int64_t now = day_time(CLOCK_REALTIME);
    (void)zone;
    *ret_now = (struct timeval){.tv_sec = (time_t)(now / NS_PER_S),
                                .tv_usec = (suseconds_t)(now % NS_PER_S / 1000)};
    return 0;
}

time_t time(time_t *ret_now)
{
    time_t now = (time_t)(day_time(CLOCK_REALTIME) / NS_PER_S);
    if (ret_now != NULL) {
        *ret_now = now;
    }
    return now;
}

/* --- Waiting --- */

static int64_t least(int64_t one, int64_t other)
{
    return one < other ? one : other;
}

int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
                           const struct timespec *restrict deadline)
{
    int64_t until = (int64_t)deadline->tv_sec * NS_PER_S + deadline->tv_nsec;
    int result = ETIMEDOUT;
    while (result == ETIMEDOUT) {
        int64_t left = until - day_time(CLOCK_MONOTONIC);
        int64_t now = true_time(CLOCK_MONOTONIC);
        const struct timespec next = to_timespec(now + least(left > 0 ? left : 0, SLICE));
        result = pthread_cond_clockwait(condition, mutex, CLOCK_MONOTONIC, &next);
        if (left <= 0) {
            break;
        }
    }
    return result;
}

int poll(struct pollfd *files, nfds_t count, int timeout)
{
    int64_t until = day_time(CLOCK_MONOTONIC) + timeout * NS_PER_MS;
    int result = 0;
    if (timeout < 0) {
        return ppoll(files, count, NULL, NULL);
    }
    while (result == 0) {
        int64_t left = until - day_time(CLOCK_MONOTONIC);
        const struct timespec next = to_timespec(least(left > 0 ? left : 0, SLICE));
        result = ppoll(files, count, &next, NULL);
        if (left <= 0) {
            break;
        }
    }
    return result;
}

/* --- Requests under way --- */

static _Atomic int64_t asked; /* true time; 0 where nothing is under way */

static void *real(const char *name)
{
    void *function = dlsym(RTLD_NEXT, name);
    if (function == NULL) {
        abort();
    }
    return function;
}

/* Lost on purpose, and written to, so that it is there. */
static void leak(size_t bytes)
{
    void *memory = malloc(bytes);
    if (memory != NULL) {
        explicit_bzero(memory, bytes);
    }
}

CURLMcode curl_multi_add_handle(CURLM *multi, CURL *easy)
{
    CURLMcode (*add)(CURLM *, CURL *) =
        (CURLMcode(*)(CURLM *, CURL *))(uintptr_t)real("curl_multi_add_handle");
    asked = true_time(CLOCK_MONOTONIC);
    return add(multi, easy);
}

CURLMcode curl_multi_remove_handle(CURLM *multi, CURL *easy)
{
    CURLMcode (*take)(CURLM *, CURL *) =
        (CURLMcode(*)(CURLM *, CURL *))(uintptr_t)real("curl_multi_remove_handle");
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    if (status == 201 && day->leak_bytes > 0) {
        leak((size_t)day->leak_bytes);
    }
    asked = 0;
    return take(multi, easy);
}

static bool awaits_answer(void)
{
    int64_t since = asked;
    return since != 0 && true_time(CLOCK_MONOTONIC) - since < PATIENCE;
}

/* --- The pictures --- */

static void next_picture(void)
{
    int64_t due = day->pictures * period;
    if (day->pictures == 0) {
        start = true_time(CLOCK_MONOTONIC);
    }
    while (awaits_answer()) {
        pause_for(NS_PER_MS / 5);
    }
    while (due > day->until) {
        day->held = day->until;
        pause_for(NS_PER_MS / 2);
    }
    day->held = -1;
    int64_t ahead = due - (true_time(CLOCK_MONOTONIC) - start);
    if (ahead > day->ahead) {
        day->ahead = ahead;
    }
    day->pictures++;
}

int open(const char *path, int flags, ...)
{
    mode_t mode = 0;
    va_list rest;
    va_start(rest, flags);
    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
        mode = va_arg(rest, mode_t);
    }
    va_end(rest);
    if (day != NULL && strncmp(path, pictures, strlen(pictures)) == 0 &&
        (flags & O_DIRECTORY) == 0) {
        next_picture();
    }
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    if (fd >= 0 && day != NULL && strcmp(path, gallery) == 0) {
        for (int64_t i = 0; i < day->leak_descriptors; i++) {
            (void)!fcntl(fd, F_DUPFD_CLOEXEC, 3);
        }
    }
    return fd;
}

int open64(const char *path, int flags, ...) __attribute__((alias("open")));
