#include "darkroom.h"

#include "testing.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>

#include <cmocka.h>

const uint8_t darkroom_colours[4][3] = {{255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {230, 180, 40}};
const int darkroom_as_stored[4] = {0, 1, 2, 3};

darkroom_jpeg darkroom_copy(const void *data, size_t size)
{
    darkroom_jpeg copy = {malloc(size + 1), size};
    assert_non_null(copy.data);
    memcpy(copy.data, data, size);
    return copy;
}

darkroom_jpeg darkroom_compress(const void *pixels, int width, int height, int format,
                                int subsampling, int flags)
{
    tjhandle handle = tjInitCompress();
    unsigned char *data = NULL;
    unsigned long size = 0;
    assert_non_null(handle);
    assert_int_equal(tjCompress2(handle, pixels, width, 0, height, format, &data, &size,
                                 subsampling, 100, flags),
                     0);
    darkroom_jpeg jpeg = darkroom_copy(data, size);
    tjFree(data);
    tjDestroy(handle);
    return jpeg;
}

darkroom_jpeg darkroom_quadrants(int width, int height, int subsampling, int flags)
{
    uint8_t *pixels = malloc((size_t)width * (size_t)height * 3);
    assert_non_null(pixels);
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            int quadrant = (2 * y >= height ? 2 : 0) + (2 * x >= width ? 1 : 0);
            memcpy(pixels + 3 * (y * width + x), darkroom_colours[quadrant], 3);
        }
    }
    darkroom_jpeg jpeg = darkroom_compress(pixels, width, height, TJPF_RGB, subsampling, flags);
    free(pixels);
    return jpeg;
}

void darkroom_replace(darkroom_jpeg *jpeg, size_t at, size_t removed, const void *data, size_t size)
{
    darkroom_jpeg whole = {malloc(jpeg->size - removed + size + 1), jpeg->size - removed + size};
    assert_non_null(whole.data);
    memcpy(whole.data, jpeg->data, at);
    memcpy(whole.data + at, data, size);
    memcpy(whole.data + at + size, jpeg->data + at + removed, jpeg->size - at - removed);
    free(jpeg->data);
    *jpeg = whole;
}

size_t darkroom_marker(const darkroom_jpeg *jpeg, uint8_t marker)
{
    size_t at = 2;
    while (at + 4 <= jpeg->size && jpeg->data[at] == 0xff) {
        if (jpeg->data[at + 1] == marker) {
            return at;
        }
        at += 2 + (size_t)jpeg->data[at + 2] * 256 + jpeg->data[at + 3];
    }
    fail_msg("no marker %02x", marker);
    return 0;
}

void darkroom_set_size(darkroom_jpeg *jpeg, int width, int height)
{
    uint8_t *frame = jpeg->data + darkroom_marker(jpeg, 0xc0);
    frame[5] = (uint8_t)(height >> 8);
    frame[6] = (uint8_t)height;
    frame[7] = (uint8_t)(width >> 8);
    frame[8] = (uint8_t)width;
}

/* ITU-T T.871, section 7. */
void darkroom_expect_pixel(const fg_frame *frame, int x, int y, const uint8_t rgb[3], int tolerance)
{
    double luma = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
    double expected[3] = {luma, (rgb[2] - luma) / 1.772 + 128, (rgb[0] - luma) / 1.402 + 128};
    for (int plane = 0; plane < 3; plane++) {
        int at_x = plane == 0 ? x : x / 2, at_y = plane == 0 ? y : y / 2;
        int got = frame->plane[plane][at_y * frame->stride[plane] + at_x];
        if (fabs(got - fmin(expected[plane], 255)) > tolerance) {
            fail_msg("plane %d at %d,%d is %d, expected %.0f", plane, x, y, got, expected[plane]);
        }
    }
}

void darkroom_expect_quadrants(const fg_frame *frame, const int order[4])
{
    for (int i = 0; i < 4; i++) {
        int x = frame->width * (i % 2 == 0 ? 1 : 3) / 4, y = frame->height * (i < 2 ? 1 : 3) / 4;
        darkroom_expect_pixel(frame, x, y, darkroom_colours[order[i]], 6);
    }
}

int darkroom_set_up(void **state)
{
    darkroom *f = calloc(1, sizeof(*f));
    assert_non_null(f);
    f->folder = fg_testing_folder();
    assert_int_equal(fg_decoder_create(&f->decoder), 0);
    *state = f;
    return 0;
}

int darkroom_tear_down(void **state)
{
    darkroom *f = *state;
    assert_null(fg_decoder_free(f->decoder));
    fg_frame_release(&f->frame);
    fg_testing_remove(f->folder);
    free(f);
    return 0;
}

int darkroom_decode(darkroom *f, const darkroom_jpeg *jpeg)
{
    return fg_decoder_decode(f->decoder, jpeg->data, jpeg->size, &f->frame, &f->error);
}

void darkroom_expect_decodes(darkroom *f, const darkroom_jpeg *jpeg)
{
    if (darkroom_decode(f, jpeg) != 0) {
        fail_msg("%s", f->error.text);
    }
}
