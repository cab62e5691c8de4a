/*
 * Durations of one kind, and what is said of them.
 */
#ifndef BENCH_SERIES_H
#define BENCH_SERIES_H

#include <stddef.h>
#include <stdint.h>

typedef struct series {
    const char *name;
    int64_t *values; /* ns */
    size_t count, room;
} series;

/* Ends the program where there is no memory. */
void series_add(series *to, int64_t nanoseconds);

/* The smallest value that `percent` of all do not exceed, in milliseconds; NAN of none. Sorts the
 * values. */
double series_percentile(series *of, size_t percent);

/* One line: name, how many, median and 95th percentile in milliseconds. */
void series_print(series *of);
void series_release(series *of);

#endif
