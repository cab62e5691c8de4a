/* Weighs the detector's features of a picture by its filters. */
#include "kernels/filters.h"

#include "kernels/vector.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

fg_score_features FG_BUILD(fg_score_features);

/* Rows of a filter, and cells below each other, whose sums are kept in registers at a time. */
#if LANES == 16 || defined(__aarch64__)
#define WIDE_WEIGHTS  0
#define ROWS_AT_ONCE  16
#define CELLS_AT_ONCE 12
#else
/* Where a number cannot be loaded into all of a register at once, weights lie so wide in memory. */
#define WIDE_WEIGHTS  (LANES == 4)
#define ROWS_AT_ONCE  11
#define CELLS_AT_ONCE 8
#endif

#if WIDE_WEIGHTS
typedef vector row_weight;
#else
typedef float row_weight;
#endif

/* Filters all cells of a strip, as wide as a register, by `count` rows that are next to each other
 * in a bank; what row f gives of cell c goes to sums[f * features->rows + c]. */
INLINE void filter_rows(const int count, const fg_features *features, const float *strip,
                        const row_weight *row, vector *sums)
{
    /* What is above and below the picture gives nothing. */
    for (int cell = features->around.top; cell < features->rows - features->around.bottom; cell++) {
        const float *from = strip + cell * features->stride;
        vector sum[ROWS_AT_ONCE];
        UNROLL for (int f = 0; f < count; f++)
        {
            sum[f] = (vector){0};
        }
#if defined(__aarch64__)
        UNROLL for (int i = 0; i < FG_FILTER_SIDE; i++)
        {
            vector value = load(from + i), weights[ROWS_AT_ONCE / LANES];
            UNROLL for (int f = 0; f < count; f += LANES)
            {
                weights[f / LANES] = load(row + i * FG_FILTERS_MOST + f);
            }
            UNROLL for (int f = 0; f < count; f++)
            {
                sum[f] += value * weights[f / LANES][f % LANES];
            }
        }
#else
        UNROLL for (int i = 0; i < FG_FILTER_SIDE; i++)
        {
            vector value = load(from + i);
            UNROLL for (int f = 0; f < count; f++)
            {
                sum[f] += value * row[i * FG_FILTERS_MOST + f];
            }
        }
#endif
        UNROLL for (int f = 0; f < count; f++)
        {
            sums[f * features->rows + cell] = sum[f];
        }
    }
}

#define ROWS(count)                                                                                \
    case count:                                                                                    \
        filter_rows(count, features, strip, row, sums);                                            \
        break;

/* The same for a number that is known only now. */
static void filter_some_rows(int count, const fg_features *features, const float *strip,
                             const row_weight *row, vector *sums)
{
    switch (count) {
        ROWS(1)
        ROWS(2)
        ROWS(3)
        ROWS(4)
        ROWS(5)
        ROWS(6)
        ROWS(7)
        ROWS(8)
        ROWS(9)
        ROWS(10)
        ROWS(11)
#if ROWS_AT_ONCE > 11
        ROWS(12)
        ROWS(13)
        ROWS(14)
        ROWS(15)
        ROWS(16)
#endif
    default:
        break;
    }
}

/* Filters a strip by all rows of a bank: by as many at a time as are alike in number. */
static void filter_by_rows(const fg_filter_bank *bank, const row_weight *row,
                           const fg_features *features, const float *strip, vector *sums)
{
    for (int f = 0; f < bank->count; f++) {
        vector *of = sums + (ptrdiff_t)f * features->rows;
        size_t below = (size_t)features->around.bottom;
        memset(of, 0, (size_t)features->around.top * sizeof(*of));
        memset(of + features->rows - below, 0, below * sizeof(*of));
    }
    for (int f = 0; f < bank->count;) {
        int left = bank->count - f;
        int count = left <= ROWS_AT_ONCE       ? left
                    : left <= 2 * ROWS_AT_ONCE ? (left + 1) / 2
                                               : ROWS_AT_ONCE;
#if defined(__aarch64__)
        /* Weights are read a register at a time. */
        count = count < left ? count / LANES * LANES : count;
#endif
        filter_some_rows(count, features, strip, row + f, sums + (ptrdiff_t)f * features->rows);
        f += count;
    }
}

