/* SIGTERM and SIGINT end the daemon within drain_timeout + 1 s, whatever it is doing. */
#include "door.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DRAIN_TIMEOUT 1

/* Sanitised daemons are many times slower and look for leaks at their end: there a few rounds show
 * that nothing hangs. */
#ifdef FG_SANITISED
#define ROUNDS 12
#define MARGIN 30
#else
#define ROUNDS 100
#define MARGIN 1
#endif

static fg_door door;

static int open_door(void **state)
{
    (void)state;
    fg_door_open(&door, "drain_timeout = 1\nsend_interval = 0.1\n");
    return 0;
}

static int close_door(void **state)
{
    (void)state;
    fg_door_close(&door);
    return 0;
}

/* What the daemon is in the middle of when the signal comes, by turns. */
static const struct {
    const char *mode;   /* the receiver's */
    const char *source; /* a scene, or NULL for a camera that is not there */
    const char *text;   /* in the output when it has come that far */
    int count;
} moments[] = {
    {"{\"mode\": \"ok\"}", "door", " runs: ", 1},
    {"{\"mode\": \"ok\"}", "door", "Auth data sent successfully", 1},
    {"{\"mode\": \"hang\"}", "door", "Face detected: ", 3},
    {"{\"mode\": \"slow\", \"pause\": 1}", "door", "Face detected: ", 2},
    {"{\"mode\": \"status\", \"code\": 503, \"retry_after\": 60}", "door",
     "Failed to send auth data", 1},
    {"{\"mode\": \"ok\"}", NULL, " runs: ", 1},
};

static void every_stop_ends_in_time(void **state)
{
    (void)state;
    char *images = fg_door_images("door");
    for (int round = 0; round < ROUNDS; round++) {
        size_t moment = (size_t)round % (sizeof(moments) / sizeof(moments[0]));
        char name[32];
        const char *options[] = {"--source", moments[moment].source != NULL ? images : "auto",
                                 moments[moment].source != NULL ? "--loop" : NULL, NULL};
        snprintf(name, sizeof(name), "round-%d", round);
        fg_receiver_control(&door.receiver, moments[moment].mode);
        fg_door_run(&door, name, options);
        fg_door_expect(&door, moments[moment].text, moments[moment].count);

        double told = fg_testing_now();
        fg_process_signal(&door.daemon, round % 2 == 0 ? SIGTERM : SIGINT);
        int code = fg_process_wait(&door.daemon, 60);
        double took = fg_testing_now() - told;
        /* With an image source it is 1 where events are left in the outbox. */
        if (code != 0 && code != 1) {
            char *output = fg_process_output(&door.daemon);
            fail_msg("round %d ended with %d:\n%s", round, code, output);
        }
        if (took > DRAIN_TIMEOUT + MARGIN) {
            fail_msg("round %d, %s: the stop took %.2f s", round, moments[moment].mode, took);
        }
    }
    print_message("%d of %d stops ended within %d s\n", ROUNDS, ROUNDS, DRAIN_TIMEOUT + MARGIN);
    free(images);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_stop_ends_in_time, open_door, close_door),
    };
    return cmocka_run_group_tests_name("stop", tests, NULL, NULL);
}
