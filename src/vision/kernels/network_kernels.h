/*
 * What a network asks of an instruction set: products of each position's channels with the filters,
 * which is what most convolutions are, and convolutions of each channel by itself. Activations are
 * floats in the order rows, columns, channels, from one position to the next a pitch apart: the
 * channels, rounded up to whole vectors. What lies beyond a position's channels is of no meaning,
 * but finite.
 */
#ifndef FACEGATE_VISION_KERNELS_NETWORK_KERNELS_H
#define FACEGATE_VISION_KERNELS_NETWORK_KERNELS_H

/* out[position][filter] = the sum of in[position][channel] * weights, and the bias; then what is
 * below 0 times the filter's slope: 1 leaves it, 0 is a relu. */
typedef struct fg_product {
    const float *in;
    int positions;
    int in_pitch, channels;
    /* [channels][2 * lanes] of as many filters, one such block after the other; what filters are
     * left are a block of [channels][lanes]. */
    const float *weights;
    const float *bias, *slopes; /* [filters] */
    float *out;
    int filters; /* whole vectors of them; also the pitch of what comes out */
} fg_product;

typedef struct fg_depthwise {
    const float *in;
    int height, width;
    int pitch; /* whole vectors; of what comes out too */
    int rows, columns;
    int stride_y, stride_x;
    int top, left;        /* how far the first window reaches beyond the edges */
    const float *weights; /* [rows][columns][pitch] */
    const float *bias, *slopes;
    float *out;
    int out_height, out_width;
} fg_depthwise;

typedef struct fg_network_kernels {
    int lanes; /* floats in a vector */
    void (*multiply)(const fg_product *product);
    void (*convolve_depthwise)(const fg_depthwise *depthwise);
} fg_network_kernels;

#endif
