/* Plays JPEG files as if they came from a camera. */
#include "images.h"

#include "facegate/base/folder.h"
#include "facegate/base/log.h"
#include "facegate/camera/picture.h"
#include "facegate/clock.h"
#include "facegate/text.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct fg_images {
    char *path; /* as given */
    char **names;
    size_t count;
    int fps;
    bool paced;
    bool loop;

    fg_decoder *decoder; /* while open */
    fg_slot *slot;       /* while started, like the rest */
    struct fg_camera *supervisor;
    int64_t monotonic; /* of the start */
    int64_t realtime;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t stopped;
    bool stop; /* guarded by the mutex */
};

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* Takes over `name`. */
static int add_name(fg_images *images, char *name)
{
    char **names =
        name == NULL ? NULL : reallocarray(images->names, images->count + 1, sizeof(*names));
    if (names == NULL) {
        free(name);
        return -ENOMEM;
    }
    names[images->count++] = name;
    images->names = names;
    return 0;
}

static bool is_jpeg(void *context, int folder, const char *name)
{
    (void)context;
    (void)folder;
    return fg_picture_is_jpeg_name(name);
}

static int list_folder(fg_images *images, fg_error *error)
{
    fg_folder_names found;
    int result = fg_folder_list(images->path, INT_MAX, is_jpeg, NULL, &found, error);
    if (result != 0) {
        return result;
    }
    for (int i = 0; i < found.count && result == 0; i++) {
        result = add_name(images, fg_folder_join(images->path, found.names[i]));
    }
    fg_folder_free(&found);
    if (result != 0) {
        return fg_error_set(error, result, "not enough memory to list the pictures");
    }
    if (images->count == 0) {
        return fg_error_set(error, -ENOENT,
                            "%s: no .jpg or .jpeg file in this folder: put pictures there or name "
                            "another folder",
                            images->path);
    }
    return 0;
}

static int list_glob(fg_images *images, fg_error *error)
{
    glob_t found = {0};
    int code = glob(images->path, GLOB_NOSORT, NULL, &found);
    int result = 0;
    if (code == GLOB_NOMATCH) {
        result = -ENOENT;
    } else if (code == GLOB_NOSPACE) {
        result = -ENOMEM;
    } else if (code != 0) {
        result = -EIO;
    }
    if (result != 0) {
        globfree(&found);
        return fg_error_set(error, result,
                            result == -ENOENT ? "%s: no file matches: check the pattern"
                                              : "%s: the files that match cannot be listed",
                            images->path);
    }
    for (size_t i = 0; i < found.gl_pathc && result == 0; i++) {
        result = add_name(images, strdup(found.gl_pathv[i]));
    }
    globfree(&found);
    return result == 0 ? 0 : fg_error_set(error, result, "not enough memory to list the pictures");
}

static int list_pictures(fg_images *images, fg_error *error)
{
    struct stat info;
    int result = 0;
    if (images->path[0] == '\0') {
        return fg_error_set(error, -EINVAL,
                            "source images: has no path: give a JPEG file, a folder or a quoted "
                            "pattern after the colon");
    }
    if (stat(images->path, &info) == 0) {
        if (S_ISDIR(info.st_mode)) {
            result = list_folder(images, error);
        } else if (add_name(images, strdup(images->path)) != 0) {
            result = fg_error_set(error, -ENOMEM, "not enough memory to list the pictures");
        }
    } else if (errno == ENOENT && strpbrk(images->path, "*?[") != NULL) {
        result = list_glob(images, error);
    } else {
        result = -errno;
        return fg_error_set(error, result, "%s: %s: %s", images->path, strerror(-result),
                            result == -EACCES ? "let this user read it" : "check the path");
    }
    if (result == 0) {
        qsort(images->names, images->count, sizeof(*images->names), compare_names);
    }
    return result;
}

static void images_free(void *source)
{
    fg_images *images = source;
    for (size_t i = 0; i < images->count; i++) {
        free(images->names[i]);
    }
    free(images->names);
    free(images->path);
    pthread_cond_destroy(&images->stopped);
    pthread_mutex_destroy(&images->mutex);
    free(images);
}

