/* Notices a change of a file, with inotify and stat(2). */
#include "facegate/base/file_watch.h"

#include "facegate/base/file.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

/* Everything that can make a look worthwhile, and nothing that a reader of the file does. */
#define EVENTS                                                                                     \
    (IN_MODIFY | IN_ATTRIB | IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM |              \
     IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)

/* What tells one state of a file from another. All zero but `missing` where there is none. */
typedef struct identity {
    int missing; /* the errno of stat(2) */
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec modified, changed;
} identity;

struct fg_file_watch {
    char *path;
    char folder[PATH_MAX];
    int fd;      /* inotify, or -1 */
    int near;    /* watch descriptor of the folder the path names, -1 for none */
    int far;     /* of the folder the file lies in when all links are followed */
    identity at; /* when it was last compared */
};

static identity identify(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        return (identity){.missing = errno};
    }
    return (identity){.device = info.st_dev,
                      .inode = info.st_ino,
                      .size = info.st_size,
                      .modified = info.st_mtim,
                      .changed = info.st_ctim};
}

static bool is_same_time(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool is_same(const identity *a, const identity *b)
{
    return a->missing == b->missing && a->device == b->device && a->inode == b->inode &&
           a->size == b->size && is_same_time(a->modified, b->modified) &&
           is_same_time(a->changed, b->changed);
}

/* Watches the folders as they are now. A folder that is watched already keeps its descriptor, one
 * that took another's place gets a new one. */
static void arm(fg_file_watch *watch)
{
    char real[PATH_MAX];
    char real_folder[PATH_MAX];
    if (watch->fd < 0) {
        return;
    }
    int near = inotify_add_watch(watch->fd, watch->folder, EVENTS);
    int far = near;
    if (realpath(watch->path, real) != NULL && fg_file_folder(real, real_folder) == 0) {
        far = inotify_add_watch(watch->fd, real_folder, EVENTS);
    }
    const int old[] = {watch->near, watch->far};
    for (size_t i = 0; i < sizeof(old) / sizeof(old[0]); i++) {
        if (old[i] >= 0 && old[i] != near && old[i] != far) {
            inotify_rm_watch(watch->fd, old[i]); /* fails where the folder is gone: as well */
        }
    }
    watch->near = near;
    watch->far = far;
}

static void drain(const fg_file_watch *watch)
{
    char events[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
    while (watch->fd >= 0 && read(watch->fd, events, sizeof(events)) > 0) {
    }
}

int fg_file_watch_create(const char *path, fg_file_watch **ret_watch)
{
    fg_file_watch *watch = calloc(1, sizeof(*watch));
    if (watch == NULL) {
        return -ENOMEM;
    }
    watch->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    watch->near = -1;
    watch->far = -1;
    watch->path = strdup(path);
    int result = watch->path != NULL ? fg_file_folder(path, watch->folder) : -ENOMEM;
    if (result != 0) {
        fg_file_watch_free(watch);
        return result;
    }
    arm(watch);
    watch->at = identify(path);
    *ret_watch = watch;
    return 0;
}

fg_file_watch *fg_file_watch_free(fg_file_watch *watch)
{
    if (watch == NULL) {
        return NULL;
    }
    if (watch->fd >= 0) {
        close(watch->fd);
    }
    free(watch->path);
    free(watch);
    return NULL;
}

int fg_file_watch_fd(const fg_file_watch *watch)
{
    return watch->fd;
}

bool fg_file_watch_check(fg_file_watch *watch)
{
    /* In this order: what happens after the identity is taken is still reported by the descriptor.
     */
    drain(watch);
    arm(watch);
    identity now = identify(watch->path);
    bool changed = !is_same(&watch->at, &now);
    watch->at = now;
    return changed;
}
