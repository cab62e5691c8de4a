/*
 * The inner loop of the encoder's kernels. Only they include this, and everything in it is inlined
 * with numbers that are known when they are compiled: how much is unrolled and kept in registers
 * follows from them.
 */
#ifndef FACEGATE_VISION_KERNELS_ENCODER_INNER_H
#define FACEGATE_VISION_KERNELS_ENCODER_INNER_H

#include "kernels/encoder_kernels.h"
#include "kernels/vector.h"

/* Vectors of filters side by side in a block of most convolutions, and positions at a time with
 * them: as many sums as there are registers for, beside a block's weights and an input. */
#define VECTORS 2
#define BLOCK   (VECTORS * LANES)
#if LANES == 16
#define POSITIONS 12
#elif defined(__aarch64__)
#define POSITIONS 8
#else
#define POSITIONS 6
#endif
#define MOST_SUMS 32

/* Most weights are read once an encoding, 20 MB of them, and no processor foresees far enough what
 * it will want: floats to a line of its cache, and how far ahead they are asked for. A fifth of the
 * time, measured. */
#define CACHE_LINE 16
#define AHEAD      512

/* Sums of a piece of a map: positions by vectors. */
typedef struct piece {
    int rows, columns; /* positions */
    int vectors;
} piece;

INLINE void clear(const piece of, vector *sums)
{
    UNROLL for (int i = 0; i < of.rows * of.columns * of.vectors; i++)
    {
        sums[i] = (vector){0};
    }
}

/* What of a piece a tap meets: not all of it where the map ends. */
typedef struct extent {
    int top, bottom, left, right;
} extent;

INLINE void add_channel(const piece of, const extent met, long row_step, long column_step,
                        const float *in, const float *weights, vector *sums)
{
    vector weight[8];
    UNROLL for (int k = 0; k < of.vectors; k++)
    {
        weight[k] = load(weights + k * LANES);
    }
    UNROLL for (int k = 0; k < of.vectors * LANES; k += CACHE_LINE)
    {
        __builtin_prefetch(weights + k + AHEAD);
    }
    UNROLL for (int y = met.top; y < met.bottom; y++)
    {
        UNROLL for (int x = met.left; x < met.right; x++)
        {
            float value = in[y * row_step + x * column_step];
            UNROLL for (int k = 0; k < of.vectors; k++)
            {
                sums[(y * of.columns + x) * of.vectors + k] += weight[k] * value;
            }
        }
    }
}

#if defined(__aarch64__)
/* Four channels at once: a multiplication takes its one factor from a lane. */
INLINE void add_lanes(const piece of, const extent met, long row_step, long column_step,
                      const float *in, const float *weights, vector *sums)
{
    vector values[MOST_SUMS];
    UNROLL for (int y = met.top; y < met.bottom; y++)
    {
        UNROLL for (int x = met.left; x < met.right; x++)
        {
            values[y * of.columns + x] = load(in + y * row_step + x * column_step);
        }
    }
    UNROLL for (int lane = 0; lane < LANES; lane++)
    {
        vector weight[8];
        UNROLL for (int k = 0; k < of.vectors; k++)
        {
            weight[k] = load(weights + (lane * of.vectors + k) * LANES);
        }
        UNROLL for (int y = met.top; y < met.bottom; y++)
        {
            UNROLL for (int x = met.left; x < met.right; x++)
            {
                int at = y * of.columns + x;
                UNROLL for (int k = 0; k < of.vectors; k++)
                {
                    sums[at * of.vectors + k] += weight[k] * values[at][lane];
                }
            }
        }
    }
}
#endif

/* sums += in * weights, over all channels: `in` is the first position's, the next ones are
 * column_step and row_step floats away; weights are [channels][vectors][LANES]. */
INLINE void accumulate(const piece of, const extent met, const int channels, long row_step,
                       long column_step, const float *in, const float *weights, vector *sums)
{
    int channel = 0;
#if defined(__aarch64__)
    for (; channel + LANES <= channels; channel += LANES) {
        add_lanes(of, met, row_step, column_step, in + channel,
                  weights + (long)channel * of.vectors * LANES, sums);
    }
#endif
    for (; channel < channels; channel++) {
        add_channel(of, met, row_step, column_step, in + channel,
                    weights + (long)channel * of.vectors * LANES, sums);
    }
}

INLINE extent all_of(const piece of)
{
    return (extent){0, of.rows, 0, of.columns};
}

/* A 3x3 convolution of a map onto one of its size, by tiles. Its channels are 32 or 64: for more
 * there are so few tiles that reading the weights, four times as many, takes the time saved. */
void FG_BUILD(fg_winograd)(const fg_step *step);

#endif
