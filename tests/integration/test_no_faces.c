/*
 * Films without a face in them make no entry: cluttered rooms before which something moves, with
 * little and with much noise. A minute in all, or as many seconds as FG_NO_FACES has; `make
 * no-faces` has an hour.
 */
#include "door.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define FPS 10

/* Parts of the test pictures in which the detector finds no face where they are still. */
static const char *const rooms[] = {
    "sample1.jpg 0,800 640x480", "sample2.jpg 0,400 640x480",   "sample3.jpg 0,860 640x480",
    "sample4.jpg 0,700 900x675", "sample5.jpg 900,860 640x480", "sample6.jpg 1000,930 800x600",
};
#define ROOMS (sizeof(rooms) / sizeof(rooms[0]))

/* What moves: more such parts, across the picture and back. */
static const char *const movers[] = {
    "sample3.jpg 1300,900 300x400",
    "sample6.jpg 100,1000 300x400",
    "sample1.jpg 900,850 300x400",
    "sample2.jpg 200,900 300x400",
};
#define MOVERS (sizeof(movers) / sizeof(movers[0]))

static const double noises[] = {2.5, 9};
#define NOISES (sizeof(noises) / sizeof(noises[0]))

static fg_door door;

static int open_door(void **state)
{
    (void)state;
    char config[64];
    snprintf(config, sizeof(config), "[camera]\nfps = %d\n", FPS);
    fg_door_open(&door, config);
    return 0;
}

static int close_door(void **state)
{
    (void)state;
    fg_door_close(&door);
    return 0;
}

/* What moves changes every few seconds; each comes in from one side, stays, and leaves. */
static void write_script(char *script, size_t size, size_t film, int seconds)
{
    int used = snprintf(script, size, "film 640x480 %d frames %d fps\nnoise %g %g\nroom %s\n",
                        seconds * FPS, FPS, noises[film % NOISES], noises[film % NOISES] / 2,
                        rooms[film / NOISES]);
    for (int i = 0; i < 60 && 5 * i < seconds; i++) {
        const char *what = movers[(film + (size_t)i) % MOVERS];
        int y = 20 + 37 * i % 160;
        used += snprintf(script + used, size - (size_t)used,
                         "person %s soft 10\nat %d %d,%d %d\nat %d %d,%d %d\nsway %d 1.7\n", what,
                         5 * i, i % 2 == 0 ? -150 : 600, y, 150 + 13 * i % 90, 5 * i + 5,
                         i % 2 == 0 ? 600 : -150, y + 40, 150 + 13 * i % 90, 10 + i % 20);
    }
}

static void watch(size_t film, int seconds)
{
    static char script[16384];
    char name[32], source[600];
    snprintf(name, sizeof(name), "film-%zu", film);
    char *folder = fg_testing_path(door.folder, name);
    char *path = fg_testing_path(door.folder, "script");
    const char *make[] = {FG_FILM, path, FG_SOURCE_DIR "/tests/pictures", folder, NULL};
    write_script(script, sizeof(script), film, seconds);
    fg_testing_write(path, script, strlen(script));
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(fg_process_run(door.folder, make, NULL, 900, NULL), 0);
    snprintf(source, sizeof(source), "images:%s", folder);
    const char *options[] = {"--source", source, "--verbose", NULL};
    fg_door_run(&door, name, options);
    assert_int_equal(fg_process_wait(&door.daemon, 900), 0);
    assert_true(fg_door_count(&door, "searched everywhere, something moves") >= seconds);
    if (fg_door_count(&door, "Face detected: ") > 0) {
        fail_msg("in film %zu, of %s, a face was detected:\n%s", film, rooms[film / NOISES],
                 fg_process_output(&door.daemon));
    }
    fg_testing_remove(folder);
    free(path);
}

static void films_without_faces_make_no_entry(void **state)
{
    (void)state;
    const char *wanted = getenv("FG_NO_FACES");
    int seconds = (wanted != NULL ? atoi(wanted) : 60) / (int)(ROOMS * NOISES);
    assert_in_range(seconds, 5, 300);
    for (size_t film = 0; film < ROOMS * NOISES; film++) {
        watch(film, seconds);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(films_without_faces_make_no_entry, open_door, close_door),
    };
    return cmocka_run_group_tests_name("no_faces", tests, NULL, NULL);
}
