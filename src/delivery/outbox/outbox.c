/* The outbox: events go in, are read, sent, set aside and dropped, and the ledger adds up. */
#include "outbox/outbox_file.h"
#include "outbox/outbox_private.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Changes to the ledger's columns. */
typedef struct booking {
    int64_t made, sent, set_aside, dropped, waiting, bytes;
} booking;

static int book(fg_outbox *outbox, booking change, fg_error *error)
{
    sqlite3_stmt *statement = fg_outbox_db_statement(&outbox->db, FG_SQL_BOOK);
    sqlite3_bind_int64(statement, 1, change.made);
    sqlite3_bind_int64(statement, 2, change.sent);
    sqlite3_bind_int64(statement, 3, change.set_aside);
    sqlite3_bind_int64(statement, 4, change.dropped);
    sqlite3_bind_int64(statement, 5, change.waiting);
    sqlite3_bind_int64(statement, 6, change.bytes);
    return fg_sqlite_run(&outbox->db.connection, statement, error);
}

int fg_outbox_read_ledger(fg_outbox *outbox, fg_ledger *ret_ledger, int64_t *ret_bytes,
                          fg_error *error)
{
    sqlite3_stmt *statement = fg_outbox_db_statement(&outbox->db, FG_SQL_LEDGER);
    int result = fg_sqlite_step(&outbox->db.connection, statement, error);
    if (result == 1) {
        *ret_ledger = (fg_ledger){.made = sqlite3_column_int64(statement, 0),
                                  .sent = sqlite3_column_int64(statement, 1),
                                  .set_aside = sqlite3_column_int64(statement, 2),
                                  .dropped = sqlite3_column_int64(statement, 3),
                                  .waiting = sqlite3_column_int64(statement, 4),
                                  .held_back = sqlite3_column_int64(statement, 6)};
        *ret_bytes = sqlite3_column_int64(statement, 5);
        sqlite3_reset(statement);
        return 0;
    }
    return result < 0 ? result
                      : fg_error_set(error, -EBADMSG, "outbox %s is damaged: its ledger is missing",
                                     outbox->path);
}

static void bind_text(sqlite3_stmt *statement, int index, const char *text)
{
    sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC);
}

static int insert(fg_outbox *outbox, const fg_event *event, fg_error *error)
{
    sqlite3_stmt *statement = fg_outbox_db_statement(&outbox->db, FG_SQL_INSERT);
    bind_text(statement, 1, event->id);
    bind_text(statement, 2, event->boot_id);
    sqlite3_bind_int64(statement, 3, event->boottime);
    sqlite3_bind_int64(statement, 4, event->realtime);
    bind_text(statement, 5, event->status);
    bind_text(statement, 6, event->user_name);
    bind_text(statement, 7, event->rfid_id);
    bind_text(statement, 8, event->reason);
    sqlite3_bind_int64(statement, 9, (int64_t)event->jpeg_size);
    sqlite3_bind_blob64(statement, 10, event->jpeg, event->jpeg_size, SQLITE_STATIC);
    int result = fg_sqlite_run(&outbox->db.connection, statement, error);
    sqlite3_clear_bindings(statement);
    return result;
}

/* Deletes an event. `ret_bytes`: what it took, -1 where it is gone already. */
static int erase(fg_outbox *outbox, int64_t number, int64_t *ret_bytes, fg_error *error)
{
    *ret_bytes = -1;
    sqlite3_stmt *statement = fg_outbox_db_statement(&outbox->db, FG_SQL_SIZE);
    sqlite3_bind_int64(statement, 1, number);
    int result = fg_sqlite_step(&outbox->db.connection, statement, error);
    if (result <= 0) {
        return result;
    }
    *ret_bytes = sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    statement = fg_outbox_db_statement(&outbox->db, FG_SQL_DELETE);
    sqlite3_bind_int64(statement, 1, number);
    return fg_sqlite_run(&outbox->db.connection, statement, error);
}

/* What was set aside needs a person and may never go; what waits will. So the former makes room
 * first. */
static int drop_one(fg_outbox *outbox, bool aside, fg_error *error)
{
    sqlite3_stmt *statement =
        fg_outbox_db_statement(&outbox->db, aside ? FG_SQL_FIRST_ASIDE : FG_SQL_FIRST_WAITING);
    int result = fg_sqlite_step(&outbox->db.connection, statement, error);
    if (result <= 0) {
        return result < 0
                   ? result
                   : fg_error_set(error, -EBADMSG,
                                  "outbox %s is damaged: its ledger counts events that are missing",
                                  outbox->path);
    }
    int64_t number = sqlite3_column_int64(statement, 0);
    int64_t bytes;
    sqlite3_reset(statement);
    result = erase(outbox, number, &bytes, error);
    if (result == 0) {
        result = book(outbox,
                      (booking){.dropped = 1,
                                .set_aside = aside ? -1 : 0,
                                .waiting = aside ? 0 : -1,
                                .bytes = -bytes},
                      error);
    }
    return result;
}

