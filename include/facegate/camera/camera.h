/*
 * The camera: a source of frames behind one interface, kept running. It has a thread of its own
 * that opens the source, starts it into a slot, and when it is lost or silent closes it and tries
 * again with growing pauses (1 s to 60 s). The source's own callback converts each picture to I420
 * and publishes it; it never waits for anyone. A driver may hang and never come back: nobody but
 * that thread waits for it, see fg_camera_hangs and fg_camera_stop.
 *
 * SPEC: `auto` (the first camera libcamera has), `libcamera:ID`, `images:PATH` (a JPEG, a folder in
 * name order, a glob).
 */
#ifndef FACEGATE_CAMERA_CAMERA_H
#define FACEGATE_CAMERA_CAMERA_H

#include "facegate/base/config.h"
#include "facegate/base/slot.h"
#include "facegate/clock.h"
#include "facegate/error.h"

#include <stdbool.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a person can set on a camera; for each one that is not there a line is logged if it was
 * wished, and what is out of its range is taken at its nearest. */
enum fg_camera_setting {
    FG_SETTING_FPS,
    FG_SETTING_MIN_FPS,
    FG_SETTING_FOCUS,
    FG_SETTING_EXPOSURE,
    FG_SETTING_EXPOSURE_VALUE,
    FG_SETTING_FLICKER,
    FG_SETTING_WIDTH, /* these two may follow from the view where nobody wished them */
    FG_SETTING_HEIGHT,
    FG_SETTINGS
};

typedef struct fg_camera_options {
    const char *source; /* SPEC */
    int width,
        height; /* asked of libcamera, which may give something near; images keep their own */
    int fps;    /* asked of libcamera, and no more taken from a camera that gives more; stamps of an
                   image source are start + n/fps */
    bool paced; /* images: arrive at `fps` and may be overwritten; else each waits to be taken */
    bool loop;  /* images: start over at the end */
    double stall_timeout; /* seconds without a frame after which a camera is lost; 0 for 5 s */
    /* Of libcamera's cameras alone; all zero is a camera as it is, always at `fps`. As in config.h.
     */
    int min_fps; /* 0, or `fps` and more: never slower than `fps` */
    enum fg_config_rotation rotation;
    enum fg_config_flip flip;
    double focus;
    enum fg_config_exposure exposure;
    double exposure_value;
    enum fg_config_flicker flicker;
    fg_config_view view;
    const char *tuning;       /* a file for libcamera; NULL or empty: its own */
    bool wished[FG_SETTINGS]; /* by a person; a default that does not fit a camera is no news */
} fg_camera_options;

/* How much of what a camera's sensor can see is in its picture. */
typedef struct fg_camera_view {
    double across, down;         /* of the width and the height, 0 to 1; 0: unknown */
    int mode_width, mode_height; /* the sensor's mode; 0 where the camera chose it */
    bool refused;                /* the mode that `view` asks for is not there, or not taken */
} fg_camera_view;

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
 * without pictures or a path that is not there (-ENOENT). libcamera is asked for nothing yet: an ID
 * that is unknown at the first attempt while other cameras exist ends the camera as failed, and
 * fg_camera_trouble is -ENXIO; no camera at all is waited for. Strings are copied.
 */
int fg_camera_create(const fg_camera_options *options, fg_slot *slot, fg_camera **ret_camera,
                     fg_error *error);

/* Starts the thread. */
int fg_camera_start(fg_camera *camera, fg_error *error);

enum fg_camera_state fg_camera_state(const fg_camera *camera); /* any thread */

/*
 * An eventfd that becomes readable when the state or the trouble changed; fg_camera_describe clears
 * it. The camera's.
 */
int fg_camera_changed_fd(const fg_camera *camera);

/* How it stands, in a few words for a status line: "Camera streaming", or what the log was
 * reported. */
void fg_camera_describe(fg_camera *camera, fg_error *ret_text);

/* What its picture shows; all zero before it started, and of images. Any thread. */
void fg_camera_view_get(fg_camera *camera, fg_camera_view *ret_view);

/* Whether it is known to show less than all of the view. */
bool fg_camera_view_is_cropped(const fg_camera_view *view);

#define FG_CAMERA_VIEW_TEXT 80

/* "39 %", "100 % of the width, 71 % of the height", "an unknown part". */
void fg_camera_view_describe(const fg_camera_view *view, char ret_text[FG_CAMERA_VIEW_TEXT]);

/* How many frames were of no use and left out, over all openings. Any thread. */
uint64_t fg_camera_damaged(const fg_camera *camera);

/*
 * What keeps it from streaming: 0 while frames come or nothing is known yet, -ENODEV where there is
 * no camera, -ENXIO where there are others only, -EBUSY where another program has it, -ETIMEDOUT
 * where no frame came for stall_timeout, -EBADMSG where only damaged ones did, -EIO ... With the
 * text. Any thread.
 */
int fg_camera_trouble(fg_camera *camera, fg_error *ret_error);

/*
 * How long the driver may take to open, start, stop or close. It has reasons to be slow: Linux
 * gives a USB camera 5 s for each answer (UVC_CTRL_STREAMING_TIMEOUT), and a few of those follow
 * each other. With WatchdogSec=30 and TimeoutAbortSec=10 a door whose driver hangs is seeing again
 * after about a minute; where the kernel itself hangs, nothing but a reboot helps.
 */
#define FG_CAMERA_CALL_LIMIT (20 * FG_NS_PER_S)

/*
 * Whether at `now` (ns of CLOCK_MONOTONIC) the camera's thread has been inside the driver for
 * longer than that, with the text. Only a new process helps then. Any thread.
 */
bool fg_camera_hangs(fg_camera *camera, int64_t now, fg_error *ret_error);

/* True, with the text, once a source ended on an error (an image that does not decode). Any thread.
 */
bool fg_camera_failed(fg_camera *camera, fg_error *ret_error);

/*
 * Stops the source, then the thread; afterwards nothing is published. Ends in well under a second.
 * The slot is finished (fg_slot_finish), so the consumer drains what is left.
 *
 * A driver that has not let go of the thread after FG_CAMERA_STOP_PATIENCE is left alone:
 * -ETIMEDOUT, fg_camera_describe has the text, the slot is closed (fg_slot_close), and
 * fg_camera_is_stuck is true from then on.
 */
#define FG_CAMERA_STOP_PATIENCE (5 * FG_NS_PER_S)
int fg_camera_stop(fg_camera *camera);

/*
 * Stops it where needed. NULL; or the camera, where its driver does not let go of the thread: then
 * both it and its slot are that thread's for as long as the process lives, and not to be freed.
 */
fg_camera *fg_camera_free(fg_camera *camera);

/*
 * Whether a camera had to be left to its driver. The process then closes all else and ends by
 * _exit: exit would take down what the driver's thread may be using. Any thread.
 */
bool fg_camera_is_stuck(void);

/*
 * Prints each camera libcamera sees with its id, model, formats, sizes, what can be set on it, and
 * what of the options it would not take. Returns how many, or a negative errno.
 */
int fg_camera_list(const fg_camera_options *options, FILE *output, fg_error *error);

#ifdef __cplusplus
}
#endif
#endif
