/* A share of trials and its 95 % confidence interval. */
#include "facegate/gallery/rate.h"

#include <math.h>

#define ERROR_ALLOWED 0.05 /* a 95 % interval */
#define RULE_OF_THREE 3.0  /* -ln(0.05), rounded as it is always said */
#define HALVINGS      200

/* The logarithm of n over k. */
static double log_choose(double n, double k)
{
    int sign;
    return lgamma_r(n + 1, &sign) - lgamma_r(k + 1, &sign) - lgamma_r(n - k + 1, &sign);
}

/* How likely at most `hits` hits are where each trial is one with `p`, for hits / trials <= p < 1:
 * there each term is smaller than the one above it, so that the sum is soon all there. */
static double at_most(double hits, double trials, double p)
{
    double term = exp(log_choose(trials, hits) + hits * log(p) + (trials - hits) * log1p(-p));
    double sum = term;
    for (double i = hits; i > 0 && term > sum * 1e-17; i--) {
        term *= i / (trials - i + 1) * (1 - p) / p;
        sum += term;
    }
    return sum;
}

/* The rate at which so few hits would just be likely enough. */
static double upper_end(double hits, double trials)
{
    if (hits == 0) {
        return -expm1(log(ERROR_ALLOWED) / trials);
    }
    double low = hits / trials;
    double high = 1;
    for (int i = 0; i < HALVINGS && low < high; i++) {
        double middle = low + (high - low) / 2;
        if (middle == low || middle == high) {
            break;
        }
        if (at_most(hits, trials, middle) > ERROR_ALLOWED / 2) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

fg_rate fg_rate_of(int64_t hits, int64_t trials)
{
    fg_rate rate = {.hits = hits, .trials = trials, .rate = NAN, .low = 0, .high = 1};
    if (trials <= 0) {
        return rate;
    }
    rate.rate = (double)hits / (double)trials;
    if (hits < trials) {
        rate.high = upper_end((double)hits, (double)trials);
    }
    if (hits > 0) {
        /* So many hits are as unlikely as so few misses. */
        rate.low = 1 - upper_end((double)(trials - hits), (double)trials);
    }
    return rate;
}

int64_t fg_rate_trials_for(double rate)
{
    return (int64_t)ceil(RULE_OF_THREE / rate - 1e-6);
}
