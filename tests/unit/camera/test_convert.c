/*
 * Known colours go in, in each of the camera's formats, and their JFIF values are expected in the
 * planes.
 */
#include "convert.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct colour {
    const char *name;
    uint8_t red, green, blue;
} colour;

static const colour colours[] = {
    {"red", 255, 0, 0},       {"green", 0, 255, 0},     {"blue", 0, 0, 255},
    {"white", 255, 255, 255}, {"black", 0, 0, 0},       {"grey", 128, 128, 128},
    {"skin", 224, 172, 105},  {"navy", 10, 20, 90},     {"yellow", 255, 255, 0},
    {"cyan", 0, 255, 255},    {"magenta", 255, 0, 255}, {"olive", 107, 142, 35},
};
#define COLOURS (sizeof(colours) / sizeof(colours[0]))

static const struct {
    int width, height;
} sizes[] = {{64, 48}, {1, 1}, {2, 2}, {3, 5}, {65, 49}, {65, 2}, {16, 49}};
#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

/* Extra bytes in each row, filled with something that would be seen. */
static const int paddings[] = {0, 7, 64};

static uint8_t round_to_byte(double value)
{
    return (uint8_t)fmax(0, fmin(255, floor(value + 0.5)));
}

/* ITU-T T.871, section 7; limited: ITU-R BT.601, 2.5.3. */
static void jfif(const colour *in, bool limited, uint8_t ret_yuv[3])
{
    double y = 0.299 * in->red + 0.587 * in->green + 0.114 * in->blue;
    double u = (in->blue - y) / 1.772;
    double v = (in->red - y) / 1.402;
    ret_yuv[0] = round_to_byte(limited ? y * 219 / 255 + 16 : y);
    ret_yuv[1] = round_to_byte(limited ? u * 224 / 255 + 128 : u + 128);
    ret_yuv[2] = round_to_byte(limited ? v * 224 / 255 + 128 : v + 128);
}

/* A raster of one colour, laid out as the kernel's drm_fourcc.h describes the format. */
static uint8_t *make_raster(enum fg_pixels pixels, const colour *in, bool limited, int width,
                            int height, int padding, fg_raster *ret_raster)
{
    static const uint8_t formats_row[] = {1, 1, 2, 4, 3, 3};
    int half_width = (width + 1) / 2, half_height = (height + 1) / 2;
    int pixels_in_row = pixels == FG_PIXELS_YUYV ? 2 * half_width : width;
    int stride = pixels_in_row * formats_row[pixels] + 2 * padding;
    int chroma_stride = pixels == FG_PIXELS_NV12 ? 2 * half_width + padding : half_width + padding;
    size_t luma_size = (size_t)stride * (size_t)height;
    size_t chroma_size = (size_t)chroma_stride * (size_t)half_height;
    uint8_t *memory = malloc(luma_size + 2 * chroma_size);
    uint8_t yuv[3];
    assert_non_null(memory);
    memset(memory, 0x5a, luma_size + 2 * chroma_size);
    jfif(in, limited, yuv);

    for (int y = 0; y < height; y++) {
        uint8_t *row = memory + (size_t)y * (size_t)stride;
        for (int x = 0; x < pixels_in_row; x++) {
            switch (pixels) {
            case FG_PIXELS_YUV420:
            case FG_PIXELS_NV12:
                row[x] = yuv[0];
                break;
            case FG_PIXELS_YUYV:
                row[2 * x] = yuv[0];
                row[2 * x + 1] = yuv[x % 2 == 0 ? 1 : 2];
                break;
            case FG_PIXELS_XRGB8888: /* "[31:0] x:R:G:B 8:8:8:8 little endian" */
                row[4 * x] = in->blue;
                row[4 * x + 1] = in->green;
                row[4 * x + 2] = in->red;
                row[4 * x + 3] = 0x77;
                break;
            case FG_PIXELS_RGB888: /* "[23:0] R:G:B little endian" */
                row[3 * x] = in->blue;
                row[3 * x + 1] = in->green;
                row[3 * x + 2] = in->red;
                break;
            case FG_PIXELS_BGR888: /* "[23:0] B:G:R little endian" */
                row[3 * x] = in->red;
                row[3 * x + 1] = in->green;
                row[3 * x + 2] = in->blue;
                break;
            }
        }
    }
    *ret_raster =
        (fg_raster){.pixels = pixels, .limited = limited, .width = width, .height = height};
    ret_raster->plane[0].data = memory;
    ret_raster->plane[0].size = luma_size;
    ret_raster->plane[0].stride = stride;
    if (pixels == FG_PIXELS_YUV420 || pixels == FG_PIXELS_NV12) {
        int planes = pixels == FG_PIXELS_NV12 ? 1 : 2;
        for (int plane = 0; plane < planes; plane++) {
            uint8_t *chroma = memory + luma_size + (size_t)plane * chroma_size;
            ret_raster->plane[plane + 1].data = chroma;
            ret_raster->plane[plane + 1].size = chroma_size;
            ret_raster->plane[plane + 1].stride = chroma_stride;
            for (int y = 0; y < half_height; y++) {
                for (int x = 0; x < half_width; x++) {
                    uint8_t *row = chroma + (size_t)y * (size_t)chroma_stride;
                    if (planes == 1) {
                        row[2 * x] = yuv[1];
                        row[2 * x + 1] = yuv[2];
                    } else {
                        row[x] = yuv[1 + plane];
                    }
                }
            }
        }
    }
    return memory;
}

