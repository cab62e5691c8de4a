/* What systemd hears: READY, WATCHDOG, STATUS and STOPPING over a real notification socket. */
#include "door.h"
#include "notify.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static fg_door door;

static int open_door(void **state)
{
    (void)state;
    fg_door_open(&door, "drain_timeout = 1\n");
    fg_notify_open(door.folder);
    return 0;
}

static int close_door(void **state)
{
    (void)state;
    fg_notify_close();
    fg_door_close(&door);
    return 0;
}

static void systemd_hears_ready_watchdog_and_stopping(void **state)
{
    (void)state;
    char *images = fg_door_images("door");
    const char *options[] = {"--source", images, "--loop", "--fps", "10", NULL};
    fg_door_run(&door, "run", options);
    /* With READY already, or as soon as it is so. */
    assert_int_equal(fg_notify_expect("STATUS=Reading images; ", "READY=1\nSTATUS="), 1);
    fg_notify_expect("WATCHDOG=1", NULL);
    fg_process_signal(&door.daemon, SIGTERM);
    fg_notify_expect("STOPPING=1", NULL);
    assert_in_range(fg_process_wait(&door.daemon, FG_TESTING_PATIENCE), 0, 1);
    free(images);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(systemd_hears_ready_watchdog_and_stopping, open_door,
                                        close_door),
    };
    return cmocka_run_group_tests_name("service", tests, NULL, NULL);
}
