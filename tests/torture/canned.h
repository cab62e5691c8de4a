/*
 * The faces of the canned engine: a mark in the upper left corner of a picture says who stands
 * where in it. What the pictures of fg_canned_scenes and the engine that looks at them agree on.
 */
#ifndef FACEGATE_TESTS_CANNED_H
#define FACEGATE_TESTS_CANNED_H

#include <stdint.h>

#define FG_CANNED_WIDTH  320
#define FG_CANNED_HEIGHT 240
#define FG_CANNED_MARK   32   /* pixels, the side of the mark */
#define FG_CANNED_FACE   96   /* pixels, the side of a face */
#define FG_CANNED_LENGTH 1.4F /* of an encoding: only what is as long as dlib's is loaded */

enum fg_canned {
    FG_CANNED_NOBODY,
    FG_CANNED_ADA,
    FG_CANNED_BOB,
    FG_CANNED_STRANGER,
};

/* The mark's Y of each; the next one is this much brighter. */
#define FG_CANNED_FIRST 32
#define FG_CANNED_STEP  56

/* Everybody stands in a place of their own. */
#define FG_CANNED_TOP          100
#define FG_CANNED_LEFT(canned) (20 + 90 * ((canned)-1))

/* Paints a whole picture with the mark of somebody: I420 planes with their strides in bytes. */
void fg_canned_paint(enum fg_canned who, uint8_t *const planes[3], const int strides[3]);

#endif
