/*
 * A visit: what some views of one face say together of who it is. Distances and margins
 * (facegate/gallery/comparison.h) are means over the views, each weighed by how good it is: a bad
 * view does not let strangers in, it only says less. docs/decisions.md has what was measured. Pure:
 * no clock, no I/O, no allocation; any thread.
 */
#ifndef FACEGATE_DECISION_VISIT_H
#define FACEGATE_DECISION_VISIT_H

#include "facegate/gallery/comparison.h"
#include "facegate/gallery/gallery.h"

#define FG_VIEW_CHECKS 4

/* What else there is to say of a view than whom it is like: what checks score, by their places
 * (facegate/daemon/check.h). */
typedef struct fg_view_scores {
    unsigned scored; /* bit i: the check of this place did */
    double score[FG_VIEW_CHECKS];
} fg_view_scores;

typedef struct fg_view {
    fg_comparison comparison;
    double weight; /* above 0 to 1, as fg_quality_weight has it */
    fg_view_scores scores;
} fg_view;

/* Of whom the views are: all three must hold. */
typedef struct fg_visit_rules {
    double tolerance; /* the largest distance */
    double margin;    /* the smallest margin */
    double lead;      /* how much nearer the person is than the next one enrolled, at least */
} fg_visit_rules;

typedef struct fg_visit {
    int person;              /* with the largest margin, and of equals the nearest; -1 for nobody */
    double margin, distance; /* to that person; -INFINITY and INFINITY without one */
    int next;                /* the nearest other person, -1 for nobody */
    double next_distance;    /* INFINITY without one */
    double weight;           /* of all views together */
} fg_visit;

/* Weighs views that were all compared with this gallery. */
fg_visit fg_visit_weigh(const fg_gallery *gallery, const fg_view *views, int count);

/* Whom a visit names by the rules: an index in the gallery, or -1 for nobody. How much weight is
 * enough is the judge's to say. */
int fg_visit_names(const fg_visit_rules *rules, const fg_visit *visit);

#endif
