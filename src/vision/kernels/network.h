/*
 * Runs small convolutional networks that tell a picture's classes, by the kernels of the encoder.
 * What it runs is a part of ONNX, the table in network_plan.c; batch normalization is folded into
 * the convolution before it, and so are PRelu and Relu. A network belongs to one thread.
 * Source: ONNX's operator specification, versions 9 to 13.
 */
#ifndef FACEGATE_VISION_KERNELS_NETWORK_H
#define FACEGATE_VISION_KERNELS_NETWORK_H

#include "kernels/isa.h"
#include "kernels/onnx.h"

#define FG_NETWORK_OUTPUTS  8 /* the most classes */
#define FG_NETWORK_SIDE     512
#define FG_NETWORK_CHANNELS 4096

/* The most multiplications of one run; a face network of ten times the size has a tenth of that. */
#define FG_NETWORK_WORK INT64_C(2000000000)
/* Floats of all activations together; also of all weights, and of one layer's row of windows. */
#define FG_NETWORK_FLOATS INT64_C(16777216)

typedef struct fg_network fg_network;

/*
 * Makes a network of what was read of a file. It keeps nothing of that. Its input is one square
 * picture of three channels, its output up to FG_NETWORK_OUTPUTS numbers. -ENOTSUP with the
 * operator's name for one that it does not run, or not as it is asked for; -EBADMSG where the file
 * contradicts itself; -ENOMEM.
 */
int fg_network_create(const fg_kernels *kernels, const fg_onnx *model, fg_network **ret_network,
                      fg_error *error);
fg_network *fg_network_free(fg_network *network);

int fg_network_side(const fg_network *network);
int fg_network_outputs(const fg_network *network);

/*
 * `picture` is [side][side][3]; `ret_outputs` has room for FG_NETWORK_OUTPUTS. The same picture
 * gives the same bits with the same kernels. Allocates nothing.
 */
void fg_network_run(fg_network *network, const float *picture, float *ret_outputs);

#endif
