/*
 * PNG, WebP, HEIC and AVIF by the libraries of the system, which are loaded only here: the program
 * is not linked with them, and the daemon never comes here. Their functions are declared as their
 * headers have them, so that no header is needed to build. Call it in a process of its own (see
 * common/photo.h): nothing is unloaded or freed after a failure. Sources: png.h of 1.6 ("the
 * simplified API"), webp/decode.h, libheif/heif.h.
 */
#ifndef FACEGATE_CLI_COMMON_PHOTO_LIBRARIES_H
#define FACEGATE_CLI_COMMON_PHOTO_LIBRARIES_H

#include "common/photo_format.h"
#include "facegate/error.h"

/* A picture that is to be decoded, and where its pixels go: `room` bytes, R, G, B in rows without
 * gaps. Width and height are set once they are known, at most FG_FRAME_MAX_SIDE. */
typedef struct fg_photo_pixels {
    uint8_t *rgb;
    size_t room;
    int width, height;
} fg_photo_pixels;

/*
 * Loads the library of a format, with its decoder. -ELIBACC if there is none, and the text names
 * the Debian package; -ENOTSUP for a format that is not read.
 */
int fg_photo_library_load(enum fg_photo_format format, fg_error *error);

/*
 * Decodes with the library that was loaded for the format. The size is looked at before any pixel:
 * -EFBIG. -EBADMSG for damaged data, with the library's words.
 */
int fg_photo_library_decode(enum fg_photo_format format, const uint8_t *data, size_t size,
                            fg_photo_pixels *pixels, fg_error *error);

#endif
