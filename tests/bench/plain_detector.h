/*
 * Finding faces as a script without further thought does it, with dlib's own calls alone: the whole
 * picture in RGB, made twice as large. One thread.
 */
#ifndef BENCH_PLAIN_DETECTOR_H
#define BENCH_PLAIN_DETECTOR_H

#include "facegate/vision/engine.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct plain_detector plain_detector;

plain_detector *plain_detector_create(void) FG_NOEXCEPT; /* NULL where that fails */
plain_detector *plain_detector_free(plain_detector *detector) FG_NOEXCEPT;

/* Boxes in pixels of the frame, `boxes` having room for FG_ENGINE_MAX_FACES. How many, or a
 * negative errno. */
int plain_detector_find(plain_detector *detector, const fg_frame *frame, fg_box *boxes) FG_NOEXCEPT;

#ifdef __cplusplus
}
#endif
#endif
