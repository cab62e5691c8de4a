/* A reduced frame has the means of the pixels, in all planes, whatever the size. */
#include "facegate/camera/reduce.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static uint8_t pixel_of(int plane, int x, int y)
{
    return (uint8_t)(plane * 31 + x * 7 + y * 13 + x * y % 5);
}

static void every_pixel_is_the_mean_of_its_square(void **state)
{
    (void)state;
    static const int cases[][3] = {
        {64, 48, 2}, {67, 49, 2}, {99, 101, 3}, {83, 160, 5}, {512, 40, 16}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int factor = cases[i][2];
        fg_frame from = {0}, to = {.monotonic = 5, .sequence = 6};
        assert_int_equal(fg_frame_resize(&from, cases[i][0], cases[i][1]), 0);
        for (int plane = 0; plane < 3; plane++) {
            int half = plane == 0 ? 1 : 2;
            for (int y = 0; y < (from.height + half - 1) / half; y++) {
                for (int x = 0; x < (from.width + half - 1) / half; x++) {
                    from.plane[plane][y * from.stride[plane] + x] = pixel_of(plane, x, y);
                }
            }
        }
        assert_int_equal(fg_reduce_frame(&from, factor, &to), 0);
        assert_int_equal(to.width, cases[i][0] / factor / 2 * 2);
        assert_int_equal(to.height, cases[i][1] / factor / 2 * 2);
        assert_int_equal(to.monotonic, 5);
        assert_int_equal(to.sequence, 6);
        for (int plane = 0; plane < 3; plane++) {
            int half = plane == 0 ? 1 : 2;
            for (int y = 0; y < to.height / half; y++) {
                for (int x = 0; x < to.width / half; x++) {
                    int sum = factor * factor / 2;
                    for (int k = 0; k < factor * factor; k++) {
                        sum += pixel_of(plane, x * factor + k % factor, y * factor + k / factor);
                    }
                    assert_int_equal(to.plane[plane][y * to.stride[plane] + x],
                                     sum / (factor * factor));
                }
            }
        }
        fg_frame_release(&from);
        fg_frame_release(&to);
    }
}

static void what_would_have_no_pixel_is_refused(void **state)
{
    (void)state;
    static const int cases[][3] = {{3, 64, 2}, {64, 3, 2}, {64, 64, 1}, {64, 64, 0}, {64, 64, 17}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fg_frame from = {0}, to = {0};
        assert_int_equal(fg_frame_resize(&from, cases[i][0], cases[i][1]), 0);
        assert_int_equal(fg_reduce_frame(&from, cases[i][2], &to), -EINVAL);
        fg_frame_release(&from);
        fg_frame_release(&to);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pixel_is_the_mean_of_its_square),
        cmocka_unit_test(what_would_have_no_pixel_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
