/*
 * The sender: a thread that posts the oldest event until the backend has it, then the next. What
 * the backend can never take is set aside; everything else is tried again with exponential back-off
 * and jitter (1 s to 60 s, Retry-After honoured up to 10 minutes). It logs when the state changes
 * and once a minute after that.
 *
 * One curl easy handle on one multi handle, both the thread's own; curl_multi_poll is the only
 * place it waits, so a kick or a stop takes effect at once. Redirects are not followed, TLS always
 * verifies. Source: libcurl's documentation; RFC 9110 10.2.3 for Retry-After.
 */
#ifndef FACEGATE_DELIVERY_SENDER_H
#define FACEGATE_DELIVERY_SENDER_H

#include "facegate/delivery/outbox.h"
#include "facegate/delivery/target.h"
#include "facegate/error.h"

typedef struct fg_sender fg_sender;

/* Strings are copied. The outbox outlives the sender. curl_global_init has been called by main. */
int fg_sender_create(const fg_backend_options *options, fg_outbox *outbox, fg_sender **ret_sender,
                     fg_error *error);
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
