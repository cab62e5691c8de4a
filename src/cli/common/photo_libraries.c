/* Loads libpng, libwebp and libheif by name, and decodes with them. */
#include "common/photo_libraries.h"

#include "facegate/frame.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

/* Of png.h. */
#define PNG_VERSION    1
#define PNG_FORMAT_RGB 2
typedef struct png_image {
    void *opaque;
    uint32_t version, width, height, format, flags, colormap_entries, warning_or_error;
    char message[64];
} png_image;
typedef struct png_color {
    uint8_t red, green, blue;
} png_color;

/* Of heif.h. */
enum { HEIF_HEVC = 1, HEIF_AV1 = 4, HEIF_RGB = 1, HEIF_INTERLEAVED = 10 };
typedef struct heif_error {
    int code, subcode;
    const char *message;
} heif_error;

static struct {
    int (*begin)(png_image *image, const void *memory, size_t size);
    int (*finish)(png_image *image, const png_color *background, void *buffer, int32_t stride,
                  void *colormap);
} png;

static struct {
    int (*get_info)(const uint8_t *data, size_t size, int *width, int *height);
    uint8_t *(*decode)(const uint8_t *data, size_t size, uint8_t *buffer, size_t room, int stride);
} webp;

static struct {
    void *(*alloc)(void);
    void (*limit)(void *context, int side);
    heif_error (*read)(void *context, const void *memory, size_t size, const void *options);
    heif_error (*get_primary)(void *context, void **ret_handle);
    int (*handle_width)(const void *handle);
    int (*handle_height)(const void *handle);
    int (*have_decoder)(int format);
    heif_error (*decode)(const void *handle, void **ret_image, int colours, int chroma,
                         const void *options);
    const uint8_t *(*get_plane)(const void *image, int channel, int *ret_stride);
    int (*get_width)(const void *image, int channel);
    int (*get_height)(const void *image, int channel);
} heif;

/* A function of a library, and where its address goes. */
typedef struct symbol {
    const char *name;
    void *place; /* a pointer to a function */
} symbol;

static const symbol of_png[] = {{"png_image_begin_read_from_memory", &png.begin},
                                {"png_image_finish_read", &png.finish},
                                {NULL, NULL}};
static const symbol of_webp[] = {
    {"WebPGetInfo", &webp.get_info}, {"WebPDecodeRGBInto", &webp.decode}, {NULL, NULL}};
static const symbol of_heif[] = {
    {"heif_context_alloc", &heif.alloc},
    {"heif_context_set_maximum_image_size_limit", &heif.limit},
    {"heif_context_read_from_memory_without_copy", &heif.read},
    {"heif_context_get_primary_image_handle", &heif.get_primary},
    {"heif_image_handle_get_width", &heif.handle_width},
    {"heif_image_handle_get_height", &heif.handle_height},
    {"heif_have_decoder_for_format", &heif.have_decoder},
    {"heif_decode_image", &heif.decode},
    {"heif_image_get_plane_readonly", &heif.get_plane},
    {"heif_image_get_width", &heif.get_width},
    {"heif_image_get_height", &heif.get_height},
    {NULL, NULL},
};

/* The packages have these names in Debian 12 and, as their own or as what they provide, in 13. */
static const struct {
    const char *file;
    const char *package;
    const char *decoder; /* the package of a plugin, where libheif has its decoders apart */
    const symbol *symbols;
} libraries[FG_PHOTO_FORMATS] = {
    [FG_PHOTO_PNG] = {"libpng16.so.16", "libpng16-16", NULL, of_png},
    [FG_PHOTO_WEBP] = {"libwebp.so.7", "libwebp7", NULL, of_webp},
    [FG_PHOTO_HEIC] = {"libheif.so.1", "libheif1", "libheif-plugin-libde265", of_heif},
    [FG_PHOTO_AVIF] = {"libheif.so.1", "libheif1", "libheif-plugin-dav1d", of_heif},
};

/* "an AVIF" */
static const char *article(enum fg_photo_format format)
{
    return format == FG_PHOTO_AVIF ? "an" : "a";
}

static int lacking(enum fg_photo_format format, const char *package, fg_error *error)
{
    return fg_error_set(error, -ELIBACC,
                        "is %s %s picture, which needs the package %s: install it with \"sudo apt "
                        "install %s\", or convert the picture to JPEG",
                        article(format), fg_photo_format_name(format), package, package);
}

int fg_photo_library_load(enum fg_photo_format format, fg_error *error)
{
    const char *file = libraries[format].file;
    if (file == NULL) {
        return fg_error_set(error, -ENOTSUP, "is a %s picture: convert it to JPEG",
                            fg_photo_format_name(format));
    }
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        return lacking(format, libraries[format].package, error);
    }
    for (const symbol *one = libraries[format].symbols; one->name != NULL; one++) {
        void *address = dlsym(library, one->name);
        if (address == NULL) {
            return fg_error_set(error, -ELIBACC,
                                "is %s %s picture, and %s has no %s: convert it to JPEG",
                                article(format), fg_photo_format_name(format), file, one->name);
        }
        memcpy(one->place, &address, sizeof(address));
    }
    bool heic = format == FG_PHOTO_HEIC;
    if (libraries[format].symbols == of_heif) {
        heif.alloc(); /* which loads the plugins */
        if (heif.have_decoder(heic ? HEIF_HEVC : HEIF_AV1) == 0) {
            return lacking(format, libraries[format].decoder, error);
        }
    }
    return 0;
}

