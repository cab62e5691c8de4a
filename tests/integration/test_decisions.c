/* What the daemon decides of people who come and go, in films made of the test pictures. */
#include "door.h"
#include "film_source.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static fg_door door;

/* The people in the films are cut out of photographs, and look like it. */
#define NOT_ALIVE "[access]\nliveness = off\n"

static int open_door(void **state)
{
    (void)state;
    fg_door_open(&door, NOT_ALIVE);
    return 0;
}

static int close_door(void **state)
{
    (void)state;
    fg_door_close(&door);
    return 0;
}

/* "images:" and where the frames of tests/films/NAME.film are; to be freed. */
static char *make_film(const char *name)
{
    char *folder = fg_testing_path(door.folder, name);
    film_make(door.folder, name, folder);
    char *source = film_source(folder);
    free(folder);
    return source;
}

#ifdef FG_THREADS_WATCHED
/* What is decided does not depend on ThreadSanitizer; whether threads get in each other's way does.
 */

/* All threads at work, for half a minute in all. */
static void at_a_cameras_pace_nothing_is_wrong_between_the_threads(void **state)
{
    (void)state;
    static const char *const films[] = {"empty", "one", "three"};
    for (size_t i = 0; i < sizeof(films) / sizeof(films[0]); i++) {
        char *source = make_film(films[i]);
        const char *options[] = {"--source", source, "--fps", "30", "--loop", "--verbose", NULL};
        fg_door_run(&door, films[i], options);
        fg_door_expect_frame(&door, 300);
        fg_process_signal(&door.daemon, SIGTERM);
        assert_int_equal(fg_process_wait(&door.daemon, FG_TESTING_PATIENCE), 0);
        assert_int_equal(fg_door_count(&door, "Sanitizer"), 0);
        free(source);
    }
}

#else

/* Runs the daemon over a film until its end. */
static void watch_film(const char *name)
{
    char *source = make_film(name);
    const char *options[] = {"--source", source, "--verbose", NULL};
    fg_door_run(&door, name, options);
    assert_int_equal(fg_process_wait(&door.daemon, 300), 0);
    free(source);
}

/* Frame times, in seconds, at which the judge had said `status` of a view whose face is in the left
 * half of the picture, or in the right one. */
