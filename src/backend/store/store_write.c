/* What is written to the store, statement by statement. */
#include "store/store_write.h"

#include "facegate/clock.h"
#include "store/casefold.h"
#include "store/store_db.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Pages that are given back in one go, so that nobody waits long for it. */
#define SHRINK_PAGES 256

/* Each emptying of the log is a sync of the database. */
#define FORGET_EACH (10 * FG_NS_PER_S)

#define DELETE_WHERE(which)                                                                        \
    "DELETE FROM entry WHERE id IN (SELECT id FROM entry " which ")"                               \
    " RETURNING picture"

static const char *const writes[FG_WRITES] = {
    [FG_WRITE_BEGIN] = "BEGIN IMMEDIATE",
    [FG_WRITE_COMMIT] = "COMMIT",
    [FG_WRITE_FIND_KEY] = "SELECT id, ifnull(picture, '') FROM entry WHERE key = ?1",
    [FG_WRITE_PERSON] = "SELECT id FROM person WHERE name = ?1",
    [FG_WRITE_ADD_PERSON] = "INSERT INTO person(name, folded) VALUES(?1, ?2)",
    [FG_WRITE_ADD] = "INSERT INTO entry(timestamp, status, rfid_id, person, reason, picture, bytes,"
                     " received, key) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    [FG_WRITE_DELETE_OLDEST] = DELETE_WHERE("ORDER BY id LIMIT ?1"),
    [FG_WRITE_DELETE_OLD] =
        DELETE_WHERE("INDEXED BY entry_received WHERE received < ?2 AND"
                     " (" FG_SQL_DAY " < ?3 OR " FG_SQL_DAY " > ?4) ORDER BY received LIMIT ?1"),
    [FG_WRITE_DELETE_AHEAD] =
        DELETE_WHERE("INDEXED BY entry_received WHERE received > ?2 AND " FG_SQL_DAY
                     " < ?3 ORDER BY received LIMIT ?1"),
    [FG_WRITE_SHRINK] = "PRAGMA incremental_vacuum",
};

int fg_store_prepare_writes(fg_store *store, fg_error *error)
{
    return fg_sqlite_prepare_all(&store->writer, writes, FG_WRITES, store->writes, error);
}

/* Runs one that gives no row. */
static int run(fg_store *store, enum fg_write which, fg_error *error)
{
    return fg_sqlite_run(&store->writer, store->writes[which], error);
}

int fg_store_begin(fg_store *store, fg_error *error)
{
    return run(store, FG_WRITE_BEGIN, error);
}

int fg_store_commit(fg_store *store, fg_error *error)
{
    int result = run(store, FG_WRITE_COMMIT, error);
    if (result != 0) {
        fg_store_rollback(store);
    }
    return result;
}

void fg_store_rollback(fg_store *store)
{
    /* Some errors end the transaction by themselves. */
    if (sqlite3_get_autocommit(store->writer.handle) == 0) {
        fg_sqlite_execute(&store->writer, "ROLLBACK", NULL);
    }
}

int fg_store_find_key(fg_store *store, const char *key, int64_t *ret_id,
                      char ret_picture[FG_PICTURE_NAME], fg_error *error)
{
    sqlite3_stmt *statement = store->writes[FG_WRITE_FIND_KEY];
    sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
    int result = fg_sqlite_step(&store->writer, statement, error);
    if (result == 1) {
        const char *picture = (const char *)sqlite3_column_text(statement, 1);
        *ret_id = sqlite3_column_int64(statement, 0);
        ret_picture[0] = '\0';
        if (picture != NULL && strlen(picture) < FG_PICTURE_NAME) {
            strcpy(ret_picture, picture);
        }
    }
    fg_sqlite_reset(statement);
    return result;
}

static int find_person(fg_store *store, const char *name, int64_t *ret_person, fg_error *error)
{
    sqlite3_stmt *statement = store->writes[FG_WRITE_PERSON];
    sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    int result = fg_sqlite_step(&store->writer, statement, error);
    int64_t found = result == 1 ? sqlite3_column_int64(statement, 0) : 0;
    fg_sqlite_reset(statement);
    if (result == 1) {
        *ret_person = found;
        return 0;
    }
    if (result < 0) {
        return result;
    }
    char *folded = fg_casefold(name);
    if (folded == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory");
    }
    sqlite3_bind_text(store->writes[FG_WRITE_ADD_PERSON], 1, name, -1, SQLITE_STATIC);
    sqlite3_bind_text(store->writes[FG_WRITE_ADD_PERSON], 2, folded, -1, SQLITE_STATIC);
    result = run(store, FG_WRITE_ADD_PERSON, error);
    free(folded);
    if (result == 0) {
        *ret_person = sqlite3_last_insert_rowid(store->writer.handle);
    }
    return result;
}

