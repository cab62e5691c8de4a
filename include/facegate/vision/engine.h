/*
 * Finds faces, places landmarks, computes encodings: dlib's models and recipe, with kernels of our
 * own where the time goes and dlib itself elsewhere. One engine belongs to one thread. Faces are
 * looked for in colour and in grey, since each finds some that the other does not; landmarks and
 * the 150x150 chip come from an RGB window around the face, its box and half as much on each side.
 * Source: dlib's face_landmark_detection_ex.cpp and dnn_face_recognition_ex.cpp; the encoding
 * recipe of Python's face_recognition (5 landmarks, padding 0.25, no jitter).
 */
#ifndef FACEGATE_VISION_ENGINE_H
#define FACEGATE_VISION_ENGINE_H

#include "facegate/encoding.h"
#include "facegate/error.h"
#include "facegate/frame.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#define FG_NOEXCEPT noexcept
#else
#define FG_NOEXCEPT
#endif

/* Faces beyond this many in one frame are left out, the weakest first. */
#define FG_ENGINE_MAX_FACES 64

/* Pixels of the frame; may reach past its edges, as dlib's boxes do. */
typedef struct fg_box {
    int x, y, width, height;
} fg_box;

typedef struct fg_face {
    fg_box box;
    double score; /* the detector's confidence: 0 is what dlib asks for */
} fg_face;

/* Corners of the eyes and the base of the nose, in pixels of the frame, in the order of dlib's
 * model. */
typedef struct fg_landmarks {
    float x[5], y[5];
} fg_landmarks;

/* The side of a chip, pixels. */
#define FG_CHIP_SIDE 150

typedef struct fg_engine fg_engine;

/*
 * Loads both models after checking their SHA-256 sums; about a second. -ENOENT, -EACCES, -EBADMSG
 * (wrong sum), -ENOMEM; the text names the file and how to fetch it. The environment's FACEGATE_ISA
 * names the instruction set to encode with, the fastest that there is without it; -EINVAL and
 * -ENOTSUP for one that is not here.
 */
int fg_engine_create(const char *models_dir, fg_engine **ret_engine, fg_error *error);
fg_engine *fg_engine_free(fg_engine *engine);

/*
 * The instruction set the kernels are built for that an engine uses here: the best the processor
 * has, or what FACEGATE_ISA in the environment names. "sse2", "avx2", "avx512", "neon" or
 * "generic". -EINVAL, -ENOTSUP where it names what is not there. Any thread.
 */
int fg_engine_find_isa(const char **ret_isa, fg_error *error);

/*
 * What is wrong with the model files, with both of them where both are, and nothing of how to fix
 * it, for those who tell that better. 0, or an errno as fg_engine_create has it. Any thread.
 */
int fg_engine_find_fault(const char *models_dir, fg_error *ret_fault);

/*
 * Faces of at least about `min_face` pixels (40..1000), by confidence, strongest first, that score
 * `least` or more: 0 is what dlib asks for. `faces` has room for FG_ENGINE_MAX_FACES. -ENOMEM,
 * -EIO.
 */
int fg_engine_detect(fg_engine *engine, const fg_frame *frame, int min_face, double least,
                     fg_face *faces, int *ret_count, fg_error *error);

/* How many faces that score 0 and more the last search found and left out, since there were too
 * many. */
int fg_engine_beyond(const fg_engine *engine);

/*
 * The faces among those of fg_engine_detect whose middle is within about `reach` pixels of the
 * middle of an expected box, both ways, and whose size is the expected one or one of dlib's steps
 * of a fifth smaller or larger. Looks at the same pixels of the same pyramid, but in that window
 * only. Boxes are those of fg_engine_detect, but where a stronger hit outside of the window would
 * have hidden one inside; scores differ by hundredths, since features know a little of their
 * neighbours. -EINVAL for an expected box in which no face can be.
 */
int fg_engine_detect_near(fg_engine *engine, const fg_frame *frame, int min_face,
                          const fg_box *expected, int reach, double least, fg_face *faces,
                          int *ret_count, fg_error *error);

/*
 * Landmarks and the chip for a face: the first half of an encoding. The chip stays in the engine
 * until the next call; see fg_engine_chip.
 */
int fg_engine_align(fg_engine *engine, const fg_frame *frame, const fg_box *box,
                    fg_landmarks *ret_landmarks, fg_error *error);

/*
 * The chip that fg_engine_align left: the face upright and in the middle, FG_CHIP_SIDE rows of as
 * many pixels, each R, G, B, without gaps. The engine's, good until its next fg_engine_align. NULL
 * without one.
 */
const uint8_t *fg_engine_chip(const fg_engine *engine);

/* The encoding of the chip that fg_engine_align left. -EINVAL without one. */
int fg_engine_encode(fg_engine *engine, float ret_encoding[FG_ENCODING_SIZE], fg_error *error);

#ifdef __cplusplus
}
#endif
#endif
