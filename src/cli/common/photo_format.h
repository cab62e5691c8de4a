/*
 * What kind of picture a file is, by its contents, and what EXIF data it has. Pure; any thread.
 * Sources: PNG (third edition) 5.2 and 11.3; WebP container specification; ISO/IEC 23008-12,
 * 10.2, and the AVIF specification for the brands.
 */
#ifndef FACEGATE_CLI_COMMON_PHOTO_FORMAT_H
#define FACEGATE_CLI_COMMON_PHOTO_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fg_photo_format {
    FG_PHOTO_UNKNOWN,
    FG_PHOTO_JPEG,
    FG_PHOTO_PNG,
    FG_PHOTO_WEBP,
    FG_PHOTO_HEIC,
    FG_PHOTO_AVIF,
    FG_PHOTO_GIF, /* these are known and not read */
    FG_PHOTO_TIFF,
    FG_PHOTO_BMP,
    FG_PHOTO_FORMATS, /* how many there are */
};

/* A file that is too short to tell is unknown. */
enum fg_photo_format fg_photo_format_of(const uint8_t *data, size_t size);

/* "HEIC" and the like. */
const char *fg_photo_format_name(enum fg_photo_format format);

/*
 * The EXIF data of a PNG or WebP file, that begin with the TIFF header; they lie in the file. False
 * if there are none. HEIC and AVIF have an orientation of their own, which libheif goes by.
 */
bool fg_photo_find_exif(enum fg_photo_format format, const uint8_t *data, size_t size,
                        const uint8_t **ret_exif, size_t *ret_size);

/* Whether a file of this name is taken for a photo where a folder is looked through. */
bool fg_photo_is_named(const char *name);

#endif
