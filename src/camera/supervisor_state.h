/*
 * What is known of a camera: noted by its source's callbacks and by its supervisor, asked by
 * others. Nothing here waits for the source.
 */
#ifndef FACEGATE_CAMERA_SUPERVISOR_STATE_H
#define FACEGATE_CAMERA_SUPERVISOR_STATE_H

#include "facegate/base/log.h"
#include "supervisor.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

struct fg_camera {
    const fg_source_ops *ops;
    void *source;
    fg_slot *slot;
    fg_supervisor_times times;
    pthread_t thread;
    int changed_fd;
    bool running; /* the thread is to be joined; this and the next are the owner's alone */
    bool stuck;   /* the driver did not let go of it: it cannot be joined any more */

    _Atomic int state;
    _Atomic uint64_t frames;   /* since the last start */
    _Atomic uint64_t damaged;  /* since the first */
    _Atomic bool only_damaged; /* since the last frame, or the start */
    _Atomic int64_t last_seen; /* monotonic: the last frame, or the start */

    pthread_mutex_t mutex; /* guards the rest */
    pthread_cond_t changed;
    bool stop;
    bool lost;
    bool ended;
    bool through;        /* the thread is done with everything */
    int failed;          /* a negative errno once it ended on an error */
    fg_error failure;    /* why */
    fg_error loss;       /* why it was lost */
    fg_error damage;     /* what was wrong with the last damaged frame */
    int trouble;         /* a negative errno: what keeps it from streaming */
    fg_error why;        /* the same in words */
    fg_error standing;   /* for a status line */
    fg_camera_view view; /* of its pictures, as its source reported it last */
    const char *call;    /* what the driver was asked to do, NULL when it is not at work */
    int64_t called;      /* monotonic: since when */
};

/* The supervisor's thread goes into the driver ("opening"), and comes back. */
void fg_supervisor_enter(fg_camera *camera, const char *call);
void fg_supervisor_leave(fg_camera *camera);

/* How the camera stands, for a status line. */
void fg_supervisor_stand(fg_camera *camera, const char *text);

/* Frames come: no trouble. */
void fg_supervisor_ready(fg_camera *camera, const char *description);

/* It ends for good, because of this. */
void fg_supervisor_give_up(fg_camera *camera, int failed, const fg_error *error);

/* No frames come, because of `why`; `text` tells people, once until it changes. */
void fg_supervisor_trouble(fg_camera *camera, int trouble, const fg_error *why, const char *text);

#endif
