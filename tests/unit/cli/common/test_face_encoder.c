/* Faces of large pictures: found in a smaller one, and encoded from all pixels. */
#include "common/face_encoder.h"
#include "common/options.h"
#include "facegate/delivery/jpeg.h"
#include "testing.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct darkroom {
    char *folder, *path;
    fg_config config;
    fg_face_encoder encoder;
    fg_frame original, large;
    fg_jpeg *jpeg;
} darkroom;

static int set_up(void **state)
{
    darkroom *f = calloc(1, sizeof(*f));
    fg_decoder *decoder = NULL;
    fg_error error;
    assert_non_null(f);
    f->folder = fg_testing_folder();
    f->path = fg_testing_path(f->folder, "large.jpg");
    fg_config_init(&f->config);
    snprintf(f->config.vision.models, sizeof(f->config.vision.models), "%s/models", FG_SOURCE_DIR);
    assert_int_equal(fg_face_encoder_open(&f->encoder, &f->config), 0);
    assert_int_equal(fg_decoder_create(&decoder), 0);
    assert_int_equal(fg_picture_load(decoder, FG_SOURCE_DIR "/tests/pictures/sample1.jpg", true,
                                     &f->original, &error),
                     0);
    fg_decoder_free(decoder);
    assert_int_equal(fg_jpeg_create(90, &f->jpeg), 0);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    darkroom *f = *state;
    fg_face_encoder_close(&f->encoder);
    fg_frame_release(&f->original);
    fg_frame_release(&f->large);
    fg_jpeg_free(f->jpeg);
    free(f->path);
    fg_testing_remove(f->folder);
    free(f);
    return 0;
}

/* One plane's value between four pixels. */
static uint8_t between(const fg_frame *from, int plane, double x, double y)
{
    const uint8_t *at = from->plane[plane] + (int)y * from->stride[plane] + (int)x;
    double right = x - (int)x, down = y - (int)y;
    const uint8_t *below = at + from->stride[plane];
    return (uint8_t)lround((at[0] * (1 - right) + at[1] * right) * (1 - down) +
                           (below[0] * (1 - right) + below[1] * right) * down);
}

/* Writes a part of the picture, `times` as large, into a picture of one grey at 100,100. */
static void enlarge(darkroom *f, fg_box part, double times, int width, int height)
{
    fg_error error;
    const uint8_t *data = NULL;
    size_t size = 0;
    fg_frame *large = &f->large;
    assert_int_equal(fg_frame_resize(large, width, height), 0);
    for (int plane = 0; plane < 3; plane++) {
        int half = plane == 0 ? 1 : 2;
        for (int y = 0; y < height / half; y++) {
            uint8_t *row = large->plane[plane] + (ptrdiff_t)y * large->stride[plane];
            memset(row, 128, (size_t)(width / half));
            double from_y = (y - 100.0 / half) / times;
            for (int x = 100 / half;
                 from_y >= 0 && from_y < part.height / half - 1.0 && x < width / half &&
                 (x - 100.0 / half) / times < part.width / half - 1.0;
                 x++) {
                row[x] = between(&f->original, plane, part.x / half + (x - 100.0 / half) / times,
                                 part.y / half + from_y);
            }
        }
    }
    assert_int_equal(fg_jpeg_encode(f->jpeg, large, 0, 0, width, height, &data, &size, &error), 0);
    fg_testing_write(f->path, data, size);
}

static void load(darkroom *f, int count)
{
    fg_error error;
    if (fg_face_encoder_load(&f->encoder, f->path, f->config.vision.min_face, &error) != 0) {
        fail_msg("%s", error.text);
    }
    assert_int_equal(f->encoder.count, count);
}

static void a_large_face_is_encoded_from_all_pixels(void **state)
{
    darkroom *f = *state;
    float small[FG_ENCODING_SIZE], large[FG_ENCODING_SIZE];
    fg_quality quality;
    fg_error error;
    const fg_box part = {1320, 80, 480, 480};
    enlarge(f, part, 1, 680, 680);
    load(f, 1);
    fg_box box = f->encoder.faces[0].box;
    assert_int_equal(fg_face_encoder_encode(&f->encoder, 0, NULL, small, &error), 0);

    enlarge(f, part, 6, 4000, 3000);
    load(f, 1);
    assert_int_equal(f->encoder.frame.width, 4000);
    fg_box found = f->encoder.faces[0].box;
    assert_true(abs(found.width - 6 * box.width) < box.width);
    assert_true(abs(found.x + found.width / 2 - (6 * (box.x + box.width / 2 - 100) + 100)) <
                box.width / 2);
    assert_int_equal(fg_face_encoder_encode(&f->encoder, 0, &quality, large, &error), 0);
    assert_true(quality.size > 1000);
    assert_int_equal(fg_quality_check(&quality, &fg_quality_enrolment, &error), FG_QUALITY_GOOD);
    double square = 0;
    for (int i = 0; i < FG_ENCODING_SIZE; i++) {
        square += pow((double)small[i] - (double)large[i], 2);
    }
    if (sqrt(square) > 0.2) {
        fail_msg("the encodings are %.3f from each other", sqrt(square));
    }
}

static void small_faces_of_a_large_picture_are_found_if_none_is_large(void **state)
{
    darkroom *f = *state;
    enlarge(f, (fg_box){0, 0, 1920, 1280}, 1, 4000, 3000);
    load(f, 3);
    enlarge(f, (fg_box){1320, 80, 480, 480}, 0.6, 4000, 3000);
    load(f, 1);
    enlarge(f, (fg_box){0, 0, 320, 240}, 1, 4000, 3000);
    load(f, 0);
}

static void a_picture_is_of_the_strongest_face_if_the_others_are_far_smaller_and_weaker(
    void **state)
{
    (void)state;
    static const struct {
        int width;
        double score;
        int main;
    } cases[] = {
        {90, 0.9, 0}, {99, 0.1, 0}, {100, 0.1, -1}, {20, 1.0, -1}, {300, 0.1, -1}, {20, 1.9, -1},
    };
    fg_face_encoder encoder = {.count = 0};
    assert_int_equal(fg_face_encoder_main(&encoder), -1);
    encoder.faces[0] = (fg_face){{0, 0, 200, 200}, 2.0};
    encoder.count = 1;
    assert_int_equal(fg_face_encoder_main(&encoder), 0);
    encoder.count = 3;
    encoder.faces[1] = (fg_face){{300, 0, 50, 50}, 0.1};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        encoder.faces[2] = (fg_face){{0, 300, cases[i].width, cases[i].width}, cases[i].score};
        assert_int_equal(fg_face_encoder_main(&encoder), cases[i].main);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_large_face_is_encoded_from_all_pixels),
        cmocka_unit_test(
            a_picture_is_of_the_strongest_face_if_the_others_are_far_smaller_and_weaker),
        TEST(small_faces_of_a_large_picture_are_found_if_none_is_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
