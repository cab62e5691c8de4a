/* What may happen to the outbox: no room, no rights, bytes that are not its own. */
#include "counter.h"
#include "sandbox.h"
#include "watchman.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define DELIVERY "send_interval = 0.3\ndrain_timeout = 0\n"

static void finish_delivered(fg_watchman *man)
{
    fg_watchman_deliver(man);
    fg_watchman_add_outbox(man);
    fg_watchman_close(man);
    fg_fault_expect_delivered(man->fault);
}

/* A run while the backend is away, after which some wait; the receiver is not started again. */
static void leave_waiting(fg_watchman *man, int observations)
{
    if (fg_process_runs(&man->door.receiver.process)) {
        fg_receiver_kill(&man->door.receiver);
    }
    fg_watchman_start(man, "door");
    fg_watchman_await(man, observations);
    int code = fg_watchman_stop(man);
    fg_fault_expect(man->fault, code == 1, "a run that leaves events behind ended with %d", code);
}

/* The outbox in a folder that is a file system of its own, so many KiB large. */
static char *small_folder(fg_watchman *man, int kib)
{
    char size[32];
    char *folder = fg_testing_path(man->door.folder, "small");
    char *outbox = fg_testing_path(folder, "outbox.db");
    snprintf(size, sizeof(size), "%dk", kib);
    assert_int_equal(mkdir(folder, 0700), 0);
    fg_sandbox_tmpfs(folder, size);
    fg_watchman_use_outbox(man, outbox);
    free(outbox);
    return folder;
}

/* How many the run reported as lost at its end. */
static int reported_lost(const fg_watchman *man)
{
    char *output = fg_process_output(&man->door.daemon);
    const char *end = strstr(output, "Stopped: ");
    const char *lost = end != NULL ? strstr(end, " dropped, ") : NULL;
    int count = lost != NULL ? atoi(lost + strlen(" dropped, ")) : -1;
    free(output);
    return count;
}

/* Takes all the room there is. */
static void take_all_room(const char *path)
{
    static const char block[4096];
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    setvbuf(file, NULL, _IONBF, 0);
    while (fwrite(block, 1, sizeof(block), file) == sizeof(block)) {
    }
    fclose(file);
}

/* A daemon that has filled its file system while the backend is away, and said so. */
static fg_watchman *open_filled(fg_fault *fault, char **ret_folder)
{
    fg_watchman *man = fg_watchman_open(fault, DELIVERY);
    *ret_folder = small_folder(man, 2560);
    fg_receiver_kill(&man->door.receiver);
    fg_watchman_start(man, "door");
    fg_door_expect(&man->door, "Event lost unless a later frame replaces it", 1);
    fg_fault_expect(fault, fg_door_count(&man->door, "no space left on its file system: ") > 0,
                    "the loss was reported without its reason");
    return man;
}

/* There is room again, whoever made it. */
static void end_filled(fg_watchman *man, char *folder)
{
    fg_door_expect(&man->door, "Auth data sent successfully", 5);
    fg_watchman_await(man, 2);
    fg_watchman_stop(man);
    fg_fault_note(man->fault, "%d more never committed, and said so", reported_lost(man));
    finish_delivered(man);
    free(folder);
}

static void disk_full(fg_fault *fault)
{
    char *folder = NULL;
    fg_watchman *man = open_filled(fault, &folder);
    char *other = fg_testing_path(folder, "other");
    take_all_room(other);
    fg_receiver_start(&man->door.receiver);
    /* Whether that can be written down depends on what room its log has; it is posted in any case,
     * and once. */
    fg_door_expect(&man->door, "Auth data sent successfully", 1);
    fg_fault_pause(fault, 2);
    unlink(other);
    free(other);
    end_filled(man, folder);
}

static void disk_stays_full(fg_fault *fault)
{
    char *folder = NULL;
    fg_watchman *man = open_filled(fault, &folder);
    fg_receiver_start(&man->door.receiver);
    end_filled(man, folder);
}

static void read_only(fg_fault *fault)
{
    fg_watchman *man = fg_watchman_open(fault, DELIVERY);
    char *folder = small_folder(man, 32768);
    leave_waiting(man, 5);
    fg_sandbox_read_only(folder, 1);
    fg_watchman_start(man, "door");
    int code = fg_watchman_end(man);
    fg_fault_expect(fault, code == 1, "in a read-only folder it ended with %d, not 1", code);
    fg_fault_expect(fault, fg_door_count(&man->door, "Read-only file system") == 1,
                    "it did not say that the file system is read-only");
    fg_sandbox_read_only(folder, 0);
    fg_receiver_start(&man->door.receiver);
    fg_fault_note(fault, "refused to start, and all was there when it could be written again");
    finish_delivered(man);
    free(folder);
}

/* Ways to spoil the file of an outbox. */
static void spoil(const char *path, int way)
{
    size_t size = 0;
    char *bytes = fg_testing_read(path, &size);
    assert_true(size > 64 << 10);
    if (way == 0) {
        memset(bytes, 0xA5, 200); /* its head */
    } else if (way == 1) {
        memset(bytes + 4096, 0x5A, 16384); /* the pages that lead to the events */
    } else {
        size /= 2; /* cut off */
    }
    fg_testing_write(path, bytes, size);
    free(bytes);
}

static bool is_same(const char *one, const char *other)
{
    size_t one_size = 0, other_size = 0;
    char *one_bytes = fg_testing_read(one, &one_size);
    char *other_bytes = fg_testing_read(other, &other_size);
    bool same = one_size == other_size && memcmp(one_bytes, other_bytes, one_size) == 0;
    free(one_bytes);
    free(other_bytes);
    return same;
}

