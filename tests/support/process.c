#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char **join_environment(const char *const added[])
{
    size_t own = 0, more = 0;
    while (environ[own] != NULL) {
        own++;
    }
    while (added != NULL && added[more] != NULL) {
        more++;
    }
    char **all = calloc(own + more + 1, sizeof(*all));
    assert_non_null(all);
    size_t count = 0;
    /* The first of two equal names wins, so what is added stands in front. */
    for (size_t i = 0; i < more; i++) {
        all[count++] = (char *)(uintptr_t)added[i];
    }
    for (size_t i = 0; i < own; i++) {
        size_t name = strcspn(environ[i], "=") + 1;
        bool replaced = false;
        for (size_t j = 0; j < more && !replaced; j++) {
            replaced = strncmp(environ[i], added[j], name) == 0;
        }
        if (!replaced) {
            all[count++] = environ[i];
        }
    }
    return all;
}

/* The command on its leash; `pid` is this process's own. Without one where the tests are those of
 * another processor: qemu runs the test, and the kernel what the test starts. */
static const char **put_on_leash(const char *const argv[], char pid[16])
{
    size_t words = 0, before = 0;
    while (argv[words] != NULL) {
        words++;
    }
    const char **all = calloc(words + 3, sizeof(*all));
    assert_non_null(all);
#ifdef FG_LEASH
    snprintf(pid, 16, "%d", (int)getpid());
    all[before++] = FG_LEASH;
    all[before++] = pid;
#else
    (void)pid;
#endif
    memcpy(all + before, argv, words * sizeof(*all));
    return all;
}

void fg_process_start(fg_process *process, const char *folder, const char *name,
                      const char *const argv[], const char *const environment[])
{
    char pid[16];
    snprintf(process->out, sizeof(process->out), "%s/%s.out", folder, name);
    snprintf(process->err, sizeof(process->err), "%s/%s.err", folder, name);

    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, usual;
    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    sigaddset(&usual, SIGINT);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, process->out, O_WRONLY | O_CREAT | O_APPEND,
                                     0600);
    posix_spawn_file_actions_addopen(&actions, 2, process->err, O_WRONLY | O_CREAT | O_APPEND,
                                     0600);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

    char **all = join_environment(environment);
    const char **words = put_on_leash(argv, pid);
    char *const *arguments = (char *const *)(uintptr_t)words;
    int error = posix_spawnp(&process->pid, words[0], &actions, &attributes, arguments, all);
    free(all);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        process->pid = 0;
        fail_msg("cannot start %s: %s", words[0], strerror(error));
    }
    free(words);
    process->watch = pidfd_open(process->pid, 0);
    assert_true(process->watch >= 0);
}

void fg_process_signal(const fg_process *process, int number)
{
    assert_true(process->pid > 0);
    assert_int_equal(kill(process->pid, number), 0);
}

static bool ended_within(const fg_process *process, double seconds)
{
    struct pollfd end = {.fd = process->watch, .events = POLLIN};
    double deadline = fg_testing_now() + seconds;
    for (;;) {
        double left = deadline - fg_testing_now();
        int count = poll(&end, 1, left > 0 ? (int)(left * 1000) + 1 : 0);
        if (count > 0) {
            return true;
        }
        if (count == 0) {
            return false;
        }
        assert_int_equal(errno, EINTR);
    }
}

bool fg_process_runs(const fg_process *process)
{
    return process->pid > 0 && !ended_within(process, 0);
}

static int collect(fg_process *process)
{
    int status = 0;
    while (waitpid(process->pid, &status, 0) < 0) {
        assert_int_equal(errno, EINTR);
    }
    close(process->watch);
    process->pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int fg_process_wait(fg_process *process, double seconds)
{
    assert_true(process->pid > 0);
    if (!ended_within(process, seconds)) {
        fg_process_end(process);
        char *output = fg_process_output(process);
        print_error("%s", output);
        free(output);
        fail_msg("still running after %.1f s, output above", seconds);
    }
    return collect(process);
}

void fg_process_end(fg_process *process)
{
    if (process->pid <= 0) {
        return;
    }
    kill(process->pid, SIGKILL);
    collect(process);
}

char *fg_process_output(const fg_process *process)
{
    size_t out_size = 0, err_size = 0;
    char *out = fg_testing_read(process->out, &out_size);
    char *err = fg_testing_read(process->err, &err_size);
    char *both = realloc(out, out_size + err_size + 1);
    assert_non_null(both);
    memcpy(both + out_size, err, err_size + 1);
    free(err);
    return both;
}

typedef struct expectation {
    const fg_process *process;
    const char *text;
    bool ended;
} expectation;

static bool met(void *context)
{
    expectation *expected = context;
    /* In this order: what was written right before the end still counts. */
    expected->ended = !fg_process_runs(expected->process);
    char *output = fg_process_output(expected->process);
    bool found = strstr(output, expected->text) != NULL;
    free(output);
    return found || expected->ended;
}

void fg_process_expect(const fg_process *process, const char *text, double seconds)
{
    expectation expected = {.process = process, .text = text};
    bool in_time = fg_testing_wait(met, &expected, seconds);
    char *output = fg_process_output(process);
    bool found = strstr(output, text) != NULL;
    if (!found) {
        print_error("%s", output);
    }
    free(output);
    if (!found) {
        fail_msg("\"%s\" was not written%s, output above", text,
                 in_time ? " before the process ended" : " in time");
    }
}

int fg_process_serve(fg_process *process, const char *folder, const char *name,
                     const char *const argv[], const char *const environment[])
{
    char path[512];
    snprintf(path, sizeof(path), "%s/%s.out", folder, name);
    unlink(path);
    fg_process_start(process, folder, name, argv, environment);
    fg_process_expect(process, "listening on http", FG_TESTING_PATIENCE);
    /* The line is one write, so a part of it is never read. */
    char *output = fg_testing_read(process->out, NULL);
    const char *colon = strrchr(output, ':');
    assert_non_null(colon);
    int port = atoi(colon + 1);
    free(output);
    return port;
}

long fg_process_memory(pid_t pid, const char *field)
{
    char path[64], line[256];
    long kilobytes = -1;
    size_t length = strlen(field);
    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    FILE *status = fopen(path, "re");
    assert_non_null(status);
    while (fgets(line, sizeof(line), status) != NULL) {
        if (strncmp(line, field, length) == 0 && line[length] == ':') {
            kilobytes = strtol(line + length + 1, NULL, 10);
        }
    }
    fclose(status);
    assert_true(kilobytes > 0);
    return kilobytes;
}

int fg_process_run(const char *folder, const char *const argv[], const char *const environment[],
                   double seconds, char **ret_output)
{
    static int runs;
    char name[32];
    snprintf(name, sizeof(name), "run-%d-%d", (int)getpid(), ++runs);
    fg_process process = {0};
    fg_process_start(&process, folder, name, argv, environment);
    int code = fg_process_wait(&process, seconds);
    if (ret_output != NULL) {
        *ret_output = fg_process_output(&process);
    }
    return code;
}
