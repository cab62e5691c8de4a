/*
 * How a run goes, told to the log once a minute, to systemd's STATUS as soon as the camera's state
 * changes, and to the watchdog once a second while all that must move moves. Main thread only.
 */
#ifndef FACEGATE_DAEMON_HEALTH_H
#define FACEGATE_DAEMON_HEALTH_H

#include "facegate/camera/camera.h"
#include "facegate/delivery/outbox.h"
#include "recognition_thread.h"

#define FG_VITALS_TEXT 320 /* bytes of the counts in words */

typedef struct fg_vitals {
    fg_camera *camera; /* all these are lent */
    fg_watch *watch;
    fg_slot *slot;
    fg_outbox *outbox;
    fg_ledger before;      /* the ledger as it stood at the start */
    int64_t stall_timeout; /* ns, the camera's */
    /* Its own. */
    int64_t next_status;
    bool hangs; /* the camera's driver, as was told */
} fg_vitals;

/* The counts since the start, in words. */
void fg_vitals_count(const fg_vitals *vitals, char ret_text[FG_VITALS_TEXT]);

/* Ready. `now` is CLOCK_MONOTONIC in ns here and below. */
void fg_vitals_begin(fg_vitals *vitals, int64_t now);

/* The camera's changed_fd is readable. */
void fg_vitals_camera_changed(fg_vitals *vitals, int64_t now);

/* To be called once a second. */
void fg_vitals_tick(fg_vitals *vitals, int64_t now);

#endif