/* One spoilt outbox: its figures count as they were before, and a new one follows it. */
static void go_on_after_damage(fg_watchman *man, int way)
{
    char path[512], copy[600], aside[600], said[1400];
    snprintf(path, sizeof(path), "%s/outbox-%d.db", man->door.folder, way);
    snprintf(copy, sizeof(copy), "%s.copy", path);
    snprintf(aside, sizeof(aside), "%s.corrupt-1", path);
    fg_watchman_use_outbox(man, path);
    leave_waiting(man, 4);
    fg_watchman_add_outbox(man);
    spoil(path, way);
    size_t size = 0;
    char *bytes = fg_testing_read(path, &size);
    fg_testing_write(copy, bytes, size);
    free(bytes);

    fg_receiver_start(&man->door.receiver);
    fg_watchman_start(man, "door");
    snprintf(said, sizeof(said),
             "it was set aside as %s with the events in it, and a new outbox was started", aside);
    fg_door_expect(&man->door, said, 1);
    fg_watchman_await(man, 3);
    fg_watchman_stop(man);
    fg_fault_expect(man->fault, access(aside, F_OK) == 0 && is_same(copy, aside),
                    "the damaged file is not what it was, under its other name");
    fg_watchman_deliver(man);
    fg_watchman_add_outbox(man);
}

static void corrupt(fg_fault *fault)
{
    fg_watchman *man = fg_watchman_open(fault, DELIVERY);
    int64_t old = 0;
    for (int way = fault->is_long ? 0 : 2; way < 3; way++) {
        int64_t before = fault->result->ledger.waiting;
        go_on_after_damage(man, way);
        old += fault->result->ledger.waiting - before;
    }
    fault->any_order = true;
    fg_watchman_close(man);
    fg_fault_expect(fault, old == fault->held.count && old > 0, "%d events are in the files",
                    fault->held.count);
    fg_fault_note(fault, "%s; what waits lies in the files set aside",
                  fault->is_long ? "head, tree, and cut off" : "cut off");
}

/* More than fits, while the backend is away: so many stay, and they are the newest. */
static void overflow(fg_fault *fault, int max_events, int64_t max_bytes, int put)
{
    post_office *office = fg_counter_open(fault);
    fg_outbox_options options = {
        .path = office->outbox_path, .max_events = max_events, .max_bytes = max_bytes, .own = true};
    office->outbox = fg_outbox_free(office->outbox);
    assert_int_equal(fg_outbox_open(&options, &office->outbox, NULL), 0);
    post_office_put(office, put);
    fg_ledger ledger = post_office_ledger(office);
    fg_fault_expect(fault, ledger.dropped > 0 && ledger.waiting <= max_events,
                    "%" PRId64 " dropped, %" PRId64 " wait", ledger.dropped, ledger.waiting);
    fg_fault_expect(fault, max_bytes < 1 << 20 || ledger.waiting == max_events,
                    "%" PRId64 " wait, not %d", ledger.waiting, max_events);
    fault->drops_oldest = true;
    post_office_send(office);
    post_office_expect_sent(office, (int)ledger.waiting);
    fg_fault_note(fault, "the %" PRId64 " newest of %d stayed", ledger.waiting, put);
    fg_counter_close(fault, office);
    fg_fault_expect_delivered(fault);
}

static void overflow_in_events(fg_fault *fault)
{
    overflow(fault, 50, 64 << 20, fault->is_long ? 1000 : 200);
}

static void overflow_in_bytes(fg_fault *fault)
{
    overflow(fault, 1000, 64 << 10, fault->is_long ? 1000 : 200);
}

static void overflow_of_the_daemon(fg_fault *fault)
{
    fg_watchman *man = fg_watchman_open(fault, DELIVERY "outbox_max_events = 5\n");
    fault->drops_oldest = true;
    fg_receiver_kill(&man->door.receiver);
    fg_watchman_start(man, "door");
    fg_door_expect(&man->door, "Outbox full: 1 of the oldest events dropped, 7 since the start", 1);
    fg_watchman_stop(man);
    fg_receiver_start(&man->door.receiver);
    fg_fault_note(fault, "each reported: \"Outbox full: 1 of the oldest events dropped\"");
    finish_delivered(man);
    fg_fault_expect(fault, fault->result->received == 5, "%d arrived, not 5",
                    (int)fault->result->received);
}

const fg_fault_row fg_fault_outbox_rows[] = {
    {.name = "outbox overflows in events",
     .part = "sender",
     .run = overflow_in_events,
     .seconds = 60},
    {.name = "outbox overflows in bytes",
     .part = "sender",
     .run = overflow_in_bytes,
     .seconds = 60},
    {.name = "outbox of the daemon overflows",
     .part = "daemon",
     .run = overflow_of_the_daemon,
     .only_long = true,
     .seconds = 120},
    {.name = "disk full to the last byte",
     .part = "daemon",
     .run = disk_full,
     .only_long = true,
     .seconds = 180},
    {.name = "disk full of events alone", .part = "daemon", .run = disk_stays_full, .seconds = 180},
    {.name = "outbox in a read-only folder", .part = "daemon", .run = read_only, .seconds = 120},
    {.name = "outbox file corrupt", .part = "daemon", .run = corrupt, .seconds = 180},
    {.name = NULL},
};