static void expect_plane(const fg_frame *frame, int plane, uint8_t expected, const char *what)
{
    /* The padding of an odd size is meant to be filled too. */
    int width = plane == 0 ? frame->width + frame->width % 2 : (frame->width + 1) / 2;
    int height = plane == 0 ? frame->height + frame->height % 2 : (frame->height + 1) / 2;
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            int got = frame->plane[plane][(size_t)y * (size_t)frame->stride[plane] + (size_t)x];
            if (abs(got - expected) > 2) {
                fail_msg("%s: plane %d at %d,%d of %dx%d is %d, expected %d", what, plane, x, y,
                         frame->width, frame->height, got, expected);
            }
        }
    }
}

static void expect_colours(enum fg_pixels pixels, bool limited)
{
    fg_converter *converter = NULL;
    fg_frame frame = {0};
    fg_error error = {0};
    assert_int_equal(fg_converter_create(&converter), 0);
    for (size_t size = 0; size < SIZES; size++) {
        for (size_t padding = 0; padding < sizeof(paddings) / sizeof(paddings[0]); padding++) {
            for (size_t i = 0; i < COLOURS; i++) {
                fg_raster raster;
                uint8_t yuv[3];
                uint8_t *memory = make_raster(pixels, &colours[i], limited, sizes[size].width,
                                              sizes[size].height, paddings[padding], &raster);
                if (fg_converter_convert(converter, &raster, &frame, &error) != 0) {
                    fail_msg("%s: %s", colours[i].name, error.text);
                }
                assert_int_equal(frame.width, sizes[size].width);
                assert_int_equal(frame.height, sizes[size].height);
                jfif(&colours[i], false, yuv);
                for (int plane = 0; plane < 3; plane++) {
                    expect_plane(&frame, plane, yuv[plane], colours[i].name);
                }
                free(memory);
            }
        }
    }
    fg_frame_release(&frame);
    fg_converter_free(converter);
}

static void yuv420_gives_the_known_colours(void **state)
{
    (void)state;
    expect_colours(FG_PIXELS_YUV420, false);
}

static void nv12_gives_the_known_colours(void **state)
{
    (void)state;
    expect_colours(FG_PIXELS_NV12, false);
}

static void yuyv_gives_the_known_colours(void **state)
{
    (void)state;
    expect_colours(FG_PIXELS_YUYV, false);
}

static void xrgb8888_gives_the_known_colours(void **state)
{
    (void)state;
    expect_colours(FG_PIXELS_XRGB8888, false);
}

