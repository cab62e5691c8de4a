/* Makes the detector's features of a picture. */
#include "kernels/features.h"

#include "kernels/gradients.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

fg_make_features FG_BUILD(fg_make_features);

/* Half of a cell: a pixel counts for the four cells whose middles are around it, and the pixels
 * between the same four middles are a block. */
#define HALF (FG_CELL / 2)

/* What a block's pixels count for the cell above to the left, to the right, below to the left, to
 * the right. */
typedef float quad __attribute__((vector_size(16), may_alias));
typedef int32_t quad_index __attribute__((vector_size(16)));

/* Rows of cells that are kept: the one that is made, its neighbour below and the one above, whose
 * features can be made as soon as this one's strength is known. */
#define KEPT 3

/* Room in front of and behind the pixels of a row, so that blocks at its ends need no care. */
#define FRONT  64
#define BEHIND 128

/* Where everything is for one picture. Cells have one more around them: histograms and strengths
 * count from that. */
typedef struct workplace {
    const fg_planes *planes;
    fg_features *features;
    int cell_rows, cell_columns;
    int end_x, end_y; /* gradients are those of the pixels from 1 to before these */
    ptrdiff_t width;  /* floats of a row of cells, with room for a register more */
    uint8_t *directions;
    float *lengths;
    quad *blocks;            /* of a row, FG_DIRECTIONS each */
    float *histograms[KEPT]; /* FG_DIRECTIONS rows of cells each */
    float *strengths[2];     /* of this row of cells and the one above */
    float *limits[2];  /* of the corners above and below a row: no direction counts for more */
    float *weights[2]; /* and what it is multiplied by */
} workplace;

static int features_fit(fg_features *features, const fg_planes *planes, const fg_surround *around,
                        workplace *work)
{
    int rows = work->cell_rows - 2, columns = work->cell_columns - 2;
    features->rows = rows + around->top + around->bottom;
    features->columns = columns + around->left + around->right;
    features->stride = (features->columns + LANES - 1) / LANES * LANES + LANES;
    size_t bytes = FG_FEATURES * (size_t)features->rows * (size_t)features->stride * sizeof(float);
    if (bytes > features->values_capacity) {
        free(features->values);
        features->values = aligned_alloc(64, (bytes + 63) / 64 * 64);
        features->values_capacity = features->values != NULL ? bytes : 0;
    }
    features->around = *around;
    work->planes = planes;
    work->features = features;
    return features->values != NULL ? 0 : -ENOMEM;
}

/* Takes `bytes` from what is not yet given out, or with no memory counts them. */
static void *take(uint8_t *memory, size_t *used, size_t bytes)
{
    void *taken = memory != NULL ? memory + *used : NULL;
    *used += (bytes + 63) / 64 * 64;
    return taken;
}

static size_t give_out(workplace *work, uint8_t *memory)
{
    size_t used = 0;
    size_t pixels = FRONT + (size_t)(work->cell_columns + 1) * FG_CELL + BEHIND;
    size_t cells = (size_t)work->width;
    work->directions = take(memory, &used, pixels);
    work->lengths = take(memory, &used, pixels * sizeof(float));
    work->blocks =
        take(memory, &used, ((size_t)work->cell_columns + 5) * FG_DIRECTIONS * sizeof(quad));
    for (int i = 0; i < KEPT; i++) {
        work->histograms[i] = take(memory, &used, FG_DIRECTIONS * cells * sizeof(float));
    }
    for (int i = 0; i < 2; i++) {
        work->strengths[i] = take(memory, &used, cells * sizeof(float));
        work->limits[i] = take(memory, &used, cells * sizeof(float));
        work->weights[i] = take(memory, &used, cells * sizeof(float));
    }
    return used;
}

static int prepare(workplace *work, fg_features *features)
{
    work->width = (work->cell_columns + 2 + 15) / 16 * 16 + 2 * 16;
    size_t bytes = give_out(work, NULL);
    if (bytes > features->scratch_capacity) {
        free(features->scratch);
        features->scratch = aligned_alloc(64, bytes);
        features->scratch_capacity = features->scratch != NULL ? bytes : 0;
    }
    if (features->scratch == NULL) {
        return -ENOMEM;
    }
    memset(features->scratch, 0, bytes);
    give_out(work, features->scratch);
    return 0;
}