static int make_room(fg_outbox *outbox, int64_t size, int *ret_dropped, fg_error *error)
{
    for (*ret_dropped = 0;; (*ret_dropped)++) {
        fg_ledger ledger = {0};
        int64_t bytes = 0;
        int result = fg_outbox_read_ledger(outbox, &ledger, &bytes, error);
        if (result != 0) {
            return result;
        }
        int64_t held = ledger.waiting + ledger.set_aside;
        if (held == 0 || (held + 1 <= outbox->max_events && bytes + size <= outbox->max_bytes)) {
            return 0;
        }
        result = drop_one(outbox, ledger.set_aside > 0, error);
        if (result != 0) {
            return result;
        }
    }
}

int fg_outbox_put(fg_outbox *outbox, const fg_event *event, int *ret_dropped, fg_error *error)
{
    int dropped = 0;
    int64_t size = (int64_t)event->jpeg_size;
    if (size > outbox->max_bytes) {
        return fg_error_set(
            error, -EMSGSIZE,
            "outbox %s: a picture of %" PRId64
            " bytes is larger than the whole outbox may be: raise outbox_max_bytes (%" PRId64
            "), or lower jpeg_quality "
            "or the camera's width and height",
            outbox->path, size, outbox->max_bytes);
    }
    pthread_mutex_lock(&outbox->mutex);
    int64_t largest = size > outbox->largest ? size : outbox->largest;
    int result = fg_outbox_check_room(outbox->path, largest, error);
    if (result != 0) {
        goto finish;
    }
    result = fg_outbox_db_begin(&outbox->db, error);
    if (result != 0) {
        goto finish;
    }
    result = make_room(outbox, size, &dropped, error);
    if (result == 0) {
        result = insert(outbox, event, error);
    }
    if (result == 0) {
        result = book(outbox, (booking){.made = 1, .waiting = 1, .bytes = size}, error);
    }
    result = fg_outbox_db_end(&outbox->db, result, error);
    if (result == 0) {
        outbox->largest = largest;
    }
    if (result == 0 && dropped > 0) {
        fg_outbox_db_tidy(&outbox->db, false);
    }
finish:
    pthread_mutex_unlock(&outbox->mutex);
    if (result == 0) {
        *ret_dropped = dropped;
    }
    return result;
}

/* No text of an event is NULL: SQLite gives none only where it has no memory for it. */
static bool copy_text(sqlite3_stmt *statement, int column, char *ret_text, size_t size)
{
    const unsigned char *text = sqlite3_column_text(statement, column);
    snprintf(ret_text, size, "%s", text != NULL ? (const char *)text : "");
    return text != NULL;
}

static int read_entry(const fg_outbox *outbox, sqlite3_stmt *statement, fg_outbox_entry *ret_entry,
                      fg_error *error)
{
    *ret_entry = (fg_outbox_entry){.number = sqlite3_column_int64(statement, 0)};
    fg_event *event = &ret_entry->event;
    event->boottime = sqlite3_column_int64(statement, 3);
    event->realtime = sqlite3_column_int64(statement, 4);
    ret_entry->attempts = sqlite3_column_int64(statement, 9);
    event->jpeg_size = (size_t)sqlite3_column_int64(statement, 10);
    bool whole = copy_text(statement, 1, event->id, sizeof(event->id)) &&
                 copy_text(statement, 2, event->boot_id, sizeof(event->boot_id)) &&
                 copy_text(statement, 5, event->status, sizeof(event->status)) &&
                 copy_text(statement, 6, event->user_name, sizeof(event->user_name)) &&
                 copy_text(statement, 7, event->rfid_id, sizeof(event->rfid_id)) &&
                 copy_text(statement, 8, event->reason, sizeof(event->reason));
    return whole ? 0 : fg_sqlite_fail(&outbox->db.connection, SQLITE_NOMEM, error);
}

