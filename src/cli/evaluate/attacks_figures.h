/*
 * From liveness scores to error rates, in the terms of ISO/IEC 30107-3: an attack is a picture or a
 * device that is held before the camera, and attacks of one kind are a species (presentation attack
 * instrument species). APCER is the share of a species' presentations that pass for living, BPCER
 * that of living people's that do not. Species are not to be put together: what counts is the
 * highest APCER. A presentation is a visit here: some views of one face that follow each other,
 * which pass where the mean of their scores reaches the threshold, as at the door. Pure, allocates
 * nothing; any thread.
 */
#ifndef FACEGATE_CLI_EVALUATE_ATTACKS_FIGURES_H
#define FACEGATE_CLI_EVALUATE_ATTACKS_FIGURES_H

#include "facegate/gallery/rate.h"

#include <stdbool.h>

#define FG_ATTACKS_THRESHOLDS 10 /* 0.1 to 0.9, and the configured one */
#define FG_ATTACKS_EXTREMES   5

typedef struct fg_attacks_visit {
    int folder;      /* the species, or the living person */
    int first, last; /* pictures */
    double score;    /* the mean */
} fg_attacks_visit;

/*
 * Makes visits of the `count` pictures of a folder from `first` on: `scores` has one for each
 * picture, NAN for what cannot be used and is passed over. Returns how many; `ret_visits` has room
 * for count / views. What is left over is no visit.
 */
int fg_attacks_make_visits(const double *scores, int folder, int first, int count, int views,
                           fg_attacks_visit *ret_visits);

/* Whether a visit passes for living. */
bool fg_attacks_passes(const fg_attacks_visit *visit, double threshold);

/* APCER of a species. */
fg_rate fg_attacks_accepted(const fg_attacks_visit *visits, int count, int species,
                            double threshold);

/* The species with the highest APCER, of equals that with the highest upper end, -1 where there are
 * no visits. `ret_rate` may be NULL. */
int fg_attacks_highest(const fg_attacks_visit *visits, int count, int species_count,
                       double threshold, fg_rate *ret_rate);

/* BPCER, of the visits of living people. */
fg_rate fg_attacks_refused(const fg_attacks_visit *visits, int count, double threshold);

/* The thresholds to report, ascending, the configured one among them. Returns how many. */
int fg_attacks_thresholds(double configured, double ret_thresholds[FG_ATTACKS_THRESHOLDS]);

/* The visits with the highest scores, or the lowest; the most extreme first. Returns how many. */
int fg_attacks_extremes(const fg_attacks_visit *visits, int count, bool highest,
                        int ret_visits[FG_ATTACKS_EXTREMES]);

#endif
