/* Counts false matches and false non-matches at each tolerance. */
#include "facegate/decision/evaluation.h"

#include <math.h>
#include <string.h>

#define FIRST_PERCENT 20 /* the tolerance of the first step */

void fg_evaluation_init(fg_evaluation *evaluation, double configured)
{
    *evaluation = (fg_evaluation){.configured = configured};
}

double fg_evaluation_tolerance(int step)
{
    return (FIRST_PERCENT + step) / 100.0;
}

/* The first step that a distance is within, FG_EVALUATION_STEPS where it is within none. */
static int step_of(double distance)
{
    int step = 0;
    int end = FG_EVALUATION_STEPS;
    while (step < end) {
        int middle = (step + end) / 2;
        if (distance <= fg_evaluation_tolerance(middle)) {
            end = middle;
        } else {
            step = middle + 1;
        }
    }
    return step;
}

/* Puts a case in its place, where there is one for it. A case that is equally bad stays behind. */
static void note(fg_evaluation_list *list, const fg_evaluation_case *found,
                 bool (*is_worse)(const fg_evaluation_case *, const fg_evaluation_case *),
                 bool (*is_same)(const fg_evaluation_case *, const fg_evaluation_case *))
{
    int at = 0;
    while (at < list->count && !is_worse(found, &list->cases[at])) {
        if (is_same(found, &list->cases[at])) {
            return;
        }
        at++;
    }
    if (at == FG_EVALUATION_WORST) {
        return;
    }
    /* What it displaces: the same one further down, else the last. */
    int gone = at;
    while (gone < list->count && !is_same(found, &list->cases[gone])) {
        gone++;
    }
    if (gone == list->count && list->count < FG_EVALUATION_WORST) {
        list->count++;
    } else if (gone == list->count) {
        gone--;
    }
    memmove(&list->cases[at + 1], &list->cases[at], (size_t)(gone - at) * sizeof(list->cases[0]));
    list->cases[at] = *found;
}

static bool is_nearer(const fg_evaluation_case *one, const fg_evaluation_case *other)
{
    return one->distance < other->distance;
}

static bool is_same_pair(const fg_evaluation_case *one, const fg_evaluation_case *other)
{
    return one->person == other->person && one->other == other->other;
}

static bool is_farther(const fg_evaluation_case *one, const fg_evaluation_case *other)
{
    return one->own > other->own;
}

static bool is_same_person(const fg_evaluation_case *one, const fg_evaluation_case *other)
{
    return one->person == other->person;
}

static void count(fg_evaluation_tally *tally, double distance, double configured)
{
    int step = step_of(distance);
    tally->trials++;
    tally->configured += distance <= configured ? 1 : 0;
    if (step < FG_EVALUATION_STEPS) {
        tally->first_within[step]++;
    }
}

void fg_evaluation_add(fg_evaluation *evaluation, const fg_probe *probe)
{
    fg_evaluation_case nearest = {.picture = probe->picture,
                                  .person = probe->person,
                                  .own = INFINITY,
                                  .other = -1,
                                  .encoding = -1,
                                  .distance = INFINITY};
    evaluation->probes++;
    if (isfinite(probe->distances[probe->person])) {
        nearest.own = probe->distances[probe->person];
        count(&evaluation->own, nearest.own, evaluation->configured);
    }
    for (int i = 0; i < probe->people; i++) {
        double distance = probe->distances[i];
        if (i == probe->person || !isfinite(distance)) {
            continue;
        }
        count(&evaluation->others, distance, evaluation->configured);
        fg_evaluation_case found = nearest;
        found.other = i;
        found.encoding = probe->encodings[i];
        found.distance = distance;
        note(&evaluation->nearest, &found, is_nearer, is_same_pair);
        if (distance < nearest.distance) {
            nearest = found;
        }
    }
    if (nearest.other >= 0) {
        count(&evaluation->strangers, nearest.distance, evaluation->configured);
    }
    if (isfinite(nearest.own)) {
        note(&evaluation->farthest, &nearest, is_farther, is_same_person);
    }
}

static int64_t within(const fg_evaluation_tally *tally, int step)
{
    int64_t hits = step == FG_EVALUATION_CONFIGURED ? tally->configured : 0;
    for (int i = 0; i <= step && step < FG_EVALUATION_STEPS; i++) {
        hits += tally->first_within[i];
    }
    return hits;
}

fg_evaluation_rates fg_evaluation_at(const fg_evaluation *evaluation, int step)
{
    const fg_evaluation_tally *others = &evaluation->others;
    const fg_evaluation_tally *own = &evaluation->own;
    const fg_evaluation_tally *strangers = &evaluation->strangers;
    return (fg_evaluation_rates){
        .tolerance = step == FG_EVALUATION_CONFIGURED ? evaluation->configured
                                                      : fg_evaluation_tolerance(step),
        .false_match = fg_rate_of(within(others, step), others->trials),
        .false_non_match = fg_rate_of(own->trials - within(own, step), own->trials),
        .strangers = fg_rate_of(within(strangers, step), strangers->trials),
    };
}

fg_recommendation fg_evaluation_recommend(const fg_evaluation *evaluation, double wanted,
                                          double loosest)
{
    fg_recommendation recommended = {.step = -1, .as_good = -1};
    const fg_evaluation_tally *others = &evaluation->others;
    recommended.needed = fg_rate_trials_for(wanted);
    recommended.enough = others->trials >= recommended.needed;
    for (int i = 0; i < FG_EVALUATION_STEPS && others->trials > 0; i++) {
        /* A quotient is rounded as the wanted rate was when it was read: equal ones stay equal. */
        if ((double)within(others, i) / (double)others->trials > wanted) {
            break; /* the shares only grow */
        }
        if (fg_evaluation_tolerance(i) > loosest) {
            recommended.limited = true;
            break;
        }
        recommended.step = i;
    }
    if (recommended.step < 0) {
        return recommended;
    }
    int64_t recognised = within(&evaluation->own, recommended.step);
    while (within(&evaluation->own, ++recommended.as_good) < recognised) {
    }
    fg_rate seen = fg_rate_of(within(others, recommended.step), others->trials);
    recommended.shown = seen.high <= wanted;
    return recommended;
}
