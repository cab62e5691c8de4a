/* A network's kernels: products over channels, and convolutions of each channel by itself. */
#include "kernels/network_kernels.h"

#include "kernels/encoder_inner.h"

#include <stdbool.h>
#include <stddef.h>

/* The bias, and the slope of what is below 0. */
INLINE vector finish(vector sum, const float *bias, const float *slopes)
{
    const vector zero = {0};
    vector value = sum + load(bias);
    return larger(value, zero) + load(slopes) * smaller(value, zero);
}

INLINE void multiply_piece(const fg_product *product, const piece of, int position, int filter)
{
    const float *in = product->in + (ptrdiff_t)position * product->in_pitch;
    float *out = product->out + (ptrdiff_t)position * product->filters + filter;
    vector sums[MOST_SUMS];
    clear(of, sums);
    accumulate(of, all_of(of), product->channels, 0, product->in_pitch, in,
               product->weights + (ptrdiff_t)filter * product->channels, sums);
    UNROLL for (int k = 0; k < of.vectors; k++)
    {
        const int at = k * LANES;
        UNROLL for (int i = 0; i < of.columns; i++)
        {
            store(out + (ptrdiff_t)i * product->filters + at,
                  finish(sums[i * of.vectors + k], product->bias + filter + at,
                         product->slopes + filter + at));
        }
    }
}

/* Piece by piece; the last one may do again what the one before it did. */
INLINE void multiply_block(const fg_product *product, const int vectors, int filter)
{
    const piece of = {1, POSITIONS, vectors};
    if (product->positions < POSITIONS) {
        for (int i = 0; i < product->positions; i++) {
            multiply_piece(product, (const piece){1, 1, vectors}, i, filter);
        }
        return;
    }
    for (int next = 0; next < product->positions; next += POSITIONS) {
        int left = product->positions - next;
        multiply_piece(product, of, left < POSITIONS ? next + left - POSITIONS : next, filter);
    }
}

static void multiply(const fg_product *product)
{
    int filter = 0;
    for (; filter + BLOCK <= product->filters; filter += BLOCK) {
        multiply_block(product, VECTORS, filter);
    }
    if (filter < product->filters) {
        multiply_block(product, 1, filter);
    }
}

typedef struct span {
    int first, end;
} span;

/* Which of a window's `count` taps meet a picture of `side` where the first of them is at `from`.
 */
INLINE span meet(int from, int count, int side)
{
    return (span){from < 0 ? -from : 0, from + count > side ? side - from : count};
}

/* Part of a row of what comes out, for one vector of channels. */
INLINE void convolve_part(const fg_depthwise *of, int y, int channel, int first, int end)
{
    const int from_y = y * of->stride_y - of->top;
    const span rows = meet(from_y, of->rows, of->height);
    const float *in = of->in + channel, *weights = of->weights + channel;
    float *out = of->out + (ptrdiff_t)y * of->out_width * of->pitch + channel;
    for (int x = first; x < end; x++) {
        const int from_x = x * of->stride_x - of->left;
        const span columns = meet(from_x, of->columns, of->width);
        vector sum = {0};
        for (int row = rows.first; row < rows.end; row++) {
            for (int column = columns.first; column < columns.end; column++) {
                ptrdiff_t at = (ptrdiff_t)(from_y + row) * of->width + from_x + column;
                sum += load(in + at * of->pitch) *
                       load(weights + ((ptrdiff_t)row * of->columns + column) * of->pitch);
            }
        }
        store(out + (ptrdiff_t)x * of->pitch,
              finish(sum, of->bias + channel, of->slopes + channel));
    }
}

/* The same where 3x3 windows, which nearly all are, meet no edge: their weights stay in registers.
 */
INLINE void convolve_inner(const fg_depthwise *of, int y, int channel, int first, int end)
{
    const ptrdiff_t pitch = of->pitch, row_step = of->width * pitch;
    const float *in =
        of->in + (ptrdiff_t)(y * of->stride_y - of->top) * row_step - of->left * pitch + channel;
    float *out = of->out + (ptrdiff_t)y * of->out_width * pitch + channel;
    vector weights[9];
    UNROLL for (int i = 0; i < 9; i++)
    {
        weights[i] = load(of->weights + i * pitch + channel);
    }
    for (int x = first; x < end; x++) {
        const float *at = in + x * of->stride_x * pitch;
        vector sum = {0};
        UNROLL for (int i = 0; i < 9; i++)
        {
            sum += load(at + i / 3 * row_step + i % 3 * pitch) * weights[i];
        }
        store(out + x * pitch, finish(sum, of->bias + channel, of->slopes + channel));
    }
}

/* Which columns of what comes out have their windows within the picture. */
INLINE span inner_columns(const fg_depthwise *of)
{
    int first = (of->left + of->stride_x - 1) / of->stride_x;
    int end = of->width - of->columns + of->left;
    end = end < 0 ? 0 : end / of->stride_x + 1;
    end = end > of->out_width ? of->out_width : end;
    first = first > end ? end : first;
    return (span){first, end};
}

static void convolve_depthwise(const fg_depthwise *of)
{
    const span inner = inner_columns(of);
    for (int y = 0; y < of->out_height; y++) {
        int from_y = y * of->stride_y - of->top;
        bool is_inner =
            of->rows == 3 && of->columns == 3 && from_y >= 0 && from_y + 3 <= of->height;
        span fast = is_inner ? inner : (span){0, 0};
        for (int channel = 0; channel < of->pitch; channel += LANES) {
            convolve_part(of, y, channel, 0, fast.first);
            if (is_inner) {
                convolve_inner(of, y, channel, fast.first, fast.end);
            }
            convolve_part(of, y, channel, fast.end, of->out_width);
        }
    }
}

extern const fg_network_kernels FG_BUILD(fg_network_kernels);
const fg_network_kernels FG_BUILD(fg_network_kernels) = {
    .lanes = LANES,
    .multiply = multiply,
    .convolve_depthwise = convolve_depthwise,
};