static void rgb888_gives_the_known_colours(void **state)
{
    (void)state;
    expect_colours(FG_PIXELS_RGB888, false);
}

static void bgr888_gives_the_known_colours(void **state)
{
    (void)state;
    expect_colours(FG_PIXELS_BGR888, false);
}

static void limited_range_is_expanded_to_full(void **state)
{
    (void)state;
    expect_colours(FG_PIXELS_YUV420, true);
    expect_colours(FG_PIXELS_NV12, true);
    expect_colours(FG_PIXELS_YUYV, true);
}

static void values_outside_limited_range_are_clipped(void **state)
{
    (void)state;
    static const struct {
        uint8_t in, luma, chroma;
    } table[] = {{0, 0, 0},       {1, 0, 0},       {15, 0, 0},      {16, 0, 0},
                 {17, 1, 2},      {126, 128, 126}, {128, 130, 128}, {235, 255, 250},
                 {236, 255, 251}, {240, 255, 255}, {241, 255, 255}, {255, 255, 255}};
    fg_converter *converter = NULL;
    fg_frame frame = {0};
    assert_int_equal(fg_converter_create(&converter), 0);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        uint8_t byte = table[i].in;
        fg_raster raster = {.pixels = FG_PIXELS_YUV420, .limited = true, .width = 1, .height = 1};
        for (int plane = 0; plane < 3; plane++) {
            raster.plane[plane].data = &byte;
            raster.plane[plane].size = 1;
            raster.plane[plane].stride = 1;
        }
        assert_int_equal(fg_converter_convert(converter, &raster, &frame, NULL), 0);
        assert_int_equal(frame.plane[0][0], table[i].luma);
        assert_int_equal(frame.plane[1][0], table[i].chroma);
        assert_int_equal(frame.plane[2][0], table[i].chroma);
    }
    fg_frame_release(&frame);
    fg_converter_free(converter);
}

/* libcamera's names are little-endian words: the first letter is the last byte. */
static void a_red_pixel_comes_out_red_whatever_libcamera_calls_its_bytes(void **state)
{
    (void)state;
    static const struct {
        enum fg_pixels pixels;
        uint8_t bytes[4];
        int stride;
    } table[] = {
        {FG_PIXELS_XRGB8888, {0x00, 0x00, 0xff, 0x00}, 4},
        {FG_PIXELS_RGB888, {0x00, 0x00, 0xff}, 3},
        {FG_PIXELS_BGR888, {0xff, 0x00, 0x00}, 3},
        {FG_PIXELS_YUYV, {76, 85, 76, 255}, 4},
    };
    fg_converter *converter = NULL;
    fg_frame frame = {0};
    assert_int_equal(fg_converter_create(&converter), 0);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        fg_raster raster = {.pixels = table[i].pixels, .width = 1, .height = 1};
        raster.plane[0].data = table[i].bytes;
        raster.plane[0].size = (size_t)table[i].stride;
        raster.plane[0].stride = table[i].stride;
        assert_int_equal(fg_converter_convert(converter, &raster, &frame, NULL), 0);
        assert_in_range(frame.plane[0][0], 74, 78);
        assert_in_range(frame.plane[1][0], 83, 87);
        assert_in_range(frame.plane[2][0], 253, 255);
    }
    fg_frame_release(&frame);
    fg_converter_free(converter);
}

