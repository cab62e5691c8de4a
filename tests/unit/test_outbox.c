#include "facegate/outbox.h"

#include "delivery/outbox_file.h"
#include "facegate/clock.h"
#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char *folder;
static char *path;

static int set_up(void **state)
{
    (void)state;
    folder = fg_testing_folder_in("/dev/shm");
    path = fg_testing_path(folder, "outbox.db");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(path);
    fg_testing_remove(folder);
    return 0;
}

static fg_outbox *open_with(int max_events, int64_t max_bytes)
{
    fg_outbox *outbox = NULL;
    fg_error error = {""};
    fg_outbox_options options = {
        .path = path, .max_events = max_events, .max_bytes = max_bytes, .own = true};
    int result = fg_outbox_open(&options, &outbox, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(result, 0);
    return outbox;
}

static fg_outbox *open_usual(void)
{
    return open_with(1000, 16 << 20);
}

static int open_fails(bool own, fg_error *error)
{
    fg_outbox *outbox = NULL;
    fg_outbox_options options = {.path = path, .max_events = 10, .max_bytes = 1000, .own = own};
    int result = fg_outbox_open(&options, &outbox, error);
    assert_null(outbox);
    return result;
}

/* Puts an event of that many bytes by that name; tells how many went for it. */
static int put(fg_outbox *outbox, const char *name, size_t size)
{
    int dropped = -1;
    fg_error error = {""};
    fg_event event = {.status = "Accepted", .rfid_id = "00000000", .jpeg_size = size};
    uint8_t *jpeg = calloc(1, size + 1);
    assert_non_null(jpeg);
    event.jpeg = jpeg;
    snprintf(event.user_name, sizeof(event.user_name), "%s", name);
    assert_int_equal(fg_event_stamp(&event, fg_clock_monotonic(), fg_clock_realtime()), 0);
    int result = fg_outbox_put(outbox, &event, &dropped, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(result, 0);
    free(jpeg);
    return dropped;
}

/* The number of the oldest, whose name must be that. */
static int64_t take(fg_outbox *outbox, const char *name)
{
    fg_outbox_entry entry;
    assert_int_equal(fg_outbox_oldest(outbox, &entry, NULL), 0);
    assert_string_equal(entry.event.user_name, name);
    int64_t number = entry.number;
    fg_outbox_entry_release(&entry);
    return number;
}

static void expect_ledger(fg_outbox *outbox, int made, int sent, int aside, int dropped,
                          int waiting)
{
    fg_ledger ledger;
    assert_int_equal(fg_outbox_ledger(outbox, &ledger, NULL), 0);
    assert_int_equal(ledger.made, made);
    assert_int_equal(ledger.sent, sent);
    assert_int_equal(ledger.set_aside, aside);
    assert_int_equal(ledger.dropped, dropped);
    assert_int_equal(ledger.waiting, waiting);
    assert_int_equal(ledger.made, ledger.sent + ledger.set_aside + ledger.dropped + ledger.waiting);
}

static void an_event_comes_out_as_it_went_in(void **state)
{
    (void)state;
    static const uint8_t jpeg[] = {0xff, 0xd8, 0x00, 0xff, 0xd9};
    fg_event event = {.status = "Refused",
                      .user_name = "Zo\xc3\xab",
                      .rfid_id = "D8E2F1G3",
                      .reason = "Visage non reconnu",
                      .jpeg = jpeg,
                      .jpeg_size = sizeof(jpeg)};
    fg_outbox_entry entry;
    int dropped = -1;
    assert_int_equal(fg_event_stamp(&event, 12345, INT64_C(1700000000123456789)), 0);
    fg_outbox *outbox = open_usual();
    assert_null(fg_outbox_warning(outbox));
    assert_string_equal(fg_outbox_path(outbox), path);
    assert_int_equal(fg_outbox_put(outbox, &event, &dropped, NULL), 0);
    assert_int_equal(dropped, 0);
    fg_outbox_free(outbox);

    outbox = open_usual();
    assert_int_equal(fg_outbox_oldest(outbox, &entry, NULL), 0);
    assert_string_equal(entry.event.id, event.id);
    assert_string_equal(entry.event.boot_id, event.boot_id);
    assert_int_equal(entry.event.boottime, event.boottime);
    assert_int_equal(entry.event.realtime, event.realtime);
    assert_string_equal(entry.event.status, event.status);
    assert_string_equal(entry.event.user_name, event.user_name);
    assert_string_equal(entry.event.rfid_id, event.rfid_id);
    assert_string_equal(entry.event.reason, event.reason);
    assert_int_equal(entry.event.jpeg_size, sizeof(jpeg));
    assert_memory_equal(entry.event.jpeg, jpeg, sizeof(jpeg));
    assert_ptr_equal(entry.event.jpeg, entry.memory);
    assert_int_equal(entry.attempts, 0);
    fg_outbox_entry_release(&entry);
    fg_outbox_free(outbox);
}

static void the_oldest_goes_first(void **state)
{
    (void)state;
    fg_outbox *outbox = open_usual();
    fg_outbox_entry entry;
    assert_int_equal(fg_outbox_oldest(outbox, &entry, NULL), -ENOENT);
    assert_int_equal(put(outbox, "a", 100), 0);
    assert_int_equal(put(outbox, "b", 100), 0);
    assert_int_equal(fg_outbox_sent(outbox, take(outbox, "a"), NULL), 0);
    assert_int_equal(put(outbox, "c", 100), 0);
    assert_int_equal(fg_outbox_sent(outbox, take(outbox, "b"), NULL), 0);
    assert_int_equal(fg_outbox_sent(outbox, take(outbox, "c"), NULL), 0);
    assert_int_equal(fg_outbox_oldest(outbox, &entry, NULL), -ENOENT);
    expect_ledger(outbox, 3, 3, 0, 0, 0);
    fg_outbox_free(outbox);
}

static void attempts_are_counted(void **state)
{
    (void)state;
    fg_outbox *outbox = open_usual();
    fg_outbox_entry entry;
    put(outbox, "a", 10);
    int64_t number = take(outbox, "a");
    assert_int_equal(fg_outbox_tried(outbox, number, NULL), 0);
    assert_int_equal(fg_outbox_tried(outbox, number, NULL), 0);
    assert_int_equal(fg_outbox_oldest(outbox, &entry, NULL), 0);
    assert_int_equal(entry.attempts, 2);
    fg_outbox_entry_release(&entry);
    fg_outbox_free(outbox);
}

static void above_the_count_the_oldest_goes(void **state)
{
    (void)state;
    fg_outbox *outbox = open_with(2, 1 << 20);
    assert_int_equal(put(outbox, "a", 10), 0);
    assert_int_equal(put(outbox, "b", 10), 0);
    assert_int_equal(put(outbox, "c", 10), 1);
    expect_ledger(outbox, 3, 0, 0, 1, 2);
    take(outbox, "b");
    fg_outbox_free(outbox);
    /* A smaller limit is met with the next event. */
    outbox = open_with(1, 1 << 20);
    assert_int_equal(put(outbox, "d", 10), 2);
    expect_ledger(outbox, 4, 0, 0, 3, 1);
    take(outbox, "d");
    fg_outbox_free(outbox);
}

static void above_the_bytes_as_many_of_the_oldest_go_as_must(void **state)
{
    (void)state;
    fg_outbox *outbox = open_with(1000, 1000);
    assert_int_equal(put(outbox, "a", 400), 0);
    assert_int_equal(put(outbox, "b", 300), 0);
    assert_int_equal(put(outbox, "c", 300), 0);
    assert_int_equal(put(outbox, "d", 500), 2);
    expect_ledger(outbox, 4, 0, 0, 2, 2);
    take(outbox, "c");
    assert_int_equal(put(outbox, "e", 1000), 2);
    expect_ledger(outbox, 5, 0, 0, 4, 1);
    take(outbox, "e");
    fg_outbox_free(outbox);
}

static void what_is_larger_than_the_outbox_is_refused_and_nothing_goes_for_it(void **state)
{
    (void)state;
    char expected[512];
    int dropped = -7;
    fg_error error;
    fg_outbox *outbox = open_with(1000, 1000);
    static const uint8_t jpeg[1001];
    fg_event huge = {.user_name = "huge", .jpeg = jpeg, .jpeg_size = sizeof(jpeg)};
    assert_int_equal(put(outbox, "a", 400), 0);
    assert_int_equal(fg_event_stamp(&huge, fg_clock_monotonic(), fg_clock_realtime()), 0);
    assert_int_equal(fg_outbox_put(outbox, &huge, &dropped, &error), -EMSGSIZE);
    snprintf(expected, sizeof(expected),
             "outbox %s: a picture of 1001 bytes is larger than all of it may be: raise "
             "outbox_max_bytes (1000), or lower jpeg_quality or the camera's width and height",
             path);
    assert_string_equal(error.text, expected);
    assert_int_equal(dropped, -7);
    expect_ledger(outbox, 1, 0, 0, 0, 1);
    take(outbox, "a");
    fg_outbox_free(outbox);
}

static void what_was_set_aside_makes_room_before_what_waits(void **state)
{
    (void)state;
    fg_outbox *outbox = open_with(3, 1 << 20);
    put(outbox, "a", 10);
    put(outbox, "b", 10);
    assert_int_equal(fg_outbox_sent(outbox, take(outbox, "a"), NULL), 0);
    put(outbox, "c", 10);
    put(outbox, "d", 10);
    int64_t number = take(outbox, "b");
    assert_int_equal(fg_outbox_set_aside(outbox, number, "400 no", NULL), 0);
    take(outbox, "c");
    assert_int_equal(put(outbox, "e", 10), 1);
    expect_ledger(outbox, 5, 1, 0, 1, 3);
    take(outbox, "c");
    fg_outbox_free(outbox);
}

static void an_event_dropped_on_its_way_that_arrives_counts_as_sent(void **state)
{
    (void)state;
    fg_outbox *outbox = open_with(1, 1 << 20);
    put(outbox, "a", 10);
    int64_t number = take(outbox, "a");
    assert_int_equal(put(outbox, "b", 10), 1);
    expect_ledger(outbox, 2, 0, 0, 1, 1);
    assert_int_equal(fg_outbox_sent(outbox, number, NULL), 0);
    expect_ledger(outbox, 2, 1, 0, 0, 1);
    /* Once is enough. */
    assert_int_equal(fg_outbox_sent(outbox, number, NULL), 0);
    expect_ledger(outbox, 2, 1, 0, 0, 1);
    /* Refused instead, it stays dropped. */
    number = take(outbox, "b");
    assert_int_equal(put(outbox, "c", 10), 1);
    assert_int_equal(fg_outbox_set_aside(outbox, number, "400", NULL), 0);
    expect_ledger(outbox, 3, 1, 0, 1, 1);
    fg_outbox_free(outbox);
}

static void what_was_set_aside_can_be_taken_back_or_dropped(void **state)
{
    (void)state;
    int count = -1;
    fg_outbox *outbox = open_usual();
    put(outbox, "a", 10);
    put(outbox, "b", 20);
    put(outbox, "c", 30);
    for (int i = 0; i < 2; i++) {
        int64_t number = take(outbox, i == 0 ? "a" : "b");
        assert_int_equal(fg_outbox_set_aside(outbox, number, "400 no", NULL), 0);
    }
    expect_ledger(outbox, 3, 0, 2, 0, 1);
    assert_int_equal(fg_outbox_retry(outbox, &count, NULL), 0);
    assert_int_equal(count, 2);
    expect_ledger(outbox, 3, 0, 0, 0, 3);
    assert_int_equal(fg_outbox_set_aside(outbox, take(outbox, "a"), "400 no", NULL), 0);
    assert_int_equal(fg_outbox_drop(outbox, &count, NULL), 0);
    assert_int_equal(count, 1);
    expect_ledger(outbox, 3, 0, 0, 1, 2);
    assert_int_equal(fg_outbox_drop(outbox, &count, NULL), 0);
    assert_int_equal(count, 0);
    take(outbox, "b");
    fg_outbox_free(outbox);
    /* The bytes were counted along: no warning at the next opening. */
    outbox = open_usual();
    assert_null(fg_outbox_warning(outbox));
    fg_outbox_free(outbox);
}

static void list_one(void *context, const fg_outbox_entry *entry, const char *why)
{
    char *text = context;
    assert_null(entry->event.jpeg);
    snprintf(text + strlen(text), 256 - strlen(text), "%s/%zu/%d/%s ", entry->event.user_name,
             entry->event.jpeg_size, (int)entry->attempts, why != NULL ? why : "waits");
}

static void a_guest_sees_and_changes_what_the_owner_holds(void **state)
{
    (void)state;
    char text[256] = "";
    int count = 0;
    fg_outbox *owner = open_usual(), *guest = NULL;
    put(owner, "a", 10);
    put(owner, "b", 20);
    assert_int_equal(fg_outbox_set_aside(owner, take(owner, "a"), "400 no", NULL), 0);
    fg_outbox_options options = {.path = path, .max_events = 1000, .max_bytes = 1000};
    assert_int_equal(fg_outbox_open(&options, &guest, NULL), 0);
    assert_int_equal(fg_outbox_each(guest, list_one, text, NULL), 0);
    assert_string_equal(text, "a/10/1/400 no b/20/0/waits ");
    assert_int_equal(fg_outbox_retry(guest, &count, NULL), 0);
    assert_int_equal(count, 1);
    fg_outbox_free(guest);
    take(owner, "a");
    expect_ledger(owner, 2, 0, 0, 0, 2);
    fg_outbox_free(owner);
}

static void a_guest_needs_an_outbox(void **state)
{
    (void)state;
    char expected[512];
    fg_error error = {""};
    assert_int_equal(open_fails(false, &error), -ENOENT);
    snprintf(expected, sizeof(expected), "there is no outbox at %s", path);
    assert_string_equal(error.text, expected);
    assert_int_not_equal(access(path, F_OK), 0);
}

static void a_second_owner_is_refused(void **state)
{
    (void)state;
    char expected[512];
    fg_error error = {""};
    fg_outbox *outbox = open_usual();
    assert_int_equal(open_fails(true, &error), -EBUSY);
    snprintf(expected, sizeof(expected),
             "outbox %s is in use by process %ld: stop it first, or give this run another with "
             "--outbox",
             path, (long)getpid());
    assert_string_equal(error.text, expected);
    fg_outbox_free(outbox);
    fg_outbox_free(open_usual());
}

static void a_second_owner_that_comes_by_a_link_is_refused(void **state)
{
    (void)state;
    fg_outbox *outbox = open_usual();
    fg_outbox *second = NULL;
    char *link = fg_testing_path(folder, "link.db");
    assert_int_equal(symlink(path, link), 0);
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
    fg_outbox *outbox = open_usual();
    put(outbox, "a", 10);
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        char name[512];
        struct stat info;
        snprintf(name, sizeof(name), "%s%s", path, suffixes[i]);
        assert_int_equal(stat(name, &info), 0);
        assert_int_equal(info.st_mode & 07777, 0600);
    }
    umask(before);
    fg_outbox_free(outbox);
}

static void run_sql(const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void somebody_elses_file_is_refused_and_left_alone(void **state)
{
    (void)state;
    static const char *const reasons[] = {
        "it is another program's database; name another with --outbox",
        "it is no SQLite database; name another with --outbox",
        "it is no file",
    };
    char expected[512];
    char *lock = fg_testing_path(folder, "outbox.db.lock");
    for (int i = 0; i < 3; i++) {
        struct stat before, after;
        unlink(path);
        if (i == 0) {
            run_sql("CREATE TABLE theirs(x)");
        } else if (i == 1) {
            fg_testing_write(path, "root:x:0:0:root\n", 16);
        } else {
            assert_int_equal(mkdir(path, 0700), 0);
        }
        assert_int_equal(stat(path, &before), 0);
        fg_error error = {""};
        assert_int_equal(open_fails(true, &error), -EBADMSG);
        snprintf(expected, sizeof(expected), "%s is no facegate outbox: %s", path, reasons[i]);
        assert_string_equal(error.text, expected);
        assert_int_equal(open_fails(false, &error), -EBADMSG);
        assert_int_equal(stat(path, &after), 0);
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
    fg_outbox_free(open_usual());
    run_sql("PRAGMA user_version = 99");
    assert_int_equal(open_fails(true, &error), -EBADMSG);
    snprintf(expected, sizeof(expected),
             "%s is no facegate outbox of this version: its format is 99, this version knows 1",
             path);
    assert_string_equal(error.text, expected);
    assert_int_equal(open_fails(false, &error), -EBADMSG);
    assert_string_equal(error.text, expected);
}

static void overwrite(long from, size_t size)
{
    char junk[4096];
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    memset(junk, 0xA5, sizeof(junk));
    assert_true(size <= sizeof(junk));
    assert_int_equal(pwrite(fd, junk, size, from), (ssize_t)size);
    close(fd);
}

static void expect_started_anew(const char *damage)
{
    char name[512];
    fg_outbox *outbox = open_usual();
    snprintf(name, sizeof(name), "%s.corrupt-1", path);
    assert_non_null(fg_outbox_warning(outbox));
    assert_non_null(strstr(fg_outbox_warning(outbox), name));
    assert_non_null(strstr(fg_outbox_warning(outbox), damage));
    assert_int_equal(access(name, F_OK), 0);
    expect_ledger(outbox, 0, 0, 0, 0, 0);
    put(outbox, "new", 10);
    expect_ledger(outbox, 1, 0, 0, 0, 1);
    fg_outbox_free(outbox);
    outbox = open_usual();
    assert_null(fg_outbox_warning(outbox));
    take(outbox, "new");
    fg_outbox_free(outbox);
}

static void damage_in_the_middle_starts_a_new_outbox(void **state)
{
    (void)state;
    fg_outbox *outbox = open_usual();
    for (int i = 0; i < 20; i++) {
        put(outbox, "a", 20000);
    }
    fg_outbox_free(outbox);
    overwrite(4096, 4096);
    expect_started_anew("damaged outbox");
}

static void a_damaged_header_of_what_was_an_outbox_starts_a_new_one(void **state)
{
    (void)state;
    fg_outbox_free(open_usual());
    overwrite(0, 100);
    expect_started_anew("it is no SQLite database any more");
}

static void an_outbox_without_its_tables_starts_a_new_one(void **state)
{
    (void)state;
    fg_outbox_free(open_usual());
    run_sql("DROP TABLE ledger");
    expect_started_anew("no such table: ledger");
}

static void a_ledger_that_does_not_add_up_is_counted_anew(void **state)
{
    (void)state;
    fg_outbox *outbox = open_usual();
    put(outbox, "a", 10);
    put(outbox, "b", 10);
    fg_outbox_free(outbox);
    run_sql("DELETE FROM event WHERE user_name = 'a'");
    outbox = open_usual();
    assert_non_null(fg_outbox_warning(outbox));
    assert_non_null(strstr(fg_outbox_warning(outbox), "did not add up (waiting 2, found 1;"));
    expect_ledger(outbox, 1, 0, 0, 0, 1);
    fg_outbox_free(outbox);
    outbox = open_usual();
    assert_null(fg_outbox_warning(outbox));
    fg_outbox_free(outbox);
}

static void a_put_that_fails_changes_nothing(void **state)
{
    (void)state;
    struct rlimit usual, small = {.rlim_cur = 200000};
    fg_event event = {.status = "Accepted", .user_name = "big", .rfid_id = "1"};
    fg_error error = {""};
    int dropped = -7;
    fg_outbox *outbox = open_usual();
    put(outbox, "a", 10);
    event.jpeg_size = 1 << 20;
    uint8_t *jpeg = calloc(1, event.jpeg_size);
    assert_non_null(jpeg);
    event.jpeg = jpeg;
    assert_int_equal(fg_event_stamp(&event, 1, 1), 0);

    /* A full file system to SQLite's eyes: writing beyond the limit fails. */
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &usual), 0);
    small.rlim_max = usual.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int result = fg_outbox_put(outbox, &event, &dropped, &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &usual), 0);

    char expected[512];
    snprintf(expected, sizeof(expected), "outbox %s: disk I/O error", path);
    assert_int_equal(result, -EIO);
    assert_string_equal(error.text, expected);
    assert_int_equal(dropped, -7);
    expect_ledger(outbox, 1, 0, 0, 0, 1);
    assert_int_equal(fg_outbox_put(outbox, &event, &dropped, NULL), 0);
    expect_ledger(outbox, 2, 0, 0, 0, 2);
    free(jpeg);
    fg_outbox_free(outbox);
}

