/*
 * What the tests of the encoder share: chips to encode, and an encoder for each instruction set
 * that this processor can run.
 */
#ifndef FACEGATE_TESTS_ENCODER_CHIPS_H
#define FACEGATE_TESTS_ENCODER_CHIPS_H

#include "kernels/encoder.h"

#define CHIP_SIZE   (FG_ENCODER_SIDE * FG_ENCODER_SIDE * 3)
#define MOST_CHIPS  32
#define MOST_BUILDS 4
#define RECOGNITION FG_SOURCE_DIR "/models/dlib_face_recognition_resnet_model_v1.dat"
/* What an encoding may be off from another of the same chip. People are 0.6 apart. */
#define NEARLY_EQUAL 1e-5
/* Of chips of one colour: there every position's rounding is the same and adds up. Computed in
 * doubles, dlib's own is 0.5e-5 off and the encoder's 1.5e-5. */
#define FLAT_EQUAL 3e-5

/* Those of the faces in the test pictures, then noise, black, white and a corner; flat_chip is the
 * first of the last three. */
extern int flat_chip;
extern uint8_t (*chips)[CHIP_SIZE];
extern int chip_count;

extern fg_encoder *encoders[MOST_BUILDS];
extern int build_count;

/* Set-up and tear-down of a group. */
int load_encoders(void **state);
int unload_encoders(void **state);

/* Euclidean. */
double distance(const float *one, const float *other);

#endif
