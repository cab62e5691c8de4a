/*
 * SIGTERM, SIGINT and SIGHUP as a readable descriptor. Not signalfd: a library may start threads
 * before main with no signal blocked, as OpenBLAS does, and signals delivered to those would be
 * lost to it. Handlers here only set a flag and write an eventfd, so it does not matter which
 * thread the kernel picks. SIGPIPE is ignored. Source: signal-safety(7), eventfd(2).
 */
#ifndef FACEGATE_BASE_SIGNALS_H
#define FACEGATE_BASE_SIGNALS_H

#include <stdbool.h>

/* Installs the handlers; once, by main. Returns the descriptor to poll, owned here, or a negative
 * errno. */
int fg_signals_open(void);

/*
 * Empties the descriptor and tells what came since the last call: SIGTERM and SIGINT stop, SIGHUP
 * reloads, or stops where the terminal we were started on is gone.
 */
void fg_signals_read(bool *ret_stop, bool *ret_reload);

#endif
