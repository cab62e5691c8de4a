/*
 * The outbox of one run: which one it is, what waited there from before, and whether the run got
 * everything delivered. Main thread only.
 */
#ifndef FACEGATE_DAEMON_RUN_OUTBOX_H
#define FACEGATE_DAEMON_RUN_OUTBOX_H

#include "facegate/base/config.h"
#include "facegate/delivery/outbox.h"

typedef struct fg_run_outbox {
    fg_outbox *outbox; /* NULL: not open */
    bool is_private;   /* made for this run alone */
    fg_ledger before;  /* as it stood at the start */
} fg_run_outbox;

/*
 * Opens the configured outbox, else the usual one. A run over images gets one of its own unless the
 * configured one was named for this very run (`given`), so that trying something out never sends
 * what the daemon has waiting. Logs what was repaired and what waits. Errors as fg_outbox_open.
 */
int fg_run_outbox_open(const fg_config *config, bool given, fg_run_outbox *ret_outbox,
                       fg_error *error);

/* Whether nothing is left of this run's events, and none was dropped. An errno with the text where
 * the outbox cannot be read. */
int fg_run_outbox_is_delivered(const fg_run_outbox *outbox, bool *ret_delivered, fg_error *error);

/* Closes it; removes a private one in which nothing is left. */
void fg_run_outbox_close(fg_run_outbox *outbox);

#endif
