/* What a liveness model is shown: which part of a frame, held beside values computed by hand, and
 * its pixels. */
#include "liveness_crop.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void lies_about_the_face_and_within_the_frame(void **state)
{
    (void)state;
    static const struct {
        int width, height; /* of the frame */
        fg_box box;
        double crop;
        fg_liveness_place place;
    } table[] = {
        /* 2.7 * 1.08 * 100 = 291.6 about 320,240. */
        {640, 480, {270, 190, 100, 100}, 2.7, {174, 94, 292, 292}},
        {640, 480, {0, 0, 100, 100}, 2.7, {0, 0, 292, 292}},
        {640, 480, {-60, -99, 100, 100}, 2.7, {0, 0, 292, 292}},
        {640, 480, {-16384, -16384, 100, 100}, 2.7, {0, 0, 292, 292}},
        /* Ends with the last pixel: from 639 - 291.6 and 479 - 291.6. */
        {640, 480, {540, 380, 100, 100}, 2.7, {347, 187, 293, 293}},
        {640, 480, {600, 440, 100, 100}, 2.7, {347, 187, 293, 293}},
        {640, 480, {16384, 16384, 100, 100}, 2.7, {347, 187, 293, 293}},
        {640, 480, {16384, 190, 100, 100}, 2.7, {347, 94, 293, 292}},
        /* 583.2 x 145.8 about 200,125. */
        {640, 480, {100, 100, 200, 50}, 2.7, {0, 52, 584, 146}},
        /* As wide as the frame, 639, and 213 high about 250,150. */
        {640, 480, {100, 100, 300, 100}, 2.7, {0, 43, 640, 214}},
        /* As high as the frame, 479. */
        {640, 480, {-100, -100, 1000, 1000}, 2.7, {160, 0, 480, 480}},
        {640, 480, {-8192, -8192, 16384, 16384}, 2.7, {0, 0, 480, 480}},
        {480, 640, {0, 0, 480, 640}, 2.7, {0, 0, 480, 640}},
        /* 54 and 55.08. */
        {640, 480, {10, 20, 50, 50}, 1, {8, 18, 55, 55}},
        {640, 480, {11, 21, 51, 51}, 1, {8, 18, 57, 57}},
        {1, 1, {0, 0, 2, 2}, 2.7, {0, 0, 1, 1}},
        {8, 1, {0, 0, 2, 2}, 2.7, {1, 0, 1, 1}},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        const fg_frame frame = {.width = table[i].width, .height = table[i].height};
        fg_liveness_place place = {0};
        const fg_liveness_place *known = &table[i].place;
        assert_int_equal(fg_liveness_place_crop(&frame, &table[i].box, table[i].crop, &place, NULL),
                         0);
        if (memcmp(&place, known, sizeof(place)) != 0) {
            fail_msg("row %zu: %d,%d %d x %d", i, place.x, place.y, place.width, place.height);
        }
        assert_true(place.x >= 0 && place.x + place.width <= frame.width);
        assert_true(place.y >= 0 && place.y + place.height <= frame.height);
    }
}

static void stays_within_the_frame_wherever_the_box_is(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 200000; i++) {
        unsigned turn = i * 2654435761U;
        const fg_frame frame = {.width = (int)(turn % 97) + 1, .height = (int)(turn % 89) + 1};
        const fg_box box = {(int)(turn % 311) - 100, (int)(turn % 293) - 100, (int)(turn % 139) + 2,
                            (int)(turn % 151) + 2};
        fg_liveness_place place = {0};
        assert_int_equal(fg_liveness_place_crop(&frame, &box, 1 + turn % 71 / 10.0, &place, NULL),
                         0);
        assert_true(place.x >= 0 && place.width >= 1 && place.x + place.width <= frame.width);
        assert_true(place.y >= 0 && place.height >= 1 && place.y + place.height <= frame.height);
    }
}

static void refuses_a_box_in_which_no_face_can_be(void **state)
{
    (void)state;
    static const struct {
        fg_box box;
        const char *text;
    } table[] = {
        {{5, 6, 1, 50}, "no face can be in a box of 1 x 50 pixels at 5,6"},
        {{5, 6, 50, 0}, "no face can be in a box of 50 x 0 pixels at 5,6"},
        {{5, 6, -50, -50}, "no face can be in a box of -50 x -50 pixels at 5,6"},
        {{2147483647, 6, 50, 50}, "no face can be in a box of 50 x 50 pixels at 2147483647,6"},
        {{5, -16385, 50, 50}, "no face can be in a box of 50 x 50 pixels at 5,-16385"},
    };
    const fg_frame frame = {.width = 640, .height = 480};
    for (size_t i = 0; i < COUNT(table); i++) {
        float picture[3] = {1, 2, 3};
        fg_error error = {""};
        assert_int_equal(fg_liveness_crop(&frame, &table[i].box, 2.7, 1, picture, &error), -EINVAL);
        assert_string_equal(error.text, table[i].text);
        assert_float_equal(picture[0], 1, 0);
    }
}