int fg_outbox_oldest(fg_outbox *outbox, fg_outbox_entry *ret_entry, fg_error *error)
{
    fg_outbox_entry entry;
    pthread_mutex_lock(&outbox->mutex);
    sqlite3_stmt *statement = fg_outbox_db_statement(&outbox->db, FG_SQL_OLDEST);
    int result = fg_sqlite_step(&outbox->db.connection, statement, error);
    if (result <= 0) {
        result = result < 0 ? result : fg_error_set(error, -ENOENT, "no event waits");
        goto finish;
    }
    result = read_entry(outbox, statement, &entry, error);
    const void *jpeg = sqlite3_column_blob(statement, 11);
    size_t size = jpeg != NULL ? (size_t)sqlite3_column_bytes(statement, 11) : 0;
    if (result == 0 && size != entry.event.jpeg_size) {
        /* Without memory SQLite gives no picture either; the event must not go out without it. */
        result = fg_error_set(error, -ENOMEM, "event %s has %zu bytes of its picture's %zu",
                              entry.event.id, size, entry.event.jpeg_size);
    } else if (result == 0 && size > 0) {
        entry.memory = malloc(entry.event.jpeg_size);
        if (entry.memory == NULL) {
            result = fg_error_set(error, -ENOMEM, "no memory for an event of %zu bytes",
                                  entry.event.jpeg_size);
        } else {
            memcpy(entry.memory, jpeg, entry.event.jpeg_size);
        }
    }
    /* An open read would keep the log from being emptied. */
    sqlite3_reset(statement);
    if (result == 0) {
        entry.event.jpeg = entry.memory;
        outbox->lent = entry.number;
        *ret_entry = entry;
    }
finish:
    pthread_mutex_unlock(&outbox->mutex);
    return result;
}

void fg_outbox_entry_release(fg_outbox_entry *entry)
{
    free(entry->memory);
    *entry = (fg_outbox_entry){0};
}

int fg_outbox_sent(fg_outbox *outbox, int64_t number, fg_error *error)
{
    int64_t bytes;
    fg_ledger ledger = {0};
    pthread_mutex_lock(&outbox->mutex);
    int result = fg_outbox_db_begin(&outbox->db, error);
    if (result != 0) {
        goto finish;
    }
    result = erase(outbox, number, &bytes, error);
    if (result == 0 && bytes >= 0) {
        result = book(outbox, (booking){.sent = 1, .waiting = -1, .bytes = -bytes}, error);
    } else if (result == 0 && outbox->lent == number) {
        result = book(outbox, (booking){.sent = 1, .dropped = -1}, error);
    }
    if (result == 0) {
        result = fg_outbox_read_ledger(outbox, &ledger, &bytes, error);
    }
    result = fg_outbox_db_end(&outbox->db, result, error);
    if (result == 0) {
        outbox->lent = 0;
        /* What was set aside may stay for ever; what was sent must not stay in the log beside it.
         */
        fg_outbox_db_tidy(&outbox->db, ledger.waiting == 0);
    }
finish:
    pthread_mutex_unlock(&outbox->mutex);
    return result;
}

int fg_outbox_tried(fg_outbox *outbox, int64_t number, fg_error *error)
{
    pthread_mutex_lock(&outbox->mutex);
    sqlite3_stmt *statement = fg_outbox_db_statement(&outbox->db, FG_SQL_TRIED);
    sqlite3_bind_int64(statement, 1, number);
    int result = fg_sqlite_run(&outbox->db.connection, statement, error);
    pthread_mutex_unlock(&outbox->mutex);
    return result;
}

int fg_outbox_set_aside(fg_outbox *outbox, int64_t number, const char *why, fg_error *error)
{
    int64_t bytes;
    fg_ledger ledger = {0};
    pthread_mutex_lock(&outbox->mutex);
    int result = fg_outbox_db_begin(&outbox->db, error);
    if (result != 0) {
        goto finish;
    }
    sqlite3_stmt *statement = fg_outbox_db_statement(&outbox->db, FG_SQL_ASIDE);
    sqlite3_bind_int64(statement, 1, number);
    bind_text(statement, 2, why);
    result = fg_sqlite_run(&outbox->db.connection, statement, error);
    sqlite3_clear_bindings(statement);
    if (result == 0 && sqlite3_changes(outbox->db.connection.handle) == 1) {
        result = book(outbox, (booking){.set_aside = 1, .waiting = -1}, error);
    }
    if (result == 0) {
        result = fg_outbox_read_ledger(outbox, &ledger, &bytes, error);
    }
    result = fg_outbox_db_end(&outbox->db, result, error);
    if (result == 0) {
        fg_outbox_db_tidy(&outbox->db, ledger.waiting == 0);
    }
finish:
    pthread_mutex_unlock(&outbox->mutex);
    return result;
}

