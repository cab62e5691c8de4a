/* Winograd's convolution F(4x4,3x3): a quarter of the multiplications. */
#include "kernels/encoder_inner.h"

#include <stddef.h>

/* Tiles of a map in rows, and which of them are at hand. */
typedef struct tiles {
    int across;
    int first, count;
} tiles;

/* B' x of Lavin and Gray for six numbers, and A' x below. */
INLINE void transform_in(const vector *x, vector *ret)
{
    vector a = x[4] - 4 * x[2], b = x[3] - 4 * x[1];
    vector c = x[4] - x[2], d = 2 * (x[3] - x[1]);
    ret[0] = 4 * x[0] - 5 * x[2] + x[4];
    ret[1] = a + b;
    ret[2] = a - b;
    ret[3] = c + d;
    ret[4] = c - d;
    ret[5] = 4 * x[1] - 5 * x[3] + x[5];
}

INLINE void transform_out(const vector *x, vector *ret)
{
    vector a = x[1] + x[2], b = x[1] - x[2];
    vector c = x[3] + x[4], d = x[3] - x[4];
    ret[0] = x[0] + a + c;
    ret[1] = b + 2 * d;
    ret[2] = a + 4 * c;
    ret[3] = b + 8 * d + x[5];
}

/* Some channels of one tile: `apart` floats from one of the tile's numbers to the next. */
INLINE void take_tile(const float *from, long row_step, long column_step, float *to, long apart)
{
    vector half[FG_TILE_IN][FG_TILE_IN];
    for (int row = 0; row < FG_TILE_IN; row++) {
        vector x[FG_TILE_IN], y[FG_TILE_IN];
        UNROLL for (int i = 0; i < FG_TILE_IN; i++)
        {
            x[i] = load(from + row * row_step + i * column_step);
        }
        transform_in(x, y);
        UNROLL for (int i = 0; i < FG_TILE_IN; i++)
        {
            half[i][row] = y[i];
        }
    }
    for (int column = 0; column < FG_TILE_IN; column++) {
        vector y[FG_TILE_IN];
        transform_in(half[column], y);
        UNROLL for (int i = 0; i < FG_TILE_IN; i++)
        {
            store(to + (i * FG_TILE_IN + column) * apart, y[i]);
        }
    }
}

INLINE void take_tiles(const fg_step *step, const tiles at, const int channels)
{
    const fg_map *in = step->in;
    long row_step = (long)in->pitch * channels;
    for (int i = 0; i < at.count; i++) {
        int y = (at.first + i) / at.across * FG_TILE, x = (at.first + i) % at.across * FG_TILE;
        const float *from = in->at + (y - 1) * row_step + (long)(x - 1) * channels;
        for (int channel = 0; channel < channels; channel += LANES) {
            take_tile(from + channel, row_step, channels,
                      step->tiles + (long)i * channels + channel, (long)FG_TILES * channels);
        }
    }
}

INLINE void multiply(const int count, const int channels, const float *in, const float *weights,
                     float *out)
{
    const piece of = {1, count, VECTORS};
    vector sums[MOST_SUMS];
    clear(of, sums);
    accumulate(of, all_of(of), channels, 0, channels, in, weights, sums);
    UNROLL for (int i = 0; i < count; i++)
    {
        UNROLL for (int k = 0; k < VECTORS; k++)
        {
            store(out + (long)i * channels + k * LANES, sums[i * VECTORS + k]);
        }
    }
}

/* A number of tiles that the compiler knows: those that 27 and 25 tiles, a third of the 35x35 maps
 * and all of the 17x17, are shared out in. */
INLINE void multiply_some(int count, const int channels, const float *in, const float *weights,
                          float *out)
{
    switch (count) {
#if POSITIONS >= 9
    case 9:
        multiply(9, channels, in, weights, out);
        break;
#endif
#if POSITIONS >= 8
    case 8:
        multiply(8, channels, in, weights, out);
        break;
    case 7:
        multiply(7, channels, in, weights, out);
        break;
#endif
    case 6:
        multiply(6, channels, in, weights, out);
        break;
    case 5:
        multiply(5, channels, in, weights, out);
        break;
    default:
        for (int i = 0; i < count; i++) {
            multiply(1, channels, in + (long)i * channels, weights, out + (long)i * channels);
        }
    }
}