/* Gradients of pixels `from` to before `end` of the picture's last row but one, of which there are
 * less than STEP: from copies, since the picture ends behind them. */
static void make_last_gradients(const gradient_rows *rows, int planes, bool first_wins, int from,
                                int end, uint8_t *directions, float *lengths)
{
    uint8_t copies[3][3][STEP + 2] = {0};
    gradient_rows copied = {0};
    for (int i = 0; i < planes; i++) {
        memcpy(copies[i][0], rows->above[i] + from - 1, (size_t)(end - from) + 2);
        memcpy(copies[i][1], rows->here[i] + from - 1, (size_t)(end - from) + 2);
        memcpy(copies[i][2], rows->below[i] + from - 1, (size_t)(end - from) + 2);
        copied.above[i] = copies[i][0];
        copied.here[i] = copies[i][1];
        copied.below[i] = copies[i][2];
    }
    make_gradients(&copied, planes, first_wins, 1, directions + from, lengths + from);
}

INLINE void make_row_of_gradients(const workplace *work, const int planes, int y)
{
    gradient_rows rows = {0};
    uint8_t *directions = work->directions + FRONT;
    float *lengths = work->lengths + FRONT;
    for (int i = 0; i < planes; i++) {
        rows.here[i] = work->planes->pixels[i] + y * work->planes->stride;
        rows.above[i] = rows.here[i] - work->planes->stride;
        rows.below[i] = rows.here[i] + work->planes->stride;
    }
    /* dlib takes eight pixels at a time and then one by one, with another rule for channels that
     * are equally strong. */
    int x = 1, end = 1 + (work->end_x - 1) / 8 * 8;
    for (; x + STEP <= end; x += STEP) {
        make_gradients(&rows, planes, false, x, directions + x, lengths + x);
    }
    if (y + 2 < work->planes->height && work->planes->width > STEP) {
        /* What is read too far is the beginning of the next row, and what comes of it is written
         * over. */
        if (x < end) {
            make_gradients(&rows, planes, false, x, directions + x, lengths + x);
        }
        if (end < work->end_x) {
            make_gradients(&rows, planes, true, end, directions + end, lengths + end);
        }
    } else {
        if (x < end) {
            make_last_gradients(&rows, planes, false, x, end, directions, lengths);
        }
        if (end < work->end_x) {
            make_last_gradients(&rows, planes, true, end, work->end_x, directions, lengths);
        }
    }
    memset(lengths + work->end_x, 0, STEP * sizeof(*lengths));
}

/* How much pixel x, y of a block counts for each of its cells. */
static void weigh_pixels(quad weights[FG_CELL][FG_CELL])
{
    for (int y = 0; y < FG_CELL; y++) {
        for (int x = 0; x < FG_CELL; x++) {
            float down = ((float)y + 0.5F) / FG_CELL, right = ((float)x + 0.5F) / FG_CELL;
            weights[y][x] = (quad){(1 - down) * (1 - right), (1 - down) * right, down * (1 - right),
                                   down * right};
        }
    }
}

/* Adds a row's gradients to its blocks. A direction is counted twice so that it is the distance of
 * its quad in units of 8 bytes, which is as far as an address can be scaled. */
static void add_to_blocks(const workplace *work, const quad weights[FG_CELL])
{
    const uint8_t *directions = work->directions + FRONT - HALF;
    const float *lengths = work->lengths + FRONT - HALF;
    uint8_t *block = (uint8_t *)work->blocks;
    for (int i = 0; i <= work->cell_columns; i++) {
        UNROLL for (int x = 0; x < FG_CELL; x++)
        {
            void *at = block + directions[x] * (ptrdiff_t)8;
            quad *direction = at;
            *direction += weights[x] * lengths[x];
        }
        block += FG_DIRECTIONS * sizeof(quad);
        directions += FG_CELL;
        lengths += FG_CELL;
    }
}

#if defined(__clang__)
#define SHUFFLE(one, other, a, b, c, d) __builtin_shufflevector(one, other, a, b, c, d)
#else
#define SHUFFLE(one, other, a, b, c, d) __builtin_shuffle(one, other, (quad_index){a, b, c, d})
#endif

