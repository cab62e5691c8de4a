/*
 * A JPEG file as an I420 frame. Grey, 4:2:0, 4:2:2, 4:4:4 and the rest, baseline and progressive;
 * CMYK is refused. Any thread; a decoder belongs to one thread at a time. Source: the TurboJPEG
 * API, libexif, JFIF (ITU-T T.871) for the colours.
 */
#ifndef FACEGATE_CAMERA_PICTURE_H
#define FACEGATE_CAMERA_PICTURE_H

#include "facegate/error.h"
#include "facegate/frame.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A JPEG file beyond this is not read. */
#define FG_PICTURE_MAX_BYTES (64u << 20)

typedef struct fg_decoder fg_decoder;

int fg_decoder_create(fg_decoder **ret_decoder);
fg_decoder *fg_decoder_free(fg_decoder *decoder);

/*
 * Decodes JPEG bytes into `frame`, which is resized to fit; its times and sequence are left alone.
 * -EBADMSG for damaged or truncated data (then the frame's pixels are undefined); what is odd and
 * changes no pixel is let pass: SOS parameters, bytes before the end marker, a missing end marker.
 * -EFBIG over FG_FRAME_MAX_SIDE, -ENOTSUP for CMYK. Repeated decodes of one size allocate nothing
 * of ours.
 */
int fg_decoder_decode(fg_decoder *decoder, const void *jpeg, size_t size, fg_frame *frame,
                      fg_error *error);

/* Reads a file of at most FG_PICTURE_MAX_BYTES, to be freed. The text names it and what to do. */
int fg_picture_read(const char *path, char **ret_data, size_t *ret_size, fg_error *error);

/* As fg_decoder_decode; with `upright` turned as its EXIF orientation says. -ENOMEM too. */
int fg_picture_decode(fg_decoder *decoder, const void *jpeg, size_t size, bool upright,
                      fg_frame *frame, fg_error *error);

/* EXIF's orientation, 1 to 8, in a JPEG file or in EXIF data with "Exif" and two zero bytes before
 * them. 1 where nothing sensible is said. */
int fg_picture_orientation(const void *exif, size_t size);

/* The frame of `width` by `height` pixels R, G, B without gaps, turned from an orientation of 1 to
 * 8. -EINVAL for a size that no frame has, -ENOMEM. */
int fg_picture_from_rgb(fg_decoder *decoder, const uint8_t *rgb, int width, int height,
                        int orientation, fg_frame *frame, fg_error *error);

/* Reads and decodes a file; with `upright` turned as its EXIF orientation says. The text names the
 * file. */
int fg_picture_load(fg_decoder *decoder, const char *path, bool upright, fg_frame *frame,
                    fg_error *error);

/* Whether a file of this name is taken for a picture where a folder is looked through: it ends in
 * .jpg or .jpeg, in small letters or capitals. */
bool fg_picture_is_jpeg_name(const char *name);

#ifdef __cplusplus
}
#endif
#endif
