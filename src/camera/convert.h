/*
 * From a camera's pixels to a frame's planes. The formats are libcamera's, whose names are
 * little-endian words: RGB888 lies as B,G,R in memory, BGR888 as R,G,B, XRGB8888 as B,G,R,X. MJPEG
 * is the decoder's work (facegate/camera/picture.h). A converter belongs to one thread; it
 * allocates nothing but where the frame has to grow. Source: linux/drm_fourcc.h for the layouts;
 * JFIF (ITU-T T.871) for the colours; ITU-R BT.601 for limited range.
 */
#ifndef FACEGATE_CAMERA_CONVERT_H
#define FACEGATE_CAMERA_CONVERT_H

#include "facegate/error.h"
#include "facegate/frame.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

enum fg_pixels {
    FG_PIXELS_YUV420,   /* planes Y, U, V */
    FG_PIXELS_NV12,     /* planes Y, then U and V in turn */
    FG_PIXELS_YUYV,     /* one plane, 4:2:2 */
    FG_PIXELS_XRGB8888, /* one plane */
    FG_PIXELS_RGB888,   /* one plane */
    FG_PIXELS_BGR888,   /* one plane */
};

/* A picture as the driver left it; nothing is owned, and nothing in it is believed unchecked. */
typedef struct fg_raster {
    enum fg_pixels pixels;
    bool limited; /* YUV in 16..235 and 16..240 instead of JPEG's 0..255; without meaning for RGB */
    int width, height;
    struct {
        const uint8_t *data;
        size_t size; /* bytes that may be read */
        int stride;  /* bytes from row to row */
    } plane[3];
} fg_raster;

typedef struct fg_converter fg_converter;

int fg_converter_create(fg_converter **ret_converter);
fg_converter *fg_converter_free(fg_converter *converter);

/*
 * Fills `frame`, which is resized to fit; its times and sequence are left alone. -EINVAL where a
 * plane is missing or too short for its stride and rows, or the size is none a frame can have;
 * -ENOMEM.
 */
int fg_converter_convert(fg_converter *converter, const fg_raster *raster, fg_frame *frame,
                         fg_error *error);

/* Repeats the last column and row of the Y plane into the padding of an odd size. */
void fg_convert_pad_luma(fg_frame *frame);

#ifdef __cplusplus
}
#endif
#endif
