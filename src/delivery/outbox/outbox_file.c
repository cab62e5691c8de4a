/* The outbox's files: their folder, lock, permissions and removal. */
#include "outbox/outbox_file.h"

#include "facegate/base/file.h"
#include "facegate/delivery/outbox.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

/* sqlite.org/fileformat2.html, "The Database Header". */
#define HEADER_SIZE           100
#define HEADER_FORMAT_AT      60
#define HEADER_APPLICATION_AT 68

/*
 * An event that leaves is overwritten with zeros, through the log, which grows by its size before
 * it is emptied into the database; and the log may hold 1 MiB then that the database has no pages
 * for yet.
 */
#define ROOM_FOR_LOG      (INT64_C(5) << 18) /* bytes */
#define ROOM_FOR_PICTURES 3

bool fg_outbox_in_memory(const char *path)
{
    struct statfs info;
    return statfs(path, &info) == 0 && (info.f_type == TMPFS_MAGIC || info.f_type == RAMFS_MAGIC);
}

/* A folder of ours that nobody else can write into; with `make` it is made, and closed to others.
 */
static int check_folder(const char *folder, bool make, fg_error *error)
{
    struct stat info;
    if (make && mkdir(folder, 0700) != 0 && errno != EEXIST) {
        return fg_error_set(error, -errno, "cannot create the outbox folder %s: %s", folder,
                            strerror(errno));
    }
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &info) != 0) {
        int code = -errno;
        if (fd >= 0) {
            close(fd);
        }
        return fg_error_set(error, code,
                            "outbox folder %s is not a folder of facegate (%s): remove it, or use "
                            "another outbox with --outbox",
                            folder, strerror(-code));
    }
    int result = 0;
    if (info.st_uid != geteuid()) {
        result = fg_error_set(
            error, -EPERM,
            "outbox folder %s belongs to user %u: remove it, or use another outbox with --outbox",
            folder, (unsigned)info.st_uid);
    } else if (make && (info.st_mode & 077) != 0 && fchmod(fd, 0700) != 0) {
        result = fg_error_set(error, -errno, "cannot make the outbox folder %s private: %s", folder,
                              strerror(errno));
    } else if (!make && (info.st_mode & 022) != 0) {
        result =
            fg_error_set(error, -EPERM, "other users can write to the outbox folder %s", folder);
    }
    close(fd);
    return result;
}

static int write_path(const char *folder, char *ret_path, size_t size, fg_error *error)
{
    if ((size_t)snprintf(NULL, 0, "%s/outbox.db", folder) >= size) {
        return fg_error_set(error, -ENAMETOOLONG, "outbox folder %s: its name is too long", folder);
    }
    snprintf(ret_path, size, "%s/outbox.db", folder);
    return 0;
}

int fg_outbox_default_path_in(const char *runtime, const char *xdg_runtime, const char *shm,
                              char *ret_path, size_t size, fg_error *error)
{
    char folder[PATH_MAX];
    if (runtime != NULL && runtime[0] == '/') {
        /* systemd lists several with colons between them. */
        int length = (int)strcspn(runtime, ":");
        if (snprintf(folder, sizeof(folder), "%.*s", length, runtime) < (int)sizeof(folder) &&
            fg_outbox_in_memory(folder)) {
            int result = check_folder(folder, false, error);
            return result != 0 ? result : write_path(folder, ret_path, size, error);
        }
    }
    /* After sudo the variable may still name the folder of who called. */
    if (xdg_runtime != NULL && xdg_runtime[0] == '/' && fg_outbox_in_memory(xdg_runtime) &&
        check_folder(xdg_runtime, false, NULL) == 0 &&
        snprintf(folder, sizeof(folder), "%s/facegate", xdg_runtime) < (int)sizeof(folder)) {
        int result = check_folder(folder, true, error);
        return result != 0 ? result : write_path(folder, ret_path, size, error);
    }
    if (!fg_outbox_in_memory(shm)) {
        return fg_error_set(error, -ENOTSUP,
                            "no folder in memory for the outbox (%s is not a tmpfs): name a file "
                            "with --outbox; pictures are written there if it is on a disk",
                            shm);
    }
    if (snprintf(folder, sizeof(folder), "%s/facegate-%u", shm, (unsigned)geteuid()) >=
        (int)sizeof(folder)) {
        return fg_error_set(error, -ENAMETOOLONG, "%s: its name is too long", shm);
    }
    int result = check_folder(folder, true, error);
    return result != 0 ? result : write_path(folder, ret_path, size, error);
}

