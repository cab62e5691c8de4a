/*
 * The JPEG encoder: a frame, or a part of one, compressed straight from its planes into a buffer
 * that is kept for the next. Belongs to one thread. Allocates only when a picture is larger than
 * any before. Source: the TurboJPEG API.
 */
#ifndef FACEGATE_DELIVERY_JPEG_H
#define FACEGATE_DELIVERY_JPEG_H

#include "facegate/error.h"
#include "facegate/frame.h"

typedef struct fg_jpeg fg_jpeg;

/* `quality` 30..100. */
int fg_jpeg_create(int quality, fg_jpeg **ret_jpeg);
fg_jpeg *fg_jpeg_free(fg_jpeg *jpeg);

/*
 * Compresses the rectangle x, y, width, height (pixels; moved out to even coordinates and clipped
 * to the frame). The bytes are valid until the next call.
 */
int fg_jpeg_encode(fg_jpeg *jpeg, const fg_frame *frame, int x, int y, int width, int height,
                   const uint8_t **ret_data, size_t *ret_size, fg_error *error);

#endif
