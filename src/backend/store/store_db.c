/* The store's connections, and errnos for what SQLite answers. */
#include "store/store_db.h"

#include <errno.h>

int fg_store_fail(const fg_store *store, sqlite3 *db, int code, fg_error *error)
{
    switch (code & 0xFF) {
    case SQLITE_FULL:
        return fg_error_set(error, -ENOSPC, "database %s: no space left where it lies",
                            store->path);
    case SQLITE_NOMEM:
        return fg_error_set(error, -ENOMEM, "database %s: not enough memory", store->path);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return fg_error_set(error, -EBADMSG, "database %s is damaged: %s", store->path,
                            sqlite3_errmsg(db));
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
        return fg_error_set(error, -EACCES, "database %s: %s", store->path, sqlite3_errmsg(db));
    default:
        return fg_error_set(error, -EIO, "database %s: %s", store->path, sqlite3_errmsg(db));
    }
}

int fg_store_execute(const fg_store *store, sqlite3 *db, const char *sql, fg_error *error)
{
    int code = sqlite3_exec(db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? 0 : fg_store_fail(store, db, code, error);
}

int fg_store_connect(const fg_store *store, const char *setup, sqlite3 **ret_db, fg_error *error)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    int code = sqlite3_open_v2(store->path, ret_db, flags, NULL);
    if (code != SQLITE_OK) {
        return fg_store_fail(store, *ret_db, code, error);
    }
    sqlite3_busy_timeout(*ret_db, FG_STORE_BUSY_MS);
    return fg_store_execute(store, *ret_db, setup, error);
}

sqlite3 *fg_store_borrow(fg_store *store)
{
    pthread_mutex_lock(&store->lock);
    while (store->idle_count == 0) {
        pthread_cond_wait(&store->returned, &store->lock);
    }
    sqlite3 *db = store->idle[--store->idle_count];
    pthread_mutex_unlock(&store->lock);
    return db;
}

void fg_store_return(fg_store *store, sqlite3 *db)
{
    pthread_mutex_lock(&store->lock);
    store->idle[store->idle_count++] = db;
    pthread_cond_signal(&store->returned);
    pthread_mutex_unlock(&store->lock);
}

int fg_store_prepare(fg_store *store, sqlite3 *db, const char *sql, sqlite3_stmt **ret_statement,
                     fg_error *error)
{
    int code = sqlite3_prepare_v2(db, sql, -1, ret_statement, NULL);
    return code == SQLITE_OK ? 0 : fg_store_fail(store, db, code, error);
}

void fg_store_finish(fg_store *store, sqlite3_stmt *statement)
{
    if (statement != NULL) {
        store->steps += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 0);
        sqlite3_finalize(statement);
    }
}
