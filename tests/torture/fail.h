/*
 * Preloaded into a program, counts the calls it makes of each kind and lets one of them fail, the
 * way it would for want of memory, space or descriptors. Counting starts when main is called and
 * ends when it returns: what the linker and constructors do is not ours to fix.
 *
 * The environment says what to do:
 *   FG_FAIL_REPORT=FILE  appended to: "failed KIND NUMBER FUNCTION", the stack below it ("at OBJECT
 *                        OFFSET SYMBOL"), and when main returns "count KIND NUMBER" for each kind
 *   FG_FAIL_KIND=KIND    the kind of which a call is to fail; without, none does
 *   FG_FAIL_AT=NUMBER    which call of that kind, from 1
 *
 * Left alone is what fails for a wrong argument only (sqlite3_bind_* of static text, locks and
 * conditions between threads), what nobody could act on (closing, clocks, sync_file_range), what
 * stdio does inside (fflush and fclose tell of it), and what cannot but allocate (strdup, cJSON,
 * libexif, and operator new: their malloc fails).
 */
#ifndef FACEGATE_TESTS_FAIL_H
#define FACEGATE_TESTS_FAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fg_fail_kind {
    FG_FAIL_ALLOC,  /* malloc and its kin, whoever calls */
    FG_FAIL_OPEN,   /* what gives a descriptor of a name */
    FG_FAIL_READ,   /* from files */
    FG_FAIL_WRITE,  /* to files, and their length */
    FG_FAIL_FSYNC,  /* and fdatasync */
    FG_FAIL_RENAME, /* and what else changes names and rights */
    FG_FAIL_STAT,   /* what tells of files: stat, access, readdir, realpath and the like */
    FG_FAIL_LOCK,   /* fcntl and flock */
    FG_FAIL_MAP,    /* mmap */
    FG_FAIL_FD,     /* what gives a descriptor without a name: eventfd, inotify, pipes; and random
                       numbers */
    FG_FAIL_NET,    /* sockets, and waiting on them */
    FG_FAIL_THREAD,
    FG_FAIL_SQLITE, /* as called by the program itself, as are the next two */
    FG_FAIL_CURL,
    FG_FAIL_JPEG,
    FG_FAIL_HTTP,   /* libmicrohttpd */
    FG_FAIL_CRYPTO, /* libcrypto */
    /* Each way in which libcamera can fail it, a kind of its own: what a camera gives while it runs
     * would hide the calls that are made once. */
    FG_FAIL_CAMERA_MANAGER, /* CameraManager::start */
    FG_FAIL_CAMERA_NONE,    /* CameraManager::cameras is empty */
    FG_FAIL_CAMERA_ACQUIRE,
    FG_FAIL_CAMERA_NO_CONFIG, /* generateConfiguration gives none, or one without a stream */
    FG_FAIL_CAMERA_NO_STREAM,
    FG_FAIL_CAMERA_INVALID,  /* what validate says */
    FG_FAIL_CAMERA_ADJUSTED, /* to a format that nobody reads */
    FG_FAIL_CAMERA_CONFIGURE,
    FG_FAIL_CAMERA_ALLOCATE,
    FG_FAIL_CAMERA_NO_BUFFERS, /* it allocated none */
    FG_FAIL_CAMERA_NO_PLANES,  /* a buffer of none */
    FG_FAIL_CAMERA_MAP,        /* mmap of a buffer */
    FG_FAIL_CAMERA_NO_REQUEST, /* createRequest */
    FG_FAIL_CAMERA_ADD,        /* addBuffer */
    FG_FAIL_CAMERA_START,
    FG_FAIL_CAMERA_QUEUE,
    FG_FAIL_CAMERA_UNPLUGGED,  /* the same, with the signal that it is gone */
    FG_FAIL_CAMERA_CANCELLED,  /* a request comes back cancelled */
    FG_FAIL_CAMERA_NO_PICTURE, /* findBuffer of one that is completed */
    FG_FAIL_CAMERA_DAMAGED,    /* its buffer's metadata tell of an error */
    FG_FAIL_CAMERA_STOP,
    FG_FAIL_CAMERA_RELEASE,
    FG_FAIL_KINDS,
};

#ifdef __cplusplus
extern "C" {
#endif

/* Counts a call; true where it is to fail, which has been reported then. Any thread. */
bool fg_fail_now(enum fg_fail_kind kind, const char *function);

/* The same, but only calls from the program itself count; `caller` is the return address. */
bool fg_fail_ours(enum fg_fail_kind kind, const char *function, const void *caller);

/* The function that was interposed. Aborts where there is none. */
void *fg_fail_real(const char *function);

#ifdef __cplusplus
}
#endif

/* Defines `type name(parameters)`, which fails where `fails` is true, and else calls the one that
 * it stands before; `failure` may call that too, as `real`. */
#define FG_INTERPOSE(fails, type, name, parameters, arguments, failure)                            \
    type name parameters;                                                                          \
    type name parameters                                                                           \
    {                                                                                              \
        static type(*real) parameters;                                                             \
        if (real == NULL) {                                                                        \
            real = (type(*) parameters)(uintptr_t)fg_fail_real(#name);                             \
        }                                                                                          \
        if (fails) {                                                                               \
            return failure;                                                                        \
        }                                                                                          \
        return real arguments;                                                                     \
    }

#endif
