/*
 * The entries, in one SQLite database (WAL). One thread writes, in transactions it opens and
 * commits; any may read at the same time, each reading call on a connection of its own. Counts per
 * day, per person and in all change in the same transaction as the entries, by triggers.
 * Source: sqlite.org/wal.html, sqlite.org/lang_indexedby.html.
 */
#ifndef FACEGATE_BACKEND_STORE_STORE_H
#define FACEGATE_BACKEND_STORE_STORE_H

#include "facegate/error.h"
#include "store/entry.h"
#include "store/query.h"

#include <stdbool.h>
#include <stdint.h>

#define FG_STORE_KEY 129 /* bytes of an Idempotency-Key, terminator included */

typedef struct fg_store fg_store;

/* Made where it is not there. `readers` connections are opened to read. */
int fg_store_open(const char *path, int readers, fg_store **ret_store, fg_error *error);
fg_store *fg_store_free(fg_store *store);

/* ---- Writing: one thread. -ENOSPC where the disk is full. */

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

/* ---- Reading: any thread. */

typedef void fg_store_visit(void *context, const fg_entry *entry);

/* What a query asks for, newest first. */
int fg_store_list(fg_store *store, const fg_query *query, fg_store_visit *visit, void *context,
                  fg_error *error);

/* At most `limit` of the entries after one id up to another, oldest first. */
int fg_store_after(fg_store *store, int64_t after, int64_t until, int limit, fg_store_visit *visit,
                   void *context, fg_error *error);

/* The days from `first` to `last` that have entries, oldest first. */
typedef void fg_store_visit_day(void *context, const char *day, int64_t accepted, int64_t refused);
int fg_store_days(fg_store *store, const char *first, const char *last, fg_store_visit_day *visit,
                  void *context, fg_error *error);

typedef struct fg_totals {
    int64_t accepted, refused; /* entries */
    int64_t first_id, last_id; /* of those that are there; 0 for none */
    int64_t pictures;          /* bytes */
    int64_t database;          /* bytes of its files */
    int64_t used;              /* bytes of its pages that hold something */
} fg_totals;

int fg_store_totals(fg_store *store, fg_totals *ret_totals, fg_error *error);

/* 1 or 0. */
int fg_store_has_picture(fg_store *store, const char *picture, fg_error *error);

/* Steps of SQLite's machine that reading took so far: what a query costs, whatever the machine. */
int64_t fg_store_steps(const fg_store *store);

#endif
