/*
 * What enroll, identify and evaluate share: a picture file in, its faces and their encodings out.
 */
#ifndef FACEGATE_CLI_COMMON_FACE_ENCODER_H
#define FACEGATE_CLI_COMMON_FACE_ENCODER_H

#include "facegate/base/config.h"
#include "facegate/camera/picture.h"
#include "facegate/vision/engine.h"
#include "facegate/vision/quality.h"

/* Encodings of two pictures are never this near; those of the same picture twice are. */
#define FG_FACE_ENCODER_SAME 0.001

typedef struct fg_face_encoder {
    fg_engine *engine;
    fg_decoder *decoder;
    fg_frame frame;
    fg_frame reduced; /* what faces of a large picture are looked for in first */
    fg_face faces[FG_ENGINE_MAX_FACES];
    int count;
} fg_face_encoder;

/* Loads the models. Returns 0, or the exit code to end with; the reason has been printed. */
int fg_face_encoder_open(fg_face_encoder *encoder, const fg_config *config);
void fg_face_encoder_close(fg_face_encoder *encoder);

/*
 * Loads a picture, upright, and finds its faces, strongest first. The text names the file. In a
 * large picture with a large face, other faces that are less than a third as wide may not be
 * found; every other is. Boxes are in pixels of the whole picture, as are encodings made of them.
 */
int fg_face_encoder_load(fg_face_encoder *encoder, const char *path, int min_face, fg_error *error);

/* The largest of the faces found, -1 for none. */
int fg_face_encoder_largest(const fg_face_encoder *encoder);

/*
 * The face a picture is of: the strongest, if each other one is less than half as wide and scores
 * less than half as much, as what the detector takes for a face in a background does. -1 without a
 * face, or if there are several that may be meant.
 */
int fg_face_encoder_main(const fg_face_encoder *encoder);

/* How good a view of one of the faces found it is (NULL: never mind); makes no encoding. */
int fg_face_encoder_view(fg_face_encoder *encoder, int face, fg_quality *ret_quality,
                         fg_error *error);

/* The encoding of one of the faces found, and how good a view it is of (NULL: never mind). */
int fg_face_encoder_encode(fg_face_encoder *encoder, int face, fg_quality *ret_quality,
                           float ret_encoding[FG_ENCODING_SIZE], fg_error *error);

#endif
