/*
 * Frames of 640x480 as a camera before a door would take them, cut from the test pictures.
 */
#ifndef BENCH_SCENE_H
#define BENCH_SCENE_H

#include "facegate/camera/picture.h"

#define SCENE_WIDTH  640
#define SCENE_HEIGHT 480
#define SCENE_FRAMES 12 /* two of each test picture */

/* Frames start as all zeroes; to be released one by one. */
int scene_load(fg_decoder *decoder, const char *pictures_dir, fg_frame frames[SCENE_FRAMES],
               fg_error *error);

#endif