static void yuyv_chroma_is_the_mean_of_two_rows_and_the_last_of_an_odd_height_its_own(void **state)
{
    (void)state;
    /* 2x3: U 100, 110, 50; V 10, 30, 200. */
    static const uint8_t rows[] = {1, 100, 2, 10, 3, 110, 4, 30, 5, 50, 6, 200};
    fg_converter *converter = NULL;
    fg_frame frame = {0};
    assert_int_equal(fg_converter_create(&converter), 0);
    fg_raster raster = {.pixels = FG_PIXELS_YUYV, .width = 2, .height = 3};
    raster.plane[0].data = rows;
    raster.plane[0].size = sizeof(rows);
    raster.plane[0].stride = 4;
    assert_int_equal(fg_converter_convert(converter, &raster, &frame, NULL), 0);
    assert_int_equal(frame.plane[1][0], 105);
    assert_int_equal(frame.plane[2][0], 20);
    assert_int_equal(frame.plane[1][frame.stride[1]], 50);
    assert_int_equal(frame.plane[2][frame.stride[2]], 200);
    assert_int_equal(frame.plane[0][1], 2);
    assert_int_equal(frame.plane[0][2 * frame.stride[0]], 5);
    assert_int_equal(frame.plane[0][3 * frame.stride[0] + 1], 6); /* the padding row */
    fg_frame_release(&frame);
    fg_converter_free(converter);
}

static void rows_keep_their_place_when_the_stride_is_longer_than_the_row(void **state)
{
    (void)state;
    uint8_t luma[3 * 10], chroma[2 * 10];
    memset(luma, 0xee, sizeof(luma));
    memset(chroma, 0xee, sizeof(chroma));
    for (int y = 0; y < 3; y++) {
        for (int x = 0; x < 3; x++) {
            luma[10 * y + x] = (uint8_t)(10 * y + x);
        }
    }
    for (int y = 0; y < 2; y++) {
        for (int x = 0; x < 4; x++) {
            chroma[10 * y + x] = (uint8_t)(100 + 10 * y + x);
        }
    }
    fg_converter *converter = NULL;
    fg_frame frame = {0};
    assert_int_equal(fg_converter_create(&converter), 0);
    fg_raster raster = {.pixels = FG_PIXELS_NV12, .width = 3, .height = 3};
    raster.plane[0].data = luma;
    raster.plane[0].size = sizeof(luma);
    raster.plane[0].stride = 10;
    raster.plane[1].data = chroma;
    raster.plane[1].size = sizeof(chroma);
    raster.plane[1].stride = 10;
    assert_int_equal(fg_converter_convert(converter, &raster, &frame, NULL), 0);
    for (int y = 0; y < 3; y++) {
        assert_memory_equal(frame.plane[0] + y * frame.stride[0], luma + 10 * y, 3);
    }
    for (int y = 0; y < 2; y++) {
        for (int x = 0; x < 2; x++) {
            assert_int_equal(frame.plane[1][y * frame.stride[1] + x], 100 + 10 * y + 2 * x);
            assert_int_equal(frame.plane[2][y * frame.stride[2] + x], 101 + 10 * y + 2 * x);
        }
    }
    fg_frame_release(&frame);
    fg_converter_free(converter);
}

