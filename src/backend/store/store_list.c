/* What is read from the store; for a list, which index it is walked by. */
#include "store/store_list.h"

#include "store/casefold.h"
#include "store/store_db.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/*
 * Rows that are rather sorted than looked for among all: several people or days have their entries
 * apart in an index, each by id. With more of them than this, walking all entries by id meets them
 * often enough.
 */
#define SORTED_ROWS 5000

#define COLUMNS                                                                                    \
    "SELECT e.id, e.timestamp, e.status, e.rfid_id, p.name, e.reason, e.picture FROM entry e "
#define WITH_PERSON " CROSS JOIN person p ON p.id = e.person WHERE "

enum parameter { BEFORE = 1, FIRST, LIMIT, STATUS, RFID, PERSON, NAME, FROM, TO };

/* How a query is walked. */
typedef struct walk {
    bool nothing;          /* no entry can fit */
    int64_t before, first; /* ids: below, and from */
    int64_t dated;         /* entries of the days asked for */
    char *folded;          /* the name looked for; NULL for none */
    int64_t people;        /* whose names have it */
    int64_t of_people;     /* their entries */
    int64_t person;        /* one of them */
} walk;

static int visit_rows(const fg_sqlite *db, sqlite3_stmt *statement, fg_store_visit *visit,
                      void *context, fg_error *error)
{
    int result;
    while ((result = fg_sqlite_step(db, statement, error)) == 1) {
        bool whole = true;
        fg_entry entry = {
            .id = sqlite3_column_int64(statement, 0),
            .timestamp = fg_sqlite_text(statement, 1, &whole),
            .status = fg_sqlite_text(statement, 2, &whole),
            .rfid_id = fg_sqlite_text(statement, 3, &whole),
            .user_name = fg_sqlite_text(statement, 4, &whole),
            .reason = fg_sqlite_text(statement, 5, &whole),
            .picture = fg_sqlite_text(statement, 6, &whole),
        };
        if (!whole) {
            return fg_sqlite_fail(db, SQLITE_NOMEM, error);
        }
        visit(context, &entry);
    }
    return result;
}

/* The days' entries lie between these ids. */
static int plan_days(fg_store *store, fg_sqlite *db, const fg_query *query, walk *plan,
                     fg_error *error)
{
    sqlite3_stmt *statement = NULL;
    int result = fg_sqlite_prepare(
        db,
        "SELECT min(first_id), max(last_id), ifnull(sum(accepted + refused), 0) FROM day"
        " WHERE day BETWEEN ?1 AND ?2",
        &statement, error);
    if (result == 0) {
        sqlite3_bind_text(statement, 1, query->from, -1, SQLITE_STATIC);
        sqlite3_bind_text(statement, 2, query->to[0] != '\0' ? query->to : "9999-12-31", -1,
                          SQLITE_STATIC);
        result = fg_sqlite_first(db, statement, error);
        if (result == 0) {
            int64_t last = sqlite3_column_int64(statement, 1);
            plan->first = sqlite3_column_int64(statement, 0);
            plan->dated = sqlite3_column_int64(statement, 2);
            plan->nothing = plan->dated == 0;
            plan->before = last < plan->before ? last + 1 : plan->before;
        }
    }
    fg_store_finish(store, statement);
    return result;
}

static int plan_people(fg_store *store, fg_sqlite *db, const fg_query *query, walk *plan,
                       fg_error *error)
{
    sqlite3_stmt *statement = NULL;
    plan->folded = fg_casefold(query->user);
    if (plan->folded == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory");
    }
    int result = fg_sqlite_prepare(db,
                                   "SELECT count(*), ifnull(sum(entries), 0), max(id) FROM person"
                                   " WHERE instr(folded, ?1)",
                                   &statement, error);
    if (result == 0) {
        sqlite3_bind_text(statement, 1, plan->folded, -1, SQLITE_STATIC);
        result = fg_sqlite_first(db, statement, error);
        if (result == 0) {
            plan->people = sqlite3_column_int64(statement, 0);
            plan->of_people = sqlite3_column_int64(statement, 1);
            plan->person = sqlite3_column_int64(statement, 2);
            plan->nothing = plan->nothing || plan->people == 0;
        }
    }
    fg_store_finish(store, statement);
    return result;
}

