/* SQLite databases: opened, asked, run, and what is said of one that fails. */
#include "facegate/base/sqlite.h"

#include "testing.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static char *folder;
static char *path;
static fg_sqlite db;
static fg_error error;

static int set_up(void **state)
{
    (void)state;
    folder = fg_testing_folder();
    path = fg_testing_path(folder, "some.db");
    error.text[0] = '\0';
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fg_sqlite_close(&db);
    free(path);
    fg_testing_remove(folder);
    return 0;
}

static fg_sqlite_options options(const char *setup)
{
    return (fg_sqlite_options){
        .kind = "notebook", .path = path, .create = true, .patience = 20, .setup = setup};
}

static void open_it(const char *setup)
{
    fg_sqlite_options of = options(setup);
    assert_int_equal(fg_sqlite_open(&db, &of, &error), 0);
}

static void expect(int result, int code, const char *text)
{
    char expected[FG_ERROR_TEXT];
    snprintf(expected, sizeof(expected), "notebook %s%s", path, text);
    assert_int_equal(result, code);
    assert_string_equal(error.text, expected);
}

static void it_is_set_up_and_asked(void **state)
{
    (void)state;
    int64_t number = 0;
    char text[8];
    open_it("PRAGMA journal_mode = WAL; CREATE TABLE t(n, s);"
            "INSERT INTO t VALUES(4294967297, 'a longer text'), (2, NULL)");
    assert_int_equal(fg_sqlite_ask_text(&db, "PRAGMA journal_mode", text, sizeof(text), NULL), 0);
    assert_string_equal(text, "wal");
    assert_int_equal(fg_sqlite_ask_number(&db, "SELECT max(n) FROM t", &number, NULL), 0);
    assert_true(number == INT64_C(4294967297));
    assert_int_equal(fg_sqlite_ask_text(&db, "SELECT s FROM t", text, sizeof(text), NULL), 0);
    assert_string_equal(text, "a longe");
    assert_int_equal(
        fg_sqlite_ask_text(&db, "SELECT s FROM t WHERE n = 2", text, sizeof(text), NULL), 0);
    assert_string_equal(text, "");
}

static void only_one_that_is_to_be_made_is_made(void **state)
{
    (void)state;
    fg_sqlite_options of = options(NULL);
    of.create = false;
    expect(fg_sqlite_open(&db, &of, &error), -EACCES, ": unable to open database file");
    assert_null(db.handle);
    assert_null(db.name);
    of.create = true;
    assert_int_equal(fg_sqlite_open(&db, &of, &error), 0);
}

static void what_is_opened_may_have_another_name_for_people(void **state)
{
    (void)state;
    char *file = fg_testing_path(folder, "real.db");
    fg_sqlite_options of = options("CREATE TABLE t(n)");
    of.file = file;
    assert_int_equal(fg_sqlite_open(&db, &of, &error), 0);
    struct stat info;
    assert_int_equal(stat(file, &info), 0);
    assert_int_equal(stat(path, &info), -1);
    expect(fg_sqlite_execute(&db, "CREATE TABLE t(n)", &error), -EBADMSG,
           " is damaged: table t already exists");
    free(file);
}

static void a_file_that_is_no_database_is_damaged(void **state)
{
    (void)state;
    static const char text[] = "not a database, but long enough to be looked at";
    fg_sqlite_options of = options("PRAGMA journal_mode = WAL");
    fg_testing_write(path, text, sizeof(text));
    expect(fg_sqlite_open(&db, &of, &error), -EBADMSG, " is damaged: file is not a database");
    assert_null(db.handle);
}

