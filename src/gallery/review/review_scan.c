/* Compares every encoding of a gallery with every other, once. */
#include "review/review_scan.h"
#include "distance.h"
#include "gallery_store.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* So many rows stay in the processor's nearest cache (16 KiB) while everybody else passes by. */
#define TILE 32

/* The list of pairs is cut back to the nearest when it has grown to twice as many. */
#define ROOM  (2 * FG_REVIEW_PAIRS)

#define PARTS 100 /* of the work, in progress */

static const float *row_at(const fg_scan *scan, int row)
{
    return scan->gallery->encodings + (size_t)scan->order[row] * FG_ENCODING_SIZE;
}

static int lay_out_rows(fg_scan *scan)
{
    const fg_gallery *gallery = scan->gallery;
    size_t people = (size_t)gallery->people_count;
    size_t count = (size_t)gallery->count;
    scan->order = calloc(count + 1, sizeof(*scan->order));
    scan->people = calloc(count + 1, sizeof(*scan->people));
    scan->rows = calloc(count + 1, sizeof(*scan->rows));
    scan->starts = calloc(people + 2, sizeof(*scan->starts));
    scan->spreads = calloc(people + 1, sizeof(*scan->spreads));
    scan->pairs = calloc(ROOM, sizeof(*scan->pairs));
    if (scan->order == NULL || scan->people == NULL || scan->rows == NULL || scan->starts == NULL ||
        scan->spreads == NULL || scan->pairs == NULL) {
        return -ENOMEM;
    }
    /* A person's start is first kept one place further on, where filling moves it to the end. */
    for (size_t i = 0; i < people; i++) {
        scan->starts[i + 2] = scan->starts[i + 1] + gallery->people[i].encodings;
        scan->spreads[i] = -1;
    }
    for (int i = 0; i < gallery->count; i++) {
        int row = scan->starts[gallery->owners[i] + 1]++;
        scan->order[row] = i;
        scan->people[row] = gallery->owners[i];
        scan->rows[row] = (fg_scan_row){INFINITY, -1, INFINITY, -1};
    }
    return 0;
}

static void compare_own(fg_scan *scan, int person)
{
    int end = scan->starts[person + 1];
    float spread = -1;
    for (int i = scan->starts[person]; i < end; i++) {
        for (int k = i + 1; k < end; k++) {
            float square = fg_distance_square(row_at(scan, i), row_at(scan, k));
            fg_scan_row *one = &scan->rows[i];
            fg_scan_row *other = &scan->rows[k];
            if (square < one->own) {
                one->own = square;
                one->own_row = k;
            }
            if (square < other->own) {
                other->own = square;
                other->own_row = i;
            }
            spread = square > spread ? square : spread;
        }
    }
    scan->spreads[person] = spread;
}

static int nearest_first(const void *one, const void *other)
{
    const fg_scan_pair *a = one;
    const fg_scan_pair *b = other;
    if (a->distance != b->distance) {
        return a->distance < b->distance ? -1 : 1;
    }
    if (a->row != b->row) {
        return a->row < b->row ? -1 : 1;
    }
    return (a->other_row > b->other_row) - (a->other_row < b->other_row);
}

static void cut_pairs(fg_scan *scan)
{
    qsort(scan->pairs, (size_t)scan->pair_count, sizeof(*scan->pairs), nearest_first);
    if (scan->pair_count > FG_REVIEW_PAIRS) {
        scan->pair_count = FG_REVIEW_PAIRS;
    }
}

static void note_pair(fg_scan *scan, float square, int row, int other_row)
{
    double distance = sqrt((double)square);
    for (int i = 0; i < scan->tolerance_count; i++) {
        scan->matched[i] += distance <= scan->tolerances[i] ? 1 : 0;
    }
    if (distance > scan->near) {
        return;
    }
    scan->near_pairs++;
    scan->pairs[scan->pair_count++] = (fg_scan_pair){row, other_row, distance};
    if (scan->pair_count == ROOM) {
        cut_pairs(scan);
    }
}

static void compare_people(fg_scan *scan, int person, int other)
{
    float best = INFINITY;
    int best_row = -1;
    int best_other = -1;
    int end = scan->starts[person + 1];
    for (int tile = scan->starts[person]; tile < end; tile += TILE) {
        int tile_end = end - tile > TILE ? tile + TILE : end;
        for (int k = scan->starts[other]; k < scan->starts[other + 1]; k++) {
            const float *encoding = row_at(scan, k);
            fg_scan_row *theirs = &scan->rows[k];
            for (int i = tile; i < tile_end; i++) {
                float square = fg_distance_square(row_at(scan, i), encoding);
                if (square < scan->rows[i].other) {
                    scan->rows[i].other = square;
                    scan->rows[i].other_row = k;
                }
                if (square < theirs->other) {
                    theirs->other = square;
                    theirs->other_row = i;
                }
                if (square < best) {
                    best = square;
                    best_row = i;
                    best_other = k;
                }
            }
        }
    }
    if (best_row >= 0) {
        note_pair(scan, best, best_row, best_other);
    }
}

/* People, one or more, whose rows are a tile. */
static int end_of_tile(const fg_scan *scan, int first)
{
    int end = first + 1;
    while (end < scan->gallery->people_count &&
           scan->starts[end + 1] - scan->starts[first] <= TILE) {
        end++;
    }
    return end;
}

/* Of `count` encodings those up to `row` have been compared with all: how much of the work. */
static int done_part(int row, int count)
{
    double left = (double)(count - row) / count;
    return (int)(PARTS * (1 - left * left));
}

int fg_scan_run(fg_scan *scan)
{
    int people = scan->gallery->people_count;
    int reported = -1;
    int result = lay_out_rows(scan);
    if (result != 0) {
        return result;
    }
    int64_t with_encodings = 0;
    for (int i = 0; i < people; i++) {
        with_encodings += scan->starts[i + 1] > scan->starts[i] ? 1 : 0;
    }
    scan->people_pairs = with_encodings * (with_encodings - 1) / 2;
    /* Whoever comes later passes by all of a tile, so that everybody meets the others in order and
     * of equally near ones keeps the first. */
    for (int first = 0, end; first < people; first = end) {
        end = end_of_tile(scan, first);
        for (int other = first; other < people; other++) {
            for (int person = first; person < end && person < other; person++) {
                compare_people(scan, person, other);
            }
            if (other < end) {
                compare_own(scan, other);
            }
        }
        int part = done_part(scan->starts[end], scan->gallery->count);
        if (scan->progress != NULL && scan->gallery->count > 0 && part > reported) {
            scan->progress(scan->context, part, PARTS);
            reported = part;
        }
    }
    cut_pairs(scan);
    return 0;
}

void fg_scan_close(fg_scan *scan)
{
    free(scan->order);
    free(scan->people);
    free(scan->starts);
    free(scan->rows);
    free(scan->spreads);
    free(scan->pairs);
}
