/* Events that cannot be committed: reported, counted, and made up for where a later frame can. */
#include "door.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <turbojpeg.h>
#include <unistd.h>

#include <cmocka.h>

#define SCENE_WIDTH  640
#define SCENE_HEIGHT 480
#define WIDTH        1280
#define HEIGHT       1024

static fg_door door;

static int open_door(void **state)
{
    (void)state;
    /* Sample 3 as a whole makes a larger picture than this outbox may hold, a scene of it does not.
     */
    fg_door_open(&door, "send_interval = 0.3\njpeg_quality = 100\noutbox_max_bytes = 1M\n"
                        "drain_timeout = 60\ntimeout = 300\n[access]\nrefuse_after = 2\n");
    return 0;
}

static int close_door(void **state)
{
    (void)state;
    fg_door_close(&door);
    return 0;
}

/* The scene amid grey, or amid so much noise that no outbox of 1 MiB can hold its picture. */
static void write_picture(const char *scene, const char *path, bool is_large)
{
    size_t size = 0;
    unsigned char *jpeg = (unsigned char *)fg_testing_read(scene, &size);
    unsigned char *canvas = malloc((size_t)WIDTH * HEIGHT * 3);
    unsigned char *large = NULL;
    unsigned long large_size = 0;
    uint32_t noise = 1;
    tjhandle decoder = tjInitDecompress();
    tjhandle encoder = tjInitCompress();
    assert_non_null(canvas);
    for (size_t i = 0; i < (size_t)WIDTH * HEIGHT * 3; i++) {
        noise = noise * 1664525 + 1013904223;
        canvas[i] = is_large ? (unsigned char)(noise >> 24) : 128;
    }
    assert_int_equal(tjDecompress2(decoder, jpeg, size, canvas, SCENE_WIDTH, WIDTH * 3,
                                   SCENE_HEIGHT, TJPF_RGB, 0),
                     0);
    assert_int_equal(tjCompress2(encoder, canvas, WIDTH, WIDTH * 3, HEIGHT, TJPF_RGB, &large,
                                 &large_size, TJSAMP_420, 100, 0),
                     0);
    fg_testing_write(path, large, large_size);
    tjFree(large);
    tjDestroy(encoder);
    tjDestroy(decoder);
    free(canvas);
    free(jpeg);
}

/* A run over so many large pictures of a scene, 30 a second by their own time, and so many small
 * ones after them; its exit code. */
static int run_over(int large, int small)
{
    char *scene = fg_door_scene("door/frame-0000.jpg");
    char *folder = fg_testing_path(door.folder, "pictures");
    char *source = malloc(strlen(folder) + sizeof("images:"));
    assert_non_null(source);
    sprintf(source, "images:%s", folder);
    assert_int_equal(mkdir(folder, 0700), 0);
    for (int i = 0; i < large; i++) {
        char name[32];
        snprintf(name, sizeof(name), "large-%d.jpg", i);
        char *path = fg_testing_path(folder, name);
        write_picture(scene, path, true);
        free(path);
    }
    for (int i = 0; i < small; i++) {
        char name[32];
        snprintf(name, sizeof(name), "small-%d.jpg", i);
        char *path = fg_testing_path(folder, name);
        write_picture(scene, path, false);
        free(path);
    }
    const char *options[] = {"--source", source, NULL};
    fg_door_run(&door, "run", options);
    int code = fg_process_wait(&door.daemon, FG_TESTING_PATIENCE);
    free(source);
    free(folder);
    free(scene);
    return code;
}

static void a_picture_too_large_for_the_outbox_is_made_up_for_by_the_next_frame(void **state)
{
    (void)state;
    /* By the ninth a stranger is refused and Ada accepted: there is a view of each in 0.1 s. */
    assert_int_equal(run_over(9, 4), 0);
    assert_int_equal(fg_door_count(&door, "Event lost unless a later frame replaces it, "), 1);
    assert_int_equal(
        fg_door_count(&door, "bytes is larger than the whole outbox may be: raise outbox_max_bytes "
                             "(1048576), or lower jpeg_quality or the camera's width and height"),
        1);
    assert_int_equal(fg_door_count(&door, "Event of Ada made from a later frame, "), 1);
    assert_int_equal(fg_door_count(&door, "Event of Inconnu made from a later frame, "), 1);
    assert_int_equal(fg_door_count(&door, "Face detected: "), 2);
    assert_int_equal(fg_door_count(&door, " 2 sent, 0 waiting, 0 set aside, 0 dropped, 0 lost"), 1);
    fg_receiver_expect_stored(&door.receiver, 2);
}

static void what_nothing_makes_up_for_is_counted_once_an_interval_and_reported_once(void **state)
{
    (void)state;
    assert_int_equal(run_over(20, 0), 1);
    assert_int_equal(fg_door_count(&door, "Event lost"), 1);
    assert_int_equal(fg_door_count(&door, "from a later frame"), 0);
    /* Ada and a stranger, at once and when the interval was over. */
    assert_int_equal(fg_door_count(&door, "Face detected: "), 4);
    assert_int_equal(fg_door_count(&door, " 0 sent, 0 waiting, 0 set aside, 0 dropped, 4 lost"), 1);
    assert_int_equal(fg_door_count(&door, "Not every event was delivered."), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_picture_too_large_for_the_outbox_is_made_up_for_by_the_next_frame, open_door,
            close_door),
        cmocka_unit_test_setup_teardown(
            what_nothing_makes_up_for_is_counted_once_an_interval_and_reported_once, open_door,
            close_door),
    };
    return cmocka_run_group_tests_name("lost", tests, NULL, NULL);
}
