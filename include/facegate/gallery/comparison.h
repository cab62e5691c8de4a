/*
 * A comparison: one view of a face against everybody enrolled and the cohort. It says two things of
 * a person:
 * - the distance, to the mean of the person's encodings. The mean of a few lies farther from the
 *   truth than that of many, by a length that is known and taken off;
 * - the margin, how much nearer the view is to the person than to those it is nearest to otherwise:
 *   the mean of the ten smallest distances to the cohort and to other enrolled people, less the
 *   distance to the person.
 * docs/decisions.md has what was measured. Allocates nothing; any thread, one at a time for each.
 */
#ifndef FACEGATE_GALLERY_COMPARISON_H
#define FACEGATE_GALLERY_COMPARISON_H

#include "facegate/gallery/cohort.h"
#include "facegate/gallery/gallery.h"

/* One more than neighbours: those nearest to a view besides one of them are among them too. */
#define FG_NEAREST_PEOPLE (FG_NEIGHBOURS + 1)

/* To be read through the functions, but for the nearest people. */
typedef struct fg_comparison {
    float encoding[FG_ENCODING_SIZE];
    float cohort[FG_NEIGHBOURS]; /* the smallest distances, in order */
    /* The nearest first, of equals the first in the gallery; -1 and INFINITY behind the last. Who
     * is not among them has no margin above zero: ten others are nearer. */
    int people[FG_NEAREST_PEOPLE];
    float distances[FG_NEAREST_PEOPLE];
} fg_comparison;

/* An encoding with a number that is none is INFINITY far from everybody. */
void fg_comparison_make(const fg_gallery *gallery, const fg_cohort *cohort,
                        const float encoding[FG_ENCODING_SIZE], fg_comparison *ret_comparison);

/* Compares the same view with another gallery. */
void fg_comparison_renew(const fg_gallery *gallery, fg_comparison *comparison);

/* Compares the same view as if that person were not enrolled. */
void fg_comparison_leave_out(const fg_gallery *gallery, int person, fg_comparison *comparison);

/* Compares a member of the cohort as if it were a view, and not in the cohort. */
void fg_comparison_make_member(const fg_gallery *gallery, const fg_cohort *cohort, int member,
                               fg_comparison *ret_comparison);

/* Euclidean, at least 0.1; of a person in the gallery of the comparison. */
double fg_comparison_distance(const fg_gallery *gallery, const fg_comparison *comparison,
                              int person);

/* -INFINITY where the distance is not finite. */
double fg_comparison_margin(const fg_gallery *gallery, const fg_comparison *comparison, int person);

/* How far two views are from each other, Euclidean. */
double fg_comparison_apart(const fg_comparison *one, const fg_comparison *other);

/* Who has the largest margin, and of equals the nearest; -1 where nobody is at a finite distance.
 */
int fg_comparison_best(const fg_comparison *comparison);

#endif