int fg_outbox_hold_back(fg_outbox *outbox, int64_t count, fg_error *error)
{
    pthread_mutex_lock(&outbox->mutex);
    sqlite3_stmt *statement = fg_outbox_db_statement(&outbox->db, FG_SQL_HOLD_BACK);
    sqlite3_bind_int64(statement, 1, count);
    int result = fg_sqlite_run(&outbox->db.connection, statement, error);
    pthread_mutex_unlock(&outbox->mutex);
    return result;
}

int fg_outbox_ledger(fg_outbox *outbox, fg_ledger *ret_ledger, fg_error *error)
{
    int64_t bytes;
    pthread_mutex_lock(&outbox->mutex);
    int result = fg_outbox_read_ledger(outbox, ret_ledger, &bytes, error);
    pthread_mutex_unlock(&outbox->mutex);
    return result;
}

typedef struct row {
    fg_outbox_entry entry;
    char *why; /* it was set aside; NULL for one that waits */
} row;

static int read_row(const fg_outbox *outbox, sqlite3_stmt *statement, row *ret_row, fg_error *error)
{
    *ret_row = (row){.why = NULL};
    int result = read_entry(outbox, statement, &ret_row->entry, error);
    if (result == 0 && sqlite3_column_type(statement, 11) != SQLITE_NULL) {
        const char *why = (const char *)sqlite3_column_text(statement, 11);
        ret_row->why = why != NULL ? strdup(why) : NULL;
        if (ret_row->why == NULL) {
            result = fg_sqlite_fail(&outbox->db.connection, SQLITE_NOMEM, error);
        }
    }
    return result;
}

int fg_outbox_each(fg_outbox *outbox, fg_outbox_visit *visit, void *context, fg_error *error)
{
    /* All is read before any is reported: whoever is reported may take minutes, and an open read
     * keeps the write-ahead log growing. */
    row *rows = NULL;
    size_t count = 0;
    size_t room = 0;
    pthread_mutex_lock(&outbox->mutex);
    sqlite3_stmt *statement = fg_outbox_db_statement(&outbox->db, FG_SQL_EACH);
    int result;
    while ((result = fg_sqlite_step(&outbox->db.connection, statement, error)) == 1) {
        if (count == room) {
            room = room * 2 + 64;
            row *grown = reallocarray(rows, room, sizeof(*rows));
            if (grown == NULL) {
                sqlite3_reset(statement);
                result = fg_sqlite_fail(&outbox->db.connection, SQLITE_NOMEM, error);
                break;
            }
            rows = grown;
        }
        result = read_row(outbox, statement, &rows[count], error);
        if (result != 0) {
            sqlite3_reset(statement);
            break;
        }
        count++;
    }
    pthread_mutex_unlock(&outbox->mutex);
    for (size_t i = 0; i < count; i++) {
        if (result == 0) {
            visit(context, &rows[i].entry, rows[i].why);
        }
        free(rows[i].why);
    }
    free(rows);
    return result;
}

/* Everything set aside goes back to waiting, or goes for good. */
static int release_aside(fg_outbox *outbox, bool retry, int *ret_count, fg_error *error)
{
    fg_ledger before = {0};
    int64_t bytes = 0, left = 0;
    pthread_mutex_lock(&outbox->mutex);
    int result = fg_outbox_db_begin(&outbox->db, error);
    if (result != 0) {
        goto finish;
    }
    result = fg_outbox_read_ledger(outbox, &before, &bytes, error);
    if (result == 0) {
        result = fg_sqlite_run(
            &outbox->db.connection,
            fg_outbox_db_statement(&outbox->db, retry ? FG_SQL_RETRY : FG_SQL_DROP_ASIDE), error);
    }
    sqlite3_stmt *statement = fg_outbox_db_statement(&outbox->db, FG_SQL_COUNT);
    if (result == 0) {
        result = fg_sqlite_step(&outbox->db.connection, statement, error);
    }
    if (result == 1) {
        left = sqlite3_column_int64(statement, 2);
        sqlite3_reset(statement);
        int64_t count = before.set_aside;
        result =
            book(outbox,
                 retry ? (booking){.set_aside = -count, .waiting = count}
                       : (booking){.set_aside = -count, .dropped = count, .bytes = left - bytes},
                 error);
    }
    result = fg_outbox_db_end(&outbox->db, result, error);
    if (result == 0) {
        *ret_count = (int)before.set_aside;
        fg_outbox_db_tidy(&outbox->db, !retry);
    }
finish:
    pthread_mutex_unlock(&outbox->mutex);
    return result;
}

int fg_outbox_retry(fg_outbox *outbox, int *ret_count, fg_error *error)
{
    return release_aside(outbox, true, ret_count, error);
}

int fg_outbox_drop(fg_outbox *outbox, int *ret_count, fg_error *error)
{
    return release_aside(outbox, false, ret_count, error);
}
