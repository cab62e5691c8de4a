/*
 * JPEG files as a source of frames: one file, a folder's in name order, or what a glob matches.
 * Picture n is stamped start + n/fps. Unpaced, each waits in the slot until it is taken; paced,
 * each is published when its time has come.
 */
#ifndef FACEGATE_CAMERA_IMAGES_H
#define FACEGATE_CAMERA_IMAGES_H

#include "source.h"

typedef struct fg_images fg_images;

extern const fg_source_ops fg_images_ops;

/* Lists the pictures; the path is what follows "images:". `fps` at least 1. -ENOENT where there are
 * none. */
int fg_images_create(const char *path, int fps, bool paced, bool loop, fg_images **ret_images,
                     fg_error *error);

/* n / fps seconds in ns, the same on every machine. */
int64_t fg_images_offset(uint64_t n, int fps);

#endif
