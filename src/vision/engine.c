/* Finds faces, places landmarks, computes encodings: dlib's recipe, by kernels of our own. */
#include "facegate/vision/engine.h"

#include "dlib_face.h"
#include "face_box.h"
#include "kernels/detector.h"
#include "kernels/encoder.h"
#include "models.h"
#include "pyramid.h"
#include "search.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>

struct fg_engine {
    fg_pyramid *pyramid;
    fg_detector *detector;
    fg_predictor *predictor;
    fg_encoder *encoder;
    tjhandle decoder;
    uint8_t *window; /* RGB */
    size_t window_capacity;
    int beyond;
    bool has_chip;
    uint8_t chip[FG_CHIP_SIDE * FG_CHIP_SIDE * 3];
};

int fg_engine_find_isa(const char **ret_isa, fg_error *error)
{
    const fg_kernels *kernels;
    int result = fg_kernels_choose(getenv("FACEGATE_ISA"), &kernels, error);
    if (result == 0) {
        *ret_isa = kernels->isa;
    }
    return result;
}

static int open_encoder(const fg_kernels *kernels, const char *path, fg_encoder **ret_encoder,
                        fg_error *error)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        int code = -errno;
        return fg_error_set(error, code, "model %s: %s", path, strerror(-code));
    }
    int result = fg_encoder_create(kernels, file, ret_encoder, error);
    fclose(file);
    return result == 0 ? 0 : fg_error_prefix(error, result, "model %s", path);
}

static int open_parts(fg_engine *engine, const char *landmarks, const char *recognition,
                      fg_error *error)
{
    const fg_kernels *kernels;
    int result = fg_kernels_choose(getenv("FACEGATE_ISA"), &kernels, error);
    if (result == 0) {
        result = fg_predictor_create(landmarks, &engine->predictor, error);
    }
    if (result == 0) {
        result = open_encoder(kernels, recognition, &engine->encoder, error);
    }
    if (result != 0) {
        return result;
    }
    engine->decoder = tjInitDecompress();
    if (engine->decoder == NULL || fg_pyramid_create(kernels, &engine->pyramid) != 0 ||
        fg_detector_create(kernels, &engine->detector) != 0) {
        return fg_error_set(error, -ENOMEM, "loading the models: not enough memory");
    }
    return 0;
}

int fg_engine_create(const char *models_dir, fg_engine **ret_engine, fg_error *error)
{
    char landmarks[FG_MODEL_PATH];
    char recognition[FG_MODEL_PATH];
    int result = fg_models_check(models_dir, landmarks, recognition, error);
    if (result != 0) {
        return result;
    }
    fg_engine *engine = calloc(1, sizeof(*engine));
    if (engine == NULL) {
        return fg_error_set(error, -ENOMEM, "loading the models: not enough memory");
    }
    result = open_parts(engine, landmarks, recognition, error);
    if (result != 0) {
        fg_engine_free(engine);
        return result;
    }
    *ret_engine = engine;
    return 0;
}

fg_engine *fg_engine_free(fg_engine *engine)
{
    if (engine != NULL) {
        fg_pyramid_free(engine->pyramid);
        fg_detector_free(engine->detector);
        fg_predictor_free(engine->predictor);
        fg_encoder_free(engine->encoder);
        if (engine->decoder != NULL) {
            tjDestroy(engine->decoder);
        }
        free(engine->window);
        free(engine);
    }
    return NULL;
}

/* Whether a picture is more than shades of grey, as that of a camera with infrared lamps is not:
 * then there is nothing more to see in colour. */
static bool has_colour(const fg_frame *frame)
{
    int width = (frame->width + 1) / 2, height = (frame->height + 1) / 2;
    for (int y = 0; y < height; y++) {
        const uint8_t *blue = frame->plane[1] + (ptrdiff_t)y * frame->stride[1];
        const uint8_t *red = frame->plane[2] + (ptrdiff_t)y * frame->stride[2];
        int any = 0;
        for (int x = 0; x < width; x++) {
            any |= (blue[x] ^ 128) | (red[x] ^ 128);
        }
        if (any != 0) {
            return true;
        }
    }
    return false;
}

/* What was found. */
static int give_faces(fg_engine *engine, int min_face, fg_face *faces)
{
    int found;
    const fg_hit *hits = fg_detector_settle(engine->detector, &found);
    int count = found < FG_ENGINE_MAX_FACES ? found : FG_ENGINE_MAX_FACES;
    engine->beyond = 0;
    for (int i = count; i < found; i++) {
        engine->beyond += hits[i].score >= 0;
    }
    for (int i = 0; i < count; i++) {
        faces[i] = fg_search_face(&hits[i], min_face);
    }
    return count;
}

int fg_engine_beyond(const fg_engine *engine)
{
    return engine->beyond;
}

int fg_engine_detect(fg_engine *engine, const fg_frame *frame, int min_face, double least,
                     fg_face *faces, int *ret_count, fg_error *error)
{
    const fg_search by = {engine->pyramid, engine->detector, min_face, least};
    int result = 0;
    fg_detector_begin(engine->detector);
    if (has_colour(frame)) {
        result = fg_search_whole(&by, frame, true, error);
    }
    if (result == 0) {
        result = fg_search_whole(&by, frame, false, error);
    }
    if (result == 0) {
        *ret_count = give_faces(engine, min_face, faces);
    }
    return result;
}

