/* The encoder's kernels: direct convolutions, the pools and the last layer. */
#include "kernels/encoder_inner.h"

#include <stdbool.h>
#include <stddef.h>

/* All of a direct convolution that is known beforehand. */
typedef struct geometry {
    int channels; /* of its input */
    int pitch;    /* of its input, in positions */
    int taps;     /* on each side */
    int stride;
    int padding;
    int side; /* of what it makes */
} geometry;

/* Adds the bias and the shortcut, and stores. */
INLINE void put(const fg_step *step, const piece of, int y, int x, int filter, const bool relu,
                const vector *sums)
{
    const fg_map *out = step->out, *shortcut = step->shortcut;
    UNROLL for (int k = 0; k < of.vectors; k++)
    {
        int at = filter + k * LANES;
        vector bias = load(step->bias + at);
        bool added = shortcut != NULL && at < shortcut->channels;
        UNROLL for (int i = 0; i < of.rows * of.columns; i++)
        {
            int row = y + i / of.columns, column = x + i % of.columns;
            vector value = sums[i * of.vectors + k] + bias;
            if (added) {
                value += load(shortcut->at +
                              ((long)row * shortcut->pitch + column) * shortcut->channels + at);
            }
            store(out->at + ((long)row * out->pitch + column) * out->channels + at,
                  relu ? positive(value) : value);
        }
    }
}

/* The taps of one row; what a piece as wide as its map would meet beside it is zero and left out.
 */
INLINE void add_row(const geometry is, const piece of, const float *in, const float *weights,
                    vector *sums)
{
    const long row_step = (long)is.stride * is.pitch * is.channels;
    const long column_step = (long)is.stride * is.channels;
    const long next = (long)is.channels * of.vectors * LANES;
    if (is.padding == 1 && of.columns == is.side) {
        const extent left = {0, of.rows, 1, of.columns}, right = {0, of.rows, 0, of.columns - 1};
        accumulate(of, left, is.channels, row_step, column_step, in, weights, sums);
        accumulate(of, all_of(of), is.channels, row_step, column_step, in + is.channels,
                   weights + next, sums);
        accumulate(of, right, is.channels, row_step, column_step, in + 2L * is.channels,
                   weights + 2 * next, sums);
        return;
    }
    for (int column = 0; column < is.taps; column++) {
        accumulate(of, all_of(of), is.channels, row_step, column_step,
                   in + (long)column * is.channels, weights + column * next, sums);
    }
}

/* One piece. Of a map with padding it has one row, and taps above and below the map are left out.
 */
INLINE void convolve_piece(const fg_step *step, const geometry is, const piece of, int y, int x,
                           int filter)
{
    const long row_weights = (long)is.taps * is.channels * of.vectors * LANES;
    const float *weights = step->weights + (long)filter * is.taps * is.taps * is.channels;
    vector sums[MOST_SUMS];
    clear(of, sums);
    for (int row = 0; row < is.taps; row++) {
        int from = y * is.stride + row - is.padding;
        if (is.padding == 0 || (from >= 0 && from < is.side)) {
            const float *in =
                step->in->at + ((long)from * is.pitch + x * is.stride - is.padding) * is.channels;
            add_row(is, of, in, weights + row * row_weights, sums);
        }
    }
    put(step, of, y, x, filter, true, sums);
}

/* Piece by piece; the last of a row may do again what the one before it did. */
INLINE void convolve(const fg_step *step, const geometry is, const piece of)
{
    for (int filter = 0; filter < step->out->channels; filter += of.vectors * LANES) {
        for (int y = 0; y < is.side; y += of.rows) {
            for (int next = 0; next < is.side; next += of.columns) {
                int x = next + of.columns > is.side ? is.side - of.columns : next;
                convolve_piece(step, is, of, y, x, filter);
            }
        }
    }
}

/* One row of 3x3 taps for a whole map: a row of the map that it would meet outside is left out. */
INLINE void add_map_row(const fg_step *step, const geometry is, const piece of, const int row,
                        const float *weights, vector *sums)
{
    const long row_step = (long)is.pitch * is.channels;
    const long next = (long)is.channels * of.vectors * LANES;
    const float *in = step->in->at + (row - 1) * row_step - is.channels;
    const int top = row == 0 ? 1 : 0, bottom = row == 2 ? of.rows - 1 : of.rows;
    const extent left = {top, bottom, 1, of.columns}, middle = {top, bottom, 0, of.columns},
                 right = {top, bottom, 0, of.columns - 1};
    weights += 3 * row * next;
    accumulate(of, left, is.channels, row_step, is.channels, in, weights, sums);
    accumulate(of, middle, is.channels, row_step, is.channels, in + is.channels, weights + next,
               sums);
    accumulate(of, right, is.channels, row_step, is.channels, in + 2L * is.channels,
               weights + 2 * next, sums);
}

