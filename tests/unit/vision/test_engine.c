#include "engine_pictures.h"
#include "known_faces.h"
#include "testing.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void encode(const fg_frame *frame, const fg_box *box, float ret_encoding[FG_ENCODING_SIZE])
{
    fg_error error = {""};
    fg_landmarks landmarks;
    if (fg_engine_align(engine, frame, box, &landmarks, &error) != 0 ||
        fg_engine_encode(engine, ret_encoding, &error) != 0) {
        fail_msg("%s", error.text);
    }
}

static double distance(const float *left, const float *right)
{
    double sum = 0;
    for (int i = 0; i < FG_ENCODING_SIZE; i++) {
        sum += ((double)left[i] - (double)right[i]) * ((double)left[i] - (double)right[i]);
    }
    return sqrt(sum);
}

/* That each known face of a picture is found in a frame made of it, where it should be. The
 * detector looks at sizes in steps of a fifth, so that is how far edges may be off. */
static void assert_known(const fg_frame *frame, int picture, int min_face, double scale)
{
    fg_face faces[FG_ENGINE_MAX_FACES];
    int count = detect(frame, min_face, faces);
    for (int i = 0; i < FG_KNOWN_FACES; i++) {
        const fg_known_face *known = &fg_known_faces[i];
        if (known->picture != picture || known->is_none) {
            continue;
        }
        double best = INFINITY;
        for (int j = 0; j < count; j++) {
            best = fmin(best, off_by(&faces[j].box, &known->box, scale, 0, 0));
        }
        if (!(best <= known->box.width * scale / 5)) {
            fail_msg("sample%d, least face %d, scale %.2f: the face at %d,%d is off by %.1f",
                     picture, min_face, scale, known->box.x, known->box.y, best);
        }
    }
}

/* A frame made of another by taking every pixel `times` times in both directions. */
static void enlarge(const fg_frame *from, int times, fg_frame *to)
{
    assert_int_equal(fg_frame_resize(to, from->width * times, from->height * times), 0);
    for (int plane = 0; plane < 3; plane++) {
        int width = plane == 0 ? to->width : (to->width + 1) / 2;
        int height = plane == 0 ? to->height : (to->height + 1) / 2;
        for (int y = 0; y < height; y++) {
            const uint8_t *in = from->plane[plane] + (ptrdiff_t)(y / times) * from->stride[plane];
            uint8_t *out = to->plane[plane] + (ptrdiff_t)y * to->stride[plane];
            for (int x = 0; x < width; x++) {
                out[x] = in[x / times];
            }
        }
    }
}

/* A frame of half the size, each pixel the mean of four. */
static void halve(const fg_frame *from, fg_frame *to)
{
    assert_int_equal(fg_frame_resize(to, from->width / 2, from->height / 2), 0);
    for (int plane = 0; plane < 3; plane++) {
        int width = plane == 0 ? to->width : to->width / 2;
        int height = plane == 0 ? to->height : to->height / 2;
        ptrdiff_t stride = from->stride[plane];
        for (int y = 0; y < height; y++) {
            const uint8_t *in = from->plane[plane] + 2 * y * stride;
            uint8_t *out = to->plane[plane] + (ptrdiff_t)y * to->stride[plane];
            for (int x = 0; x < width; x++) {
                int sum = in[2 * x] + in[2 * x + 1] + in[stride + 2 * x] + in[stride + 2 * x + 1];
                out[x] = (uint8_t)((sum + 2) / 4);
            }
        }
    }
}

static void the_known_faces_are_found_strongest_first(void **state)
{
    (void)state;
    for (int i = 0; i < FG_TEST_PICTURES; i++) {
        int picture = fg_test_pictures[i];
        fg_face faces[FG_ENGINE_MAX_FACES];
        int count = detect(&pictures[picture], 80, faces);
        int known = 0;
        for (int j = 0; j < FG_KNOWN_FACES; j++) {
            known += fg_known_faces[j].picture == picture;
        }
        assert_int_equal(count, known);
        assert_known(&pictures[picture], picture, 80, 1);
        for (int j = 0; j < count; j++) {
            assert_true(faces[j].score > 0);
            assert_true(j == 0 || faces[j - 1].score >= faces[j].score);
        }
    }
}

