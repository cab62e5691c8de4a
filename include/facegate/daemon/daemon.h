/*
 * The daemon: camera -> slot -> recognition thread -> outbox -> sender -> backend. Its life is
 * create, load, open, start, wait, stop, free. All of it is for the main thread, which calls
 * nothing of libcurl and installs no signal handlers besides. One daemon a process.
 */
#ifndef FACEGATE_DAEMON_DAEMON_H
#define FACEGATE_DAEMON_DAEMON_H

#include "facegate/base/config.h"
#include "facegate/daemon/debug_options.h"
#include "facegate/error.h"

#include <stdbool.h>

typedef struct fg_daemon_options {
    bool loop;         /* images start over at the end */
    bool paced;        /* images arrive at the configured rate, as a camera's do */
    bool outbox_given; /* the configured outbox was named for this run: images go there too */
    fg_debug_options debug;
} fg_daemon_options;

typedef struct fg_daemon fg_daemon;

/*
 * Takes the options, and opens the files for debugging. The configuration outlives the daemon; the
 * options are copied. -EINVAL where they do not go together, -ENOMEM, -EEXIST, -ENOTEMPTY ...
 */
int fg_daemon_create(const fg_config *config, const fg_daemon_options *options,
                     fg_daemon **ret_daemon, fg_error *error);

/*
 * Loads what the configuration names: people and models. -ENOMEM, -EIO, -EMFILE and -ENFILE may
 * pass by themselves; every other error needs a person.
 */
int fg_daemon_load(fg_daemon *daemon, fg_error *error);

/* Opens everything that data flows through, from signals and outbox to the camera. Nothing runs
 * yet, and nobody waits for a camera here. After fg_daemon_load. */
int fg_daemon_open(fg_daemon *daemon, fg_error *error);

/* Starts the threads, the sender first: consumers start before producers. */
int fg_daemon_start(fg_daemon *daemon, fg_error *error);

/* Runs until SIGTERM or SIGINT says stop (true), or until an image source is through (false). */
bool fg_daemon_wait(fg_daemon *daemon);

/*
 * Stops the threads, the camera first, and gives the sender `drain_timeout` to deliver what waits.
 * If a source came to its end its last frames are judged; `at_once` does not wait for them. Returns
 * 0, or -EIO if the camera failed or would not stop, the outbox could not be read, or a run over
 * images could not deliver every event. What was wrong has been logged.
 */
int fg_daemon_stop(fg_daemon *daemon, bool at_once);

/* Closes everything, in whatever state it is. NULL is fine; returns NULL. */
fg_daemon *fg_daemon_free(fg_daemon *daemon);

#endif
