/* Converts a camera's pixels to a frame's planes. */
#include "convert.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>

struct fg_converter {
    tjhandle encoder;
    /* Limited range to full, by value. */
    uint8_t luma[256];
    uint8_t chroma[256];
};

static uint8_t expand(int value, int zero_in, int zero_out, int span)
{
    int distance = (value - zero_in) * 255;
    int rounded = (distance + (distance < 0 ? -span : span) / 2) / span + zero_out;
    if (rounded < 0) {
        return 0;
    }
    return (uint8_t)(rounded > 255 ? 255 : rounded);
}

int fg_converter_create(fg_converter **ret_converter)
{
    fg_converter *converter = calloc(1, sizeof(*converter));
    if (converter == NULL) {
        return -ENOMEM;
    }
    converter->encoder = tjInitCompress();
    if (converter->encoder == NULL) {
        free(converter);
        return -ENOMEM;
    }
    for (int value = 0; value < 256; value++) {
        converter->luma[value] = expand(value, 16, 0, 219);
        converter->chroma[value] = expand(value, 128, 128, 224);
    }
    *ret_converter = converter;
    return 0;
}

fg_converter *fg_converter_free(fg_converter *converter)
{
    if (converter == NULL) {
        return NULL;
    }
    tjDestroy(converter->encoder);
    free(converter);
    return NULL;
}

void fg_convert_pad_luma(fg_frame *frame)
{
    int width = frame->width, height = frame->height, stride = frame->stride[0];
    if (width % 2 != 0) {
        for (int y = 0; y < height; y++) {
            uint8_t *row = frame->plane[0] + (size_t)y * (size_t)stride;
            row[width] = row[width - 1];
        }
    }
    if (height % 2 != 0) {
        uint8_t *last = frame->plane[0] + (size_t)(height - 1) * (size_t)stride;
        memcpy(last + stride, last, (size_t)width + (size_t)(width % 2));
    }
}

static int check_plane(const fg_raster *raster, int plane, int row_bytes, int rows, fg_error *error)
{
    const uint8_t *data = raster->plane[plane].data;
    int stride = raster->plane[plane].stride;
    if (data == NULL || stride < row_bytes) {
        return fg_error_set(error, -EINVAL,
                            "the camera's plane %d has rows of %d bytes, %d pixels need %d", plane,
                            data == NULL ? 0 : stride, raster->width, row_bytes);
    }
    size_t needed = (size_t)stride * (size_t)(rows - 1) + (size_t)row_bytes;
    if (raster->plane[plane].size < needed) {
        return fg_error_set(error, -EINVAL,
                            "the camera's plane %d has %zu bytes, %d rows of %d need %zu", plane,
                            raster->plane[plane].size, rows, stride, needed);
    }
    return 0;
}

static void copy_plane(const uint8_t *from, int from_stride, uint8_t *to, int to_stride, int width,
                       int height, const uint8_t *table)
{
    for (int y = 0; y < height; y++) {
        if (table == NULL) {
            memcpy(to, from, (size_t)width);
        } else {
            for (int x = 0; x < width; x++) {
                to[x] = table[from[x]];
            }
        }
        from += from_stride;
        to += to_stride;
    }
}

static int from_yuv420(const fg_converter *converter, const fg_raster *raster, fg_frame *frame,
                       fg_error *error)
{
    int half_width = (raster->width + 1) / 2, half_height = (raster->height + 1) / 2;
    int result = check_plane(raster, 0, raster->width, raster->height, error);
    for (int plane = 1; plane < 3 && result == 0; plane++) {
        result = check_plane(raster, plane, half_width, half_height, error);
    }
    if (result != 0) {
        return result;
    }

    copy_plane(raster->plane[0].data, raster->plane[0].stride, frame->plane[0], frame->stride[0],
               raster->width, raster->height, raster->limited ? converter->luma : NULL);
    for (int plane = 1; plane < 3; plane++) {
        copy_plane(raster->plane[plane].data, raster->plane[plane].stride, frame->plane[plane],
                   frame->stride[plane], half_width, half_height,
                   raster->limited ? converter->chroma : NULL);
    }
    fg_convert_pad_luma(frame);
    return 0;
}