static off_t size_of(const char *suffix)
{
    char name[512];
    struct stat info;
    snprintf(name, sizeof(name), "%s%s", path, suffix);
    return stat(name, &info) == 0 ? info.st_size : 0;
}

static void memory_is_given_back_once_all_is_sent(void **state)
{
    (void)state;
    fg_outbox *outbox = open_usual();
    for (int i = 0; i < 100; i++) {
        put(outbox, "a", 60000);
        assert_true(size_of("-wal") < 3 << 20);
    }
    assert_true(size_of("") > 4 << 20);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(fg_outbox_sent(outbox, take(outbox, "a"), NULL), 0);
        assert_true(size_of("-wal") < 3 << 20);
    }
    assert_true(size_of("") < 100000);
    assert_int_equal(size_of("-wal"), 0);
    fg_outbox_free(outbox);
}

static void an_empty_outbox_can_be_removed_and_a_full_one_not(void **state)
{
    (void)state;
    static const char *const suffixes[] = {"", "-wal", "-shm", ".lock"};
    fg_outbox *outbox = open_usual();
    put(outbox, "a", 10);
    assert_null(fg_outbox_remove(outbox));
    outbox = open_usual();
    assert_int_equal(fg_outbox_sent(outbox, take(outbox, "a"), NULL), 0);
    assert_null(fg_outbox_remove(outbox));
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        char name[512];
        snprintf(name, sizeof(name), "%s%s", path, suffixes[i]);
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

#define SHARED_EVENTS 300

static void *put_many(void *context)
{
    for (int i = 0; i < SHARED_EVENTS; i++) {
        put(context, "a", 3000);
    }
    return NULL;
}

static void two_threads_may_use_one_outbox(void **state)
{
    (void)state;
    pthread_t thread;
    int sent = 0;
    fg_outbox *outbox = open_usual();
    assert_int_equal(pthread_create(&thread, NULL, put_many, outbox), 0);
    while (sent < SHARED_EVENTS) {
        fg_outbox_entry entry;
        int result = fg_outbox_oldest(outbox, &entry, NULL);
        if (result == 0) {
            assert_int_equal(fg_outbox_sent(outbox, entry.number, NULL), 0);
            fg_outbox_entry_release(&entry);
            sent++;
        } else {
            assert_int_equal(result, -ENOENT);
        }
    }
    pthread_join(thread, NULL);
    expect_ledger(outbox, SHARED_EVENTS, SHARED_EVENTS, 0, 0, 0);
    fg_outbox_free(outbox);
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(an_event_comes_out_as_it_went_in),
        WITH_FOLDER(the_oldest_goes_first),
        WITH_FOLDER(attempts_are_counted),
        WITH_FOLDER(above_the_count_the_oldest_goes),
        WITH_FOLDER(above_the_bytes_as_many_of_the_oldest_go_as_must),
        WITH_FOLDER(what_is_larger_than_the_outbox_is_refused_and_nothing_goes_for_it),
        WITH_FOLDER(what_was_set_aside_makes_room_before_what_waits),
        WITH_FOLDER(an_event_dropped_on_its_way_that_arrives_counts_as_sent),
        WITH_FOLDER(what_was_set_aside_can_be_taken_back_or_dropped),
        WITH_FOLDER(a_guest_sees_and_changes_what_the_owner_holds),
        WITH_FOLDER(a_guest_needs_an_outbox),
        WITH_FOLDER(a_second_owner_is_refused),
        WITH_FOLDER(a_second_owner_that_comes_by_a_link_is_refused),
        WITH_FOLDER(its_files_are_ours_alone),
        WITH_FOLDER(somebody_elses_file_is_refused_and_left_alone),
        WITH_FOLDER(an_outbox_of_another_format_is_refused),
        WITH_FOLDER(damage_in_the_middle_starts_a_new_outbox),
        WITH_FOLDER(a_damaged_header_of_what_was_an_outbox_starts_a_new_one),
        WITH_FOLDER(an_outbox_without_its_tables_starts_a_new_one),
        WITH_FOLDER(a_ledger_that_does_not_add_up_is_counted_anew),
        WITH_FOLDER(a_put_that_fails_changes_nothing),
        WITH_FOLDER(memory_is_given_back_once_all_is_sent),
        WITH_FOLDER(an_empty_outbox_can_be_removed_and_a_full_one_not),
        WITH_FOLDER(a_folder_that_is_not_there_is_named),
        WITH_FOLDER(two_threads_may_use_one_outbox),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
