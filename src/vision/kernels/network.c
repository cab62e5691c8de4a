/* Runs networks: their weights in the kernels' order, and one layer after the other. */
#include "kernels/network.h"

#include "kernels/network_plan.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Channels of a position that a product sums: all those of a window are. */
static int channels_of(const fg_network *network, const fg_layer *layer)
{
    return network->activations[layer->in].channels * layer->rows * layer->columns;
}

static float weight_of(const fg_layer *layer, int filter, int channel, int tap)
{
    if (layer->from == NULL) {
        return layer->factors[filter];
    }
    size_t at =
        (size_t)filter * layer->order.filter + (size_t)channel * layer->order.channel + (size_t)tap;
    return fg_onnx_float(layer->from, at) * layer->factors[filter];
}

/* [rows][columns][pitch]. */
static int pack_depthwise(const fg_network *network, fg_layer *layer)
{
    const fg_activation *out = &network->activations[layer->out];
    int taps = layer->rows * layer->columns;
    layer->weights = calloc((size_t)taps * (size_t)out->pitch, sizeof(float));
    for (int tap = 0; layer->weights != NULL && tap < taps; tap++) {
        for (int filter = 0; filter < out->channels; filter++) {
            layer->weights[(size_t)tap * (size_t)out->pitch + (size_t)filter] =
                weight_of(layer, filter, 0, tap);
        }
    }
    return layer->weights != NULL ? 0 : -ENOMEM;
}

/* Where a filter's weights begin, and how many filters lie side by side there: two vectors, or
 * what is left. */
static float *place_of(const fg_network *network, const fg_layer *layer, int filter, int *ret_block)
{
    int lanes = network->kernels->lanes, pitch = network->activations[layer->out].pitch;
    int first = filter / (2 * lanes) * 2 * lanes;
    *ret_block = first + 2 * lanes <= pitch ? 2 * lanes : lanes;
    return layer->weights + (size_t)first * (size_t)channels_of(network, layer) + (filter - first);
}

static int pack_product(const fg_network *network, fg_layer *layer)
{
    const fg_activation *in = &network->activations[layer->in];
    const fg_activation *out = &network->activations[layer->out];
    int taps = layer->rows * layer->columns;
    layer->weights =
        calloc((size_t)channels_of(network, layer) * (size_t)out->pitch, sizeof(float));
    for (int filter = 0; layer->weights != NULL && filter < out->channels; filter++) {
        int block;
        float *to = place_of(network, layer, filter, &block);
        for (int tap = 0; tap < taps; tap++) {
            for (int channel = 0; channel < in->channels; channel++) {
                *to = weight_of(layer, filter, channel, tap);
                to += block;
            }
        }
    }
    return layer->weights != NULL ? 0 : -ENOMEM;
}

static int allocate_activations(fg_network *network)
{
    for (int i = 0; i < network->activation_count; i++) {
        fg_activation *of = &network->activations[i];
        size_t floats = (size_t)of->height * (size_t)of->width * (size_t)of->pitch;
        of->at = calloc(floats, sizeof(float));
        if (of->at == NULL) {
            return -ENOMEM;
        }
    }
    return 0;
}

/* Weights, and the largest row of windows. */
static int make_layers(fg_network *network)
{
    size_t most = 1;
    int result = 0;
    for (int i = 0; result == 0 && i < network->layer_count; i++) {
        fg_layer *layer = &network->layers[i];
        if (layer->does == FG_STEP_DEPTHWISE) {
            result = pack_depthwise(network, layer);
        } else if (layer->does == FG_STEP_PRODUCT) {
            size_t width = (size_t)network->activations[layer->out].width;
            size_t floats = width * (size_t)channels_of(network, layer);
            most = !fg_layer_is_plain(network, layer) && floats > most ? floats : most;
            result = pack_product(network, layer);
        }
        layer->from = NULL;
        free(layer->factors);
        layer->factors = NULL;
    }
    network->windows = calloc(most, sizeof(float));
    return network->windows == NULL ? -ENOMEM : result;
}

int fg_network_create(const fg_kernels *kernels, const fg_onnx *model, fg_network **ret_network,
                      fg_error *error)
{
    fg_network *network = calloc(1, sizeof(*network));
    if (network == NULL) {
        return fg_onnx_fail_memory(error);
    }
    network->kernels = kernels->network;
    int result = fg_network_plan(network, model, error);
    if (result == 0 && (allocate_activations(network) != 0 || make_layers(network) != 0)) {
        result = fg_onnx_fail_memory(error);
    }
    if (result != 0) {
        fg_network_free(network);
        return result;
    }
    *ret_network = network;
    return 0;
}

fg_network *fg_network_free(fg_network *network)
{
    if (network != NULL) {
        for (int i = 0; i < network->layer_count; i++) {
            free(network->layers[i].factors);
            free(network->layers[i].bias);
            free(network->layers[i].slopes);
            free(network->layers[i].weights);
        }
        for (int i = 0; i < network->activation_count; i++) {
            free(network->activations[i].at);
        }
        free(network->windows);
        free(network);
    }
    return NULL;
}

