/*
 * The sender: a thread that gives the oldest event to a sink until the sink has it, then the next.
 * What the sink refuses for good is set aside; everything else is tried again with exponential
 * back-off and jitter (1 s to 60 s; what the other end asks for is honoured up to 10 minutes). It
 * logs when the state changes and once a minute after that.
 *
 * It waits in the sink's poll and nowhere else, so a kick or a stop takes effect at once.
 */
#ifndef FACEGATE_DELIVERY_SENDER_H
#define FACEGATE_DELIVERY_SENDER_H

#include "facegate/delivery/outbox.h"
#include "facegate/delivery/sink.h"
#include "facegate/error.h"

typedef struct fg_sender fg_sender;

/*
 * The sink is the sender's from here on, and is freed if this fails: -ENOMEM, or what the sink's
 * check found. The outbox outlives the sender.
 */
int fg_sender_create(fg_outbox *outbox, fg_sink sink, fg_sender **ret_sender, fg_error *error);
int fg_sender_start(fg_sender *sender, fg_error *error);

/* There is something new in the outbox. A back-off goes on: a busy door must not hammer a sick
 * backend. Never waits; any thread. */
void fg_sender_kick(fg_sender *sender);

/*
 * Tries at once whatever the back-off says, for at most `drain_timeout` seconds or until the outbox
 * is empty, then ends the thread. What is left stays in the outbox.
 */
void fg_sender_stop(fg_sender *sender, double drain_timeout);
fg_sender *fg_sender_free(fg_sender *sender); /* stops at once where needed */

#endif
