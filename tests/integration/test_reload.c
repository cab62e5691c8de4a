/* Changed encodings, taken while the daemon runs. */
#include "door.h"

#include "facegate/gallery/gallery.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define RELOADED "Encodings reloaded. Known people: "
#define BROKEN   "; the people loaded before are still used"

static fg_door door;

static int open_door(void **state)
{
    (void)state;
    /* Timeouts that no machine reaches, however slow. */
    fg_door_open(&door, "send_interval = 0.1\ndrain_timeout = 60\ntimeout = 300\n");
    return 0;
}

static int close_door(void **state)
{
    (void)state;
    fg_door_close(&door);
    return 0;
}

/* Ada's gallery and a crowd of others whom nobody resembles, as a file's text, to be freed. */
static char *gallery_with(int crowd, size_t *ret_size)
{
    fg_error error = {""};
    fg_gallery *gallery = NULL;
    char *scene = fg_door_scene("encodings.json");
    char *path = fg_testing_path(door.folder, "made.json");
    assert_int_equal(fg_gallery_load(scene, &gallery, &error), 0);
    for (int i = 0; i < crowd; i++) {
        char name[32];
        float encoding[FG_ENCODING_SIZE] = {1.2F, (float)i / 1024};
        snprintf(name, sizeof(name), "Grace %d", i);
        assert_int_equal(fg_gallery_add(gallery, name, NULL, encoding, &error), 0);
    }
    assert_int_equal(fg_gallery_save(gallery, path, &error), 0);
    char *text = fg_testing_read(path, ret_size);
    fg_gallery_free(gallery);
    unlink(path);
    free(path);
    free(scene);
    return text;
}

static void replace(const char *path, const char *text, size_t size)
{
    char *aside = fg_testing_path(door.folder, "aside");
    fg_testing_write(aside, text, size);
    assert_int_equal(rename(aside, path), 0);
    free(aside);
}

static void replace_with_crowd(const char *path, int crowd)
{
    size_t size = 0;
    char *text = gallery_with(crowd, &size);
    replace(path, text, size);
    free(text);
}

/* Over what is there and in one step, so that no half of it can be read; what is longer keeps its
 * end. */
static void write_in_place(const char *text)
{
    int file = open(door.encodings, O_WRONLY | O_CLOEXEC);
    size_t size = strlen(text);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, size), (ssize_t)size);
    close(file);
}

/* The same, until the daemon has read it. */
static void write_and_see_it_read(const char *text)
{
    int watch = inotify_init1(IN_CLOEXEC);
    struct pollfd ready = {.fd = watch, .events = POLLIN};
    assert_true(watch >= 0);
    assert_true(inotify_add_watch(watch, door.encodings, IN_CLOSE_NOWRITE) >= 0);
    write_in_place(text);
    assert_int_equal(poll(&ready, 1, (int)FG_TESTING_PATIENCE * 1000), 1);
    close(watch);
}

/* The daemon at a door that Ada and strangers pass over and over. Each frame is looked at, however
 * long that takes: at a camera's pace a busy machine passes over so many that nobody is seen twice.
 */
static void run_at_the_door(void)
{
    char *images = fg_door_images("door");
    const char *options[] = {"--source", images, "--loop", NULL};
    fg_door_run(&door, "run", options);
    fg_door_expect(&door, "Face detected: ", 1);
    free(images);
}

static void expect_more(const char *text, int count)
{
    fg_door_expect(&door, text, fg_door_count(&door, text) + count);
}

static void whoever_is_enrolled_meanwhile_is_let_in(void **state)
{
    (void)state;
    fg_gallery *nobody = NULL;
    assert_int_equal(fg_gallery_create(&nobody), 0);
    assert_int_equal(fg_gallery_save(nobody, door.encodings, NULL), 0);
    fg_gallery_free(nobody);
    run_at_the_door();
    fg_door_expect(&door, "nobody is enrolled", 5);
    assert_int_equal(fg_door_count(&door, "Face detected: Ada"), 0);

    char *picture = fg_door_scene("ada.jpg");
    const char *enroll[] = {"enroll", "--name", "Ada", picture, NULL};
    assert_int_equal(fg_door_command(&door, NULL, enroll), 0);
    fg_door_expect(&door, RELOADED "1 (1 encoding)", 1);
    fg_door_expect(&door, "Face detected: Ada (Accepted", 1);
    free(picture);
}

static void a_file_written_in_place_is_taken(void **state)
{
    (void)state;
    run_at_the_door();
    char *scene = fg_door_scene("encodings.json");
    char *text = fg_testing_read(scene, NULL);
    char *name = strstr(text, "Ada");
    assert_non_null(name);
    memcpy(name, "Bob", 3);
    write_in_place(text);
    fg_door_expect(&door, RELOADED "1 (1 encoding)", 1);
    fg_door_expect(&door, "Face detected: Bob (Accepted", 1);
    free(text);
    free(scene);
}

