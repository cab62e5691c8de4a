/*
 * What opening, writing and reading the store have below them: its connections, and what SQLite
 * answers as an error. Any thread, but for the writer's own fields.
 */
#ifndef FACEGATE_BACKEND_STORE_STORE_DB_H
#define FACEGATE_BACKEND_STORE_STORE_DB_H

#include "facegate/error.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* The day an entry is dated; the index is on this very expression. */
#define FG_SQL_DAY "substr(timestamp, 1, 10)"

/* How long the writer waits for another process that has the database. */
#define FG_STORE_BUSY_MS 10000

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
    sqlite3 *writer;
    sqlite3_stmt *writes[FG_WRITES];
    pthread_mutex_t lock; /* of the two below */
    pthread_cond_t returned;
    sqlite3 **idle; /* connections that nobody reads with */
    int idle_count;
    int readers;
    _Atomic int64_t steps;
    bool deleted;        /* since the log was emptied; the writer's */
    int64_t forgot_last; /* CLOCK_MONOTONIC, in ns; 0: never */
} fg_store;

/* Negative errno for what SQLite answers, and its text. */
int fg_store_fail(const fg_store *store, sqlite3 *db, int code, fg_error *error);

/* Opens one more connection and runs `setup` on it. *ret_db is to be closed even where it fails. */
int fg_store_connect(const fg_store *store, const char *setup, sqlite3 **ret_db, fg_error *error);

/* Runs what gives no rows. */
int fg_store_execute(const fg_store *store, sqlite3 *db, const char *sql, fg_error *error);

/* A connection to read with, to be given back; waits until one is idle. */
sqlite3 *fg_store_borrow(fg_store *store);
void fg_store_return(fg_store *store, sqlite3 *db);

/* Prepares on a borrowed connection. */
int fg_store_prepare(fg_store *store, sqlite3 *db, const char *sql, sqlite3_stmt **ret_statement,
                     fg_error *error);

/* Counts its steps and ends it. NULL is fine. */
void fg_store_finish(fg_store *store, sqlite3_stmt *statement);

#endif
