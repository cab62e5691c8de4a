#include "pyramid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static uint32_t seed = 1;
static const fg_kernels *kernels;

static int load(void **state)
{
    (void)state;
    return fg_kernels_choose(NULL, &kernels, NULL);
}

static int pick(int from, int to)
{
    seed = seed * 1664525U + 1013904223U;
    return from + (int)((seed >> 8) % (uint32_t)(to - from + 1));
}

static fg_frame make_frame(int width, int height)
{
    fg_frame frame = {0};
    assert_int_equal(fg_frame_resize(&frame, width, height), 0);
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            frame.plane[0][y * frame.stride[0] + x] = (uint8_t)pick(0, 255);
        }
    }
    for (int plane = 1; plane < 3; plane++) {
        for (int i = 0; i < frame.stride[plane] * ((height + 1) / 2); i++) {
            frame.plane[plane][i] = (uint8_t)pick(0, 255);
        }
    }
    return frame;
}

/* A copy of one whole level, plane by plane. */
static uint8_t *whole_level(fg_pyramid *pyramid, const fg_frame *frame, const fg_cut *like,
                            int level, const fg_window *whole)
{
    const fg_cut cut = {like->min_face, like->in_colour, level, 1, whole};
    assert_int_equal(fg_pyramid_begin(pyramid, frame, &cut, NULL), 0);
    fg_patch patch = fg_pyramid_next(pyramid);
    size_t size = (size_t)whole->width * (size_t)whole->height;
    uint8_t *copy = malloc(3 * size);
    assert_non_null(copy);
    assert_int_equal(patch.planes, like->in_colour ? 3 : 1);
    for (int plane = 0; plane < patch.planes; plane++) {
        for (int y = 0; y < whole->height; y++) {
            memcpy(copy + (size_t)plane * size + (ptrdiff_t)y * whole->width,
                   patch.pixels[plane] + y * patch.stride, (size_t)whole->width);
        }
    }
    return copy;
}

static void assert_same(const fg_patch *patch, const uint8_t *level, const fg_window *whole)
{
    const fg_window *window = &patch->window;
    size_t size = (size_t)whole->width * (size_t)whole->height;
    for (int plane = 0; plane < patch->planes; plane++) {
        for (int y = 0; y < window->height; y++) {
            assert_memory_equal(patch->pixels[plane] + y * patch->stride,
                                level + (size_t)plane * size +
                                    (ptrdiff_t)(window->y + y) * whole->width + window->x,
                                (size_t)window->width);
        }
    }
}

/* Some windows of three levels, whose pixels are given. */
static void cut_some(fg_pyramid *pyramid, const fg_frame *frame, fg_cut cut,
                     const fg_window wholes[3], uint8_t *const pixels[3])
{
    for (int round = 0; round < 20; round++) {
        fg_window windows[3];
        for (int k = 0; k < 3; k++) {
            windows[k].width = pick(1, wholes[k].width);
            windows[k].height = pick(1, wholes[k].height);
            windows[k].x = pick(0, wholes[k].width - windows[k].width);
            windows[k].y = pick(0, wholes[k].height - windows[k].height);
        }
        cut.windows = windows;
        assert_int_equal(fg_pyramid_begin(pyramid, frame, &cut, NULL), 0);
        for (int k = 0; k < 3; k++) {
            fg_patch patch = fg_pyramid_next(pyramid);
            assert_memory_equal(&patch.window, &windows[k], sizeof(windows[k]));
            assert_same(&patch, pixels[k], &wholes[k]);
        }
    }
}

