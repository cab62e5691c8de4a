/*
 * Writing to the store: one thread, in transactions. Faults come as a negative errno with a text;
 * -ENOSPC where the disk is full.
 */
#ifndef FACEGATE_BACKEND_STORE_STORE_WRITE_H
#define FACEGATE_BACKEND_STORE_STORE_WRITE_H

#include "facegate/error.h"
#include "store/entry.h"

#include <stdint.h>

#define FG_STORE_KEY 129 /* bytes of an Idempotency-Key, terminator included */

typedef struct fg_store fg_store;

/* Prepares what is written with, once the tables are there; fg_store_open does it. */
int fg_store_prepare_writes(fg_store *store, fg_error *error);

int fg_store_begin(fg_store *store, fg_error *error);

/* Synced to the disk when it returns 0; else nothing has changed and the transaction is over. */
int fg_store_commit(fg_store *store, fg_error *error);
void fg_store_rollback(fg_store *store);

/* The entry that came with this key: 1, or 0 if none did. `ret_picture` is empty for none. */
int fg_store_find_key(fg_store *store, const char *key, int64_t *ret_id,
                      char ret_picture[FG_PICTURE_NAME], fg_error *error);

/* Adds it under the next id. `bytes` is its picture's size, `received` in seconds of the epoch. */
int fg_store_add(fg_store *store, const fg_entry *entry, const char *key, int64_t bytes,
                 int64_t received, int64_t *ret_id, fg_error *error);

/* What is too old. Times are in seconds of the epoch, days as the entries are dated. */
typedef struct fg_store_age {
    int64_t old, ahead; /* received before this; after this is still to come */
    char old_day[FG_ENTRY_DAY], ahead_day[FG_ENTRY_DAY];
} fg_store_age;

/*
 * Deletes up to `limit` entries, the oldest first, and tells their pictures. Those go of which the
 * day and the receipt are both old, or one is and the other is still to come; with `age` NULL
 * whichever are the oldest. Within a transaction; the pictures are removed after it.
 */
int fg_store_delete(fg_store *store, const fg_store_age *age, int limit,
                    void (*gone)(void *context, const char *picture), void *context,
                    int *ret_deleted, fg_error *error);

/* Gives pages that deletions left free back to the disk, a few at a time. */
int fg_store_shrink(fg_store *store, fg_error *error);

/*
 * Empties the log where deleted entries may still stand in it, which it does for itself only when
 * it comes round to them. What fails, or waits for somebody who reads, is tried again after some
 * seconds: to be called now and then.
 */
void fg_store_forget(fg_store *store);

#endif
