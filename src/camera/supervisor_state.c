/* What is known of a camera, and who waits for it to change. */
#include "supervisor_state.h"

#include "facegate/clock.h"
#include "facegate/text.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>

/* With the mutex held. */
static void stand(fg_camera *camera, const char *text)
{
    fg_error_set(&camera->standing, 0, "%s", text);
    fg_text_clean(camera->standing.text);
    eventfd_write(camera->changed_fd, 1);
}

void fg_supervisor_stand(fg_camera *camera, const char *text)
{
    pthread_mutex_lock(&camera->mutex);
    stand(camera, text);
    pthread_mutex_unlock(&camera->mutex);
}

void fg_supervisor_view(fg_camera *camera, const fg_camera_view *view)
{
    pthread_mutex_lock(&camera->mutex);
    camera->view = *view;
    pthread_mutex_unlock(&camera->mutex);
}

void fg_camera_view_get(fg_camera *camera, fg_camera_view *ret_view)
{
    pthread_mutex_lock(&camera->mutex);
    *ret_view = camera->view;
    pthread_mutex_unlock(&camera->mutex);
}

void fg_supervisor_frame(fg_camera *camera)
{
    atomic_store(&camera->last_seen, fg_clock_monotonic());
    atomic_store(&camera->only_damaged, false);
    if (atomic_fetch_add(&camera->frames, 1) == 0) {
        pthread_mutex_lock(&camera->mutex);
        pthread_cond_broadcast(&camera->changed);
        pthread_mutex_unlock(&camera->mutex);
    }
}

void fg_supervisor_damaged(fg_camera *camera, const char *why)
{
    atomic_fetch_add(&camera->damaged, 1);
    atomic_store(&camera->only_damaged, true);
    pthread_mutex_lock(&camera->mutex);
    fg_error_set(&camera->damage, 0, "%s", why);
    pthread_mutex_unlock(&camera->mutex);
}

void fg_supervisor_lost(fg_camera *camera, const char *why)
{
    pthread_mutex_lock(&camera->mutex);
    if (!camera->lost) {
        camera->lost = true;
        fg_error_set(&camera->loss, 0, "%s", why);
    }
    pthread_cond_broadcast(&camera->changed);
    pthread_mutex_unlock(&camera->mutex);
}

void fg_supervisor_give_up(fg_camera *camera, int failed, const fg_error *error)
{
    pthread_mutex_lock(&camera->mutex);
    camera->ended = true;
    if (error != NULL) {
        camera->failed = failed;
        camera->failure = *error;
    }
    atomic_store(&camera->state, FG_CAMERA_ENDED);
    stand(camera, error != NULL ? error->text : "All images read");
    pthread_cond_broadcast(&camera->changed);
    pthread_mutex_unlock(&camera->mutex);
    /* Last, so that whoever finds the slot at its end finds the reason too. */
    fg_slot_finish(camera->slot);
}

void fg_supervisor_ended(fg_camera *camera, const fg_error *error)
{
    fg_supervisor_give_up(camera, -EIO, error);
}

void fg_supervisor_enter(fg_camera *camera, const char *call)
{
    pthread_mutex_lock(&camera->mutex);
    camera->call = call;
    camera->called = fg_clock_monotonic();
    pthread_mutex_unlock(&camera->mutex);
}

void fg_supervisor_leave(fg_camera *camera)
{
    pthread_mutex_lock(&camera->mutex);
    camera->call = NULL;
    pthread_mutex_unlock(&camera->mutex);
}

void fg_supervisor_ready(fg_camera *camera, const char *description)
{
    pthread_mutex_lock(&camera->mutex);
    camera->trouble = 0;
    if (!camera->ended) {
        atomic_store(&camera->state, FG_CAMERA_STREAMING);
        stand(camera, camera->ops->ends ? "Reading images" : "Camera streaming");
    }
    pthread_mutex_unlock(&camera->mutex);
    fg_log(FG_LOG_INFO, "Camera ready: %s", description);
}

void fg_supervisor_trouble(fg_camera *camera, int trouble, const fg_error *why, const char *text)
{
    pthread_mutex_lock(&camera->mutex);
    /* What was wrong with the last damaged frame is another thing each time; that they are is not.
     */
    bool same = camera->trouble == trouble &&
                (trouble == -EBADMSG || strcmp(camera->standing.text, text) == 0);
    camera->trouble = trouble;
    camera->why = *why;
    if (!camera->ended) {
        atomic_store(&camera->state, FG_CAMERA_WAITING);
        stand(camera, text);
    }
    pthread_mutex_unlock(&camera->mutex);
    if (!same) {
        fg_log(FG_LOG_WARNING, "%s", text);
    }
}

enum fg_camera_state fg_camera_state(const fg_camera *camera)
{
    return (enum fg_camera_state)atomic_load(&camera->state);
}

int fg_camera_changed_fd(const fg_camera *camera)
{
    return camera->changed_fd;
}

void fg_camera_describe(fg_camera *camera, fg_error *ret_text)
{
    /* Cleared first: what changes in between is then reported once more, and never missed. */
    eventfd_t ignored;
    eventfd_read(camera->changed_fd, &ignored);
    pthread_mutex_lock(&camera->mutex);
    *ret_text = camera->standing;
    pthread_mutex_unlock(&camera->mutex);
}

uint64_t fg_camera_damaged(const fg_camera *camera)
{
    return atomic_load(&camera->damaged);
}

int fg_camera_trouble(fg_camera *camera, fg_error *ret_error)
{
    pthread_mutex_lock(&camera->mutex);
    int trouble = camera->failed != 0 ? camera->failed : camera->trouble;
    if (trouble != 0 && ret_error != NULL) {
        *ret_error = camera->failed != 0 ? camera->failure : camera->why;
    }
    pthread_mutex_unlock(&camera->mutex);
    return trouble;
}

bool fg_camera_failed(fg_camera *camera, fg_error *ret_error)
{
    pthread_mutex_lock(&camera->mutex);
    bool failed = camera->failed != 0;
    if (failed && ret_error != NULL) {
        *ret_error = camera->failure;
    }
    pthread_mutex_unlock(&camera->mutex);
    return failed;
}

bool fg_camera_hangs(fg_camera *camera, int64_t now, fg_error *ret_error)
{
    pthread_mutex_lock(&camera->mutex);
    const char *call = camera->call;
    int64_t passed = now - camera->called;
    pthread_mutex_unlock(&camera->mutex);
    if (call == NULL || passed <= FG_CAMERA_CALL_LIMIT) {
        return false;
    }
    fg_error_set(ret_error, 0, "Camera hangs: its driver has not come back from %s it for %d s",
                 call, (int)(passed / FG_NS_PER_S));
    return true;
}
