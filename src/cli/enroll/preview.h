/*
 * A JPEG file that always shows the newest picture, with a box around the face, so that whoever
 * enrols somebody can watch from another machine. It is replaced whole, so a reader never sees
 * half, it is for its owner alone, and it is gone at the end: it shows a person.
 */
#ifndef FACEGATE_CLI_ENROLL_PREVIEW_H
#define FACEGATE_CLI_ENROLL_PREVIEW_H

#include "facegate/vision/engine.h"

#include <stdbool.h>

typedef struct fg_preview fg_preview;

/* -EEXIST where the file is there, which may be somebody's picture, or what a killed run left
 * beside it. The text names the path. The file is made with the first picture. */
int fg_preview_create(const char *path, fg_preview **ret_preview, fg_error *error);

/* Removes the file. NULL is fine. */
fg_preview *fg_preview_free(fg_preview *preview);

/* Shows a frame, at most five a second of the frames' time; `box` NULL for no face, green where
 * `good`, else red. */
int fg_preview_show(fg_preview *preview, const fg_frame *frame, const fg_box *box, bool good,
                    fg_error *error);

#endif
