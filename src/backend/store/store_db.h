/*
 * What opening, writing and reading the store have below them: its connections. Any thread, but for
 * the writer's own fields.
 */
#ifndef FACEGATE_BACKEND_STORE_STORE_DB_H
#define FACEGATE_BACKEND_STORE_STORE_DB_H

#include "facegate/base/sqlite.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* The day an entry is dated; the index is on this very expression. */
#define FG_SQL_DAY "substr(timestamp, 1, 10)"

/* What the writer has prepared, see store_write.c. */
enum fg_write {
    FG_WRITE_BEGIN,
    FG_WRITE_COMMIT,
    FG_WRITE_FIND_KEY,
    FG_WRITE_PERSON,
    FG_WRITE_ADD_PERSON,
    FG_WRITE_ADD,
    FG_WRITE_DELETE_OLDEST,
    FG_WRITE_DELETE_OLD,
    FG_WRITE_DELETE_AHEAD,
    FG_WRITE_SHRINK,
    FG_WRITES,
};

typedef struct fg_store {
    char *path;
    fg_sqlite writer;
    sqlite3_stmt *writes[FG_WRITES];
    pthread_mutex_t lock; /* of the two below */
    pthread_cond_t returned;
    fg_sqlite **idle; /* of the connections below, those that nobody reads with */
    int idle_count;
    fg_sqlite *connections; /* to read with */
    int readers;            /* how many they are */
    _Atomic int64_t steps;
    bool deleted;        /* since the log was emptied; the writer's */
    int64_t forgot_last; /* CLOCK_MONOTONIC, in ns; 0: never */
} fg_store;

/* Opens one more connection and runs `setup` on it. */
int fg_store_connect(const fg_store *store, const char *setup, fg_sqlite *ret_db, fg_error *error);

/* A connection to read with, to be given back; waits until one is idle. */
fg_sqlite *fg_store_borrow(fg_store *store);
void fg_store_return(fg_store *store, fg_sqlite *db);

/* Counts the steps of a statement that read, and finalizes it. NULL is fine. */
void fg_store_finish(fg_store *store, sqlite3_stmt *statement);

#endif
