/* A trial as one JSON object, on stdout. Main thread. */
#ifndef FACEGATE_CLI_EVALUATE_EVALUATE_JSON_H
#define FACEGATE_CLI_EVALUATE_EVALUATE_JSON_H

#include "evaluate/evaluate_trial.h"

/* Returns the exit code. */
int fg_trial_print_json(const fg_trial *trial);

#endif
