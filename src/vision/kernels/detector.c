/* Finds faces in the levels of a pyramid. */
#include "kernels/detector.h"

#include "kernels/detector_filters.h"
#include "kernels/filters.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct fg_detector {
    const fg_kernels *kernels;
    fg_features features;
    fg_scores scores;
    fg_hit *hits;
    int count, capacity;
    fg_filter_bank banks[FG_FEATURES];
};

/* The table's filters by feature. */
static void fill_banks(fg_detector *detector)
{
    for (int plane = 0; plane < FG_FEATURES; plane++) {
        fg_filter_bank *bank = &detector->banks[plane];
        for (int d = 0; d < fg_filter_detectors; d++) {
            for (int i = 0; i < fg_filter_count; i++) {
                const fg_filter *filter = &fg_filters[i];
                if (filter->plane == plane && filter->detector == d) {
                    assert(bank->count < FG_FILTERS_MOST);
                    for (int k = 0; k < FG_FILTER_SIDE; k++) {
                        bank->row[k][bank->count] = filter->row[k];
                    }
                    memcpy(bank->column[bank->count], filter->column, sizeof(filter->column));
                    bank->count++;
                }
            }
            bank->first[d + 1] = bank->count;
        }
    }
}

int fg_detector_create(const fg_kernels *kernels, fg_detector **ret_detector)
{
    fg_detector *detector = calloc(1, sizeof(*detector));
    if (detector == NULL) {
        return -ENOMEM;
    }
    assert(fg_filter_detectors <= FG_FILTER_DETECTORS_MOST);
    detector->kernels = kernels;
    fill_banks(detector);
    *ret_detector = detector;
    return 0;
}

void fg_features_release(fg_features *features)
{
    free(features->values);
    free(features->scratch);
    *features = (fg_features){0};
}

void fg_scores_release(fg_scores *scores)
{
    free(scores->values);
    free(scores->scratch);
    *scores = (fg_scores){0};
}

fg_detector *fg_detector_free(fg_detector *detector)
{
    if (detector != NULL) {
        fg_features_release(&detector->features);
        fg_scores_release(&detector->scores);
        free(detector->hits);
        free(detector);
    }
    return NULL;
}

void fg_detector_begin(fg_detector *detector)
{
    detector->count = 0;
}

/* The pixel of a level that dlib says a cell is at. */
static int pixel_of(int cell, int before)
{
    int pixel = (cell + 1 - before) * FG_CELL + 1;
    return pixel + (pixel >= 0 ? FG_CELL / 2 : -FG_CELL / 2);
}

/* A pixel of a level as one of level 0. */
static int to_bottom(int pixel, int level)
{
    double at = pixel;
    for (int i = 0; i < level; i++) {
        at = at * (6 / 5.0) + 0.3;
    }
    return (int)floor(at + 0.5);
}

static int add_hit(fg_detector *detector, const fg_hit *hit)
{
    if (detector->count == detector->capacity) {
        int capacity = detector->capacity > 0 ? 2 * detector->capacity : 1024;
        fg_hit *hits = realloc(detector->hits, (size_t)capacity * sizeof(*hits));
        if (hits == NULL) {
            return -ENOMEM;
        }
        detector->hits = hits;
        detector->capacity = capacity;
    }
    detector->hits[detector->count++] = *hit;
    return 0;
}

/* The window that a place of the scores stands for. */
static fg_hit window_at(const fg_surround *around, int level, int x, int y, int column, int row)
{
    int left = column - FG_FILTER_BEFORE, top = row - FG_FILTER_BEFORE;
    return (fg_hit){
        .left = to_bottom(pixel_of(left, around->left) + x, level),
        .top = to_bottom(pixel_of(top, around->top) + y, level),
        .right = to_bottom(pixel_of(left + FG_FILTER_SIDE - 1, around->left) + x, level),
        .bottom = to_bottom(pixel_of(top + FG_FILTER_SIDE - 1, around->top) + y, level),
    };
}

int fg_detector_scan(fg_detector *detector, const fg_planes *planes, const fg_surround *around,
                     int level, int x, int y, double least)
{
    const fg_scores *scores = &detector->scores;
    int result = detector->kernels->make_features(&detector->features, planes, around);
    if (result == 0) {
        result = detector->kernels->score_features(&detector->scores, detector->banks,
                                                   fg_filter_detectors, &detector->features);
    }
    if (result != 0) {
        return result;
    }
    for (int d = 0; d < scores->detectors; d++) {
        const float *plane = scores->values + (ptrdiff_t)d * scores->rows * scores->stride;
        const double asked = fg_filter_thresholds[d] + least;
        for (int row = FG_FILTER_BEFORE; row < scores->rows - FG_FILTER_BEHIND; row++) {
            const float *values = plane + row * scores->stride;
            for (int column = FG_FILTER_BEFORE; column < scores->columns - FG_FILTER_BEHIND;
                 column++) {
                if (values[column] < asked) {
                    continue;
                }
                fg_hit hit = window_at(around, level, x, y, column, row);
                hit.detector = d;
                hit.score = values[column] - fg_filter_thresholds[d];
                result = add_hit(detector, &hit);
                if (result != 0) {
                    return result;
                }
            }
        }
    }
    return 0;
}

static int compare(double one, double other)
{
    return (one > other) - (one < other);
}

/* The strongest first, then by place, so that the order they came in does not matter. */
static int compare_hits(const void *left, const void *right)
{
    const fg_hit *one = left, *other = right;
    int order = compare(other->score, one->score);
    order = order != 0 ? order : compare(one->top, other->top);
    order = order != 0 ? order : compare(one->left, other->left);
    order = order != 0 ? order : compare(one->right, other->right);
    return order != 0 ? order : compare(one->detector, other->detector);
}

static double area(int left, int top, int right, int bottom)
{
    return left > right || top > bottom ? 0 : (double)(right - left + 1) * (bottom - top + 1);
}

static int least(int one, int other)
{
    return one < other ? one : other;
}

static int most(int one, int other)
{
    return one > other ? one : other;
}

static bool overlap(const fg_hit *one, const fg_hit *other)
{
    double both = area(most(one->left, other->left), most(one->top, other->top),
                       least(one->right, other->right), least(one->bottom, other->bottom));
    double around = area(least(one->left, other->left), least(one->top, other->top),
                         most(one->right, other->right), most(one->bottom, other->bottom));
    double first = area(one->left, one->top, one->right, one->bottom);
    double second = area(other->left, other->top, other->right, other->bottom);
    return both > 0 &&
           (both / around > fg_filter_most_shared || both / first > fg_filter_most_covered ||
            both / second > fg_filter_most_covered);
}

const fg_hit *fg_detector_settle(fg_detector *detector, int *ret_count)
{
    int kept = 0;
    if (detector->count > 1) {
        qsort(detector->hits, (size_t)detector->count, sizeof(*detector->hits), compare_hits);
    }
    for (int i = 0; i < detector->count; i++) {
        bool hidden = false;
        for (int k = 0; k < kept && !hidden; k++) {
            hidden = overlap(&detector->hits[k], &detector->hits[i]);
        }
        if (!hidden) {
            detector->hits[kept++] = detector->hits[i];
        }
    }
    detector->count = kept;
    *ret_count = kept;
    return detector->hits;
}
