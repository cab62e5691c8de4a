/*
 * How often something happened and what that says: a share of independent trials with its 95 %
 * confidence interval. Any thread.
 *
 * The interval is Clopper and Pearson's, "The use of confidence or fiducial limits illustrated in
 * the case of the binomial", Biometrika 26 (1934). Where the trials have all ended alike, nothing
 * can lie beyond, so that the whole 5 % are put on the one side: with no hit in n trials the upper
 * end is 1 - 0.05^(1/n), about 3 in n, the rule of three of Hanley and Lippman-Hand, "If nothing
 * goes wrong, is everything all right?", JAMA 249 (1983).
 */
#ifndef FACEGATE_GALLERY_RATE_H
#define FACEGATE_GALLERY_RATE_H

#include <stdint.h>

typedef struct fg_rate {
    int64_t hits;
    int64_t trials;
    double rate; /* hits in trials, NAN without trials */
    double low;  /* the interval's ends, 0 and 1 without trials */
    double high;
} fg_rate;

/* 0 <= hits <= trials. */
fg_rate fg_rate_of(int64_t hits, int64_t trials);

/* How many trials without a hit it takes to say that the rate is below this one: 30,000 for 1 in
 * 10,000, by the rule of three. */
int64_t fg_rate_trials_for(double rate);

#endif
