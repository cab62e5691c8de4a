/* Counts at each margin how many visits end wrong. */
#include "facegate/decision/evaluation.h"

#include <math.h>

void fg_evaluation_init(fg_evaluation *evaluation, int views, const fg_visit_rules *configured,
                        const fg_visit_rules *loosest)
{
    *evaluation = (fg_evaluation){.views = views, .configured = *configured, .loosest = *loosest};
}

double fg_evaluation_margin(int step)
{
    return step / 100.0;
}

static fg_visit_rules rules_at(const fg_evaluation *evaluation, int step)
{
    const fg_visit_rules *configured = &evaluation->configured;
    const fg_visit_rules *loosest = &evaluation->loosest;
    if (step == FG_EVALUATION_CONFIGURED) {
        return *configured;
    }
    return (fg_visit_rules){.tolerance = fmin(configured->tolerance, loosest->tolerance),
                            .margin = fg_evaluation_margin(step),
                            .lead = fmax(configured->lead, loosest->lead)};
}

void fg_evaluation_add_visit(fg_evaluation *evaluation, const fg_visit *visit, int person)
{
    fg_evaluation_tally *tally = person >= 0 ? &evaluation->own : &evaluation->strangers;
    if (visit->person < 0) {
        return;
    }
    tally->trials++;
    for (int step = 0; step <= FG_EVALUATION_CONFIGURED; step++) {
        fg_visit_rules rules = rules_at(evaluation, step);
        int named = fg_visit_names(&rules, visit);
        tally->accepted[step] += named >= 0 && (person < 0 || named == person) ? 1 : 0;
    }
}

void fg_evaluation_add(fg_evaluation *evaluation, const fg_gallery *gallery, const fg_view *views,
                       int count, int person)
{
    for (int i = 0; i + evaluation->views <= count; i += evaluation->views) {
        fg_visit visit = fg_visit_weigh(gallery, views + i, evaluation->views);
        fg_evaluation_add_visit(evaluation, &visit, person);
    }
}

fg_evaluation_rates fg_evaluation_at(const fg_evaluation *evaluation, int step)
{
    const fg_evaluation_tally *own = &evaluation->own;
    const fg_evaluation_tally *strangers = &evaluation->strangers;
    return (fg_evaluation_rates){
        .rules = rules_at(evaluation, step),
        .false_match = fg_rate_of(strangers->accepted[step], strangers->trials),
        .false_non_match = fg_rate_of(own->trials - own->accepted[step], own->trials),
    };
}

/* Whether a share is at most the wanted one. A quotient is rounded as the wanted rate was when it
 * was read: equal ones stay equal. */
static bool is_kept(const fg_evaluation_tally *strangers, int step, double wanted)
{
    return (double)strangers->accepted[step] / (double)strangers->trials <= wanted;
}

fg_recommendation fg_evaluation_recommend(const fg_evaluation *evaluation, double wanted)
{
    const fg_evaluation_tally *own = &evaluation->own;
    const fg_evaluation_tally *strangers = &evaluation->strangers;
    fg_recommendation recommended = {.step = -1, .as_good = -1};
    int step = 0;
    recommended.needed = fg_rate_trials_for(wanted);
    if (recommended.needed > strangers->trials) {
        recommended.missing = recommended.needed - strangers->trials;
    }
    while (step < FG_EVALUATION_STEPS &&
           (fg_evaluation_margin(step) < evaluation->loosest.margin || strangers->trials == 0 ||
            !is_kept(strangers, step, wanted))) {
        step++;
    }
    if (step == FG_EVALUATION_STEPS) {
        return recommended;
    }
    recommended.step = step;
    while (own->trials > 0 && step + 1 < FG_EVALUATION_STEPS &&
           own->accepted[step + 1] == own->accepted[recommended.step]) {
        step++;
    }
    recommended.as_good = step;
    fg_rate seen = fg_rate_of(strangers->accepted[recommended.step], strangers->trials);
    recommended.shown = seen.high <= wanted;
    return recommended;
}
