#include "testing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <turbojpeg.h>
#include <unistd.h>

#include <cmocka.h>

char *fg_testing_folder_in(const char *parent)
{
    char *folder = fg_testing_path(parent, "facegate-test-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        fail_msg("cannot make a folder in %s: %s", parent, strerror(errno));
    }
    return folder;
}

char *fg_testing_folder(void)
{
    const char *parent = getenv("TMPDIR");
    return fg_testing_folder_in(parent != NULL && parent[0] != '\0' ? parent : "/tmp");
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void)status;
    (void)type;
    (void)where;
    return remove(path);
}

void fg_testing_remove(char *folder)
{
    if (folder == NULL) {
        return;
    }
    if (nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0) {
        print_error("cannot remove %s: %s\n", folder, strerror(errno));
    }
    free(folder);
}

char *fg_testing_path(const char *folder, const char *name)
{
    char *path = NULL;
    if (asprintf(&path, "%s/%s", folder, name) < 0) {
        fail_msg("out of memory");
    }
    return path;
}

char *fg_testing_read(const char *path, size_t *ret_size)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        fail_msg("cannot read %s: %s", path, strerror(errno));
        return NULL;
    }
    char *data = NULL;
    size_t size = 0, room = 0, got = 0;
    do {
        size += got;
        if (room - size < 2) {
            room = room * 2 + 4096;
            char *grown = realloc(data, room);
            assert_non_null(grown);
            data = grown;
        }
        got = fread(data + size, 1, room - size - 1, file);
    } while (got > 0);
    fclose(file);
    data[size] = '\0';
    if (ret_size != NULL) {
        *ret_size = size;
    }
    return data;
}

void fg_testing_write(const char *path, const void *data, size_t size)
{
    FILE *file = fopen(path, "we");
    if (file == NULL || fwrite(data, 1, size, file) != size || fclose(file) != 0) {
        fail_msg("cannot write %s: %s", path, strerror(errno));
    }
}

void fg_testing_assert_text(const char *path, const char *expected)
{
    char *text = fg_testing_read(path, NULL);
    assert_string_equal(text, expected);
    free(text);
}

int fg_testing_search(const char *folder, const char *text, int *ret_files)
{
    int found = 0, files = 0;
    DIR *listing = opendir(folder);
    assert_non_null(listing);
    for (struct dirent *entry = readdir(listing); entry != NULL; entry = readdir(listing)) {
        struct stat info;
        size_t size = 0;
        char *path = fg_testing_path(folder, entry->d_name);
        if (lstat(path, &info) == 0 && S_ISREG(info.st_mode)) {
            char *data = fg_testing_read(path, &size);
            found += memmem(data, size, text, strlen(text)) != NULL ? 1 : 0;
            files++;
            free(data);
        }
        free(path);
    }
    closedir(listing);
    if (ret_files != NULL) {
        *ret_files = files;
    }
    return found;
}

double fg_testing_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

bool fg_testing_wait(bool (*condition)(void *context), void *context, double seconds)
{
    const struct timespec pause = {.tv_nsec = 3000000};
    double deadline = fg_testing_now() + seconds;
    while (!condition(context)) {
        if (fg_testing_now() > deadline) {
            return false;
        }
        nanosleep(&pause, NULL);
    }
    return true;
}

uint8_t *fg_testing_jpeg(int width, int height, unsigned seed, size_t *ret_size)
{
    size_t size = (size_t)width * (size_t)height * 3;
    unsigned char *pixels = malloc(size);
    assert_non_null(pixels);
    for (size_t i = 0; i < size; i++) {
        pixels[i] = (unsigned char)(i % 3 * 60 + seed * 37 % 100 + (i / 3) % (seed % 7 + 2) * 8);
    }
    tjhandle compressor = tjInitCompress();
    unsigned char *jpeg = NULL;
    unsigned long length = 0;
    if (tjCompress2(compressor, pixels, width, 0, height, TJPF_RGB, &jpeg, &length, TJSAMP_420, 90,
                    0) != 0) {
        fail_msg("cannot make a JPEG: %s", tjGetErrorStr2(compressor));
    }
    uint8_t *copy = malloc(length);
    assert_non_null(copy);
    memcpy(copy, jpeg, length);
    tjFree(jpeg);
    tjDestroy(compressor);
    free(pixels);
    *ret_size = length;
    return copy;
}

void fg_testing_sha256(const void *data, size_t size, char ret_hex[65])
{
    unsigned char digest[32];
    assert_int_equal(EVP_Digest(data, size, digest, NULL, EVP_sha256(), NULL), 1);
    for (int i = 0; i < 32; i++) {
        snprintf(ret_hex + 2 * i, 3, "%02x", digest[i]);
    }
}

int fg_testing_by_value(const void *one, const void *other)
{
    double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

int fg_testing_free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, length), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    close(fd);
    return ntohs(address.sin_port);
}
