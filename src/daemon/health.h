/*
 * The daemon's health. It goes to the log once a minute, to systemd's STATUS as soon as the
 * camera's state changes, and to the watchdog once a second while everything that must move moves.
 * Main thread only.
 */
#ifndef FACEGATE_DAEMON_HEALTH_H
#define FACEGATE_DAEMON_HEALTH_H

#include "facegate/camera/camera.h"
#include "facegate/delivery/outbox.h"
#include "recognition_thread.h"

#define FG_HEALTH_TEXT 768 /* bytes of the counts in words, each of 20 digits */

typedef struct fg_health {
    fg_camera *camera; /* all these are lent */
    fg_recognition_thread *recognition;
    fg_slot *slot;
    fg_outbox *outbox;
    fg_ledger before;      /* the ledger as it stood at the start */
    int64_t stall_timeout; /* ns, the camera's */
    /* Its own. */
    int64_t next_status;
    bool hangs; /* the camera's driver, as it was last reported */
} fg_health;

/* The counts since the start, in words. */
void fg_health_count(const fg_health *health, char ret_text[FG_HEALTH_TEXT]);

/* Ready. `now` is CLOCK_MONOTONIC in ns here and below. */
void fg_health_begin(fg_health *health, int64_t now);

/* The camera's changed_fd is readable. */
void fg_health_camera_changed(fg_health *health, int64_t now);

/* To be called once a second. */
void fg_health_tick(fg_health *health, int64_t now);

#endif