static void faces_keep_their_places_at_every_scale(void **state)
{
    (void)state;
    static const int min_faces[] = {120, 160, 165};
    for (int i = 0; i < FG_TEST_PICTURES; i++) {
        for (size_t j = 0; j < COUNT(min_faces); j++) {
            assert_known(&pictures[fg_test_pictures[i]], fg_test_pictures[i], min_faces[j], 1);
        }
    }
}

static void in_an_enlarged_picture_larger_faces_are_the_same(void **state)
{
    (void)state;
    fg_box box;
    fg_frame large = {0}, part = part_with_a_face(640, 480, &box);
    fg_face faces[FG_ENGINE_MAX_FACES], expected[FG_ENGINE_MAX_FACES];
    assert_int_equal(detect(&part, 80, expected), 1);
    for (int times = 2; times <= 8; times *= 2) {
        enlarge(&part, times, &large);
        /* Halved again the picture is what it was to the bit. */
        assert_int_equal(detect(&large, 80 * times, faces), 1);
        assert_true(off_by(&faces[0].box, &expected[0].box, times, 0, 0) <= times);
        assert_true(fabs(faces[0].score - expected[0].score) < 1e-9);
    }
    fg_frame_release(&large);
}

static void in_a_reduced_picture_smaller_faces_are_found(void **state)
{
    (void)state;
    fg_frame small = {0};
    for (int i = 0; i < FG_TEST_PICTURES; i++) {
        halve(&pictures[fg_test_pictures[i]], &small);
        assert_known(&small, fg_test_pictures[i], 40, 0.5);
    }
    fg_frame_release(&small);
}

static void a_part_of_a_picture_with_odd_sides_shows_the_same_face(void **state)
{
    (void)state;
    static const struct {
        int width, height;
    } sizes[] = {{640, 480}, {641, 481}, {639, 480}, {640, 479}};
    /* From four pixels for each of the picture's to a quarter of one. */
    static const int min_faces[] = {40, 57, 80, 81, 160};
    float first[FG_ENCODING_SIZE], other[FG_ENCODING_SIZE];
    fg_face faces[FG_ENGINE_MAX_FACES];
    fg_box box;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        fg_frame part = part_with_a_face(sizes[i].width, sizes[i].height, &box);
        for (size_t j = 0; j < COUNT(min_faces); j++) {
            assert_int_equal(detect(&part, min_faces[j], faces), 1);
            assert_true(off_by(&faces[0].box, &box, 1, 0, 0) <= box.width / 5.0);
        }
        encode(&part, &box, i == 0 ? first : other);
        if (i > 0) {
            assert_memory_equal(first, other, sizeof(first));
        }
    }
    /* Where the face is in the frame makes no difference. */
    encode(&pictures[1], &fg_known_faces[0].box, other);
    assert_memory_equal(first, other, sizeof(first));
}

static void a_picture_smaller_than_any_face_has_none(void **state)
{
    (void)state;
    static const int sides[] = {1, 2, 3, 16, 39, 81};
    static const int min_faces[] = {40, 80, 160, 1000};
    fg_face faces[FG_ENGINE_MAX_FACES];
    for (size_t i = 0; i < COUNT(sides); i++) {
        for (size_t j = 0; j < COUNT(sides); j++) {
            fg_frame frame = {0};
            assert_int_equal(fg_frame_resize(&frame, sides[i], sides[j]), 0);
            for (size_t k = 0; k < COUNT(min_faces); k++) {
                assert_int_equal(detect(&frame, min_faces[k], faces), 0);
            }
            fg_frame_release(&frame);
        }
    }
}

static void of_too_many_faces_the_strongest_stay(void **state)
{
    (void)state;
    /* The same face 70 times, a little less of it each time. */
    const fg_box *known = &fg_known_faces[0].box;
    const int columns = 10, rows = 7, side = 324;
    fg_frame crowd = {0};
    assert_int_equal(fg_frame_resize(&crowd, columns * side, rows * side), 0);
    fg_frame one = part_of(&pictures[1], known->x - 54, known->y - 54, side, side);
    for (int y = 0; y < crowd.height; y++) {
        for (int x = 0; x < crowd.width; x++) {
            int tile = y / side * columns + x / side;
            int pixel = one.plane[0][(ptrdiff_t)(y % side) * one.stride[0] + x % side];
            crowd.plane[0][(ptrdiff_t)y * crowd.stride[0] + x] =
                (uint8_t)(pixel * (100 - tile) / 100);
        }
    }
    fg_face faces[FG_ENGINE_MAX_FACES + 1];
    faces[FG_ENGINE_MAX_FACES].score = 77;
    assert_int_equal(detect(&crowd, 80, faces), FG_ENGINE_MAX_FACES);
    assert_true(faces[FG_ENGINE_MAX_FACES].score == 77);
    assert_in_range(fg_engine_beyond(engine), 1, 6);
    for (int i = 1; i < FG_ENGINE_MAX_FACES; i++) {
        assert_true(faces[i - 1].score >= faces[i].score);
    }
    fg_frame_release(&crowd);
}