/* Adds to `cells` scores below each other what `count` columns make of the rows' sums. */
INLINE void filter_columns(const int cells, int rows, int count, const vector *sums,
                           const float (*column)[FG_FILTER_SIDE], float *scores, ptrdiff_t stride)
{
    vector score[CELLS_AT_ONCE];
    UNROLL for (int i = 0; i < cells; i++)
    {
        score[i] = load(scores + i * stride);
    }
    for (int f = 0; f < count; f++) {
        const vector *from = sums + f * rows;
        UNROLL for (int k = 0; k < FG_FILTER_SIDE; k++)
        {
            float weight = column[f][k];
            UNROLL for (int i = 0; i < cells; i++)
            {
                score[i] += from[i + k] * weight;
            }
        }
    }
    UNROLL for (int i = 0; i < cells; i++)
    {
        store(scores + i * stride, score[i]);
    }
}

static void filter_by_columns(int rows, int count, const vector *sums,
                              const float (*column)[FG_FILTER_SIDE], float *scores,
                              ptrdiff_t stride)
{
    int cells = rows - (FG_FILTER_SIDE - 1), i = 0;
    for (; i + CELLS_AT_ONCE <= cells; i += CELLS_AT_ONCE) {
        filter_columns(CELLS_AT_ONCE, rows, count, sums + i, column, scores + i * stride, stride);
    }
    for (; i + 4 <= cells; i += 4) {
        filter_columns(4, rows, count, sums + i, column, scores + i * stride, stride);
    }
    for (; i < cells; i++) {
        filter_columns(1, rows, count, sums + i, column, scores + i * stride, stride);
    }
}

static void filter_plane(fg_scores *scores, const fg_filter_bank *bank, const fg_features *features,
                         const float *plane)
{
    vector *sums = (vector *)scores->scratch;
#if WIDE_WEIGHTS
    vector row[FG_FILTER_SIDE * FG_FILTERS_MOST];
    for (int i = 0; i < FG_FILTER_SIDE; i++) {
        for (int f = 0; f < bank->count; f++) {
            row[i * FG_FILTERS_MOST + f] = bank->row[i][f] - (vector){0};
        }
    }
#else
    const float *row = bank->row[0];
#endif
    const ptrdiff_t detector = scores->rows * scores->stride;
    for (int x = FG_FILTER_BEFORE; x < features->columns - FG_FILTER_BEHIND; x += LANES) {
        float *to = scores->values + FG_FILTER_BEFORE * scores->stride + x;
        filter_by_rows(bank, row, features, plane + x - FG_FILTER_BEFORE, sums);
        for (int d = 0; d < scores->detectors; d++) {
            int first = bank->first[d], count = bank->first[d + 1] - first;
            if (count > 0) {
                filter_by_columns(features->rows, count, sums + (ptrdiff_t)first * features->rows,
                                  &bank->column[first], to + d * detector, scores->stride);
            }
        }
    }
}

static int make_room(float **memory, size_t *capacity, size_t bytes)
{
    if (bytes > *capacity) {
        free(*memory);
        *memory = aligned_alloc(64, (bytes + 63) / 64 * 64);
        *capacity = *memory != NULL ? bytes : 0;
    }
    return *memory != NULL ? 0 : -ENOMEM;
}

int FG_BUILD(fg_score_features)(fg_scores *scores, const fg_filter_bank banks[FG_FEATURES],
                                int detectors, const fg_features *features)
{
    scores->detectors = detectors;
    scores->rows = features->rows;
    scores->columns = features->columns;
    scores->stride = features->stride;
    if (features->rows < FG_FILTER_SIDE || features->columns < FG_FILTER_SIDE) {
        scores->rows = 0;
        return 0;
    }
    size_t bytes =
        (size_t)detectors * (size_t)scores->rows * (size_t)scores->stride * sizeof(float);
    if (make_room(&scores->values, &scores->values_capacity, bytes) != 0 ||
        make_room(&scores->scratch, &scores->scratch_capacity,
                  FG_FILTERS_MOST * (size_t)scores->rows * sizeof(vector)) != 0) {
        scores->rows = 0;
        return -ENOMEM;
    }
    memset(scores->values, 0, bytes);
    for (int i = 0; i < FG_FEATURES; i++) {
        filter_plane(scores, &banks[i], features, fg_features_plane(features, i));
    }
    return 0;
}