int fg_engine_detect_near(fg_engine *engine, const fg_frame *frame, int min_face,
                          const fg_box *expected, int reach, double least, fg_face *faces,
                          int *ret_count, fg_error *error)
{
    if (!fg_box_can_hold_face(expected) || reach < 0 || reach > FG_FACE_BOX_FAR) {
        return fg_error_set(error, -EINVAL,
                            "no face can be within %d pixels of a box of %d x %d pixels at %d,%d",
                            reach, expected->width, expected->height, expected->x, expected->y);
    }
    const fg_search by = {engine->pyramid, engine->detector, min_face, least};
    int result = 0;
    fg_detector_begin(engine->detector);
    if (has_colour(frame)) {
        result = fg_search_near(&by, frame, true, expected, reach, error);
    }
    if (result == 0) {
        result = fg_search_near(&by, frame, false, expected, reach, error);
    }
    if (result == 0) {
        *ret_count = give_faces(engine, min_face, faces);
    }
    return result;
}

static int most(int one, int other)
{
    return one > other ? one : other;
}

static int least_of(int one, int other)
{
    return one < other ? one : other;
}

/* The face and half as much on each side, edges even because chroma is halved. */
static fg_window place_window(const fg_frame *frame, const fg_box *box)
{
    int margin_x = box->width / 2;
    int margin_y = box->height / 2;
    int left = most(box->x - margin_x, 0) & ~1;
    int top = most(box->y - margin_y, 0) & ~1;
    int right = least_of(box->x + box->width + margin_x, frame->width);
    int bottom = least_of(box->y + box->height + margin_y, frame->height);
    return (fg_window){left, top, right - left, bottom - top};
}

/* The window's pixels as RGB, in the engine. */
static int colour_window(fg_engine *engine, const fg_frame *frame, const fg_window *place,
                         fg_error *error)
{
    size_t bytes = (size_t)place->width * (size_t)place->height * 3;
    if (engine->window_capacity < bytes) {
        free(engine->window);
        engine->window = malloc(bytes);
        engine->window_capacity = engine->window != NULL ? bytes : 0;
        if (engine->window == NULL) {
            return fg_error_set(error, -ENOMEM, "placing landmarks: not enough memory");
        }
    }
    const unsigned char *planes[3] = {
        frame->plane[0] + (ptrdiff_t)place->y * frame->stride[0] + place->x,
        frame->plane[1] + (ptrdiff_t)(place->y / 2) * frame->stride[1] + place->x / 2,
        frame->plane[2] + (ptrdiff_t)(place->y / 2) * frame->stride[2] + place->x / 2,
    };
    int strides[3] = {frame->stride[0], frame->stride[1], frame->stride[2]};
    if (tjDecodeYUVPlanes(engine->decoder, planes, strides, TJSAMP_420, engine->window,
                          place->width, place->width * 3, place->height, TJPF_RGB, 0) != 0) {
        return fg_error_set(error, -EIO, "the window around a face: %s",
                            tjGetErrorStr2(engine->decoder));
    }
    return 0;
}

int fg_engine_align(fg_engine *engine, const fg_frame *frame, const fg_box *box,
                    fg_landmarks *ret_landmarks, fg_error *error)
{
    engine->has_chip = false;
    if (!fg_box_can_hold_face(box)) {
        return fg_error_set(error, -EINVAL, "no face can be in a box of %d x %d pixels at %d,%d",
                            box->width, box->height, box->x, box->y);
    }
    fg_window place = place_window(frame, box);
    if (place.width < 2 || place.height < 2) {
        return fg_error_set(error, -EINVAL, "the box at %d,%d lies outside the picture", box->x,
                            box->y);
    }
    int result = colour_window(engine, frame, &place, error);
    if (result != 0) {
        return result;
    }
    const fg_rgb window = {engine->window, place.width, place.height};
    const fg_box inside = {box->x - place.x, box->y - place.y, box->width, box->height};
    fg_points points;
    result = fg_predictor_place(engine->predictor, &window, &inside, &points, error);
    if (result == 0) {
        result = fg_dlib_cut_chip(&window, &points, engine->chip, error);
    }
    if (result != 0) {
        return result;
    }
    engine->has_chip = true;
    for (int i = 0; i < 5; i++) {
        ret_landmarks->x[i] = (float)(points.x[i] + place.x);
        ret_landmarks->y[i] = (float)(points.y[i] + place.y);
    }
    return 0;
}

const uint8_t *fg_engine_chip(const fg_engine *engine)
{
    return engine->has_chip ? engine->chip : NULL;
}

int fg_engine_encode(fg_engine *engine, float ret_encoding[FG_ENCODING_SIZE], fg_error *error)
{
    if (!engine->has_chip) {
        return fg_error_set(error, -EINVAL, "no aligned face to encode");
    }
    fg_encoder_run(engine->encoder, engine->chip, ret_encoding);
    return 0;
}
