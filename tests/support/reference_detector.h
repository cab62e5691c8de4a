/*
 * dlib's own face detector on a whole picture, to hold ours against. One thread at a time.
 */
#ifndef FACEGATE_REFERENCE_DETECTOR_H
#define FACEGATE_REFERENCE_DETECTOR_H

#include "facegate/vision/engine.h"

#ifdef __cplusplus
extern "C" {
#endif

/* NULL and a line on stderr where there is no memory. */
void *fg_reference_detector_create(void) FG_NOEXCEPT;
void fg_reference_detector_free(void *detector) FG_NOEXCEPT;

/*
 * The faces that score `least` or more in a picture of `channels` bytes a pixel, 1 of grey or 3 of
 * R, G, B, without padding; strongest first, at most FG_ENGINE_MAX_FACES. How many, or -1 and a
 * line on stderr.
 */
int fg_reference_detect(void *detector, const unsigned char *pixels, int channels, int width,
                        int height, double least, fg_face *faces) FG_NOEXCEPT;

#ifdef __cplusplus
}
#endif
#endif
