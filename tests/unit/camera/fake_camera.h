/*
 * A camera for the tests of its supervisor: a source that does what its script says, one word for
 * each opening, and a fixture around it that sees to it that what was opened is closed in the end.
 */
#ifndef FACEGATE_FAKE_CAMERA_H
#define FACEGATE_FAKE_CAMERA_H

#include "supervisor.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#define MS       FG_NS_PER_MS
#define PATIENCE (30 * FG_NS_PER_S)

enum behaviour {
    STREAMS,       /* frame after frame, until it is reported to `lose` */
    SILENT,        /* starts, and gives nothing */
    STALLS,        /* one frame, then nothing */
    GETS_LOST,     /* one frame, then it says so */
    ONLY_DAMAGED,  /* no frame is of use */
    SOME_DAMAGED,  /* every second frame is not */
    WAS_DAMAGED,   /* a damaged frame, a good one, then nothing */
    ENDS,          /* one frame, then the end */
    FAILS,         /* one frame, then an error that is for good */
    OPEN_NOBODY,   /* open: -ENODEV */
    OPEN_OTHERS,   /* open: -ENXIO */
    OPEN_BUSY,     /* open: -EBUSY */
    START_REFUSED, /* start: -EIO */
    OPEN_HANGS,    /* these come back when `let_go` is set */
    START_HANGS,
    STOP_HANGS, /* as STREAMS before */
    CLOSE_HANGS,
};

typedef struct fake {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    const enum behaviour *script; /* one for each opening; the last goes on */
    int length;
    int opened, closed, started, stopped, freed;
    int hanging; /* calls that hung so far */
    int width;   /* of the frames, differs with each opening */
    bool stop, lose, let_go;
    uint64_t sequence;
    fg_slot *slot;
    struct fg_camera *supervisor;
    pthread_t thread;
} fake;

/* A camera, and one that comes to its end. */
extern const fg_source_ops fake_live, fake_ending;

/* Short, so that nothing takes long; no test depends on how long. The leisurely gives a frame that
 * was sent before it the time to arrive. */
extern const fg_supervisor_times quick, leisurely, steady, patient;

typedef struct fixture {
    fake source;
    fg_slot *slot;
    fg_camera *camera;
} fixture;

int set_up(void **state);

/* Whatever happened: what was opened is closed, what was started is stopped, and all of it is freed
 * once. */
int tear_down(void **state);

void create(fixture *f, const fg_source_ops *ops, const fg_supervisor_times *times,
            const enum behaviour *script, size_t length);
void start(fixture *f, const fg_source_ops *ops, const fg_supervisor_times *times,
           const enum behaviour *script, size_t length);
#define START(f, ops, times, script)                                                               \
    start(f, ops, times, script, sizeof(script) / sizeof((script)[0]))

/* Waits until a counter of the source has come that far. */
void wait_for(fixture *f, const int *counter, int value);
int read_counter(fixture *f, const int *counter);

/* A streaming camera says that it is lost; a call that hangs comes back. */
void lose(fixture *f);
void let_go(fixture *f);

/* For fg_testing_wait, with the camera. */
bool is_streaming(void *camera);
bool has_trouble(void *camera);

/* The width of the next frame. */
int take_width(fixture *f);

#endif
