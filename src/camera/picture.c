#include "facegate/picture.h"

#include "camera/convert.h"
#include "camera/decode.h"
#include "facegate/file.h"

#include <errno.h>
#include <libexif/exif-data.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* EXIF's tag 0x0112: where the picture's first row and column lie. 1 where nothing sensible is
 * said. */
static int read_orientation(const char *jpeg, size_t size)
{
    int orientation = 1;
    ExifData *data = exif_data_new();
    if (data == NULL) {
        return orientation;
    }
    /* Unset, or libexif rewrites the tags it finds unfit. */
    exif_data_unset_option(data, EXIF_DATA_OPTION_FOLLOW_SPECIFICATION);
    exif_data_load_data(data, (const unsigned char *)jpeg, (unsigned int)size);
    ExifEntry *entry = exif_content_get_entry(data->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
    if (entry != NULL && entry->format == EXIF_FORMAT_SHORT && entry->components == 1 &&
        entry->size >= 2) {
        int value = exif_get_short(entry->data, exif_data_get_byte_order(data));
        if (value >= 1 && value <= 8) {
            orientation = value;
        }
    }
    exif_data_unref(data);
    return orientation;
}

/* Writes a plane of width x height turned; the result is height x width for orientations 5 to 8. */
static void turn_plane(const uint8_t *from, ptrdiff_t from_stride, int width, int height,
                       uint8_t *to, ptrdiff_t to_stride, int orientation)
{
    bool swapped = orientation >= 5;
    /* Which way the source is walked: from its right edge, from its bottom. */
    bool right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    bool bottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    ptrdiff_t step_x = right ? -1 : 1;
    ptrdiff_t step_y = bottom ? -from_stride : from_stride;
    const uint8_t *first =
        from + (right ? width - 1 : 0) + (bottom ? (height - 1) * from_stride : 0);
    int out_width = swapped ? height : width;
    int out_height = swapped ? width : height;
    ptrdiff_t along = swapped ? step_y : step_x;
    ptrdiff_t down = swapped ? step_x : step_y;

    for (int y = 0; y < out_height; y++) {
        const uint8_t *pixel = first + y * down;
        for (int x = 0; x < out_width; x++) {
            to[y * to_stride + x] = *pixel;
            pixel += along;
        }
    }
}

static int turn(const fg_frame *from, int orientation, fg_frame *to)
{
    bool swapped = orientation >= 5;
    int result = fg_frame_resize(to, swapped ? from->height : from->width,
                                 swapped ? from->width : from->height);
    if (result != 0) {
        return result;
    }
    turn_plane(from->plane[0], from->stride[0], from->width, from->height, to->plane[0],
               to->stride[0], orientation);
    for (int plane = 1; plane < 3; plane++) {
        turn_plane(from->plane[plane], from->stride[plane], (from->width + 1) / 2,
                   (from->height + 1) / 2, to->plane[plane], to->stride[plane], orientation);
    }
    fg_convert_pad_luma(to);
    return 0;
}

static const char *advice(int code)
{
    switch (code) {
    case -ENOENT:
        return "check the path";
    case -EACCES:
        return "let this user read it";
    case -EINVAL:
        return "name a JPEG file";
    case -EFBIG:
        return "scale the picture down";
    default:
        return "check the disk and try again";
    }
}

int fg_picture_load(fg_decoder *decoder, const char *path, bool upright, fg_frame *frame,
                    fg_error *error)
{
    char *jpeg = NULL;
    size_t size = 0;
    fg_error why = {0};
    int result = fg_file_read(path, FG_PICTURE_MAX_BYTES, &jpeg, &size, &why);
    if (result != 0) {
        return fg_error_set(error, result, "%s: %s: %s", path, why.text, advice(result));
    }
    int orientation = upright ? read_orientation(jpeg, size) : 1;
    fg_frame *target = orientation == 1 ? frame : fg_decoder_scratch(decoder);
    result = fg_decoder_decode(decoder, jpeg, size, target, &why);
    if (result == 0 && orientation != 1) {
        result = turn(target, orientation, frame);
        if (result != 0) {
            fg_error_set(&why, result, "not enough memory to turn it upright");
        }
    }
    if (result != 0) {
        fg_error_set(error, result, "%s: %s", path, why.text);
    }
    free(jpeg);
    return result;
}

bool fg_picture_is_jpeg_name(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot != NULL && (strcasecmp(dot, ".jpg") == 0 || strcasecmp(dot, ".jpeg") == 0);
}
