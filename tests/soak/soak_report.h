/* What a soak came to: a table, the samples as CSV, and a curve for each figure. */
#ifndef FACEGATE_TESTS_SOAK_REPORT_H
#define FACEGATE_TESTS_SOAK_REPORT_H

#include "figures.h"

#include <stdio.h>

/* The samples of a soak in their order: warming up, the day's measured part, and what came with
 * leaks on purpose. */
typedef struct fg_soak_course {
    const fg_samples *samples;
    int per_round;
    int measured; /* where each of the two begins */
    int leaking;
    fg_trend day[FG_FIGURES];
    fg_trend leaks[FG_FIGURES];
} fg_soak_course;

void fg_soak_print_table(FILE *file, const fg_soak_course *course);

/* Writes FOLDER/soak.csv and with gnuplot FOLDER/FIGURE.svg for each; false where that failed, and
 * a line on `file` says why. */
bool fg_soak_draw(FILE *file, const fg_soak_course *course, const char *folder);

#endif