static void a_broken_file_keeps_the_people_and_is_reported_once(void **state)
{
    (void)state;
    run_at_the_door();
    write_in_place("{broken");
    fg_door_expect(&door, BROKEN, 1);
    expect_more("Face detected: Ada (Accepted", 3);
    /* The same once more adds nothing. */
    write_and_see_it_read("{broken");
    expect_more("Face detected: Ada (Accepted", 3);
    assert_int_equal(fg_door_count(&door, BROKEN), 1);
    /* Another fault does, and being asked. */
    assert_int_equal(truncate(door.encodings, 0), 0);
    fg_door_expect(&door, "is empty: restore a copy, or remove it and enroll" BROKEN, 1);
    fg_process_signal(&door.daemon, SIGHUP);
    fg_door_expect(&door, "is empty: restore a copy, or remove it and enroll" BROKEN, 2);
    assert_int_equal(fg_door_count(&door, BROKEN), 3);
    assert_int_equal(fg_door_count(&door, RELOADED), 0);
    replace_with_crowd(door.encodings, 1);
    fg_door_expect(&door, RELOADED "2 (2 encodings)", 1);
    /* The first fault once more is news again. */
    write_in_place("{broken");
    fg_door_expect(&door, BROKEN, 4);
    assert_int_equal(fg_door_count(&door, RELOADED), 1);
}

static void a_removed_file_keeps_the_people_until_it_is_back(void **state)
{
    (void)state;
    char gone[640];
    snprintf(gone, sizeof(gone),
             "WARN  main    Error loading encodings: %s: is missing; the people loaded before are "
             "used until the next start, which fails without it: restore it, or enroll somebody\n",
             door.encodings);
    run_at_the_door();
    assert_int_equal(unlink(door.encodings), 0);
    fg_door_expect(&door, gone, 1);
    expect_more("Face detected: Ada (Accepted", 3);
    replace_with_crowd(door.encodings, 2);
    fg_door_expect(&door, RELOADED "3 (3 encodings)", 1);
    assert_int_equal(fg_door_count(&door, "the people loaded before are"), 1);
}

static void a_link_switched_to_another_file_is_followed(void **state)
{
    (void)state;
    char *other = fg_testing_path(door.folder, "other");
    char *first = fg_testing_path(door.folder, "first.json");
    char *second = fg_testing_path(door.folder, "other/second.json");
    char *link = fg_testing_path(door.folder, "link");
    assert_int_equal(mkdir(other, 0700), 0);
    assert_int_equal(rename(door.encodings, first), 0);
    assert_int_equal(symlink(first, door.encodings), 0);
    replace_with_crowd(second, 4);
    run_at_the_door();
    assert_int_equal(symlink(second, link), 0);
    assert_int_equal(rename(link, door.encodings), 0);
    fg_door_expect(&door, RELOADED "5 (5 encodings)", 1);
    replace_with_crowd(second, 5);
    fg_door_expect(&door, RELOADED "6 (6 encodings)", 1);
    free(other);
    free(first);
    free(second);
    free(link);
}

static void the_last_of_many_changes_is_taken(void **state)
{
    (void)state;
    run_at_the_door();
    for (int round = 1; round <= 5; round++) {
        char last[64];
        for (int i = 0; i < 50; i++) {
            replace_with_crowd(door.encodings, i % 3);
        }
        replace_with_crowd(door.encodings, 10 * round);
        snprintf(last, sizeof(last), RELOADED "%d (", 10 * round + 1);
        fg_door_expect(&door, last, 1);
    }
}

/* The storm. */

#define SCENE_FRAMES 60
#define REPLACED     1000
#define CROWDS       3
#define CROWD        1000 /* so that a gallery that is not freed shows: 0.6 MB each */
#define SIGHUP_EVERY 8
#define MAX_DRIFT    4096L /* KiB */
/* Changes between two views come in a burst, of which a slow build takes the last. */
#define LEAST_RELOADS 12
#define LEAST_BROKEN  4

typedef struct text {
    char *data;
    size_t size;
} text;

typedef struct outcome {
    char *decisions;
    char *stopped; /* "Stopped: 60 frames (0 skipped), 83 faces, 15 sent, ..." */
    int lines;     /* one for each face that was judged */
    int events;
} outcome;

/* The frames of the door's scene. */
static void choose_pictures(char ret_source[512])
{
    char *pictures = fg_testing_path(door.folder, "pictures");
    assert_int_equal(mkdir(pictures, 0700), 0);
    for (int i = 0; i < SCENE_FRAMES; i++) {
        char name[32];
        snprintf(name, sizeof(name), "door/frame-%04d.jpg", i);
        char *frame = fg_door_scene(name);
        char *path = fg_testing_path(pictures, strchr(name, '/') + 1);
        assert_int_equal(symlink(frame, path), 0);
        free(path);
        free(frame);
    }
    snprintf(ret_source, 512, "images:%s", pictures);
    free(pictures);
}

static void start_over(const char *source, const char *name)
{
    const char *options[] = {"--source", source, "--verbose", NULL};
    fg_door_run(&door, name, options);
}

