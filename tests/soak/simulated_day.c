#include "simulated_day.h"

#include "facegate/clock.h"

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define FILM_FRAMES 20  /* of each film below FG_FILMS */
#define STANDSTILL  300 /* seconds in which the clock must have come to where it is to go */

static const char *const visitors[] = {"ada", "stranger", "bob", "pair"};

/* The film that is shown in a part of the round: somebody at a random times of their share. */
static const char *film_of(int part, const int *visits, int count)
{
    for (int i = 0; i < count; i++) {
        if (visits[i] == part) {
            return visitors[i % (int)(sizeof(visitors) / sizeof(visitors[0]))];
        }
    }
    return "empty";
}

static char *make_round(const char *folder, double seconds, int visits)
{
    char film[512], picture[512];
    int parts = (int)lrint(seconds * FG_DAY_RATE / FILM_FRAMES);
    int *visited = calloc((size_t)visits, sizeof(*visited));
    char *pictures = fg_testing_path(folder, "pictures");
    fg_dice dice = {.state = 7};
    assert_non_null(visited);
    assert_int_equal(mkdir(pictures, 0700), 0);
    for (int i = 0; i < visits; i++) {
        visited[i] = i * parts / visits + fg_dice_roll(&dice, parts / visits);
    }
    for (int i = 0; i < parts * FILM_FRAMES; i++) {
        snprintf(film, sizeof(film), FG_FILMS "/%s/frame-%04d.jpg",
                 film_of(i / FILM_FRAMES, visited, visits), i % FILM_FRAMES);
        snprintf(picture, sizeof(picture), "%s/%06d.jpg", pictures, i);
        assert_int_equal(symlink(film, picture), 0);
    }
    free(visited);
    return pictures;
}

/* The page that is shared with the daemon. */
static fg_day *make_page(const char *path)
{
    static const fg_day none = {.held = -1};
    fg_testing_write(path, &none, sizeof(none));
    int fd = open(path, O_RDWR | O_CLOEXEC);
    void *page = mmap(NULL, sizeof(none), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    assert_true(page != MAP_FAILED);
    close(fd);
    return page;
}

/* The daemon alone gets the clock, not the receiver. */
static void start(fg_watchman *man, const char *page, const char *pictures)
{
    char source[512], fps[16];
    snprintf(source, sizeof(source), "images:%s", pictures);
    snprintf(fps, sizeof(fps), "%d", FG_DAY_RATE);
    setenv("LD_PRELOAD", FG_DAY_CLOCK, 1);
    setenv(FG_DAY_FILE, page, 1);
    setenv(FG_DAY_PICTURES, pictures, 1);
    setenv(FG_DAY_GALLERY, man->door.encodings, 1);
    setenv(FG_DAY_FPS, fps, 1);
    fg_watchman_play(man, source, NULL);
    unsetenv("LD_PRELOAD");
}

fg_day *fg_day_begin(fg_watchman *man, double round_seconds, int visits)
{
    char *pictures = make_round(man->door.folder, round_seconds, visits);
    char *path = fg_testing_path(man->door.folder, "day");
    fg_day *day = make_page(path);
    start(man, path, pictures);
    fg_door_expect(&man->door, " runs: ", 1);
    free(path);
    free(pictures);
    return day;
}

typedef struct standing {
    const fg_day *day;
    const fg_watchman *man;
} standing;

static bool is_held(void *context)
{
    const standing *at = context;
    return at->day->held == at->day->until || !fg_process_runs(&at->man->door.daemon);
}

void fg_day_pass(fg_day *day, const fg_watchman *man, double seconds)
{
    standing at = {day, man};
    day->until = fg_clock_seconds(seconds);
    bool is_there = fg_testing_wait(is_held, &at, STANDSTILL);
    if (!is_there || !fg_process_runs(&man->door.daemon)) {
        fail_msg("the daemon %s on its way to %.0f s of its day",
                 is_there ? "ended" : "stands still", seconds);
    }
}

void fg_day_release(fg_day *day)
{
    day->until = INT64_MAX;
}
