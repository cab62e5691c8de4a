/*
 * A camera of libcamera's that is busy, refuses, is unplugged, falls silent, gives damaged frames
 * or hangs, while the whole daemon runs at it: what the log and systemd are reported, and that it
 * goes on. Its libcamera fails on demand, see camera_faults.cpp.
 */
#include "door.h"
#include "notify.h"
#include "virtual_camera.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

/* Seconds a stop may take of a driver that hangs, and the machine beyond that and the drain. */
#define STOP_PATIENCE 5
#define DRAIN_TIMEOUT 1
#define MARGIN        20

#define PICTURES      8

static fg_door door;
static char *show;
static char *fault_path;

/* A few pictures of the door, since libcamera reads all of them at each opening. */
static void make_show(void)
{
    show = fg_testing_path(door.folder, "show");
    assert_int_equal(mkdir(show, 0700), 0);
    for (int i = 0; i < PICTURES; i++) {
        char name[32];
        size_t size = 0;
        snprintf(name, sizeof(name), "door/frame-%04d.jpg", i);
        char *from = fg_door_scene(name);
        snprintf(name, sizeof(name), "%d.jpg", i);
        char *to = fg_testing_path(show, name);
        char *data = fg_testing_read(from, &size);
        fg_testing_write(to, data, size);
        free(data);
        free(to);
        free(from);
    }
}

static void plug(int width, int height)
{
    const fg_virtual_camera camera = {"Front", "A camera at a door", show, width, height};
    fg_virtual_camera_plug(door.folder, &camera, 1);
}

/* The daemon's libcamera fails like this from now on, "" for not at all. */
static void set_fault(const char *fault)
{
    fg_testing_write(fault_path, fault, strlen(fault));
}

static int open_door(void **state)
{
    (void)state;
    fg_door_open(&door, "send_interval = 0.2\ndrain_timeout = 1\n[camera]\nstall_timeout = 2\n");
    fault_path = fg_testing_path(door.folder, "fault");
    setenv("FG_CAMERA_FAULT", fault_path, 1);
    set_fault("");
    make_show();
    plug(640, 480);
    fg_notify_open(door.folder);
    return 0;
}

static int close_door(void **state)
{
    (void)state;
    fg_notify_close();
    free(show);
    free(fault_path);
    fg_door_close(&door);
    return 0;
}

static void run(const char *name)
{
    const char *options[] = {"--source", "auto", NULL};
    fg_door_run(&door, name, options);
}

static void expect_status(const char *camera)
{
    char text[256];
    snprintf(text, sizeof(text), "STATUS=%s; ", camera);
    fg_notify_expect(text, NULL);
}

static void stop(void)
{
    fg_process_signal(&door.daemon, SIGTERM);
    fg_notify_expect("STOPPING=1", NULL);
    assert_int_equal(fg_process_wait(&door.daemon, FG_TESTING_PATIENCE), 0);
}

