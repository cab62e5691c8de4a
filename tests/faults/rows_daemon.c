/* What may happen to the daemon itself, and to its backend while it watches. */
#include "gate.h"
#include "watchman.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DELIVERY "send_interval = 0.3\nimage = face\ndrain_timeout = 1\n"

/* The first view of a face decides, and each is reported ten times a second: so much is under way
 * at any time. */
#define BUSY                                                                                       \
    "send_interval = 0.1\nimage = face\ndrain_timeout = 1\n"                                       \
    "[access]\nconfirm = 1\nwindow = 1\nrefuse_after = 1\n"

/* All that waits goes out, and that is counted. */
static void finish_delivered(fg_watchman *man)
{
    fg_watchman_deliver(man);
    fg_watchman_add_outbox(man);
    fg_watchman_close(man);
    fg_fault_expect_delivered(man->fault);
}

static void flapping(fg_fault *fault)
{
    fg_watchman *man = fg_watchman_open(fault, DELIVERY);
    int rounds = fault->is_long ? 10 : 2;
    fg_watchman_start(man, "door");
    fg_watchman_await(man, 1);
    for (int i = 0; i < rounds; i++) {
        fg_fault_note(fault, "%d/%d", i, rounds);
        fg_fault_sleep(3);
        fg_receiver_kill(&man->door.receiver);
        fg_fault_sleep(3);
        fg_receiver_start(&man->door.receiver);
    }
    int sent = fg_door_count(&man->door, "Auth data sent successfully");
    int made = fg_door_count(&man->door, "Face detected: ");
    int code = fg_watchman_stop(man);
    fg_fault_expect(fault, code == 0 || code == 1, "the run ended with %d", code);
    fg_fault_note(fault, "killed and started %d times, %d of %d sent in between", rounds, sent,
                  made);
    finish_delivered(man);
}

/* Kills it: by turns while it starts, while it watches, and while it makes events and sends. */
static void kill_at_random(fg_watchman *man, int rounds)
{
    fg_fault *fault = man->fault;
    fault->any_made = true;
    for (int i = 0; i < rounds; i++) {
        fg_fault_note(fault, "%d/%d", i, rounds);
        fg_watchman_start(man, "door");
        if (i % 3 == 0) {
            fg_fault_pause(fault, 0.8);
        } else {
            fg_door_expect(&man->door, i % 3 == 1 ? " runs: " : "Face detected: ", 1);
            fg_fault_pause(fault, 1);
        }
        fg_process_signal(&man->door.daemon, SIGKILL);
        int code = fg_watchman_end(man);
        fg_fault_expect(fault, code == -SIGKILL, "round %d ended with %d before it was killed", i,
                        code);
        int damaged = fg_door_count(&man->door, "damaged");
        fg_fault_expect(fault, damaged == 0, "round %d found a damaged outbox", i);
    }
}

static void killed(fg_fault *fault)
{
    fg_watchman *man = fg_watchman_open(fault, BUSY);
    int rounds = fault->is_long ? 100 : 10;
    kill_at_random(man, rounds);
    fg_fault_note(fault, "%d times, the backend answering", rounds);
    finish_delivered(man);
}

static void killed_behind_gate(fg_fault *fault)
{
    static const fg_gate_plan plan = {
        .asked_percent = 45, .asked_most = 12000, .answered_percent = 45, .answered_most = 500};
    int rounds = fault->is_long ? 100 : 10;
    int port = 0, asked = 0, answered = 0;
    char url[64];
    fg_watchman *man = fg_watchman_open(fault, BUSY);
    fg_gate *gate = fg_gate_open(man->door.receiver.port, fault->dice.state, &plan, &port);
    snprintf(url, sizeof(url), "http://127.0.0.1:%d", port);
    man->backend_url = url;
    kill_at_random(man, rounds);
    fg_gate_count(gate, &asked, &answered);
    fg_gate_fix(gate);
    fg_fault_note(fault, "%d times, %d resets while asking, %d while answering", rounds, asked,
                  answered);
    finish_delivered(man);
    fg_gate_close(gate);
}

/* Many signals that end it, and that have it reload, at random. */
static void send_storm(fg_watchman *man)
{
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGTERM};
    for (int i = 0; i < 40; i++) {
        fg_process_signal(&man->door.daemon, signals[fg_dice_roll(&man->fault->dice, 4)]);
        fg_fault_pause(man->fault, 0.004);
    }
    fg_process_signal(&man->door.daemon, SIGTERM);
}

static void storms(fg_fault *fault)
{
    fg_watchman *man = fg_watchman_open(fault, BUSY);
    int rounds = fault->is_long ? 40 : 4;
    double longest = 0;
    for (int i = 0; i < rounds; i++) {
        fg_fault_note(fault, "%d/%d", i, rounds);
        /* A backend that hangs has the stop wait for its drain_timeout. */
        fg_receiver_control(&man->door.receiver,
                            i % 3 == 2 ? "{\"mode\": \"hang\"}" : "{\"mode\": \"ok\"}");
        fg_watchman_start(man, "door");
        if (i % 2 == 0) {
            fg_fault_pause(fault, 1);
        } else {
            fg_watchman_await(man, 1);
            fg_fault_pause(fault, 0.5);
        }
        bool was_ready = fg_door_count(&man->door, " runs: ") > 0;
        double reported = fg_testing_now();
        send_storm(man);
        int code = fg_watchman_end(man);
        double took = fg_testing_now() - reported;
        longest = took > longest ? took : longest;
        fg_fault_expect(fault, code == 0 || code == 1 || (code < 0 && !was_ready),
                        "round %d ended with %d", i, code);
    }
    fg_fault_expect(fault, longest < 30, "a stop took %.1f s", longest);
    fg_fault_note(fault, "%d times 41 signals, the longest stop took %.1f s", rounds, longest);
    fg_receiver_control(&man->door.receiver, "{\"mode\": \"ok\"}");
    finish_delivered(man);
}

const fg_fault_row fg_fault_daemon_rows[] = {
    {.name = "killed at random times", .part = "daemon", .run = killed, .seconds = 900},
    {.name = "killed, connections reset too",
     .part = "daemon",
     .run = killed_behind_gate,
     .seconds = 900},
    {.name = "backend flapping every 3 s", .part = "daemon", .run = flapping, .seconds = 300},
    {.name = "storms of SIGTERM, SIGINT, SIGHUP", .part = "daemon", .run = storms, .seconds = 600},
    {.name = NULL},
};