static void a_plane_shorter_than_its_rows_is_refused(void **state)
{
    (void)state;
    static const uint8_t bytes[64 * 64];
    static const struct {
        fg_raster raster;
        const char *text;
    } table[] = {
        {{FG_PIXELS_YUV420, false, 16, 4, {{bytes, 63, 16}, {bytes, 16, 8}, {bytes, 16, 8}}},
         "the camera's plane 0 has 63 bytes, 4 rows of 16 need 64"},
        {{FG_PIXELS_YUV420, false, 16, 4, {{bytes, 64, 16}, {bytes, 16, 8}, {bytes, 15, 8}}},
         "the camera's plane 2 has 15 bytes, 2 rows of 8 need 16"},
        {{FG_PIXELS_YUV420, false, 16, 4, {{bytes, 64, 16}, {NULL, 16, 8}, {bytes, 16, 8}}},
         "the camera's plane 1 has rows of 0 bytes, 16 pixels need 8"},
        {{FG_PIXELS_NV12, false, 16, 4, {{bytes, 64, 15}, {bytes, 32, 16}, {NULL, 0, 0}}},
         "the camera's plane 0 has rows of 15 bytes, 16 pixels need 16"},
        {{FG_PIXELS_NV12, false, 16, 4, {{bytes, 64, 16}, {bytes, 31, 16}, {NULL, 0, 0}}},
         "the camera's plane 1 has 31 bytes, 2 rows of 16 need 32"},
        {{FG_PIXELS_YUYV, false, 15, 2, {{bytes, 63, 32}, {NULL, 0, 0}, {NULL, 0, 0}}},
         "the camera's plane 0 has 63 bytes, 2 rows of 32 need 64"},
        {{FG_PIXELS_XRGB8888, false, 16, 2, {{bytes, 1024, 63}, {NULL, 0, 0}, {NULL, 0, 0}}},
         "the camera's plane 0 has rows of 63 bytes, 16 pixels need 64"},
        {{FG_PIXELS_RGB888, false, 16, 2, {{bytes, 95, 48}, {NULL, 0, 0}, {NULL, 0, 0}}},
         "the camera's plane 0 has 95 bytes, 2 rows of 48 need 96"},
        {{FG_PIXELS_BGR888, false, 16, 2, {{bytes, 96, -48}, {NULL, 0, 0}, {NULL, 0, 0}}},
         "the camera's plane 0 has rows of -48 bytes, 16 pixels need 48"},
        {{FG_PIXELS_NV12, false, 0, 4, {{bytes, 64, 16}, {bytes, 32, 16}, {NULL, 0, 0}}},
         "the camera's picture has 0x4 pixels: no frame has that size"},
        {{FG_PIXELS_NV12, false, 8193, 4, {{bytes, 64, 16}, {bytes, 32, 16}, {NULL, 0, 0}}},
         "the camera's picture has 8193x4 pixels: no frame has that size"},
    };
    fg_converter *converter = NULL;
    fg_frame frame = {0};
    assert_int_equal(fg_converter_create(&converter), 0);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        fg_error error = {0};
        assert_int_equal(fg_converter_convert(converter, &table[i].raster, &frame, &error),
                         -EINVAL);
        assert_string_equal(error.text, table[i].text);
    }
    fg_frame_release(&frame);
    fg_converter_free(converter);
}

static void frames_of_one_size_reuse_their_memory(void **state)
{
    (void)state;
    fg_converter *converter = NULL;
    fg_frame frame = {0};
    const uint8_t *memory = NULL;
    assert_int_equal(fg_converter_create(&converter), 0);
    for (int turn = 0; turn < 3; turn++) {
        fg_raster raster;
        uint8_t *bytes = make_raster(FG_PIXELS_NV12, &colours[0], false, 640, 480, 0, &raster);
        frame.sequence = 7;
        frame.monotonic = 8;
        assert_int_equal(fg_converter_convert(converter, &raster, &frame, NULL), 0);
        assert_true(turn == 0 || frame.memory == memory);
        assert_int_equal(frame.sequence, 7);
        assert_int_equal(frame.monotonic, 8);
        memory = frame.memory;
        free(bytes);
    }
    fg_frame_release(&frame);
    fg_converter_free(converter);
    assert_null(fg_converter_free(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(yuv420_gives_the_known_colours),
        cmocka_unit_test(nv12_gives_the_known_colours),
        cmocka_unit_test(yuyv_gives_the_known_colours),
        cmocka_unit_test(xrgb8888_gives_the_known_colours),
        cmocka_unit_test(rgb888_gives_the_known_colours),
        cmocka_unit_test(bgr888_gives_the_known_colours),
        cmocka_unit_test(limited_range_is_expanded_to_full),
        cmocka_unit_test(values_outside_limited_range_are_clipped),
        cmocka_unit_test(a_red_pixel_comes_out_red_whatever_libcamera_calls_its_bytes),
        cmocka_unit_test(yuyv_chroma_is_the_mean_of_two_rows_and_the_last_of_an_odd_height_its_own),
        cmocka_unit_test(rows_keep_their_place_when_the_stride_is_longer_than_the_row),
        cmocka_unit_test(a_plane_shorter_than_its_rows_is_refused),
        cmocka_unit_test(frames_of_one_size_reuse_their_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
