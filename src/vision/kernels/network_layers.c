/* The operators that compute: which layers they become. */
#include "kernels/network_planner.h"

#include <errno.h>
#include <math.h>

/* Windows, how they move and how far they reach beyond the edges. */
typedef struct windows {
    int strides[4], pads[4], dilations[4];
} windows;

static bool read_windows(const fg_planner *plan, windows *ret_windows)
{
    const fg_onnx_attribute *automatic = fg_onnx_find_attribute(plan->node, "auto_pad");
    return (automatic == NULL || fg_onnx_is(automatic->text, "NOTSET")) &&
           fg_planner_list(plan, "strides", 2, 1, 1, 64, ret_windows->strides) &&
           fg_planner_list(plan, "pads", 4, 0, 0, 64, ret_windows->pads) &&
           fg_planner_list(plan, "dilations", 2, 1, 1, 1, ret_windows->dilations);
}

static int add_bias(const fg_planner *plan, const fg_layer *layer, int input, int channels)
{
    if (input >= plan->node->input_count || plan->node->inputs[input].size == 0) {
        return 0;
    }
    const fg_onnx_tensor *bias = fg_planner_floats(plan, input);
    if (bias == NULL || bias->count != (size_t)channels) {
        return fg_planner_refuse(plan, -EBADMSG, "its bias is not one number for each filter");
    }
    for (int i = 0; i < channels; i++) {
        layer->bias[i] = fg_onnx_float(bias, (size_t)i);
    }
    return 0;
}

int fg_plan_convolution(fg_planner *plan)
{
    const fg_plan_value *in = fg_planner_activation(plan, 0);
    const fg_onnx_tensor *weights = fg_planner_floats(plan, 1);
    windows by;
    if (in == NULL || weights == NULL || weights->dimensions.count != 4) {
        return fg_planner_refuse(plan, -EBADMSG, "its input or its weights are missing");
    }
    const fg_activation *shape = fg_planner_shape(plan, in);
    const int64_t *sides = weights->dimensions.at;
    int64_t group = fg_planner_number(plan, "group", 1);
    bool is_depthwise = group > 1 && group == shape->channels && sides[0] == group && sides[1] == 1;
    if (!read_windows(plan, &by) || (group != 1 && !is_depthwise) || sides[2] > 64 ||
        sides[3] > 64) {
        return fg_planner_refuse(
            plan, -ENOTSUP,
            "its windows must be at most 64x64, without gaps and with explicit pads, and its group "
            "1 or the number of its channels");
    }
    if (group == 1 && sides[1] != shape->channels) {
        return fg_planner_refuse(plan, -EBADMSG, "its weights do not fit its input");
    }
    int rows = (int)sides[2], columns = (int)sides[3];
    int down = shape->height + by.pads[0] + by.pads[2] - rows;
    int across = shape->width + by.pads[1] + by.pads[3] - columns;
    if (down < 0 || across < 0 || sides[0] > FG_NETWORK_CHANNELS) {
        return fg_planner_refuse(plan, -EBADMSG, "what it makes is empty or too large");
    }
    fg_layer *layer = NULL;
    int result = fg_planner_add_layer(plan, is_depthwise ? FG_STEP_DEPTHWISE : FG_STEP_PRODUCT, in,
                                      down / by.strides[0] + 1, across / by.strides[1] + 1,
                                      (int)sides[0], &layer);
    if (result != 0) {
        return result;
    }
    layer->rows = rows;
    layer->columns = columns;
    layer->stride_y = by.strides[0];
    layer->stride_x = by.strides[1];
    layer->top = by.pads[0];
    layer->left = by.pads[1];
    layer->from = weights;
    size_t taps = (size_t)rows * (size_t)columns;
    layer->order = (fg_weight_order){.filter = (size_t)sides[1] * taps, .channel = taps};
    result = fg_planner_add_work(plan, layer, is_depthwise ? 1 : shape->channels);
    if (result == 0) {
        result = add_bias(plan, layer, 2, (int)sides[0]);
    }
    return result == 0 ? fg_planner_put_layer(plan, layer, false) : result;
}

