/* The C library's calls. Whoever makes them: what fails inside of a library fails for us. */
/* It would make other functions of some of these. */
#undef _FORTIFY_SOURCE

#include "fail.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* Counts the call, whoever makes it. */
#define INTERPOSE(kind, type, name, parameters, arguments, failure)                                \
    FG_INTERPOSE(fg_fail_now(kind, #name), type, name, parameters, arguments, failure)

/* The same where there is a condition on which calls can fail at all. */
#define INTERPOSE_IF(condition, kind, type, name, parameters, arguments, failure)                  \
    FG_INTERPOSE((condition) && fg_fail_now(kind, #name), type, name, parameters, arguments,       \
                 failure)

#define WITH(code, value) (errno = (code), (value))

/* Not by dlsym, which allocates itself. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size)
{
    return fg_fail_now(FG_FAIL_ALLOC, "malloc") ? WITH(ENOMEM, NULL) : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fg_fail_now(FG_FAIL_ALLOC, "calloc") ? WITH(ENOMEM, NULL) : __libc_calloc(count, size);
}

/* To nothing it frees, and that does not fail. */
void *realloc(void *memory, size_t size)
{
    return size > 0 && fg_fail_now(FG_FAIL_ALLOC, "realloc") ? WITH(ENOMEM, NULL)
                                                             : __libc_realloc(memory, size);
}

void *reallocarray(void *memory, size_t count, size_t size)
{
    size_t whole;
    return __builtin_mul_overflow(count, size, &whole) ? WITH(ENOMEM, NULL)
                                                       : realloc(memory, whole);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fg_fail_now(FG_FAIL_ALLOC, "aligned_alloc") ? WITH(ENOMEM, NULL)
                                                       : __libc_memalign(alignment, size);
}

int posix_memalign(void **ret_memory, size_t alignment, size_t size)
{
    if (fg_fail_now(FG_FAIL_ALLOC, "posix_memalign")) {
        return ENOMEM;
    }
    void *memory = __libc_memalign(alignment, size);
    if (memory == NULL) {
        return ENOMEM;
    }
    *ret_memory = memory;
    return 0;
}

static mode_t mode_of(int flags, va_list arguments)
{
    return (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

static int open_at(const char *function, int folder, const char *path, int flags, mode_t mode)
{
    /* A cancellation point less than the real one, which nobody here misses. */
    return fg_fail_now(FG_FAIL_OPEN, function)
               ? WITH(EMFILE, -1)
               : (int)syscall(SYS_openat, folder, path, flags, mode);
}

#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...);                                                    \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        va_list arguments;                                                                         \
        va_start(arguments, flags);                                                                \
        mode_t mode = mode_of(flags, arguments);                                                   \
        va_end(arguments);                                                                         \
        return open_at(#name, AT_FDCWD, path, flags, mode);                                        \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                                               \
    int name(int folder, const char *path, int flags, ...);                                        \
    int name(int folder, const char *path, int flags, ...)                                         \
    {                                                                                              \
        va_list arguments;                                                                         \
        va_start(arguments, flags);                                                                \
        mode_t mode = mode_of(flags, arguments);                                                   \
        va_end(arguments);                                                                         \
        return open_at(#name, folder, path, flags, mode);                                          \
    }
OPENAT(openat)
OPENAT(openat64)

/* What _FORTIFY_SOURCE makes of those without a mode. */
int __open_2(const char *path, int flags);
int __open_2(const char *path, int flags)
{
    return open_at("open", AT_FDCWD, path, flags, 0);
}
int __open64_2(const char *path, int flags);
int __open64_2(const char *path, int flags)
{
    return open_at("open64", AT_FDCWD, path, flags, 0);
}
int __openat_2(int folder, const char *path, int flags);
int __openat_2(int folder, const char *path, int flags)
{
    return open_at("openat", folder, path, flags, 0);
}

INTERPOSE(FG_FAIL_OPEN, FILE *, fopen, (const char *path, const char *mode), (path, mode),
          WITH(EMFILE, NULL))
INTERPOSE(FG_FAIL_OPEN, FILE *, fopen64, (const char *path, const char *mode), (path, mode),
          WITH(EMFILE, NULL))
INTERPOSE(FG_FAIL_OPEN, DIR *, opendir, (const char *path), (path), WITH(EMFILE, NULL))
INTERPOSE(FG_FAIL_OPEN, DIR *, fdopendir, (int fd), (fd), WITH(ENOMEM, NULL))
INTERPOSE(FG_FAIL_OPEN, int, mkostemp, (char *path, int flags), (path, flags), WITH(ENOSPC, -1))
INTERPOSE(FG_FAIL_OPEN, int, mkostemps, (char *path, int length, int flags), (path, length, flags),
          WITH(ENOSPC, -1))

/* Whether it is a file, a terminal or the like: an eventfd cannot fail while its counter is not
 * full, and sockets are counted elsewhere. */
static bool is_file(int fd)
{
    struct stat info;
    return syscall(SYS_fstat, fd, &info) == 0 && (S_ISREG(info.st_mode) || S_ISDIR(info.st_mode));
}

INTERPOSE_IF(is_file(fd), FG_FAIL_READ, ssize_t, read, (int fd, void *data, size_t size),
             (fd, data, size), WITH(EIO, -1))
INTERPOSE_IF(is_file(fd), FG_FAIL_READ, ssize_t, pread, (int fd, void *data, size_t size, off_t at),
             (fd, data, size, at), WITH(EIO, -1))
INTERPOSE_IF(is_file(fd), FG_FAIL_READ, ssize_t, pread64,
             (int fd, void *data, size_t size, off64_t at), (fd, data, size, at), WITH(EIO, -1))
INTERPOSE_IF(is_file(fd), FG_FAIL_WRITE, ssize_t, write, (int fd, const void *data, size_t size),
             (fd, data, size), WITH(ENOSPC, -1))
INTERPOSE_IF(is_file(fd), FG_FAIL_WRITE, ssize_t, pwrite,
             (int fd, const void *data, size_t size, off_t at), (fd, data, size, at),
             WITH(ENOSPC, -1))
INTERPOSE_IF(is_file(fd), FG_FAIL_WRITE, ssize_t, pwrite64,
             (int fd, const void *data, size_t size, off64_t at), (fd, data, size, at),
             WITH(ENOSPC, -1))
INTERPOSE(FG_FAIL_WRITE, int, ftruncate, (int fd, off_t size), (fd, size), WITH(EIO, -1))
INTERPOSE(FG_FAIL_WRITE, int, ftruncate64, (int fd, off64_t size), (fd, size), WITH(EIO, -1))
INTERPOSE(FG_FAIL_WRITE, int, posix_fallocate, (int fd, off_t from, off_t size), (fd, from, size),
          ENOSPC)
INTERPOSE(FG_FAIL_WRITE, int, fclose, (FILE * file), (file), (real(file), WITH(ENOSPC, EOF)))
INTERPOSE(FG_FAIL_WRITE, int, fflush, (FILE * file), (file), WITH(ENOSPC, EOF))

INTERPOSE(FG_FAIL_FSYNC, int, fsync, (int fd), (fd), WITH(EIO, -1))
INTERPOSE(FG_FAIL_FSYNC, int, fdatasync, (int fd), (fd), WITH(EIO, -1))

INTERPOSE(FG_FAIL_RENAME, int, rename, (const char *from, const char *to), (from, to),
          WITH(EIO, -1))
INTERPOSE(FG_FAIL_RENAME, int, renameat, (int from, const char *old, int to, const char *name),
          (from, old, to, name), WITH(EIO, -1))
INTERPOSE(FG_FAIL_RENAME, int, unlink, (const char *path), (path), WITH(EIO, -1))
INTERPOSE(FG_FAIL_RENAME, int, unlinkat, (int folder, const char *path, int flags),
          (folder, path, flags), WITH(EIO, -1))
INTERPOSE(FG_FAIL_RENAME, int, rmdir, (const char *path), (path), WITH(EIO, -1))
INTERPOSE(FG_FAIL_RENAME, int, mkdir, (const char *path, mode_t mode), (path, mode),
          WITH(ENOSPC, -1))
INTERPOSE(FG_FAIL_RENAME, int, mkdirat, (int folder, const char *path, mode_t mode),
          (folder, path, mode), WITH(ENOSPC, -1))
INTERPOSE(FG_FAIL_RENAME, int, fchmod, (int fd, mode_t mode), (fd, mode), WITH(EPERM, -1))
INTERPOSE(FG_FAIL_RENAME, int, fchown, (int fd, uid_t user, gid_t group), (fd, user, group),
          WITH(EPERM, -1))

#define TELL_OF(name, kind)                                                                        \
    INTERPOSE(FG_FAIL_STAT, int, name, (const char *path, struct kind *ret_info),                  \
              (path, ret_info), WITH(EIO, -1))
TELL_OF(stat, stat)
TELL_OF(stat64, stat64)
TELL_OF(lstat, stat)
TELL_OF(lstat64, stat64)
TELL_OF(statfs, statfs)
TELL_OF(statvfs, statvfs)

INTERPOSE(FG_FAIL_STAT, int, fstat, (int fd, struct stat *ret_info), (fd, ret_info), WITH(EIO, -1))
INTERPOSE(FG_FAIL_STAT, int, fstat64, (int fd, struct stat64 *ret_info), (fd, ret_info),
          WITH(EIO, -1))
INTERPOSE(FG_FAIL_STAT, int, access, (const char *path, int mode), (path, mode), WITH(EIO, -1))
INTERPOSE(FG_FAIL_STAT, int, faccessat, (int folder, const char *path, int mode, int flags),
          (folder, path, mode, flags), WITH(EIO, -1))
INTERPOSE(FG_FAIL_STAT, off_t, lseek, (int fd, off_t to, int from), (fd, to, from), WITH(EIO, -1))
INTERPOSE(FG_FAIL_STAT, char *, realpath, (const char *path, char *ret_path), (path, ret_path),
          WITH(EIO, NULL))
INTERPOSE(FG_FAIL_STAT, char *, __realpath_chk, (const char *path, char *ret_path, size_t room),
          (path, ret_path, room), WITH(EIO, NULL))
INTERPOSE(FG_FAIL_STAT, ssize_t, readlink, (const char *path, char *ret_to, size_t size),
          (path, ret_to, size), WITH(EIO, -1))
INTERPOSE(FG_FAIL_STAT, struct dirent *, readdir, (DIR * folder), (folder), WITH(EIO, NULL))
INTERPOSE(FG_FAIL_STAT, int, glob,
          (const char *pattern, int flags, int (*reported)(const char *, int), glob_t *ret_found),
          (pattern, flags, reported, ret_found), GLOB_ABORTED)

INTERPOSE(FG_FAIL_LOCK, int, flock, (int fd, int operation), (fd, operation), WITH(ENOLCK, -1))

/* To unlock does not fail. */
static bool is_lock(int command, const void *argument)
{
    return (command == F_SETLK || command == F_SETLKW || command == F_OFD_SETLK) &&
           ((const struct flock *)argument)->l_type != F_UNLCK;
}

#define FCNTL(name)                                                                                \
    int name(int fd, int command, ...);                                                            \
    int name(int fd, int command, ...)                                                             \
    {                                                                                              \
        static int (*real)(int, int, ...);                                                         \
        va_list arguments;                                                                         \
        va_start(arguments, command);                                                              \
        void *argument = va_arg(arguments, void *);                                                \
        va_end(arguments);                                                                         \
        if (is_lock(command, argument) && fg_fail_now(FG_FAIL_LOCK, #name)) {                      \
            return WITH(ENOLCK, -1);                                                               \
        }                                                                                          \
        if (real == NULL) {                                                                        \
            real = (int (*)(int, int, ...))(uintptr_t)fg_fail_real(#name);                         \
        }                                                                                          \
        return real(fd, command, argument);                                                        \
    }
FCNTL(fcntl)
FCNTL(fcntl64)

/* What the program itself maps and shares to read is a camera's buffer. */
static bool fails_map(const char *function, int protection, int flags, const void *caller)
{
    bool buffer = protection == PROT_READ && (flags & MAP_SHARED) != 0;
    return (buffer && fg_fail_ours(FG_FAIL_CAMERA_MAP, function, caller)) ||
           fg_fail_now(FG_FAIL_MAP, function);
}

FG_INTERPOSE(fails_map("mmap", protection, flags, __builtin_return_address(0)), void *, mmap,
             (void *wish, size_t size, int protection, int flags, int fd, off_t at),
             (wish, size, protection, flags, fd, at), WITH(ENOMEM, MAP_FAILED))
FG_INTERPOSE(fails_map("mmap64", protection, flags, __builtin_return_address(0)), void *, mmap64,
             (void *wish, size_t size, int protection, int flags, int fd, off64_t at),
             (wish, size, protection, flags, fd, at), WITH(ENOMEM, MAP_FAILED))

INTERPOSE(FG_FAIL_FD, int, eventfd, (unsigned start, int flags), (start, flags), WITH(EMFILE, -1))
INTERPOSE(FG_FAIL_FD, int, inotify_init1, (int flags), (flags), WITH(EMFILE, -1))
INTERPOSE(FG_FAIL_FD, int, inotify_add_watch, (int fd, const char *path, uint32_t mask),
          (fd, path, mask), WITH(ENOSPC, -1))
INTERPOSE(FG_FAIL_FD, int, pipe, (int pair[2]), (pair), WITH(EMFILE, -1))
INTERPOSE(FG_FAIL_FD, int, pipe2, (int pair[2], int flags), (pair, flags), WITH(EMFILE, -1))
INTERPOSE(FG_FAIL_FD, int, socketpair, (int domain, int type, int protocol, int pair[2]),
          (domain, type, protocol, pair), WITH(EMFILE, -1))
INTERPOSE(FG_FAIL_FD, int, epoll_create1, (int flags), (flags), WITH(EMFILE, -1))
INTERPOSE(FG_FAIL_FD, int, timerfd_create, (int clock, int flags), (clock, flags), WITH(EMFILE, -1))
INTERPOSE(FG_FAIL_FD, int, signalfd, (int fd, const sigset_t *mask, int flags), (fd, mask, flags),
          WITH(EMFILE, -1))
INTERPOSE(FG_FAIL_FD, int, memfd_create, (const char *name, unsigned flags), (name, flags),
          WITH(EMFILE, -1))
INTERPOSE(FG_FAIL_FD, ssize_t, getrandom, (void *data, size_t size, unsigned flags),
          (data, size, flags), WITH(ENOSYS, -1))

/* The pair by which libcurl and libmicrohttpd wake their own threads cannot fail like a network. */
static bool is_network(int fd)
{
    struct sockaddr_storage address;
    socklen_t length = sizeof(address);
    return syscall(SYS_getsockname, fd, &address, &length) == 0 && address.ss_family != AF_UNIX;
}

INTERPOSE(FG_FAIL_NET, int, socket, (int domain, int type, int protocol), (domain, type, protocol),
          WITH(EMFILE, -1))
INTERPOSE(FG_FAIL_NET, int, connect, (int fd, const struct sockaddr *to, socklen_t length),
          (fd, to, length), WITH(ENETUNREACH, -1))
INTERPOSE(FG_FAIL_NET, int, bind, (int fd, const struct sockaddr *to, socklen_t length),
          (fd, to, length), WITH(EADDRINUSE, -1))
INTERPOSE(FG_FAIL_NET, int, listen, (int fd, int backlog), (fd, backlog), WITH(EADDRINUSE, -1))
INTERPOSE(FG_FAIL_NET, int, accept4, (int fd, struct sockaddr *from, socklen_t *length, int flags),
          (fd, from, length, flags), WITH(EMFILE, -1))
INTERPOSE(FG_FAIL_NET, int, setsockopt,
          (int fd, int level, int name, const void *value, socklen_t length),
          (fd, level, name, value, length), WITH(ENOPROTOOPT, -1))
INTERPOSE_IF(is_network(fd), FG_FAIL_NET, ssize_t, send,
             (int fd, const void *data, size_t size, int flags), (fd, data, size, flags),
             WITH(ECONNRESET, -1))
INTERPOSE_IF(is_network(fd), FG_FAIL_NET, ssize_t, sendmsg,
             (int fd, const struct msghdr *message, int flags), (fd, message, flags),
             WITH(ECONNRESET, -1))
INTERPOSE_IF(is_network(fd), FG_FAIL_NET, ssize_t, recv,
             (int fd, void *data, size_t size, int flags), (fd, data, size, flags),
             WITH(ECONNRESET, -1))
INTERPOSE_IF(is_network(fd), FG_FAIL_NET, ssize_t, sendto,
             (int fd, const void *data, size_t size, int flags, const struct sockaddr *to,
              socklen_t length),
             (fd, data, size, flags, to, length), WITH(ECONNRESET, -1))
INTERPOSE_IF(is_network(fd), FG_FAIL_NET, ssize_t, recvfrom,
             (int fd, void *data, size_t size, int flags, struct sockaddr *from, socklen_t *length),
             (fd, data, size, flags, from, length), WITH(ECONNRESET, -1))
INTERPOSE(FG_FAIL_NET, ssize_t, sendfile64, (int to, int from, off64_t *at, size_t size),
          (to, from, at, size), WITH(EIO, -1))
INTERPOSE(FG_FAIL_NET, int, getsockname, (int fd, struct sockaddr *address, socklen_t *length),
          (fd, address, length), WITH(ENOBUFS, -1))
INTERPOSE(FG_FAIL_NET, int, poll, (struct pollfd * fds, nfds_t count, int timeout),
          (fds, count, timeout), WITH(ENOMEM, -1))

INTERPOSE(FG_FAIL_THREAD, int, pthread_create,
          (pthread_t * thread, const pthread_attr_t *attributes, void *(*start)(void *),
           void *argument),
          (thread, attributes, start, argument), EAGAIN)
