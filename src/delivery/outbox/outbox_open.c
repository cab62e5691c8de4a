/* Opens the outbox, makes one, or starts anew beside one that is damaged. */
#include "outbox/outbox_file.h"
#include "outbox/outbox_private.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The ledger against the events. Only a hand at the database, or damage that left it readable,
 * parts them. */
static int check_ledger(fg_outbox *outbox, fg_error *error)
{
    fg_ledger ledger;
    int64_t bytes = 0;
    int result = fg_outbox_db_begin(&outbox->db, error);
    if (result != 0) {
        return result;
    }
    result = fg_outbox_read_ledger(outbox, &ledger, &bytes, error);
    sqlite3_stmt *statement = fg_outbox_db_statement(&outbox->db, FG_SQL_COUNT);
    if (result == 0) {
        result = fg_sqlite_step(&outbox->db.connection, statement, error);
    }
    if (result == 1) {
        int64_t found[3];
        for (int i = 0; i < 3; i++) {
            found[i] = sqlite3_column_int64(statement, i);
        }
        outbox->largest = sqlite3_column_int64(statement, 3);
        sqlite3_reset(statement);
        result = 0;
        if (found[0] != ledger.waiting || found[1] != ledger.set_aside || found[2] != bytes) {
            statement = fg_outbox_db_statement(&outbox->db, FG_SQL_RECOUNT);
            for (int i = 0; i < 3; i++) {
                sqlite3_bind_int64(statement, i + 1, found[i]);
            }
            result = fg_sqlite_run(&outbox->db.connection, statement, error);
            fg_error_set(&outbox->warning, 0,
                         "the ledger of outbox %s did not add up (waiting %" PRId64
                         ", found %" PRId64 "; set aside %" PRId64 ", found %" PRId64
                         "): it was counted again",
                         outbox->path, ledger.waiting, found[0], ledger.set_aside, found[1]);
        }
    }
    return fg_outbox_db_end(&outbox->db, result, error);
}

static int start_anew(fg_outbox *outbox, const char *why, fg_error *error)
{
    char name[PATH_MAX];
    int result = fg_outbox_put_away(outbox->path, name, sizeof(name), error);
    if (result == 0) {
        result = fg_outbox_make_file(outbox->path, error);
    }
    if (result == 0) {
        result = fg_outbox_db_open(&outbox->db, outbox->path, true, true, error);
    }
    if (result == 0) {
        fg_error_set(
            &outbox->warning, 0,
            "%s; it was set aside as %s with the events in it, and a new outbox was started", why,
            name);
    }
    return result;
}

/* Opens it where it is whole, and makes it where there is none. `ret_ours`: what lies there is an
 * outbox, even if -EBADMSG tells that it is damaged. */
static int open_whole(fg_outbox *outbox, bool known, bool *ret_ours, fg_error *why)
{
    bool empty = false, damaged = false;
    *ret_ours = false;
    int result = fg_outbox_inspect(outbox->path, &empty, &damaged, why);
    /* What bears no mark of ours is somebody else's file, unless an outbox was here before. */
    if (result == -EBADMSG && damaged && known) {
        *ret_ours = true;
        return fg_error_set(why, result, "outbox %s is damaged: it is no longer an SQLite database",
                            outbox->path);
    }
    if (result == 0) {
        result = fg_outbox_make_file(outbox->path, why);
    }
    if (result != 0) {
        return result;
    }
    *ret_ours = true;
    result = fg_outbox_db_open(&outbox->db, outbox->path, empty, true, why);
    if (result == 0) {
        result = check_ledger(outbox, why);
        if (result == -EBADMSG) {
            fg_outbox_db_close(&outbox->db);
        } else if (result == 0) {
            /* After a crash the log may still hold what was sent before. */
            fg_outbox_db_tidy(&outbox->db, true);
        }
    }
    return result;
}

