/*
 * Pictures are turned pixel by pixel as a slow and plain reading of the definition has it, at odd
 * sizes too; and turns compose as doing one after the other does.
 */
#include "turn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TURNS        8

static const struct {
    int width, height;
} sizes[] = {{1, 1}, {2, 1}, {1, 5}, {3, 5}, {16, 16}, {17, 33}, {40, 15}, {65, 48}};

typedef struct desk {
    fg_frame from, to, again;
} desk;

static int set_up(void **state)
{
    static desk frames;
    memset(&frames, 0, sizeof(frames));
    *state = &frames;
    return 0;
}

static int tear_down(void **state)
{
    desk *frames = *state;
    fg_frame_release(&frames->from);
    fg_frame_release(&frames->to);
    fg_frame_release(&frames->again);
    return 0;
}

static int plane_width(const fg_frame *frame, int plane)
{
    return plane == 0 ? frame->width : (frame->width + 1) / 2;
}

static int plane_height(const fg_frame *frame, int plane)
{
    return plane == 0 ? frame->height : (frame->height + 1) / 2;
}

static uint8_t pixel(const fg_frame *frame, int plane, int x, int y)
{
    return frame->plane[plane][y * frame->stride[plane] + x];
}

/* Every pixel differs from its neighbours, and no two planes are alike. */
static void paint(fg_frame *frame, int width, int height)
{
    assert_int_equal(fg_frame_resize(frame, width, height), 0);
    memset(frame->memory, 0xEE, frame->capacity);
    for (int plane = 0; plane < 3; plane++) {
        for (int y = 0; y < plane_height(frame, plane); y++) {
            for (int x = 0; x < plane_width(frame, plane); x++) {
                frame->plane[plane][y * frame->stride[plane] + x] =
                    (uint8_t)(x * 7 + y * 31 + plane * 100);
            }
        }
    }
}

/* Flips first, then rows become columns. */
static uint8_t expected(const fg_frame *from, int plane, int turn, int x, int y)
{
    bool sideways = (turn & FG_TURN_TRANSPOSE) != 0;
    int column = sideways ? y : x;
    int row = sideways ? x : y;
    column = (turn & FG_TURN_HORIZONTAL) != 0 ? plane_width(from, plane) - 1 - column : column;
    row = (turn & FG_TURN_VERTICAL) != 0 ? plane_height(from, plane) - 1 - row : row;
    return pixel(from, plane, column, row);
}

static void every_pixel_lands_where_the_turn_puts_it(void **state)
{
    desk *frames = *state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        paint(&frames->from, sizes[i].width, sizes[i].height);
        for (int turn = 0; turn < TURNS; turn++) {
            bool sideways = (turn & FG_TURN_TRANSPOSE) != 0;
            assert_int_equal(fg_turn_frame(&frames->from, turn, &frames->to), 0);
            assert_int_equal(frames->to.width, sideways ? sizes[i].height : sizes[i].width);
            assert_int_equal(frames->to.height, sideways ? sizes[i].width : sizes[i].height);
            for (int plane = 0; plane < 3; plane++) {
                for (int y = 0; y < plane_height(&frames->to, plane); y++) {
                    for (int x = 0; x < plane_width(&frames->to, plane); x++) {
                        assert_int_equal(pixel(&frames->to, plane, x, y),
                                         expected(&frames->from, plane, turn, x, y));
                    }
                }
            }
        }
    }
}

static void the_padding_of_odd_sizes_is_filled_after_the_turn(void **state)
{
    desk *frames = *state;
    paint(&frames->from, 17, 33);
    for (int turn = 0; turn < TURNS; turn++) {
        assert_int_equal(fg_turn_frame(&frames->from, turn, &frames->to), 0);
        int width = frames->to.width, height = frames->to.height;
        assert_int_equal(pixel(&frames->to, 0, width, 0), pixel(&frames->to, 0, width - 1, 0));
        assert_int_equal(pixel(&frames->to, 0, 0, height), pixel(&frames->to, 0, 0, height - 1));
        assert_int_equal(pixel(&frames->to, 0, width, height),
                         pixel(&frames->to, 0, width - 1, height - 1));
    }
}

static void quarter_turns_are_clockwise(void **state)
{
    desk *frames = *state;
    paint(&frames->from, 40, 15);
    uint8_t top_left = pixel(&frames->from, 0, 0, 0);
    assert_int_equal(fg_turn_frame(&frames->from, FG_TURN_90, &frames->to), 0);
    assert_int_equal(pixel(&frames->to, 0, 14, 0), top_left);
    assert_int_equal(fg_turn_frame(&frames->from, FG_TURN_180, &frames->to), 0);
    assert_int_equal(pixel(&frames->to, 0, 39, 14), top_left);
    assert_int_equal(fg_turn_frame(&frames->from, FG_TURN_270, &frames->to), 0);
    assert_int_equal(pixel(&frames->to, 0, 0, 39), top_left);
}

static void assert_same(const fg_frame *one, const fg_frame *other)
{
    assert_int_equal(one->width, other->width);
    assert_int_equal(one->height, other->height);
    for (int plane = 0; plane < 3; plane++) {
        for (int y = 0; y < plane_height(one, plane); y++) {
            assert_memory_equal(one->plane[plane] + y * one->stride[plane],
                                other->plane[plane] + y * other->stride[plane],
                                (size_t)plane_width(one, plane));
        }
    }
}

static void one_turn_does_what_two_do_and_another_undoes_it(void **state)
{
    desk *frames = *state;
    fg_frame both = {0};
    paint(&frames->from, 17, 33);
    for (int first = 0; first < TURNS; first++) {
        for (int second = 0; second < TURNS; second++) {
            assert_int_equal(fg_turn_frame(&frames->from, first, &frames->to), 0);
            assert_int_equal(fg_turn_frame(&frames->to, second, &frames->again), 0);
            assert_int_equal(fg_turn_frame(&frames->from, fg_turn_then(first, second), &both), 0);
            assert_same(&frames->again, &both);
        }
        assert_int_equal(fg_turn_then(first, fg_turn_back(first)), FG_TURN_NONE);
        assert_int_equal(fg_turn_then(fg_turn_back(first), first), FG_TURN_NONE);
    }
    fg_frame_release(&both);
}

static void a_frame_of_one_size_is_turned_without_a_new_allocation(void **state)
{
    desk *frames = *state;
    paint(&frames->from, 65, 48);
    assert_int_equal(fg_turn_frame(&frames->from, FG_TURN_90, &frames->to), 0);
    const uint8_t *memory = frames->to.memory;
    frames->to.sequence = 7;
    frames->to.monotonic = 8;
    for (int turn = 0; turn < TURNS; turn++) {
        assert_int_equal(fg_turn_frame(&frames->from, FG_TURN_90, &frames->to), 0);
        assert_ptr_equal(frames->to.memory, memory);
    }
    assert_int_equal(frames->to.sequence, 7);
    assert_int_equal(frames->to.monotonic, 8);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_pixel_lands_where_the_turn_puts_it),
        TEST(the_padding_of_odd_sizes_is_filled_after_the_turn),
        TEST(quarter_turns_are_clockwise),
        TEST(one_turn_does_what_two_do_and_another_undoes_it),
        TEST(a_frame_of_one_size_is_turned_without_a_new_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
