#include "store/store.h"

#include "store/store_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define APPLICATION 0x66676264 /* "fgbd" */
#define FORMAT      1
#define TEXT(word)  TEXT_(word)
#define TEXT_(word) #word

/* clang-format off */

/* In this order: the vacuum's kind is settled before the first table. */
static const char writer_setup[] =
    "PRAGMA auto_vacuum = INCREMENTAL;"
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA secure_delete = ON;"
    "PRAGMA wal_autocheckpoint = 4000;"
    "PRAGMA journal_size_limit = 16777216;"
    "PRAGMA cache_size = -8192;";

/*
 * Ids are never given twice, so that a page that knows one can ask for what came before it. The row
 * of a day also bounds its entries' ids.
 */
static const char schema[] =
    "BEGIN IMMEDIATE;"
    "PRAGMA application_id = " TEXT(APPLICATION) ";"
    "PRAGMA user_version = " TEXT(FORMAT) ";"
    "CREATE TABLE person("
    " id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, folded TEXT NOT NULL,"
    " entries INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE entry("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TEXT NOT NULL, status TEXT NOT NULL,"
    " rfid_id TEXT NOT NULL, person INTEGER NOT NULL, reason TEXT, picture TEXT,"
    " bytes INTEGER NOT NULL, received INTEGER NOT NULL, key TEXT);"
    "CREATE UNIQUE INDEX entry_key ON entry(key) WHERE key IS NOT NULL;"
    "CREATE UNIQUE INDEX entry_picture ON entry(picture) WHERE picture IS NOT NULL;"
    "CREATE INDEX entry_status ON entry(status);"
    "CREATE INDEX entry_rfid ON entry(rfid_id);"
    "CREATE INDEX entry_person ON entry(person);"
    "CREATE INDEX entry_day ON entry(" FG_SQL_DAY ");"
    "CREATE INDEX entry_received ON entry(received);"
    "CREATE TABLE day("
    " day TEXT PRIMARY KEY, accepted INTEGER NOT NULL, refused INTEGER NOT NULL,"
    " first_id INTEGER NOT NULL, last_id INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE total("
    " one INTEGER PRIMARY KEY CHECK (one = 1), accepted INTEGER NOT NULL, refused INTEGER NOT NULL,"
    " pictures INTEGER NOT NULL);"
    "INSERT INTO total VALUES(1, 0, 0, 0);"
    "CREATE TRIGGER entry_added AFTER INSERT ON entry BEGIN"
    " UPDATE person SET entries = entries + 1 WHERE id = new.person;"
    " UPDATE total SET accepted = accepted + (new.status = 'Accepted'),"
    "  refused = refused + (new.status = 'Refused'), pictures = pictures + new.bytes;"
    " INSERT INTO day VALUES(substr(new.timestamp, 1, 10), new.status = 'Accepted',"
    "  new.status = 'Refused', new.id, new.id)"
    "  ON CONFLICT(day) DO UPDATE SET accepted = accepted + excluded.accepted,"
    "  refused = refused + excluded.refused, last_id = excluded.last_id;"
    "END;"
    "CREATE TRIGGER entry_deleted AFTER DELETE ON entry BEGIN"
    " UPDATE person SET entries = entries - 1 WHERE id = old.person;"
    " DELETE FROM person WHERE id = old.person AND entries = 0;"
    " UPDATE total SET accepted = accepted - (old.status = 'Accepted'),"
    "  refused = refused - (old.status = 'Refused'), pictures = pictures - old.bytes;"
    " UPDATE day SET accepted = accepted - (old.status = 'Accepted'),"
    "  refused = refused - (old.status = 'Refused') WHERE day = substr(old.timestamp, 1, 10);"
    " DELETE FROM day WHERE day = substr(old.timestamp, 1, 10) AND accepted + refused = 0;"
    "END;"
    "COMMIT;";
/* clang-format on */

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

