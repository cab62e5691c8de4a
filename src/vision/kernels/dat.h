/*
 * Reads the weights of a face network out of a file of dlib's serialization, one layer at a time,
 * so that a program never holds the file beside what it makes of it. The network is known
 * beforehand: what the file says of itself is compared with it, nothing is sized by it, and its
 * first byte that is not as expected is the last one read. Sources: dlib 19.24, serialize.h,
 * float_details.h, dnn/core.h (a layer is written after the one below it), dnn/layers.h,
 * dnn/input.h, cuda/tensor.h.
 */
#ifndef FACEGATE_VISION_KERNELS_DAT_H
#define FACEGATE_VISION_KERNELS_DAT_H

#include "facegate/error.h"

#include <stdio.h>

/* A convolution. An affine layer, which scales and shifts each filter's output, follows it. */
typedef struct fg_dat_convolution {
    int filters;  /* channels of its output */
    int channels; /* of its input */
    int side;     /* of its square window */
    int stride;
    int padding;
} fg_dat_convolution;

/* A network from its input to its output. */
typedef struct fg_dat_network {
    /*
     * A letter for each layer: c con, a affine, r relu, m max_pool 3x3 of stride 2, p avg_pool 2x2
     * of stride 2, e avg_pool_everything, + add_prev, t a tag or skip, f fc without bias. The first
     * is a c, whose input is RGB, and every c has its a behind it.
     */
    const char *layers;
    const fg_dat_convolution *convolutions; /* one for each c */
    int input_side;                         /* pixels of the square picture */
    float input_means[3];                   /* of R, G and B, 0..255 */
    int inputs, outputs;                    /* of the f */
} fg_dat_network;

/* What one c and its a, or the f, weigh. */
typedef struct fg_dat_weights {
    int index;            /* which c, from 0; for the f, how many c there are */
    const float *filters; /* [filters][channels][side][side]; of the f [inputs][outputs] */
    const float *bias;    /* [filters]; NULL for the f, as the next two */
    const float *gamma;   /* [filters], the factor of the affine layer */
    const float *beta;    /* [filters], what it adds */
} fg_dat_weights;

/* Takes one layer; the numbers, which are finite, are the reader's and good until it returns. */
typedef void (*fg_dat_take)(void *context, const fg_dat_weights *weights);

/*
 * Gives each layer's weights in the network's order and expects the file to end behind the last.
 * Reads from where the file is. -EBADMSG for another file, whose text names the layer and the byte;
 * -EIO, -ENOMEM. What was taken until then is to be thrown away.
 */
int fg_dat_read(FILE *file, const fg_dat_network *network, fg_dat_take take, void *context,
                fg_error *error);

#endif
