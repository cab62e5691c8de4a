/* Compresses a frame, or a part of it, to JPEG. */
#include "facegate/delivery/jpeg.h"

#include <errno.h>
#include <stdlib.h>
#include <turbojpeg.h>

struct fg_jpeg {
    tjhandle compressor;
    int quality;
    unsigned char *buffer;
    unsigned long capacity;
};

int fg_jpeg_create(int quality, fg_jpeg **ret_jpeg)
{
    if (quality < 30 || quality > 100) {
        return -EINVAL;
    }
    fg_jpeg *jpeg = calloc(1, sizeof(*jpeg));
    if (jpeg == NULL) {
        return -ENOMEM;
    }
    jpeg->quality = quality;
    jpeg->compressor = tjInitCompress();
    if (jpeg->compressor == NULL) {
        fg_jpeg_free(jpeg);
        return -ENOMEM;
    }
    *ret_jpeg = jpeg;
    return 0;
}

fg_jpeg *fg_jpeg_free(fg_jpeg *jpeg)
{
    if (jpeg == NULL) {
        return NULL;
    }
    if (jpeg->compressor != NULL) {
        tjDestroy(jpeg->compressor);
    }
    free(jpeg->buffer);
    free(jpeg);
    return NULL;
}

/*
 * One side of the rectangle: from an even pixel, since chroma halves, to an even one or the frame's
 * edge, behind which the planes are padded to even.
 */
static int clip(int start, int length, int limit, int *ret_start, int *ret_length)
{
    int64_t first = start < 0 ? 0 : start & ~1;
    int64_t end = (int64_t)start + length;
    end += end & 1;
    if (end > limit) {
        end = limit;
    }
    if (length <= 0 || start >= limit || first >= end) {
        return -EINVAL;
    }
    *ret_start = (int)first;
    *ret_length = (int)(end - first);
    return 0;
}

static int reserve(fg_jpeg *jpeg, int width, int height)
{
    unsigned long size = tjBufSize(width, height, TJSAMP_420);
    if (size == (unsigned long)-1) {
        return -EINVAL;
    }
    if (size <= jpeg->capacity) {
        return 0;
    }
    unsigned char *buffer = malloc(size);
    if (buffer == NULL) {
        return -ENOMEM;
    }
    free(jpeg->buffer);
    jpeg->buffer = buffer;
    jpeg->capacity = size;
    return 0;
}

int fg_jpeg_encode(fg_jpeg *jpeg, const fg_frame *frame, int x, int y, int width, int height,
                   const uint8_t **ret_data, size_t *ret_size, fg_error *error)
{
    int left, top, columns, rows;
    if (clip(x, width, frame->width, &left, &columns) != 0 ||
        clip(y, height, frame->height, &top, &rows) != 0) {
        return fg_error_set(error, -EINVAL,
                            "JPEG: the rectangle %dx%d at %d,%d has no pixel of the %dx%d frame",
                            width, height, x, y, frame->width, frame->height);
    }
    int result = reserve(jpeg, columns, rows);
    if (result != 0) {
        return fg_error_set(error, result, "JPEG: no memory for a picture of %dx%d", columns, rows);
    }
    const unsigned char *planes[3];
    for (int i = 0; i < 3; i++) {
        int shift = i > 0;
        planes[i] =
            frame->plane[i] + (ptrdiff_t)(top >> shift) * frame->stride[i] + (left >> shift);
    }
    unsigned long size = jpeg->capacity;
    if (tjCompressFromYUVPlanes(jpeg->compressor, planes, columns, frame->stride, rows, TJSAMP_420,
                                &jpeg->buffer, &size, jpeg->quality, TJFLAG_NOREALLOC) != 0) {
        return fg_error_set(error, -EIO, "JPEG: %s", tjGetErrorStr2(jpeg->compressor));
    }
    *ret_data = jpeg->buffer;
    *ret_size = size;
    return 0;
}
