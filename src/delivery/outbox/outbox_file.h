/* The outbox as files: where they lie, who owns them, what they hold before SQLite is let near
 * them. */
#ifndef FACEGATE_DELIVERY_OUTBOX_OUTBOX_FILE_H
#define FACEGATE_DELIVERY_OUTBOX_OUTBOX_FILE_H

#include "facegate/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In the header of the database, so that somebody else's is not taken for ours: "FGOB". */
#define FG_OUTBOX_APPLICATION 0x46474F42
#define FG_OUTBOX_FORMAT      1

/* See fg_outbox_default_path. The variables' values, and the folder that stands for /dev/shm. */
int fg_outbox_default_path_in(const char *runtime, const char *xdg_runtime, const char *shm,
                              char *ret_path, size_t size, fg_error *error);

/*
 * Takes FILE.lock for as long as the descriptor is open, and writes our pid into it. `ret_known`:
 * an outbox was here before, since its lock file was. -EBUSY names who has it.
 */
int fg_outbox_lock(const char *path, int *ret_fd, bool *ret_known, fg_error *error);

/* Whether a database's application_id and user_version are an outbox's; else -EBADMSG. */
int fg_outbox_check_marks(const char *path, uint32_t application, uint32_t format, fg_error *error);

/*
 * Looks at the header of a file whose lock we hold (closing a file behind SQLite's back would lose
 * its locks). `ret_empty`: there is no database yet. -EBADMSG for what is no outbox of ours;
 * `ret_damaged` then tells whether it might have been one.
 */
int fg_outbox_inspect(const char *path, bool *ret_empty, bool *ret_damaged, fg_error *error);

/* Makes an empty file that only we may read, or takes everybody else's rights from the one there.
 */
int fg_outbox_make_file(const char *path, fg_error *error);

/* Moves the database and its log to FILE.corrupt-N, with N the first that is free. */
int fg_outbox_put_away(const char *path, char *ret_name, size_t size, fg_error *error);

/*
 * Whether one more picture may go where the outbox lies; -ENOSPC where it would take the room in
 * which events are marked as sent. `largest` is that of all there.
 */
int fg_outbox_check_room(const char *path, int64_t largest, fg_error *error);

/* Removes the database and what lies beside it. */
void fg_outbox_unlink(const char *path);

#endif
