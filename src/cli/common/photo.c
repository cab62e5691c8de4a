/* Reads photos of several formats, those of less trusted decoders in a process of its own. */
#include "common/photo.h"

#include "common/photo_format.h"
#include "common/photo_libraries.h"
#include "facegate/text.h"

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* For the largest picture, on the slowest of machines; and several times what its pixels take. */
#define SECONDS 120
#define MEMORY  ((rlim_t)2 << 30)
#define NOBODY  65534

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* What the two processes share; the pixels follow. */
typedef struct outcome {
    int result; /* 1 until there is one */
    int width, height;
    fg_error error;
} outcome;

#define OUTCOME_SIZE ((sizeof(outcome) + 4095) / 4096 * 4096)
#define PIXELS_SIZE  ((size_t)FG_FRAME_MAX_SIDE * FG_FRAME_MAX_SIDE * 3)

/* Gives up what decoding needs not. Libraries and plugins are loaded by then. What a container
 * refuses to give up is not there to be lost. */
static void confine(void)
{
    const struct rlimit none = {0, 0}, seconds = {SECONDS, SECONDS}, memory = {MEMORY, MEMORY};
    setrlimit(RLIMIT_CORE, &none); /* which would have the picture in it */
    setrlimit(RLIMIT_FSIZE, &none);
    setrlimit(RLIMIT_CPU, &seconds);
    if (!SANITIZED) { /* whose shadows are larger than any limit */
        setrlimit(RLIMIT_DATA, &memory);
    }
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    bool is_nobody = geteuid() == 0 && setgroups(0, NULL) == 0 &&
                     setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
                     setresuid(NOBODY, NOBODY, NOBODY) == 0;
    (void)is_nobody;
}

static int decode_here(enum fg_photo_format format, const uint8_t *data, size_t size,
                       outcome *shared)
{
    fg_photo_pixels pixels = {.rgb = (uint8_t *)shared + OUTCOME_SIZE, .room = PIXELS_SIZE};
    int result = fg_photo_library_load(format, &shared->error);
    if (result == 0) {
        confine();
        result = fg_photo_library_decode(format, data, size, &pixels, &shared->error);
    }
    shared->width = pixels.width;
    shared->height = pixels.height;
    return result;
}

/* What a process left behind that is no result. */
static int explain(enum fg_photo_format format, int status, fg_error *error)
{
    const char *name = fg_photo_format_name(format);
    if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL)) {
        return fg_error_set(error, -EBADMSG,
                            "takes too long or too much memory to decode as %s: convert it to JPEG",
                            name);
    }
    return fg_error_set(error, -EBADMSG,
                        "does not decode as %s (the decoder crashed): take or save the picture "
                        "again",
                        name);
}

/* Decodes in another process; the pixels are in `shared`. */
static int decode_apart(enum fg_photo_format format, const uint8_t *data, size_t size,
                        outcome *shared, fg_error *error)
{
    int status = 0;
    shared->result = 1;
    pid_t child = fork();
    if (child < 0) {
        return fg_error_set(error, -errno, "cannot be decoded: %s", strerror(errno));
    }
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        shared->result = decode_here(format, data, size, shared);
        _exit(0);
    }
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            return fg_error_set(error, -errno, "cannot be decoded: %s", strerror(errno));
        }
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || shared->result > 0) {
        return explain(format, status, error);
    }
    /* Whoever took the other process over may have written anything. */
    shared->error.text[sizeof(shared->error.text) - 1] = '\0';
    fg_text_clean(shared->error.text);
    if (shared->result < 0) {
        return fg_error_set(error, shared->result, "%s", shared->error.text);
    }
    return 0;
}

/* libexif wants its data as they are in a JPEG, where they are no larger. */
static int read_orientation(enum fg_photo_format format, const uint8_t *data, size_t size)
{
    static const uint8_t prefix[] = {'E', 'x', 'i', 'f', 0, 0};
    uint8_t whole[UINT16_MAX];
    const uint8_t *exif = NULL;
    size_t length = 0;
    if (!fg_photo_find_exif(format, data, size, &exif, &length) ||
        length > sizeof(whole) - sizeof(prefix)) {
        return 1;
    }
    memcpy(whole, prefix, sizeof(prefix));
    memcpy(whole + sizeof(prefix), exif, length);
    return fg_picture_orientation(whole, sizeof(prefix) + length);
}

static int load_apart(fg_decoder *decoder, enum fg_photo_format format, const uint8_t *data,
                      size_t size, fg_frame *frame, fg_error *error)
{
    /* Pages that are not written to take no memory. */
    outcome *shared = mmap(NULL, OUTCOME_SIZE + PIXELS_SIZE, PROT_READ | PROT_WRITE,
                           MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (shared == MAP_FAILED) {
        return fg_error_set(error, -ENOMEM, "not enough memory for its pixels");
    }
    int result = decode_apart(format, data, size, shared, error);
    int width = shared->width, height = shared->height;
    if (result == 0 &&
        (width < 1 || height < 1 || width > FG_FRAME_MAX_SIDE || height > FG_FRAME_MAX_SIDE)) {
        result = explain(format, 0, error);
    }
    if (result == 0) {
        result = fg_picture_from_rgb(decoder, (uint8_t *)shared + OUTCOME_SIZE, width, height,
                                     read_orientation(format, data, size), frame, error);
    }
    munmap(shared, OUTCOME_SIZE + PIXELS_SIZE);
    return result;
}

int fg_photo_load(fg_decoder *decoder, const char *path, fg_frame *frame, fg_error *error)
{
    char *data = NULL;
    size_t size = 0;
    fg_error why = {0};
    int result = fg_picture_read(path, &data, &size, error);
    if (result != 0) {
        return result;
    }
    enum fg_photo_format format = fg_photo_format_of((const uint8_t *)data, size);
    if (format == FG_PHOTO_UNKNOWN && size > 0) {
        result = fg_error_set(&why, -EBADMSG,
                              "is no JPEG, PNG, WebP, HEIC or AVIF picture: convert it to JPEG");
    } else if (format == FG_PHOTO_UNKNOWN || format == FG_PHOTO_JPEG) {
        result = fg_picture_decode(decoder, data, size, true, frame, &why);
    } else {
        result = load_apart(decoder, format, (const uint8_t *)data, size, frame, &why);
    }
    free(data);
    return result == 0 ? 0 : fg_error_set(error, result, "%s: %s", path, why.text);
}
