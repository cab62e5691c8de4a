/* What a backend may do to the sender: be away, be slow, refuse, lose what it answered. */
#include "counter.h"
#include "facegate/clock.h"
#include "simulated_time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define MANY(fault) ((fault)->is_long ? 200 : 40)

/* Ends with all that was put delivered. */
static void finish_delivered(fg_fault *fault, post_office *office)
{
    post_office_expect_sent(office, office->made);
    fg_counter_close(fault, office);
    fg_fault_expect_delivered(fault);
}

static void down(fg_fault *fault)
{
    post_office *office = fg_counter_open(fault);
    fg_receiver_stop(&office->receiver);
    post_office_put(office, MANY(fault));
    post_office_send(office);
    post_office_expect_log(office, "Network error sending auth data: Failed to connect", 1);
    post_office_put(office, MANY(fault));
    fg_fault_note(fault, "%d events waited for it", office->made);
    fg_receiver_start(&office->receiver);
    finish_delivered(fault, office);
}

static void slow(fg_fault *fault)
{
    post_office *office = fg_counter_open(fault);
    office->options.timeout = 1;
    post_office_put(office, fault->is_long ? 20 : 5);
    /* First slow, then slower than anybody waits for. */
    fg_receiver_control(&office->receiver, "{\"mode\": \"slow\", \"pause\": 0.001}");
    post_office_send(office);
    post_office_expect_sent(office, office->made);
    fg_receiver_control(&office->receiver, "{\"mode\": \"slow\", \"pause\": 0.3}");
    post_office_put(office, 5);
    fg_counter_await_attempts(office, 2);
    fg_receiver_control(&office->receiver, "{\"mode\": \"ok\"}");
    fg_fault_note(fault, "1 ms, then 300 ms between two bytes of the answer");
    finish_delivered(fault, office);
}

static void hanging(fg_fault *fault)
{
    post_office *office = fg_counter_open(fault);
    office->options.timeout = 0.3;
    fg_receiver_control(&office->receiver, "{\"mode\": \"hang\"}");
    post_office_put(office, MANY(fault));
    post_office_send(office);
    fg_counter_await_attempts(office, 3);
    fg_sender_stop(office->sender, 0);
    fg_fault_note(fault, "given up after 0.3 s each time, until it answered");
    fg_receiver_control(&office->receiver, "{\"mode\": \"ok\"}");
    office->sender = fg_sender_free(office->sender);
    office->options.timeout = 5;
    post_office_send(office);
    finish_delivered(fault, office);
}

static void put_one(void *context)
{
    post_office_put(context, 1);
}

static void hour_of_500(fg_fault *fault)
{
    post_office *office = fg_counter_open(fault);
    /* Those of the daemon. */
    office->paces = (fg_sender_paces){.backoff_least = FG_NS_PER_S,
                                      .backoff_most = 60 * FG_NS_PER_S,
                                      .reminder = 60 * FG_NS_PER_S,
                                      .poll_every = 60 * FG_NS_PER_S};
    fg_receiver_control(&office->receiver, "{\"mode\": \"status\", \"code\": 500}");
    post_office_put(office, 1);
    post_office_send(office);
    fg_simulated_pass(3600, put_one, office);

    cJSON *seen = fg_receiver_seen(&office->receiver);
    int attempts = cJSON_GetArraySize(seen);
    int lines = post_office_logged(office, "Failed to send auth data: 500");
    cJSON_Delete(seen);
    fg_fault_note(fault, "%d attempts and %d lines about it in 3600 simulated seconds", attempts,
                  lines);
    fg_fault_expect(fault, office->made == 61, "%d events were made, not 61", office->made);
    fg_fault_expect(fault, attempts >= 60 && attempts <= 130,
                    "%d attempts in an hour, with 30 to 60 s between two", attempts);
    fg_fault_expect(fault, lines >= 30 && lines <= 61, "%d lines about it in an hour", lines);

    fg_receiver_control(&office->receiver, "{\"mode\": \"ok\"}");
    fg_simulated_pass(61, NULL, NULL);
    post_office_expect_sent(office, office->made);
    fg_simulated_end();
    finish_delivered(fault, office);
}