/* A grey frame, whose pixels say where they are. */
static fg_frame make_frame(int width, int height)
{
    fg_frame frame = {0};
    assert_int_equal(fg_frame_resize(&frame, width, height), 0);
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            frame.plane[0][y * frame.stride[0] + x] = (uint8_t)(7 * y + 3 * x);
        }
    }
    for (int y = 0; y < (height + 1) / 2; y++) {
        memset(frame.plane[1] + y * frame.stride[1], 128, (size_t)((width + 1) / 2));
        memset(frame.plane[2] + y * frame.stride[2], 128, (size_t)((width + 1) / 2));
    }
    return frame;
}

static void a_grey_frame_gives_its_own_pixels(void **state)
{
    (void)state;
    static const fg_box boxes[] = {{-3, -3, 10, 10}, {30, 20, 10, 10}, {70, 60, 10, 10}};
    fg_frame frame = make_frame(77, 63);
    for (size_t i = 0; i < COUNT(boxes); i++) {
        fg_liveness_place place = {0};
        assert_int_equal(fg_liveness_place_crop(&frame, &boxes[i], 2.7, &place, NULL), 0);
        assert_int_equal(place.width, place.height);
        int side = place.width;
        float *picture = malloc((size_t)(side * side * 3) * sizeof(*picture));
        assert_non_null(picture);
        assert_int_equal(fg_liveness_crop(&frame, &boxes[i], 2.7, side, picture, NULL), 0);
        for (int j = 0; j < side * side * 3; j++) {
            int y = place.y + j / 3 / side, x = place.x + j / 3 % side;
            assert_float_equal(picture[j], frame.plane[0][y * frame.stride[0] + x], 1e-3F);
        }
        free(picture);
    }
    fg_frame_release(&frame);
}

static void half_as_many_pixels_lie_between_the_frames_own(void **state)
{
    (void)state;
    const fg_box whole = {0, 0, 32, 32};
    float picture[16][16][3];
    fg_frame frame = make_frame(32, 32);
    for (int y = 0; y < 32; y++) {
        for (int x = 0; x < 32; x++) {
            frame.plane[0][y * frame.stride[0] + x] = (uint8_t)(4 * y + 3 * x);
        }
    }
    assert_int_equal(fg_liveness_crop(&frame, &whole, 1, 16, &picture[0][0][0], NULL), 0);
    for (int y = 0; y < 16; y++) {
        for (int x = 0; x < 16; x++) {
            assert_float_equal(picture[y][x][0], (float)(4 * (2 * y) + 3 * (2 * x)) + 3.5F, 1e-3F);
        }
    }
    fg_frame_release(&frame);
}

/* Red rises by 8 from one chroma pixel to the next; of each, three quarters count. */
static void colours_go_over_from_one_chroma_pixel_to_the_next(void **state)
{
    (void)state;
    static const float red[9] = {128, 131, 136, 142, 148, 153, 159, 164, 170};
    static const float green[9] = {128, 127, 124, 121, 118, 115, 112, 109, 107};
    const fg_box whole = {0, 0, 9, 9};
    float picture[9][9][3];
    fg_frame frame = make_frame(9, 9);
    for (int i = 0; i < 9; i++) {
        memset(frame.plane[0] + i * frame.stride[0], 128, 9);
    }
    for (int i = 0; i < 25; i++) {
        frame.plane[2][i / 5 * frame.stride[2] + i % 5] = (uint8_t)(128 + 8 * (i % 5));
    }
    assert_int_equal(fg_liveness_crop(&frame, &whole, 1, 9, &picture[0][0][0], NULL), 0);
    for (int y = 0; y < 9; y++) {
        for (int x = 0; x < 9; x++) {
            assert_float_equal(picture[y][x][0], 128, 1e-3F);
            assert_float_equal(picture[y][x][1], green[x], 1e-3F);
            assert_float_equal(picture[y][x][2], red[x], 1e-3F);
        }
    }
    fg_frame_release(&frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lies_about_the_face_and_within_the_frame),
        cmocka_unit_test(stays_within_the_frame_wherever_the_box_is),
        cmocka_unit_test(refuses_a_box_in_which_no_face_can_be),
        cmocka_unit_test(a_grey_frame_gives_its_own_pixels),
        cmocka_unit_test(half_as_many_pixels_lie_between_the_frames_own),
        cmocka_unit_test(colours_go_over_from_one_chroma_pixel_to_the_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
