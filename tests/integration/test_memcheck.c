/* The daemon and a few commands under valgrind: no wrong access, nothing leaked, no descriptor left
 * open. */
#include "door.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SUPPRESSIONS "--suppressions=" FG_SOURCE_DIR "/tests/integration/valgrind.supp"
#define LOSE         "--lose"
#define LEAVE        "--leave"

/* Without --error-exitcode: from 3.24 on that would be the code of every program, since the
 * descriptors that a process inherits are errors too. */
static const char *const valgrind[] = {"valgrind",
                                       "--leak-check=full",
                                       "--errors-for-leak-kinds=definite,indirect",
                                       "--show-leak-kinds=definite,indirect",
                                       "--track-fds=yes",
                                       SUPPRESSIONS,
                                       NULL};

static const char *self;
static fg_door door;
static bool descriptors_are_errors; /* of this valgrind */

static int open_door(void **state)
{
    (void)state;
    fg_door_open(&door, "send_interval = 0.1\ndrain_timeout = 60\ntimeout = 300\n"
                        "[access]\nconfirm = 1\n");
    door.before = valgrind;
    return 0;
}

static int close_door(void **state)
{
    (void)state;
    fg_door_close(&door);
    return 0;
}

/* Who keeps a descriptor for the process's whole life: what signals write to, since one may come at
 * any time, and the turn of whoever changes the encodings. */
static const char *const supervisors[] = {"<inherited from parent>", "fg_signals_open",
                                          "fg_file_take_turn"};

/* How many descriptors were open at the end without such a reason. */
static int count_open(const char *output)
{
    int count = 0;
    for (const char *at = output; (at = strstr(at, "== Open ")) != NULL; at++) {
        const char *end = strstr(at, "== \n");
        bool kept = false;
        for (size_t i = 0; i < sizeof(supervisors) / sizeof(supervisors[0]); i++) {
            const char *supervisor = strstr(at, supervisors[i]);
            kept = kept || (supervisor != NULL && end != NULL && supervisor < end);
        }
        count += kept ? 0 : 1;
    }
    return count;
}

/* How many errors valgrind counted, without descriptors; -1 if it did not come to say so. */
static int count_errors(const char *output)
{
    static const char summary[] = "ERROR SUMMARY: ", descriptors[] = "FILE DESCRIPTORS: ";
    const char *errors = strstr(output, summary), *left = strstr(output, descriptors);
    int count = -1, open = 0, standard = 0;
    if (errors == NULL || left == NULL ||
        sscanf(errors + strlen(summary), "%d errors", &count) != 1 ||
        sscanf(left + strlen(descriptors), "%d open (%d std)", &open, &standard) != 2) {
        return -1;
    }
    return descriptors_are_errors ? count - (open - standard) : count;
}

/* Takes the output. */
static void expect_clean(int code, char *output)
{
    if (code != 0 || count_errors(output) != 0 || count_open(output) != 0) {
        fputs(output, stderr); /* too long for cmocka's */
        fail_msg("ended with %d, with %d errors and %d descriptors open, output above", code,
                 count_errors(output), count_open(output));
    }
    free(output);
}

static void expect_clean_command(const char *const words[])
{
    char *output = NULL;
    int code = fg_door_command(&door, &output, words);
    expect_clean(code, output);
}

/* What valgrind says of this program, started with this option; to be freed. */
static char *watch_self(const char *option)
{
    const char *argv[sizeof(valgrind) / sizeof(valgrind[0]) + 2];
    char *output = NULL;
    size_t count = 0;
    for (; valgrind[count] != NULL; count++) {
        argv[count] = valgrind[count];
    }
    argv[count++] = self;
    argv[count++] = option;
    argv[count] = NULL;
    assert_int_equal(fg_process_run(door.folder, argv, NULL, FG_TESTING_PATIENCE, &output), 0);
    return output;
}

static int learn_what_counts(void **state)
{
    open_door(state);
    char *output = watch_self(LEAVE);
    descriptors_are_errors = count_errors(output) > 0;
    free(output);
    return close_door(state);
}

static void what_is_lost_is_found(void **state)
{
    (void)state;
    char *output = watch_self(LEAVE);
    assert_int_equal(count_errors(output), 0);
    assert_int_equal(count_open(output), 1);
    free(output);
    output = watch_self(LOSE);
    assert_int_equal(count_errors(output), 1);
    assert_int_equal(count_open(output), 0);
    free(output);
}

static void commands_leave_nothing_behind(void **state)
{
    (void)state;
    expect_clean_command((const char *[]){"people", "list", NULL});
    expect_clean_command((const char *[]){"outbox", "list", NULL});
    expect_clean_command((const char *[]){
        "import", FG_SOURCE_DIR "/tests/fuzz/corpus/pickle/numpy1-float64-4.pickle", NULL});
}

static void the_doctor_leaves_nothing_behind(void **state)
{
    (void)state;
    char *images = fg_door_images("quiet");
    char *output = NULL;
    int code =
        fg_door_command(&door, &output, (const char *[]){"doctor", "--source", images, NULL});
    /* It may well find that all is too slow here. */
    expect_clean(code == 1 ? 0 : code, output);
    free(images);
}

/* Somebody is enrolled while it runs, who is somebody at the door. */
static void the_daemon_leaves_nothing_behind(void **state)
{
    (void)state;
    char *images = fg_door_images("door");
    char *picture = fg_door_scene("bob.jpg");
    fg_door_run(&door, "run", (const char *[]){"--source", images, "--loop", NULL});
    expect_clean_command((const char *[]){"enroll", "--name", "Bob", picture, NULL});
    fg_door_expect(&door, "Encodings reloaded. Known people: 2", 1);
    fg_door_expect(&door, "Auth data sent successfully", 1);
    fg_process_signal(&door.daemon, SIGTERM);
    int code = fg_process_wait(&door.daemon, FG_TESTING_PATIENCE);
    expect_clean(code, fg_process_output(&door.daemon));
    free(picture);
    free(images);
}

/* What valgrind is to find. */
static int lose(void)
{
    char *volatile lost = malloc(100);
    lost = NULL;
    return lost != NULL;
}

int main(int argc, char *argv[])
{
    if (argc == 2 && strcmp(argv[1], LOSE) == 0) {
        return lose();
    }
    if (argc == 2 && strcmp(argv[1], LEAVE) == 0) {
        return open("/dev/null", O_RDONLY) < 0;
    }
    self = argv[0];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_lost_is_found, open_door, close_door),
        cmocka_unit_test_setup_teardown(commands_leave_nothing_behind, open_door, close_door),
        cmocka_unit_test_setup_teardown(the_doctor_leaves_nothing_behind, open_door, close_door),
        cmocka_unit_test_setup_teardown(the_daemon_leaves_nothing_behind, open_door, close_door),
    };
    return cmocka_run_group_tests_name("memcheck", tests, learn_what_counts, NULL);
}
