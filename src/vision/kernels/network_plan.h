/*
 * A network as it is run: the steps in their order, each of which makes one activation of others
 * made before it. Made once, of what was read of a file; see network.h.
 */
#ifndef FACEGATE_VISION_KERNELS_NETWORK_PLAN_H
#define FACEGATE_VISION_KERNELS_NETWORK_PLAN_H

#include "kernels/network.h"
#include "kernels/network_kernels.h"

/* Floats [height][width][pitch]; see network_kernels.h. */
typedef struct fg_activation {
    int height, width, channels, pitch;
    float *at;
} fg_activation;

enum fg_step_does {
    FG_STEP_PRODUCT, /* a convolution over all channels, or a product with a matrix */
    FG_STEP_DEPTHWISE,
    FG_STEP_ADD,
    FG_STEP_SCALE, /* each channel by that of the other, which has one position */
    FG_STEP_SIGMOID,
    FG_STEP_MEAN, /* of all positions */
};

/* Where a filter's, a channel's and a tap's weights lie in a tensor; taps of one are neighbours. */
typedef struct fg_weight_order {
    size_t filter, channel;
} fg_weight_order;

typedef struct fg_layer {
    enum fg_step_does does;
    int in, other, out; /* activations */
    int rows, columns, stride_y, stride_x, top, left;
    bool has_slopes;
    /* While the network is made: where its weights come from (NULL: all are 1), and the factor of
     * each filter. */
    const fg_onnx_tensor *from;
    fg_weight_order order;
    float *factors; /* [pitch of out], as the two below */
    float *bias, *slopes;
    float *weights; /* packed */
} fg_layer;

struct fg_network {
    const fg_network_kernels *kernels;
    fg_layer layers[FG_ONNX_NODES];
    int layer_count;
    fg_activation activations[FG_ONNX_NODES + 1]; /* the first is the input */
    int activation_count;
    int output;
    float
        *windows; /* [width of out][rows][columns][channels], for the largest product of windows */
};

/* The plan alone: which layers, on which activations, without memory for the latter. */
int fg_network_plan(fg_network *network, const fg_onnx *model, fg_error *error);

/* Whether a product takes its input as it lies; else windows are gathered, row by row. */
static inline bool fg_layer_is_plain(const fg_network *network, const fg_layer *layer)
{
    const fg_activation *in = &network->activations[layer->in];
    const fg_activation *out = &network->activations[layer->out];
    return layer->rows == 1 && layer->columns == 1 && layer->stride_y == 1 &&
           layer->stride_x == 1 && layer->top == 0 && layer->left == 0 &&
           in->height == out->height && in->width == out->width;
}

#endif
