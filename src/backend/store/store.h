/*
 * The entries, in one SQLite database (WAL). One thread writes (store_write.h), in transactions it
 * opens and commits; any may read at the same time (store_list.h), each reading call on a
 * connection of its own. Counts per day, per person and in all change in the same transaction as
 * the entries, by triggers. Faults come as a negative errno with a text that names the database.
 * Source: sqlite.org/wal.html, sqlite.org/lang_indexedby.html.
 */
#ifndef FACEGATE_BACKEND_STORE_STORE_H
#define FACEGATE_BACKEND_STORE_STORE_H

#include "facegate/error.h"

#include <stdint.h>

typedef struct fg_store fg_store;

/*
 * Made where it is not there. `readers` connections are opened to read. -EBADMSG: it is damaged, or
 * no database of this version.
 */
int fg_store_open(const char *path, int readers, fg_store **ret_store, fg_error *error);

/* When nobody uses it any more. NULL is fine. */
fg_store *fg_store_free(fg_store *store);

/* Steps of SQLite's machine that reading took so far: what a query costs, whatever the machine. Any
 * thread. */
int64_t fg_store_steps(const fg_store *store);

#endif
