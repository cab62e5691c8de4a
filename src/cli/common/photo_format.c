/* Recognises pictures by their contents, and finds the EXIF data in them. */
#include "common/photo_format.h"

#include <string.h>
#include <strings.h>

/* libheif reads no more brands than a file has; this many are looked at here. */
#define BRANDS_MOST 64

static uint32_t read_big(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint32_t read_little(const uint8_t *at)
{
    return (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0];
}

static bool is_one_of(const uint8_t *brand, const char *const brands[])
{
    for (int i = 0; brands[i] != NULL; i++) {
        if (memcmp(brand, brands[i], 4) == 0) {
            return true;
        }
    }
    return false;
}

/* Of a file that begins with a box of brands: the first that is known decides, and AVIF before
 * HEIC, since a file of either may name "mif1" first. */
static enum fg_photo_format format_of_brands(const uint8_t *data, size_t size)
{
    static const char *const of_heic[] = {"heic", "heix", "hevc", "hevx", "heim",
                                          "heis", "mif1", "msf1", NULL};
    static const char *const of_avif[] = {"avif", "avis", NULL};
    enum fg_photo_format format = FG_PHOTO_UNKNOWN;
    size_t end = read_big(data);
    end = end > size ? size : end;
    end = end > 16 + 4 * BRANDS_MOST ? 16 + 4 * BRANDS_MOST : end;
    for (size_t at = 8; at + 4 <= end; at += at == 8 ? 8 : 4) { /* a version is between them */
        if (is_one_of(data + at, of_avif)) {
            return FG_PHOTO_AVIF;
        }
        format = is_one_of(data + at, of_heic) ? FG_PHOTO_HEIC : format;
    }
    return format;
}

enum fg_photo_format fg_photo_format_of(const uint8_t *data, size_t size)
{
    static const struct {
        enum fg_photo_format format;
        size_t size;
        const char *start;
    } starts[] = {
        {FG_PHOTO_JPEG, 3, "\xff\xd8\xff"}, {FG_PHOTO_PNG, 8, "\x89PNG\r\n\x1a\n"},
        {FG_PHOTO_GIF, 4, "GIF8"},          {FG_PHOTO_TIFF, 4, "II*\0"},
        {FG_PHOTO_TIFF, 4, "MM\0*"},        {FG_PHOTO_BMP, 2, "BM"},
    };
    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        if (size >= starts[i].size && memcmp(data, starts[i].start, starts[i].size) == 0) {
            return starts[i].format;
        }
    }
    if (size >= 12 && memcmp(data, "RIFF", 4) == 0 && memcmp(data + 8, "WEBP", 4) == 0) {
        return FG_PHOTO_WEBP;
    }
    if (size >= 12 && memcmp(data + 4, "ftyp", 4) == 0) {
        return format_of_brands(data, size);
    }
    return FG_PHOTO_UNKNOWN;
}

const char *fg_photo_format_name(enum fg_photo_format format)
{
    static const char *const names[FG_PHOTO_FORMATS] = {
        [FG_PHOTO_UNKNOWN] = "unknown", [FG_PHOTO_JPEG] = "JPEG", [FG_PHOTO_PNG] = "PNG",
        [FG_PHOTO_WEBP] = "WebP",       [FG_PHOTO_HEIC] = "HEIC", [FG_PHOTO_AVIF] = "AVIF",
        [FG_PHOTO_GIF] = "GIF",         [FG_PHOTO_TIFF] = "TIFF", [FG_PHOTO_BMP] = "BMP",
    };
    return names[format];
}

bool fg_photo_find_exif(enum fg_photo_format format, const uint8_t *data, size_t size,
                        const uint8_t **ret_exif, size_t *ret_size)
{
    bool png = format == FG_PHOTO_PNG;
    if (!png && format != FG_PHOTO_WEBP) {
        return false;
    }
    /* PNG: length, name, data, sum. RIFF: name, length, data, filled up to an even length. */
    size_t at = png ? 8 : 12;
    while (at + 8 <= size) {
        size_t length = png ? read_big(data + at) : read_little(data + at + 4);
        const uint8_t *name = png ? data + at + 4 : data + at;
        if (length > size - at - 8) {
            return false;
        }
        if (memcmp(name, png ? "eXIf" : "EXIF", 4) == 0) {
            const uint8_t *exif = data + at + 8;
            bool prefixed = length >= 6 && memcmp(exif, "Exif\0\0", 6) == 0;
            *ret_exif = prefixed ? exif + 6 : exif;
            *ret_size = prefixed ? length - 6 : length;
            return true;
        }
        at += 8 + length + (png ? 4 : length % 2);
    }
    return false;
}

bool fg_photo_is_named(const char *name)
{
    static const char *const endings[] = {".jpg", ".jpeg", ".jpe",  ".jfif", ".jif", ".jfi",
                                          ".png", ".webp", ".heic", ".heif", ".hif", ".avif"};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot != NULL && i < sizeof(endings) / sizeof(endings[0]); i++) {
        if (strcasecmp(dot, endings[i]) == 0) {
            return true;
        }
    }
    return false;
}