static outcome see_its_end(void)
{
    assert_int_equal(fg_process_wait(&door.daemon, 300), 0);
    char *output = fg_process_output(&door.daemon);
    char *stopped = strstr(output, "Stopped: ");
    assert_non_null(stopped);
    outcome of = {
        .decisions = fg_door_decisions(&door),
        .stopped = strndup(stopped, strcspn(stopped, "\n")),
        .lines = fg_door_count(&door, "DEBUG recognition"),
        .events = fg_door_count(&door, "Face detected: "),
    };
    free(output);
    return of;
}

/* Makes one of a thousand: two in three good, the third broken in one of several ways; most moved
 * to their place, some written there, some after a while without any. */
static void strike(int i, const text good[CROWDS])
{
    const text *next = &good[i % CROWDS];
    text broken[] = {
        {(char *)"", 0},
        {(char *)"{broken", 7},
        {next->data, next->size / 2},
        {next->data + 1, next->size - 1},
        {(char *)"{\"format\": \"facegate-encodings\", \"version\": 2}", 46},
    };
    if (i % 3 == 2) {
        next = &broken[i / 3 % (int)(sizeof(broken) / sizeof(broken[0]))];
    }
    if (i % 10 == 4) {
        fg_testing_write(door.encodings, next->data, next->size);
    } else {
        if (i % 10 == 9) {
            unlink(door.encodings);
        }
        replace(door.encodings, next->data, next->size);
    }
    if (i % SIGHUP_EVERY == 0 && fg_process_runs(&door.daemon)) {
        fg_process_signal(&door.daemon, SIGHUP);
    }
}

/* A file that is just being read takes several times its size, which is given back: what is held is
 * the least seen over many changes. */
static long least_memory(long least)
{
    long memory = fg_process_memory(door.daemon.pid, "VmRSS");
    return memory < least ? memory : least;
}

static void no_frame_and_no_event_is_missed_in_a_storm_of_changes(void **state)
{
    (void)state;
    char source[512];
    text good[CROWDS];
    choose_pictures(source);
    long early = LONG_MAX, late = LONG_MAX;
    for (int i = 0; i < CROWDS; i++) {
        good[i].data = gallery_with(CROWD + i, &good[i].size);
    }
    start_over(source, "calm");
    outcome calm = see_its_end();
    assert_true(calm.lines > 15);
    assert_true(calm.events > 5);

    /* With an event on its way the daemon is there until the storm is over. */
    fg_receiver_control(&door.receiver, "{\"mode\": \"hang\"}");
    start_over(source, "storm");
    fg_door_expect(&door, " runs: ", 1);
    for (int i = 0; i < REPLACED; i++) {
        /* The storm lasts as long as the run: it goes on as faces are judged. */
        fg_door_expect(&door, "DEBUG recognition", i * (calm.lines - 1) / REPLACED);
        strike(i, good);
        if (i >= REPLACED / 4 && i < REPLACED / 2) {
            early = least_memory(early);
        } else if (i >= REPLACED * 3 / 4) {
            late = least_memory(late);
        }
    }
    fg_receiver_control(&door.receiver, "{\"mode\": \"ok\"}");
    outcome storm = see_its_end();
    int reloads = fg_door_count(&door, RELOADED);
    int broken = fg_door_count(&door, BROKEN);
    print_message(
        "%d events, %d reloads, %d faults reported; least VmRSS %ld kB early, %ld kB late\n%s\n",
        storm.events, reloads, broken, early, late, storm.stopped);
    assert_string_equal(storm.decisions, calm.decisions);
    assert_string_equal(storm.stopped, calm.stopped);
    assert_int_equal(storm.events, calm.events);
    fg_receiver_expect_stored(&door.receiver, calm.events + storm.events);
    assert_true(reloads >= LEAST_RELOADS);
    assert_true(broken >= LEAST_BROKEN);
#ifndef FG_SANITISED
    assert_true(late - early < MAX_DRIFT);
#endif
    for (int i = 0; i < CROWDS; i++) {
        free(good[i].data);
    }
    free(calm.decisions);
    free(calm.stopped);
    free(storm.decisions);
    free(storm.stopped);
}

#define AT_A_DOOR(test) cmocka_unit_test_setup_teardown(test, open_door, close_door)

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_DOOR(whoever_is_enrolled_meanwhile_is_let_in),
        AT_A_DOOR(a_file_written_in_place_is_taken),
        AT_A_DOOR(a_broken_file_keeps_the_people_and_is_reported_once),
        AT_A_DOOR(a_removed_file_keeps_the_people_until_it_is_back),
        AT_A_DOOR(a_link_switched_to_another_file_is_followed),
        AT_A_DOOR(the_last_of_many_changes_is_taken),
        AT_A_DOOR(no_frame_and_no_event_is_missed_in_a_storm_of_changes),
    };
    return cmocka_run_group_tests_name("reload", tests, NULL, NULL);
}
