/* Makes the layers of a network of the operators of its file. */
#include "kernels/network_planner.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One position's channels as a row of numbers: nothing has to move for that. */
static int flatten(fg_planner *plan, const fg_plan_value *in)
{
    if (in == NULL || !fg_planner_is_one_position(fg_planner_shape(plan, in))) {
        return fg_planner_refuse(plan, -ENOTSUP, "its input must be an activation of one position");
    }
    return fg_planner_put_value(plan,
                                (fg_plan_value){.activation = in->activation, .is_flat = true});
}

static int plan_flatten(fg_planner *plan)
{
    return fg_planner_number(plan, "axis", 1) == 1
               ? flatten(plan, fg_planner_activation(plan, 0))
               : fg_planner_refuse(plan, -ENOTSUP, "its axis must be 1");
}

static int plan_reshape(fg_planner *plan)
{
    const fg_plan_value *in = fg_planner_activation(plan, 0);
    const fg_onnx_numbers *shape = fg_planner_numbers(plan, 1);
    if (in == NULL || shape == NULL || shape->count != 2 || shape->at[0] < -1 || shape->at[0] > 1 ||
        (shape->at[1] != -1 && shape->at[1] != fg_planner_shape(plan, in)->channels)) {
        return fg_planner_refuse(plan, -ENOTSUP, "it must make one row of numbers of its input");
    }
    return flatten(plan, in);
}

static int plan_identity(fg_planner *plan)
{
    const fg_plan_value *in = fg_planner_activation(plan, 0);
    return in != NULL ? fg_planner_put_value(plan, (fg_plan_value){.activation = in->activation,
                                                                   .is_flat = in->is_flat})
                      : fg_planner_refuse_input(plan);
}

static int plan_shape(fg_planner *plan)
{
    const fg_plan_value *in = fg_planner_activation(plan, 0);
    if (in == NULL) {
        return fg_planner_refuse_input(plan);
    }
    const fg_activation *shape = fg_planner_shape(plan, in);
    const fg_onnx_numbers numbers = {.at = {1, shape->channels, shape->height, shape->width},
                                     .count = in->is_flat ? 2 : 4};
    return fg_planner_put_numbers(plan, &numbers);
}

static int plan_constant(fg_planner *plan)
{
    const fg_onnx_attribute *found = fg_onnx_find_attribute(plan->node, "value");
    return found != NULL && found->tensor.type == FG_ONNX_INT64
               ? fg_planner_put_numbers(plan, &found->tensor.numbers)
               : fg_planner_refuse(plan, -ENOTSUP, "its value must be whole numbers");
}

static int plan_gather(fg_planner *plan)
{
    const fg_onnx_numbers *from = fg_planner_numbers(plan, 0), *which = fg_planner_numbers(plan, 1);
    if (from == NULL || which == NULL || which->count != 1 ||
        fg_planner_number(plan, "axis", 0) != 0) {
        return fg_planner_refuse(plan, -ENOTSUP,
                                 "it must take one number of a list of whole numbers");
    }
    int64_t index = which->at[0] < 0 ? which->at[0] + from->count : which->at[0];
    if (index < 0 || index >= from->count) {
        return fg_planner_refuse(plan, -EBADMSG, "the list has no number at that place");
    }
    return fg_planner_put_numbers(plan, &(fg_onnx_numbers){.at = {from->at[index]}, .count = 1});
}

/* One number is a list of one already. */
static int plan_unsqueeze(fg_planner *plan)
{
    const fg_onnx_numbers *from = fg_planner_numbers(plan, 0);
    return from != NULL && from->count == 1
               ? fg_planner_put_numbers(plan, from)
               : fg_planner_refuse(plan, -ENOTSUP, "its input must be one whole number");
}

static int plan_concat(fg_planner *plan)
{
    static_assert(FG_ONNX_NUMBERS == 8, "the text below names the limit");
    fg_onnx_numbers all = {.count = 0};
    for (int i = 0; i < plan->node->input_count; i++) {
        const fg_onnx_numbers *next = fg_planner_numbers(plan, i);
        if (next == NULL || all.count + next->count > FG_ONNX_NUMBERS) {
            return fg_planner_refuse(plan, -ENOTSUP,
                                     "its inputs must be whole numbers, at most 8 in all");
        }
        memcpy(&all.at[all.count], next->at, (size_t)next->count * sizeof(next->at[0]));
        all.count += next->count;
    }
    return fg_planner_put_numbers(plan, &all);
}

