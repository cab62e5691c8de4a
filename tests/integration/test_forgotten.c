/* Somebody who was removed is in no file any more, whenever a command before that was killed; and
 * who removes somebody is reported where else to look. */
#include "facegate/clock.h"
#include "facegate/delivery/outbox.h"
#include "gallery_folder.h"
#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define PROGRAM FG_BINARY_DIR "/src/cli/facegate"
#define BADGE   "D8E2F1G3"

/* So many calls after the renaming the folder is synced and the command says that it is done. */
#define AFTER 8

/* The folder of the encodings, and the file as facegate writes it with Ada and Bob in it. */
static char *people;
static char *whole;
static size_t whole_size;
static char *numbers; /* Ada's, as they stand in it */

static void add_person(cJSON *list, const char *name, const char *badge, double seed)
{
    double encoding[128];
    for (int i = 0; i < 128; i++) {
        encoding[i] = seed * (i + 1);
    }
    cJSON *person = cJSON_CreateObject();
    cJSON_AddItemToArray(list, person);
    cJSON_AddStringToObject(person, "name", name);
    cJSON_AddStringToObject(person, "rfid_id", badge);
    cJSON *encodings_of = cJSON_AddArrayToObject(person, "encodings");
    cJSON_AddItemToArray(encodings_of, cJSON_CreateDoubleArray(encoding, 128));
}

/* `facegate people WORD...`, into words of an exec. */
static void call_people(const char *argv[12], const char *const words[])
{
    const char *const call[] = {PROGRAM, "people", "--config", config, "--encodings", encodings};
    memcpy(argv, call, sizeof(call));
    size_t i = 0;
    for (; words[i] != NULL; i++) {
        argv[6 + i] = words[i];
    }
    argv[6 + i] = NULL;
}

static int run_people(char **ret_output, const char *const words[])
{
    const char *argv[12];
    call_people(argv, words);
    return fg_process_run(folder, argv, NULL, FG_TESTING_PATIENCE, ret_output);
}
#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void restore(void)
{
    fg_testing_write(encodings, whole, whole_size);
    assert_int_equal(chmod(encodings, 0600), 0);
}

static int set_up(void **state)
{
    make_folder(state);
    people = fg_testing_path(folder, "people");
    assert_int_equal(mkdir(people, 0700), 0);
    free(encodings);
    encodings = fg_testing_path(people, "encodings.json");
    cJSON *root = cJSON_CreateObject();
    cJSON_AddStringToObject(root, "format", "facegate-encodings");
    cJSON_AddNumberToObject(root, "version", 1);
    cJSON_AddStringToObject(root, "model", "dlib_face_recognition_resnet_model_v1");
    cJSON *list = cJSON_AddArrayToObject(root, "people");
    add_person(list, "Ada", "another", 0.0015);
    add_person(list, "Bob", "B0B", -0.002);
    char *text = cJSON_PrintUnformatted(root);
    fg_testing_write(encodings, text, strlen(text));
    cJSON_free(text);
    cJSON_Delete(root);

    assert_int_equal(run_people(NULL, WORDS("badge", "Ada", BADGE)), 0);
    whole = fg_testing_read(encodings, &whole_size);
    root = cJSON_Parse(whole);
    const cJSON *ada = cJSON_GetArrayItem(cJSON_GetObjectItem(root, "people"), 0);
    numbers = strdup(cJSON_GetArrayItem(cJSON_GetObjectItem(ada, "encodings"), 0)->valuestring);
    cJSON_Delete(root);
    assert_int_equal(strlen(numbers), 684);
    return 0;
}

static int tear_down(void **state)
{
    free(whole);
    free(numbers);
    free(people);
    return remove_folder(state);
}

static void assert_forgotten(const char *when)
{
    int files = 0;
    if (fg_testing_search(people, "Ada", &files) + fg_testing_search(people, BADGE, NULL) +
            fg_testing_search(people, numbers, NULL) !=
        0) {
        fail_msg("%s: Ada is still in a file of %s", when, people);
    }
    if (files != 1) {
        fail_msg("%s: %d files in %s instead of one", when, files, people);
    }
}

