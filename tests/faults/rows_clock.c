/* A wall clock that jumps under the daemon. */
#include "watchman.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define DELIVERY "send_interval = 0.3\nimage = face\ndrain_timeout = 30\n"
#define YEAR     (365 * 86400L)
#define NEAR     600 /* seconds; no row takes that long */

static char *file;

/* The daemon's wall clock is so many seconds off ours. */
static void set_clock(long seconds)
{
    int64_t offset = seconds * INT64_C(1000000000);
    FILE *clock = fopen(file, "r+e");
    assert_non_null(clock);
    assert_int_equal(fwrite(&offset, sizeof(offset), 1, clock), 1);
    fclose(clock);
}

/* The door, and a daemon to come whose clock is off by so much. */
static fg_watchman *open_with_clock(fg_fault *fault, long seconds)
{
    static const int64_t none;
    fg_watchman *man = fg_watchman_open(fault, DELIVERY);
    file = fg_testing_path(man->door.folder, "clock");
    fg_testing_write(file, &none, sizeof(none));
    set_clock(seconds);
    return man;
}

/* The daemon alone gets the clock, not the receiver. */
static void start_with_clock(fg_watchman *man)
{
    setenv("LD_PRELOAD", FG_WALL_CLOCK, 1);
    setenv("FG_WALL_CLOCK_FILE", file, 1);
    fg_watchman_start(man, "door");
    unsetenv("LD_PRELOAD");
    unsetenv("FG_WALL_CLOCK_FILE");
}

/* How many entries are dated about so many seconds off now. */
static int count_dated(const fg_watchman *man, long seconds)
{
    int count = 0;
    const cJSON *entry;
    cJSON *stored = fg_receiver_stored(&man->door.receiver);
    cJSON_ArrayForEach(entry, stored)
    {
        struct tm when = {.tm_isdst = -1};
        const char *text = cJSON_GetObjectItemCaseSensitive(entry, "timestamp")->valuestring;
        assert_non_null(strptime(text, "%Y-%m-%dT%H:%M:%S", &when));
        long off = (long)(mktime(&when) - time(NULL)) - seconds;
        count += off >= -NEAR && off <= NEAR ? 1 : 0;
    }
    cJSON_Delete(stored);
    return count;
}

/* Stops the run, which sends what still waits. */
static void stop_run(fg_watchman *man)
{
    int code = fg_watchman_stop(man);
    fg_fault_expect(man->fault, code == 0, "the run ended with %d", code);
}

static void finish_delivered(fg_watchman *man)
{
    fg_watchman_add_outbox(man);
    fg_watchman_close(man);
    fg_fault_expect_delivered(man->fault);
    free(file);
}

/* Some are made while the backend is away, and the clock jumps before they go out. */
static void jump(fg_watchman *man, long seconds)
{
    fg_receiver_kill(&man->door.receiver);
    fg_watchman_await(man, 2);
    set_clock(seconds);
    fg_receiver_start(&man->door.receiver);
    cJSON *stored = fg_receiver_stored(&man->door.receiver);
    int before = cJSON_GetArraySize(stored);
    cJSON_Delete(stored);
    fg_receiver_expect_stored(&man->door.receiver, before + 3);
}

static void clock_steps(fg_fault *fault)
{
    static const long steps[] = {0, YEAR, -YEAR, 0};
    int dated[3] = {0}, all = 0;
    fg_watchman *man = open_with_clock(fault, 0);
    start_with_clock(man);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        jump(man, steps[i]);
    }
    stop_run(man);
    for (size_t i = 0; i < 3; i++) {
        dated[i] = count_dated(man, steps[i]);
        all += dated[i];
        fg_fault_expect(fault, dated[i] >= 3, "%d events are dated %+ld days off", dated[i],
                        steps[i] / 86400);
    }
    fg_fault_note(fault, "%d dated now, %d a year ahead, %d a year back", dated[0], dated[1],
                  dated[2]);
    finish_delivered(man);
    fg_fault_expect(fault, all == fault->result->received, "%d of %d events are dated right", all,
                    (int)fault->result->received);
}

static void no_clock(fg_fault *fault)
{
    /* A board without a battery starts a minute after the epoch. */
    fg_watchman *man = open_with_clock(fault, 60 - (long)time(NULL));
    fg_receiver_kill(&man->door.receiver);
    start_with_clock(man);
    fg_watchman_await(man, 5);
    set_clock(0);
    fg_receiver_start(&man->door.receiver);
    stop_run(man);
    int right = count_dated(man, 0);
    fg_fault_note(fault, "made in 1970, %d dated as if the clock had been right", right);
    finish_delivered(man);
    fg_fault_expect(fault, right == fault->result->received, "%d of %d events are dated right",
                    right, (int)fault->result->received);
}

const fg_fault_row fg_fault_clock_rows[] = {
    {.name = "clock steps a year on and back",
     .part = "daemon",
     .run = clock_steps,
     .seconds = 180},
    {.name = "no clock until NTP", .part = "daemon", .run = no_clock, .seconds = 120},
    {.name = NULL},
};
