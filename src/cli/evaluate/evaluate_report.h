/* A trial as text, on stdout. Main thread. */
#ifndef FACEGATE_CLI_EVALUATE_EVALUATE_REPORT_H
#define FACEGATE_CLI_EVALUATE_EVALUATE_REPORT_H

#include "evaluate/evaluate_trial.h"

/* What was looked at and left out; then what came of it. */
void fg_trial_print_album(const fg_trial *trial);
void fg_trial_print(const fg_trial *trial);

#endif