/* SQLite's names for what there is to be said stand in rescode.html. */
static void each_fault_has_its_errno_and_its_words(void **state)
{
    (void)state;
    static const struct {
        int code, result;
        const char *text; /* NULL: SQLite's own */
    } rows[] = {
        {SQLITE_FULL, -ENOSPC, ": no space left on its file system"},
        {SQLITE_BUSY, -EBUSY, ": another process keeps it busy"},
        {SQLITE_BUSY_SNAPSHOT, -EBUSY, ": another process keeps it busy"},
        {SQLITE_LOCKED, -EBUSY, ": another process keeps it busy"},
        {SQLITE_NOMEM, -ENOMEM, ": not enough memory"},
        {SQLITE_IOERR_NOMEM, -EIO, NULL},
        {SQLITE_CORRUPT, -EBADMSG, NULL},
        {SQLITE_CORRUPT_INDEX, -EBADMSG, NULL},
        {SQLITE_NOTADB, -EBADMSG, NULL},
        {SQLITE_ERROR, -EBADMSG, NULL},
        {SQLITE_CONSTRAINT, -EBADMSG, NULL},
        {SQLITE_MISMATCH, -EBADMSG, NULL},
        {SQLITE_READONLY_DIRECTORY, -EACCES, NULL},
        {SQLITE_PERM, -EACCES, NULL},
        {SQLITE_CANTOPEN, -EACCES, NULL},
        {SQLITE_AUTH, -EACCES, NULL},
        {SQLITE_IOERR, -EIO, NULL},
        {SQLITE_TOOBIG, -EIO, NULL},
    };
    open_it(NULL);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char own[128];
        snprintf(own, sizeof(own), "%s: not an error",
                 rows[i].result == -EBADMSG ? " is damaged" : "");
        expect(fg_sqlite_fail(&db, rows[i].code, &error), rows[i].result,
               rows[i].text != NULL ? rows[i].text : own);
    }
    assert_int_equal(fg_sqlite_fail(&db, SQLITE_FULL, NULL), -ENOSPC);
}

static void a_full_database_has_no_space_left(void **state)
{
    (void)state;
    open_it("PRAGMA max_page_count = 4; CREATE TABLE t(b)");
    expect(fg_sqlite_execute(&db, "INSERT INTO t VALUES(zeroblob(100000))", &error), -ENOSPC,
           ": no space left on its file system");
}

static void another_that_has_it_is_waited_for_and_named(void **state)
{
    (void)state;
    fg_sqlite other;
    fg_sqlite_options of = options("BEGIN IMMEDIATE");
    open_it("CREATE TABLE t(n)");
    assert_int_equal(fg_sqlite_open(&other, &of, NULL), 0);
    double began = fg_testing_now();
    expect(fg_sqlite_execute(&db, "INSERT INTO t VALUES(1)", &error), -EBUSY,
           ": another process keeps it busy");
    assert_true(fg_testing_now() - began >= 0.02);
    fg_sqlite_close(&other);
    assert_int_equal(fg_sqlite_execute(&db, "INSERT INTO t VALUES(1)", &error), 0);
}

enum { INSERT, COUNT, EACH, STATEMENTS };

static const char *const texts[STATEMENTS] = {
    [INSERT] = "INSERT INTO t VALUES(?1, ?2)",
    [COUNT] = "SELECT count(*), count(s) FROM t",
    [EACH] = "SELECT n, s FROM t ORDER BY n",
};

static void what_is_prepared_once_runs_again_and_again(void **state)
{
    (void)state;
    sqlite3_stmt *all[STATEMENTS] = {NULL};
    open_it("CREATE TABLE t(n INTEGER UNIQUE, s)");
    assert_int_equal(fg_sqlite_prepare_all(&db, texts, STATEMENTS, all, &error), 0);
    for (int i = 0; i < 3; i++) {
        sqlite3_bind_int(all[INSERT], 1, i);
        if (i == 0) {
            sqlite3_bind_text(all[INSERT], 2, "zero", -1, SQLITE_STATIC);
        }
        assert_int_equal(fg_sqlite_run(&db, all[INSERT], &error), 0);
    }
    /* The text of the first was forgotten. */
    assert_int_equal(fg_sqlite_first(&db, all[COUNT], &error), 0);
    assert_int_equal(sqlite3_column_int(all[COUNT], 0), 3);
    assert_int_equal(sqlite3_column_int(all[COUNT], 1), 1);
    fg_sqlite_reset(all[COUNT]);

    bool whole = true;
    int rows = 0;
    while (fg_sqlite_step(&db, all[EACH], &error) == 1) {
        assert_int_equal(sqlite3_column_int(all[EACH], 0), rows);
        const char *text = fg_sqlite_text(all[EACH], 1, &whole);
        if (rows++ == 0) {
            assert_string_equal(text, "zero");
        } else {
            assert_null(text);
        }
        assert_true(whole); /* no text is whole too */
    }
    assert_int_equal(rows, 3);
    assert_int_equal(fg_sqlite_step(&db, all[EACH], &error), 1); /* from the first row on */
    fg_sqlite_finalize_all(all, STATEMENTS);
    for (int i = 0; i < STATEMENTS; i++) {
        assert_null(all[i]);
    }
    fg_sqlite_finalize_all(all, STATEMENTS);
}