/* Goes on until its next system call. False once it ended. */
static bool go_to_call(pid_t pid, unsigned long *ret_number)
{
    for (;;) {
        int status;
        struct __ptrace_syscall_info info;
        assert_int_equal(ptrace(PTRACE_SYSCALL, pid, NULL, NULL), 0);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        if (!WIFSTOPPED(status)) {
            return false;
        }
        if (WSTOPSIG(status) == (SIGTRAP | 0x80) &&
            ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) > 0 &&
            info.op == PTRACE_SYSCALL_INFO_ENTRY) {
            *ret_number = info.entry.nr;
            return true;
        }
    }
}

static bool is_rename(unsigned long number)
{
#ifdef SYS_rename
    if (number == SYS_rename) {
        return true;
    }
#endif
    return number == SYS_renameat || number == SYS_renameat2;
}

/* Whether it waits for its turn. */
static bool waits_for_turn(void *context)
{
    char path[64], text[64] = "";
    snprintf(path, sizeof(path), "/proc/%d/syscall", (int)*(pid_t *)context);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;
    close(fd);
    return got > 0 && strtol(text, NULL, 10) == SYS_flock;
}

static pid_t start_people(const char *const words[])
{
    const char *argv[12];
    call_people(argv, words);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
        /* A leak is not looked for in who is traced. */
        setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execv(argv[0], (char *const *)argv);
        _exit(126);
    }
    return pid;
}

/*
 * Kills `facegate people WORD...` before the system call that is `calls` after the one by which it
 * gets its turn. False where it had written and renamed all before. It is watched only from where
 * it waits for its turn, which is taken here: before that it makes thousands of calls.
 */
static bool kill_before(int calls, const char *const words[])
{
    int status;
    int turn = open(people, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(flock(turn, LOCK_EX), 0);
    pid_t pid = start_people(words);
    assert_true(fg_testing_wait(waits_for_turn, &pid, FG_TESTING_PATIENCE));
    if (ptrace(PTRACE_SEIZE, pid, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL) != 0 ||
        ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) != 0) {
        fail_msg("%s cannot be traced (%s), so that nothing is shown", PROGRAM, strerror(errno));
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSTOPPED(status));
    close(turn);
    unsigned long number = 0;
    int since = 0; /* calls after the renaming */
    bool runs = true;
    for (int i = 0; i <= calls && runs && since < AFTER; i++) {
        runs = go_to_call(pid, &number);
        since += since > 0 || is_rename(number) ? 1 : 0;
    }
    if (runs) {
        assert_int_equal(kill(pid, SIGKILL), 0);
        while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
        }
        assert_true(WIFSIGNALED(status));
    }
    return runs && since < AFTER;
}

static void kill_everywhere(const char *const words[])
{
    char *unfinished = fg_testing_path(people, "encodings.json.facegate-new");
    int left = 0; /* how often a whole copy was left */
    int calls = 0;
    for (; kill_before(calls, words); calls++) {
        char when[64];
        char *output = NULL;
        snprintf(when, sizeof(when), "killed at call %d", calls);
        left +=
            access(unfinished, F_OK) == 0 && fg_testing_search(people, "Bob", NULL) == 2 ? 1 : 0;
        int code = run_people(&output, WORDS("remove", "Ada"));
        /* The killed one may have removed her already. */
        if (code != 0 && strstr(output, "nobody is named \"Ada\"") == NULL) {
            fail_msg("%s: people remove ended with %d:\n%s", when, code, output);
        }
        free(output);
        assert_forgotten(when);
        assert_int_equal(fg_testing_search(people, "Bob", NULL), 1);
        restore();
    }
    free(unfinished);
    /* The kills came where they were to come: there is what was removed above. */
    assert_in_range(left, 1, calls);
    assert_true(calls > 20);
}

