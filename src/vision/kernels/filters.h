/*
 * Weighs features: for each place of the window how much what is there is like a face, by each of
 * the detectors. A filter is a sum of products of a row and a column, so a plane of features is
 * filtered by all its rows first, each time it is read, and what that gives by the columns. One
 * thread.
 */
#ifndef FACEGATE_VISION_KERNELS_FILTERS_H
#define FACEGATE_VISION_KERNELS_FILTERS_H

#include "kernels/detector_filters.h"
#include "kernels/features.h"

#include <stddef.h>

#define FG_FILTER_DETECTORS_MOST 8
#define FG_FILTERS_MOST          32 /* of a plane */

/* Cells of a window before and behind the one that stands for it. */
#define FG_FILTER_BEFORE (FG_FILTER_SIDE / 2)
#define FG_FILTER_BEHIND (FG_FILTER_SIDE - 1 - FG_FILTER_BEFORE)

/* The filters of one feature: those of a detector follow each other. */
typedef struct fg_filter_bank {
    int count;
    int first[FG_FILTER_DETECTORS_MOST + 1]; /* of each detector, and the end */
    float row[FG_FILTER_SIDE][FG_FILTERS_MOST];
    float column[FG_FILTERS_MOST][FG_FILTER_SIDE];
} fg_filter_bank;

/* Scores by detector and place, laid out as the features: those of windows that reach past the
 * features are zero. All zeroes before the first. */
typedef struct fg_scores {
    int detectors, rows, columns;
    ptrdiff_t stride;
    float *values; /* `detectors` planes of rows * stride */
    float *scratch;
    size_t values_capacity, scratch_capacity; /* bytes */
} fg_scores;

/* Allocates only where no features were as many. -ENOMEM. */
typedef int fg_score_features(fg_scores *scores, const fg_filter_bank banks[FG_FEATURES],
                              int detectors, const fg_features *features);

void fg_scores_release(fg_scores *scores);

#endif
