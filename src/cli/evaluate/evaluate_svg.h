/* A trial as a drawing of its curve. Main thread. */
#ifndef FACEGATE_CLI_EVALUATE_EVALUATE_SVG_H
#define FACEGATE_CLI_EVALUATE_EVALUATE_SVG_H

#include "evaluate/evaluate_trial.h"

/*
 * The curve as a picture: SVG 1.1 that stands alone, with a white ground. The tolerance goes to the
 * right. Rates go up on a logarithmic axis: what matters lies between 1 in 10 and 1 in 10,000,
 * which a linear one would draw as a single line along its bottom. A rate of 0 has a strip of its
 * own below. The text of a failure names the file.
 */
int fg_trial_write_svg(const fg_trial *trial, const char *path, fg_error *error);

#endif