static void what_fails_leaves_the_statement_ready(void **state)
{
    (void)state;
    sqlite3_stmt *all[STATEMENTS] = {NULL};
    open_it("CREATE TABLE t(n INTEGER UNIQUE, s)");
    assert_int_equal(fg_sqlite_prepare_all(&db, texts, STATEMENTS, all, &error), 0);
    for (int i = 0; i < 2; i++) {
        sqlite3_bind_int(all[INSERT], 1, 7);
        int result = fg_sqlite_run(&db, all[INSERT], &error);
        assert_int_equal(result, i == 0 ? 0 : -EBADMSG);
    }
    expect(-EBADMSG, -EBADMSG, " is damaged: UNIQUE constraint failed: t.n");
    sqlite3_bind_int(all[INSERT], 1, 8);
    assert_int_equal(fg_sqlite_run(&db, all[INSERT], &error), 0);
    fg_sqlite_finalize_all(all, STATEMENTS);
}

static void a_statement_that_cannot_be_prepared_is_reported(void **state)
{
    (void)state;
    sqlite3_stmt *all[STATEMENTS] = {NULL};
    int64_t number = 0;
    open_it(NULL);
    expect(fg_sqlite_prepare_all(&db, texts, STATEMENTS, all, &error), -EBADMSG,
           " is damaged: no such table: t");
    fg_sqlite_finalize_all(all, STATEMENTS);
    expect(fg_sqlite_ask_number(&db, "SELECT n FROM t", &number, &error), -EBADMSG,
           " is damaged: no such table: t");
    /* One that always has a row and has none. */
    assert_int_equal(fg_sqlite_ask_number(&db, "SELECT 1 WHERE 0", &number, &error), -EIO);
}

static void the_log_is_emptied_unless_others_read_it(void **state)
{
    (void)state;
    struct stat info;
    fg_sqlite reader;
    fg_sqlite_options of = options(NULL);
    char *log = fg_testing_path(folder, "some.db-wal");
    open_it("PRAGMA journal_mode = WAL; CREATE TABLE t(n); INSERT INTO t VALUES(1)");
    assert_int_equal(fg_sqlite_open(&reader, &of, NULL), 0);
    assert_int_equal(fg_sqlite_execute(&reader, "BEGIN; SELECT * FROM t", NULL), 0);
    assert_int_equal(fg_sqlite_execute(&db, "INSERT INTO t VALUES(2)", NULL), 0);
    assert_false(fg_sqlite_empty_log(&db, 0));
    assert_int_equal(stat(log, &info), 0);
    assert_true(info.st_size > 0);
    assert_int_equal(fg_sqlite_execute(&reader, "COMMIT", NULL), 0);
    assert_true(fg_sqlite_empty_log(&db, 0));
    assert_int_equal(stat(log, &info), 0);
    assert_int_equal(info.st_size, 0);
    fg_sqlite_close(&reader);
    free(log);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(it_is_set_up_and_asked),
        TEST(only_one_that_is_to_be_made_is_made),
        TEST(what_is_opened_may_have_another_name_for_people),
        TEST(a_file_that_is_no_database_is_damaged),
        TEST(each_fault_has_its_errno_and_its_words),
        TEST(a_full_database_has_no_space_left),
        TEST(another_that_has_it_is_waited_for_and_named),
        TEST(what_is_prepared_once_runs_again_and_again),
        TEST(what_fails_leaves_the_statement_ready),
        TEST(a_statement_that_cannot_be_prepared_is_reported),
        TEST(the_log_is_emptied_unless_others_read_it),
    };
    return cmocka_run_group_tests_name("sqlite", tests, NULL, NULL);
}
