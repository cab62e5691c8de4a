/*
 * A door whose figures are a row's: the daemon over the scenes of scenes.sh, and the receiver. Its
 * --trace names each event once it is committed, which is the witness against its outbox.
 */
#ifndef FACEGATE_TESTS_WATCHMAN_H
#define FACEGATE_TESTS_WATCHMAN_H

#include "door.h"
#include "fault.h"

typedef struct fg_watchman {
    fg_fault *fault;
    fg_door door;
    int starts;
    const char *backend_url; /* instead of the receiver's; NULL for that */
} fg_watchman;

/* The door, with the receiver running; `delivery` as for fg_door_open. One in a process. */
fg_watchman *fg_watchman_open(fg_fault *fault, const char *delivery);

/* Another outbox for the next runs; nothing of the one before is kept in mind. */
void fg_watchman_use_outbox(fg_watchman *man, const char *path);

/* `facegate run` over a scene ("door", "nobody.jpg"), round and round. */
void fg_watchman_start(fg_watchman *man, const char *scene);

/* The same over any source, "images:..."; with `fps` NULL each picture is judged. */
void fg_watchman_play(fg_watchman *man, const char *source, const char *fps);

/* Waits until this run has reported that many more observations. */
void fg_watchman_await(fg_watchman *man, int observations);

/* Waits for its end and gives its exit code; no run may find a ledger that does not add up. */
int fg_watchman_end(fg_watchman *man);

/* SIGTERM, and the same. */
int fg_watchman_stop(fg_watchman *man);

/* Where nobody comes by: runs until nothing waits in the outbox, and stops. */
void fg_watchman_deliver(fg_watchman *man);

/* Adds the outbox to the figures. */
void fg_watchman_add_outbox(fg_watchman *man);

/* Takes the figures of all runs; the outboxes were added. */
void fg_watchman_close(fg_watchman *man);

#endif
