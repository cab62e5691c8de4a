#include "watchman.h"

#include <glob.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define LOG_SHOWN 4000

static fg_watchman the_man;
static bool is_open;

/* A test that fails ends the process: what its runs said last is what explains it. */
static void show_logs(void)
{
    glob_t found = {0};
    char *pattern = is_open ? fg_testing_path(the_man.door.folder, "*.err") : NULL;
    if (pattern != NULL && glob(pattern, 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++) {
            size_t size = 0;
            char *text = fg_testing_read(found.gl_pathv[i], &size);
            fprintf(stderr, "--- %s\n%s", found.gl_pathv[i],
                    text + (size > LOG_SHOWN ? size - LOG_SHOWN : 0));
            free(text);
        }
        globfree(&found);
    }
    free(pattern);
}

fg_watchman *fg_watchman_open(fg_fault *fault, const char *delivery)
{
    the_man = (fg_watchman){.fault = fault};
    fg_door_open(&the_man.door, delivery);
    is_open = true;
    atexit(show_logs);
    return &the_man;
}

void fg_watchman_use_outbox(fg_watchman *man, const char *path)
{
    free(man->door.outbox);
    man->door.outbox = strdup(path);
    assert_non_null(man->door.outbox);
}

static void trace_path(const fg_watchman *man, int run, char ret_path[512])
{
    snprintf(ret_path, 512, "%s/trace-%d", man->door.folder, run);
}

void fg_watchman_play(fg_watchman *man, const char *source, const char *fps)
{
    char name[32], trace[512];
    const char *url = man->backend_url != NULL ? man->backend_url : man->door.receiver.url;
    const char *pace = fps != NULL ? "--fps" : NULL;
    const char *options[] = {
        "--source", source, "--backend-url", url, "--trace", trace, "--loop", pace, fps, NULL};
    snprintf(name, sizeof(name), "run-%d", ++man->starts);
    trace_path(man, man->starts, trace);
    fg_door_run(&man->door, name, options);
}

void fg_watchman_start(fg_watchman *man, const char *scene)
{
    char *images = fg_door_images(scene);
    /* A picture without faces is judged in no time; nobody needs thousands a second. */
    fg_watchman_play(man, images, strcmp(scene, "door") == 0 ? NULL : "10");
    free(images);
}

void fg_watchman_await(fg_watchman *man, int observations)
{
    static const char text[] = "Face detected: ";
    fg_door_expect(&man->door, text, fg_door_count(&man->door, text) + observations);
}

int fg_watchman_end(fg_watchman *man)
{
    int code = fg_process_wait(&man->door.daemon, FG_TESTING_PATIENCE);
    bool is_amiss = fg_door_count(&man->door, "did not add up") > 0;
    fg_fault_expect(man->fault, !is_amiss, "run %d found a ledger that did not add up",
                    man->starts);
    return code;
}

int fg_watchman_stop(fg_watchman *man)
{
    fg_process_signal(&man->door.daemon, SIGTERM);
    return fg_watchman_end(man);
}

static bool nothing_waits(void *context)
{
    const fg_watchman *man = context;
    fg_ledger ledger = {.waiting = 1};
    fg_outbox *outbox = NULL;
    fg_outbox_options options = {.path = man->door.outbox};
    if (fg_outbox_open(&options, &outbox, NULL) == 0) {
        fg_outbox_ledger(outbox, &ledger, NULL);
        fg_outbox_free(outbox);
    }
    return ledger.waiting == 0 || !fg_process_runs(&man->door.daemon);
}

void fg_watchman_deliver(fg_watchman *man)
{
    fg_watchman_start(man, "nobody.jpg");
    fg_door_expect(&man->door, " runs: ", 1);
    bool is_empty = fg_testing_wait(nothing_waits, man, FG_TESTING_PATIENCE);
    int code = fg_watchman_stop(man);
    fg_fault_expect(man->fault, is_empty && code == 0, "the last run ended with %d", code);
}

void fg_watchman_add_outbox(fg_watchman *man)
{
    fg_fault_add_outbox_at(man->fault, man->door.outbox);
}

/* The events that a run reported. What it did not get to write down is no promise. */
static void read_trace(fg_watchman *man, int run)
{
    static const char key[] = "\"event\":\"";
    char path[512];
    trace_path(man, run, path);
    if (access(path, F_OK) != 0) {
        return;
    }
    char *text = fg_testing_read(path, NULL);
    for (char *at = text; (at = strstr(at, key)) != NULL;) {
        at += strlen(key);
        if (strcspn(at, "\"") == FG_EVENT_ID_SIZE - 1) {
            char id[FG_EVENT_ID_SIZE];
            snprintf(id, sizeof(id), "%s", at);
            fg_fault_tell(man->fault, id);
        }
    }
    free(text);
}

void fg_watchman_close(fg_watchman *man)
{
    for (int run = 1; run <= man->starts; run++) {
        read_trace(man, run);
    }
    fg_fault_count(man->fault, &man->door.receiver);
    if (man->fault->result->complaint_count > 0) {
        show_logs();
    }
    is_open = false;
    fg_door_close(&man->door);
}
