/*
 * A source of frames as its supervisor sees it. The supervisor's thread alone calls open, start,
 * stop and close, in that order and over and over; between start and stop the source fills and
 * publishes frames from a thread of its own, which is then the slot's producer, and reports with
 * the fg_supervisor_ functions. Those never wait for the source, so any callback may call them.
 */
#ifndef FACEGATE_CAMERA_SOURCE_H
#define FACEGATE_CAMERA_SOURCE_H

#include "facegate/base/slot.h"
#include "facegate/camera/camera.h"
#include "facegate/error.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#define FG_SOURCE_NOEXCEPT noexcept
#else
#define FG_SOURCE_NOEXCEPT
#endif

#define FG_SOURCE_DESCRIPTION 256

struct fg_camera;

typedef struct fg_source_ops {
    /* It comes to an end by itself: silence is no loss, and what goes wrong is not tried again. */
    bool ends;
    /*
     * Gets hold of the thing and says in a few words what it is. -ENODEV: it is not there, and the
     * text says what was not found; -ENXIO: nor is it, but others are, which the text lists. After
     * a failure there is nothing to close.
     */
    int (*open)(void *source, char ret_description[FG_SOURCE_DESCRIPTION], fg_error *error);
    /* After a failure there is nothing to stop. */
    int (*start)(void *source, fg_slot *slot, struct fg_camera *camera, fg_error *error);
    /* Nothing is published or reported once it returns. */
    void (*stop)(void *source);
    void (*close)(void *source);
    void (*free)(void *source);
} fg_source_ops;

/* What its pictures show; called by `start`, where it is known. */
void fg_supervisor_view(struct fg_camera *camera, const fg_camera_view *view) FG_SOURCE_NOEXCEPT;

/* A frame was published. */
void fg_supervisor_frame(struct fg_camera *camera) FG_SOURCE_NOEXCEPT;

/* A frame came that is of no use; it was counted here and nowhere else. */
void fg_supervisor_damaged(struct fg_camera *camera, const char *why) FG_SOURCE_NOEXCEPT;

/* The source will not go on: close it, and open it again later. The first reason counts. */
void fg_supervisor_lost(struct fg_camera *camera, const char *why) FG_SOURCE_NOEXCEPT;

/* The source is through; with an error, because of that. */
void fg_supervisor_ended(struct fg_camera *camera, const fg_error *error) FG_SOURCE_NOEXCEPT;

#ifdef __cplusplus
}
#endif
#endif
