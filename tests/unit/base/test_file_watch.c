#include "facegate/base/file_watch.h"

#include "facegate/base/file.h"
#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char *folder;
static char *file; /* FOLDER/people/file, which is there */
static fg_file_watch *watch;

static char *below(const char *name)
{
    return fg_testing_path(folder, name);
}

static void make_folder(const char *name)
{
    char *path = below(name);
    assert_int_equal(mkdir(path, 0700), 0);
    free(path);
}

static void write_file(const char *name, const char *text)
{
    char *path = below(name);
    fg_testing_write(path, text, strlen(text));
    free(path);
}

static void move(const char *from, const char *to)
{
    char *source = below(from);
    char *target = below(to);
    assert_int_equal(rename(source, target), 0);
    free(source);
    free(target);
}

/* A link made aside and moved to its place, as whoever switches a link does it. */
static void link_to(const char *target, const char *name)
{
    char *aside = below("aside");
    assert_int_equal(symlink(target, aside), 0);
    free(aside);
    move("aside", name);
}

static int open_folder(void **state)
{
    (void)state;
    folder = fg_testing_folder();
    make_folder("people");
    write_file("people/file", "one");
    file = below("people/file");
    return 0;
}

static int close_folder(void **state)
{
    (void)state;
    watch = fg_file_watch_free(watch);
    free(file);
    fg_testing_remove(folder);
    return 0;
}

static void watch_path(const char *path)
{
    assert_int_equal(fg_file_watch_create(path, &watch), 0);
    assert_true(fg_file_watch_fd(watch) >= 0);
    assert_false(fg_file_watch_check(watch));
}

static bool is_woken(int milliseconds)
{
    struct pollfd ready = {.fd = fg_file_watch_fd(watch), .events = POLLIN};
    return poll(&ready, 1, milliseconds) == 1;
}

static bool has_changed(void *context)
{
    (void)context;
    return fg_file_watch_check(watch);
}

/* It is reported by inotify, found by the look, and then over: nothing wakes us again. */
static void expect_reported(void)
{
    assert_true(is_woken((int)(FG_TESTING_PATIENCE * 1000)));
    assert_true(fg_testing_wait(has_changed, NULL, FG_TESTING_PATIENCE));
    while (is_woken(0)) {
        assert_false(fg_file_watch_check(watch));
    }
}

/* Nothing has to wake us, but the look finds it. */
static void expect_found(void)
{
    assert_true(fg_file_watch_check(watch));
    assert_false(fg_file_watch_check(watch));
}

static void a_file_left_alone_is_not_reported(void **state)
{
    (void)state;
    watch_path(file);
    char *text = fg_testing_read(file, NULL);
    free(text);
    assert_false(is_woken(0));
    assert_false(fg_file_watch_check(watch));
}

static void what_happens_beside_the_file_is_no_change(void **state)
{
    (void)state;
    watch_path(file);
    write_file("people/other", "other");
    assert_true(is_woken(0));
    assert_false(fg_file_watch_check(watch));
    assert_false(is_woken(0));
}

static void a_file_replaced_by_rename_is_reported_each_time(void **state)
{
    (void)state;
    watch_path(file);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(fg_file_write(file, "two", 3, NULL), 0);
        expect_reported();
    }
}

static void a_file_written_in_place_is_reported(void **state)
{
    (void)state;
    watch_path(file);
    write_file("people/file", "another length");
    expect_reported();
    FILE *stream = fopen(file, "ae");
    assert_non_null(stream);
    fputs("more", stream);
    assert_int_equal(fclose(stream), 0);
    expect_reported();
}

static void a_file_touched_is_reported(void **state)
{
    (void)state;
    watch_path(file);
    const struct timespec times[2] = {{.tv_sec = 1}, {.tv_sec = 1, .tv_nsec = 1}};
    assert_int_equal(utimensat(AT_FDCWD, file, times, 0), 0);
    expect_reported();
}

static void a_file_removed_and_made_again_is_reported(void **state)
{
    (void)state;
    watch_path(file);
    assert_int_equal(unlink(file), 0);
    expect_reported();
    write_file("people/file", "one");
    expect_reported();
    move("people/file", "people/kept");
    expect_reported();
    move("people/kept", "people/file");
    expect_reported();
}