static void wrong_token(fg_fault *fault)
{
    post_office *office = fg_counter_open(fault);
    char *right = fg_testing_path(office->folder, "right");
    char *token = fg_testing_path(office->folder, "token");
    fg_testing_write(right, "right\n", 6);
    fg_testing_write(token, "wrong\n", 6);
    office->receiver.token_file = right;
    office->options.token_file = token;
    fg_counter_restart_receiver(office);
    post_office_put(office, MANY(fault));
    post_office_send(office);
    post_office_expect_log(office, "(check token_file)", 1);
    fg_fault_expect(fault, post_office_ledger(office).sent == 0, "a wrong token was taken");
    fg_testing_write(token, "right\n", 6);
    fg_fault_note(fault, "the fixed file counts without a restart");
    finish_delivered(fault, office);
    free(token);
    free(right);
}

static void refused_for_good(fg_fault *fault)
{
    post_office *office = fg_counter_open(fault);
    fg_receiver_control(&office->receiver, "{\"mode\": \"status\", \"code\": 400, \"count\": 10}");
    post_office_put(office, MANY(fault));
    post_office_send(office);
    post_office_expect_sent(office, office->made - 10);
    post_office_expect_set_aside(office, 10);
    int reported = post_office_logged(office, "is set aside, see facegate outbox");
    fg_fault_expect(fault, reported == 10, "%d of 10 set aside were logged", reported);
    fg_fault_note(fault, "the rest went past the 10 it would not have");
    fg_counter_close(fault, office);
    fg_fault_expect_delivered(fault);
}

/* Each event's answer is lost once. */
static void lose_answers(fg_fault *fault, post_office *office)
{
    post_office_send(office);
    for (int i = 1; i <= MANY(fault); i++) {
        fg_receiver_control(&office->receiver, "{\"mode\": \"lost\", \"count\": 1}");
        post_office_put(office, 1);
        post_office_expect_sent(office, i);
    }
}

static void answer_lost(fg_fault *fault)
{
    post_office *office = fg_counter_open(fault);
    lose_answers(fault, office);
    fg_fault_note(fault, "%d answers lost, each event entered once", office->made);
    finish_delivered(fault, office);
}

static void answer_lost_without_key(fg_fault *fault)
{
    post_office *office = fg_counter_open(fault);
    fg_receiver_control(&office->receiver, "{\"idempotency\": false}");
    lose_answers(fault, office);
    fault->result->forgiven = office->made;
    fg_fault_note(fault, "no door can help that: at least once, not exactly once");
    finish_delivered(fault, office);
}

static void huge_answer(fg_fault *fault)
{
    post_office *office = fg_counter_open(fault);
    post_office_send(office);
    /* One that went well, so that what a request needs is there already. */
    post_office_put(office, 1);
    post_office_expect_sent(office, 1);
    long before = fg_process_memory(getpid(), "VmHWM");
    fg_receiver_control(&office->receiver, "{\"mode\": \"garbage\", \"code\": 500, \"count\": 5}");
    post_office_put(office, MANY(fault));
    post_office_expect_sent(office, office->made);
    long grown = fg_process_memory(getpid(), "VmHWM") - before;
    fg_fault_expect(fault, grown < 4096, "memory grew by %ld KiB over answers of 10 MB", grown);
    fg_fault_note(fault, "5 of them; memory grew by %ld KiB", grown);
    finish_delivered(fault, office);
}

const fg_fault_row fg_fault_backend_rows[] = {
    {.name = "backend down", .part = "sender", .run = down, .seconds = 120},
    {.name = "slow, byte by byte", .part = "sender", .run = slow, .seconds = 120},
    {.name = "hanging", .part = "sender", .run = hanging, .seconds = 120},
    {.name = "500 for a simulated hour", .part = "sender", .run = hour_of_500, .seconds = 120},
    {.name = "401 until the token is fixed", .part = "sender", .run = wrong_token, .seconds = 60},
    {.name = "400 for ten events", .part = "sender", .run = refused_for_good, .seconds = 60},
    {.name = "answer lost after it was stored",
     .part = "sender",
     .run = answer_lost,
     .seconds = 120},
    {.name = "the same, backend knows no key",
     .part = "sender",
     .run = answer_lost_without_key,
     .seconds = 120},
    {.name = "answer of 10 MB", .part = "sender", .run = huge_answer, .seconds = 120},
    {.name = NULL},
};
