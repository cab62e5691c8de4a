/* The thread that opens a source, watches it, and opens it again when it is lost. */
#include "supervisor.h"

#include "facegate/base/log.h"
#include "facegate/clock.h"
#include "supervisor_state.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define LONGEST_PAUSE 60 /* times the first */

static _Atomic bool stuck;

int64_t fg_supervisor_pause(int64_t first, int64_t last, int64_t streamed)
{
    int64_t longest = LONGEST_PAUSE * first;
    if (last == 0 || streamed > last) {
        return first;
    }
    return last < longest / 2 ? 2 * last : longest;
}

static void release(fg_camera *camera)
{
    if (camera->changed_fd >= 0) {
        close(camera->changed_fd);
    }
    pthread_cond_destroy(&camera->changed);
    pthread_mutex_destroy(&camera->mutex);
    free(camera);
}

int fg_camera_create_with(const fg_source_ops *ops, void *source, fg_slot *slot,
                          const fg_supervisor_times *times, fg_camera **ret_camera, fg_error *error)
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
    fg_error_set(&camera->standing, 0, "Camera starting");
    fg_clock_condition(&camera->changed);
    pthread_mutex_init(&camera->mutex, NULL);
    camera->changed_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (camera->changed_fd < 0) {
        int result = -errno;
        release(camera);
        return fg_error_set(error, result, "no descriptor for the camera: %s", strerror(-result));
    }
    *ret_camera = camera;
    return 0;
}

/* With the mutex held; true once `deadline` (monotonic) is over. */
static bool wait_until(fg_camera *camera, int64_t deadline)
{
    return fg_clock_wait(&camera->changed, &camera->mutex, deadline) == -ETIMEDOUT;
}

/* With the mutex held: the source was silent for too long. What kind of trouble that is. */
static int note_stall(fg_camera *camera)
{
    double seconds = (double)camera->times.stall / (double)FG_NS_PER_S;
    camera->lost = true;
    if (atomic_load(&camera->only_damaged)) {
        return fg_error_set(&camera->loss, -EBADMSG, "only damaged frames for %g s (%s)", seconds,
                            camera->damage.text);
    }
    return fg_error_set(&camera->loss, -ETIMEDOUT, "no frame for %g s", seconds);
}

/* With the mutex held: waits for something to happen. False where the source is silent. */
static bool wait_for_news(fg_camera *camera)
{
    if (camera->ops->ends) {
        pthread_cond_wait(&camera->changed, &camera->mutex);
        return true;
    }
    return !wait_until(camera, atomic_load(&camera->last_seen) + camera->times.stall) ||
           atomic_load(&camera->last_seen) + camera->times.stall > fg_clock_monotonic();
}

/* Waits while the source runs. How long frames came, ns; `ret_trouble` with the text in `loss`
 * where it was lost. */
static int64_t watch(fg_camera *camera, const char *description, int *ret_trouble, fg_error *loss)
{
    int64_t began = 0;
    int trouble = -EIO;
    pthread_mutex_lock(&camera->mutex);
    while (!camera->stop && !camera->lost && !camera->ended) {
        if (began == 0 && (camera->ops->ends || atomic_load(&camera->frames) > 0)) {
            began = fg_clock_monotonic();
            pthread_mutex_unlock(&camera->mutex);
            fg_supervisor_ready(camera, description);
            pthread_mutex_lock(&camera->mutex);
        } else if (!wait_for_news(camera)) {
            trouble = note_stall(camera);
        }
    }
    bool lost = camera->lost && !camera->stop && !camera->ended;
    *loss = camera->loss;
    pthread_mutex_unlock(&camera->mutex);
    *ret_trouble = lost ? trouble : 0;
    int64_t last = atomic_load(&camera->last_seen);
    return began != 0 && last > began ? last - began : 0;
}

static void say_lost(fg_camera *camera, int trouble, const fg_error *loss)
{
    fg_error text;
    fg_error_set(&text, 0, "Camera lost: %s; trying again", loss->text);
    fg_supervisor_trouble(camera, trouble, loss, text.text);
}

/* It cannot be opened or started. */
static void say_refused(fg_camera *camera, int trouble, const fg_error *why)
{
    fg_error text;
    if (trouble == -ENODEV) {
        fg_error_set(&text, 0, "%s; waiting for one", why->text);
    } else if (trouble == -ENXIO) {
        fg_error_set(&text, 0, "%s; waiting for it", why->text);
    } else {
        fg_error_set(&text, 0, "Camera not usable: %s; trying again", why->text);
    }
    fg_supervisor_trouble(camera, trouble, why, text.text);
}

static int open_source(fg_camera *camera, char description[FG_SOURCE_DESCRIPTION], fg_error *error)
{
    fg_supervisor_enter(camera, "opening");
    int result = camera->ops->open(camera->source, description, error);
    fg_supervisor_leave(camera);
    return result;
}

