/* Runs the checks on the views of a face, and keeps what they said. */
#include "check_scores.h"

#include <math.h>

int fg_check_scores_add(fg_check_scores *scores, const fg_check *checks, int count,
                        const fg_check_view *view, bool named, fg_error *error)
{
    fg_check_scores sums = *scores;
    for (int i = 0; i < count; i++) {
        const fg_check *check = &checks[i];
        double score = NAN;
        if (check->named_only && !named) {
            continue;
        }
        int result = check->run(check->context, view, &score, error);
        if (result != 0) {
            return fg_error_prefix(error, result, "the check of %s", check->name);
        }
        sums.views[i]++;
        sums.sums[i] += score;
    }
    *scores = sums;
    return 0;
}

double fg_check_scores_mean(const fg_check_scores *scores, int check)
{
    return scores->views[check] > 0 ? scores->sums[check] / scores->views[check] : (double)NAN;
}

/* Not "less than": a mean that is not a number reaches nothing. */
static bool is_reached(const fg_check_scores *scores, const fg_check *checks, int check)
{
    return checks[check].warns || fg_check_scores_mean(scores, check) >= checks[check].threshold;
}

bool fg_check_scores_bar(const fg_check_scores *scores, const fg_check *checks, int count)
{
    for (int i = 0; i < count; i++) {
        if (!is_reached(scores, checks, i)) {
            return true;
        }
    }
    return false;
}

const fg_check *fg_check_scores_failed(const fg_check_scores *scores, const fg_check *checks,
                                       int count)
{
    for (int i = 0; i < count; i++) {
        if (scores->views[i] > 0 && !is_reached(scores, checks, i)) {
            return &checks[i];
        }
    }
    return NULL;
}