static const struct {
    const char *name;
    int (*plan)(fg_planner *plan);
} operators[] = {
    {"Add", fg_plan_add},          {"BatchNormalization", fg_plan_normalization},
    {"Concat", plan_concat},       {"Constant", plan_constant},
    {"Conv", fg_plan_convolution}, {"Dropout", plan_identity},
    {"Flatten", plan_flatten},     {"Gather", plan_gather},
    {"Gemm", fg_plan_gemm},        {"GlobalAveragePool", fg_plan_mean},
    {"Identity", plan_identity},   {"MatMul", fg_plan_matmul},
    {"Mul", fg_plan_mul},          {"PRelu", fg_plan_prelu},
    {"Relu", fg_plan_relu},        {"Reshape", plan_reshape},
    {"Shape", plan_shape},         {"Sigmoid", fg_plan_sigmoid},
    {"Unsqueeze", plan_unsqueeze},
};
#define OPERATORS (sizeof(operators) / sizeof(operators[0]))

/* What it is, and which ones there are. */
static int refuse_unknown(const fg_planner *plan)
{
    char what[FG_ERROR_TEXT];
    size_t length = (size_t)snprintf(what, sizeof(what), "facegate does not run it, only");
    for (size_t i = 0; i < OPERATORS && length < sizeof(what); i++) {
        length += (size_t)snprintf(what + length, sizeof(what) - length, "%s %s", i > 0 ? "," : "",
                                   operators[i].name);
    }
    return fg_planner_refuse(plan, -ENOTSUP, what);
}

static int plan_node(fg_planner *plan)
{
    for (size_t i = 0; i < OPERATORS; i++) {
        if (fg_onnx_is(plan->node->operator, operators[i].name)) {
            return operators[i].plan(plan);
        }
    }
    return refuse_unknown(plan);
}

/* One picture of three channels, as high as wide. */
static int plan_input(fg_planner *plan)
{
    const fg_onnx_value *input = &plan->model->input;
    const int64_t *sides = input->dimensions.at;
    if (input->dimensions.count != 4 || sides[0] > 1 || sides[1] != 3 || sides[2] != sides[3] ||
        sides[2] < 16 || sides[2] > FG_NETWORK_SIDE) {
        return fg_error_set(plan->error, -ENOTSUP,
                            "its input is not one picture of three channels, as high as wide, of "
                            "16 to %d pixels",
                            FG_NETWORK_SIDE);
    }
    fg_plan_value made = {.name = input->name};
    int result = fg_planner_add_activation(plan, (int)sides[2], (int)sides[2], 3, &made.activation);
    if (result == 0) {
        plan->values[plan->value_count++] = made;
    }
    return result;
}

static int plan_output(fg_planner *plan)
{
    const fg_plan_value *output = fg_planner_find_value(plan, plan->model->output.name);
    const fg_activation *shape =
        output != NULL && output->activation > 0 ? fg_planner_shape(plan, output) : NULL;
    if (shape == NULL || !fg_planner_is_one_position(shape) || shape->channels < 2 ||
        shape->channels > FG_NETWORK_OUTPUTS) {
        return fg_error_set(plan->error, -ENOTSUP,
                            "its output is not a score for each of 2 to %d classes",
                            FG_NETWORK_OUTPUTS);
    }
    plan->network->output = output->activation;
    return 0;
}

int fg_network_plan(fg_network *network, const fg_onnx *model, fg_error *error)
{
    static const fg_onnx_node nothing = {.input_count = 0};
    fg_planner *plan = calloc(1, sizeof(*plan));
    if (plan == NULL) {
        return fg_onnx_fail_memory(error);
    }
    plan->network = network;
    plan->model = model;
    plan->error = error;
    plan->node = &nothing;
    int result = plan_input(plan);
    for (int i = 0; result == 0 && i < model->node_count; i++) {
        plan->node = &model->nodes[i];
        result = plan_node(plan);
    }
    if (result == 0) {
        result = plan_output(plan);
    }
    free(plan);
    return result;
}