/* The one index that has the entries asked for together and, but for few rows, in order. */
static const char *choose_index(const fg_query *query, const walk *plan)
{
    bool one_day = query->from[0] != '\0' && strcmp(query->from, query->to) == 0;
    bool days = query->from[0] != '\0' || query->to[0] != '\0';
    if (query->rfid[0] != '\0') {
        return "INDEXED BY entry_rfid";
    }
    if (plan->folded != NULL && (plan->people == 1 || plan->of_people <= SORTED_ROWS)) {
        return "INDEXED BY entry_person";
    }
    if (days && (one_day || plan->dated <= SORTED_ROWS)) {
        return "INDEXED BY entry_day";
    }
    return query->status != NULL && plan->folded == NULL && !days ? "INDEXED BY entry_status"
                                                                  : "NOT INDEXED";
}

static void write_sql(const fg_query *query, const walk *plan, char *ret_sql, size_t size)
{
    const char *days = "";
    if (query->from[0] != '\0' && strcmp(query->from, query->to) == 0) {
        days = " AND substr(e.timestamp, 1, 10) = ?8";
    } else if (query->from[0] != '\0' || query->to[0] != '\0') {
        days = " AND substr(e.timestamp, 1, 10) BETWEEN ?8 AND ?9";
    }
    const char *people = "";
    if (plan->folded != NULL) {
        people = plan->people == 1
                     ? " AND e.person = ?6"
                     : " AND e.person IN (SELECT id FROM person WHERE instr(folded, ?7))";
    }
    snprintf(ret_sql, size,
             COLUMNS "%s" WITH_PERSON
                     "e.id < ?1 AND e.id >= ?2%s%s%s%s ORDER BY e.id DESC LIMIT ?3",
             choose_index(query, plan), query->status != NULL ? " AND e.status = ?4" : "",
             query->rfid[0] != '\0' ? " AND e.rfid_id = ?5" : "", people, days);
}

/* Parameters that the text does not have are refused by SQLite, which is as well. */
static void bind_all(sqlite3_stmt *statement, const fg_query *query, const walk *plan)
{
    sqlite3_bind_int64(statement, BEFORE, plan->before);
    sqlite3_bind_int64(statement, FIRST, plan->first);
    sqlite3_bind_int(statement, LIMIT, query->limit);
    sqlite3_bind_text(statement, STATUS, query->status, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, RFID, query->rfid, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, PERSON, plan->person);
    sqlite3_bind_text(statement, NAME, plan->folded, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, FROM, query->from, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, TO, query->to[0] != '\0' ? query->to : "9999-12-31", -1,
                      SQLITE_STATIC);
}

static int list(fg_store *store, fg_sqlite *db, const fg_query *query, walk *plan,
                fg_store_visit *visit, void *context, fg_error *error)
{
    char sql[1024];
    sqlite3_stmt *statement = NULL;
    int result = 0;
    if (query->from[0] != '\0' || query->to[0] != '\0') {
        result = plan_days(store, db, query, plan, error);
    }
    if (result == 0 && query->user[0] != '\0') {
        result = plan_people(store, db, query, plan, error);
    }
    if (result != 0 || plan->nothing) {
        return result;
    }
    write_sql(query, plan, sql, sizeof(sql));
    result = fg_sqlite_prepare(db, sql, &statement, error);
    if (result == 0) {
        bind_all(statement, query, plan);
        result = visit_rows(db, statement, visit, context, error);
    }
    fg_store_finish(store, statement);
    return result;
}

int fg_store_list(fg_store *store, const fg_query *query, fg_store_visit *visit, void *context,
                  fg_error *error)
{
    walk plan = {.before = query->before_id > 0 ? query->before_id : INT64_MAX};
    fg_sqlite *db = fg_store_borrow(store);
    /* One transaction, so that the plan holds for the rows. */
    fg_sqlite_execute(db, "BEGIN", NULL);
    int result = list(store, db, query, &plan, visit, context, error);
    fg_sqlite_execute(db, "COMMIT", NULL);
    fg_store_return(store, db);
    free(plan.folded);
    return result;
}

