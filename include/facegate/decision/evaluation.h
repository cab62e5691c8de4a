/*
 * What each tolerance does to pictures of known people: how often a picture is taken for another
 * person (false match), how often its own person is not recognised in it (false non-match), and how
 * often a stranger would be let in. Pure: keeps counts alone, however many pictures there are, and
 * allocates nothing; one thread at a time. Distances are Euclidean, as fg_gallery_match tells them.
 *
 * A probe is a picture that is not enrolled. It is compared with each person once, by the nearest
 * of the person's enrolled encodings, as the door compares a face. The terms, and what is counted,
 * are those of ISO/IEC 19795-1:2021: false match and false non-match rate are shares of
 * comparisons, strangers let in (false positive identification rate) a share of searches through
 * all people. The last is what the owner of a door asks for, and the one that grows with the number
 * of people.
 *
 * Comparisons that share a picture or a person are not independent: with one person who looks like
 * many, or one photo in the wrong folder, false matches come in heaps. So the intervals are too
 * narrow, the more so the more pictures there are of each person and the fewer people (Mansfield
 * and Wayman, "Best Practices in Testing and Reporting Performance of Biometric Devices", NPL
 * Report CMSC 14/02, 2002). More people help, more pictures of the same people hardly.
 */
#ifndef FACEGATE_DECISION_EVALUATION_H
#define FACEGATE_DECISION_EVALUATION_H

#include "facegate/gallery/rate.h"

#include <stdbool.h>
#include <stdint.h>

/* The tolerances that are tried: what the configuration allows, 0.20 to 0.80, in steps of 0.01. */
#define FG_EVALUATION_STEPS 61

/* Beside them, the configured tolerance, whatever it is. */
#define FG_EVALUATION_CONFIGURED FG_EVALUATION_STEPS

#define FG_EVALUATION_WORST      5

typedef struct fg_probe {
    int picture; /* the caller's number of it, reported again where it is one of the worst */
    int person;  /* who is in it */
    int people;  /* how many there are */
    const double *distances; /* to each person, their own too; not finite: not to be compared */
    const int *encodings;    /* the caller's numbers of the encodings that are so near */
} fg_probe;

/* A probe that stands out. */
typedef struct fg_evaluation_case {
    int picture;
    int person;
    double own;      /* the distance to the own person, INFINITY where that was not compared */
    int other;       /* another person, -1 where there is none */
    int encoding;    /* which of theirs is so near */
    double distance; /* to that one, INFINITY without */
} fg_evaluation_case;

typedef struct fg_evaluation_list {
    fg_evaluation_case cases[FG_EVALUATION_WORST]; /* the worst first */
    int count;
} fg_evaluation_list;

/* How many distances were seen, and how many of them are within which tolerance. */
typedef struct fg_evaluation_tally {
    int64_t trials;
    int64_t configured;
    int64_t first_within[FG_EVALUATION_STEPS]; /* within this step and not the one before */
} fg_evaluation_tally;

typedef struct fg_evaluation {
    double configured;
    int64_t probes;
    fg_evaluation_tally others;    /* comparisons with another person */
    fg_evaluation_tally own;       /* comparisons with the own person */
    fg_evaluation_tally strangers; /* probes with the nearest of all others */
    /* Of each person and each other the probe that comes nearest: whom one is taken for. */
    fg_evaluation_list nearest;
    /* Of each person the probe that is farthest from them, with the other it is nearest to. */
    fg_evaluation_list farthest;
} fg_evaluation;

void fg_evaluation_init(fg_evaluation *evaluation, double configured);

void fg_evaluation_add(fg_evaluation *evaluation, const fg_probe *probe);

typedef struct fg_evaluation_rates {
    double tolerance;
    fg_rate false_match;
    fg_rate false_non_match;
    fg_rate strangers;
} fg_evaluation_rates;

/* At a step from 0, or FG_EVALUATION_CONFIGURED. A distance equal to the tolerance is within it. */
fg_evaluation_rates fg_evaluation_at(const fg_evaluation *evaluation, int step);

/* The tolerance of a step, to the bit what strtod makes of "0.47". */
double fg_evaluation_tolerance(int step);

typedef struct fg_recommendation {
    int step;       /* the largest whose false match rate is at most the wanted one; -1: none is */
    bool limited;   /* a tolerance above `loosest` has that rate too */
    int as_good;    /* the smallest at which no fewer probes are recognised */
    int64_t needed; /* comparisons without a false match that it takes to show such a rate */
    bool enough;    /* there are so many comparisons */
    bool shown;     /* the whole interval at that step is at most the wanted rate */
} fg_recommendation;

/*
 * 0 < wanted < 1. Without comparisons with another person there is no step. Never a tolerance above
 * `loosest`: a folder of photos shows how its own people differ, and few or none of the strangers
 * who come to a door. From six photos 0.78 was recommended, with which 16 of 18 strangers came in.
 */
fg_recommendation fg_evaluation_recommend(const fg_evaluation *evaluation, double wanted,
                                          double loosest);

#endif
