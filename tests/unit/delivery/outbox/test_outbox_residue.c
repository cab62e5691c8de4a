/* What is left of an event in the files of an outbox once it is gone: nothing. */
#include "facegate/clock.h"
#include "facegate/delivery/outbox.h"
#include "outbox_box.h"
#include "testing.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Name, badge, and what stands all over the picture. */
#define ADA         "Ada Lovelace"
#define ADA_BADGE   "D8E2F1G3"
#define ADA_PICTURE "picture of Ada "

static void put(fg_outbox *outbox, const char *name, const char *badge, const char *text,
                size_t size)
{
    int dropped;
    fg_event event = {.status = "Accepted", .jpeg_size = size};
    char *jpeg = malloc(size);
    assert_non_null(jpeg);
    for (size_t i = 0; i < size; i++) {
        jpeg[i] = text[i % strlen(text)];
    }
    event.jpeg = (const uint8_t *)jpeg;
    strcpy(event.user_name, name);
    strcpy(event.rfid_id, badge);
    assert_int_equal(fg_event_stamp(&event, fg_clock_monotonic(), fg_clock_realtime()), 0);
    assert_int_equal(fg_outbox_put(outbox, &event, &dropped, NULL), 0);
    free(jpeg);
}

static void put_ada(fg_outbox *outbox, size_t size)
{
    put(outbox, ADA, ADA_BADGE, ADA_PICTURE, size);
}

static void put_bob(fg_outbox *outbox, size_t size)
{
    put(outbox, "Bob", "B0B", "picture of Bob ", size);
}

static void send_oldest(fg_outbox *outbox, const char *name)
{
    assert_int_equal(fg_outbox_sent(outbox, box_take(outbox, name), NULL), 0);
}

/* Places where Ada is. */
static int find_ada(void)
{
    return fg_testing_search(box_folder, ADA, NULL) +
           fg_testing_search(box_folder, ADA_BADGE, NULL) +
           fg_testing_search(box_folder, ADA_PICTURE, NULL);
}

static void what_was_sent_is_nowhere(void **state)
{
    (void)state;
    static const size_t sizes[] = {100, 3000, 60000, 400000};
    fg_outbox *outbox = box_open();
    for (int i = 0; i < 4; i++) {
        put_ada(outbox, sizes[i]);
        assert_true(find_ada() >= 3);
        send_oldest(outbox, ADA);
        assert_int_equal(find_ada(), 0);
    }
    fg_outbox_free(outbox);
    assert_int_equal(find_ada(), 0);
}

/* What was set aside stays until a person looks at it, which may be never. */
static void nor_is_it_where_another_was_set_aside(void **state)
{
    (void)state;
    fg_outbox *outbox = box_open();
    put_bob(outbox, 60000);
    assert_int_equal(fg_outbox_set_aside(outbox, box_take(outbox, "Bob"), "400", NULL), 0);
    put_ada(outbox, 60000);
    assert_true(find_ada() >= 3);
    send_oldest(outbox, ADA);
    assert_int_equal(find_ada(), 0);
    box_expect_ledger(outbox, 2, 1, 1, 0, 0);
    fg_outbox_free(outbox);
}

static void nor_where_the_last_that_waited_is_set_aside(void **state)
{
    (void)state;
    fg_outbox *outbox = box_open();
    put_ada(outbox, 60000);
    put_bob(outbox, 3000);
    send_oldest(outbox, ADA);
    assert_int_equal(fg_outbox_set_aside(outbox, box_take(outbox, "Bob"), "400", NULL), 0);
    assert_int_equal(find_ada(), 0);
    fg_outbox_free(outbox);
}

static void what_was_dropped_is_nowhere_though_others_wait(void **state)
{
    (void)state;
    int count = 0;
    fg_outbox *outbox = box_open();
    put_ada(outbox, 60000);
    put_bob(outbox, 3000);
    assert_int_equal(fg_outbox_set_aside(outbox, box_take(outbox, ADA), "400", NULL), 0);
    assert_true(find_ada() >= 3);
    assert_int_equal(fg_outbox_drop(outbox, &count, NULL), 0);
    assert_int_equal(count, 1);
    assert_int_equal(find_ada(), 0);
    box_expect_ledger(outbox, 2, 0, 0, 1, 1);
    fg_outbox_free(outbox);
}

/* The log goes round: what left while others wait is overwritten, at the latest once none does. */
static void of_a_backlog_nothing_is_left_once_it_is_sent(void **state)
{
    (void)state;
    fg_outbox *outbox = box_open();
    for (int i = 0; i < 30; i++) {
        put_ada(outbox, 30000);
        put_bob(outbox, 30000);
    }
    for (int i = 0; i < 30; i++) {
        send_oldest(outbox, ADA);
        send_oldest(outbox, "Bob");
    }
    assert_int_equal(find_ada(), 0);
    fg_outbox_free(outbox);
}

/* Puts and sends Ada while somebody reads, so that the log cannot be emptied, and dies. */
static void send_and_die(bool more)
{
    fg_outbox *outbox = box_open();
    put_ada(outbox, 60000);
    send_oldest(outbox, ADA);
    if (more) {
        put_bob(outbox, 3000);
    }
    _exit(0);
}

static void what_a_crash_left_goes_at_the_next_start(void **state)
{
    (void)state;
    for (int more = 0; more < 2; more++) {
        int status;
        sqlite3 *reader = NULL;
        fg_outbox_free(box_open());
        assert_int_equal(sqlite3_open(box_path, &reader), SQLITE_OK);
        sqlite3_db_config(reader, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        assert_int_equal(
            sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM event", NULL, NULL, NULL), SQLITE_OK);
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
            send_and_die(more == 1);
        }
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_int_equal(status, 0);
        assert_int_equal(sqlite3_close(reader), SQLITE_OK);
        /* Else this shows nothing. */
        assert_true(find_ada() >= 3);
        fg_outbox *outbox = box_open();
        assert_int_equal(find_ada(), 0);
        if (more == 1) {
            send_oldest(outbox, "Bob");
        }
        fg_outbox_free(outbox);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_BOX(what_was_sent_is_nowhere),
        WITH_BOX(nor_is_it_where_another_was_set_aside),
        WITH_BOX(nor_where_the_last_that_waited_is_set_aside),
        WITH_BOX(what_was_dropped_is_nowhere_though_others_wait),
        WITH_BOX(of_a_backlog_nothing_is_left_once_it_is_sent),
        WITH_BOX(what_a_crash_left_goes_at_the_next_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
