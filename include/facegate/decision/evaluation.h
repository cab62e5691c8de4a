/*
 * How often visits of people who are known end wrong, at each margin: a stranger is let in (false
 * match), or somebody enrolled is not (false non-match). Pure: keeps counts alone, however many
 * visits there are, and allocates nothing; one thread at a time.
 *
 * A visit is some views of one face, weighed and named as at the door (facegate/decision/visit.h).
 * A stranger's are those of somebody who is not in the gallery they were compared with. What the
 * door asks of the weight of all views together is not asked here: there more views come. The terms
 * are those of ISO/IEC 19795-1:2021, where letting a stranger in is a false positive
 * identification; it happens the more often the more people are enrolled.
 *
 * Visits that share a person are not independent: with one person who looks like many, or one photo
 * in the wrong folder, mistakes come in heaps. So the intervals are too narrow, the more so the
 * fewer people there are (Mansfield and Wayman, "Best Practices in Testing and Reporting
 * Performance of Biometric Devices", NPL Report CMSC 14/02, 2002). More people help, more pictures
 * of the same people hardly.
 */
#ifndef FACEGATE_DECISION_EVALUATION_H
#define FACEGATE_DECISION_EVALUATION_H

#include "facegate/decision/visit.h"
#include "facegate/gallery/rate.h"

#include <stdbool.h>
#include <stdint.h>

/* The margins that are tried: what the configuration allows, 0 to 0.30, in steps of 0.01. */
#define FG_EVALUATION_STEPS 31

/* Beside them, the configured rules, whatever they are. */
#define FG_EVALUATION_CONFIGURED FG_EVALUATION_STEPS

/* How many visits were tried, and in how many somebody was accepted at each margin. */
typedef struct fg_evaluation_tally {
    int64_t trials;
    int64_t accepted[FG_EVALUATION_STEPS + 1];
} fg_evaluation_tally;

typedef struct fg_evaluation {
    int views; /* of each visit */
    fg_visit_rules configured;
    fg_visit_rules loosest; /* nothing looser is recommended */
    fg_evaluation_tally own;
    fg_evaluation_tally strangers;
} fg_evaluation;

/* At every margin that is tried, tolerance and lead are the stricter ones of both rules. */
void fg_evaluation_init(fg_evaluation *evaluation, int views, const fg_visit_rules *configured,
                        const fg_visit_rules *loosest);

/*
 * Adds views of one person, all compared with this gallery: as many visits as they make, one after
 * the other; what is left over is none. `person` is whose they are, an index in the gallery, or -1
 * for a stranger's.
 */
void fg_evaluation_add(fg_evaluation *evaluation, const fg_gallery *gallery, const fg_view *views,
                       int count, int person);

/* Adds one visit. Where nobody is at any distance from it nothing was compared, and it does not
 * count. */
void fg_evaluation_add_visit(fg_evaluation *evaluation, const fg_visit *visit, int person);

typedef struct fg_evaluation_rates {
    fg_visit_rules rules;
    fg_rate false_match;     /* strangers who are let in */
    fg_rate false_non_match; /* enrolled people who are not, or as somebody else */
} fg_evaluation_rates;

/* At a step from 0, or FG_EVALUATION_CONFIGURED. */
fg_evaluation_rates fg_evaluation_at(const fg_evaluation *evaluation, int step);

/* The margin of a step, to the bit what strtod makes of "0.09". */
double fg_evaluation_margin(int step);

typedef struct fg_recommendation {
    int step; /* the smallest margin, of those not below the loosest, at which strangers are let in
                 at most as often as wanted; -1: none is */
    int as_good;     /* the largest at which no fewer enrolled people are recognised */
    int64_t needed;  /* strangers' visits without a mistake that it takes to show such a rate */
    int64_t missing; /* how many more than there are */
    bool shown;      /* the whole interval at that step is at most the wanted rate */
} fg_recommendation;

/*
 * 0 < wanted < 1. Without strangers there is no step. Nothing looser than the loosest: a folder of
 * photos shows how its own people differ, and few or none of the strangers who come to a door. From
 * six photos a tolerance of 0.78 was recommended once, with which 16 of 18 strangers came in.
 */
fg_recommendation fg_evaluation_recommend(const fg_evaluation *evaluation, double wanted);

#endif
