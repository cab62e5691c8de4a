/*
 * Every encoding of a gallery compared with every other, once.
 */
#ifndef FACEGATE_GALLERY_REVIEW_REVIEW_SCAN_H
#define FACEGATE_GALLERY_REVIEW_REVIEW_SCAN_H

#include "facegate/gallery/review.h"

#include <stdint.h>

/* Encodings stand in rows, one person's after another's. */
typedef struct fg_scan_row {
    float own; /* the square of the distance to the nearest of its person, INFINITY without */
    int own_row;
    float other; /* and to the nearest of anybody else; -1 where there is none */
    int other_row;
} fg_scan_row;

/* Two people, the first in the gallery first, and their nearest encodings. */
typedef struct fg_scan_pair {
    int row;
    int other_row;
    double distance;
} fg_scan_pair;

typedef struct fg_scan {
    /* What is asked. */
    const fg_gallery *gallery;
    double near;                        /* pairs of people up to this are kept */
    double tolerances[FG_REVIEW_RATES]; /* and counted at each of these */
    int tolerance_count;
    fg_review_progress *progress; /* may be NULL */
    void *context;
    /* What is found; the caller frees it with fg_scan_close. */
    int *order;  /* the gallery's index of each row */
    int *people; /* the person of each row */
    int *starts; /* a person's first row; one more than there are people */
    fg_scan_row *rows;
    float *spreads;      /* of each person, squared, -1 with fewer than two encodings */
    fg_scan_pair *pairs; /* the nearest first */
    int pair_count;      /* at most FG_REVIEW_PAIRS */
    int64_t matched[FG_REVIEW_RATES]; /* pairs of people */
    int64_t near_pairs;
    int64_t people_pairs; /* of people who have encodings */
} fg_scan;

/* 0 or -ENOMEM; either way the scan is to be closed. */
int fg_scan_run(fg_scan *scan);
void fg_scan_close(fg_scan *scan);

#endif
