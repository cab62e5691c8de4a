/*
 * The daemon without a camera, and with a libcamera that hangs or fails: what the log and systemd
 * are reported, and that it can be stopped. What only a camera that gives frames can do is in
 * tests/camera.
 */
#include "door.h"
#include "notify.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Seconds: what the driver and then the backend may take of a stop, and what the machine may. */
#define STOP_PATIENCE 5
#define DRAIN_TIMEOUT 1
#define MARGIN        20

static fg_door door;

/* Its libcamera fails like this from now on. */
static void set_fault(const char *fault)
{
    char *path = fg_testing_path(door.folder, "fault");
    fg_testing_write(path, fault, strlen(fault));
    setenv("FG_CAMERA_FAULT", path, 1);
    free(path);
}

static int open_door(void **state)
{
    (void)state;
    fg_door_open(&door, "drain_timeout = 1\nsend_interval = 0.1\n");
    fg_notify_open(door.folder);
    setenv("WATCHDOG_USEC", "30000000", 1);
    return 0;
}

static int close_door(void **state)
{
    (void)state;
    unsetenv("WATCHDOG_USEC");
    fg_notify_close();
    fg_door_close(&door);
    return 0;
}

/* `facegate run` with libcamera's faults preloaded. */
static void run(const char *name, const char *source)
{
    const char *options[] = {"--source", source, NULL};
    setenv("LD_PRELOAD", FG_CAMERA_FAULTS, 1);
    fg_door_run(&door, name, options);
    unsetenv("LD_PRELOAD");
}

static void no_camera_is_said_once_and_waited_for(void **state)
{
    (void)state;
    set_fault("gone");
    run("run", "auto");
    /* With READY already, or as soon as it is known. */
    assert_int_equal(
        fg_notify_expect("STATUS=No camera found; waiting for one; 0 frames", "READY=1\nSTATUS="),
        1);
    /* Longer than a frame may be old, and five attempts. */
    for (int i = 0; i < 17; i++) {
        fg_notify_expect("WATCHDOG=1", NULL);
    }
    assert_int_equal(fg_door_count(&door, "No camera found"), 1);
    assert_int_equal(fg_door_count(&door, "WARN  camera  No camera found; waiting for one\n"), 1);
    fg_process_signal(&door.daemon, SIGTERM);
    fg_notify_expect("STOPPING=1", NULL);
    assert_int_equal(fg_process_wait(&door.daemon, FG_TESTING_PATIENCE), 0);
}

static void a_camera_by_name_is_waited_for_too(void **state)
{
    (void)state;
    set_fault("gone");
    run("run", "libcamera:front");
    fg_notify_expect("STATUS=No camera found; waiting for one", NULL);
    fg_process_signal(&door.daemon, SIGINT);
    assert_int_equal(fg_process_wait(&door.daemon, FG_TESTING_PATIENCE), 0);
}

static void a_libcamera_that_does_not_start_is_tried_again(void **state)
{
    (void)state;
    set_fault("manager-fails");
    run("run", "auto");
    fg_notify_expect("STATUS=Camera not usable: libcamera does not start: Cannot allocate memory; "
                     "trying again; 0 frames",
                     NULL);
    set_fault("gone");
    fg_notify_expect("STATUS=No camera found; waiting for one", NULL);
    fg_process_signal(&door.daemon, SIGTERM);
    assert_int_equal(fg_process_wait(&door.daemon, FG_TESTING_PATIENCE), 0);
}

static bool has_ledger(const char *ledger)
{
    char *output = NULL;
    const char *words[] = {"outbox", "--outbox", door.outbox, NULL};
    assert_int_equal(fg_door_command(&door, &output, words), 0);
    bool found = strstr(output, ledger) != NULL;
    if (!found) {
        print_message("%s", output);
    }
    free(output);
    return found;
}

/* Events of a run that nobody took. How many. */
static int leave_events(void)
{
    char *images = fg_door_images("door");
    const char *options[] = {"--source", images, NULL};
    fg_notify_close();
    fg_receiver_control(&door.receiver, "{\"mode\": \"status\", \"code\": 503}");
    fg_door_run(&door, "before", options);
    assert_int_equal(fg_process_wait(&door.daemon, 300), 1);
    fg_notify_open(door.folder);
    free(images);
    return fg_door_count(&door, "Face detected: ");
}

/* Stops it, and sees that the driver costs no more than its time. */
static void stop_in_time(int number)
{
    double reported = fg_testing_now();
    fg_process_signal(&door.daemon, number);
    fg_notify_expect("STATUS=Camera hangs: its driver did not release it within 5 s. ", NULL);
    assert_int_equal(fg_process_wait(&door.daemon, FG_TESTING_PATIENCE), 1);
    assert_true(fg_testing_now() - reported < STOP_PATIENCE + DRAIN_TIMEOUT + MARGIN);
    assert_int_equal(
        fg_door_count(&door, "ERROR main    Camera hangs: its driver did not release it within 5 "
                             "s. If it stays like this, unplug the camera or run \"sudo reboot\""),
        1);
    assert_int_equal(fg_door_count(&door, "Stopped: 0 frames (0 skipped), 0 damaged, "), 1);
}

/* The one test that waits for the limit of a call to pass: 20 s. */
static void a_driver_that_hangs_is_reported_and_no_longer_guarded_and_the_outbox_is_in_order(
    void **state)
{
    (void)state;
    char ledger[128];
    int events = leave_events();
    assert_true(events > 1);
    set_fault("manager-hangs");
    run("run", "auto");
    int fed = fg_notify_expect("STATUS=Camera hangs: its driver has not come back from opening it "
                               "for 2",
                               "WATCHDOG=1");
    assert_in_range(fed, 10, 25);
    fg_notify_expect_none("WATCHDOG=1", 3);
    assert_int_equal(fg_door_count(&door, "Camera hangs: its driver has not come back from"), 1);
    assert_int_equal(
        fg_door_count(&door, "; the watchdog is no longer fed, so systemd will restart facegate\n"),
        1);
    stop_in_time(SIGTERM);
    snprintf(ledger, sizeof(ledger), "made %d = sent 0 + set aside 0 + dropped 0 + waiting %d",
             events, events);
    assert_true(has_ledger(ledger));

    /* The next one sends them, whatever its camera does. */
    fg_receiver_control(&door.receiver, "{\"mode\": \"ok\"}");
    run("after", "auto");
    fg_door_expect(&door, "Auth data sent successfully", events);
    stop_in_time(SIGINT);
    snprintf(ledger, sizeof(ledger), "made %d = sent %d + set aside 0 + dropped 0 + waiting 0",
             events, events);
    assert_true(has_ledger(ledger));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_door, close_door)
    const struct CMUnitTest tests[] = {
        TEST(no_camera_is_said_once_and_waited_for),
        TEST(a_camera_by_name_is_waited_for_too),
        TEST(a_libcamera_that_does_not_start_is_tried_again),
        TEST(a_driver_that_hangs_is_reported_and_no_longer_guarded_and_the_outbox_is_in_order),
    };
    return cmocka_run_group_tests_name("camera_faults", tests, NULL, NULL);
}