static int count_views(const char *status, bool is_left, double from, double to)
{
    int count = 0;
    char *decisions = fg_door_decisions(&door);
    for (char *line = strtok(decisions, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        double time = 0;
        int width = 0, height = 0, x = 0, y = 0;
        if (sscanf(line, "frame %*u at %lf s: track %*u, %dx%d at %d,%d:", &time, &width, &height,
                   &x, &y) != 5) {
            continue;
        }
        const char *said = strrchr(line, ' ') + 1;
        count += time >= from && time < to && is_left == (x + width / 2 < 320) &&
                         strcmp(said, status) == 0
                     ? 1
                     : 0;
    }
    free(decisions);
    return count;
}

static int count_events(const char *name)
{
    char text[64];
    snprintf(text, sizeof(text), "Face detected: %s (", name);
    return fg_door_count(&door, text);
}

static void two_who_swap_places_keep_their_names(void **state)
{
    (void)state;
    watch_film("crossing");
    /* Ada is on the left for two seconds, then on the right from 3.5 s on. */
    assert_true(count_views("Accepted", true, 0, 2) > 0);
    assert_true(count_views("Refused", false, 0, 2) > 0);
    assert_true(count_views("Accepted", false, 3.5, 6) > 0);
    assert_true(count_views("Refused", true, 3.5, 6) > 0);
    /* Nobody was ever taken for the other. */
    assert_int_equal(count_views("Accepted", false, 0, 2), 0);
    assert_int_equal(count_views("Accepted", true, 3.5, 6), 0);
    assert_int_equal(count_views("Refused", true, 0, 2), 0);
    assert_int_equal(count_views("Refused", false, 3.5, 6), 0);
    assert_in_range(count_events("Ada"), 4, 6);
}

static void who_takes_the_place_of_another_is_not_let_in_for_them(void **state)
{
    (void)state;
    watch_film("replaced");
    assert_int_equal(count_events("Ada"), 3);
    assert_int_equal(count_events("Inconnu"), 3);
    /* From 3 s on somebody else stands there; what was decided before is never said again. */
    char *output = fg_process_output(&door.daemon);
    const char *stranger = strstr(output, "Face detected: Inconnu");
    assert_non_null(stranger);
    assert_null(strstr(stranger, "Face detected: Ada"));
    free(output);
    assert_int_equal(count_views("Refused", true, 0, 3), 0);
}

static void who_leaves_and_returns_is_known_again(void **state)
{
    (void)state;
    watch_film("returns");
    assert_int_equal(count_events("Ada"), 4);
    assert_int_equal(count_events("Inconnu"), 0);
}

static void who_is_half_out_of_the_picture_is_not_refused_for_it(void **state)
{
    (void)state;
    /* Now and then enough of her face is in it to know her by. */
    watch_film("half");
    assert_int_equal(count_events("Inconnu"), 0);
}

static void whoever_is_small_is_known_too(void **state)
{
    (void)state;
    watch_film("small");
    assert_in_range(count_events("Ada"), 4, 6);
    assert_int_equal(count_events("Inconnu"), 0);
}

static void three_at_once_make_an_entry_each_and_no_more_than_one_a_second(void **state)
{
    (void)state;
    watch_film("three");
    /* Ten seconds; Ada is there for about eight, two strangers for less. */
    assert_in_range(count_events("Ada"), 5, 9);
    assert_in_range(count_events("Inconnu"), 6, 16);
    assert_int_equal(count_views("Accepted", true, 0, 0.5), 0);
}

static int open_slow_door(void **state)
{
    (void)state;
    fg_door_open(&door, NOT_ALIVE "[camera]\nfps = 1\n");
    return 0;
}

static void with_a_frame_a_second_two_who_stand_there_are_known_in_the_end(void **state)
{
    (void)state;
    char *scene = fg_door_scene("two.jpg");
    char *folder = fg_testing_path(door.folder, "slow");
    char source[512];
    assert_int_equal(mkdir(folder, 0700), 0);
    for (int i = 0; i < 6; i++) {
        char name[16];
        snprintf(name, sizeof(name), "%d.jpg", i);
        char *path = fg_testing_path(folder, name);
        assert_int_equal(symlink(scene, path), 0);
        free(path);
    }
    snprintf(source, sizeof(source), "images:%s", folder);
    const char *options[] = {"--source", source, "--verbose", NULL};
    fg_door_run(&door, "slow", options);
    assert_int_equal(fg_process_wait(&door.daemon, 300), 0);
    /* Two views of her weigh a little less than is asked for; before the third the time is up. */
    assert_in_range(count_events("Ada"), 3, 4);
    /* The stranger, who does not move, once. */
    assert_in_range(count_events("Inconnu"), 2, 3);
    free(folder);
    free(scene);
}

static void an_empty_room_is_left_alone(void **state)
{
    (void)state;
    watch_film("empty");
    assert_int_equal(fg_door_count(&door, "Face"), 0);
    /* In its ten seconds it is searched every two, whatever moves, and not for the noise. */
    assert_in_range(fg_door_count(&door, "searched everywhere"), 5, 6);
}

#endif

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_door, close_door)

int main(void)
{
    const struct CMUnitTest tests[] = {
#ifdef FG_THREADS_WATCHED
        TEST(at_a_cameras_pace_nothing_is_wrong_between_the_threads),
#else
        TEST(two_who_swap_places_keep_their_names),
        TEST(who_takes_the_place_of_another_is_not_let_in_for_them),
        TEST(who_leaves_and_returns_is_known_again),
        TEST(who_is_half_out_of_the_picture_is_not_refused_for_it),
        TEST(whoever_is_small_is_known_too),
        TEST(three_at_once_make_an_entry_each_and_no_more_than_one_a_second),
        TEST(an_empty_room_is_left_alone),
        cmocka_unit_test_setup_teardown(
            with_a_frame_a_second_two_who_stand_there_are_known_in_the_end, open_slow_door,
            close_door),
#endif
    };
    return cmocka_run_group_tests_name("decisions", tests, NULL, NULL);
}
