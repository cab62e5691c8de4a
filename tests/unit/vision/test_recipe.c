/*
 * The engine's encodings against dlib's own recipe: encodings made with Python's face_recognition
 * follow it and have to stay valid.
 */
#include "facegate/camera/picture.h"
#include "facegate/vision/engine.h"
#include "known_faces.h"
#include "reference_engine.h"
#include "testing.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <turbojpeg.h>

#include <cmocka.h>

#define MODELS FG_SOURCE_DIR "/models/"

static fg_engine *engine;
static void *reference;
static fg_decoder *decoder;

static int load(void **state)
{
    (void)state;
    fg_error error = {""};
    if (fg_engine_create(MODELS, &engine, &error) != 0) {
        print_error("%s\n", error.text);
        return -1;
    }
    reference = fg_reference_create(MODELS "shape_predictor_5_face_landmarks.dat",
                                    MODELS "dlib_face_recognition_resnet_model_v1.dat");
    return reference != NULL && fg_decoder_create(&decoder) == 0 ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    fg_decoder_free(decoder);
    fg_reference_free(reference);
    fg_engine_free(engine);
    return 0;
}

static char *picture_path(int number)
{
    char name[32];
    snprintf(name, sizeof(name), "sample%d.jpg", number);
    return fg_testing_path(FG_SOURCE_DIR "/tests/pictures", name);
}

/* The whole frame as RGB, by the same conversion as the engine's window. */
static unsigned char *rgb_of_frame(const fg_frame *frame)
{
    unsigned char *rgb = malloc((size_t)frame->width * (size_t)frame->height * 3);
    const unsigned char *planes[3] = {frame->plane[0], frame->plane[1], frame->plane[2]};
    int strides[3] = {frame->stride[0], frame->stride[1], frame->stride[2]};
    tjhandle colour = tjInitDecompress();
    assert_non_null(rgb);
    assert_int_equal(tjDecodeYUVPlanes(colour, planes, strides, TJSAMP_420, rgb, frame->width, 0,
                                       frame->height, TJPF_RGB, 0),
                     0);
    tjDestroy(colour);
    return rgb;
}

/* The picture as a JPEG decoder gives it, never I420. */
static unsigned char *rgb_of_file(const char *path, int width, int height)
{
    size_t size = 0;
    char *jpeg = fg_testing_read(path, &size);
    unsigned char *rgb = malloc((size_t)width * (size_t)height * 3);
    tjhandle decompressor = tjInitDecompress();
    assert_non_null(rgb);
    assert_int_equal(tjDecompress2(decompressor, (unsigned char *)jpeg, size, rgb, width, 0, height,
                                   TJPF_RGB, 0),
                     0);
    tjDestroy(decompressor);
    free(jpeg);
    return rgb;
}

static void encode(const fg_frame *frame, const fg_box *box, float ret_encoding[FG_ENCODING_SIZE])
{
    fg_error error = {""};
    fg_landmarks landmarks;
    if (fg_engine_align(engine, frame, box, &landmarks, &error) != 0 ||
        fg_engine_encode(engine, ret_encoding, &error) != 0) {
        fail_msg("%s", error.text);
    }
}

static double distance_to_reference(const unsigned char *rgb, const fg_frame *frame,
                                    const fg_box *box)
{
    float ours[FG_ENCODING_SIZE], theirs[FG_ENCODING_SIZE];
    encode(frame, box, ours);
    assert_int_equal(fg_reference_encode(reference, rgb, frame->width, frame->height, box->x,
                                         box->y, box->x + box->width - 1, box->y + box->height - 1,
                                         theirs),
                     0);
    double sum = 0;
    for (int i = 0; i < FG_ENCODING_SIZE; i++) {
        sum += ((double)ours[i] - (double)theirs[i]) * ((double)ours[i] - (double)theirs[i]);
    }
    return sqrt(sum);
}

/* Distances for all known faces, sorted, against the picture as the frame or the file has it. How
 * many. */
static int measure(bool from_file, double ret_distances[FG_KNOWN_FACES])
{
    int count = 0;
    for (int picture = 1; picture <= 6; picture++) {
        fg_frame frame = {0};
        fg_error error = {""};
        char *path = picture_path(picture);
        if (fg_picture_load(decoder, path, false, &frame, &error) != 0) {
            fail_msg("%s", error.text);
        }
        unsigned char *rgb =
            from_file ? rgb_of_file(path, frame.width, frame.height) : rgb_of_frame(&frame);
        for (int i = 0; i < FG_KNOWN_FACES; i++) {
            const fg_known_face *face = &fg_known_faces[i];
            /* Where there is no face, where its landmarks fall is chance: only the same pixels
             * make the same of them. */
            if (face->picture == picture && !(from_file && face->is_none)) {
                ret_distances[count++] = distance_to_reference(rgb, &frame, &face->box);
            }
        }
        free(rgb);
        free(path);
        fg_frame_release(&frame);
    }
    qsort(ret_distances, (size_t)count, sizeof(ret_distances[0]), fg_testing_by_value);
    return count;
}

static void of_the_same_rgb_the_engine_makes_the_same_encoding(void **state)
{
    (void)state;
    double distances[FG_KNOWN_FACES];
    int count = measure(false, distances);
    print_message("%d faces, same RGB: median %.2g, largest %.2g\n", count, distances[count / 2],
                  distances[count - 1]);
    assert_int_equal(count, 20);
    assert_true(distances[count - 1] < 1e-3);
}

static void through_i420_encodings_stay_where_they_were(void **state)
{
    (void)state;
    double distances[FG_KNOWN_FACES];
    int count = measure(true, distances);
    print_message("%d faces, through I420: median %.3f, largest %.3f\n", count,
                  distances[count / 2], distances[count - 1]);
    assert_int_equal(count, 19);
    assert_true(distances[count / 2] < 0.05);
    assert_true(distances[count - 1] < 0.12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_the_same_rgb_the_engine_makes_the_same_encoding),
        cmocka_unit_test(through_i420_encodings_stay_where_they_were),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
