#include "facegate/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *what_it_is(const struct stat *info)
{
    return S_ISDIR(info->st_mode) ? "a folder" : "a device or pipe";
}

/* Opens a regular file without ever waiting on a FIFO or a device. */
static int open_regular(const char *path, int *ret_fd, struct stat *ret_info, fg_error *error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        int code = -errno;
        return fg_error_set(error, code, "%s", strerror(-code));
    }
    if (fstat(fd, ret_info) != 0) {
        int code = -errno;
        close(fd);
        return fg_error_set(error, code, "%s", strerror(-code));
    }
    if (!S_ISREG(ret_info->st_mode)) {
        close(fd);
        return fg_error_set(error, -EINVAL, "is %s, not a file", what_it_is(ret_info));
    }
    *ret_fd = fd;
    return 0;
}

/* What one read gives, 0 at the end. */
static int read_some(int fd, void *data, size_t size, size_t *ret_got, fg_error *error)
{
    ssize_t got;
    do {
        got = read(fd, data, size);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        int code = -errno;
        return fg_error_set(error, code, "%s", strerror(-code));
    }
    *ret_got = (size_t)got;
    return 0;
}

int fg_file_read(const char *path, size_t limit, char **ret_data, size_t *ret_size, fg_error *error)
{
    int fd = -1;
    struct stat info = {0};
    int result = open_regular(path, &fd, &info, error);
    if (result != 0) {
        return result;
    }
    char *data = NULL;
    size_t size = 0;
    if ((uintmax_t)info.st_size > limit) {
        result = fg_error_set(error, -EFBIG, "has %jd bytes, more than the %zu allowed",
                              (intmax_t)info.st_size, limit);
        goto finish;
    }
    size_t room = (size_t)info.st_size;
    data = malloc(room + 1);
    if (data == NULL) {
        result = fg_error_set(error, -ENOMEM, "not enough memory to read it");
        goto finish;
    }
    while (size < room) {
        size_t got = 0;
        result = read_some(fd, data + size, room - size, &got, error);
        if (result != 0) {
            goto finish;
        }
        if (got == 0) {
            break;
        }
        size += got;
    }
    data[size] = '\0';
    *ret_data = data;
    *ret_size = size;
    data = NULL;
finish:
    free(data);
    close(fd);
    return result;
}

int fg_file_write_all(int fd, const void *data, size_t size)
{
    const char *next = data;
    while (size > 0) {
        ssize_t done = write(fd, next, size);
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done < 0) {
            return -errno;
        }
        next += done;
        size -= (size_t)done;
    }
    return 0;
}

int fg_file_folder(const char *path, char ret_folder[PATH_MAX])
{
    const char *slash = strrchr(path, '/');
    size_t length = slash == NULL ? 0 : (size_t)(slash - path);
    if (length >= PATH_MAX) {
        return -ENAMETOOLONG;
    }
    if (slash == NULL) {
        strcpy(ret_folder, ".");
    } else if (length == 0) {
        strcpy(ret_folder, "/");
    } else {
        memcpy(ret_folder, path, length);
        ret_folder[length] = '\0';
    }
    return 0;
}

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
            return fg_error_set(error, code,
                                "%s: is a link to a file that is not there: make that file, or "
                                "remove the link",
                                path);
        }
        strcpy(ret_target, path);
    } else if (stat(ret_target, &info) == 0 && !S_ISREG(info.st_mode)) {
        return fg_error_set(error, -EINVAL, "%s: is %s, not a file", path, what_it_is(&info));
    }
    return 0;
}

int fg_file_take_turn(const char *path, fg_error *error)
{
    char folder[PATH_MAX];
    int result = fg_file_folder(path, folder);
    if (result != 0) {
        return fg_error_set(error, result, "%s: the path is too long", path);
    }
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        result = -errno;
        return fg_error_set(error, result, "%s: folder %s: %s", path, folder, strerror(-result));
    }
    /* The folder itself, since the file is replaced and a lock of its own would be left behind. */
    while (flock(fd, LOCK_EX) != 0) {
        if (errno != EINTR) {
            result = -errno;
            close(fd);
            return fg_error_set(error, result, "%s: folder %s: %s", path, folder,
                                strerror(-result));
        }
    }
    return fd;
}