static int from_nv12(const fg_converter *converter, const fg_raster *raster, fg_frame *frame,
                     fg_error *error)
{
    int half_width = (raster->width + 1) / 2, half_height = (raster->height + 1) / 2;
    int result = check_plane(raster, 0, raster->width, raster->height, error);
    if (result == 0) {
        result = check_plane(raster, 1, 2 * half_width, half_height, error);
    }
    if (result != 0) {
        return result;
    }

    copy_plane(raster->plane[0].data, raster->plane[0].stride, frame->plane[0], frame->stride[0],
               raster->width, raster->height, raster->limited ? converter->luma : NULL);
    for (int y = 0; y < half_height; y++) {
        const uint8_t *pair = raster->plane[1].data + (size_t)y * (size_t)raster->plane[1].stride;
        uint8_t *u = frame->plane[1] + (size_t)y * (size_t)frame->stride[1];
        uint8_t *v = frame->plane[2] + (size_t)y * (size_t)frame->stride[2];
        for (int x = 0; x < half_width; x++, pair += 2) {
            u[x] = raster->limited ? converter->chroma[pair[0]] : pair[0];
            v[x] = raster->limited ? converter->chroma[pair[1]] : pair[1];
        }
    }
    fg_convert_pad_luma(frame);
    return 0;
}

static int from_yuyv(const fg_converter *converter, const fg_raster *raster, fg_frame *frame,
                     fg_error *error)
{
    int width = raster->width, height = raster->height, stride = raster->plane[0].stride;
    int half_width = (width + 1) / 2;
    int result = check_plane(raster, 0, 4 * half_width, height, error);
    if (result != 0) {
        return result;
    }

    for (int y = 0; y < height; y++) {
        const uint8_t *row = raster->plane[0].data + (size_t)y * (size_t)stride;
        uint8_t *luma = frame->plane[0] + (size_t)y * (size_t)frame->stride[0];
        for (int x = 0; x < width; x++) {
            uint8_t value = row[2 * (size_t)x];
            luma[x] = raster->limited ? converter->luma[value] : value;
        }
        if (y % 2 != 0) {
            continue;
        }
        const uint8_t *next = y + 1 < height ? row + stride : row;
        uint8_t *u = frame->plane[1] + (size_t)(y / 2) * (size_t)frame->stride[1];
        uint8_t *v = frame->plane[2] + (size_t)(y / 2) * (size_t)frame->stride[2];
        for (int x = 0; x < half_width; x++, row += 4, next += 4) {
            uint8_t mean_u = (uint8_t)((row[1] + next[1] + 1) / 2);
            uint8_t mean_v = (uint8_t)((row[3] + next[3] + 1) / 2);
            u[x] = raster->limited ? converter->chroma[mean_u] : mean_u;
            v[x] = raster->limited ? converter->chroma[mean_v] : mean_v;
        }
    }
    fg_convert_pad_luma(frame);
    return 0;
}

static int from_rgb(const fg_converter *converter, const fg_raster *raster, int format,
                    fg_frame *frame, fg_error *error)
{
    int result = check_plane(raster, 0, raster->width * tjPixelSize[format], raster->height, error);
    if (result != 0) {
        return result;
    }
    if (tjEncodeYUVPlanes(converter->encoder, raster->plane[0].data, raster->width,
                          raster->plane[0].stride, raster->height, format, frame->plane,
                          frame->stride, TJSAMP_420, 0) != 0) {
        return fg_error_set(error, -EINVAL, "the camera's RGB picture cannot be converted: %s",
                            tjGetErrorStr2(converter->encoder));
    }
    return 0;
}

int fg_converter_convert(fg_converter *converter, const fg_raster *raster, fg_frame *frame,
                         fg_error *error)
{
    int result = fg_frame_resize(frame, raster->width, raster->height);
    if (result != 0) {
        return fg_error_set(error, result, "the camera's picture has %dx%d pixels: %s",
                            raster->width, raster->height,
                            result == -ENOMEM ? "not enough memory" : "no frame has that size");
    }
    switch (raster->pixels) {
    case FG_PIXELS_YUV420:
        return from_yuv420(converter, raster, frame, error);
    case FG_PIXELS_NV12:
        return from_nv12(converter, raster, frame, error);
    case FG_PIXELS_YUYV:
        return from_yuyv(converter, raster, frame, error);
    case FG_PIXELS_XRGB8888:
        return from_rgb(converter, raster, TJPF_BGRX, frame, error);
    case FG_PIXELS_RGB888:
        return from_rgb(converter, raster, TJPF_BGR, frame, error);
    case FG_PIXELS_BGR888:
        return from_rgb(converter, raster, TJPF_RGB, frame, error);
    }
    return fg_error_set(error, -EINVAL, "the camera's pixel format %d is not known",
                        (int)raster->pixels);
}