/* Each number of the tiles by its own matrix. */
INLINE void multiply_all(const fg_step *step, const tiles at, const int channels)
{
    int turns = (at.count + POSITIONS - 1) / POSITIONS;
    for (int number = 0; number < FG_TILE_NUMBERS; number++) {
        const float *in = step->tiles + (long)number * FG_TILES * channels;
        float *out = step->products + (long)number * FG_TILES * channels;
        for (int filter = 0; filter < channels; filter += BLOCK) {
            const float *weights = step->weights + ((long)number * channels + filter) * channels;
            int done = 0;
            for (int turn = turns; turn > 0; turn--) {
                int count = (at.count - done + turn - 1) / turn;
                multiply_some(count, channels, in + (long)done * channels, weights,
                              out + (long)done * channels + filter);
                done += count;
            }
        }
    }
}

/* Some filters of one tile, summed up: what is left is to add the bias. */
INLINE void give_tile(const float *from, long apart, vector out[FG_TILE][FG_TILE])
{
    vector half[FG_TILE][FG_TILE_IN];
    for (int column = 0; column < FG_TILE_IN; column++) {
        vector x[FG_TILE_IN], y[FG_TILE];
        UNROLL for (int i = 0; i < FG_TILE_IN; i++)
        {
            x[i] = load(from + (i * FG_TILE_IN + column) * apart);
        }
        transform_out(x, y);
        UNROLL for (int i = 0; i < FG_TILE; i++)
        {
            half[i][column] = y[i];
        }
    }
    for (int row = 0; row < FG_TILE; row++) {
        transform_out(half[row], out[row]);
    }
}

/* The part of a tile that lies in the map. */
INLINE void put_tile(const fg_step *step, int y, int x, int filter, const int filters,
                     vector values[FG_TILE][FG_TILE])
{
    const fg_map *out = step->out, *shortcut = step->shortcut;
    vector bias = load(step->bias + filter);
    int rows = out->side - y < FG_TILE ? out->side - y : FG_TILE;
    int columns = out->side - x < FG_TILE ? out->side - x : FG_TILE;
    const float *added = NULL;
    long added_step = 0;
    if (shortcut != NULL && filter < shortcut->channels) {
        added_step = (long)shortcut->pitch * shortcut->channels;
        added = shortcut->at + y * added_step + (long)x * shortcut->channels + filter;
    }
    for (int i = 0; i < rows; i++) {
        float *to = out->at + ((long)(y + i) * out->pitch + x) * filters + filter;
        for (int j = 0; j < columns; j++) {
            vector value = values[i][j] + bias;
            if (added != NULL) {
                value += load(added + i * added_step + (long)j * shortcut->channels);
            }
            store(to + (long)j * filters, positive(value));
        }
    }
}

INLINE void give_tiles(const fg_step *step, const tiles at, const int filters)
{
    for (int i = 0; i < at.count; i++) {
        int y = (at.first + i) / at.across * FG_TILE, x = (at.first + i) % at.across * FG_TILE;
        for (int filter = 0; filter < filters; filter += LANES) {
            vector values[FG_TILE][FG_TILE];
            give_tile(step->products + (long)i * filters + filter, (long)FG_TILES * filters,
                      values);
            put_tile(step, y, x, filter, filters, values);
        }
    }
}

/* As many filters as channels. */
INLINE void convolve(const fg_step *step, const int channels)
{
    int across = (step->out->side + FG_TILE - 1) / FG_TILE;
    int all = across * across;
    for (int first = 0; first < all; first += FG_TILES) {
        const tiles at = {across, first, all - first < FG_TILES ? all - first : FG_TILES};
        take_tiles(step, at, channels);
        multiply_all(step, at, channels);
        give_tiles(step, at, channels);
    }
}

static __attribute__((noinline)) void convolve_32(const fg_step *step)
{
    convolve(step, 32);
}

static __attribute__((noinline)) void convolve_64(const fg_step *step)
{
    convolve(step, 64);
}

void FG_BUILD(fg_winograd)(const fg_step *step)
{
    if (step->in->channels == 32) {
        convolve_32(step);
    } else {
        convolve_64(step);
    }
}
