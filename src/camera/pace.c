/* Gives a camera its buffers back at the wanted rate. */
#include "pace.h"

#include "facegate/base/log.h"
#include "facegate/clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct held {
    void *thing;
    int64_t due;
} held;

struct fg_pace {
    void (*pass)(void *context, void *thing);
    void *context;
    fg_pace_turns turns; /* the giving thread's alone */
    pthread_t thread;
    bool running;

    pthread_mutex_t mutex; /* guards the rest */
    pthread_cond_t changed;
    bool stop;
    int most, count, first; /* a ring, the longest held first */
    held queue[];
};

fg_pace_turns fg_pace_at(int fps, int slack, int64_t now)
{
    /* A hundredth faster than asked: by its own clock a camera that keeps the rate is a little off,
     * and would in time have all its buffers held. */
    int64_t period = FG_NS_PER_S * 100 / 101 / fps;
    return (fg_pace_turns){.period = period, .slack = slack * period, .last = now - period};
}

int64_t fg_pace_next(fg_pace_turns *turns, int64_t now)
{
    int64_t turn = turns->last + turns->period;
    int64_t earliest = now - turns->slack;
    turns->last = turn < earliest ? earliest : turn;
    return turns->last;
}

/* With the mutex held. */
static void pass_first(fg_pace *pace)
{
    void *thing = pace->queue[pace->first].thing;
    pace->first = (pace->first + 1) % pace->most;
    pace->count--;
    pace->pass(pace->context, thing);
}

static void *run(void *argument)
{
    fg_pace *pace = argument;
    fg_log_thread("pace");
    pthread_mutex_lock(&pace->mutex);
    while (!pace->stop) {
        if (pace->count == 0) {
            pthread_cond_wait(&pace->changed, &pace->mutex);
            continue;
        }
        int64_t due = pace->queue[pace->first].due;
        if (due <= fg_clock_monotonic()) {
            pass_first(pace);
        } else {
            fg_clock_wait(&pace->changed, &pace->mutex, due);
        }
    }
    pthread_mutex_unlock(&pace->mutex);
    return NULL;
}

int fg_pace_create(int fps, int most, void (*pass)(void *context, void *thing), void *context,
                   fg_pace **ret_pace, fg_error *error)
{
    fg_pace *pace = calloc(1, sizeof(*pace) + (size_t)most * sizeof(pace->queue[0]));
    if (pace == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory to pace the camera");
    }
    pace->pass = pass;
    pace->context = context;
    pace->turns = fg_pace_at(fps, most, fg_clock_monotonic());
    pace->most = most;
    fg_clock_condition(&pace->changed);
    pthread_mutex_init(&pace->mutex, NULL);
    int result = -pthread_create(&pace->thread, NULL, run, pace);
    pace->running = result == 0;
    if (result != 0) {
        fg_pace_free(pace);
        return fg_error_set(error, result, "the thread that paces the camera cannot be started: %s",
                            strerror(-result));
    }
    *ret_pace = pace;
    return 0;
}

void fg_pace_give(fg_pace *pace, void *thing)
{
    int64_t now = fg_clock_monotonic();
    int64_t due = fg_pace_next(&pace->turns, now);
    pthread_mutex_lock(&pace->mutex);
    if (!pace->stop && pace->count == 0 && due <= now) {
        pace->pass(pace->context, thing);
    } else if (!pace->stop && pace->count < pace->most) {
        pace->queue[(pace->first + pace->count++) % pace->most] = (held){thing, due};
        pthread_cond_signal(&pace->changed);
    }
    pthread_mutex_unlock(&pace->mutex);
}

void fg_pace_stop(fg_pace *pace)
{
    pthread_mutex_lock(&pace->mutex);
    pace->stop = true;
    pthread_cond_signal(&pace->changed);
    pthread_mutex_unlock(&pace->mutex);
    if (pace->running) {
        pthread_join(pace->thread, NULL);
        pace->running = false;
    }
}

fg_pace *fg_pace_free(fg_pace *pace)
{
    if (pace != NULL) {
        fg_pace_stop(pace);
        pthread_cond_destroy(&pace->changed);
        pthread_mutex_destroy(&pace->mutex);
        free(pace);
    }
    return NULL;
}
