/* What a writer that was killed leaves, and who removes it. */
#include "facegate/base/file.h"
#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char *folder;
static char *path;
static char *unfinished;

static int set_up(void **state)
{
    (void)state;
    folder = fg_testing_folder_in("/dev/shm");
    path = fg_testing_path(folder, "file");
    unfinished = fg_testing_path(folder, "file.facegate-new");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(path);
    free(unfinished);
    fg_testing_remove(folder);
    return 0;
}

static void assert_gone(const char *file)
{
    struct stat info;
    assert_int_equal(lstat(file, &info), -1);
    assert_int_equal(errno, ENOENT);
}

static void sweep(void)
{
    fg_error error = {""};
    int result = fg_file_sweep(path, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(result, 0);
}

static void the_next_writer_replaces_what_a_killed_one_left(void **state)
{
    (void)state;
    fg_testing_write(path, "old", 3);
    fg_testing_write(unfinished, "a longer text than the next", 27);
    assert_int_equal(fg_file_write(path, "new", 3, NULL), 0);
    fg_testing_assert_text(path, "new");
    assert_gone(unfinished);

    fg_testing_write(unfinished, "half", 4);
    sweep();
    fg_testing_assert_text(path, "new");
    assert_gone(unfinished);
    sweep();
}

static void what_no_writer_left_is_named_and_stays(void **state)
{
    (void)state;
    char expected[3 * PATH_MAX];
    struct stat info;
    char *theirs = fg_testing_path(folder, "theirs");
    fg_testing_write(theirs, "theirs", 6);
    snprintf(expected, sizeof(expected), "%s: %s is in the way (it is no file): remove it", path,
             unfinished);
    for (int kind = 0; kind < 3; kind++) {
        fg_error error = {""};
        int made = kind == 0   ? symlink(theirs, unfinished)
                   : kind == 1 ? mkfifo(unfinished, 0600)
                               : mkdir(unfinished, 0700);
        assert_int_equal(made, 0);
        assert_int_equal(fg_file_write(path, "new", 3, &error), -EEXIST);
        assert_string_equal(error.text, expected);
        error.text[0] = '\0';
        assert_int_equal(fg_file_sweep(path, &error), -EEXIST);
        assert_string_equal(error.text, expected);
        assert_int_equal(lstat(unfinished, &info), 0);
        assert_int_equal(kind == 2 ? rmdir(unfinished) : unlink(unfinished), 0);
    }
    fg_testing_assert_text(theirs, "theirs");
    assert_gone(path);
    free(theirs);
}

/* A writer in this process for one in another: to flock(2) each open of a file is somebody else. */
static void *write_new(void *context)
{
    (void)context;
    return (void *)(intptr_t)fg_file_write(path, "new", 3, NULL);
}

/* Whether another thread of this process waits for a lock, as the kernel tells it. */
static bool somebody_waits(void *context)
{
    (void)context;
    char *locks = fg_testing_read("/proc/locks", NULL);
    char mine[32];
    snprintf(mine, sizeof(mine), " %d ", (int)getpid());
    bool waits = false;
    for (char *line = strtok(locks, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        waits = waits || (strstr(line, "-> FLOCK") != NULL && strstr(line, mine) != NULL);
    }
    free(locks);
    return waits;
}

static void a_writer_that_lives_is_waited_for(void **state)
{
    (void)state;
    pthread_t writer;
    void *result = NULL;
    int fd = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    assert_int_equal(pthread_create(&writer, NULL, write_new, NULL), 0);
    bool waited = fg_testing_wait(somebody_waits, NULL, FG_TESTING_PATIENCE);
    /* It finishes as writers do; the other must not take the name away from it. */
    int written = (int)write(fd, "first", 5);
    int renamed = rename(unfinished, path);
    char *between = fg_testing_read(path, NULL);
    close(fd);
    pthread_join(writer, &result);
    assert_true(waited);
    assert_int_equal(written, 5);
    assert_int_equal(renamed, 0);
    assert_string_equal(between, "first");
    free(between);
    assert_int_equal((intptr_t)result, 0);
    fg_testing_assert_text(path, "new");
    assert_gone(unfinished);
}

#define TURNS 300
#define SIZE  20000

static void *write_often(void *context)
{
    static _Thread_local char text[SIZE];
    memset(text, *(const char *)context, sizeof(text));
    for (int i = 0; i < TURNS; i++) {
        int result = fg_file_write(path, text, sizeof(text), NULL);
        if (result != 0) {
            return (void *)(intptr_t)result;
        }
    }
    return NULL;
}

static void writers_at_the_same_time_leave_one_whole_file(void **state)
{
    (void)state;
    pthread_t writers[3];
    const char *letters[3] = {"a", "b", "c"};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(pthread_create(&writers[i], NULL, write_often, (void *)letters[i]), 0);
    }
    intptr_t results[3];
    for (int i = 0; i < 3; i++) {
        void *result = NULL;
        pthread_join(writers[i], &result);
        results[i] = (intptr_t)result;
    }
    for (int i = 0; i < 3; i++) {
        assert_int_equal(results[i], 0);
    }
    size_t size = 0;
    char *text = fg_testing_read(path, &size);
    assert_int_equal(size, SIZE);
    for (size_t i = 0; i < size; i++) {
        assert_int_equal(text[i], text[0]);
    }
    free(text);
    assert_gone(unfinished);
}

static void a_link_is_swept_where_it_leads_to(void **state)
{
    (void)state;
    char *link = fg_testing_path(folder, "link");
    char *far = fg_testing_path(folder, "far");
    char *file = fg_testing_path(far, "people");
    char *left = fg_testing_path(far, "people.facegate-new");
    assert_int_equal(mkdir(far, 0700), 0);
    assert_int_equal(symlink("far/people", link), 0);
    assert_int_equal(fg_file_sweep(link, NULL), 0);
    fg_testing_write(file, "x", 1);
    fg_testing_write(left, "Ada", 3);
    assert_int_equal(fg_file_sweep(link, NULL), 0);
    assert_gone(left);

    /* Whoever comes by the file itself waits for whoever came by the link. */
    int turn = fg_file_take_turn(link, NULL);
    assert_true(turn >= 0);
    int fd = open(far, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), -1);
    close(turn);
    assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
    close(fd);
    free(link);
    free(far);
    free(file);
    free(left);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(the_next_writer_replaces_what_a_killed_one_left),
        IN_FOLDER(what_no_writer_left_is_named_and_stays),
        IN_FOLDER(a_writer_that_lives_is_waited_for),
        IN_FOLDER(writers_at_the_same_time_leave_one_whole_file),
        IN_FOLDER(a_link_is_swept_where_it_leads_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
