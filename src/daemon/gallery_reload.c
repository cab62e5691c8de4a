/* Loads the encodings again when their file changes, in a thread of its own. */
#include "gallery_reload.h"

#include "facegate/base/file_watch.h"
#include "facegate/base/log.h"
#include "facegate/clock.h"
#include "facegate/text.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Where the system does not announce changes they are looked for this often. */
#define CHECK_INTERVAL (500 * FG_NS_PER_MS)

/* A file that has not changed for this long is taken for written. */
#define REST (100 * FG_NS_PER_MS)

/* One that never rests is loaded all the same after this long. */
#define UNREST (500 * FG_NS_PER_MS)

/* A load that failed for want of something, not by the file, is tried again. */
#define RETRY (10 * FG_NS_PER_S)

typedef enum phase {
    WAITING, /* for a change */
    RESTING, /* there was one: will there be another? */
    LOADING,
} phase;

struct fg_gallery_reload {
    const char *path;
    fg_file_watch *watch;
    int loaded_fd;
    phase phase;
    int64_t due;                  /* the next step; all times in ns of CLOCK_MONOTONIC */
    int64_t since;                /* when the change was noticed */
    int64_t retry;                /* load at this time without a change */
    bool asked;                   /* load at once, and log it */
    bool rests;                   /* what is being loaded had come to rest */
    bool reports;                 /* a fault found in it is to be logged */
    char reported[FG_ERROR_TEXT]; /* the fault that was reported last; empty when all is well */

    /* The loading thread's, until it is joined. 50,000 encodings take it 0.2 s in base64 and 1.4 s
     * in plain numbers on a desktop machine, several times that on a Pi: too long for the main
     * thread. */
    pthread_t thread;
    bool joinable;
    int result;
    fg_gallery *gallery;
    fg_error error;
};

int fg_gallery_reload_create(const char *path, fg_gallery_reload **ret_reload, fg_error *error)
{
    fg_gallery_reload *reload = calloc(1, sizeof(*reload));
    if (reload == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory");
    }
    reload->path = path;
    reload->due = fg_clock_monotonic() + CHECK_INTERVAL;
    reload->retry = INT64_MAX;
    reload->loaded_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int result = reload->loaded_fd >= 0 ? fg_file_watch_create(path, &reload->watch) : -errno;
    if (result != 0) {
        fg_gallery_reload_free(reload);
        return fg_error_set(error, result, "%s: cannot be watched: %s", path, strerror(-result));
    }
    *ret_reload = reload;
    return 0;
}

fg_gallery_reload *fg_gallery_reload_free(fg_gallery_reload *reload)
{
    if (reload == NULL) {
        return NULL;
    }
    if (reload->joinable) {
        pthread_join(reload->thread, NULL);
    }
    fg_gallery_free(reload->gallery);
    fg_file_watch_free(reload->watch);
    if (reload->loaded_fd >= 0) {
        close(reload->loaded_fd);
    }
    free(reload);
    return NULL;
}

int fg_gallery_reload_changed_fd(const fg_gallery_reload *reload)
{
    return reload->phase == WAITING ? fg_file_watch_fd(reload->watch) : -1;
}

int fg_gallery_reload_loaded_fd(const fg_gallery_reload *reload)
{
    return reload->loaded_fd;
}

int64_t fg_gallery_reload_due(const fg_gallery_reload *reload)
{
    return reload->phase == LOADING ? INT64_MAX : reload->due;
}

void fg_gallery_reload_ask(fg_gallery_reload *reload)
{
    reload->asked = true;
}

static void wait_for_change(fg_gallery_reload *reload, int64_t now)
{
    reload->phase = WAITING;
    reload->due = now + CHECK_INTERVAL;
}

static void wait_for_rest(fg_gallery_reload *reload, int64_t now)
{
    reload->phase = RESTING;
    reload->since = now;
    reload->due = now + REST;
}

static void *load(void *argument)
{
    fg_gallery_reload *reload = argument;
    reload->result = fg_gallery_load(reload->path, &reload->gallery, &reload->error);
    eventfd_write(reload->loaded_fd, 1);
    return NULL;
}

static void *load_in_thread(void *argument)
{
    fg_log_thread("reload");
    return load(argument);
}

static void start_loading(fg_gallery_reload *reload, bool rests)
{
    reload->phase = LOADING;
    reload->retry = INT64_MAX;
    reload->rests = rests;
    reload->reports = rests || reload->asked;
    if (reload->asked) {
        reload->reported[0] = '\0';
        reload->asked = false;
    }
    reload->joinable = pthread_create(&reload->thread, NULL, load_in_thread, reload) == 0;
    if (!reload->joinable) {
        load(reload);
    }
}

/* Half a file is no fault worth a word while it is being written; nor is one that was reported. */
static void log_fault(fg_gallery_reload *reload)
{
    const char *text = reload->error.text;
    if (!reload->reports || strcmp(text, reload->reported) == 0) {
        return;
    }
    memcpy(reload->reported, text, sizeof(reload->reported));
    if (reload->result == -ENOENT) {
        fg_log(FG_LOG_WARNING,
               "Error loading encodings: %s: is missing; the people loaded before are used until "
               "the next start, which fails without it: restore it, or enroll somebody",
               reload->path);
    } else {
        fg_log(FG_LOG_ERROR, "%s; the people loaded before are still used", text);
    }
}

static bool is_fault_of_file(int result)
{
    return result == -EINVAL || result == -EFBIG || result == -ENOENT;
}

static fg_gallery *finish_loading(fg_gallery_reload *reload, int64_t now)
{
    if (reload->joinable) {
        pthread_join(reload->thread, NULL);
        reload->joinable = false;
    }
    fg_gallery *gallery = reload->gallery;
    reload->gallery = NULL;
    if (reload->result == 0) {
        int encodings = fg_gallery_encodings(gallery);
        reload->reported[0] = '\0';
        fg_log(FG_LOG_INFO, "Encodings reloaded. Known people: %d (%s)", fg_gallery_people(gallery),
               fg_text_count(encodings, "encoding", "encodings").text);
    } else {
        log_fault(reload);
        reload->retry = is_fault_of_file(reload->result) ? INT64_MAX : now + RETRY;
    }
    if (reload->rests) {
        wait_for_change(reload, now);
    } else {
        wait_for_rest(reload, now);
    }
    return gallery;
}

fg_gallery *fg_gallery_reload_step(fg_gallery_reload *reload, int64_t now)
{
    fg_gallery *gallery = NULL;
    eventfd_t count;
    if (reload->phase == LOADING) {
        if (eventfd_read(reload->loaded_fd, &count) != 0) {
            return NULL;
        }
        gallery = finish_loading(reload, now);
    }
    if (reload->phase == RESTING && now < reload->due && !reload->asked) {
        return gallery;
    }
    bool changed = fg_file_watch_check(reload->watch);
    if (reload->asked) {
        start_loading(reload, reload->phase == WAITING && !changed);
    } else if (reload->phase == RESTING && changed && now - reload->since < UNREST) {
        reload->due = now + REST;
    } else if (reload->phase == RESTING || now >= reload->retry) {
        start_loading(reload, !changed);
    } else if (changed) {
        wait_for_rest(reload, now);
    } else {
        wait_for_change(reload, now);
    }
    return gallery;
}
