/*
 * What the camera room alone asks of the decoder.
 */
#ifndef FACEGATE_CAMERA_DECODE_H
#define FACEGATE_CAMERA_DECODE_H

#include "facegate/camera/picture.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * As fg_decoder_decode, for one picture of an MJPEG stream: stray bytes before any marker are let
 * pass, since many webcams send some with each picture.
 */
int fg_decoder_decode_stream(fg_decoder *decoder, const void *jpeg, size_t size, fg_frame *frame,
                             fg_error *error);

/* Fills a frame of the right size from rows of R, G, B without gaps. */
int fg_decoder_take_rgb(fg_decoder *decoder, const uint8_t *rgb, fg_frame *frame, fg_error *error);

/* A frame kept with the decoder, for a picture that is turned on its way. */
fg_frame *fg_decoder_scratch(fg_decoder *decoder);

#ifdef __cplusplus
}
#endif
#endif
