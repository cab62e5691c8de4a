#include "pyramid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static uint32_t seed = 1;

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
    return frame;
}

/* A copy of one whole level. */
static uint8_t *whole_level(fg_pyramid *pyramid, const fg_frame *frame, int min_face, int level,
                            const fg_window *whole)
{
    fg_patch patch;
    assert_int_equal(fg_pyramid_cut(pyramid, frame, min_face, level, 1, whole, &patch), 0);
    uint8_t *copy = malloc((size_t)whole->width * (size_t)whole->height);
    assert_non_null(copy);
    for (int y = 0; y < whole->height; y++) {
        memcpy(copy + (ptrdiff_t)y * whole->width, patch.pixels + y * patch.stride,
               (size_t)whole->width);
    }
    return copy;
}

static void assert_same(const fg_patch *patch, const uint8_t *level, const fg_window *whole)
{
    const fg_window *window = &patch->window;
    for (int y = 0; y < window->height; y++) {
        assert_memory_equal(patch->pixels + y * patch->stride,
                            level + (ptrdiff_t)(window->y + y) * whole->width + window->x,
                            (size_t)window->width);
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
    assert_int_equal(fg_pyramid_create(&pyramid), 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        fg_frame frame = make_frame(rows[i].width, rows[i].height);
        fg_window wholes[3];
        int levels = 0;
        while (fg_pyramid_level(&frame, rows[i].min_face, levels, &wholes[levels % 3])) {
            levels++;
        }
        assert_in_range(levels, 3, 12);
        for (int first = 0; first + 3 <= levels; first++) {
            uint8_t *whole[3];
            for (int k = 0; k < 3; k++) {
                assert_true(fg_pyramid_level(&frame, rows[i].min_face, first + k, &wholes[k]));
                whole[k] = whole_level(pyramid, &frame, rows[i].min_face, first + k, &wholes[k]);
            }
            for (int round = 0; round < 20; round++) {
                fg_window windows[3];
                fg_patch patches[3];
                for (int k = 0; k < 3; k++) {
                    windows[k].width = pick(1, wholes[k].width);
                    windows[k].height = pick(1, wholes[k].height);
                    windows[k].x = pick(0, wholes[k].width - windows[k].width);
                    windows[k].y = pick(0, wholes[k].height - windows[k].height);
                }
                assert_int_equal(
                    fg_pyramid_cut(pyramid, &frame, rows[i].min_face, first, 3, windows, patches),
                    0);
                for (int k = 0; k < 3; k++) {
                    assert_memory_equal(&patches[k].window, &windows[k], sizeof(windows[k]));
                    assert_same(&patches[k], whole[k], &wholes[k]);
                }
            }
            for (int k = 0; k < 3; k++) {
                free(whole[k]);
            }
        }
        fg_frame_release(&frame);
    }
    fg_pyramid_free(pyramid);
}

static void levels_shrink_by_a_sixth_down_to_the_smallest(void **state)
{
    (void)state;
    static const int widths[] = {640, 533, 444, 370, 308, 256, 213, 177, 147, 122, 101};
    static const int heights[] = {480, 400, 333, 277, 230, 191, 159, 132, 110, 91, 75};
    fg_frame frame = {.width = 640, .height = 480};
    fg_window whole = {0};
    for (int i = 0; i < (int)COUNT(widths); i++) {
        assert_true(fg_pyramid_level(&frame, 80, i, &whole));
        assert_int_equal(whole.width, widths[i]);
        assert_int_equal(whole.height, heights[i]);
    }
    assert_false(fg_pyramid_level(&frame, 80, (int)COUNT(widths), &whole));
    assert_int_equal(whole.width, 101);

    /* The smallest face wanted is as large in level 0 as the detector wants it. */
    assert_true(fg_pyramid_level(&frame, 40, 0, &whole));
    assert_int_equal(whole.width, 1280);
    assert_true(fg_pyramid_level(&frame, 120, 0, &whole));
    assert_int_equal(whole.width, 427);
    assert_true(fg_pyramid_level(&frame, 1000, 0, &whole));
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
    assert_int_equal(fg_pyramid_create(&pyramid), 0);
    for (int level = 0; level < 6; level++) {
        assert_true(fg_pyramid_level(&frame, 100, level, &whole));
        assert_int_equal(fg_pyramid_cut(pyramid, &frame, 100, level, 1, &whole, &patch), 0);
        for (int y = 0; y < whole.height; y++) {
            for (int x = 0; x < whole.width; x++) {
                int expected = x * 319 / (whole.width - 1) / 4 + y * 239 / (whole.height - 1) / 2;
                assert_in_range(patch.pixels[y * patch.stride + x] + 4, expected + 1, expected + 7);
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
    return cmocka_run_group_tests(tests, NULL, NULL);
}
