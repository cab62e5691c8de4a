/* SIGTERM and SIGINT end the daemon within drain_timeout and what the machine takes, whatever it is
 * doing. */
#include "door.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DRAIN_TIMEOUT 1

/* Seconds. The slowest of machines may take MARGIN beyond it: what a stop must not wait for would
 * last longer still. That there is no wait of seconds in every stop shows in the quickest one. */
#define TIMEOUT_LINE "timeout = 300\n"
#define MARGIN       60
#define BEST_MARGIN  4

/* Sanitised daemons are many times slower and look for leaks at their end: there a few rounds show
 * that nothing hangs. */
#ifdef FG_SANITISED
#define ROUNDS 12
#else
#define ROUNDS 100
#endif

/* Two daemons are stopped at a time, since most of a stop is waiting. */
#define DOORS 2

static fg_door doors[DOORS];

static int open_doors(void **state)
{
    (void)state;
    for (int i = 0; i < DOORS; i++) {
        fg_door_open(&doors[i], "drain_timeout = 1\nsend_interval = 0.1\n" TIMEOUT_LINE);
    }
    return 0;
}

static int close_doors(void **state)
{
    (void)state;
    for (int i = 0; i < DOORS; i++) {
        fg_door_close(&doors[i]);
    }
    return 0;
}

/* What the daemon is in the middle of when the signal comes, by turns. */
static const struct {
    const char *mode;   /* the receiver's */
    const char *source; /* a scene, or NULL for a camera that is not there */
    const char *text;   /* in the output when it has come that far */
    int count;
} stages[] = {
    {"{\"mode\": \"ok\"}", "door", " runs: ", 1},
    {"{\"mode\": \"ok\"}", "door", "Auth data sent successfully", 1},
    {"{\"mode\": \"hang\"}", "door", "Face detected: ", 3},
    {"{\"mode\": \"slow\", \"pause\": 1}", "door", "Face detected: ", 2},
    {"{\"mode\": \"status\", \"code\": 503, \"retry_after\": 60}", "door",
     "Failed to send auth data", 1},
    {"{\"mode\": \"ok\"}", NULL, " runs: ", 1},
};

#define STAGES (sizeof(stages) / sizeof(stages[0]))

static size_t stage_of(int round)
{
    return (size_t)round % STAGES;
}

static void start(fg_door *door, int round, const char *images)
{
    size_t stage = stage_of(round);
    char name[32];
    const char *options[] = {"--source", stages[stage].source != NULL ? images : "auto",
                             stages[stage].source != NULL ? "--loop" : NULL, NULL};
    snprintf(name, sizeof(name), "round-%d", round);
    fg_receiver_control(&door->receiver, stages[stage].mode);
    fg_door_run(door, name, options);
}

/* How long it took. */
static double expect_end(fg_door *door, int round, double reported)
{
    int code = fg_process_wait(&door->daemon, FG_TESTING_PATIENCE);
    double took = fg_testing_now() - reported;
    /* With an image source it is 1 where events are left in the outbox. */
    if (code != 0 && code != 1) {
        char *output = fg_process_output(&door->daemon);
        fail_msg("round %d ended with %d:\n%s", round, code, output);
    }
    if (took > DRAIN_TIMEOUT + MARGIN) {
        fail_msg("round %d, %s: the stop took %.2f s", round, stages[stage_of(round)].mode, took);
    }
    return took;
}

static void every_stop_ends_in_time(void **state)
{
    (void)state;
    char *images = fg_door_images("door");
    double best[STAGES] = {0};
    double longest = 0;
    for (int round = 0; round < ROUNDS; round += DOORS) {
        double reported[DOORS];
        for (int i = 0; i < DOORS; i++) {
            start(&doors[i], round + i, images);
        }
        for (int i = 0; i < DOORS; i++) {
            size_t stage = stage_of(round + i);
            fg_door_expect(&doors[i], stages[stage].text, stages[stage].count);
        }
        for (int i = 0; i < DOORS; i++) {
            reported[i] = fg_testing_now();
            fg_process_signal(&doors[i].daemon, (round / DOORS + i) % 2 == 0 ? SIGTERM : SIGINT);
        }
        for (int i = 0; i < DOORS; i++) {
            double took = expect_end(&doors[i], round + i, reported[i]);
            double *quickest = &best[stage_of(round + i)];
            *quickest = *quickest == 0 || took < *quickest ? took : *quickest;
            longest = took > longest ? took : longest;
        }
    }
    print_message("%d stops with a drain_timeout of %d s, the longest took %.2f s\n", ROUNDS,
                  DRAIN_TIMEOUT, longest);
#ifndef FG_SANITISED
    for (size_t i = 0; i < STAGES; i++) {
        print_message("%s: the quickest %.2f s\n", stages[i].mode, best[i]);
        assert_true(best[i] < DRAIN_TIMEOUT + BEST_MARGIN);
    }
#endif
    free(images);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_stop_ends_in_time, open_doors, close_doors),
    };
    return cmocka_run_group_tests_name("stop", tests, NULL, NULL);
}
