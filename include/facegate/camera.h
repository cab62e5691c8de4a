/*
 * The camera: a source of frames behind one interface, kept running. It has a thread of its own
 * that opens the source, starts it into a slot, and when it is lost or silent closes it and tries
 * again with growing pauses (1 s to 60 s). The source's own callback converts each picture to I420
 * and publishes it; it never waits for anyone.
 *
 * SPEC: `auto` (the first camera libcamera has), `libcamera:ID`, `images:PATH` (a JPEG, a folder in
 * name order, a glob).
 */
#ifndef FACEGATE_CAMERA_H
#define FACEGATE_CAMERA_H

#include "facegate/error.h"
#include "facegate/slot.h"

#include <stdbool.h>
#include <stdio.h>

typedef struct fg_camera_options {
    const char *source; /* SPEC */
    int width,
        height; /* asked of libcamera, which may give something near; images keep their own */
    int fps;    /* asked of libcamera, and no more taken from a camera that gives more; stamps of an
                   image source are start + n/fps */
    bool paced; /* images: arrive at `fps` and may be overwritten; else each waits to be taken */
    bool loop;  /* images: start over at the end */
} fg_camera_options;

enum fg_camera_state {
    FG_CAMERA_WAITING,   /* no camera yet, or lost: trying again */
    FG_CAMERA_STREAMING, /* frames are coming */
    FG_CAMERA_ENDED,     /* an image source is through, or failed for good; see fg_camera_failed */
};

typedef struct fg_camera fg_camera;

/* Whether SPEC names images (and so ends by itself). */
bool fg_camera_is_images(const char *source);

/*
 * Checks SPEC. What cannot come right by waiting is an error here: a bad SPEC (-EINVAL), a folder
 * without pictures or a path that is not there (-ENOENT), an unknown libcamera ID while other
 * cameras exist (-ENODEV, the text lists those). No camera at all is not: it is waited for. Strings
 * are copied.
 */
int fg_camera_create(const fg_camera_options *options, fg_slot *slot, fg_camera **ret_camera,
                     fg_error *error);

/* Starts the thread. */
int fg_camera_start(fg_camera *camera, fg_error *error);

enum fg_camera_state fg_camera_state(const fg_camera *camera); /* any thread */

/*
 * What keeps it from streaming: 0 while frames come or nothing is known yet, -ENODEV where there is
 * no camera, -EBUSY where another program has it, -EIO ... With the text. Any thread.
 */
int fg_camera_trouble(fg_camera *camera, fg_error *ret_error);

/* True, with the text, once a source ended on an error (an image that does not decode). Any thread.
 */
bool fg_camera_failed(fg_camera *camera, fg_error *ret_error);

/*
 * Stops the source, then the thread; afterwards nothing is published. Ends in well under a second.
 * The slot is finished (fg_slot_finish), so the consumer drains what is left.
 */
void fg_camera_stop(fg_camera *camera);
fg_camera *fg_camera_free(fg_camera *camera); /* stops it where needed */

/* Prints each camera libcamera sees with its id, model, formats and sizes. Returns how many, or a
 * negative errno. */
int fg_camera_list(FILE *output, fg_error *error);

#endif