/* A 3x3 convolution of a map that is one piece. Much of the work would be on its border: 44 of 144
 * pairs of a tap and a position for 4x4. */
INLINE void convolve_map(const fg_step *step, const geometry is, const piece of)
{
    for (int filter = 0; filter < step->out->channels; filter += of.vectors * LANES) {
        const float *weights = step->weights + (long)filter * 9 * is.channels;
        vector sums[MOST_SUMS];
        clear(of, sums);
        add_map_row(step, is, of, 0, weights, sums);
        add_map_row(step, is, of, 1, weights, sums);
        add_map_row(step, is, of, 2, weights, sums);
        put(step, of, 0, 0, filter, true, sums);
    }
}

/* Padded, of a map that is one piece or of rows of it. */
INLINE void convolve_small(const fg_step *step, const geometry is, const piece of)
{
    if (of.rows == is.side) {
        convolve_map(step, is, of);
    } else {
        convolve(step, is, of);
    }
}

/* How large the pieces are: rows, columns, vectors. See POSITIONS for why. */
#if LANES == 16
#define PIECE_DOWN_17 1, 9, 2
#define PIECE_DOWN_8  1, 8, 2
#define PIECE_SAME_8  1, 8, 2
#define PIECE_DOWN_3  3, 3, 2
#define PIECE_SAME_3  3, 3, 2
#define PIECE_SAME_4  4, 4, 1
#elif defined(__aarch64__)
#define PIECE_DOWN_17 1, 6, 2
#define PIECE_DOWN_8  1, 8, 2
#define PIECE_SAME_8  1, 8, 2
#define PIECE_DOWN_3  3, 3, 2
#define PIECE_SAME_3  3, 3, 2
#define PIECE_SAME_4  1, 4, 4
#else
#define PIECE_DOWN_17 1, 6, 2
#define PIECE_DOWN_8  1, 4, 2
#define PIECE_SAME_8  1, 4, 2
#define PIECE_DOWN_3  1, 3, 4
#define PIECE_SAME_3  1, 3, 4
#define PIECE_SAME_4  1, 4, 2
#endif
#define PIECE_1 1, 1, 8

/* 7x7, whose three channels lie side by side: seven taps of a row are one of 21 channels. */
static void first(const fg_step *step)
{
    const piece of = {1, POSITIONS, VECTORS};
    const int taps = 7, channels = 21, side = 72;
    for (int filter = 0; filter < 32; filter += BLOCK) {
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x += POSITIONS) {
                const float *in = step->in->at + ((long)(2 * y) * 150 + 2 * x) * 3;
                const float *weights = step->weights + (long)filter * taps * channels;
                vector sums[MOST_SUMS];
                clear(of, sums);
                for (int row = 0; row < taps; row++) {
                    accumulate(of, all_of(of), channels, 0, 6, in + (long)row * 150 * 3,
                               weights + (long)row * channels * BLOCK, sums);
                }
                put(step, of, y, x, filter, false, sums);
            }
        }
    }
}

static void down_17(const fg_step *step)
{
    convolve(step, (const geometry){32, FG_PITCH(35), 3, 2, 0, 17}, (const piece){PIECE_DOWN_17});
}

static void down_8(const fg_step *step)
{
    convolve(step, (const geometry){64, FG_PITCH(17), 3, 2, 0, 8}, (const piece){PIECE_DOWN_8});
}

static void same_8(const fg_step *step)
{
    convolve_small(step, (const geometry){128, FG_PITCH(8), 3, 1, 1, 8},
                   (const piece){PIECE_SAME_8});
}

static void down_3(const fg_step *step)
{
    convolve(step, (const geometry){128, FG_PITCH(8), 3, 2, 0, 3}, (const piece){PIECE_DOWN_3});
}

static void same_3(const fg_step *step)
{
    convolve_small(step, (const geometry){256, FG_PITCH(3), 3, 1, 1, 3},
                   (const piece){PIECE_SAME_3});
}

static void same_4(const fg_step *step)
{
    convolve_small(step, (const geometry){256, FG_PITCH(4), 3, 1, 1, 4},
                   (const piece){PIECE_SAME_4});
}