static int open_own(fg_outbox *outbox, fg_error *error)
{
    bool known = false, ours = false;
    fg_error why = {""};
    int result = fg_outbox_lock(outbox->path, &outbox->lock, &known, error);
    if (result != 0) {
        return result;
    }
    result = open_whole(outbox, known, &ours, &why);
    if (result == -EBADMSG && ours) {
        /* Damage lasts. To SQLite a read that failed and a time without memory look the same. */
        result = open_whole(outbox, known, &ours, &why);
    }
    if (result == -EBADMSG && ours) {
        return start_anew(outbox, why.text, error);
    }
    if (result != 0 && !ours && !known) {
        char name[PATH_MAX];
        snprintf(name, sizeof(name), "%s.lock", outbox->path);
        unlink(name);
    }
    return result == 0 ? 0 : fg_error_set(error, result, "%s", why.text);
}

static int open_guest(fg_outbox *outbox, fg_error *error)
{
    struct stat info;
    if (stat(outbox->path, &info) != 0) {
        return fg_error_set(error, -errno,
                            errno == ENOENT ? "there is no outbox at %s" : "cannot open outbox %s",
                            outbox->path);
    }
    if (!S_ISREG(info.st_mode)) {
        return fg_error_set(error, -EBADMSG,
                            "%s is not a facegate outbox: it is not a regular file", outbox->path);
    }
    if (info.st_size == 0) {
        return fg_error_set(error, -ENOENT, "there is no outbox at %s: the file is empty",
                            outbox->path);
    }
    return fg_outbox_db_open(&outbox->db, outbox->path, false, false, error);
}

/* One name for one outbox, whatever links lead to it: lock and database must not part. */
static char *resolve(const char *path)
{
    char *whole = realpath(path, NULL);
    if (whole != NULL) {
        return whole;
    }
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    char *folder = slash == NULL ? realpath(".", NULL) : strndup(path, (size_t)(name - path));
    if (slash != NULL && folder != NULL) {
        char *real = realpath(folder, NULL);
        free(folder);
        folder = real;
    }
    if (folder != NULL && asprintf(&whole, "%s/%s", folder, name) < 0) {
        whole = NULL;
    }
    free(folder);
    /* What cannot be resolved cannot be opened either, which says why. */
    return whole != NULL ? whole : strdup(path);
}

int fg_outbox_open(const fg_outbox_options *options, fg_outbox **ret_outbox, fg_error *error)
{
    fg_outbox *outbox = calloc(1, sizeof(*outbox));
    if (outbox == NULL) {
        return fg_error_set(error, -ENOMEM, "outbox %s: not enough memory", options->path);
    }
    pthread_mutex_init(&outbox->mutex, NULL);
    outbox->lock = -1;
    outbox->max_events = options->max_events;
    outbox->max_bytes = options->max_bytes;
    outbox->path = resolve(options->path);
    int result = 0;
    if (outbox->path == NULL) {
        result = fg_error_set(error, -ENOMEM, "outbox %s: not enough memory", options->path);
    } else {
        result = options->own ? open_own(outbox, error) : open_guest(outbox, error);
    }
    if (result != 0) {
        fg_outbox_free(outbox);
        return result;
    }
    *ret_outbox = outbox;
    return 0;
}

fg_outbox *fg_outbox_free(fg_outbox *outbox)
{
    if (outbox == NULL) {
        return NULL;
    }
    fg_outbox_db_close(&outbox->db);
    if (outbox->lock >= 0) {
        close(outbox->lock);
    }
    pthread_mutex_destroy(&outbox->mutex);
    free(outbox->path);
    free(outbox);
    return NULL;
}

const char *fg_outbox_path(const fg_outbox *outbox)
{
    return outbox->path;
}

const char *fg_outbox_warning(const fg_outbox *outbox)
{
    return outbox->warning.text[0] != '\0' ? outbox->warning.text : NULL;
}

fg_outbox *fg_outbox_remove(fg_outbox *outbox)
{
    fg_ledger ledger;
    if (outbox != NULL && outbox->lock >= 0 && fg_outbox_ledger(outbox, &ledger, NULL) == 0 &&
        ledger.waiting + ledger.set_aside == 0) {
        /* The lock goes last and while it is held, so that nobody starts in a file about to vanish.
         */
        fg_outbox_db_close(&outbox->db);
        fg_outbox_unlink(outbox->path);
    }
    return fg_outbox_free(outbox);
}
