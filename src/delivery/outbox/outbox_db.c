/* The outbox's database: its tables, its pragmas and the statements on it. */
#include "outbox/outbox_db.h"

#include "facegate/delivery/outbox.h"
#include "outbox/outbox_file.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT(number)  TEXT_(number)
#define TEXT_(number) #number

/* Free pages (4 KiB each) up to this many are kept for the next events. */
#define KEPT_PAGES 256

/* `set_aside` tells why; the picture stands last so that the rest is read without it. */
/* clang-format off */
static const char schema[] =
    "BEGIN IMMEDIATE;"
    "PRAGMA application_id = " TEXT(FG_OUTBOX_APPLICATION) ";"
    "PRAGMA user_version = " TEXT(FG_OUTBOX_FORMAT) ";"
    "CREATE TABLE event("
    " number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, boot_id TEXT NOT NULL,"
    " boottime INTEGER NOT NULL, realtime INTEGER NOT NULL, status TEXT NOT NULL,"
    " user_name TEXT NOT NULL, rfid_id TEXT NOT NULL, reason TEXT NOT NULL,"
    " attempts INTEGER NOT NULL DEFAULT 0, set_aside TEXT, jpeg_size INTEGER NOT NULL,"
    " jpeg BLOB);"
    "CREATE TABLE ledger("
    " one INTEGER PRIMARY KEY CHECK (one = 1), made INTEGER NOT NULL, sent INTEGER NOT NULL,"
    " set_aside INTEGER NOT NULL, dropped INTEGER NOT NULL, waiting INTEGER NOT NULL,"
    " bytes INTEGER NOT NULL, held_back INTEGER NOT NULL DEFAULT 0,"
    " CHECK (made = sent + set_aside + dropped + waiting),"
    " CHECK (min(made, sent, set_aside, dropped, waiting, bytes) >= 0));"
    "INSERT INTO ledger VALUES(1, 0, 0, 0, 0, 0, 0, 0);"
    "COMMIT;";
/* clang-format on */

#define EVENT_COLUMNS                                                                              \
    "number, id, boot_id, boottime, realtime, status, user_name, rfid_id, reason, attempts,"       \
    " jpeg_size"
#define COUNTS                                                                                     \
    "count(*) FILTER (WHERE set_aside IS NULL), count(set_aside), ifnull(sum(jpeg_size), 0),"      \
    " ifnull(max(jpeg_size), 0)"

static const char *const texts[FG_SQL_STATEMENTS] = {
    [FG_SQL_BEGIN] = "BEGIN IMMEDIATE",
    [FG_SQL_COMMIT] = "COMMIT",
    [FG_SQL_ROLLBACK] = "ROLLBACK",
    [FG_SQL_INSERT] =
        "INSERT INTO event(id, boot_id, boottime, realtime, status, user_name, rfid_id,"
        " reason, jpeg_size, jpeg) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    [FG_SQL_OLDEST] = "SELECT " EVENT_COLUMNS ", jpeg FROM event WHERE set_aside IS NULL"
                      " ORDER BY number LIMIT 1",
    [FG_SQL_FIRST_ASIDE] = "SELECT number FROM event WHERE set_aside IS NOT NULL"
                           " ORDER BY number LIMIT 1",
    [FG_SQL_FIRST_WAITING] = "SELECT number FROM event WHERE set_aside IS NULL"
                             " ORDER BY number LIMIT 1",
    [FG_SQL_SIZE] = "SELECT jpeg_size FROM event WHERE number = ?1",
    [FG_SQL_DELETE] = "DELETE FROM event WHERE number = ?1",
    [FG_SQL_TRIED] = "UPDATE event SET attempts = attempts + 1 WHERE number = ?1",
    [FG_SQL_ASIDE] = "UPDATE event SET attempts = attempts + 1, set_aside = ?2"
                     " WHERE number = ?1 AND set_aside IS NULL",
    [FG_SQL_EACH] = "SELECT " EVENT_COLUMNS ", set_aside FROM event ORDER BY number",
    [FG_SQL_RETRY] = "UPDATE event SET set_aside = NULL WHERE set_aside IS NOT NULL",
    [FG_SQL_DROP_ASIDE] = "DELETE FROM event WHERE set_aside IS NOT NULL",
    [FG_SQL_LEDGER] = "SELECT made, sent, set_aside, dropped, waiting, bytes, held_back"
                      " FROM ledger",
    [FG_SQL_COUNT] = "SELECT " COUNTS " FROM event",
    [FG_SQL_BOOK] =
        "UPDATE ledger SET made = made + ?1, sent = sent + ?2, set_aside = set_aside + ?3,"
        " dropped = dropped + ?4, waiting = waiting + ?5, bytes = bytes + ?6",
    [FG_SQL_HOLD_BACK] = "UPDATE ledger SET held_back = held_back + ?1",
    [FG_SQL_RECOUNT] = "UPDATE ledger SET waiting = ?1, set_aside = ?2, bytes = ?3,"
                       " made = sent + dropped + ?1 + ?2",
    [FG_SQL_FREE_PAGES] = "PRAGMA freelist_count",
};

static int make_schema(const fg_outbox_db *db, fg_error *error)
{
    /* Before the log is switched on, so that the marks stand in the file itself from its first
     * commit. */
    int result = fg_sqlite_execute(&db->connection, "PRAGMA auto_vacuum = INCREMENTAL", error);
    if (result == 0) {
        result = fg_sqlite_execute(&db->connection, schema, error);
    }
    return result;
}

static int check_marks(const fg_outbox_db *db, fg_error *error)
{
    int64_t application = 0, format = 0;
    int result =
        fg_sqlite_ask_number(&db->connection, "PRAGMA application_id", &application, error);
    if (result == 0) {
        result = fg_sqlite_ask_number(&db->connection, "PRAGMA user_version", &format, error);
    }
    if (result == 0) {
        result = fg_outbox_check_marks(db->path, (uint32_t)application, (uint32_t)format, error);
    }
    return result;
}