int fg_outbox_default_path(char *ret_path, size_t size, fg_error *error)
{
    return fg_outbox_default_path_in(getenv("RUNTIME_DIRECTORY"), getenv("XDG_RUNTIME_DIR"),
                                     "/dev/shm", ret_path, size, error);
}

static int beside(const char *path, const char *suffix, char ret_name[PATH_MAX], fg_error *error)
{
    if (snprintf(ret_name, PATH_MAX, "%s%s", path, suffix) >= PATH_MAX) {
        return fg_error_set(error, -ENAMETOOLONG, "outbox %s: its name is too long", path);
    }
    return 0;
}

static int busy(const char *path, int fd, fg_error *error)
{
    char text[32] = "";
    ssize_t got = pread(fd, text, sizeof(text) - 1, 0);
    long pid = got > 0 ? strtol(text, NULL, 10) : 0;
    char owner[48] = "another process";
    if (pid > 0) {
        snprintf(owner, sizeof(owner), "process %ld", pid);
    }
    return fg_error_set(
        error, -EBUSY,
        "outbox %s is in use by %s: stop it first, or use another outbox with --outbox", path,
        owner);
}

int fg_outbox_lock(const char *path, int *ret_fd, bool *ret_known, fg_error *error)
{
    char name[PATH_MAX];
    char pid[32];
    struct stat held, there;
    int result = beside(path, ".lock", name, error);
    if (result != 0) {
        return result;
    }
    for (;;) {
        bool known = false;
        int fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd < 0 && errno == EEXIST) {
            known = true;
            fd = open(name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
            if (fd < 0 && errno == ENOENT) {
                continue;
            }
        }
        if (fd < 0) {
            return fg_error_set(error, -errno, "cannot lock outbox %s: %s: %s", path, name,
                                strerror(errno));
        }
        if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
            result = errno == EWOULDBLOCK ? busy(path, fd, error)
                                          : fg_error_set(error, -errno, "cannot lock outbox %s: %s",
                                                         path, strerror(errno));
            close(fd);
            return result;
        }
        /* Its owner may have removed it between our open and our lock. */
        if (fstat(fd, &held) != 0 || stat(name, &there) != 0 || held.st_ino != there.st_ino ||
            held.st_dev != there.st_dev) {
            close(fd);
            continue;
        }
        int length = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
        result = ftruncate(fd, 0) != 0 ? -errno : fg_file_write_all(fd, pid, (size_t)length);
        if (result != 0) {
            close(fd);
            return fg_error_set(error, result, "cannot write %s: %s", name, strerror(-result));
        }
        *ret_fd = fd;
        *ret_known = known;
        return 0;
    }
}