/* A row of numbers times a matrix, [inputs][outputs] or the other way round. */
static int plan_product(fg_planner *plan, bool is_turned, int bias)
{
    const fg_plan_value *in = fg_planner_activation(plan, 0);
    const fg_onnx_tensor *weights = fg_planner_floats(plan, 1);
    if (in == NULL || !in->is_flat || weights == NULL || weights->dimensions.count != 2) {
        return fg_planner_refuse(plan, -ENOTSUP, "it must multiply a row by a matrix of the file");
    }
    size_t inputs = (size_t)weights->dimensions.at[is_turned];
    size_t outputs = (size_t)weights->dimensions.at[!is_turned];
    if (inputs != (size_t)fg_planner_shape(plan, in)->channels || outputs > FG_NETWORK_CHANNELS) {
        return fg_planner_refuse(plan, -EBADMSG, "its weights do not fit its input");
    }
    fg_layer *layer = NULL;
    int result = fg_planner_add_layer(plan, FG_STEP_PRODUCT, in, 1, 1, (int)outputs, &layer);
    if (result != 0) {
        return result;
    }
    layer->from = weights;
    layer->order = is_turned ? (fg_weight_order){.filter = inputs, .channel = 1}
                             : (fg_weight_order){.filter = 1, .channel = outputs};
    result = fg_planner_add_work(plan, layer, (int)inputs);
    if (result == 0) {
        result = add_bias(plan, layer, bias, (int)outputs);
    }
    return result == 0 ? fg_planner_put_layer(plan, layer, true) : result;
}

int fg_plan_matmul(fg_planner *plan)
{
    return plan_product(plan, false, FG_ONNX_INPUTS);
}

int fg_plan_gemm(fg_planner *plan)
{
    /* NOLINTNEXTLINE(clang-diagnostic-float-equal): 1 is exact. */
    bool is_plain =
        fg_planner_float(plan, "alpha", 1) == 1 && fg_planner_float(plan, "beta", 1) == 1;
    if (!is_plain || fg_planner_number(plan, "transA", 0) != 0) {
        return fg_planner_refuse(plan, -ENOTSUP, "its alpha and beta must be 1, and its transA 0");
    }
    return plan_product(plan, fg_planner_number(plan, "transB", 0) != 0, 2);
}

/* The layer that made an activation for this operator alone, so that it may be part of it: a
 * convolution or product, not yet with slopes. */
static fg_layer *maker_of(fg_planner *plan, const fg_plan_value *in)
{
    fg_network *network = plan->network;
    if (in->is_shared) {
        return NULL;
    }
    for (int i = network->layer_count - 1; i >= 0; i--) {
        fg_layer *layer = &network->layers[i];
        bool has_filters = layer->does == FG_STEP_PRODUCT || layer->does == FG_STEP_DEPTHWISE;
        if (layer->out == in->activation) {
            return has_filters && !layer->has_slopes ? layer : NULL;
        }
    }
    return NULL;
}

/* That, or a new one that leaves its input as it is. */
static int maker_or_new(fg_planner *plan, const fg_plan_value *in, fg_layer **ret_layer)
{
    *ret_layer = maker_of(plan, in);
    return *ret_layer != NULL ? 0
                              : fg_planner_add_layer_like(plan, FG_STEP_DEPTHWISE, in, ret_layer);
}

int fg_plan_normalization(fg_planner *plan)
{
    const fg_onnx_tensor *numbers[4]; /* scale, bias, mean, variance */
    const fg_plan_value *in = fg_planner_activation(plan, 0);
    if (in == NULL) {
        return fg_planner_refuse_input(plan);
    }
    int channels = fg_planner_shape(plan, in)->channels;
    for (int i = 0; i < 4; i++) {
        numbers[i] = fg_planner_floats(plan, i + 1);
        if (numbers[i] == NULL || numbers[i]->count != (size_t)channels) {
            return fg_planner_refuse(plan, -EBADMSG, "its numbers are not one for each channel");
        }
    }
    fg_layer *layer = NULL;
    int result = maker_or_new(plan, in, &layer);
    if (result != 0) {
        return result;
    }
    double epsilon = (double)fg_planner_float(plan, "epsilon", 1e-5F);
    for (int i = 0; i < channels; i++) {
        double variance = (double)fg_onnx_float(numbers[3], (size_t)i);
        double factor = (double)fg_onnx_float(numbers[0], (size_t)i) / sqrt(variance + epsilon);
        double bias =
            ((double)layer->bias[i] - (double)fg_onnx_float(numbers[2], (size_t)i)) * factor +
            (double)fg_onnx_float(numbers[1], (size_t)i);
        layer->factors[i] = (float)((double)layer->factors[i] * factor);
        layer->bias[i] = (float)bias;
        if (!isfinite(layer->factors[i]) || !isfinite(layer->bias[i])) {
            return fg_planner_refuse(plan, -EBADMSG, "a variance is not above 0");
        }
    }
    return fg_planner_put_layer(plan, layer, in->is_flat);
}

