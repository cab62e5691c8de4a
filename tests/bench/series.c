#include "series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void series_add(series *to, int64_t nanoseconds)
{
    if (to->count == to->room) {
        to->room = to->room * 2 + 64;
        int64_t *values = realloc(to->values, to->room * sizeof(*values));
        if (values == NULL) {
            fprintf(stderr, "not enough memory\n");
            exit(EXIT_FAILURE);
        }
        to->values = values;
    }
    to->values[to->count++] = nanoseconds;
}

static int compare(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

double series_percentile(series *of, size_t percent)
{
    if (of->count == 0) {
        return NAN;
    }
    qsort(of->values, of->count, sizeof(of->values[0]), compare);
    size_t rank = (of->count * percent + 99) / 100;
    return (double)of->values[rank > 0 ? rank - 1 : 0] / 1e6;
}

void series_print(series *of)
{
    if (of->count == 0) {
        printf("%-32s %7s %10s %10s\n", of->name, "0", "-", "-");
        return;
    }
    printf("%-32s %7zu %10.3f %10.3f\n", of->name, of->count, series_percentile(of, 50),
           series_percentile(of, 95));
}

void series_release(series *of)
{
    free(of->values);
    *of = (series){.name = of->name};
}
