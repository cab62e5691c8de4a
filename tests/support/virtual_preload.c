/*
 * Preloaded where libcamera's virtual camera is to play pictures for a test. It names the pipeline
 * another configuration than the system's, the file $FG_VIRTUAL_CAMERA, since its path cannot be
 * changed otherwise. And where the kernel has neither /dev/udmabuf nor /dev/dma_heap, of which the
 * pipeline takes its buffers, it stands in for the first: a buffer is then the plain memory file
 * that it was to be made of. Where the kernel has them nothing else is changed.
 * Source: linux/udmabuf.h, linux/dma-buf.h; libcamera's pipeline/virtual/README.md.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <linux/udmabuf.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#define CONFIGURATION "/pipeline/virtual/virtual.yaml"
#define PROVIDER      "/dev/udmabuf"

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), part = strlen(end);
    return length >= part && strcmp(text + length - part, end) == 0;
}

static const char *redirect(const char *path)
{
    const char *own = getenv("FG_VIRTUAL_CAMERA");
    return own != NULL && ends_with(path, CONFIGURATION) ? own : path;
}

/* libcamera calls those for large files alone, so no others are taken over. The C library's names
 * of parameters are reserved. NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */
int open64(const char *path, int flags, ...)
{
    typedef int open_call(const char *, int, mode_t);
    mode_t mode = 0;
    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
        va_list more;
        va_start(more, flags);
        mode = va_arg(more, mode_t);
        va_end(more);
    }
    open_call *call = (open_call *)dlsym(RTLD_NEXT, "open64");
    int fd = call(redirect(path), flags, mode);
    if (fd < 0 && errno == ENOENT && strcmp(path, PROVIDER) == 0) {
        fd = call("/dev/null", O_RDWR | O_CLOEXEC, 0);
    }
    return fd;
}

int stat64(const char *restrict path, struct stat64 *restrict status)
{
    typedef int stat_call(const char *, struct stat64 *);
    return ((stat_call *)dlsym(RTLD_NEXT, "stat64"))(redirect(path), status);
}

/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */

/* A real provider or buffer knows these; only a plain file says ENOTTY. */
int ioctl(int fd, unsigned long request, ...)
{
    typedef int ioctl_call(int, unsigned long, void *);
    va_list more;
    va_start(more, request);
    void *argument = va_arg(more, void *);
    va_end(more);
    int result = ((ioctl_call *)dlsym(RTLD_NEXT, "ioctl"))(fd, request, argument);
    if (result < 0 && errno == ENOTTY && request == UDMABUF_CREATE) {
        const struct udmabuf_create *wanted = argument;
        return fcntl((int)wanted->memfd, F_DUPFD_CLOEXEC, 0);
    }
    if (result < 0 && errno == ENOTTY && request == DMA_BUF_IOCTL_SYNC) {
        return 0;
    }
    return result;
}
