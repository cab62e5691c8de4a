/*
 * Writes a file so that it is there whole or not at all. It is written under another name first,
 * NAME.facegate-new. That name is always the same, so that whoever writes next finds what a writer
 * that was killed has left, which holds everybody's encodings; and it is locked while it is
 * written, so that a writer that lives is waited for.
 */
#include "facegate/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define UNFINISHED ".facegate-new"

/* What to write for `path`: through a symbolic link the file it names is replaced, not the link. */
static int find_target(const char *path, char ret_target[PATH_MAX], fg_error *error)
{
    struct stat info;
    if (realpath(path, ret_target) == NULL) {
        int code = -errno;
        if (code != -ENOENT || strlen(path) >= PATH_MAX) {
            return fg_error_set(error, code, "%s: cannot be written: %s", path, strerror(-code));
        }
        if (lstat(path, &info) == 0 && S_ISLNK(info.st_mode)) {
            return fg_error_set(
                error, code,
                "%s: is a link to a missing file: create that file, or remove the link", path);
        }
        strcpy(ret_target, path);
    } else if (stat(ret_target, &info) == 0 && !S_ISREG(info.st_mode)) {
        return fg_error_set(error, -EINVAL, "%s: is %s, not a file", path,
                            S_ISDIR(info.st_mode) ? "a folder" : "a device or pipe");
    }
    return 0;
}

static int lock(int fd)
{
    while (flock(fd, LOCK_EX) != 0) {
        if (errno != EINTR) {
            return -errno;
        }
    }
    return 0;
}

int fg_file_take_turn(const char *path, fg_error *error)
{
    char folder[PATH_MAX];
    char target[PATH_MAX];
    /* Two links to one file are one turn. */
    int result = fg_file_folder(find_target(path, target, NULL) == 0 ? target : path, folder);
    if (result != 0) {
        return fg_error_set(error, result, "%s: the path is too long", path);
    }
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    /* The folder itself, since the file is replaced and a lock of its own would be left behind. */
    result = fd < 0 ? -errno : lock(fd);
    if (result != 0) {
        if (fd >= 0) {
            close(fd);
        }
        return fg_error_set(error, result, "%s: folder %s: %s", path, folder, strerror(-result));
    }
    return fd;
}

/* Whether the open file still goes by that name: 1 or 0, or what keeps that from being known. */
static int is_named(int fd, const char *name)
{
    struct stat held, there;
    if (fstat(fd, &held) != 0 || lstat(name, &there) != 0) {
        return errno == ENOENT ? 0 : -errno;
    }
    return held.st_ino == there.st_ino && held.st_dev == there.st_dev;
}

/* Removes what a writer that was killed left under this name, if it did. -EEXIST for what no writer
 * leaves. */
static int remove_unfinished(const char *name)
{
    struct stat info;
    int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 && errno == ENOENT) {
        return 0;
    }
    if (fd < 0) {
        return errno == ELOOP || errno == ENXIO ? -EEXIST : -errno;
    }
    int result = fstat(fd, &info) != 0 ? -errno : 0;
    if (result == 0) {
        result = S_ISREG(info.st_mode) ? lock(fd) : -EEXIST;
    }
    if (result == 0) {
        /* One that lives has finished meanwhile, and another may have begun. */
        result = is_named(fd, name);
    }
    if (result == 1) {
        result = unlink(name) != 0 ? -errno : 0;
    }
    close(fd);
    return result;
}

/* A new file by this name, locked. */
static int make_unfinished(const char *name, int *ret_fd)
{
    int result = 0;
    while (result == 0) {
        int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd < 0) {
            result = errno == EEXIST ? remove_unfinished(name) : -errno;
            continue;
        }
        result = lock(fd);
        if (result == 0) {
            /* Another may have taken it for a dead one's before it was locked. */
            result = is_named(fd, name);
        }
        if (result == 1) {
            *ret_fd = fd;
            return 0;
        }
        if (result < 0 && is_named(fd, name) == 1) {
            unlink(name);
        }
        close(fd);
    }
    return result;
}

static int name_unfinished(const char *path, const char *target, char ret_name[PATH_MAX],
                           fg_error *error)
{
    if (snprintf(ret_name, PATH_MAX, "%s" UNFINISHED, target) >= PATH_MAX) {
        return fg_error_set(error, -ENAMETOOLONG, "%s: the path is too long", path);
    }
    return 0;
}

static int tell_in_the_way(const char *path, const char *name, int result, fg_error *error)
{
    return fg_error_set(error, result, "%s: %s is in the way (%s): remove it", path, name,
                        result == -EEXIST ? "it is no file" : strerror(-result));
}

/* Whose the file is to be: whoever has it now, and of a new one whoever has the folder. */
static int find_owner(const char *path, const char *target, const char *folder,
                      struct stat *ret_owner, fg_error *error)
{
    if (stat(target, ret_owner) == 0) {
        return 0;
    }
    int code = -errno;
    if (code != -ENOENT) {
        return fg_error_set(error, code, "%s: %s", path, strerror(-code));
    }
    if (stat(folder, ret_owner) != 0) {
        code = -errno;
        return fg_error_set(error, code, "%s: folder %s: %s", path, folder, strerror(-code));
    }
    return 0;
}

int fg_file_write(const char *path, const void *data, size_t size, fg_error *error)
{
    char folder[PATH_MAX];
    char target[PATH_MAX];
    char unfinished[PATH_MAX];
    int fd = -1;
    int folder_fd = -1;
    const char *step = "cannot be written";

    int result = find_target(path, target, error);
    if (result == 0) {
        result = name_unfinished(path, target, unfinished, error);
    }
    if (result != 0) {
        return result;
    }
    fg_file_folder(target, folder);
    struct stat owner;
    result = find_owner(path, target, folder, &owner, error);
    if (result != 0) {
        return result;
    }
    result = make_unfinished(unfinished, &fd);
    if (result != 0) {
        struct stat there;
        return lstat(unfinished, &there) == 0 ? tell_in_the_way(path, unfinished, result, error)
                                              : fg_error_set(error, result, "%s: folder %s: %s",
                                                             path, folder, strerror(-result));
    }
    /* Only root can give a file away; for anybody else it is already theirs. */
    if (geteuid() == 0 && fchown(fd, owner.st_uid, owner.st_gid) != 0) {
        result = -errno;
        step = "its owner cannot be set";
        goto finish;
    }
    result = fg_file_write_all(fd, data, size);
    if (result != 0) {
        goto finish;
    }
    if (fsync(fd) != 0) {
        result = -errno;
        goto finish;
    }
    if (rename(unfinished, target) != 0) {
        result = -errno;
        goto finish;
    }
    unfinished[0] = '\0';
    folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder_fd < 0 || fsync(folder_fd) != 0) {
        result = -errno;
        step = "written, but its folder cannot be synced";
    }
finish:
    if (result != 0) {
        fg_error_set(error, result, "%s: %s: %s", path, step, strerror(-result));
    }
    if (unfinished[0] != '\0') {
        unlink(unfinished);
    }
    if (folder_fd >= 0) {
        close(folder_fd);
    }
    close(fd);
    return result;
}

int fg_file_sweep(const char *path, fg_error *error)
{
    char target[PATH_MAX];
    char unfinished[PATH_MAX];
    if (find_target(path, target, NULL) != 0) {
        return 0; /* nothing could be written for it */
    }
    int result = name_unfinished(path, target, unfinished, error);
    if (result == 0) {
        result = remove_unfinished(unfinished);
        if (result != 0) {
            tell_in_the_way(path, unfinished, result, error);
        }
    }
    return result;
}