/* Asserts that these lines, and no other, came from the camera's thread, in this order. */
static void expect_lines(const char *const lines[], size_t count)
{
    static const char mark[] = " camera  ";
    char *output = fg_process_output(&door.daemon);
    const char *at = output;
    for (size_t i = 0; i < count; i++) {
        at = strstr(at, mark);
        if (at == NULL || strncmp(at + strlen(mark), lines[i], strlen(lines[i])) != 0) {
            fail_msg("line %zu is not \"%s\" in:\n%s", i + 1, lines[i], output);
            return;
        }
        at += strlen(mark);
    }
    assert_null(strstr(at, mark));
    free(output);
}
#define EXPECT_LINES(...)                                                                          \
    expect_lines((const char *const[]){__VA_ARGS__},                                               \
                 sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void a_camera_that_is_busy_or_refuses_is_tried_again(void **state)
{
    (void)state;
    set_fault("acquire-busy");
    run("run");
    expect_status("Camera not usable: Front: Device or resource busy, another program has it; "
                  "trying again");
    set_fault("start-fails");
    expect_status("Camera not usable: Front does not start: Input/output error; trying again");
    set_fault("");
    expect_status("Camera streaming");
    stop();
    EXPECT_LINES("Camera not usable: Front: Device or resource busy",
                 "Camera not usable: Front does not start", "Camera ready: Front 640x480 NV12");
}

static void an_unplugged_camera_may_come_back_with_another_size(void **state)
{
    (void)state;
    run("run");
    expect_status("Camera streaming");
    fg_door_expect(&door, "Face detected: Ada", 1);
    set_fault("gone");
    expect_status("Camera lost: it was unplugged; trying again");
    expect_status("No camera found; waiting for one");
    plug(800, 600);
    /* It is waited for with the watchdog fed. */
    fg_notify_expect("WATCHDOG=1", NULL);
    fg_notify_expect("WATCHDOG=1", NULL);
    int seen = fg_door_count(&door, "Face detected: Ada");
    set_fault("");
    expect_status("Camera streaming");
    fg_door_expect(&door, "Face detected: Ada", seen + 1);
    stop();
    EXPECT_LINES("Camera ready: Front 640x480 NV12", "Camera lost: it was unplugged; trying again",
                 "No camera found; waiting for one", "Camera ready: Front 800x600 NV12");
    assert_int_equal(fg_door_count(&door, "ERROR"), 0);
}

static void a_camera_that_falls_silent_is_opened_again_and_each_silence_reported_once(void **state)
{
    (void)state;
    run("run");
    for (int i = 0; i < 2; i++) {
        expect_status("Camera streaming");
        set_fault("stalled");
        expect_status("Camera lost: no frame for 2 s; trying again");
        /* It opens, and stays silent: nothing new. */
        for (int beat = 0; beat < 4; beat++) {
            fg_notify_expect("WATCHDOG=1", NULL);
        }
        set_fault("");
    }
    expect_status("Camera streaming");
    stop();
    EXPECT_LINES("Camera ready: ", "Camera lost: no frame for 2 s; trying again",
                 "Camera ready: ", "Camera lost: no frame for 2 s; trying again", "Camera ready: ");
}

static void damaged_frames_are_skipped_and_counted_and_alone_they_are_a_loss(void **state)
{
    (void)state;
    set_fault("some-damaged");
    run("run");
    expect_status("Camera streaming");
    fg_door_expect(&door, "Face detected: Ada", 1);
    set_fault("damaged");
    expect_status("Camera lost: only damaged frames for 2 s (the driver reports an error); trying "
                  "again");
    set_fault("some-damaged");
    expect_status("Camera streaming");
    stop();
    EXPECT_LINES("Camera ready: ", "Camera lost: only damaged frames for 2 s", "Camera ready: ");
    assert_int_equal(fg_door_count(&door, "(0 skipped), 0 damaged, "), 0);
    assert_int_equal(fg_door_count(&door, " damaged, "), 1);
}

/* The first are left out; then it is used as it is. */
static void a_camera_that_never_settles_is_used_all_the_same(void **state)
{
    (void)state;
    set_fault("settling");
    run("run");
    expect_status("Camera streaming");
    stop();
    EXPECT_LINES("Camera ready: Front 640x480 NV12");
}

static void an_unknown_name_ends_the_run_with_those_there_are(void **state)
{
    (void)state;
    const char *options[] = {"--source", "libcamera:Back", NULL};
    fg_door_run(&door, "run", options);
    assert_int_equal(fg_process_wait(&door.daemon, FG_TESTING_PATIENCE), 1);
    assert_int_equal(fg_door_count(&door, "ERROR main    No camera \"Back\" among the cameras "
                                          "found (Front): name one of these, or use auto\n"),
                     1);
}

static void a_stop_does_not_wait_for_a_driver_that_hangs(void **state)
{
    (void)state;
    static const char *const hangs[] = {"start-hangs", "stop-hangs"};
    for (size_t i = 0; i < sizeof(hangs) / sizeof(hangs[0]); i++) {
        bool at_start = i == 0;
        set_fault(at_start ? hangs[i] : "");
        run(hangs[i]);
        if (at_start) {
            fg_notify_expect("WATCHDOG=1", NULL);
        } else {
            fg_door_expect(&door, "Auth data sent successfully", 1);
            set_fault(hangs[i]);
        }
        double reported = fg_testing_now();
        fg_process_signal(&door.daemon, SIGTERM);
        fg_notify_expect("STATUS=Camera hangs: its driver did not release it within 5 s. ", NULL);
        assert_int_equal(fg_process_wait(&door.daemon, FG_TESTING_PATIENCE), 1);
        double took = fg_testing_now() - reported;
        assert_true(took >= STOP_PATIENCE && took < STOP_PATIENCE + DRAIN_TIMEOUT + MARGIN);
        assert_int_equal(fg_door_count(&door, "ERROR main    Camera hangs: its driver did not "
                                              "release it within 5 s. "),
                         1);
        assert_int_equal(fg_door_count(&door, "INFO  main    Stopped: "), 1);
    }
}

/* The list's first line, and the one on its frame rates. */
static void expect_listed(const char *first, const char *rates)
{
    char *output = NULL;
    const char *words[] = {"cameras", NULL};
    assert_int_equal(fg_door_command(&door, &output, words), 0);
    if (strncmp(output, first, strlen(first)) != 0 || strstr(output, rates) == NULL) {
        fail_msg("not \"%s\" with \"%s\":\n%s", first, rates, output);
    }
    free(output);
}

static void the_list_tells_what_a_camera_can_once_it_is_configured(void **state)
{
    (void)state;
    static const char rates[] = "    fps, min_fps   1 to 120; requested: 15 to 30\n";
    set_fault("late-rates");
    expect_listed("Front\n", rates);
    set_fault("acquire-busy");
    expect_listed("Front (as at rest; another program has it)\n    model ", rates);
    set_fault("configure-refused");
    expect_listed("Front\n",
                  "    as at rest: Front refuses 640x480-NV12"); /* and its colours, since 0.7 */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_door, close_door)
    const struct CMUnitTest tests[] = {
        TEST(a_camera_that_is_busy_or_refuses_is_tried_again),
        TEST(the_list_tells_what_a_camera_can_once_it_is_configured),
        TEST(an_unplugged_camera_may_come_back_with_another_size),
        TEST(a_camera_that_falls_silent_is_opened_again_and_each_silence_reported_once),
        TEST(damaged_frames_are_skipped_and_counted_and_alone_they_are_a_loss),
        TEST(a_camera_that_never_settles_is_used_all_the_same),
        TEST(an_unknown_name_ends_the_run_with_those_there_are),
        TEST(a_stop_does_not_wait_for_a_driver_that_hangs),
    };
    return cmocka_run_group_tests_name("camera.faults", tests, NULL, NULL);
}
