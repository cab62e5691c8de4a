/* The store's connections: opened, and lent to whoever reads. */
#include "store/store_db.h"

/* How long a connection waits for another process that has the database, in ms. */
#define PATIENCE 10000

int fg_store_connect(const fg_store *store, const char *setup, fg_sqlite *ret_db, fg_error *error)
{
    const fg_sqlite_options options = {.kind = "database",
                                       .path = store->path,
                                       .create = true,
                                       .patience = PATIENCE,
                                       .setup = setup};
    return fg_sqlite_open(ret_db, &options, error);
}

fg_sqlite *fg_store_borrow(fg_store *store)
{
    pthread_mutex_lock(&store->lock);
    while (store->idle_count == 0) {
        pthread_cond_wait(&store->returned, &store->lock);
    }
    fg_sqlite *db = store->idle[--store->idle_count];
    pthread_mutex_unlock(&store->lock);
    return db;
}

void fg_store_return(fg_store *store, fg_sqlite *db)
{
    pthread_mutex_lock(&store->lock);
    store->idle[store->idle_count++] = db;
    pthread_cond_signal(&store->returned);
    pthread_mutex_unlock(&store->lock);
}

void fg_store_finish(fg_store *store, sqlite3_stmt *statement)
{
    if (statement != NULL) {
        store->steps += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 0);
        sqlite3_finalize(statement);
    }
}