static void a_change_that_was_killed_leaves_nothing_to_a_removal(void **state)
{
    (void)state;
    kill_everywhere(WORDS("badge", "Ada", "0A1B"));
}

static void a_removal_that_was_killed_leaves_nothing_to_the_next(void **state)
{
    (void)state;
    kill_everywhere(WORDS("remove", "Ada"));
}

static fg_outbox *fill_outbox(const char *path)
{
    static const char *const names[] = {"Ada", "Ada", "Bob", "Ada"};
    static const uint8_t jpeg[100];
    fg_outbox *outbox = NULL;
    fg_outbox_options options = {.path = path, .max_events = 9, .max_bytes = 1 << 20, .own = true};
    assert_int_equal(fg_outbox_open(&options, &outbox, NULL), 0);
    for (int i = 0; i < 4; i++) {
        int dropped;
        fg_event event = {.status = "Accepted", .rfid_id = "1", .jpeg = jpeg, .jpeg_size = 100};
        strcpy(event.user_name, names[i]);
        assert_int_equal(fg_event_stamp(&event, fg_clock_monotonic(), fg_clock_realtime()), 0);
        assert_int_equal(fg_outbox_put(outbox, &event, &dropped, NULL), 0);
    }
    fg_outbox_entry first;
    assert_int_equal(fg_outbox_oldest(outbox, &first, NULL), 0);
    assert_int_equal(fg_outbox_set_aside(outbox, first.number, "400", NULL), 0);
    fg_outbox_entry_release(&first);
    return outbox;
}

static void who_removes_is_reported_where_else_to_look(void **state)
{
    (void)state;
    static const char *const copies[] = {"encodings.json~", "encodings.json.backup",
                                         "encodings.json.1", "encodings.json.2"};
    static const char last[] = "Entries already sent stay at the backend, and names in the "
                               "journal:\nsee PERSONAL DATA in \"man facegate\".\n";
    char expected[2048], text[512];
    char *output = NULL;
    char *path = fg_testing_path(folder, "waiting.db");
    snprintf(text, sizeof(text), "[delivery]\noutbox = %s\n", path);
    fg_testing_write(config, text, strlen(text));
    assert_int_equal(run_people(&output, WORDS("remove", "Bob")), 0);
    snprintf(expected, sizeof(expected),
             "Removed Bob. A running daemon uses it within about a second.\n%s", last);
    assert_string_equal(output, expected);
    free(output);

    restore();
    fg_outbox *outbox = fill_outbox(path);
    for (int i = 0; i < 4; i++) {
        char *copy = fg_testing_path(people, copies[i]);
        fg_testing_write(copy, "", 0);
        free(copy);
    }
    assert_int_equal(run_people(&output, WORDS("remove", "Ada")), 0);
    fg_outbox_free(outbox);
    snprintf(expected, sizeof(expected),
             "Removed Ada. A running daemon uses it within about a second.\n"
             "encodings.json.1, encodings.json.2, encodings.json.backup and 1 more in %s may still "
             "contain Ada: check, and remove them.\n"
             "2 events of Ada wait with their pictures in the outbox and will be sent.\n"
             "1 event of Ada is set aside: \"facegate outbox drop\" removes all such events.\n"
             "%s",
             people, last);
    assert_string_equal(output, expected);
    free(output);

    restore();
    fg_testing_write(path, "no outbox", 9);
    assert_int_equal(run_people(&output, WORDS("remove", "Ada")), 0);
    assert_non_null(strstr(output, "\nCannot check whether events of Ada wait: "));
    free(output);
    free(path);
}

#define WITH_PEOPLE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PEOPLE(a_change_that_was_killed_leaves_nothing_to_a_removal),
        WITH_PEOPLE(a_removal_that_was_killed_leaves_nothing_to_the_next),
        WITH_PEOPLE(who_removes_is_reported_where_else_to_look),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
