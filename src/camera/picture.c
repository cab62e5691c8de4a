/* Loads a JPEG file as a frame. */
#include "facegate/camera/picture.h"

#include "decode.h"
#include "facegate/base/file.h"
#include "turn.h"

#include <errno.h>
#include <libexif/exif-data.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* EXIF's tag 0x0112: where the picture's first row and column lie. */
int fg_picture_orientation(const void *exif, size_t size)
{
    int orientation = 1;
    ExifData *data = exif_data_new();
    if (data == NULL) {
        return orientation;
    }
    /* Unset, or libexif rewrites the tags it finds unfit. */
    exif_data_unset_option(data, EXIF_DATA_OPTION_FOLLOW_SPECIFICATION);
    exif_data_load_data(data, exif, (unsigned int)size);
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

int fg_picture_read(const char *path, char **ret_data, size_t *ret_size, fg_error *error)
{
    fg_error why = {0};
    int result = fg_file_read(path, FG_PICTURE_MAX_BYTES, ret_data, ret_size, &why);
    return result == 0 ? 0
                       : fg_error_set(error, result, "%s: %s: %s", path, why.text, advice(result));
}

static int turn(const fg_frame *from, int orientation, fg_frame *to, fg_error *error)
{
    int result = fg_turn_frame(from, fg_turn_of_exif(orientation), to);
    return result == 0 ? 0 : fg_error_set(error, result, "not enough memory to turn it upright");
}

int fg_picture_decode(fg_decoder *decoder, const void *jpeg, size_t size, bool upright,
                      fg_frame *frame, fg_error *error)
{
    int orientation = upright ? fg_picture_orientation(jpeg, size) : 1;
    fg_frame *target = orientation == 1 ? frame : fg_decoder_scratch(decoder);
    int result = fg_decoder_decode(decoder, jpeg, size, target, error);
    return result != 0 || orientation == 1 ? result : turn(target, orientation, frame, error);
}

int fg_picture_from_rgb(fg_decoder *decoder, const uint8_t *rgb, int width, int height,
                        int orientation, fg_frame *frame, fg_error *error)
{
    fg_frame *target = orientation == 1 ? frame : fg_decoder_scratch(decoder);
    int result = fg_frame_resize(target, width, height);
    if (result != 0) {
        return fg_error_set(error, result, "not enough memory for its pixels");
    }
    result = fg_decoder_take_rgb(decoder, rgb, target, error);
    return result != 0 || orientation == 1 ? result : turn(target, orientation, frame, error);
}

int fg_picture_load(fg_decoder *decoder, const char *path, bool upright, fg_frame *frame,
                    fg_error *error)
{
    char *jpeg = NULL;
    size_t size = 0;
    fg_error why = {0};
    int result = fg_picture_read(path, &jpeg, &size, error);
    if (result != 0) {
        return result;
    }
    result = fg_picture_decode(decoder, jpeg, size, upright, frame, &why);
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
