#include "door.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define FACEGATE   FG_BINARY_DIR "/src/cli/facegate"
#define SCENES     FG_BINARY_DIR "/tests/scenes"
#define MAX_WORDS  32
#define MAX_CONFIG 4096

char *fg_door_scene(const char *name)
{
    return fg_testing_path(SCENES, name);
}

char *fg_door_images(const char *name)
{
    size_t size = strlen("images:" SCENES "/") + strlen(name) + 1;
    char *text = malloc(size);
    assert_non_null(text);
    snprintf(text, size, "images:" SCENES "/%s", name);
    return text;
}

void fg_door_open(fg_door *door, const char *delivery)
{
    char text[MAX_CONFIG];
    *door = (fg_door){0};
    door->folder = fg_testing_folder_in("/dev/shm");
    door->config = fg_testing_path(door->folder, "facegate.conf");
    door->encodings = fg_testing_path(door->folder, "encodings.json");
    door->outbox = fg_testing_path(door->folder, "outbox.db");
    door->backend = fg_testing_path(door->folder, "backend");
    door->receiver.folder = door->folder;
    door->receiver.data = door->backend;
    fg_receiver_start(&door->receiver);

    size_t size = 0;
    char *gallery = fg_testing_read(SCENES "/encodings.json", &size);
    fg_testing_write(door->encodings, gallery, size);
    assert_int_equal(chmod(door->encodings, 0600), 0);
    free(gallery);

    int length = snprintf(text, sizeof(text),
                          "[vision]\nmodels = %s\n[access]\nencodings = %s\n[delivery]\n"
                          "backend_url = %s\noutbox = %s\n%s",
                          FG_SOURCE_DIR "/models", door->encodings, door->receiver.url,
                          door->outbox, delivery != NULL ? delivery : "");
    assert_in_range(length, 1, sizeof(text) - 1);
    fg_testing_write(door->config, text, (size_t)length);
}

void fg_door_close(fg_door *door)
{
    fg_process_end(&door->daemon);
    fg_receiver_kill(&door->receiver);
    fg_testing_remove(door->folder);
    free(door->config);
    free(door->encodings);
    free(door->outbox);
    free(door->backend);
    *door = (fg_door){0};
}

/* `facegate WORD... --config FILE`; a run gets the outbox too, which images would not take from the
 * file. */
static void assemble(const fg_door *door, const char *first, const char *const words[],
                     const char *ret_argv[MAX_WORDS])
{
    size_t count = 0;
    for (; door->before != NULL && door->before[count] != NULL; count++) {
        ret_argv[count] = door->before[count];
    }
    const char **command = &ret_argv[count + 1];
    ret_argv[count++] = FACEGATE;
    if (first != NULL) {
        ret_argv[count++] = first;
    }
    for (size_t i = 0; words != NULL && words[i] != NULL; i++) {
        assert_in_range(count, 0, MAX_WORDS - 6);
        ret_argv[count++] = words[i];
    }
    if (strcmp(*command, "run") == 0) {
        ret_argv[count++] = "--outbox";
        ret_argv[count++] = door->outbox;
    }
    ret_argv[count++] = "--config";
    ret_argv[count++] = door->config;
    ret_argv[count] = NULL;
}

/* Nothing of the machine the tests run on may reach the daemon. */
static void isolate(const fg_door *door, char runtime[512], const char *ret_environment[6])
{
    snprintf(runtime, 512, "XDG_RUNTIME_DIR=%s", door->folder);
    ret_environment[0] = runtime;
    ret_environment[1] = "RUNTIME_DIRECTORY=";
    ret_environment[2] = "BACKEND_URL=";
    ret_environment[3] = "SEND_INTERVAL=";
    ret_environment[4] = NULL;
}

int fg_door_command(fg_door *door, char **ret_output, const char *const words[])
{
    const char *argv[MAX_WORDS];
    const char *environment[6];
    char runtime[512];
    assemble(door, NULL, words, argv);
    isolate(door, runtime, environment);
    return fg_process_run(door->folder, argv, environment, FG_TESTING_PATIENCE, ret_output);
}

void fg_door_run(fg_door *door, const char *name, const char *const options[])
{
    const char *argv[MAX_WORDS];
    const char *environment[6];
    char runtime[512];
    assemble(door, "run", options, argv);
    isolate(door, runtime, environment);
    fg_process_start(&door->daemon, door->folder, name, argv, environment);
}

int fg_door_count(const fg_door *door, const char *text)
{
    char *output = fg_process_output(&door->daemon);
    int count = 0;
    for (const char *at = output; (at = strstr(at, text)) != NULL; at += strlen(text)) {
        count++;
    }
    free(output);
    return count;
}

typedef struct expectation {
    const fg_door *door;
    const char *text;
    int count;
    int seen;
    bool ended;
} expectation;

static bool is_met(void *context)
{
    expectation *wanted = context;
    /* In this order: what was written right before the end still counts. */
    wanted->ended = !fg_process_runs(&wanted->door->daemon);
    wanted->seen = fg_door_count(wanted->door, wanted->text);
    return wanted->seen >= wanted->count || wanted->ended;
}

void fg_door_expect(const fg_door *door, const char *text, int count)
{
    expectation wanted = {.door = door, .text = text, .count = count};
    fg_testing_wait(is_met, &wanted, FG_TESTING_PATIENCE);
    if (wanted.seen < count) {
        char *output = fg_process_output(&door->daemon);
        fprintf(stderr, "%s\n", output); /* too long for cmocka's */
        free(output);
        fail_msg("\"%s\" came %d times, not %d, %s; output above", text, wanted.seen, count,
                 wanted.ended ? "and the daemon has ended" : "in the time there is");
    }
}

typedef struct milestone {
    const fg_door *door;
    long number;
} milestone;

static bool is_reached(void *context)
{
    const milestone *wanted = context;
    char *output = fg_process_output(&wanted->door->daemon);
    const char *last = NULL;
    for (const char *at = output; (at = strstr(at, "frame ")) != NULL; at++) {
        last = at;
    }
    bool reached = last != NULL && atol(last + strlen("frame ")) >= wanted->number;
    free(output);
    return reached;
}

void fg_door_expect_frame(const fg_door *door, long number)
{
    milestone wanted = {.door = door, .number = number};
    if (!fg_testing_wait(is_reached, &wanted, 600)) {
        fail_msg("the daemon did not come to frame %ld", number);
    }
}

char *fg_door_decisions(const fg_door *door)
{
    char *output = fg_process_output(&door->daemon);
    char *result = calloc(1, strlen(output) + 1);
    assert_non_null(result);
    char *end = result;
    for (char *line = strtok(output, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        const char *decision = strstr(line, "frame ");
        if (decision != NULL && strstr(line, "DEBUG") != NULL) {
            end += sprintf(end, "%s\n", decision);
        }
    }
    free(output);
    return result;
}
