/* Opens SQLite databases, runs statements, and says in words what fails. */
#include "facegate/base/sqlite.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static int errno_of(int code)
{
    switch (code & 0xFF) {
    case SQLITE_FULL:
        return -ENOSPC;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return -EBUSY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR: /* no such table, for one */
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
        return -EBADMSG;
    case SQLITE_NOMEM:
        return -ENOMEM;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
    case SQLITE_AUTH:
        return -EACCES;
    default:
        return -EIO;
    }
}

int fg_sqlite_fail(const fg_sqlite *db, int code, fg_error *error)
{
    int result = errno_of(code);
    switch (result) {
    case -ENOSPC:
        return fg_error_set(error, result, "%s: no space left on its file system", db->name);
    case -EBUSY:
        return fg_error_set(error, result, "%s: another process keeps it busy", db->name);
    case -ENOMEM:
        return fg_error_set(error, result, "%s: not enough memory", db->name);
    case -EBADMSG:
        return fg_error_set(error, result, "%s is damaged: %s", db->name,
                            sqlite3_errmsg(db->handle));
    default:
        return fg_error_set(error, result, "%s: %s", db->name, sqlite3_errmsg(db->handle));
    }
}

int fg_sqlite_open(fg_sqlite *db, const fg_sqlite_options *options, fg_error *error)
{
    const char *file = options->file != NULL ? options->file : options->path;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    *db = (fg_sqlite){.patience = options->patience};
    if (asprintf(&db->name, "%s %s", options->kind, options->path) < 0) {
        db->name = NULL;
        return fg_error_set(error, -ENOMEM, "%s %s: not enough memory", options->kind,
                            options->path);
    }
    int code = sqlite3_open_v2(file, &db->handle,
                               flags | (options->create ? SQLITE_OPEN_CREATE : 0), NULL);
    int result = code == SQLITE_OK ? 0 : fg_sqlite_fail(db, code, error);
    if (result == 0) {
        sqlite3_busy_timeout(db->handle, options->patience);
        if (options->setup != NULL) {
            result = fg_sqlite_execute(db, options->setup, error);
        }
    }
    if (result != 0) {
        fg_sqlite_close(db);
    }
    return result;
}

void fg_sqlite_close(fg_sqlite *db)
{
    sqlite3_close(db->handle);
    free(db->name);
    *db = (fg_sqlite){0};
}

int fg_sqlite_execute(const fg_sqlite *db, const char *sql, fg_error *error)
{
    int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? 0 : fg_sqlite_fail(db, code, error);
}

static int ask(const fg_sqlite *db, const char *sql, sqlite3_stmt **ret_statement, fg_error *error)
{
    int result = fg_sqlite_prepare(db, sql, ret_statement, error);
    return result == 0 ? fg_sqlite_first(db, *ret_statement, error) : result;
}

int fg_sqlite_ask_number(const fg_sqlite *db, const char *sql, int64_t *ret_number, fg_error *error)
{
    sqlite3_stmt *statement = NULL;
    int result = ask(db, sql, &statement, error);
    if (result == 0) {
        *ret_number = sqlite3_column_int64(statement, 0);
    }
    sqlite3_finalize(statement);
    return result;
}

int fg_sqlite_ask_text(const fg_sqlite *db, const char *sql, char *ret_text, size_t size,
                       fg_error *error)
{
    sqlite3_stmt *statement = NULL;
    int result = ask(db, sql, &statement, error);
    if (result == 0) {
        bool whole = true;
        const char *text = fg_sqlite_text(statement, 0, &whole);
        if (whole) {
            snprintf(ret_text, size, "%s", text != NULL ? text : "");
        } else {
            result = fg_sqlite_fail(db, SQLITE_NOMEM, error);
        }
    }
    sqlite3_finalize(statement);
    return result;
}

int fg_sqlite_prepare(const fg_sqlite *db, const char *sql, sqlite3_stmt **ret_statement,
                      fg_error *error)
{
    int code = sqlite3_prepare_v2(db->handle, sql, -1, ret_statement, NULL);
    return code == SQLITE_OK ? 0 : fg_sqlite_fail(db, code, error);
}

int fg_sqlite_prepare_all(const fg_sqlite *db, const char *const sql[], int count,
                          sqlite3_stmt *ret_statements[], fg_error *error)
{
    for (int i = 0; i < count; i++) {
        int code = sqlite3_prepare_v3(db->handle, sql[i], -1, SQLITE_PREPARE_PERSISTENT,
                                      &ret_statements[i], NULL);
        if (code != SQLITE_OK) {
            return fg_sqlite_fail(db, code, error);
        }
    }
    return 0;
}

void fg_sqlite_finalize_all(sqlite3_stmt *statements[], int count)
{
    for (int i = 0; i < count; i++) {
        sqlite3_finalize(statements[i]);
        statements[i] = NULL;
    }
}

sqlite3_stmt *fg_sqlite_reset(sqlite3_stmt *statement)
{
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return statement;
}

int fg_sqlite_step(const fg_sqlite *db, sqlite3_stmt *statement, fg_error *error)
{
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        return 1;
    }
    int result = code == SQLITE_DONE ? 0 : fg_sqlite_fail(db, code, error);
    sqlite3_reset(statement);
    return result;
}

int fg_sqlite_first(const fg_sqlite *db, sqlite3_stmt *statement, fg_error *error)
{
    int result = fg_sqlite_step(db, statement, error);
    if (result == 0) {
        return fg_sqlite_fail(db, SQLITE_DONE, error);
    }
    return result == 1 ? 0 : result;
}

int fg_sqlite_run(const fg_sqlite *db, sqlite3_stmt *statement, fg_error *error)
{
    int result = fg_sqlite_step(db, statement, error);
    fg_sqlite_reset(statement);
    return result < 0 ? result : 0;
}

const char *fg_sqlite_text(sqlite3_stmt *statement, int column, bool *whole)
{
    bool there = sqlite3_column_type(statement, column) != SQLITE_NULL;
    const char *text = (const char *)sqlite3_column_text(statement, column);
    *whole = *whole && (!there || text != NULL);
    return text;
}

bool fg_sqlite_empty_log(const fg_sqlite *db, int patience)
{
    sqlite3_busy_timeout(db->handle, patience);
    int code = sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_busy_timeout(db->handle, db->patience);
    return code == SQLITE_OK;
}