static int start_source(fg_camera *camera, fg_error *error)
{
    pthread_mutex_lock(&camera->mutex);
    camera->lost = false;
    pthread_mutex_unlock(&camera->mutex);
    atomic_store(&camera->frames, 0);
    atomic_store(&camera->only_damaged, false);
    fg_supervisor_enter(camera, "starting");
    int result = camera->ops->start(camera->source, camera->slot, camera, error);
    fg_supervisor_leave(camera);
    /* A start that took long is no silence. */
    if (atomic_load(&camera->frames) == 0) {
        atomic_store(&camera->last_seen, fg_clock_monotonic());
    }
    return result;
}

/* Opens, runs and closes the source once; the trouble is reported before it is closed, where a
 * driver may hang. How long frames came, ns; `ret_result` where it could not be opened or started.
 */
static int64_t run_once(fg_camera *camera, int *ret_result, fg_error *error)
{
    char description[FG_SOURCE_DESCRIPTION] = "";
    int64_t streamed = 0;
    *ret_result = open_source(camera, description, error);
    if (*ret_result != 0) {
        return 0;
    }
    *ret_result = start_source(camera, error);
    if (*ret_result == 0) {
        int trouble = 0;
        fg_error loss;
        streamed = watch(camera, description, &trouble, &loss);
        if (trouble != 0) {
            say_lost(camera, trouble, &loss);
        }
        fg_supervisor_enter(camera, "stopping");
        camera->ops->stop(camera->source);
        fg_supervisor_leave(camera);
        fg_log(FG_LOG_DEBUG, "Camera stopped after %" PRIu64 " frames",
               atomic_load(&camera->frames));
    }
    fg_supervisor_enter(camera, "closing");
    camera->ops->close(camera->source);
    fg_supervisor_leave(camera);
    return streamed;
}

/* True when it is time to try again, false when there is no reason to. */
static bool pause_for(fg_camera *camera, int64_t pause)
{
    int64_t until = fg_clock_monotonic() + pause;
    pthread_mutex_lock(&camera->mutex);
    while (!camera->stop && !camera->ended && !wait_until(camera, until)) {
    }
    bool again = !camera->stop && !camera->ended;
    pthread_mutex_unlock(&camera->mutex);
    return again;
}

/* What waiting does not fix: a source that ends by itself, and at first a name that nothing has.
 */
static bool is_for_good(const fg_camera *camera, int result, bool first)
{
    return camera->ops->ends || (first && result == -ENXIO);
}

static void *keep(void *argument)
{
    fg_camera *camera = argument;
    fg_error error = {.text = ""};
    int64_t pause = 0;
    int result = 0;
    fg_log_thread("camera");
    do {
        int64_t streamed = run_once(camera, &result, &error);
        if (result != 0 && is_for_good(camera, result, pause == 0)) {
            fg_error text = error;
            if (result == -ENXIO) {
                fg_error_set(&text, 0, "%s: name one of these, or use auto", error.text);
            }
            fg_supervisor_give_up(camera, result, &text);
        } else if (result != 0) {
            say_refused(camera, result, &error);
        }
        pause = fg_supervisor_pause(camera->times.pause, pause, streamed);
    } while (pause_for(camera, pause));

    if (fg_camera_state(camera) == FG_CAMERA_STREAMING) {
        atomic_store(&camera->state, FG_CAMERA_WAITING);
    }
    pthread_mutex_lock(&camera->mutex);
    camera->through = true;
    pthread_cond_broadcast(&camera->changed);
    pthread_mutex_unlock(&camera->mutex);
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

/* Tells the thread to end. Whether it did, before the driver's time was over. */
static bool end_thread(fg_camera *camera)
{
    int64_t until = fg_clock_monotonic() + camera->times.stop;
    pthread_mutex_lock(&camera->mutex);
    camera->stop = true;
    pthread_cond_broadcast(&camera->changed);
    while (camera->running && !camera->through && !wait_until(camera, until)) {
    }
    bool through = !camera->running || camera->through;
    pthread_mutex_unlock(&camera->mutex);
    return through;
}

/* Leaves the thread, and with it the camera, the source and the slot, to the driver. */
static void abandon(fg_camera *camera)
{
    fg_error text;
    fg_error_set(&text, 0,
                 "Camera hangs: its driver did not release it within %g s. If it stays like this, "
                 "unplug the camera or run \"sudo reboot\"",
                 (double)camera->times.stop / (double)FG_NS_PER_S);
    fg_supervisor_stand(camera, text.text);
    camera->stuck = true;
    atomic_store(&stuck, true);
    pthread_detach(camera->thread);
    /* The source may go on publishing: whoever takes its frames would never come to their end. */
    fg_slot_close(camera->slot);
}

int fg_camera_stop(fg_camera *camera)
{
    if (!camera->stuck && !end_thread(camera)) {
        abandon(camera);
    }
    if (camera->stuck) {
        return -ETIMEDOUT;
    }
    if (camera->running) {
        pthread_join(camera->thread, NULL);
        camera->running = false;
    }
    fg_slot_finish(camera->slot);
    return 0;
}

fg_camera *fg_camera_free(fg_camera *camera)
{
    if (camera == NULL) {
        return NULL;
    }
    if (fg_camera_stop(camera) != 0) {
        return camera;
    }
    camera->ops->free(camera->source);
    release(camera);
    return NULL;
}

bool fg_camera_is_stuck(void)
{
    return atomic_load(&stuck);
}
