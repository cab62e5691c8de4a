/* The rates of a trial at some margins, as a table. */
#include "evaluate/evaluate_table.h"

#include "evaluate/report_text.h"
#include "facegate/gallery/review.h"

#include <math.h>
#include <stdio.h>

#define CELL 24

static void print_rates(const fg_evaluation *evaluation, int step)
{
    fg_evaluation_rates rates = fg_evaluation_at(evaluation, step);
    fg_report_put_rate(&rates.false_match);
    fg_report_put_rate(&rates.false_non_match);
}

static void print_row(const fg_trial *trial, int step, bool is_configured)
{
    char margin[CELL];
    double value = fg_evaluation_at(&trial->visits, step).rules.margin;
    snprintf(margin, CELL, "%.*f%s", fg_review_digits(value), value, is_configured ? "*" : "");
    printf("%s%-6s", step == trial->recommended.step ? ">" : " ", margin);
    print_rates(&trial->visits, step);
    if (trial->views > 1) {
        print_rates(&trial->singles, step);
    }
    putchar('\n');
}

static void print_head(const fg_trial *trial)
{
    char visits[2 * CELL];
    const bool both = trial->views > 1;
    snprintf(visits, sizeof(visits), both ? "VISITS OF %d VIEWS, %%" : "SINGLE VIEWS, %%",
             trial->views);
    printf("\n%-7s%36s%s\n", "", visits, both ? "                     SINGLE VIEWS, %" : "");
    for (int i = 0; i < (both ? 2 : 1); i++) {
        printf("%-*s%18s%18s", i == 0 ? 7 : 0, i == 0 ? "MARGIN" : "", "strangers let in",
               "not recognised");
    }
    putchar('\n');
}

/* Whether what is configured has a row by its margin: the other rules must be those of the steps.
 */
static bool is_same(const fg_trial *trial, int step)
{
    const fg_visit_rules *configured = &trial->visits.configured;
    const fg_visit_rules rules = fg_evaluation_at(&trial->visits, step).rules;
    return fabs(configured->margin - rules.margin) < 1e-9 &&
           configured->tolerance <= rules.tolerance && configured->lead >= rules.lead;
}

static void print_other_rules(const fg_trial *trial)
{
    const fg_visit_rules *configured = &trial->visits.configured;
    const fg_visit_rules rules = fg_evaluation_at(&trial->visits, 0).rules;
    if (configured->tolerance > rules.tolerance || configured->lead < rules.lead) {
        printf("Rows without * have tolerance %.*f and lead %.*f.\n",
               fg_review_digits(rules.tolerance), rules.tolerance, fg_review_digits(rules.lead),
               rules.lead);
    }
}

void fg_trial_print_table(const fg_trial *trial)
{
    static const bool usual[FG_EVALUATION_STEPS] = {
        [3] = true,  [5] = true,  [7] = true,  [9] = true,  [11] = true,
        [13] = true, [15] = true, [20] = true, [25] = true,
    };
    bool done = false;
    print_head(trial);
    for (int step = 0; step < FG_EVALUATION_STEPS; step++) {
        bool same = is_same(trial, step);
        if (!done && !same && trial->visits.configured.margin <= fg_evaluation_margin(step)) {
            print_row(trial, FG_EVALUATION_CONFIGURED, true);
            done = true;
        }
        if (usual[step] || same || step == trial->recommended.step) {
            print_row(trial, step, same);
        }
        done = done || same;
    }
    printf("* configured%s; each with its 95 %% confidence interval\n",
           trial->recommended.step >= 0 ? ", > recommended" : "");
    print_other_rules(trial);
    putchar('\n');
}
