/*
 * A connection to an SQLite database: opened, asked and run with errors that name the database.
 * Every function returns 0 or a negative errno where nothing else is said: -ENOSPC, -EBUSY (another
 * process has it), -EBADMSG (damaged, or not what it should be), -EACCES, -ENOMEM, else -EIO.
 * One thread at a time for each connection. Source: sqlite.org/c3ref; rescode.html.
 */
#ifndef FACEGATE_BASE_SQLITE_H
#define FACEGATE_BASE_SQLITE_H

#include "facegate/error.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zero is a closed one. */
typedef struct fg_sqlite {
    sqlite3 *handle;
    char *name;   /* in texts: "KIND PATH" */
    int patience; /* ms to wait for another process that has the database */
} fg_sqlite;

typedef struct fg_sqlite_options {
    const char *kind;  /* what it is to people: "outbox" */
    const char *path;  /* as people know it */
    const char *file;  /* what is opened; NULL: the path */
    bool create;       /* made if there is no file */
    int patience;      /* see above */
    const char *setup; /* statements without rows that are run at once, as pragmas; or NULL */
} fg_sqlite_options;

int fg_sqlite_open(fg_sqlite *db, const fg_sqlite_options *options, fg_error *error);

/* After all its statements were finalized. A closed one is fine. */
void fg_sqlite_close(fg_sqlite *db);

/* The errno of one of SQLite's result codes, and the text "NAME: WHY". */
int fg_sqlite_fail(const fg_sqlite *db, int code, fg_error *error);

/* Runs statements that give no rows. */
int fg_sqlite_execute(const fg_sqlite *db, const char *sql, fg_error *error);

/* The first value of the first row. A text that is longer is cut to `size`. */
int fg_sqlite_ask_number(const fg_sqlite *db, const char *sql, int64_t *ret_number,
                         fg_error *error);
int fg_sqlite_ask_text(const fg_sqlite *db, const char *sql, char *ret_text, size_t size,
                       fg_error *error);

/* For one use. The caller finalizes it. */
int fg_sqlite_prepare(const fg_sqlite *db, const char *sql, sqlite3_stmt **ret_statement,
                      fg_error *error);

/*
 * Prepares `count` statements to be kept as long as the connection. Where one fails those before it
 * are there; fg_sqlite_finalize_all ends them, and skips what is NULL.
 */
int fg_sqlite_prepare_all(const fg_sqlite *db, const char *const sql[], int count,
                          sqlite3_stmt *ret_statements[], fg_error *error);
void fg_sqlite_finalize_all(sqlite3_stmt *statements[], int count);

/* Ends its run and forgets its values, so that it can be used anew; returns it. */
sqlite3_stmt *fg_sqlite_reset(sqlite3_stmt *statement);

/* 1 with a row; 0 at the end, or a negative errno, and the run is over. */
int fg_sqlite_step(const fg_sqlite *db, sqlite3_stmt *statement, fg_error *error);

/* Goes to the first row of a statement that always has one. */
int fg_sqlite_first(const fg_sqlite *db, sqlite3_stmt *statement, fg_error *error);

/* Runs a statement that gives no row, or whose rows nobody wants, and resets it. */
int fg_sqlite_run(const fg_sqlite *db, sqlite3_stmt *statement, fg_error *error);

/*
 * A column's text, NULL for NULL; it lasts until the next step. Where there is no memory for it
 * SQLite gives NULL too: *whole then becomes false, which is -ENOMEM.
 */
const char *fg_sqlite_text(sqlite3_stmt *statement, int column, bool *whole);

/*
 * Moves all of the write-ahead log into the database and empties its file; takes a sync. `patience`
 * replaces the connection's own meanwhile. False if others were still at the log.
 */
bool fg_sqlite_empty_log(const fg_sqlite *db, int patience);

#endif
