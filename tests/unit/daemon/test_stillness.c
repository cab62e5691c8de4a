/* What counts as movement and what does not. */
#include "stillness.h"

#include "dice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static fg_frame frame;
static const fg_box box = {100, 60, 96, 96};

/* A pattern of soft blobs a quarter of the box wide, moved to the right by some pixels; with noise,
 * and in another light. */
static void paint(int shift, int noise, int gain, int offset)
{
    fg_dice dice = {.state = 7u + (uint64_t)noise + (uint64_t)shift};
    for (int y = 0; y < frame.height; y++) {
        for (int x = 0; x < frame.width; x++) {
            int across = (x - shift + 240) % 48 - 24;
            int down = y % 48 - 24;
            int value = 180 - (across * across + down * down) / 8;
            value = value * gain / 100 + offset;
            value += noise > 0 ? fg_dice_roll(&dice, 2 * noise + 1) - noise : 0;
            frame.plane[0][y * frame.stride[0] + x] = (uint8_t)(value < 0     ? 0
                                                                : value > 255 ? 255
                                                                              : value);
        }
    }
}

static int open_all(void **state)
{
    (void)state;
    frame = (fg_frame){0};
    return fg_frame_resize(&frame, 320, 240);
}

static int close_all(void **state)
{
    (void)state;
    fg_frame_release(&frame);
    return 0;
}

static void noise_and_light_are_no_movement(void **state)
{
    (void)state;
    fg_stillness still = {0};
    paint(0, 10, 100, 0);
    fg_stillness_note(&still, &frame, &box);
    for (int i = 0; i < 10; i++) {
        paint(0, 9 - i, 100, 3 * i);
        assert_false(fg_stillness_moved(&still, &frame));
    }
    paint(0, 5, 70, 0);
    assert_false(fg_stillness_moved(&still, &frame));
}

static void a_thirtieth_of_its_width_is_movement_even_if_it_goes_back(void **state)
{
    (void)state;
    fg_stillness still = {0};
    paint(0, 3, 100, 0);
    fg_stillness_note(&still, &frame, &box);
    paint(3, 3, 100, 0);
    assert_true(fg_stillness_moved(&still, &frame));
    paint(0, 3, 100, 0);
    assert_true(fg_stillness_moved(&still, &frame));
    fg_stillness_note(&still, &frame, &box);
    assert_false(fg_stillness_moved(&still, &frame));
}

static void what_was_not_noted_has_moved(void **state)
{
    (void)state;
    fg_stillness still = {0};
    paint(0, 0, 100, 0);
    assert_true(fg_stillness_moved(&still, &frame));
    /* Beyond the edge there is too little to compare. */
    const fg_box edges[] = {{-90, 0, 96, 96}, {310, 0, 96, 96}, {0, 235, 96, 96}, {400, 300, 9, 9}};
    for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
        fg_stillness_note(&still, &frame, &edges[i]);
        assert_true(fg_stillness_moved(&still, &frame));
    }
    const fg_box half = {-48, 190, 96, 96};
    fg_stillness_note(&still, &frame, &half);
    assert_false(fg_stillness_moved(&still, &frame));
    /* Where everything is of one brightness nothing can be compared. */
    memset(frame.plane[0], 128, (size_t)frame.stride[0] * 240);
    fg_stillness_note(&still, &frame, &box);
    assert_true(fg_stillness_moved(&still, &frame));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_all, close_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(noise_and_light_are_no_movement),
        TEST(a_thirtieth_of_its_width_is_movement_even_if_it_goes_back),
        TEST(what_was_not_noted_has_moved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
