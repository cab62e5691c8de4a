/*
 * A camera whose sensor has modes, as a Raspberry Pi's: which one the daemon has it take, what the
 * list and doctor say of it, and what becomes of one that refuses. Its libcamera has the modes from
 * camera_modes.cpp.
 */
#include "door.h"
#include "virtual_camera.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define PICTURES 8

static fg_door door;

static void make_show(const char *show)
{
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

/* With these keys in [camera], at a camera that does this with modes. */
static void open_door(const char *keys, const char *modes)
{
    char more[256];
    snprintf(more, sizeof(more), "drain_timeout = 1\n[camera]\n%s", keys);
    fg_door_open(&door, more);
    char *show = fg_testing_path(door.folder, "show");
    make_show(show);
    const fg_virtual_camera camera = {"Front", "A camera at a door", show, 640, 480};
    fg_virtual_camera_plug(door.folder, &camera, 1);
    setenv("FG_CAMERA_MODES", modes, 1);
    free(show);
}

static void close_door(void)
{
    unsetenv("FG_CAMERA_MODES");
    fg_door_close(&door);
}

static void expect_ready(const char *expected)
{
    const char *options[] = {"--source", "auto", NULL};
    fg_door_run(&door, "run", options);
    fg_door_expect(&door, expected, 1);
    fg_process_signal(&door.daemon, SIGTERM);
    assert_int_equal(fg_process_wait(&door.daemon, FG_TESTING_PATIENCE), 0);
}

static void expect_in(const char *const words[], const char *expected)
{
    char *output = NULL;
    fg_door_command(&door, &output, words);
    if (strstr(output, expected) == NULL) {
        fail_msg("no \"%s\" in:\n%s", expected, output);
    }
    free(output);
}

static void expect_listed(const char *expected)
{
    expect_in((const char *const[]){"cameras", NULL}, expected);
}

/* In its JSON, which breaks no lines. */
static void expect_doctor(const char *expected)
{
    expect_in((const char *const[]){"doctor", "--json", NULL}, expected);
}

static void the_mode_that_sees_all_is_taken_and_listed(void **state)
{
    (void)state;
    open_door("", "takes");
    expect_listed("    sensor modes   640x480   10 bits, up to 103 fps, shows 39 %\n"
                  "                   1640x1232 10 bits, up to 41.9 fps, shows 100 %; used\n"
                  "                   1920x1080 10 bits, up to 47.6 fps, shows 59 % of the width, "
                  "44 % of the height\n"
                  "                   3280x2464 10 bits, up to 21.2 fps, shows 100 %\n"
                  "    face distance  unknown, since libcamera does not tell the angle of the "
                  "lens\n"
                  "    fps, min_fps   up to 41.9; requested: 15 to 30\n");
    expect_doctor("the picture shows all that the camera can see (sensor mode 1640x1232)");
    expect_ready("Camera ready: Front 640x480 NV12 at 30 fps, view 100 %");
    close_door();
}

static void a_person_may_prefer_a_fast_mode_and_is_warned(void **state)
{
    (void)state;
    open_door("view = fast\n", "takes");
    expect_doctor("the picture shows 39 % of what the camera can see "
                  "(sensor mode 640x480)");
    expect_doctor("remove [camera] view, or set it to full");
    expect_ready("Camera ready: Front 640x480 NV12 at 30 fps, view 39 %");
    close_door();
}

static void a_mode_that_is_not_there_is_named_and_the_camera_used_all_the_same(void **state)
{
    (void)state;
    open_door("view = 1280x720\n", "takes");
    expect_listed("    [camera] view = 1280x720 is ignored: the camera has no such "
                  "sensor mode\n");
    expect_ready("Camera Front: [camera] view = 1280x720 is ignored: the camera has no such "
                 "sensor mode");
    close_door();
}

static void a_camera_that_refuses_is_used_as_it_is_with_one_line(void **state)
{
    (void)state;
    open_door("", "refuses");
    expect_listed("    no sensor mode was accepted (Front refuses 640x480-NV12");
    expect_doctor("the picture shows 39 % of what the camera can see\"");
    expect_ready("Camera ready: Front 640x480 NV12 at 30 fps, view 39 %");
    close_door();

    open_door("", "changes-its-mind");
    expect_ready("Camera Front: the sensor mode 1640x1232 was not accepted (Front refuses "
                 "640x480-NV12");
    close_door();
}

static void a_camera_without_modes_is_what_it_was(void **state)
{
    (void)state;
    open_door("", "");
    unsetenv("FG_CAMERA_MODES");
    expect_listed("    NV12           640x480\n    fps, min_fps   1 to 120; ");
    expect_doctor("the camera has no sensor modes to choose from");
    expect_ready("Camera ready: Front 640x480 NV12 at 30 fps\n");
    close_door();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_mode_that_sees_all_is_taken_and_listed),
        cmocka_unit_test(a_person_may_prefer_a_fast_mode_and_is_warned),
        cmocka_unit_test(a_mode_that_is_not_there_is_named_and_the_camera_used_all_the_same),
        cmocka_unit_test(a_camera_that_refuses_is_used_as_it_is_with_one_line),
        cmocka_unit_test(a_camera_without_modes_is_what_it_was),
    };
    return cmocka_run_group_tests_name("camera.view", tests, NULL, NULL);
}