int fg_images_create(const char *path, int fps, bool paced, bool loop, fg_images **ret_images,
                     fg_error *error)
{
    fg_images *images = calloc(1, sizeof(*images));
    if (images == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory to list the pictures");
    }
    fg_clock_condition(&images->stopped);
    pthread_mutex_init(&images->mutex, NULL);
    images->fps = fps;
    images->paced = paced;
    images->loop = loop;
    images->path = strdup(path);
    int result = images->path == NULL
                     ? fg_error_set(error, -ENOMEM, "not enough memory to list the pictures")
                     : list_pictures(images, error);
    if (result != 0) {
        images_free(images);
        return result;
    }
    *ret_images = images;
    return 0;
}

int64_t fg_images_offset(uint64_t n, int fps)
{
    uint64_t rate = (uint64_t)fps;
    return (int64_t)(n / rate) * FG_NS_PER_S + (int64_t)(n % rate) * FG_NS_PER_S / fps;
}

static bool is_stopped(fg_images *images)
{
    pthread_mutex_lock(&images->mutex);
    bool stop = images->stop;
    pthread_mutex_unlock(&images->mutex);
    return stop;
}

/* Until `due` (monotonic) or a stop, whichever comes first. */
static void wait_until(fg_images *images, int64_t due)
{
    int result = 0;
    pthread_mutex_lock(&images->mutex);
    while (!images->stop && result == 0) {
        result = fg_clock_wait(&images->stopped, &images->mutex, due);
    }
    pthread_mutex_unlock(&images->mutex);
}

static void *play(void *argument)
{
    fg_images *images = argument;
    fg_error error;
    fg_log_thread("images");
    for (uint64_t n = 0; images->loop || n < images->count; n++) {
        fg_frame *frame = fg_slot_frame(images->slot);
        if (fg_picture_load(images->decoder, images->names[n % images->count], true, frame,
                            &error) != 0) {
            fg_supervisor_ended(images->supervisor, &error);
            return NULL;
        }
        int64_t offset = fg_images_offset(n, images->fps);
        frame->sequence = n;
        frame->monotonic = images->monotonic + offset;
        frame->realtime = images->realtime + offset;
        if (images->paced) {
            wait_until(images, frame->monotonic);
        }
        if (is_stopped(images)) {
            return NULL;
        }
        if (images->paced) {
            fg_slot_publish(images->slot);
        } else if (fg_slot_hand_over(images->slot) != 0) {
            return NULL;
        }
        fg_supervisor_frame(images->supervisor);
    }
    fg_supervisor_ended(images->supervisor, NULL);
    return NULL;
}

static int images_open(void *source, char ret_description[FG_SOURCE_DESCRIPTION], fg_error *error)
{
    fg_images *images = source;
    if (fg_decoder_create(&images->decoder) != 0) {
        return fg_error_set(error, -ENOMEM, "not enough memory to decode pictures");
    }
    snprintf(ret_description, FG_SOURCE_DESCRIPTION, "%s from %.180s",
             fg_text_count((int64_t)images->count, "picture", "pictures").text, images->path);
    return 0;
}

static int images_start(void *source, fg_slot *slot, struct fg_camera *supervisor, fg_error *error)
{
    fg_images *images = source;
    images->slot = slot;
    images->supervisor = supervisor;
    images->monotonic = fg_clock_monotonic();
    images->realtime = fg_clock_realtime();
    int result = -pthread_create(&images->thread, NULL, play, images);
    if (result != 0) {
        return fg_error_set(error, result, "the thread that reads pictures cannot be started: %s",
                            strerror(-result));
    }
    return 0;
}

static void images_stop(void *source)
{
    fg_images *images = source;
    pthread_mutex_lock(&images->mutex);
    images->stop = true;
    pthread_cond_broadcast(&images->stopped);
    pthread_mutex_unlock(&images->mutex);
    /* Ends a hand-over that waits for a consumer who may be gone. */
    fg_slot_finish(images->slot);
    pthread_join(images->thread, NULL);
}

static void images_close(void *source)
{
    fg_images *images = source;
    images->decoder = fg_decoder_free(images->decoder);
}

const fg_source_ops fg_images_ops = {
    .ends = true,
    .open = images_open,
    .start = images_start,
    .stop = images_stop,
    .close = images_close,
    .free = images_free,
};
