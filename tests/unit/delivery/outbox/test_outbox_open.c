/* Whom an outbox lets in, what of others it leaves alone, and what it makes of a damaged one. */
#include "outbox_box.h"
#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void a_guest_needs_an_outbox(void **state)
{
    (void)state;
    char expected[512];
    fg_error error = {""};
    assert_int_equal(box_open_fails(false, &error), -ENOENT);
    snprintf(expected, sizeof(expected), "there is no outbox at %s", box_path);
    assert_string_equal(error.text, expected);
    assert_int_not_equal(access(box_path, F_OK), 0);
}

/* As version 0.2 left one behind: it counted nothing that was held back. */
static void an_outbox_from_before_counts_what_is_held_back_from_now_on(void **state)
{
    (void)state;
    fg_ledger ledger;
    sqlite3 *database = NULL;
    fg_outbox *outbox = box_open();
    box_put(outbox, "Ada", 100);
    fg_outbox_free(outbox);
    assert_int_equal(sqlite3_open(box_path, &database), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(database, "ALTER TABLE ledger DROP COLUMN held_back", NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(database);

    outbox = box_open();
    box_expect_ledger(outbox, 1, 0, 0, 0, 1);
    assert_int_equal(fg_outbox_hold_back(outbox, 7, NULL), 0);
    assert_int_equal(fg_outbox_hold_back(outbox, 5, NULL), 0);
    assert_int_equal(fg_outbox_ledger(outbox, &ledger, NULL), 0);
    assert_int_equal(ledger.held_back, 12);
    box_expect_ledger(outbox, 1, 0, 0, 0, 1);
    fg_outbox_free(outbox);
}

static void a_second_owner_is_refused(void **state)
{
    (void)state;
    char expected[512];
    fg_error error = {""};
    fg_outbox *outbox = box_open();
    assert_int_equal(box_open_fails(true, &error), -EBUSY);
    snprintf(
        expected, sizeof(expected),
        "outbox %s is in use by process %ld: stop it first, or use another outbox with --outbox",
        box_path, (long)getpid());
    assert_string_equal(error.text, expected);
    fg_outbox_free(outbox);
    fg_outbox_free(box_open());
}

static void a_second_owner_that_comes_by_a_link_is_refused(void **state)
{
    (void)state;
    fg_outbox *outbox = box_open();
    fg_outbox *second = NULL;
    char *link = fg_testing_path(box_folder, "link.db");
    assert_int_equal(symlink(box_path, link), 0);
    fg_outbox_options options = {.path = link, .max_events = 10, .max_bytes = 1000, .own = true};
    assert_int_equal(fg_outbox_open(&options, &second, NULL), -EBUSY);
    assert_null(second);
    fg_outbox_free(outbox);
    free(link);
}

static void its_files_are_ours_alone(void **state)
{
    (void)state;
    static const char *const suffixes[] = {"", "-wal", "-shm", ".lock"};
    mode_t before = umask(0);
    fg_outbox *outbox = box_open();
    box_put(outbox, "a", 10);
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        char name[512];
        struct stat info;
        snprintf(name, sizeof(name), "%s%s", box_path, suffixes[i]);
        assert_int_equal(stat(name, &info), 0);
        assert_int_equal(info.st_mode & 07777, 0600);
    }
    umask(before);
    fg_outbox_free(outbox);
}

static void run_sql(const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(box_path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void somebody_elses_file_is_refused_and_left_alone(void **state)
{
    (void)state;
    static const char *const reasons[] = {
        "it is another program's database; use another file with --outbox",
        "it is not an SQLite database; use another file with --outbox",
        "it is not a regular file",
    };
    char expected[512];
    char *lock = fg_testing_path(box_folder, "outbox.db.lock");
    for (int i = 0; i < 3; i++) {
        struct stat before, after;
        unlink(box_path);
        if (i == 0) {
            run_sql("CREATE TABLE theirs(x)");
        } else if (i == 1) {
            fg_testing_write(box_path, "root:x:0:0:root\n", 16);
        } else {
            assert_int_equal(mkdir(box_path, 0700), 0);
        }
        assert_int_equal(stat(box_path, &before), 0);
        fg_error error = {""};
        assert_int_equal(box_open_fails(true, &error), -EBADMSG);
        snprintf(expected, sizeof(expected), "%s is not a facegate outbox: %s", box_path,
                 reasons[i]);
        assert_string_equal(error.text, expected);
        assert_int_equal(box_open_fails(false, &error), -EBADMSG);
        assert_int_equal(stat(box_path, &after), 0);
        assert_int_equal(before.st_ino, after.st_ino);
        assert_int_equal(before.st_size, after.st_size);
        assert_int_equal(before.st_mode, after.st_mode);
        assert_int_not_equal(access(lock, F_OK), 0);
    }
    free(lock);
}

static void an_outbox_of_another_format_is_refused(void **state)
{
    (void)state;
    char expected[512];
    fg_error error = {""};
    fg_outbox_free(box_open());
    run_sql("PRAGMA user_version = 99");
    assert_int_equal(box_open_fails(true, &error), -EBADMSG);
    snprintf(
        expected, sizeof(expected),
        "%s is not an outbox of this version of facegate: its format is 99, this version uses 1",
        box_path);
    assert_string_equal(error.text, expected);
    assert_int_equal(box_open_fails(false, &error), -EBADMSG);
    assert_string_equal(error.text, expected);
}

static void overwrite(long from, size_t size)
{
    char junk[4096];
    int fd = open(box_path, O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    memset(junk, 0xA5, sizeof(junk));
    assert_true(size <= sizeof(junk));
    assert_int_equal(pwrite(fd, junk, size, from), (ssize_t)size);
    close(fd);
}

static void expect_started_anew(const char *damage)
{
    char name[512];
    fg_outbox *outbox = box_open();
    snprintf(name, sizeof(name), "%s.corrupt-1", box_path);
    assert_non_null(fg_outbox_warning(outbox));
    assert_non_null(strstr(fg_outbox_warning(outbox), name));
    assert_non_null(strstr(fg_outbox_warning(outbox), damage));
    assert_int_equal(access(name, F_OK), 0);
    box_expect_ledger(outbox, 0, 0, 0, 0, 0);
    box_put(outbox, "new", 10);
    box_expect_ledger(outbox, 1, 0, 0, 0, 1);
    fg_outbox_free(outbox);
    outbox = box_open();
    assert_null(fg_outbox_warning(outbox));
    box_take(outbox, "new");
    fg_outbox_free(outbox);
}

static void damage_in_the_middle_starts_a_new_outbox(void **state)
{
    (void)state;
    fg_outbox *outbox = box_open();
    for (int i = 0; i < 20; i++) {
        box_put(outbox, "a", 20000);
    }
    fg_outbox_free(outbox);
    overwrite(4096, 4096);
    expect_started_anew(" is damaged: ");
}

static void a_damaged_header_of_what_was_an_outbox_starts_a_new_one(void **state)
{
    (void)state;
    fg_outbox_free(box_open());
    overwrite(0, 100);
    expect_started_anew("it is no longer an SQLite database");
}

static void an_outbox_without_its_tables_starts_a_new_one(void **state)
{
    (void)state;
    fg_outbox_free(box_open());
    run_sql("DROP TABLE ledger");
    expect_started_anew("no such table: ledger");
}

static void a_ledger_that_does_not_add_up_is_counted_anew(void **state)
{
    (void)state;
    fg_outbox *outbox = box_open();
    box_put(outbox, "a", 10);
    box_put(outbox, "b", 10);
    fg_outbox_free(outbox);
    run_sql("DELETE FROM event WHERE user_name = 'a'");
    outbox = box_open();
    assert_non_null(fg_outbox_warning(outbox));
    assert_non_null(strstr(fg_outbox_warning(outbox), "did not add up (waiting 2, found 1;"));
    box_expect_ledger(outbox, 1, 0, 0, 0, 1);
    fg_outbox_free(outbox);
    outbox = box_open();
    assert_null(fg_outbox_warning(outbox));
    fg_outbox_free(outbox);
}

static void an_empty_outbox_can_be_removed_and_a_full_one_not(void **state)
{
    (void)state;
    static const char *const suffixes[] = {"", "-wal", "-shm", ".lock"};
    fg_outbox *outbox = box_open();
    box_put(outbox, "a", 10);
    assert_null(fg_outbox_remove(outbox));
    outbox = box_open();
    assert_int_equal(fg_outbox_sent(outbox, box_take(outbox, "a"), NULL), 0);
    assert_null(fg_outbox_remove(outbox));
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        char name[512];
        snprintf(name, sizeof(name), "%s%s", box_path, suffixes[i]);
        assert_int_not_equal(access(name, F_OK), 0);
    }
    assert_null(fg_outbox_remove(NULL));
    assert_null(fg_outbox_free(NULL));
}

static void a_folder_that_is_not_there_is_named(void **state)
{
    (void)state;
    fg_outbox *outbox = NULL;
    fg_error error = {""};
    fg_outbox_options options = {
        .path = "/nonexistent/outbox.db", .max_events = 1, .max_bytes = 1, .own = true};
    assert_int_equal(fg_outbox_open(&options, &outbox, &error), -ENOENT);
    assert_string_equal(error.text, "cannot lock outbox /nonexistent/outbox.db: "
                                    "/nonexistent/outbox.db.lock: No such file or directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_BOX(an_outbox_from_before_counts_what_is_held_back_from_now_on),
        WITH_BOX(a_guest_needs_an_outbox),
        WITH_BOX(a_second_owner_is_refused),
        WITH_BOX(a_second_owner_that_comes_by_a_link_is_refused),
        WITH_BOX(its_files_are_ours_alone),
        WITH_BOX(somebody_elses_file_is_refused_and_left_alone),
        WITH_BOX(an_outbox_of_another_format_is_refused),
        WITH_BOX(damage_in_the_middle_starts_a_new_outbox),
        WITH_BOX(a_damaged_header_of_what_was_an_outbox_starts_a_new_one),
        WITH_BOX(an_outbox_without_its_tables_starts_a_new_one),
        WITH_BOX(a_ledger_that_does_not_add_up_is_counted_anew),
        WITH_BOX(an_empty_outbox_can_be_removed_and_a_full_one_not),
        WITH_BOX(a_folder_that_is_not_there_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
