#include "facegate/frame.h"

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A sanitizer's allocator gives up where there is no memory, unless it is said that we go on.
 */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "allocator_may_return_null=1";
}

static const struct {
    int width, height;
} sizes[] = {{1, 1},     {1, 2},       {2, 1},    {2, 2},    {3, 5},     {63, 64},   {64, 63},
             {65, 66},   {127, 1},     {128, 2},  {129, 3},  {640, 480}, {641, 480}, {640, 481},
             {641, 481}, {1919, 1081}, {8192, 1}, {1, 8192}, {8191, 3}};

/* Rows and bytes in each that a plane has, for an even width and height of luma. */
static int rows_of(const fg_frame *frame, int plane)
{
    int half = (frame->height + 1) / 2;
    return plane == 0 ? 2 * half : half;
}

static int columns_of(const fg_frame *frame, int plane)
{
    int half = (frame->width + 1) / 2;
    return plane == 0 ? 2 * half : half;
}

static uint8_t mark(int plane, int row)
{
    return (uint8_t)(plane * 80 + row % 79 + 1);
}

static void planes_hold_their_rows_and_do_not_overlap(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        fg_frame frame = {0};
        assert_int_equal(fg_frame_resize(&frame, sizes[i].width, sizes[i].height), 0);
        assert_int_equal(frame.width, sizes[i].width);
        assert_int_equal(frame.height, sizes[i].height);
        for (int plane = 0; plane < 3; plane++) {
            assert_true(frame.stride[plane] >= columns_of(&frame, plane));
            for (int row = 0; row < rows_of(&frame, plane); row++) {
                uint8_t *start = frame.plane[plane] + (ptrdiff_t)row * frame.stride[plane];
                assert_true(start >= frame.memory);
                assert_true(start + frame.stride[plane] <= frame.memory + frame.capacity);
                memset(start, mark(plane, row), (size_t)frame.stride[plane]);
            }
        }
        for (int plane = 0; plane < 3; plane++) {
            for (int row = 0; row < rows_of(&frame, plane); row++) {
                const uint8_t *start = frame.plane[plane] + (ptrdiff_t)row * frame.stride[plane];
                for (int column = 0; column < frame.stride[plane]; column++) {
                    assert_int_equal(start[column], mark(plane, row));
                }
            }
        }
        fg_frame_release(&frame);
    }
}

static void the_largest_size_is_given_and_one_more_is_not(void **state)
{
    (void)state;
    fg_frame frame = {0};
    assert_int_equal(fg_frame_resize(&frame, FG_FRAME_MAX_SIDE, FG_FRAME_MAX_SIDE), 0);
    uint8_t *last = frame.plane[2] + (ptrdiff_t)(FG_FRAME_MAX_SIDE / 2 - 1) * frame.stride[2] +
                    FG_FRAME_MAX_SIDE / 2 - 1;
    *last = 1;
    assert_true(last < frame.memory + frame.capacity);
    fg_frame_release(&frame);
}

static void a_size_no_picture_has_is_refused_and_nothing_changes(void **state)
{
    (void)state;
    static const struct {
        int width, height;
    } bad[] = {{0, 0},
               {0, 480},
               {640, 0},
               {-1, 480},
               {640, -1},
               {FG_FRAME_MAX_SIDE + 1, 480},
               {640, FG_FRAME_MAX_SIDE + 1},
               {INT_MAX, INT_MAX},
               {INT_MIN, INT_MIN}};
    fg_frame frame = {0};
    const fg_frame none = {0};
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(fg_frame_resize(&frame, bad[i].width, bad[i].height), -EINVAL);
        assert_memory_equal(&frame, &none, sizeof(frame));
    }
    assert_int_equal(fg_frame_resize(&frame, 641, 481), 0);
    const fg_frame before = frame;
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(fg_frame_resize(&frame, bad[i].width, bad[i].height), -EINVAL);
        assert_memory_equal(&frame, &before, sizeof(frame));
    }
    fg_frame_release(&frame);
}

static void memory_is_taken_only_for_a_size_never_seen(void **state)
{
    (void)state;
    fg_frame frame = {.sequence = 7, .monotonic = 8, .realtime = 9};
    assert_int_equal(fg_frame_resize(&frame, 1920, 1080), 0);
    const uint8_t *memory = frame.memory;
    size_t capacity = frame.capacity;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        if (sizes[i].width <= 1920 && sizes[i].height <= 1080) {
            assert_int_equal(fg_frame_resize(&frame, sizes[i].width, sizes[i].height), 0);
            assert_ptr_equal(frame.memory, memory);
            assert_int_equal(frame.capacity, capacity);
        }
    }
    assert_int_equal(fg_frame_resize(&frame, 1920, 1080), 0);
    assert_ptr_equal(frame.memory, memory);
    assert_int_equal(fg_frame_resize(&frame, 2560, 1440), 0);
    assert_true(frame.capacity > capacity);
    /* What was noted about the picture is not the layout's business. */
    assert_int_equal(frame.sequence, 7);
    assert_int_equal(frame.monotonic, 8);
    assert_int_equal(frame.realtime, 9);
    fg_frame_release(&frame);
}

static void without_memory_the_frame_stays_as_it_was(void **state)
{
    (void)state;
    fg_frame frame = {0};
    assert_int_equal(fg_frame_resize(&frame, 64, 48), 0);
    const fg_frame before = frame;

    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_AS, &limit), 0);
    const struct rlimit tight = {.rlim_cur = 1 << 20, .rlim_max = limit.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_AS, &tight), 0);
    int result = fg_frame_resize(&frame, FG_FRAME_MAX_SIDE, FG_FRAME_MAX_SIDE);
    assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);

    assert_int_equal(result, -ENOMEM);
    assert_memory_equal(&frame, &before, sizeof(frame));
    fg_frame_release(&frame);
}

static void a_released_frame_is_all_zeroes_and_usable_again(void **state)
{
    (void)state;
    const fg_frame none = {0};
    fg_frame frame = {0};
    fg_frame_release(&frame);
    assert_memory_equal(&frame, &none, sizeof(frame));
    assert_int_equal(fg_frame_resize(&frame, 3, 5), 0);
    fg_frame_release(&frame);
    assert_memory_equal(&frame, &none, sizeof(frame));
    assert_int_equal(fg_frame_resize(&frame, 3, 5), 0);
    fg_frame_release(&frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planes_hold_their_rows_and_do_not_overlap),
        cmocka_unit_test(the_largest_size_is_given_and_one_more_is_not),
        cmocka_unit_test(a_size_no_picture_has_is_refused_and_nothing_changes),
        cmocka_unit_test(memory_is_taken_only_for_a_size_never_seen),
        cmocka_unit_test(without_memory_the_frame_stays_as_it_was),
        cmocka_unit_test(a_released_frame_is_all_zeroes_and_usable_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
