#include "camera/keeper.h"

#include "facegate/clock.h"
#include "facegate/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const fg_keeper_times fg_keeper_default_times = {.stall = 5 * FG_NS_PER_S, .pause = FG_NS_PER_S};

struct fg_camera {
    const fg_source_ops *ops;
    void *source;
    fg_slot *slot;
    fg_keeper_times times;
    pthread_t thread;
    bool running; /* the thread is to be joined; main's alone */

    _Atomic int state;
    _Atomic uint64_t frames;   /* since the last start */
    _Atomic int64_t last_seen; /* monotonic: the last frame, or the start */

    pthread_mutex_t mutex; /* guards the rest */
    pthread_cond_t changed;
    bool stop;
    bool lost;
    bool ended;
    bool failed;
    fg_error failure; /* why it ended */
    fg_error loss;    /* why it was lost */
    uint64_t damaged; /* since the last start */
    fg_error damage;  /* what was wrong with the last of those */
    int trouble;      /* a negative errno: what keeps it from streaming */
    fg_error why;     /* the same in words */

    fg_error said; /* the keeper's own: the trouble last logged, so that it is logged once */
};

int fg_keeper_pause(int attempt)
{
    return attempt < 6 ? 1 << attempt : 60;
}

int fg_camera_create_with(const fg_source_ops *ops, void *source, fg_slot *slot,
                          const fg_keeper_times *times, fg_camera **ret_camera, fg_error *error)
{
    fg_camera *camera = calloc(1, sizeof(*camera));
    if (camera == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory for the camera");
    }
    camera->ops = ops;
    camera->source = source;
    camera->slot = slot;
    camera->times = *times;
    atomic_init(&camera->state, FG_CAMERA_WAITING);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&camera->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&camera->mutex, NULL);
    *ret_camera = camera;
    return 0;
}

void fg_keeper_frame(fg_camera *camera)
{
    atomic_store(&camera->last_seen, fg_clock_monotonic());
    if (atomic_fetch_add(&camera->frames, 1) == 0) {
        pthread_mutex_lock(&camera->mutex);
        pthread_cond_broadcast(&camera->changed);
        pthread_mutex_unlock(&camera->mutex);
    }
}

void fg_keeper_damaged(fg_camera *camera, const char *why)
{
    pthread_mutex_lock(&camera->mutex);
    camera->damaged++;
    fg_error_set(&camera->damage, 0, "%s", why);
    pthread_mutex_unlock(&camera->mutex);
}

void fg_keeper_lost(fg_camera *camera, const char *why)
{
    pthread_mutex_lock(&camera->mutex);
    camera->lost = true;
    fg_error_set(&camera->loss, 0, "%s", why);
    pthread_cond_broadcast(&camera->changed);
    pthread_mutex_unlock(&camera->mutex);
}

void fg_keeper_ended(fg_camera *camera, const fg_error *error)
{
    pthread_mutex_lock(&camera->mutex);
    camera->ended = true;
    if (error != NULL) {
        camera->failed = true;
        camera->failure = *error;
    }
    atomic_store(&camera->state, FG_CAMERA_ENDED);
    pthread_cond_broadcast(&camera->changed);
    pthread_mutex_unlock(&camera->mutex);
    /* Last, so that whoever finds the slot at its end finds the reason too. */
    fg_slot_finish(camera->slot);
}

/* With the mutex held; true once `deadline` (monotonic) is over. */
static bool wait_until(fg_camera *camera, int64_t deadline)
{
    struct timespec until = {
        .tv_sec = (time_t)(deadline / FG_NS_PER_S),
        .tv_nsec = (long)(deadline % FG_NS_PER_S),
    };
    return pthread_cond_timedwait(&camera->changed, &camera->mutex, &until) == ETIMEDOUT;
}

static void say_once(fg_camera *camera, const char *trouble)
{
    if (strcmp(trouble, camera->said.text) != 0) {
        fg_error_set(&camera->said, 0, "%s", trouble);
        fg_log(FG_LOG_WARNING, "%s", trouble);
    }
}

/* With the mutex held: the source was silent for too long. */
static void note_stall(fg_camera *camera)
{
    double seconds = (double)camera->times.stall / (double)FG_NS_PER_S;
    camera->lost = true;
    if (camera->damaged > 0) {
        fg_error_set(&camera->loss, 0, "only damaged frames for %g s (%s)", seconds,
                     camera->damage.text);
    } else {
        fg_error_set(&camera->loss, 0, "no frame for %g s", seconds);
    }
}

/* With the mutex held. */
static void announce(fg_camera *camera, const char *description)
{
    camera->said.text[0] = '\0';
    camera->trouble = 0;
    if (!camera->ended) {
        atomic_store(&camera->state, FG_CAMERA_STREAMING);
    }
    fg_log(FG_LOG_INFO, "Camera ready: %s", description);
}

/* Waits while the source runs. True if it ever gave a frame. */
static bool watch(fg_camera *camera, const char *description)
{
    bool announced = camera->ops->ends;
    pthread_mutex_lock(&camera->mutex);
    if (announced) {
        announce(camera, description);
    }
    while (!camera->stop && !camera->lost && !camera->ended) {
        if (!announced && atomic_load(&camera->frames) > 0) {
            announced = true;
            announce(camera, description);
        } else if (camera->ops->ends) {
            pthread_cond_wait(&camera->changed, &camera->mutex);
        } else if (wait_until(camera, atomic_load(&camera->last_seen) + camera->times.stall) &&
                   atomic_load(&camera->last_seen) + camera->times.stall <= fg_clock_monotonic()) {
            note_stall(camera);
        }
    }
    pthread_mutex_unlock(&camera->mutex);
    return announced || atomic_load(&camera->frames) > 0;
}

