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
