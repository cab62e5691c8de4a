/* The store from its opening to its end, and the tables it makes. */
#include "store/store.h"

#include "store/store_db.h"
#include "store/store_write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

static int make_or_check(fg_store *store, fg_error *error)
{
    int64_t application = 0, format = 0, tables = 0;
    int result = fg_sqlite_ask_number(&store->writer, "PRAGMA application_id", &application, error);
    if (result == 0) {
        result = fg_sqlite_ask_number(&store->writer, "PRAGMA user_version", &format, error);
    }
    if (result == 0) {
        result = fg_sqlite_ask_number(&store->writer, "SELECT count(*) FROM sqlite_schema", &tables,
                                      error);
    }
    if (result != 0) {
        return result;
    }
    if (application == 0 && tables == 0) {
        return fg_sqlite_execute(&store->writer, schema, error);
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
    int result = fg_store_connect(store, writer_setup, &store->writer, error);
    if (result == 0) {
        result = make_or_check(store, error);
    }
    if (result == 0) {
        result = fg_store_prepare_writes(store, error);
    }
    for (int i = 0; i < store->readers && result == 0; i++) {
        result = fg_store_connect(store, "PRAGMA query_only = ON", &store->connections[i], error);
        store->idle[store->idle_count++] = &store->connections[i];
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
    store->idle = calloc((size_t)readers, sizeof(void *));
    store->connections = calloc((size_t)readers, sizeof(*store->connections));
    store->readers = store->connections != NULL ? readers : 0;
    store->deleted = true; /* as far as is known: it may have ended in a crash */
    int result = store->path == NULL || store->idle == NULL || store->connections == NULL
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
    fg_sqlite_finalize_all(store->writes, FG_WRITES);
    for (int i = 0; i < store->readers; i++) {
        fg_sqlite_close(&store->connections[i]);
    }
    fg_sqlite_close(&store->writer);
    pthread_cond_destroy(&store->returned);
    pthread_mutex_destroy(&store->lock);
    free(store->idle);
    free(store->connections);
    free(store->path);
    free(store);
    return NULL;
}

int64_t fg_store_steps(const fg_store *store)
{
    return store->steps;
}