static void a_window_has_the_pixels_of_the_whole(void **state)
{
    (void)state;
    static const struct {
        int width, height, min_face;
    } rows[] = {{320, 240, 80}, {321, 241, 80},  {160, 120, 40}, {300, 203, 57},
                {403, 301, 81}, {640, 400, 160}, {801, 640, 333}};
    fg_pyramid *pyramid = NULL;
    assert_int_equal(fg_pyramid_create(kernels, &pyramid), 0);
    for (size_t i = 0; i < 2 * COUNT(rows); i++) {
        int width = rows[i / 2].width, height = rows[i / 2].height;
        fg_frame frame = make_frame(width, height);
        fg_cut cut = {.min_face = rows[i / 2].min_face, .in_colour = i % 2 != 0, .count = 3};
        int levels = fg_pyramid_levels(&frame, cut.min_face);
        assert_in_range(levels, 3, 12);
        for (; cut.first + 3 <= levels; cut.first++) {
            fg_window wholes[3];
            uint8_t *pixels[3];
            for (int k = 0; k < 3; k++) {
                wholes[k] = fg_pyramid_level(&frame, cut.min_face, cut.first + k);
                pixels[k] = whole_level(pyramid, &frame, &cut, cut.first + k, &wholes[k]);
            }
            cut_some(pyramid, &frame, cut, wholes, pixels);
            for (int k = 0; k < 3; k++) {
                free(pixels[k]);
            }
        }
        fg_frame_release(&frame);
    }
    fg_pyramid_free(pyramid);
}

static void levels_shrink_by_a_sixth_down_to_the_smallest(void **state)
{
    (void)state;
    static const int widths[] = {640, 533, 444, 370, 308, 256, 213, 177, 147, 122, 101, 84};
    static const int heights[] = {480, 400, 333, 277, 230, 191, 159, 132, 110, 91, 75, 62};
    fg_frame frame = {.width = 640, .height = 480};
    fg_window whole;
    assert_int_equal(fg_pyramid_levels(&frame, 80), COUNT(widths));
    for (int i = 0; i < (int)COUNT(widths); i++) {
        whole = fg_pyramid_level(&frame, 80, i);
        assert_int_equal(whole.width, widths[i]);
        assert_int_equal(whole.height, heights[i]);
    }

    /* The smallest face wanted is as large in level 0 as the detector wants it. */
    whole = fg_pyramid_level(&frame, 40, 0);
    assert_int_equal(whole.width, 1280);
    whole = fg_pyramid_level(&frame, 120, 0);
    assert_int_equal(whole.width, 427);
    whole = fg_pyramid_level(&frame, 1000, 0);
    assert_int_equal(whole.width, 51);
    assert_int_equal(whole.height, 38);
}

static void a_smooth_picture_stays_as_it_is(void **state)
{
    (void)state;
    fg_frame frame = make_frame(320, 240);
    for (int y = 0; y < 240; y++) {
        for (int x = 0; x < 320; x++) {
            frame.plane[0][y * frame.stride[0] + x] = (uint8_t)(x / 4 + y / 2);
        }
    }
    fg_pyramid *pyramid = NULL;
    fg_window whole;
    fg_patch patch;
    assert_int_equal(fg_pyramid_create(kernels, &pyramid), 0);
    for (int level = 0; level < 6; level++) {
        whole = fg_pyramid_level(&frame, 100, level);
        const fg_cut cut = {100, false, level, 1, &whole};
        assert_int_equal(fg_pyramid_begin(pyramid, &frame, &cut, NULL), 0);
        patch = fg_pyramid_next(pyramid);
        for (int y = 0; y < whole.height; y++) {
            for (int x = 0; x < whole.width; x++) {
                int expected = x * 319 / (whole.width - 1) / 4 + y * 239 / (whole.height - 1) / 2;
                assert_in_range(patch.pixels[0][y * patch.stride + x] + 4, expected + 1,
                                expected + 7);
            }
        }
    }
    fg_pyramid_free(pyramid);
    fg_frame_release(&frame);
}

static void nothing_is_freed_too(void **state)
{
    (void)state;
    assert_null(fg_pyramid_free(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_window_has_the_pixels_of_the_whole),
        cmocka_unit_test(levels_shrink_by_a_sixth_down_to_the_smallest),
        cmocka_unit_test(a_smooth_picture_stays_as_it_is),
        cmocka_unit_test(nothing_is_freed_too),
    };
    return cmocka_run_group_tests(tests, load, NULL);
}
