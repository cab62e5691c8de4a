/*
 * What the checks (facegate/daemon/check.h) said of the face of one track so far: runs them on a
 * view, and says which of them speaks against the face. One thread; allocates nothing.
 */
#ifndef FACEGATE_DAEMON_CHECK_SCORES_H
#define FACEGATE_DAEMON_CHECK_SCORES_H

#include "facegate/daemon/check.h"

/* Starts as all zeroes; made anew whenever the face may be another one. By the check's place among
 * the checks. */
typedef struct fg_check_scores {
    int views[FG_CHECKS_MAX]; /* how many have a score */
    double sums[FG_CHECKS_MAX];
} fg_check_scores;

/*
 * Runs the checks on a good view and adds what they say. `named`: the view names somebody. Returns
 * the first check's error, after which the others were not run and nothing was added; the text
 * starts with its name.
 */
int fg_check_scores_add(fg_check_scores *scores, const fg_check *checks, int count,
                        const fg_check_view *view, bool named, fg_error *error);

/* The mean of a check's scores; NAN without one. */
double fg_check_scores_mean(const fg_check_scores *scores, int check);

/* Whether a check keeps the face from being accepted: its scores do not reach the threshold, or
 * there are none. */
bool fg_check_scores_bar(const fg_check_scores *scores, const fg_check *checks, int count);

/* The first check whose scores speak against the face, for the reason of a refusal; NULL for none.
 * Checks that only warn are passed over. */
const fg_check *fg_check_scores_failed(const fg_check_scores *scores, const fg_check *checks,
                                       int count);

#endif
