/* An outbox whose process is killed in the middle, and one that two processes want. */
#include "facegate/delivery/outbox.h"
#include "testing.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *folder;
static char *path;
static fg_process writer;

static int set_up(void **state)
{
    folder = fg_testing_folder_in(*state != NULL ? *state : "/dev/shm");
    path = fg_testing_path(folder, "outbox.db");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fg_process_end(&writer);
    free(path);
    fg_testing_remove(folder);
    return 0;
}

static fg_outbox *open_outbox(bool own)
{
    fg_outbox *outbox = NULL;
    fg_error error = {""};
    fg_outbox_options options = {.path = path, .max_events = 50, .max_bytes = 16 << 20, .own = own};
    int result = fg_outbox_open(&options, &outbox, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(result, 0);
    return outbox;
}

typedef struct tally {
    int waiting, aside;
} tally;

static void count_one(void *context, const fg_outbox_entry *entry, const char *why)
{
    tally *found = context;
    *(why == NULL ? &found->waiting : &found->aside) += 1;
    assert_in_range(entry->event.jpeg_size, 59000, 60000);
}

static fg_ledger read_ledger(fg_outbox *outbox)
{
    fg_ledger ledger;
    assert_int_equal(fg_outbox_ledger(outbox, &ledger, NULL), 0);
    assert_int_equal(ledger.made, ledger.sent + ledger.set_aside + ledger.dropped + ledger.waiting);
    return ledger;
}

typedef struct progress {
    fg_outbox *outbox;
    int64_t made;
} progress;

static bool made_enough(void *context)
{
    const progress *wanted = context;
    return read_ledger(wanted->outbox).made >= wanted->made;
}

static void start_writer(int round)
{
    char name[32];
    const char *argv[] = {FG_OUTBOX_WRITER, path, NULL};
    snprintf(name, sizeof(name), "writer-%d", round);
    fg_process_start(&writer, folder, name, argv, NULL);
    fg_process_expect(&writer, "open\n", FG_TESTING_PATIENCE);
}

static void kill_and_check(int rounds, int events)
{
    int64_t made = 0;
    for (int round = 0; round < rounds; round++) {
        start_writer(round);
        progress wanted = {.outbox = open_outbox(false), .made = made + events + round * 7};
        assert_true(fg_testing_wait(made_enough, &wanted, FG_TESTING_PATIENCE));
        fg_process_signal(&writer, SIGKILL);
        assert_int_equal(fg_process_wait(&writer, FG_TESTING_PATIENCE), -SIGKILL);
        fg_outbox_free(wanted.outbox);

        tally found = {0};
        fg_outbox *outbox = open_outbox(true);
        /* A ledger that disagrees with the events would have been fixed with a warning. */
        assert_null(fg_outbox_warning(outbox));
        fg_ledger ledger = read_ledger(outbox);
        assert_int_equal(fg_outbox_each(outbox, count_one, &found, NULL), 0);
        assert_int_equal(found.waiting, ledger.waiting);
        assert_int_equal(found.aside, ledger.set_aside);
        assert_true(ledger.made > made);
        made = ledger.made;
        fg_outbox_free(outbox);
    }
}

static void after_kill_9_in_memory_the_ledger_adds_up(void **state)
{
    (void)state;
    kill_and_check(20, 50);
}

static void after_kill_9_on_a_disk_the_ledger_adds_up(void **state)
{
    (void)state;
    kill_and_check(4, 20);
}

static void a_second_process_is_refused_by_the_pid_of_the_first(void **state)
{
    (void)state;
    char expected[1024];
    char *output = NULL;
    const char *argv[] = {FG_OUTBOX_WRITER, path, NULL};
    start_writer(0);
    assert_int_equal(fg_process_run(folder, argv, NULL, FG_TESTING_PATIENCE, &output), 1);
    snprintf(
        expected, sizeof(expected),
        "outbox %s is in use by process %d: stop it first, or use another outbox with --outbox\n",
        path, (int)writer.pid);
    assert_string_equal(output, expected);
    free(output);
}

static void a_guest_works_beside_a_busy_owner(void **state)
{
    (void)state;
    start_writer(0);
    fg_outbox *guest = open_outbox(false);
    for (int i = 0; i < 50; i++) {
        int count;
        tally found = {0};
        fg_error error = {""};
        int result = i % 2 == 0 ? fg_outbox_retry(guest, &count, &error)
                                : fg_outbox_drop(guest, &count, &error);
        assert_string_equal(error.text, "");
        assert_int_equal(result, 0);
        assert_int_equal(fg_outbox_each(guest, count_one, &found, NULL), 0);
        assert_in_range(found.waiting + found.aside, 0, 50);
        read_ledger(guest);
    }
    fg_outbox_free(guest);
    assert_true(fg_process_runs(&writer));
}

#define IN_MEMORY(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
#define ON_DISK(test)   cmocka_unit_test_prestate_setup_teardown(test, set_up, tear_down, disk)

int main(void)
{
    static char disk[] = FG_BINARY_DIR;
    const struct CMUnitTest tests[] = {
        IN_MEMORY(after_kill_9_in_memory_the_ledger_adds_up),
        ON_DISK(after_kill_9_on_a_disk_the_ledger_adds_up),
        IN_MEMORY(a_second_process_is_refused_by_the_pid_of_the_first),
        IN_MEMORY(a_guest_works_beside_a_busy_owner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
