/* Reads files whole, with a bound, writes new ones, and computes their SHA-256. */
#include "facegate/base/file.h"

#include "facegate/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
        return fg_error_set(error, -EINVAL, "is %s, not a file",
                            S_ISDIR(ret_info->st_mode) ? "a folder" : "a device or pipe");
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
    fg_file_forget(data, size);
    close(fd);
    return result;
}

void fg_file_forget(char *data, size_t size)
{
    if (data != NULL) {
        explicit_bzero(data, size);
        free(data);
    }
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

int fg_sha256(const void *data, size_t size, char ret_hex[65], fg_error *error)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    if (EVP_Digest(data, size, digest, NULL, EVP_sha256(), NULL) != 1) {
        return fg_error_set(error, -EIO, "its checksum cannot be computed");
    }
    fg_text_hex(digest, 32, ret_hex);
    return 0;
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
    fg_text_hex(digest, 32, ret_hex);
finish:
    EVP_MD_CTX_free(context);
    free(block);
    close(fd);
    return result;
}
