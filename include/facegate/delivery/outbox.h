/*
 * The outbox: events on their way, in one SQLite database (WAL). By default it lies on tmpfs, where
 * it survives a crash, a restart and a stop of the daemon, and no picture touches a disk; on a disk
 * every commit is synced, and the thread that puts waits for that.
 *
 * The ledger (made, sent, set aside, dropped, waiting) changes in the same transaction as the
 * events, so that made = sent + set aside + dropped + waiting holds at any time, after kill -9
 * too.
 *
 * One handle may be used by several threads. One process owns an outbox for delivery, see `own`.
 * Source: sqlite.org/wal.html, sqlite.org/pragma.html.
 */
#ifndef FACEGATE_DELIVERY_OUTBOX_H
#define FACEGATE_DELIVERY_OUTBOX_H

#include "facegate/delivery/event.h"
#include "facegate/error.h"

#include <stdbool.h>

typedef struct fg_outbox fg_outbox;

typedef struct fg_outbox_options {
    const char *path;  /* the database; its -wal, -shm and .lock lie beside it */
    int max_events;    /* above either limit the oldest goes, those set aside first; counted */
    int64_t max_bytes; /* of pictures */
    bool own; /* take the lock: this process delivers; else the file must exist (outbox commands) */
} fg_outbox_options;

typedef struct fg_ledger {
    int64_t made, sent, set_aside, dropped, waiting;
    int64_t held_back; /* events that were not made, see fg_outbox_hold_back */
} fg_ledger;

/*
 * Where the outbox lies when nobody says: $RUNTIME_DIRECTORY, else $XDG_RUNTIME_DIR/facegate, each
 * only if it really is tmpfs, else /dev/shm/facegate-UID; the folder is made (0700) and checked to
 * be ours. Writes FOLDER/outbox.db into `ret_path` of FG_CONFIG_PATH bytes.
 */
int fg_outbox_default_path(char *ret_path, size_t size, fg_error *error);

/* Whether a file or folder lies in memory; false too where it is not there. */
bool fg_outbox_in_memory(const char *path);

/*
 * Opens or creates. -EBUSY where another process owns it, the text names its pid; -ENOENT without
 * `own` and without a file; -EBADMSG for something that is no outbox. A damaged outbox is set aside
 * as FILE.corrupt-N by its owner and a new one started: fg_outbox_warning tells.
 */
int fg_outbox_open(const fg_outbox_options *options, fg_outbox **ret_outbox, fg_error *error);
fg_outbox *fg_outbox_free(fg_outbox *outbox);

/* What was found wrong at the opening and fixed, to be said loudly; NULL for nothing. */
const char *fg_outbox_warning(const fg_outbox *outbox);

/* The path it was opened with. */
const char *fg_outbox_path(const fg_outbox *outbox);

/* Closes and removes the database and what lies beside it. Only for an empty outbox that we own. */
fg_outbox *fg_outbox_remove(fg_outbox *outbox);

/*
 * Commits an event. `ret_dropped`: how many of the oldest had to go for it. On an error nothing
 * changed and the event was not made: it is the caller's to report as lost. -ENOSPC (some room is
 * always left, in which those that are there can be marked as sent), -EIO, -EBUSY
 * (another process held the database for too long), -EBADMSG (damaged), -EMSGSIZE (its picture is
 * larger than max_bytes).
 */
int fg_outbox_put(fg_outbox *outbox, const fg_event *event, int *ret_dropped, fg_error *error);

/* Counts events that were due and not made, since there were too many of strangers. Errors as of
 * fg_outbox_put. */
int fg_outbox_hold_back(fg_outbox *outbox, int64_t count, fg_error *error);

/* An event lent by the outbox: the bytes belong to the caller, who frees them. */
typedef struct fg_outbox_entry {
    int64_t number; /* order in the outbox */
    fg_event event; /* jpeg points to `memory` */
    uint8_t *memory;
    int64_t attempts;
} fg_outbox_entry;

/* The oldest that waits. -ENOENT when nothing does. Free with fg_outbox_entry_release. */
int fg_outbox_oldest(fg_outbox *outbox, fg_outbox_entry *ret_entry, fg_error *error);
void fg_outbox_entry_release(fg_outbox_entry *entry);

/*
 * What became of an event lent by fg_outbox_oldest. One that had to go for newer ones while it was
 * under way counts as sent after all. `tried` counts an attempt; the event waits on.
 */
int fg_outbox_sent(fg_outbox *outbox, int64_t number, fg_error *error);
int fg_outbox_tried(fg_outbox *outbox, int64_t number, fg_error *error);
int fg_outbox_set_aside(fg_outbox *outbox, int64_t number, const char *why, fg_error *error);

int fg_outbox_ledger(fg_outbox *outbox, fg_ledger *ret_ledger, fg_error *error);

/* Calls `visit` for each event in order, pictures not loaded (jpeg_size is set, jpeg NULL). `why`
 * is NULL for those that wait. */
typedef void fg_outbox_visit(void *context, const fg_outbox_entry *entry, const char *why);
int fg_outbox_each(fg_outbox *outbox, fg_outbox_visit *visit, void *context, fg_error *error);

/* Everything set aside waits again, or is removed and counted as dropped. How many. */
int fg_outbox_retry(fg_outbox *outbox, int *ret_count, fg_error *error);
int fg_outbox_drop(fg_outbox *outbox, int *ret_count, fg_error *error);

#endif