/* Relu has no tensor: its slopes are 0. */
static int plan_slopes(fg_planner *plan, const fg_onnx_tensor *slopes)
{
    const fg_plan_value *in = fg_planner_activation(plan, 0);
    if (in == NULL) {
        return fg_planner_refuse_input(plan);
    }
    int channels = fg_planner_shape(plan, in)->channels;
    if (slopes != NULL && slopes->count != (size_t)channels && slopes->count != 1) {
        return fg_planner_refuse(plan, -ENOTSUP, "it must have one slope, or one for each channel");
    }
    fg_layer *layer = NULL;
    int result = maker_or_new(plan, in, &layer);
    if (result != 0) {
        return result;
    }
    layer->has_slopes = true;
    for (int i = 0; i < channels; i++) {
        size_t at = slopes != NULL && slopes->count > 1 ? (size_t)i : 0;
        layer->slopes[i] = slopes != NULL ? fg_onnx_float(slopes, at) : 0;
    }
    return fg_planner_put_layer(plan, layer, in->is_flat);
}

int fg_plan_prelu(fg_planner *plan)
{
    const fg_onnx_tensor *slopes = fg_planner_floats(plan, 1);
    return slopes != NULL ? plan_slopes(plan, slopes)
                          : fg_planner_refuse(plan, -EBADMSG, "its slopes are missing");
}

int fg_plan_relu(fg_planner *plan)
{
    return plan_slopes(plan, NULL);
}

static int plan_pair(fg_planner *plan, enum fg_step_does does, const fg_plan_value *one,
                     const fg_plan_value *other)
{
    fg_layer *layer = NULL;
    int result = fg_planner_add_layer_like(plan, does, one, &layer);
    if (result != 0) {
        return result;
    }
    layer->other = other->activation;
    return fg_planner_put_layer(plan, layer, one->is_flat);
}

int fg_plan_add(fg_planner *plan)
{
    const fg_plan_value *one = fg_planner_activation(plan, 0),
                        *other = fg_planner_activation(plan, 1);
    if (one == NULL || other == NULL) {
        return fg_planner_refuse(plan, -ENOTSUP, "it must add two activations");
    }
    const fg_activation *shape = fg_planner_shape(plan, one),
                        *second = fg_planner_shape(plan, other);
    if (shape->height != second->height || shape->width != second->width ||
        shape->channels != second->channels || one->is_flat != other->is_flat) {
        return fg_planner_refuse(plan, -ENOTSUP, "it must add two activations of the same size");
    }
    return plan_pair(plan, FG_STEP_ADD, one, other);
}

/* Channels times numbers that are the same at each position. */
int fg_plan_mul(fg_planner *plan)
{
    const fg_plan_value *one = fg_planner_activation(plan, 0),
                        *other = fg_planner_activation(plan, 1);
    if (one != NULL && fg_planner_is_one_position(fg_planner_shape(plan, one))) {
        one = other;
        other = fg_planner_activation(plan, 0);
    }
    if (one == NULL || other == NULL ||
        !fg_planner_is_one_position(fg_planner_shape(plan, other)) ||
        fg_planner_shape(plan, one)->channels != fg_planner_shape(plan, other)->channels ||
        one->is_flat != other->is_flat) {
        return fg_planner_refuse(plan, -ENOTSUP, "it must multiply each channel by one number");
    }
    return plan_pair(plan, FG_STEP_SCALE, one, other);
}

int fg_plan_sigmoid(fg_planner *plan)
{
    const fg_plan_value *in = fg_planner_activation(plan, 0);
    fg_layer *layer = NULL;
    if (in == NULL) {
        return fg_planner_refuse_input(plan);
    }
    int result = fg_planner_add_layer_like(plan, FG_STEP_SIGMOID, in, &layer);
    return result == 0 ? fg_planner_put_layer(plan, layer, in->is_flat) : result;
}

int fg_plan_mean(fg_planner *plan)
{
    const fg_plan_value *in = fg_planner_activation(plan, 0);
    fg_layer *layer = NULL;
    if (in == NULL || in->is_flat) {
        return fg_planner_refuse_input(plan);
    }
    int result = fg_planner_add_layer(plan, FG_STEP_MEAN, in, 1, 1,
                                      fg_planner_shape(plan, in)->channels, &layer);
    return result == 0 ? fg_planner_put_layer(plan, layer, false) : result;
}