int fg_store_add(fg_store *store, const fg_entry *entry, const char *key, int64_t bytes,
                 int64_t received, int64_t *ret_id, fg_error *error)
{
    int64_t person = 0;
    int result = find_person(store, entry->user_name, &person, error);
    if (result != 0) {
        return result;
    }
    sqlite3_stmt *statement = store->writes[FG_WRITE_ADD];
    /* A null pointer is bound as NULL. */
    sqlite3_bind_text(statement, 1, entry->timestamp, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, entry->status, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 3, entry->rfid_id, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 4, person);
    sqlite3_bind_text(statement, 5, entry->reason, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 6, entry->picture, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 7, bytes);
    sqlite3_bind_int64(statement, 8, received);
    sqlite3_bind_text(statement, 9, key, -1, SQLITE_STATIC);
    result = run(store, FG_WRITE_ADD, error);
    if (result == 0) {
        *ret_id = sqlite3_last_insert_rowid(store->writer.handle);
    }
    return result;
}

static int run_delete(fg_store *store, enum fg_write which,
                      void (*gone)(void *context, const char *picture), void *context, int *deleted,
                      fg_error *error)
{
    sqlite3_stmt *statement = store->writes[which];
    int result;
    while ((result = fg_sqlite_step(&store->writer, statement, error)) == 1) {
        const char *picture = (const char *)sqlite3_column_text(statement, 0);
        (*deleted)++;
        if (picture != NULL) {
            gone(context, picture);
        }
    }
    fg_sqlite_reset(statement);
    return result;
}

static int delete_old(fg_store *store, const fg_store_age *age, int limit,
                      void (*gone)(void *context, const char *picture), void *context, int *deleted,
                      fg_error *error)
{
    sqlite3_stmt *old = store->writes[FG_WRITE_DELETE_OLD];
    sqlite3_stmt *ahead = store->writes[FG_WRITE_DELETE_AHEAD];
    sqlite3_bind_int(old, 1, limit);
    sqlite3_bind_int64(old, 2, age->old);
    sqlite3_bind_text(old, 3, age->old_day, -1, SQLITE_STATIC);
    sqlite3_bind_text(old, 4, age->ahead_day, -1, SQLITE_STATIC);
    int result = run_delete(store, FG_WRITE_DELETE_OLD, gone, context, deleted, error);
    if (result == 0 && *deleted < limit) {
        sqlite3_bind_int(ahead, 1, limit - *deleted);
        sqlite3_bind_int64(ahead, 2, age->ahead);
        sqlite3_bind_text(ahead, 3, age->old_day, -1, SQLITE_STATIC);
        result = run_delete(store, FG_WRITE_DELETE_AHEAD, gone, context, deleted, error);
    }
    return result;
}

int fg_store_delete(fg_store *store, const fg_store_age *age, int limit,
                    void (*gone)(void *context, const char *picture), void *context,
                    int *ret_deleted, fg_error *error)
{
    int deleted = 0;
    int result;
    if (age != NULL) {
        result = delete_old(store, age, limit, gone, context, &deleted, error);
    } else {
        sqlite3_bind_int(store->writes[FG_WRITE_DELETE_OLDEST], 1, limit);
        result = run_delete(store, FG_WRITE_DELETE_OLDEST, gone, context, &deleted, error);
    }
    if (result == 0) {
        *ret_deleted = deleted;
        store->deleted = store->deleted || deleted > 0;
    }
    return result;
}

int fg_store_shrink(fg_store *store, fg_error *error)
{
    /* Each row that the pragma gives is a page given back. */
    sqlite3_stmt *statement = store->writes[FG_WRITE_SHRINK];
    int result = 1;
    for (int i = 0; i < SHRINK_PAGES && result == 1; i++) {
        result = fg_sqlite_step(&store->writer, statement, error);
    }
    fg_sqlite_reset(statement);
    return result < 0 ? result : 0;
}

void fg_store_forget(fg_store *store)
{
    int64_t now = fg_clock_monotonic();
    if (!store->deleted || (store->forgot_last != 0 && now - store->forgot_last < FORGET_EACH)) {
        return;
    }
    store->forgot_last = now;
    /* Nobody is to wait for a reader that takes its time. */
    store->deleted = !fg_sqlite_empty_log(&store->writer, 0);
}