static void a_file_that_is_not_there_yet_is_reported_when_it_comes(void **state)
{
    (void)state;
    char *path = below("people/later");
    watch_path(path);
    write_file("people/later", "");
    expect_reported();
    free(path);
}

static void a_folder_made_later_is_found_and_from_then_on_watched(void **state)
{
    (void)state;
    char *path = below("later/file");
    watch_path(path);
    make_folder("later");
    assert_false(fg_file_watch_check(watch));
    write_file("later/file", "one");
    expect_reported();
    free(path);
}

static void a_folder_replaced_is_reported_and_the_new_one_watched(void **state)
{
    (void)state;
    watch_path(file);
    make_folder("new");
    write_file("new/file", "two");
    move("people", "old");
    move("new", "people");
    expect_reported();
    write_file("people/file", "three");
    expect_reported();
    /* The old one no longer matters. */
    write_file("old/file", "four");
    assert_false(is_woken(0));
    move("people", "gone");
    expect_reported();
}

static void the_far_end_of_a_link_is_watched(void **state)
{
    (void)state;
    char *path = below("link");
    char *target = below("elsewhere/file");
    make_folder("elsewhere");
    write_file("elsewhere/file", "one");
    link_to("people/file", "link");
    watch_path(path);
    write_file("people/file", "changed");
    expect_reported();
    link_to(target, "link");
    expect_reported();
    write_file("elsewhere/file", "changed");
    expect_reported();
    write_file("people/file", "no longer of interest");
    assert_false(is_woken(0));
    assert_int_equal(unlink(target), 0);
    expect_reported();
    write_file("elsewhere/file", "back");
    expect_found();
    free(path);
    free(target);
}

static void a_link_further_up_the_path_is_found_when_switched(void **state)
{
    (void)state;
    char *path = below("current/data/file");
    make_folder("first");
    make_folder("first/data");
    make_folder("second");
    make_folder("second/data");
    write_file("first/data/file", "one");
    write_file("second/data/file", "one");
    link_to("first", "current");
    watch_path(path);
    link_to("second", "current");
    expect_found();
    write_file("second/data/file", "two");
    expect_reported();
    free(path);
}

static void without_inotify_the_look_still_finds_it(void **state)
{
    (void)state;
    struct rlimit usual;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &usual), 0);
    struct rlimit none = {.rlim_cur = 0, .rlim_max = usual.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    int result = fg_file_watch_create(file, &watch);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &usual), 0);
    assert_int_equal(result, 0);
    assert_int_equal(fg_file_watch_fd(watch), -1);
    assert_int_equal(fg_file_write(file, "two", 3, NULL), 0);
    expect_found();
}

static void a_path_too_long_is_refused(void **state)
{
    (void)state;
    static char path[PATH_MAX + 10];
    memset(path, 'a', sizeof(path) - 1);
    path[PATH_MAX + 5] = '/';
    assert_int_equal(fg_file_watch_create(path, &watch), -ENAMETOOLONG);
    assert_null(watch);
    assert_null(fg_file_watch_free(NULL));
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, open_folder, close_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(a_file_left_alone_is_not_reported),
        IN_A_FOLDER(what_happens_beside_the_file_is_no_change),
        IN_A_FOLDER(a_file_replaced_by_rename_is_reported_each_time),
        IN_A_FOLDER(a_file_written_in_place_is_reported),
        IN_A_FOLDER(a_file_touched_is_reported),
        IN_A_FOLDER(a_file_removed_and_made_again_is_reported),
        IN_A_FOLDER(a_file_that_is_not_there_yet_is_reported_when_it_comes),
        IN_A_FOLDER(a_folder_made_later_is_found_and_from_then_on_watched),
        IN_A_FOLDER(a_folder_replaced_is_reported_and_the_new_one_watched),
        IN_A_FOLDER(the_far_end_of_a_link_is_watched),
        IN_A_FOLDER(a_link_further_up_the_path_is_found_when_switched),
        IN_A_FOLDER(without_inotify_the_look_still_finds_it),
        IN_A_FOLDER(a_path_too_long_is_refused),
    };
    return cmocka_run_group_tests_name("file_watch", tests, NULL, NULL);
}
