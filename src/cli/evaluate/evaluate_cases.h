/* Pictures of a trial, by name and figures, on stdout. Main thread. */
#ifndef FACEGATE_CLI_EVALUATE_EVALUATE_CASES_H
#define FACEGATE_CLI_EVALUATE_EVALUATE_CASES_H

#include "evaluate/evaluate_trial.h"

/* The few that are most like somebody else or least like their own person, if any are. */
void fg_trial_print_cases(const fg_trial *trial);

/* Every view that was tried. */
void fg_trial_print_faces(const fg_trial *trial);

#endif
