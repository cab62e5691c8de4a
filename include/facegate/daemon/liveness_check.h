/*
 * The check that keeps a photograph of somebody enrolled out: the liveness models that the
 * configuration asks for, what to say where there are none, and the check (check.h) on them.
 */
#ifndef FACEGATE_DAEMON_LIVENESS_CHECK_H
#define FACEGATE_DAEMON_LIVENESS_CHECK_H

#include "facegate/base/config.h"
#include "facegate/daemon/check.h"
#include "facegate/vision/liveness.h"

#define FG_LIVENESS_CHECK "liveness" /* its name among the checks */

/* Whether photographs are refused. */
typedef struct fg_liveness_state {
    bool refuses;
    fg_error text; /* that they are, or why not and what that means: one line */
    fg_error fix;  /* what to do about it; empty where it is by choice */
} fg_liveness_state;

/*
 * Loads what `[access] liveness` asks for. Gives NULL, and 0, where it is off, or where it need not
 * be on and cannot be loaded. An error, as fg_liveness_create has them, only where it has to be on.
 * `ret_state` says how things are in each case.
 */
int fg_liveness_check_open(const fg_config *config, fg_liveness **ret_liveness,
                           fg_liveness_state *ret_state);

/* The check, on models that outlive it. */
fg_check fg_liveness_check_of(const fg_config *config, fg_liveness *liveness);

#endif
