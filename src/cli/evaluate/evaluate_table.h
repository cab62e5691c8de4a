/* The rates of a trial as a table, on stdout. Main thread. */
#ifndef FACEGATE_CLI_EVALUATE_EVALUATE_TABLE_H
#define FACEGATE_CLI_EVALUATE_EVALUATE_TABLE_H

#include "evaluate/evaluate_trial.h"

/* Some of the margins, the configured and the recommended one; at most 80 columns. */
void fg_trial_print_table(const fg_trial *trial);

#endif