int fg_file_write(const char *path, const void *data, size_t size, fg_error *error)
{
    char folder[PATH_MAX];
    char target[PATH_MAX];
    char temporary[PATH_MAX];
    int fd = -1;
    int folder_fd = -1;
    const char *step = "cannot be written";

    int result = find_target(path, target, error);
    if (result != 0) {
        return result;
    }
    result = fg_file_folder(target, folder);
    if (result != 0 ||
        snprintf(temporary, sizeof(temporary), "%s.XXXXXX", target) >= (int)sizeof(temporary)) {
        return fg_error_set(error, -ENAMETOOLONG, "%s: the path is too long", path);
    }
    struct stat owner;
    if (stat(target, &owner) != 0 && stat(folder, &owner) != 0) {
        int code = -errno;
        return fg_error_set(error, code, "%s: folder %s: %s", path, folder, strerror(-code));
    }
    fd = mkostemp(temporary, O_CLOEXEC); /* mode 0600 */
    if (fd < 0) {
        result = -errno;
        return fg_error_set(error, result, "%s: folder %s: %s", path, folder, strerror(-result));
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
    if (rename(temporary, target) != 0) {
        result = -errno;
        goto finish;
    }
    temporary[0] = '\0';
    folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder_fd < 0 || fsync(folder_fd) != 0) {
        result = -errno;
        step = "written, but its folder cannot be synced";
    }
finish:
    if (result != 0) {
        fg_error_set(error, result, "%s: %s: %s", path, step, strerror(-result));
    }
    if (temporary[0] != '\0') {
        unlink(temporary);
    }
    if (folder_fd >= 0) {
        close(folder_fd);
    }
    close(fd);
    return result;
}

int fg_file_put(int folder, const char *name, const void *data, size_t size)
{
    char temporary[PATH_MAX];
    if (snprintf(temporary, sizeof(temporary), "%s.new", name) >= (int)sizeof(temporary)) {
        return -ENAMETOOLONG;
    }
    int fd = openat(folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        return -errno;
    }
    int result = fg_file_write_all(fd, data, size);
    if (close(fd) != 0 && result == 0) {
        result = -errno; /* where a network's disk says that it is full */
    }
    if (result == 0 && renameat(folder, temporary, folder, name) != 0) {
        result = -errno;
    }
    if (result != 0) {
        unlinkat(folder, temporary, 0);
    }
    return result;
}

int fg_file_sha256(const char *path, char ret_hex[65], fg_error *error)
{
    int fd = -1;
    struct stat info;
    unsigned char digest[EVP_MAX_MD_SIZE];

    int result = open_regular(path, &fd, &info, error);
    if (result != 0) {
        return result;
    }
    unsigned char *block = malloc(1 << 16);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (block == NULL || context == NULL || EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1) {
        result = fg_error_set(error, -ENOMEM, "not enough memory for its checksum");
        goto finish;
    }
    for (;;) {
        size_t got = 0;
        result = read_some(fd, block, 1 << 16, &got, error);
        if (result != 0) {
            goto finish;
        }
        if (got == 0) {
            break;
        }
        if (EVP_DigestUpdate(context, block, got) != 1) {
            result = fg_error_set(error, -EIO, "its checksum cannot be computed");
            goto finish;
        }
    }
    if (EVP_DigestFinal_ex(context, digest, NULL) != 1) {
        result = fg_error_set(error, -EIO, "its checksum cannot be computed");
        goto finish;
    }
    for (unsigned int i = 0; i < 32; i++) {
        snprintf(ret_hex + 2 * (size_t)i, 3, "%02x", digest[i]);
    }
finish:
    EVP_MD_CTX_free(context);
    free(block);
    close(fd);
    return result;
}
