#include "facegate/delivery/jpeg.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>

#include <cmocka.h>

/* Grey levels and colours that tell where in the frame a pixel is; padding has other values. */
static int luma(int x, int y)
{
    return 40 + x / 8 * 8 % 160 + y / 8 * 8 % 40;
}

static int blue(int x)
{
    return 90 + x / 16 * 16 % 70;
}

static int red(int y)
{
    return 100 + y / 16 * 16 % 60;
}

static fg_frame make_frame(int width, int height)
{
    fg_frame frame = {0};
    assert_int_equal(fg_frame_resize(&frame, width, height), 0);
    for (int y = 0; y < (height + 1) / 2 * 2; y++) {
        for (int x = 0; x < (width + 1) / 2 * 2; x++) {
            frame.plane[0][y * frame.stride[0] + x] = (uint8_t)luma(x, y);
            frame.plane[1][y / 2 * frame.stride[1] + x / 2] = (uint8_t)blue(x);
            frame.plane[2][y / 2 * frame.stride[2] + x / 2] = (uint8_t)red(y);
        }
    }
    return frame;
}

/* Decodes and compares with the frame from left, top on. */
static void check_pixels(const uint8_t *data, size_t size, int left, int top, int width, int height)
{
    int columns, rows, subsampling, space;
    tjhandle decoder = tjInitDecompress();
    assert_int_equal(
        tjDecompressHeader3(decoder, data, size, &columns, &rows, &subsampling, &space), 0);
    assert_int_equal(columns, width);
    assert_int_equal(rows, height);
    assert_int_equal(subsampling, TJSAMP_420);
    int pitch = tjPlaneWidth(0, width, TJSAMP_420), half = tjPlaneWidth(1, width, TJSAMP_420);
    int strides[3] = {pitch, half, half};
    unsigned char *planes[3];
    for (int i = 0; i < 3; i++) {
        planes[i] = malloc((size_t)strides[i] * (size_t)tjPlaneHeight(i, height, TJSAMP_420));
        assert_non_null(planes[i]);
    }
    assert_int_equal(tjDecompressToYUVPlanes(decoder, data, size, planes, 0, strides, 0, 0), 0);
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            assert_true(abs(planes[0][y * pitch + x] - luma(left + x, top + y)) <= 20);
            assert_true(abs(planes[1][y / 2 * half + x / 2] - blue(left + x)) <= 20);
            assert_true(abs(planes[2][y / 2 * half + x / 2] - red(top + y)) <= 20);
        }
    }
    for (int i = 0; i < 3; i++) {
        free(planes[i]);
    }
    tjDestroy(decoder);
}

static void a_rectangle_moves_out_to_even_pixels_and_is_clipped(void **state)
{
    (void)state;
    static const struct {
        int frame[2], asked[4], got[4];
    } table[] = {
        {{640, 480}, {0, 0, 640, 480}, {0, 0, 640, 480}},
        {{641, 481}, {0, 0, 641, 481}, {0, 0, 641, 481}},
        {{640, 480}, {101, 51, 100, 100}, {100, 50, 102, 102}},
        {{640, 480}, {100, 50, 99, 97}, {100, 50, 100, 98}},
        {{640, 480}, {-30, -31, 100, 100}, {0, 0, 70, 70}},
        {{640, 480}, {600, 470, 100, 100}, {600, 470, 40, 10}},
        {{641, 481}, {601, 441, 400, 400}, {600, 440, 41, 41}},
        {{1, 1}, {0, 0, 1, 1}, {0, 0, 1, 1}},
        {{64, 64}, {-2147483647, -2147483647, 2147483647, 2147483647}, {0, 0, 0, 0}},
        {{64, 64}, {-100, -100, 2147483647, 2147483647}, {0, 0, 64, 64}},
        {{64, 64}, {64, 0, 10, 10}, {0, 0, 0, 0}},
        {{65, 65}, {65, 0, 10, 10}, {0, 0, 0, 0}},
        {{64, 64}, {0, -10, 10, 10}, {0, 0, 0, 0}},
        {{64, 64}, {0, 0, 0, 10}, {0, 0, 0, 0}},
        {{64, 64}, {0, 0, 10, -1}, {0, 0, 0, 0}},
    };
    fg_jpeg *jpeg = NULL;
    assert_int_equal(fg_jpeg_create(95, &jpeg), 0);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        const int *asked = table[i].asked, *got = table[i].got;
        fg_frame frame = make_frame(table[i].frame[0], table[i].frame[1]);
        const uint8_t *data = NULL;
        size_t size = 0;
        int result = fg_jpeg_encode(jpeg, &frame, asked[0], asked[1], asked[2], asked[3], &data,
                                    &size, NULL);
        if (got[2] == 0) {
            assert_int_equal(result, -EINVAL);
            assert_null(data);
        } else {
            assert_int_equal(result, 0);
            check_pixels(data, size, got[0], got[1], got[2], got[3]);
        }
        fg_frame_release(&frame);
    }
    fg_jpeg_free(jpeg);
}

