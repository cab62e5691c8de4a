/* The daemon's memory with 640x480 frames: below 100 MB, and the same after 10,000 frames. */
#include "door.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define MAX_PEAK  (100 * 1024L) /* KiB */
#define MAX_DRIFT 2048L

static fg_door door;

static int open_door(void **state)
{
    (void)state;
    fg_door_open(&door, NULL);
    return 0;
}

/* A coarse scale makes minutes of what would be half an hour. */
static int open_coarse_door(void **state)
{
    (void)state;
    fg_door_open(&door, "[vision]\nmin_face = 160\n");
    return 0;
}

static int close_door(void **state)
{
    (void)state;
    fg_door_close(&door);
    return 0;
}

static void the_peak_is_below_100_mb(void **state)
{
    (void)state;
    char *images = fg_door_images("door");
    const char *options[] = {"--source", images, "--loop", "--verbose", NULL};
    fg_door_run(&door, "peak", options);
    fg_door_expect(&door, "DEBUG recognition", 300);
    long peak = fg_process_memory(door.daemon.pid, "VmHWM");
    print_message("VmHWM after 300 faces in 640x480 frames: %ld kB\n", peak);
    assert_in_range(peak, 1, MAX_PEAK);
    fg_process_signal(&door.daemon, SIGTERM);
    assert_in_range(fg_process_wait(&door.daemon, FG_TESTING_PATIENCE), 0, 1);
    free(images);
}

static long memory_at_frame(long number)
{
    fg_door_expect_frame(&door, number);
    return fg_process_memory(door.daemon.pid, "VmRSS");
}

static void ten_thousand_frames_cost_no_more_than_one_thousand(void **state)
{
    (void)state;
    /* Somebody who comes and goes among walls: the whole picture is searched several times a
     * second, which is reported with the frame's number. */
    char *images = fg_door_images("quiet");
    const char *options[] = {"--source", images, "--loop", "--verbose", NULL};
    fg_door_run(&door, "long", options);
    long early = memory_at_frame(1000);
    long late = memory_at_frame(10000);
    print_message("VmRSS after 1,000 frames: %ld kB, after 10,000: %ld kB\n", early, late);
    assert_true(late - early < MAX_DRIFT);
    fg_process_signal(&door.daemon, SIGTERM);
    assert_in_range(fg_process_wait(&door.daemon, FG_TESTING_PATIENCE), 0, 1);
    free(images);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_peak_is_below_100_mb, open_door, close_door),
        cmocka_unit_test_setup_teardown(ten_thousand_frames_cost_no_more_than_one_thousand,
                                        open_coarse_door, close_door),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
