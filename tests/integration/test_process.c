/* What tests start does not outlive them, however they end. */
#include "testing.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define START "--start"

static const char *self;

/* A test that starts something and then crashes: no teardown, nothing at exit. */
static int start_and_crash(const char *folder)
{
    fg_process child = {0};
    const char *argv[] = {"sleep", "1000", NULL};
    fg_process_start(&child, folder, "child", argv, NULL);
    printf("%d\n", (int)child.pid);
    fflush(stdout);
    raise(SIGKILL);
    return EXIT_FAILURE;
}

/* Whether it has ended, collected by whoever inherited it or not yet. */
static bool is_gone(void *context)
{
    char path[64];
    char state = '\0';
    snprintf(path, sizeof(path), "/proc/%d/stat", (int)*(pid_t *)context);
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return errno == ENOENT;
    }
    bool is_read = fscanf(file, "%*d (%*[^)]) %c", &state) == 1;
    fclose(file);
    return !is_read || state == 'Z';
}

static void what_a_killed_test_had_started_ends_with_it(void **state)
{
    (void)state;
    char *folder = fg_testing_folder();
    fg_process test = {0};
    const char *argv[] = {self, START, folder, NULL};
    fg_process_start(&test, folder, "test", argv, NULL);
    assert_int_equal(fg_process_wait(&test, FG_TESTING_PATIENCE), -SIGKILL);
    char *output = fg_testing_read(test.out, NULL);
    pid_t child = atoi(output);
    assert_true(child > 0);
    assert_true(fg_testing_wait(is_gone, &child, FG_TESTING_PATIENCE));
    free(output);
    fg_testing_remove(folder);
}

static void what_cannot_be_started_says_so(void **state)
{
    (void)state;
    char *folder = fg_testing_folder();
    char *output = NULL;
    const char *argv[] = {"/nowhere/at-all", "word", NULL};
    assert_int_equal(fg_process_run(folder, argv, NULL, FG_TESTING_PATIENCE, &output), 127);
    assert_string_equal(output, "cannot start /nowhere/at-all: No such file or directory\n");
    free(output);
    fg_testing_remove(folder);
}

int main(int argc, char *argv[])
{
    if (argc == 3 && strcmp(argv[1], START) == 0) {
        return start_and_crash(argv[2]);
    }
    self = argv[0];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_killed_test_had_started_ends_with_it),
        cmocka_unit_test(what_cannot_be_started_says_so),
    };
    return cmocka_run_group_tests_name("process", tests, NULL, NULL);
}
