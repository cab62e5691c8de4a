#include "counter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static post_office the_office;
static bool is_open;

/* A test that fails ends the process: what was logged then is what explains it. */
static void show_log(void)
{
    if (is_open) {
        char *log = post_office_log(&the_office);
        dup2(the_office.usual_stderr, STDERR_FILENO);
        fprintf(stderr, "%s", log);
        free(log);
    }
}

static void tell(void *context, const char *id)
{
    fg_fault_tell(context, id);
}

post_office *fg_counter_open(fg_fault *fault)
{
    post_office *office = &the_office;
    void *state = office;
    post_office_set_up(&state);
    office->reported = tell;
    office->context = fault;
    is_open = true;
    atexit(show_log);
    return office;
}

void fg_counter_restart_receiver(post_office *office)
{
    /* Asked nicely, it waits for a TLS handshake that a sender may have left in the middle. */
    fg_receiver_kill(&office->receiver);
    fg_receiver_start(&office->receiver);
}

void fg_counter_await_attempts(post_office *office, int count)
{
    cJSON *seen = fg_receiver_seen(&office->receiver);
    count += cJSON_GetArraySize(seen);
    cJSON_Delete(seen);
    fg_receiver_expect_seen(&office->receiver, count);
}

void fg_counter_close(fg_fault *fault, post_office *office)
{
    void *state = office;
    office->sender = fg_sender_free(office->sender);
    fg_fault_add_outbox(fault, office->outbox);
    fg_fault_count(fault, &office->receiver);
    if (fault->result->complaint_count > 0) {
        show_log();
    }
    is_open = false;
    post_office_tear_down(&state);
}