static void down_1(const fg_step *step)
{
    convolve(step, (const geometry){256, FG_PITCH(4), 3, 2, 0, 1}, (const piece){PIECE_1});
}

static void same_1(const fg_step *step)
{
    convolve(step, (const geometry){256, FG_PITCH(1), 1, 1, 0, 1}, (const piece){PIECE_1});
}

static void max_pool(const fg_map *in, const fg_map *out)
{
    const int channels = out->channels;
    const long row_step = (long)in->pitch * channels;
    for (int i = 0; i < out->side * out->side; i++) {
        int y = i / out->side, x = i % out->side;
        const float *from = in->at + 2 * y * row_step + (long)2 * x * channels;
        float *to = out->at + ((long)y * out->pitch + x) * channels;
        for (int channel = 0; channel < channels; channel += LANES) {
            vector most = {0};
            UNROLL for (int j = 0; j < 9; j++)
            {
                most = larger(load(from + j / 3 * row_step + j % 3 * channels + channel), most);
            }
            store(to + channel, most);
        }
    }
}

static void average(const fg_map *in, const fg_map *out)
{
    const int channels = out->channels;
    const long row_step = (long)in->pitch * channels;
    for (int i = 0; i < out->side * out->side; i++) {
        int y = i / out->side, x = i % out->side;
        const float *from = in->at + 2 * y * row_step + (long)2 * x * channels;
        float *to = out->at + ((long)y * out->pitch + x) * channels;
        for (int channel = 0; channel < channels; channel += LANES) {
            const float *upper = from + channel, *lower = upper + row_step;
            store(to + channel,
                  (load(upper) + load(upper + channels) + load(lower) + load(lower + channels)) /
                      4);
        }
    }
}

static void finish(const fg_map *in, const float *weights, float ret_encoding[FG_ENCODING_SIZE])
{
    float means[256];
    for (int channel = 0; channel < 256; channel += LANES) {
        vector sum = {0};
        for (int i = 0; i < in->side * in->side; i++) {
            int y = i / in->side, x = i % in->side;
            sum += load(in->at + ((long)y * in->pitch + x) * 256 + channel);
        }
        store(means + channel, sum / (float)(in->side * in->side));
    }
    for (int k = 0; k < FG_ENCODING_SIZE; k += 4 * LANES) {
        vector sums[4] = {{0}};
        for (int channel = 0; channel < 256; channel++) {
            UNROLL for (int i = 0; i < 4; i++)
            {
                sums[i] +=
                    load(weights + channel * FG_ENCODING_SIZE + k + i * LANES) * means[channel];
            }
        }
        UNROLL for (int i = 0; i < 4; i++)
        {
            store(ret_encoding + k + i * LANES, sums[i]);
        }
    }
}

#define DIRECT_BY(does, rows, columns, vectors)                                                    \
    {                                                                                              \
        .run = (does), .packing = FG_TAPS, .block = (vectors)*LANES                                \
    }
#define DIRECT(does, ...) DIRECT_BY(does, __VA_ARGS__)
#define WINOGRAD                                                                                   \
    {                                                                                              \
        .run = FG_BUILD(fg_winograd), .packing = FG_WINOGRAD, .block = BLOCK                       \
    }

extern const fg_encoder_kernels FG_BUILD(fg_encoder_kernels);
const fg_encoder_kernels FG_BUILD(fg_encoder_kernels) = {
    .convolvers =
        {
            [FG_FIRST] = {first, FG_TAPS, BLOCK},
            [FG_SAME_35] = WINOGRAD,
            [FG_DOWN_17] = DIRECT(down_17, PIECE_DOWN_17),
            [FG_SAME_17] = WINOGRAD,
            [FG_DOWN_8] = DIRECT(down_8, PIECE_DOWN_8),
            [FG_SAME_8] = DIRECT(same_8, PIECE_SAME_8),
            [FG_DOWN_3] = DIRECT(down_3, PIECE_DOWN_3),
            [FG_SAME_3] = DIRECT(same_3, PIECE_SAME_3),
            [FG_SAME_4] = DIRECT(same_4, PIECE_SAME_4),
            [FG_DOWN_1] = DIRECT(down_1, PIECE_1),
            [FG_SAME_1] = {same_1, FG_MIDDLE_TAP, 8 * LANES},
        },
    .max_pool = max_pool,
    .average = average,
    .finish = finish,
};