static int damaged(enum fg_photo_format format, const char *why, fg_error *error)
{
    return fg_error_set(error, -EBADMSG,
                        "does not decode as %s (%.*s): take or save the picture again",
                        fg_photo_format_name(format), (int)strcspn(why, "\n"), why);
}

/* Takes the size that a picture says, before there are pixels. */
static int take_size(fg_photo_pixels *pixels, int64_t width, int64_t height, fg_error *error)
{
    if (width < 1 || height < 1) {
        return fg_error_set(error, -EBADMSG, "holds no picture: take or save the picture again");
    }
    if (width > FG_FRAME_MAX_SIDE || height > FG_FRAME_MAX_SIDE ||
        (size_t)width * (size_t)height * 3 > pixels->room) {
        return fg_error_set(error, -EFBIG,
                            "has %jdx%jd pixels, more than the %d a side allowed: scale it down",
                            (intmax_t)width, (intmax_t)height, FG_FRAME_MAX_SIDE);
    }
    pixels->width = (int)width;
    pixels->height = (int)height;
    return 0;
}

static int decode_png(const uint8_t *data, size_t size, fg_photo_pixels *pixels, fg_error *error)
{
    png_image image = {.version = PNG_VERSION};
    /* What shows through a transparent picture. */
    static const png_color grey = {128, 128, 128};
    if (png.begin(&image, data, size) == 0) {
        return damaged(FG_PHOTO_PNG, image.message, error);
    }
    int result = take_size(pixels, image.width, image.height, error);
    if (result != 0) {
        return result;
    }
    image.format = PNG_FORMAT_RGB;
    if (png.finish(&image, &grey, pixels->rgb, 3 * pixels->width, NULL) == 0) {
        return damaged(FG_PHOTO_PNG, image.message, error);
    }
    return 0;
}

static int decode_webp(const uint8_t *data, size_t size, fg_photo_pixels *pixels, fg_error *error)
{
    int width = 0, height = 0;
    if (webp.get_info(data, size, &width, &height) == 0) {
        return damaged(FG_PHOTO_WEBP, "no header", error);
    }
    int result = take_size(pixels, width, height, error);
    if (result == 0 &&
        webp.decode(data, size, pixels->rgb, pixels->room, 3 * pixels->width) == NULL) {
        result = damaged(FG_PHOTO_WEBP, "damaged, truncated or animated", error);
    }
    return result;
}

/* What an image says it is after decoding may be something else than before. */
static int copy_heif(enum fg_photo_format format, const void *image, fg_photo_pixels *pixels,
                     fg_error *error)
{
    int stride = 0;
    const uint8_t *plane = heif.get_plane(image, HEIF_INTERLEAVED, &stride);
    if (plane == NULL) {
        return damaged(format, "no pixels", error);
    }
    int result = take_size(pixels, heif.get_width(image, HEIF_INTERLEAVED),
                           heif.get_height(image, HEIF_INTERLEAVED), error);
    if (result == 0 && stride < 3 * pixels->width) {
        result = damaged(format, "rows too short", error);
    }
    for (int y = 0; result == 0 && y < pixels->height; y++) {
        size_t row = 3 * (size_t)pixels->width;
        memcpy(pixels->rgb + (size_t)y * row, plane + (ptrdiff_t)y * stride, row);
    }
    return result;
}

static int decode_heif(enum fg_photo_format format, const uint8_t *data, size_t size,
                       fg_photo_pixels *pixels, fg_error *error)
{
    void *handle = NULL, *image = NULL;
    void *context = heif.alloc();
    if (context == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory to decode it");
    }
    heif.limit(context, 2 * FG_FRAME_MAX_SIDE); /* so that what is too large is known to be */
    heif_error why = heif.read(context, data, size, NULL);
    if (why.code == 0) {
        why = heif.get_primary(context, &handle);
    }
    if (why.code != 0) {
        return damaged(format, why.message, error);
    }
    int result = take_size(pixels, heif.handle_width(handle), heif.handle_height(handle), error);
    if (result != 0) {
        return result;
    }
    heif.limit(context, FG_FRAME_MAX_SIDE);
    why = heif.decode(handle, &image, HEIF_RGB, HEIF_INTERLEAVED, NULL);
    return why.code != 0 ? damaged(format, why.message, error)
                         : copy_heif(format, image, pixels, error);
}

int fg_photo_library_decode(enum fg_photo_format format, const uint8_t *data, size_t size,
                            fg_photo_pixels *pixels, fg_error *error)
{
    switch (format) {
    case FG_PHOTO_PNG:
        return decode_png(data, size, pixels, error);
    case FG_PHOTO_WEBP:
        return decode_webp(data, size, pixels, error);
    case FG_PHOTO_HEIC:
    case FG_PHOTO_AVIF:
        return decode_heif(format, data, size, pixels, error);
    case FG_PHOTO_UNKNOWN:
    case FG_PHOTO_JPEG:
    case FG_PHOTO_GIF:
    case FG_PHOTO_TIFF:
    case FG_PHOTO_BMP:
    case FG_PHOTO_FORMATS:
        break;
    }
    return -ENOTSUP;
}