static int execute(const fg_store *store, sqlite3 *db, const char *sql, fg_error *error)
{
    int code = sqlite3_exec(db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? 0 : fg_store_fail(store, db, code, error);
}

static int open_connection(const fg_store *store, const char *setup, sqlite3 **ret_db,
                           fg_error *error)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    int code = sqlite3_open_v2(store->path, ret_db, flags, NULL);
    if (code != SQLITE_OK) {
        return fg_store_fail(store, *ret_db, code, error);
    }
    sqlite3_busy_timeout(*ret_db, FG_STORE_BUSY_MS);
    return execute(store, *ret_db, setup, error);
}

static int ask_number(fg_store *store, sqlite3 *db, const char *sql, int64_t *ret_number,
                      fg_error *error)
{
    sqlite3_stmt *statement = NULL;
    int result = fg_store_prepare(store, db, sql, &statement, error);
    if (result == 0) {
        int code = sqlite3_step(statement);
        if (code == SQLITE_ROW) {
            *ret_number = sqlite3_column_int64(statement, 0);
        } else {
            result = fg_store_fail(store, db, code, error);
        }
    }
    fg_store_finish(store, statement);
    return result;
}

static int make_or_check(fg_store *store, fg_error *error)
{
    int64_t application = 0, format = 0, tables = 0;
    int result = ask_number(store, store->writer, "PRAGMA application_id", &application, error);
    if (result == 0) {
        result = ask_number(store, store->writer, "PRAGMA user_version", &format, error);
    }
    if (result == 0) {
        result =
            ask_number(store, store->writer, "SELECT count(*) FROM sqlite_schema", &tables, error);
    }
    if (result != 0) {
        return result;
    }
    if (application == 0 && tables == 0) {
        return execute(store, store->writer, schema, error);
    }
    if (application != APPLICATION) {
        return fg_error_set(error, -EBADMSG,
                            "%s is another program's database: name another folder with --data",
                            store->path);
    }
    if (format != FORMAT) {
        return fg_error_set(error, -EBADMSG, "%s has the format %d, this version knows %d",
                            store->path, (int)format, FORMAT);
    }
    return 0;
}

static int open_all(fg_store *store, fg_error *error)
{
    int result = open_connection(store, writer_setup, &store->writer, error);
    if (result == 0) {
        result = make_or_check(store, error);
    }
    for (int i = 0; i < FG_WRITES && result == 0; i++) {
        int code = sqlite3_prepare_v3(store->writer, fg_store_writes[i], -1,
                                      SQLITE_PREPARE_PERSISTENT, &store->writes[i], NULL);
        if (code != SQLITE_OK) {
            result = fg_store_fail(store, store->writer, code, error);
        }
    }
    for (int i = 0; i < store->readers && result == 0; i++) {
        result = open_connection(store, "PRAGMA query_only = ON", &store->idle[i], error);
        store->idle_count += store->idle[i] != NULL ? 1 : 0;
    }
    return result;
}

int fg_store_open(const char *path, int readers, fg_store **ret_store, fg_error *error)
{
    fg_store *store = calloc(1, sizeof(*store));
    if (store == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory");
    }
    pthread_mutex_init(&store->lock, NULL);
    pthread_cond_init(&store->returned, NULL);
    store->path = strdup(path);
    store->idle = calloc((size_t)readers, sizeof(sqlite3 *));
    store->readers = readers;
    store->deleted = true; /* as far as is known: it may have ended in a crash */
    int result = store->path == NULL || store->idle == NULL
                     ? fg_error_set(error, -ENOMEM, "not enough memory")
                     : open_all(store, error);
    if (result != 0) {
        fg_store_free(store);
        return result;
    }
    *ret_store = store;
    return 0;
}

fg_store *fg_store_free(fg_store *store)
{
    if (store == NULL) {
        return NULL;
    }
    for (int i = 0; i < FG_WRITES; i++) {
        sqlite3_finalize(store->writes[i]);
    }
    for (int i = 0; i < store->idle_count; i++) {
        sqlite3_close(store->idle[i]);
    }
    sqlite3_close(store->writer);
    pthread_cond_destroy(&store->returned);
    pthread_mutex_destroy(&store->lock);
    free(store->idle);
    free(store->path);
    free(store);
    return NULL;
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

int64_t fg_store_steps(const fg_store *store)
{
    return store->steps;
}
