/*
 * dlib's recipe as its own examples have it (face_landmark_detection_ex.cpp,
 * dnn_face_recognition_ex.cpp), on a whole RGB picture and with nothing of ours in it, to hold the
 * engine against. Compiles for half a minute. One thread at a time.
 */
#ifndef FACEGATE_REFERENCE_ENGINE_H
#define FACEGATE_REFERENCE_ENGINE_H

#ifdef __cplusplus
extern "C" {
#define FG_REFERENCE_NOEXCEPT noexcept
#else
#define FG_REFERENCE_NOEXCEPT
#endif

/* Loads the models. NULL and a line on stderr where that fails. */
void *fg_reference_create(const char *landmarks, const char *recognition) FG_REFERENCE_NOEXCEPT;
void fg_reference_free(void *reference) FG_REFERENCE_NOEXCEPT;

/* The encoding, 128 numbers, of the face in a box of a picture of R,G,B bytes without padding. 0,
 * or -1 and a line on stderr. */
int fg_reference_encode(void *reference, const unsigned char *rgb, int width, int height, int left,
                        int top, int right, int bottom,
                        float ret_encoding[128]) FG_REFERENCE_NOEXCEPT;

/* The encoding of a chip, 150 rows of 150 R,G,B pixels. 0, or -1 and a line on stderr. */
int fg_reference_encode_chip(void *reference, const unsigned char *rgb,
                             float ret_encoding[128]) FG_REFERENCE_NOEXCEPT;

#ifdef __cplusplus
}
#endif
#endif
