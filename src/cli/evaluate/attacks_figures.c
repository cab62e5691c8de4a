/* Counts how many attacks pass for living, and how many living people do not. */
#include "evaluate/attacks_figures.h"

#include <math.h>
#include <string.h>

#define SAME 1e-9 /* thresholds nearer to each other are one */

int fg_attacks_make_visits(const double *scores, int folder, int first, int count, int views,
                           fg_attacks_visit *ret_visits)
{
    fg_attacks_visit visit = {.folder = folder};
    double sum = 0;
    int made = 0;
    int used = 0;
    for (int i = first; i < first + count; i++) {
        if (isnan(scores[i])) {
            continue;
        }
        visit.first = used == 0 ? i : visit.first;
        visit.last = i;
        sum += scores[i];
        if (++used == views) {
            visit.score = sum / views;
            ret_visits[made++] = visit;
            used = 0;
            sum = 0;
        }
    }
    return made;
}

bool fg_attacks_passes(const fg_attacks_visit *visit, double threshold)
{
    return visit->score >= threshold;
}

fg_rate fg_attacks_accepted(const fg_attacks_visit *visits, int count, int species,
                            double threshold)
{
    int accepted = 0;
    int trials = 0;
    for (int i = 0; i < count; i++) {
        if (visits[i].folder == species) {
            accepted += fg_attacks_passes(&visits[i], threshold) ? 1 : 0;
            trials++;
        }
    }
    return fg_rate_of(accepted, trials);
}

int fg_attacks_highest(const fg_attacks_visit *visits, int count, int species_count,
                       double threshold, fg_rate *ret_rate)
{
    fg_rate highest = fg_rate_of(0, 0);
    int found = -1;
    for (int i = 0; i < species_count; i++) {
        fg_rate rate = fg_attacks_accepted(visits, count, i, threshold);
        if (rate.trials > 0 && (found < 0 || rate.rate > highest.rate ||
                                (!(rate.rate < highest.rate) && rate.high > highest.high))) {
            highest = rate;
            found = i;
        }
    }
    if (ret_rate != NULL) {
        *ret_rate = highest;
    }
    return found;
}

fg_rate fg_attacks_refused(const fg_attacks_visit *visits, int count, double threshold)
{
    int refused = 0;
    for (int i = 0; i < count; i++) {
        refused += fg_attacks_passes(&visits[i], threshold) ? 0 : 1;
    }
    return fg_rate_of(refused, count);
}

int fg_attacks_thresholds(double configured, double ret_thresholds[FG_ATTACKS_THRESHOLDS])
{
    bool is_listed = false;
    int count = 0;
    for (int i = 1; i < FG_ATTACKS_THRESHOLDS; i++) {
        double usual = i / 10.0;
        if (!is_listed && configured < usual + SAME) {
            ret_thresholds[count++] = configured;
            is_listed = true;
        }
        if (fabs(configured - usual) >= SAME) {
            ret_thresholds[count++] = usual;
        }
    }
    if (!is_listed) {
        ret_thresholds[count++] = configured;
    }
    return count;
}

int fg_attacks_extremes(const fg_attacks_visit *visits, int count, bool highest,
                        int ret_visits[FG_ATTACKS_EXTREMES])
{
    double sign = highest ? 1 : -1;
    int found = 0;
    for (int i = 0; i < count; i++) {
        int at = found;
        while (at > 0 && sign * visits[i].score > sign * visits[ret_visits[at - 1]].score) {
            at--;
        }
        if (at == FG_ATTACKS_EXTREMES) {
            continue;
        }
        found += found < FG_ATTACKS_EXTREMES ? 1 : 0;
        memmove(&ret_visits[at + 1], &ret_visits[at],
                (size_t)(found - 1 - at) * sizeof(ret_visits[0]));
        ret_visits[at] = i;
    }
    return found;
}
