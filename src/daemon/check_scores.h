/*
 * Runs the checks (facegate/daemon/check.h) on a view. What their scores mean to a decision is the
 * judge's. One thread; allocates nothing.
 */
#ifndef FACEGATE_DAEMON_CHECK_SCORES_H
#define FACEGATE_DAEMON_CHECK_SCORES_H

#include "facegate/daemon/check.h"
#include "facegate/decision/judge.h"

/* What the judge has to know of the checks. */
void fg_check_scores_rules(const fg_check *checks, int count, fg_judge_rules *rules);

/*
 * Scores a view. `helps`: it can help somebody in. Returns the first check's error, after which the
 * others were not run; the text starts with its name, and nothing was scored.
 */
int fg_check_scores_make(const fg_check *checks, int count, const fg_check_view *view, bool helps,
                         fg_view_scores *ret_scores, fg_error *error);

#endif
