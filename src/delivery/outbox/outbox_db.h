/* The outbox's database: opening, schema, prepared statements, transactions. Under the outbox's
 * mutex. */
#ifndef FACEGATE_DELIVERY_OUTBOX_OUTBOX_DB_H
#define FACEGATE_DELIVERY_OUTBOX_OUTBOX_DB_H

#include "facegate/base/sqlite.h"

#include <stdbool.h>

enum fg_statement {
    FG_SQL_BEGIN,
    FG_SQL_COMMIT,
    FG_SQL_ROLLBACK,
    FG_SQL_INSERT,
    FG_SQL_OLDEST,
    FG_SQL_FIRST_ASIDE,
    FG_SQL_FIRST_WAITING,
    FG_SQL_SIZE,
    FG_SQL_DELETE,
    FG_SQL_TRIED,
    FG_SQL_ASIDE,
    FG_SQL_EACH,
    FG_SQL_RETRY,
    FG_SQL_DROP_ASIDE,
    FG_SQL_LEDGER,
    FG_SQL_COUNT,
    FG_SQL_BOOK,
    FG_SQL_HOLD_BACK,
    FG_SQL_RECOUNT,
    FG_SQL_FREE_PAGES,
    FG_SQL_STATEMENTS, /* how many */
};

typedef struct fg_outbox_db {
    char *path; /* for texts */
    bool own;   /* the daemon's */
    fg_sqlite connection;
    sqlite3_stmt *statements[FG_SQL_STATEMENTS];
} fg_outbox_db;

/*
 * Opens a file that is there. `empty`: the schema is made. `own`: it is checked whole. -EBADMSG
 * where it is damaged or no outbox.
 */
int fg_outbox_db_open(fg_outbox_db *db, const char *path, bool empty, bool own, fg_error *error);
void fg_outbox_db_close(fg_outbox_db *db);

/* The statement, reset and without values. */
sqlite3_stmt *fg_outbox_db_statement(fg_outbox_db *db, enum fg_statement which);

int fg_outbox_db_begin(fg_outbox_db *db, fg_error *error);

/* Commits where `result` is 0, else takes everything back; returns what the whole came to. */
int fg_outbox_db_end(fg_outbox_db *db, int result, fg_error *error);

/*
 * Gives pages back to the file system once many are free; with `all`, empties the log too, in which
 * events that are gone stand until it comes round to them.
 */
void fg_outbox_db_tidy(fg_outbox_db *db, bool all);

#endif
