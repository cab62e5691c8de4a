/* Puts a convolution's weights into the order in which its kernel reads them. */
#include "kernels/encoder_kernels.h"

size_t fg_encoder_packed(const fg_dat_convolution *shape, fg_packing packing)
{
    size_t pairs = (size_t)shape->filters * (size_t)shape->channels;
    switch (packing) {
    case FG_WINOGRAD:
        return pairs * FG_TILE_NUMBERS;
    case FG_MIDDLE_TAP:
        return pairs;
    default:
        return pairs * (size_t)shape->side * (size_t)shape->side;
    }
}

/* Where the weight of a filter and a channel lies among those of one tap, whose blocks are `apart`
 * floats from each other. */
static size_t place(int filter, int channel, int block, size_t apart)
{
    return (size_t)(filter / block) * apart + (size_t)channel * (size_t)block +
           (size_t)(filter % block);
}

static void pack_taps(const fg_dat_convolution *shape, int block, const fg_dat_weights *weights,
                      float *packed)
{
    int taps = shape->side * shape->side;
    size_t per_tap = (size_t)shape->channels * (size_t)block;
    const float *from = weights->filters;
    for (int filter = 0; filter < shape->filters; filter++) {
        for (int channel = 0; channel < shape->channels; channel++) {
            size_t at = place(filter, channel, block, (size_t)taps * per_tap);
            for (int tap = 0; tap < taps; tap++) {
                packed[at + (size_t)tap * per_tap] = *from++ * weights->gamma[filter];
            }
        }
    }
}

static void pack_middle(const fg_dat_convolution *shape, int block, const fg_dat_weights *weights,
                        float *packed)
{
    int taps = shape->side * shape->side;
    const float *from = weights->filters + taps / 2;
    for (int filter = 0; filter < shape->filters; filter++) {
        for (int channel = 0; channel < shape->channels; channel++, from += taps) {
            packed[place(filter, channel, block, (size_t)shape->channels * (size_t)block)] =
                *from * weights->gamma[filter];
        }
    }
}

/* G g G' of Lavin and Gray for F(4x4,3x3). */
static void transform(const float *filter, double ret_numbers[FG_TILE_NUMBERS])
{
    static const double g[FG_TILE_IN][3] = {
        {1. / 4, 0, 0},
        {-1. / 6, -1. / 6, -1. / 6},
        {-1. / 6, 1. / 6, -1. / 6},
        {1. / 24, 1. / 12, 1. / 6},
        {1. / 24, -1. / 12, 1. / 6},
        {0, 0, 1},
    };
    for (int row = 0; row < FG_TILE_IN; row++) {
        double half[3];
        for (int i = 0; i < 3; i++) {
            half[i] = g[row][0] * (double)filter[i] + g[row][1] * (double)filter[3 + i] +
                      g[row][2] * (double)filter[6 + i];
        }
        for (int column = 0; column < FG_TILE_IN; column++) {
            ret_numbers[row * FG_TILE_IN + column] =
                half[0] * g[column][0] + half[1] * g[column][1] + half[2] * g[column][2];
        }
    }
}

static void pack_winograd(const fg_dat_convolution *shape, int block, const fg_dat_weights *weights,
                          float *packed)
{
    size_t per_number = (size_t)shape->filters * (size_t)shape->channels;
    const float *from = weights->filters;
    for (int filter = 0; filter < shape->filters; filter++) {
        double gamma = (double)weights->gamma[filter];
        for (int channel = 0; channel < shape->channels; channel++, from += 9) {
            double numbers[FG_TILE_NUMBERS];
            size_t at = place(filter, channel, block, (size_t)shape->channels * (size_t)block);
            transform(from, numbers);
            for (size_t i = 0; i < FG_TILE_NUMBERS; i++) {
                packed[at + i * per_number] = (float)(numbers[i] * gamma);
            }
        }
    }
}

void fg_encoder_pack(const fg_dat_convolution *shape, const fg_convolver *convolver,
                     const fg_dat_weights *weights, float *packed)
{
    switch (convolver->packing) {
    case FG_WINOGRAD:
        pack_winograd(shape, convolver->block, weights, packed);
        break;
    case FG_MIDDLE_TAP:
        pack_middle(shape, convolver->block, weights, packed);
        break;
    default:
        pack_taps(shape, convolver->block, weights, packed);
    }
}
