/*
 * The way to a backend, step by step: how far one request comes, and what a person can do where it
 * ends. Belongs to one thread. main has called curl_global_init.
 */
#ifndef FACEGATE_DELIVERY_BACKEND_PROBE_H
#define FACEGATE_DELIVERY_BACKEND_PROBE_H

#include "facegate/delivery/target.h"
#include "facegate/error.h"

/* In order; what comes after a step that failed is not tried. */
enum fg_probe_step {
    FG_PROBE_NAME,     /* its host resolves */
    FG_PROBE_CONNECT,  /* something listens there */
    FG_PROBE_TLS,      /* and proves who it is; not needed over http */
    FG_PROBE_CONTRACT, /* a GET is answered as the wire contract has it */
    FG_PROBE_STEPS,    /* how many */
};

enum fg_probe_state { FG_PROBE_PASSED, FG_PROBE_FAILED, FG_PROBE_NOT_NEEDED, FG_PROBE_NOT_TRIED };

/* What was found on one step, in words, and if it failed what to do about it. */
typedef struct fg_probe_finding {
    enum fg_probe_state state;
    fg_error text, fix;
} fg_probe_finding;

/*
 * Goes that way with one GET, which writes nothing at the backend, and reads no more than the first
 * MiB of a long list. Returns a negative errno, with the text, if the options cannot be used.
 */
int fg_backend_probe(const fg_backend_options *options,
                     fg_probe_finding ret_findings[FG_PROBE_STEPS], fg_error *error);

#endif