/* From one block's four cells to four blocks' cells of a kind. */
INLINE void transpose(quad of[4])
{
    quad one = SHUFFLE(of[0], of[1], 0, 4, 1, 5), two = SHUFFLE(of[2], of[3], 0, 4, 1, 5);
    quad three = SHUFFLE(of[0], of[1], 2, 6, 3, 7), four = SHUFFLE(of[2], of[3], 2, 6, 3, 7);
    of[0] = SHUFFLE(one, two, 0, 1, 4, 5);
    of[1] = SHUFFLE(one, two, 2, 3, 6, 7);
    of[2] = SHUFFLE(three, four, 0, 1, 4, 5);
    of[3] = SHUFFLE(three, four, 2, 3, 6, 7);
}

/* Adds the blocks of a row to the cells above them, and begins with them those below. */
static void add_to_cells(const workplace *work, float *above, float *below)
{
    int blocks = work->cell_columns + 1;
    for (int direction = 0; direction < FG_DIRECTIONS; direction++) {
        quad last_above = {0}, last_below = {0};
        float *upper = above + direction * work->width, *lower = below + direction * work->width;
        for (int i = 0; i < blocks; i += 4) {
            quad four[4];
            for (int k = 0; k < 4; k++) {
                four[k] = work->blocks[(i + k) * FG_DIRECTIONS + direction];
            }
            transpose(four);
            *(quad *)(upper + i) += four[0] + SHUFFLE(last_above, four[1], 3, 4, 5, 6);
            *(quad *)(lower + i) = four[2] + SHUFFLE(last_below, four[3], 3, 4, 5, 6);
            last_above = four[1];
            last_below = four[3];
        }
        if (blocks % 4 == 0) {
            upper[blocks] += last_above[3];
            lower[blocks] = last_below[3];
        }
    }
}

/* How strong the gradients of a row of cells are in all. */
static void measure_strength(const workplace *work, const float *histograms, float *strengths)
{
    for (int x = 0; x < work->cell_columns; x += LANES) {
        vector sum = {0};
        for (int i = 0; i < FG_DIRECTIONS / 2; i++) {
            const float *one = histograms + i * work->width + x + 1;
            vector both = load(one) + load(one + FG_DIRECTIONS / 2 * work->width);
            sum += both * both;
        }
        store(strengths + x, sum);
    }
}

/* What the corners between two rows of cells weigh, by the four cells around each. */
static void weigh_corners(const workplace *work, float *limits, float *weights)
{
    const float *above = work->strengths[0], *below = work->strengths[1];
    for (int x = 0; x < work->cell_columns - 1; x += LANES) {
        vector sum = load(above + x) + load(above + x + 1) + load(below + x) + load(below + x + 1);
        vector limit = 0.2F * root(sum + 0.0001F);
        store(limits + x, limit);
        store(weights + x, 0.1F / limit);
    }
}

/* What keeps of a register's cells those before `count`. */
INLINE vector keep_first(int count)
{
    vector keep = {0};
    for (int i = 0; i < LANES; i++) {
        keep[i] = i < count ? 1 : 0;
    }
    return keep;
}

/* The features of row `y` of those cells that have neighbours. */
static void make_row(const workplace *work, const float *histograms, int y)
{
    const fg_features *features = work->features;
    const ptrdiff_t plane = features->rows * features->stride;
    int columns = work->cell_columns - 2;
    float *row =
        features->values + (y + features->around.top) * features->stride + features->around.left;
    const vector all = keep_first(LANES), last = keep_first(columns % LANES);
    for (int x = 0; x < columns; x += LANES) {
        const vector keep = columns - x < LANES ? last : all;
        vector limits[4], weights[4], sums[4] = {{0}, {0}, {0}, {0}};
        /* dlib's order: below right, above right, below left, above left. */
        UNROLL for (int i = 0; i < 4; i++)
        {
            limits[i] = load(work->limits[i % 2 == 0] + x + (i < 2));
            weights[i] = load(work->weights[i % 2 == 0] + x + (i < 2));
        }
        for (int i = 0; i < FG_DIRECTIONS / 2; i++) {
            vector one = load(histograms + i * work->width + x + 2);
            vector other = load(histograms + (i + FG_DIRECTIONS / 2) * work->width + x + 2);
            vector first = {0}, second = {0}, both = {0};
            UNROLL for (int k = 0; k < 4; k++)
            {
                vector part = smaller(one, limits[k]) * weights[k];
                vector counterpart = smaller(other, limits[k]) * weights[k];
                first += part;
                second += counterpart;
                sums[k] += part + counterpart;
                both += smaller(one + other, limits[k]) * weights[k];
            }
            store(row + x + i * plane, first * keep);
            store(row + x + (i + FG_DIRECTIONS / 2) * plane, second * keep);
            store(row + x + (i + FG_DIRECTIONS) * plane, both * keep);
        }
        UNROLL for (int k = 0; k < 4; k++)
        {
            float *neighbourhood = row + x + (FG_FEATURES - 4 + k) * plane;
            store(neighbourhood, sums[k] * (2 * 0.2357F) * keep);
        }
    }
}