/* Opens, runs and closes the source once. True if it ever gave a frame. */
static bool run_once(fg_camera *camera)
{
    char description[FG_SOURCE_DESCRIPTION] = "";
    fg_error error = {0};
    fg_error trouble;
    bool streamed = false;

    int result = camera->ops->open(camera->source, description, &error);
    if (result == 0) {
        pthread_mutex_lock(&camera->mutex);
        camera->lost = false;
        camera->damaged = 0;
        pthread_mutex_unlock(&camera->mutex);
        atomic_store(&camera->frames, 0);
        atomic_store(&camera->last_seen, fg_clock_monotonic());
        result = camera->ops->start(camera->source, camera->slot, camera, &error);
        if (result == 0) {
            streamed = watch(camera, description);
            camera->ops->stop(camera->source);
        }
        camera->ops->close(camera->source);
    }
    if (result != 0 && camera->ops->ends) {
        fg_keeper_ended(camera, &error);
        return false;
    }

    pthread_mutex_lock(&camera->mutex);
    if (!camera->ended) {
        atomic_store(&camera->state, FG_CAMERA_WAITING);
    }
    bool lost = camera->lost && !camera->stop && !camera->ended;
    fg_error loss = camera->loss;
    if (result != 0 || lost) {
        camera->trouble = result != 0 ? result : -EIO;
        camera->why = result != 0 ? error : loss;
    }
    uint64_t damaged = camera->damaged;
    pthread_mutex_unlock(&camera->mutex);

    if (result == -ENODEV) {
        fg_error_set(&trouble, 0, "%s; waiting for one", error.text);
        say_once(camera, trouble.text);
    } else if (result != 0) {
        fg_error_set(&trouble, 0, "Camera not usable: %s; trying again", error.text);
        say_once(camera, trouble.text);
    } else {
        fg_log(FG_LOG_DEBUG, "Camera closed after %llu frames, %llu damaged",
               (unsigned long long)atomic_load(&camera->frames), (unsigned long long)damaged);
        if (lost) {
            fg_error_set(&trouble, 0, "Camera lost: %s; trying again", loss.text);
            say_once(camera, trouble.text);
        }
    }
    return streamed;
}

/* True when it is time to try again, false when there is no reason to. */
static bool pause_before(fg_camera *camera, int attempt)
{
    int64_t until = fg_clock_monotonic() + fg_keeper_pause(attempt) * camera->times.pause;
    pthread_mutex_lock(&camera->mutex);
    while (!camera->stop && !camera->ended && !wait_until(camera, until)) {
    }
    bool again = !camera->stop && !camera->ended;
    pthread_mutex_unlock(&camera->mutex);
    return again;
}

static void *keep(void *argument)
{
    fg_camera *camera = argument;
    int attempt = 0;
    fg_log_thread("camera");
    do {
        bool streamed = run_once(camera);
        attempt = streamed ? 0 : attempt + 1;
    } while (pause_before(camera, attempt > 0 ? attempt - 1 : 0));
    return NULL;
}

int fg_camera_start(fg_camera *camera, fg_error *error)
{
    int result = -pthread_create(&camera->thread, NULL, keep, camera);
    if (result != 0) {
        return fg_error_set(error, result, "the camera's thread cannot be started: %s",
                            strerror(-result));
    }
    camera->running = true;
    return 0;
}

enum fg_camera_state fg_camera_state(const fg_camera *camera)
{
    return (enum fg_camera_state)atomic_load(&camera->state);
}

int fg_camera_trouble(fg_camera *camera, fg_error *ret_error)
{
    pthread_mutex_lock(&camera->mutex);
    int trouble = camera->failed ? -EIO : camera->trouble;
    if (trouble != 0 && ret_error != NULL) {
        *ret_error = camera->failed ? camera->failure : camera->why;
    }
    pthread_mutex_unlock(&camera->mutex);
    return trouble;
}

bool fg_camera_failed(fg_camera *camera, fg_error *ret_error)
{
    pthread_mutex_lock(&camera->mutex);
    bool failed = camera->failed;
    if (failed && ret_error != NULL) {
        *ret_error = camera->failure;
    }
    pthread_mutex_unlock(&camera->mutex);
    return failed;
}

void fg_camera_stop(fg_camera *camera)
{
    pthread_mutex_lock(&camera->mutex);
    camera->stop = true;
    pthread_cond_broadcast(&camera->changed);
    pthread_mutex_unlock(&camera->mutex);
    if (camera->running) {
        pthread_join(camera->thread, NULL);
        camera->running = false;
    }
    fg_slot_finish(camera->slot);
}

fg_camera *fg_camera_free(fg_camera *camera)
{
    if (camera == NULL) {
        return NULL;
    }
    fg_camera_stop(camera);
    camera->ops->free(camera->source);
    pthread_cond_destroy(&camera->changed);
    pthread_mutex_destroy(&camera->mutex);
    free(camera);
    return NULL;
}
