/* The visits of a trial, made of its pictures. Main thread. */
#ifndef FACEGATE_CLI_EVALUATE_EVALUATE_VISITS_H
#define FACEGATE_CLI_EVALUATE_EVALUATE_VISITS_H

#include "evaluate/evaluate_trial.h"

/*
 * Enrols and tries what the faces of the trial are for, and fills in all that is behind them in it.
 * The probes of a person are tried in the order of their pictures. -ENOMEM, -EINVAL for an encoding
 * that cannot be enrolled.
 */
int fg_trial_try(fg_trial *trial, fg_error *error);

#endif