static uint32_t big_endian(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

int fg_outbox_check_marks(const char *path, uint32_t application, uint32_t format, fg_error *error)
{
    if (application != FG_OUTBOX_APPLICATION) {
        return fg_error_set(error, -EBADMSG,
                            "%s is not a facegate outbox: it is another program's database; use "
                            "another file with --outbox",
                            path);
    }
    if (format != FG_OUTBOX_FORMAT) {
        return fg_error_set(error, -EBADMSG,
                            "%s is not an outbox of this version of facegate: its format is %u, "
                            "this version uses %u",
                            path, format, FG_OUTBOX_FORMAT);
    }
    return 0;
}

int fg_outbox_inspect(const char *path, bool *ret_empty, bool *ret_damaged, fg_error *error)
{
    static const char magic[16] = "SQLite format 3";
    unsigned char header[HEADER_SIZE];
    struct stat info;
    *ret_damaged = false;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 && errno == ENOENT) {
        *ret_empty = true;
        return 0;
    }
    if (fd < 0 || fstat(fd, &info) != 0) {
        int code = -errno;
        if (fd >= 0) {
            close(fd);
        }
        return fg_error_set(error, code, "cannot open outbox %s: %s", path, strerror(-code));
    }
    ssize_t got = S_ISREG(info.st_mode) ? pread(fd, header, sizeof(header), 0) : 0;
    int code = got < 0 ? -errno : 0;
    close(fd);
    if (code != 0) {
        return fg_error_set(error, code, "cannot read outbox %s: %s", path, strerror(-code));
    }
    if (!S_ISREG(info.st_mode)) {
        return fg_error_set(error, -EBADMSG,
                            "%s is not a facegate outbox: it is not a regular file", path);
    }
    if (info.st_size == 0) {
        *ret_empty = true;
        return 0;
    }
    *ret_empty = false;
    if (got < HEADER_SIZE || memcmp(header, magic, sizeof(magic)) != 0) {
        *ret_damaged = true;
        return fg_error_set(error, -EBADMSG,
                            "%s is not a facegate outbox: it is not an SQLite database; use "
                            "another file with --outbox",
                            path);
    }
    return fg_outbox_check_marks(path, big_endian(header + HEADER_APPLICATION_AT),
                                 big_endian(header + HEADER_FORMAT_AT), error);
}

int fg_outbox_make_file(const char *path, fg_error *error)
{
    struct stat info;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);
    if (fd < 0 || fstat(fd, &info) != 0 ||
        (S_ISREG(info.st_mode) && (info.st_mode & 077) != 0 && fchmod(fd, 0600) != 0)) {
        int code = -errno;
        if (fd >= 0) {
            close(fd);
        }
        return fg_error_set(error, code, "cannot open outbox %s: %s", path, strerror(-code));
    }
    close(fd);
    return 0;
}

int fg_outbox_put_away(const char *path, char *ret_name, size_t size, fg_error *error)
{
    char from[PATH_MAX], to[PATH_MAX];
    for (int n = 1; n < 1000; n++) {
        if ((size_t)snprintf(ret_name, size, "%s.corrupt-%d", path, n) >= size) {
            return fg_error_set(error, -ENAMETOOLONG, "outbox %s: its name is too long", path);
        }
        if (access(ret_name, F_OK) == 0) {
            continue;
        }
        if (rename(path, ret_name) != 0) {
            return fg_error_set(error, -errno, "cannot set the damaged outbox %s aside: %s", path,
                                strerror(errno));
        }
        if (beside(path, "-wal", from, NULL) == 0 && beside(ret_name, "-wal", to, NULL) == 0) {
            rename(from, to);
        }
        if (beside(path, "-shm", from, NULL) == 0) {
            unlink(from);
        }
        return 0;
    }
    return fg_error_set(
        error, -EEXIST,
        "outbox %s is damaged, and there are already 999 damaged ones beside it: remove them",
        path);
}

int fg_outbox_check_room(const char *path, int64_t largest, fg_error *error)
{
    struct statvfs info;
    /* What the writing says is more to the point; a tmpfs without a limit has no blocks. */
    if (statvfs(path, &info) != 0 || info.f_blocks == 0) {
        return 0;
    }
    int64_t room = (int64_t)info.f_bavail * (int64_t)info.f_frsize;
    int64_t needed = ROOM_FOR_LOG + ROOM_FOR_PICTURES * largest;
    if (room >= needed) {
        return 0;
    }
    return fg_error_set(error, -ENOSPC,
                        "outbox %s: no space left on its file system: %" PRId64
                        " KiB are free, and "
                        "%" PRId64 " KiB are reserved for sending its events",
                        path, room / 1024, needed / 1024);
}

void fg_outbox_unlink(const char *path)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal", ".lock"};
    char name[PATH_MAX];
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        if (beside(path, suffixes[i], name, NULL) == 0) {
            unlink(name);
        }
    }
}
