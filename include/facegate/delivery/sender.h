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
#include "facegate/error.h"

#include <stdbool.h>
#include <stdio.h>

typedef struct fg_backend_options {
    const char *url;        /* http or https, no path */
    double timeout;         /* seconds, for a whole request */
    double connect_timeout; /* seconds */
    const char *token_file; /* each of these NULL or "" for none */
    const char *ca_file;
    const char *client_cert;
    const char *client_key;
} fg_backend_options;

/*
 * Checks what can be known without the network: URL, readable files that hold the certificates and
 * the key they should in PEM form, and that a token goes only over https or to loopback (-EINVAL
 * and what to do). Without a token file, a systemd credential
 * named "token" is used.
 */
int fg_backend_check_options(const fg_backend_options *options, fg_error *error);

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

/*
 * test-backend: a multipart Accepted, a multipart Refused with reason, a JSON-only entry, and a GET
 * that finds the three; `jpeg` is the picture sent. With `dry_run` nothing is posted and only the
 * GET's shape is checked. The list may have any length: of it one entry at a time is held. Prints a
 * line for each. Returns how many failed, or a negative errno.
 */
int fg_backend_test(const fg_backend_options *options, const uint8_t *jpeg, size_t size,
                    bool dry_run, FILE *output, fg_error *error);

/* The way to a backend, in order; what comes after a step that failed is not tried. */
enum fg_probe_step {
    FG_PROBE_NAME,     /* its host resolves */
    FG_PROBE_CONNECT,  /* something listens there */
    FG_PROBE_TLS,      /* and proves who it is; not needed over http */
    FG_PROBE_CONTRACT, /* a GET is answered as the wire contract has it */
    FG_PROBE_STEPS,    /* how many */
};

enum fg_probe_state { FG_PROBE_PASSED, FG_PROBE_FAILED, FG_PROBE_NOT_NEEDED, FG_PROBE_NOT_TRIED };

/* What was found on one step, in words, and where it failed what to do about it. */
typedef struct fg_probe_finding {
    enum fg_probe_state state;
    fg_error text, fix;
} fg_probe_finding;

/*
 * Goes that way with one GET, which writes nothing at the backend, and reads no more than the first
 * MiB of a long list. Returns a negative errno, with the text, where the options cannot be used.
 */
int fg_backend_probe(const fg_backend_options *options,
                     fg_probe_finding ret_findings[FG_PROBE_STEPS], fg_error *error);

#endif