int fg_store_after(fg_store *store, int64_t after, int64_t until, int limit, fg_store_visit *visit,
                   void *context, fg_error *error)
{
    sqlite3_stmt *statement = NULL;
    fg_sqlite *db = fg_store_borrow(store);
    int result = fg_sqlite_prepare(
        db, COLUMNS "NOT INDEXED" WITH_PERSON "e.id > ?1 AND e.id <= ?2 ORDER BY e.id LIMIT ?3",
        &statement, error);
    if (result == 0) {
        sqlite3_bind_int64(statement, 1, after);
        sqlite3_bind_int64(statement, 2, until);
        sqlite3_bind_int(statement, 3, limit);
        result = visit_rows(db, statement, visit, context, error);
    }
    fg_store_finish(store, statement);
    fg_store_return(store, db);
    return result;
}

int fg_store_days(fg_store *store, const char *first, const char *last, fg_store_visit_day *visit,
                  void *context, fg_error *error)
{
    sqlite3_stmt *statement = NULL;
    fg_sqlite *db = fg_store_borrow(store);
    int result = fg_sqlite_prepare(db,
                                   "SELECT day, accepted, refused FROM day WHERE day BETWEEN ?1"
                                   " AND ?2 ORDER BY day",
                                   &statement, error);
    if (result == 0) {
        sqlite3_bind_text(statement, 1, first, -1, SQLITE_STATIC);
        sqlite3_bind_text(statement, 2, last, -1, SQLITE_STATIC);
        while ((result = fg_sqlite_step(db, statement, error)) == 1) {
            bool whole = true;
            const char *day = fg_sqlite_text(statement, 0, &whole);
            if (!whole) {
                result = fg_sqlite_fail(db, SQLITE_NOMEM, error);
                break;
            }
            visit(context, day, sqlite3_column_int64(statement, 1),
                  sqlite3_column_int64(statement, 2));
        }
    }
    fg_store_finish(store, statement);
    fg_store_return(store, db);
    return result;
}

static int64_t file_size(const char *path, const char *suffix)
{
    char name[4096];
    struct stat info;
    return snprintf(name, sizeof(name), "%s%s", path, suffix) < (int)sizeof(name) &&
                   stat(name, &info) == 0
               ? info.st_size
               : 0;
}

int fg_store_totals(fg_store *store, fg_totals *ret_totals, fg_error *error)
{
    sqlite3_stmt *statement = NULL;
    fg_sqlite *db = fg_store_borrow(store);
    int result = fg_sqlite_prepare(db,
                                   "SELECT accepted, refused, pictures,"
                                   " ifnull((SELECT min(id) FROM entry), 0),"
                                   " ifnull((SELECT max(id) FROM entry), 0),"
                                   " (page_count - freelist_count) * page_size FROM total,"
                                   " pragma_page_count, pragma_freelist_count, pragma_page_size",
                                   &statement, error);
    if (result == 0) {
        result = fg_sqlite_first(db, statement, error);
        if (result == 0) {
            *ret_totals = (fg_totals){
                .accepted = sqlite3_column_int64(statement, 0),
                .refused = sqlite3_column_int64(statement, 1),
                .pictures = sqlite3_column_int64(statement, 2),
                .first_id = sqlite3_column_int64(statement, 3),
                .last_id = sqlite3_column_int64(statement, 4),
                .used = sqlite3_column_int64(statement, 5),
                .database = file_size(store->path, "") + file_size(store->path, "-wal"),
            };
        }
    }
    fg_store_finish(store, statement);
    fg_store_return(store, db);
    return result;
}

int fg_store_has_picture(fg_store *store, const char *picture, fg_error *error)
{
    sqlite3_stmt *statement = NULL;
    fg_sqlite *db = fg_store_borrow(store);
    int result = fg_sqlite_prepare(db, "SELECT 1 FROM entry WHERE picture = ?1", &statement, error);
    if (result == 0) {
        sqlite3_bind_text(statement, 1, picture, -1, SQLITE_STATIC);
        result = fg_sqlite_step(db, statement, error);
    }
    fg_store_finish(store, statement);
    fg_store_return(store, db);
    return result;
}