static void landmarks_lie_where_a_face_has_them(void **state)
{
    (void)state;
    for (int i = 0; i < FG_KNOWN_FACES; i++) {
        const fg_known_face *known = &fg_known_faces[i];
        const fg_frame *frame = &pictures[known->picture];
        if (known->is_none || frame->memory == NULL) {
            continue;
        }
        fg_landmarks at;
        fg_error error = {""};
        assert_int_equal(fg_engine_align(engine, frame, &known->box, &at, &error), 0);
        for (int j = 0; j < 5; j++) {
            assert_true(at.x[j] > (float)known->box.x);
            assert_true(at.x[j] < (float)(known->box.x + known->box.width));
            assert_true(at.y[j] > (float)known->box.y);
            assert_true(at.y[j] < (float)(known->box.y + known->box.height));
        }
        /* Both corners of the eye on the picture's right, both of the other, the nose below. */
        assert_true(at.x[0] > at.x[1] && at.x[1] > at.x[3] && at.x[3] > at.x[2]);
        assert_true(at.y[4] > (at.y[0] + at.y[1] + at.y[2] + at.y[3]) / 4);
    }
}

static void a_face_at_the_pictures_edge_is_encoded(void **state)
{
    (void)state;
    const fg_box *known = &fg_known_faces[0].box;
    float whole[FG_ENCODING_SIZE], cut[FG_ENCODING_SIZE];
    encode(&pictures[1], known, whole);
    /* The box reaches past each edge in turn, by a tenth of the face. */
    int tenth = known->width / 10 & ~1, x = known->x, y = known->y, side = known->width;
    fg_frame parts[] = {
        part_of(&pictures[1], x + tenth, 0, 800, 800),
        part_of(&pictures[1], 0, y + tenth, 800, 800),
        part_of(&pictures[1], 0, 0, x + side - tenth, 800),
        part_of(&pictures[1], 0, 0, 800, y + side - tenth),
    };
    fg_box boxes[] = {{-tenth, y, side, side}, {x, -tenth, side, side}, *known, *known};
    for (size_t i = 0; i < COUNT(parts); i++) {
        encode(&parts[i], &boxes[i], cut);
        assert_true(distance(whole, cut) < 0.5);
    }
}