/* An outbox of version 0.2 counts nothing that was held back; to that version the column is no
 * harm. */
static int count_held_back(const fg_outbox_db *db, fg_error *error)
{
    int64_t columns = 0;
    int result = fg_sqlite_ask_number(
        &db->connection,
        "SELECT count(*) FROM pragma_table_info('ledger') WHERE name = 'held_back'", &columns,
        error);
    if (result == 0 && columns == 0) {
        result = fg_sqlite_execute(
            &db->connection, "ALTER TABLE ledger ADD COLUMN held_back INTEGER NOT NULL DEFAULT 0",
            error);
    }
    return result;
}

static int check_whole(const fg_outbox_db *db, fg_error *error)
{
    char verdict[256];
    int result = fg_sqlite_ask_text(&db->connection, "PRAGMA quick_check(1)", verdict,
                                    sizeof(verdict), error);
    if (result == 0 && strcmp(verdict, "ok") != 0) {
        result = fg_error_set(error, -EBADMSG, "outbox %s is damaged: %s", db->path, verdict);
    }
    return result;
}

static int configure(const fg_outbox_db *db, fg_error *error)
{
    /* In memory a sync has nothing to write to; what survives kill -9 does so without. */
    const char *synchronous =
        fg_outbox_in_memory(db->path) ? "PRAGMA synchronous = OFF" : "PRAGMA synchronous = FULL";
    char mode[16];
    sqlite3_db_config(db->connection.handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    int result =
        fg_sqlite_ask_text(&db->connection, "PRAGMA journal_mode = WAL", mode, sizeof(mode), error);
    if (result == 0 && strcmp(mode, "wal") != 0) {
        result = fg_error_set(error, -ENOTSUP,
                              "outbox %s: its file system has no shared memory for SQLite's log: "
                              "use another one with --outbox",
                              db->path);
    }
    if (result == 0) {
        result = fg_sqlite_execute(&db->connection, synchronous, error);
    }
    if (result == 0) {
        result =
            fg_sqlite_execute(&db->connection,
                              "PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 256;"
                              "PRAGMA journal_size_limit = 1048576; PRAGMA cell_size_check = ON;"
                              "PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;"
                              "PRAGMA cache_size = -1024",
                              error);
    }
    return result;
}

/* In ms, for others who use the file. */
static int patience(bool own)
{
    return own ? 1000 : 5000;
}

int fg_outbox_db_open(fg_outbox_db *db, const char *path, bool empty, bool own, fg_error *error)
{
    char *whole = realpath(path, NULL);
    if (whole == NULL) {
        return fg_error_set(error, -errno, "cannot open outbox %s: %s", path, strerror(errno));
    }
    fg_sqlite_options options = {
        .kind = "outbox", .path = path, .file = whole, .patience = patience(own)};
    *db = (fg_outbox_db){.path = strdup(path), .own = own};
    int result = db->path == NULL
                     ? fg_error_set(error, -ENOMEM, "outbox %s: not enough memory", path)
                     : fg_sqlite_open(&db->connection, &options, error);
    free(whole);
    if (result != 0) {
        fg_outbox_db_close(db);
        return result;
    }
    result = empty ? make_schema(db, error) : check_marks(db, error);
    if (result == 0) {
        result = configure(db, error);
    }
    if (result == 0 && own) {
        result = check_whole(db, error);
    }
    if (result == 0) {
        result = count_held_back(db, error);
    }
    if (result == 0) {
        result =
            fg_sqlite_prepare_all(&db->connection, texts, FG_SQL_STATEMENTS, db->statements, error);
    }
    if (result != 0) {
        fg_outbox_db_close(db);
    }
    return result;
}

void fg_outbox_db_close(fg_outbox_db *db)
{
    fg_sqlite_finalize_all(db->statements, FG_SQL_STATEMENTS);
    fg_sqlite_close(&db->connection);
    free(db->path);
    *db = (fg_outbox_db){0};
}

sqlite3_stmt *fg_outbox_db_statement(fg_outbox_db *db, enum fg_statement which)
{
    return fg_sqlite_reset(db->statements[which]);
}

int fg_outbox_db_begin(fg_outbox_db *db, fg_error *error)
{
    return fg_sqlite_run(&db->connection, db->statements[FG_SQL_BEGIN], error);
}

int fg_outbox_db_end(fg_outbox_db *db, int result, fg_error *error)
{
    if (result == 0) {
        result = fg_sqlite_run(&db->connection, db->statements[FG_SQL_COMMIT], error);
    }
    if (result != 0 && sqlite3_get_autocommit(db->connection.handle) == 0) {
        fg_sqlite_run(&db->connection, db->statements[FG_SQL_ROLLBACK], NULL);
    }
    return result;
}

void fg_outbox_db_tidy(fg_outbox_db *db, bool all)
{
    sqlite3_stmt *statement = fg_outbox_db_statement(db, FG_SQL_FREE_PAGES);
    int64_t pages = 0;
    if (fg_sqlite_step(&db->connection, statement, NULL) == 1) {
        pages = sqlite3_column_int64(statement, 0);
    }
    sqlite3_reset(statement);
    /* What fails here is tried again at the next event; nothing is lost but space. */
    if (pages > (all ? 0 : KEPT_PAGES)) {
        fg_sqlite_execute(&db->connection, "PRAGMA incremental_vacuum", NULL);
    }
    if (all) {
        /* The owner's other threads wait meanwhile: not for a stranger who reads. */
        fg_sqlite_empty_log(&db->connection, db->own ? 0 : patience(false));
    }
}
