/*
 * A network that is small and has every kind of layer, for the tests of the reader and its fuzzer,
 * of whose seeds one is a file of it.
 */
#ifndef FACEGATE_SMALL_NETWORK_H
#define FACEGATE_SMALL_NETWORK_H

#include "kernels/dat.h"

static const fg_dat_convolution small_convolutions[] = {
    {2, 3, 3, 2, 0}, {2, 2, 3, 2, 0}, {2, 2, 3, 1, 1}};

static const fg_dat_network small_network = {
    .layers = "carmtcarcattp+ref",
    .convolutions = small_convolutions,
    .input_side = 31,
    .input_means = {122.782F, 117.001F, 104.298F},
    .inputs = 2,
    .outputs = 3,
};

#endif