static void swap(float **one, float **other)
{
    float *kept = *one;
    *one = *other;
    *other = kept;
}

/* When row `row` of histograms is complete: its strength, the corners above it, and the features of
 * the row above, which has its last neighbour now. Rows count from the one above the first cell. */
static void complete_row(workplace *work, int row)
{
    int cell = row - 1;
    if (cell < 0 || cell >= work->cell_rows) {
        return;
    }
    swap(&work->strengths[0], &work->strengths[1]);
    measure_strength(work, work->histograms[row % KEPT], work->strengths[1]);
    if (cell < 1) {
        return;
    }
    swap(&work->limits[0], &work->limits[1]);
    swap(&work->weights[0], &work->weights[1]);
    weigh_corners(work, work->limits[1], work->weights[1]);
    if (cell >= 2) {
        make_row(work, work->histograms[(row - 1) % KEPT], cell - 2);
    }
}

/* Makes the surround of the features, and what is behind their rows. */
static void clear_surround(const workplace *work)
{
    const fg_features *features = work->features;
    const fg_surround *around = &features->around;
    size_t row = (size_t)features->stride * sizeof(float);
    int behind = around->left + work->cell_columns - 2;
    for (int i = 0; i < FG_FEATURES; i++) {
        float *plane = fg_features_plane(features, i);
        memset(plane, 0, (size_t)around->top * row);
        for (int y = around->top; y < features->rows - around->bottom; y++) {
            float *at = plane + y * features->stride;
            memset(at, 0, (size_t)around->left * sizeof(float));
            memset(at + behind, 0, (size_t)(features->stride - behind) * sizeof(float));
        }
        memset(plane + (features->rows - around->bottom) * features->stride, 0,
               (size_t)around->bottom * row);
    }
}

static void make_all(workplace *work)
{
    quad weights[FG_CELL][FG_CELL];
    weigh_pixels(weights);
    clear_surround(work);
    for (int row = 0; row <= work->cell_rows; row++) {
        int from = FG_CELL * row - HALF, end = from + FG_CELL;
        memset(work->blocks, 0,
               ((size_t)work->cell_columns + 5) * FG_DIRECTIONS * sizeof(*work->blocks));
        for (int y = from > 1 ? from : 1; y < end && y < work->end_y; y++) {
            if (work->planes->count == 1) {
                make_row_of_gradients(work, 1, y);
            } else {
                make_row_of_gradients(work, 3, y);
            }
            add_to_blocks(work, weights[y - from]);
        }
        add_to_cells(work, work->histograms[row % KEPT], work->histograms[(row + 1) % KEPT]);
        complete_row(work, row);
    }
}

static int smaller_of(int one, int other)
{
    return one < other ? one : other;
}

int FG_BUILD(fg_make_features)(fg_features *features, const fg_planes *planes,
                               const fg_surround *around)
{
    workplace work = {
        .cell_rows = (planes->height + HALF) / FG_CELL,
        .cell_columns = (planes->width + HALF) / FG_CELL,
    };
    work.end_x = smaller_of(work.cell_columns * FG_CELL, planes->width) - 1;
    work.end_y = smaller_of(work.cell_rows * FG_CELL, planes->height) - 1;
    features->rows = 0;
    features->columns = 0;
    if (work.cell_rows <= 2 || work.cell_columns <= 2) {
        return 0;
    }
    int result = features_fit(features, planes, around, &work);
    if (result == 0) {
        result = prepare(&work, features);
    }
    if (result != 0) {
        features->rows = 0;
        return result;
    }
    make_all(&work);
    return 0;
}