static void an_empty_rectangle_is_named(void **state)
{
    (void)state;
    fg_jpeg *jpeg = NULL;
    fg_error error;
    const uint8_t *data = NULL;
    size_t size = 0;
    fg_frame frame = make_frame(64, 48);
    assert_int_equal(fg_jpeg_create(90, &jpeg), 0);
    assert_int_equal(fg_jpeg_encode(jpeg, &frame, 70, 5, 10, 10, &data, &size, &error), -EINVAL);
    assert_string_equal(error.text,
                        "JPEG: the rectangle 10x10 at 70,5 has no pixel of the 64x48 frame");
    fg_frame_release(&frame);
    fg_jpeg_free(jpeg);
}

static void a_small_picture_after_a_large_one_uses_the_same_memory(void **state)
{
    (void)state;
    fg_jpeg *jpeg = NULL;
    const uint8_t *first = NULL, *second = NULL;
    size_t first_size = 0, second_size = 0;
    fg_frame frame = make_frame(640, 480);
    assert_int_equal(fg_jpeg_create(90, &jpeg), 0);
    assert_int_equal(fg_jpeg_encode(jpeg, &frame, 0, 0, 640, 480, &first, &first_size, NULL), 0);
    assert_int_equal(fg_jpeg_encode(jpeg, &frame, 0, 0, 64, 48, &second, &second_size, NULL), 0);
    assert_ptr_equal(first, second);
    assert_true(second_size < first_size);
    fg_frame_release(&frame);
    fg_jpeg_free(jpeg);
}

static void a_better_quality_makes_more_bytes(void **state)
{
    (void)state;
    size_t sizes[2] = {0, 0};
    static const int qualities[2] = {30, 100};
    fg_frame frame = make_frame(320, 240);
    for (int i = 0; i < 2; i++) {
        fg_jpeg *jpeg = NULL;
        const uint8_t *data;
        assert_int_equal(fg_jpeg_create(qualities[i], &jpeg), 0);
        assert_int_equal(fg_jpeg_encode(jpeg, &frame, 0, 0, 320, 240, &data, &sizes[i], NULL), 0);
        assert_memory_equal(data, "\xff\xd8\xff", 3);
        assert_memory_equal(data + sizes[i] - 2, "\xff\xd9", 2);
        fg_jpeg_free(jpeg);
    }
    assert_true(sizes[1] > sizes[0]);
    fg_frame_release(&frame);
}

static void a_quality_out_of_range_is_refused(void **state)
{
    (void)state;
    fg_jpeg *jpeg = NULL;
    assert_int_equal(fg_jpeg_create(29, &jpeg), -EINVAL);
    assert_int_equal(fg_jpeg_create(101, &jpeg), -EINVAL);
    assert_null(jpeg);
    assert_null(fg_jpeg_free(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rectangle_moves_out_to_even_pixels_and_is_clipped),
        cmocka_unit_test(an_empty_rectangle_is_named),
        cmocka_unit_test(a_small_picture_after_a_large_one_uses_the_same_memory),
        cmocka_unit_test(a_better_quality_makes_more_bytes),
        cmocka_unit_test(a_quality_out_of_range_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