static void a_box_that_holds_no_face_is_refused(void **state)
{
    (void)state;
    static const struct {
        fg_box box;
        const char *text;
    } table[] = {
        {{0, 0, 0, 80}, "no face can be in a box of 0 x 80 pixels at 0,0"},
        {{0, 0, 80, -1}, "no face can be in a box of 80 x -1 pixels at 0,0"},
        {{INT_MAX, 0, 80, 80}, "no face can be in a box of 80 x 80 pixels at 2147483647,0"},
        {{INT_MIN, 0, 80, 80}, "no face can be in a box of 80 x 80 pixels at -2147483648,0"},
        {{0, INT_MIN, 80, 80}, "no face can be in a box of 80 x 80 pixels at 0,-2147483648"},
        {{0, 0, INT_MAX, INT_MAX},
         "no face can be in a box of 2147483647 x 2147483647 pixels at 0,0"},
        {{-500, 100, 80, 80}, "the box at -500,100 lies outside the picture"},
        {{100, -500, 80, 80}, "the box at 100,-500 lies outside the picture"},
        {{5000, 100, 80, 80}, "the box at 5000,100 lies outside the picture"},
        {{100, 5000, 80, 80}, "the box at 100,5000 lies outside the picture"},
        {{-16384, -16384, 16384, 16384}, NULL},
        {{0, 0, 16384, 16384}, NULL},
        {{0, 0, 1, 1}, "no face can be in a box of 1 x 1 pixels at 0,0"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        fg_landmarks landmarks = {.x = {77}};
        fg_error error = {""};
        int result = fg_engine_align(engine, &pictures[1], &table[i].box, &landmarks, &error);
        if (table[i].text == NULL) {
            assert_int_equal(result, 0);
            continue;
        }
        assert_string_equal(error.text, table[i].text);
        assert_int_equal(result, -EINVAL);
        assert_true(landmarks.x[0] == 77);
    }
}

static void without_a_face_nothing_is_encoded(void **state)
{
    (void)state;
    const fg_box outside = {-500, -500, 80, 80};
    float encoding[FG_ENCODING_SIZE] = {77};
    fg_landmarks landmarks;
    fg_error error = {""};
    fg_engine *fresh = NULL;
    assert_int_equal(fg_engine_create(MODELS, &fresh, &error), 0);
    assert_int_equal(fg_engine_encode(fresh, encoding, &error), -EINVAL);
    assert_string_equal(error.text, "no aligned face to encode");
    assert_null(fg_engine_chip(fresh));

    /* A failed alignment does not leave the face before it behind. */
    assert_int_equal(
        fg_engine_align(fresh, &pictures[1], &fg_known_faces[0].box, &landmarks, &error), 0);
    assert_non_null(fg_engine_chip(fresh));
    assert_int_equal(fg_engine_align(fresh, &pictures[1], &outside, &landmarks, &error), -EINVAL);
    assert_null(fg_engine_chip(fresh));
    assert_int_equal(fg_engine_encode(fresh, encoding, &error), -EINVAL);
    assert_true(encoding[0] == 77);
    assert_null(fg_engine_free(fresh));
}

static void the_same_picture_gives_the_same_result(void **state)
{
    (void)state;
    fg_engine *first = engine, *second = NULL;
    fg_box box;
    const fg_frame part = part_with_a_face(1200, 900, &box),
                   small = part_with_a_face(640, 480, &box);
    assert_int_equal(fg_engine_create(MODELS, &second, NULL), 0);
    fg_engine *const engines[] = {first, first, second};
    fg_face faces[3][FG_ENGINE_MAX_FACES], others[FG_ENGINE_MAX_FACES];
    float encodings[3][2][FG_ENCODING_SIZE];
    memset(faces, 0, sizeof(faces));
    for (int round = 0; round < 3; round++) {
        engine = engines[round];
        assert_int_equal(detect(&part, 80, faces[round]), 2);
        for (int i = 0; i < 2; i++) {
            encode(&part, &faces[round][i].box, encodings[round][i]);
        }
        assert_memory_equal(faces[round], faces[0], sizeof(faces[0]));
        assert_memory_equal(encodings[round], encodings[0], sizeof(encodings[0]));
        /* Something else in between. */
        detect(&small, 160, others);
    }
    engine = first;
    fg_engine_free(second);
}

static void a_chip_can_be_encoded_twice(void **state)
{
    (void)state;
    float first[FG_ENCODING_SIZE], second[FG_ENCODING_SIZE];
    encode(&pictures[1], &fg_known_faces[0].box, first);
    assert_int_equal(fg_engine_encode(engine, second, NULL), 0);
    assert_memory_equal(first, second, sizeof(first));
}

static void assert_colour(const uint8_t *pixel, int red, int green, int blue)
{
    const int expected[] = {red, green, blue};
    for (int i = 0; i < 3; i++) {
        if (abs(pixel[i] - expected[i]) > 2) {
            fail_msg("%d %d %d, not %d %d %d", pixel[0], pixel[1], pixel[2], red, green, blue);
        }
    }
}

/* The landmarks of nothing are somewhere; all of a picture of one colour has that colour. */
static void a_chip_is_red_green_and_blue(void **state)
{
    (void)state;
    const fg_box box = {80, 60, 120, 120};
    fg_landmarks landmarks;
    fg_frame frame = {0};
    assert_int_equal(fg_frame_resize(&frame, 320, 240), 0);
    memset(frame.plane[0], 100, (size_t)frame.stride[0] * 240);
    memset(frame.plane[1], 90, (size_t)frame.stride[1] * 120);
    memset(frame.plane[2], 170, (size_t)frame.stride[2] * 120);
    assert_int_equal(fg_engine_align(engine, &frame, &box, &landmarks, NULL), 0);
    const uint8_t *chip = fg_engine_chip(engine);
    for (int i = 0; i < FG_CHIP_SIDE * FG_CHIP_SIDE; i++) {
        /* JFIF's conversion of Y 100, Cb 90, Cr 170. */
        assert_colour(&chip[3 * i], 159, 83, 33);
    }
    fg_frame_release(&frame);
}

static void a_chip_stays_until_the_next_face(void **state)
{
    (void)state;
    enum { SIZE = 3 * FG_CHIP_SIDE * FG_CHIP_SIDE };
    static uint8_t first[SIZE];
    float encoding[FG_ENCODING_SIZE];
    fg_landmarks landmarks;
    const fg_frame *picture = &pictures[1];
    assert_int_equal(fg_engine_align(engine, picture, &fg_known_faces[0].box, &landmarks, NULL), 0);
    memcpy(first, fg_engine_chip(engine), SIZE);
    assert_int_equal(fg_engine_encode(engine, encoding, NULL), 0);
    assert_memory_equal(fg_engine_chip(engine), first, SIZE);
    assert_int_equal(fg_engine_align(engine, picture, &fg_known_faces[1].box, &landmarks, NULL), 0);
    assert_memory_not_equal(fg_engine_chip(engine), first, SIZE);
}

static void the_woman_of_two_pictures_is_known_and_nobody_else(void **state)
{
    (void)state;
    float enrolled[FG_ENCODING_SIZE];
    encode(&pictures[1], &fg_known_faces[1].box, enrolled);
    int others = 0, matches = 0;
    for (int i = 0; i < FG_TEST_PICTURES; i++) {
        int picture = fg_test_pictures[i];
        fg_face faces[FG_ENGINE_MAX_FACES];
        int count = detect(&pictures[picture], 80, faces);
        for (int j = 0; j < count; j++) {
            float probe[FG_ENCODING_SIZE];
            bool same = false;
            for (int k = 0; k < FG_KNOWN_FACES; k++) {
                const fg_known_face *known = &fg_known_faces[k];
                same = same || (known->is_twice && known->picture == picture &&
                                off_by(&faces[j].box, &known->box, 1, 0, 0) <= 6);
            }
            encode(&pictures[picture], &faces[j].box, probe);
            double apart = distance(enrolled, probe);
            if (same) {
                assert_true(apart < 0.5);
                matches++;
            } else {
                assert_true(apart >= 0.5);
                others++;
            }
        }
    }
    assert_int_equal(matches, 2);
    assert_int_equal(others, FG_TEST_PICTURES == 6 ? 18 : 5);
}

static void without_models_there_is_no_engine(void **state)
{
    (void)state;
    fg_error error = {""};
    fg_engine *none = engine;
    assert_int_equal(fg_engine_create("/no/such/folder", &none, &error), -ENOENT);
    assert_ptr_equal(none, engine);
    assert_string_equal(
        error.text, "model /no/such/folder/shape_predictor_5_face_landmarks.dat is missing: fetch "
                    "it with \"models/fetch.sh /no/such/folder\" (or from "
                    "http://dlib.net/files/shape_predictor_5_face_landmarks.dat.bz2), or name its "
                    "folder with --models");
    assert_int_equal(fg_engine_create("/no/such/folder", &none, NULL), -ENOENT);
}

static void nothing_is_freed_too(void **state)
{
    (void)state;
    assert_null(fg_engine_free(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_known_faces_are_found_strongest_first),
        cmocka_unit_test(faces_keep_their_places_at_every_scale),
        cmocka_unit_test(in_an_enlarged_picture_larger_faces_are_the_same),
        cmocka_unit_test(in_a_reduced_picture_smaller_faces_are_found),
        cmocka_unit_test(a_part_of_a_picture_with_odd_sides_shows_the_same_face),
        cmocka_unit_test(a_picture_smaller_than_any_face_has_none),
        cmocka_unit_test(of_too_many_faces_the_strongest_stay),
        cmocka_unit_test(landmarks_lie_where_a_face_has_them),
        cmocka_unit_test(a_face_at_the_pictures_edge_is_encoded),
        cmocka_unit_test(a_box_that_holds_no_face_is_refused),
        cmocka_unit_test(without_a_face_nothing_is_encoded),
        cmocka_unit_test(the_same_picture_gives_the_same_result),
        cmocka_unit_test(a_chip_can_be_encoded_twice),
        cmocka_unit_test(a_chip_is_red_green_and_blue),
        cmocka_unit_test(a_chip_stays_until_the_next_face),
        cmocka_unit_test(the_woman_of_two_pictures_is_known_and_nobody_else),
        cmocka_unit_test(without_models_there_is_no_engine),
        cmocka_unit_test(nothing_is_freed_too),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
