/* Runs the checks on the views of a face. */
#include "check_scores.h"

#include <math.h>

void fg_check_scores_rules(const fg_check *checks, int count, fg_judge_rules *rules)
{
    rules->checks = count;
    for (int i = 0; i < count; i++) {
        rules->least[i] = checks[i].warns ? -(double)INFINITY : checks[i].threshold;
    }
}

int fg_check_scores_make(const fg_check *checks, int count, const fg_check_view *view, bool helps,
                         fg_view_scores *ret_scores, fg_error *error)
{
    fg_view_scores scores = {.scored = 0};
    for (int i = 0; i < count; i++) {
        const fg_check *check = &checks[i];
        if (check->named_only && !helps) {
            continue;
        }
        int result = check->run(check->context, view, &scores.score[i], error);
        if (result != 0) {
            return fg_error_prefix(error, result, "the check of %s", check->name);
        }
        scores.scored |= 1U << i;
    }
    *ret_scores = scores;
    return 0;
}
