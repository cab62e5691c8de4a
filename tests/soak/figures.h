/* What the soak measures of a process, and how that went over the day. One thread. */
#ifndef FACEGATE_TESTS_FIGURES_H
#define FACEGATE_TESTS_FIGURES_H

#include <stdbool.h>
#include <sys/types.h>

enum fg_figure {
    FG_FIGURE_RESIDENT,
    FG_FIGURE_ANONYMOUS,
    FG_FIGURE_DESCRIPTORS,
    FG_FIGURE_THREADS,
    FG_FIGURE_OUTBOX,
    FG_FIGURE_LOG,
    FG_FIGURES,
};

typedef struct fg_figure_kind {
    const char *key;   /* of its files */
    const char *title; /* of its curve, and in the table */
    const char *unit;  /* of the curve's axis */
    double
        long_bound; /* how much it may grow over the day, in its unit, and still be called flat */
    double short_bound;
    double most; /* what it may be at any time, in its unit */
} fg_figure_kind;

extern const fg_figure_kind fg_figure_kinds[FG_FIGURES];

typedef struct fg_sample {
    double hours; /* of the daemon's clock, since its first picture */
    double of[FG_FIGURES];
} fg_sample;

typedef struct fg_samples {
    fg_sample *all;
    int count, room;
} fg_samples;

/* Measures the process and its outbox; ends the program where one of them is gone. */
void fg_samples_take(fg_samples *samples, double hours, pid_t pid, const char *outbox);
void fg_samples_free(fg_samples *samples);

/* As flat as it is said to be; growing for sure; too restless for this many rounds to tell; or more
 * at some time than it may ever be, whatever its slope. */
typedef enum fg_verdict {
    FG_VERDICT_FLAT,
    FG_VERDICT_GROWS,
    FG_VERDICT_UNCLEAR,
    FG_VERDICT_LARGE,
} fg_verdict;

typedef struct fg_trend {
    double first, last, max; /* of the samples */
    double slope, error;     /* units an hour, and the slope's standard error */
    double middle, mean;     /* the line goes through this point: hours, units */
    double begins, ends;     /* hours */
    double bound;
    fg_verdict verdict;
} fg_trend;

/*
 * The trend of the samples from `begin` to before `end`, `per_round` of which are a round, in which
 * all things happen that happen: the line is fitted to the rounds' means, since the samples of a
 * round depend on each other. Flat where the growth over that time plus three of its standard
 * errors is within the bound; growing where it is not and the growth is more than three standard
 * errors. Source: ordinary least squares.
 */
fg_trend fg_trend_of(const fg_samples *samples, int begin, int end, int per_round,
                     enum fg_figure figure, double bound);

/* The mean of so many samples, and of their times. */
void fg_samples_mean(const fg_sample *of, int count, enum fg_figure figure, double *ret_hours,
                     double *ret_value);

const char *fg_verdict_text(fg_verdict verdict);

#endif