int fg_network_side(const fg_network *network)
{
    return network->activations[0].width;
}

int fg_network_outputs(const fg_network *network)
{
    return network->activations[network->output].channels;
}

/* The windows of one row of what comes out, side by side; beyond the edges there are zeros. */
static void gather_windows(const fg_network *network, const fg_layer *layer, int y)
{
    const fg_activation *in = &network->activations[layer->in];
    const fg_activation *out = &network->activations[layer->out];
    size_t channels = (size_t)in->channels;
    float *to = network->windows;
    for (int x = 0; x < out->width; x++) {
        for (int i = 0; i < layer->rows * layer->columns; i++, to += channels) {
            int row = y * layer->stride_y - layer->top + i / layer->columns;
            int column = x * layer->stride_x - layer->left + i % layer->columns;
            if (row < 0 || row >= in->height || column < 0 || column >= in->width) {
                memset(to, 0, channels * sizeof(*to));
            } else {
                memcpy(to,
                       in->at +
                           ((size_t)row * (size_t)in->width + (size_t)column) * (size_t)in->pitch,
                       channels * sizeof(*to));
            }
        }
    }
}

static void multiply(const fg_network *network, const fg_layer *layer)
{
    const fg_activation *in = &network->activations[layer->in];
    const fg_activation *out = &network->activations[layer->out];
    fg_product product = {
        .in = in->at,
        .positions = out->height * out->width,
        .in_pitch = in->pitch,
        .channels = channels_of(network, layer),
        .weights = layer->weights,
        .bias = layer->bias,
        .slopes = layer->slopes,
        .out = out->at,
        .filters = out->pitch,
    };
    if (fg_layer_is_plain(network, layer)) {
        network->kernels->multiply(&product);
        return;
    }
    product.in = network->windows;
    product.in_pitch = product.channels;
    product.positions = out->width;
    for (int y = 0; y < out->height; y++) {
        gather_windows(network, layer, y);
        network->kernels->multiply(&product);
        product.out += (size_t)out->width * (size_t)out->pitch;
    }
}

static void convolve_depthwise(const fg_network *network, const fg_layer *layer)
{
    const fg_activation *in = &network->activations[layer->in];
    const fg_activation *out = &network->activations[layer->out];
    network->kernels->convolve_depthwise(&(const fg_depthwise){
        .in = in->at,
        .height = in->height,
        .width = in->width,
        .pitch = in->pitch,
        .rows = layer->rows,
        .columns = layer->columns,
        .stride_y = layer->stride_y,
        .stride_x = layer->stride_x,
        .top = layer->top,
        .left = layer->left,
        .weights = layer->weights,
        .bias = layer->bias,
        .slopes = layer->slopes,
        .out = out->at,
        .out_height = out->height,
        .out_width = out->width,
    });
}

/* What takes no time worth a kernel: sums, channels times numbers, sigmoids and means. */
static void run_simple(const fg_network *network, const fg_layer *layer)
{
    const fg_activation *in = &network->activations[layer->in];
    const float *other = layer->other >= 0 ? network->activations[layer->other].at : in->at;
    float *out = network->activations[layer->out].at;
    int pitch = in->pitch, positions = in->height * in->width;
    if (layer->does == FG_STEP_MEAN) {
        memset(out, 0, (size_t)pitch * sizeof(*out));
    }
    for (int i = 0; i < positions; i++) {
        const float *from = in->at + (size_t)i * (size_t)pitch;
        size_t at = (size_t)i * (size_t)pitch;
        for (int channel = 0; channel < pitch; channel++) {
            switch (layer->does) {
            case FG_STEP_ADD:
                out[at + (size_t)channel] = from[channel] + other[at + (size_t)channel];
                break;
            case FG_STEP_SCALE:
                out[at + (size_t)channel] = from[channel] * other[channel];
                break;
            case FG_STEP_SIGMOID:
                out[at + (size_t)channel] = 1 / (1 + expf(-from[channel]));
                break;
            case FG_STEP_MEAN:
                out[channel] += from[channel] / (float)positions;
                break;
            case FG_STEP_PRODUCT:
            case FG_STEP_DEPTHWISE:
                break; /* by the kernels, see run_layer() */
            }
        }
    }
}

static void run_layer(const fg_network *network, const fg_layer *layer)
{
    switch (layer->does) {
    case FG_STEP_PRODUCT:
        multiply(network, layer);
        break;
    case FG_STEP_DEPTHWISE:
        convolve_depthwise(network, layer);
        break;
    default:
        run_simple(network, layer);
    }
}

void fg_network_run(fg_network *network, const float *picture, float *ret_outputs)
{
    const fg_activation *input = &network->activations[0];
    const fg_activation *output = &network->activations[network->output];
    for (int i = 0; i < input->height * input->width; i++) {
        memcpy(input->at + (size_t)i * (size_t)input->pitch, picture + (size_t)i * 3,
               3 * sizeof(*picture));
    }
    for (int i = 0; i < network->layer_count; i++) {
        run_layer(network, &network->layers[i]);
    }
    memcpy(ret_outputs, output->at, (size_t)output->channels * sizeof(*ret_outputs));
}
