/*
 * What the tests of the engine share: the engine itself, the test pictures, and small helpers
 * that fail the running cmocka test.
 */
#ifndef FACEGATE_TESTS_ENGINE_PICTURES_H
#define FACEGATE_TESTS_ENGINE_PICTURES_H

#include "facegate/vision/engine.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MODELS       FG_SOURCE_DIR "/models"

extern fg_engine *engine;
extern fg_frame pictures[7]; /* by their number, those of fg_test_pictures */

/* Set-up and tear-down of a group. */
int load(void **state);
int unload(void **state);

int detect(const fg_frame *frame, int min_face, fg_face faces[FG_ENGINE_MAX_FACES]);

/* By how many pixels the farthest edge of a box is off from another, which is scaled and moved
 * first. */
double off_by(const fg_box *box, const fg_box *known, double scale, int x, int y);

/* A part of a frame, on the frame's own planes. */
fg_frame part_of(const fg_frame *frame, int x, int y, int width, int height);

/* A part of sample1 around its first face. */
fg_frame part_with_a_face(int width, int height, fg_box *ret_box);

#endif
