/* Visits the entries of a folder, and lists them by name. */
#include "facegate/base/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A list that grows while its folder is read. */
typedef struct listing {
    int folder;
    int limit;
    fg_folder_filter *wanted;
    void *context;
    fg_folder_names found;
    int room;
} listing;

/* The names behind `stream`; closes it. */
static int visit_all(DIR *stream, fg_folder_visit *visit, void *context, fg_error *error)
{
    int result = 0;
    const struct dirent *entry = NULL;
    while (result == 0 && (errno = 0, entry = readdir(stream)) != NULL) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0) {
            result = visit(context, name);
            if (result != 0) {
                fg_error_set(error, result, "%s: %s", name, strerror(-result));
            }
        }
    }
    if (result == 0 && errno != 0) {
        result = -errno;
        fg_error_set(error, result, "its files cannot be listed: %s", strerror(-result));
    }
    closedir(stream);
    return result;
}

int fg_folder_each(int folder, fg_folder_visit *visit, void *context, fg_error *error)
{
    int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = fd >= 0 ? fdopendir(fd) : NULL;
    if (stream == NULL) {
        int result = -errno;
        if (fd >= 0) {
            close(fd);
        }
        return fg_error_set(error, result, "its files cannot be listed: %s", strerror(-result));
    }
    return visit_all(stream, visit, context, error);
}

static int add(void *context, const char *name)
{
    listing *to = context;
    if (!to->wanted(to->context, to->folder, name)) {
        return 0;
    }
    if (to->found.count == to->limit) {
        return -EFBIG;
    }
    if (to->found.count == to->room) {
        int room = to->room * 2 + 64;
        char **names = reallocarray(to->found.names, (size_t)room, sizeof(*names));
        if (names == NULL) {
            return -ENOMEM;
        }
        to->found.names = names;
        to->room = room;
    }
    char *copy = strdup(name);
    if (copy == NULL) {
        return -ENOMEM;
    }
    to->found.names[to->found.count++] = copy;
    return 0;
}

static int by_name(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

static int cannot_open(const char *path, int result, fg_error *error)
{
    const char *advice = "";
    if (result == -EACCES) {
        advice = ": let this user read it";
    } else if (result == -ENOENT || result == -ENOTDIR || result == -ELOOP) {
        advice = ": check the path";
    }
    return fg_error_set(error, result, "%s: %s%s", path, strerror(-result), advice);
}

int fg_folder_list(const char *path, int limit, fg_folder_filter *wanted, void *context,
                   fg_folder_names *ret_names, fg_error *error)
{
    DIR *stream = opendir(path);
    if (stream == NULL) {
        return cannot_open(path, -errno, error);
    }
    listing to = {.folder = dirfd(stream), .limit = limit, .wanted = wanted, .context = context};
    int result = visit_all(stream, add, &to, NULL);
    if (result != 0) {
        fg_folder_free(&to.found);
        return result == -EFBIG
                   ? fg_error_set(error, result, "%s: has more than %d entries", path, limit)
                   : fg_error_set(error, result, "%s: its files cannot be listed: %s", path,
                                  strerror(-result));
    }
    if (to.found.count > 1) {
        qsort(to.found.names, (size_t)to.found.count, sizeof(*to.found.names), by_name);
    }
    *ret_names = to.found;
    return 0;
}

void fg_folder_free(fg_folder_names *names)
{
    for (int i = 0; i < names->count; i++) {
        free(names->names[i]);
    }
    free(names->names);
    *names = (fg_folder_names){0};
}

char *fg_folder_join(const char *folder, const char *name)
{
    char *path = NULL;
    size_t length = strlen(folder);
    const char *slash = length > 0 && folder[length - 1] == '/' ? "" : "/";
    return asprintf(&path, "%s%s%s", folder, slash, name) < 0 ? NULL : path;
}
