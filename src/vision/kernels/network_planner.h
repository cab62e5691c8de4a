/*
 * How a network's plan is made: the operators of its file in their order, each of which makes a
 * layer, changes the one before it, or only says how numbers lie. One thread. Functions that
 * return a code have said in the plan's error what was wrong with the operator at hand.
 */
#ifndef FACEGATE_VISION_KERNELS_NETWORK_PLANNER_H
#define FACEGATE_VISION_KERNELS_NETWORK_PLANNER_H

#include "kernels/network_plan.h"

/* One for each operator, and the input. */
#define FG_PLAN_VALUES  (FG_ONNX_NODES + 1)
#define FG_PLANNER_NONE (-1) /* in place of an activation */

/* What an operator made: an activation, or whole numbers, which say a shape. */
typedef struct fg_plan_value {
    fg_onnx_text name;
    int activation;
    bool is_flat;   /* of two dimensions, not four */
    bool is_shared; /* more than one thing sees the activation, by this name or an earlier one */
    fg_onnx_numbers numbers;
} fg_plan_value;

typedef struct fg_planner {
    fg_network *network;
    const fg_onnx *model;
    const fg_onnx_node *node; /* that is at hand */
    fg_plan_value values[FG_PLAN_VALUES];
    int value_count;
    int64_t work, floats, weights;
    fg_error *error;
} fg_planner;

/* Says what is wrong, behind the operator's name; returns `code`. */
int fg_planner_refuse(const fg_planner *plan, int code, const char *what);
int fg_planner_refuse_input(const fg_planner *plan); /* that is missing */

/* What the operator makes, under its name. There is one for each operator, and the input. */
int fg_planner_put_value(fg_planner *plan, fg_plan_value made);
int fg_planner_put_numbers(fg_planner *plan, const fg_onnx_numbers *numbers);
int fg_planner_put_layer(fg_planner *plan, const fg_layer *layer, bool is_flat);

/* NULL where there is none of that name. */
const fg_plan_value *fg_planner_find_value(const fg_planner *plan, fg_onnx_text name);

/* One of the operator's inputs, as what it has to be; NULL where it is none: an activation, floats
 * of the file, or whole numbers that an operator made or that came with the file. */
const fg_plan_value *fg_planner_activation(const fg_planner *plan, int input);
const fg_onnx_tensor *fg_planner_floats(const fg_planner *plan, int input);
const fg_onnx_numbers *fg_planner_numbers(const fg_planner *plan, int input);

const fg_activation *fg_planner_shape(const fg_planner *plan, const fg_plan_value *of);
bool fg_planner_is_one_position(const fg_activation *of);

/* An activation of this size. -EBADMSG where it is out of range. */
int fg_planner_add_activation(fg_planner *plan, int height, int width, int channels,
                              int *ret_activation);

/* A layer that makes an activation of this size, with a factor of 1, no bias and slopes of 1; or
 * one of the size of its input. */
int fg_planner_add_layer(fg_planner *plan, enum fg_step_does does, const fg_plan_value *in,
                         int height, int width, int channels, fg_layer **ret_layer);
int fg_planner_add_layer_like(fg_planner *plan, enum fg_step_does does, const fg_plan_value *in,
                              fg_layer **ret_layer);

/* Counts the multiplications and the memory of a layer that sums `channels`; -ENOTSUP for too many
 * or too much in all. Filters may share a tensor, so that the file's size says nothing about the
 * memory. */
int fg_planner_add_work(fg_planner *plan, const fg_layer *layer, int channels);

/* Attributes. What is not there is `standard`; of a list each number has to be from `least` to
 * `most`, or it is no list. */
bool fg_planner_list(const fg_planner *plan, const char *name, int count, int64_t standard,
                     int64_t least, int64_t most, int ret_list[4]);
int64_t fg_planner_number(const fg_planner *plan, const char *name, int64_t standard);
float fg_planner_float(const fg_planner *plan, const char *name, float standard);

/* The operators that compute, in network_layers.c. */
int fg_plan_convolution(fg_planner *plan);
int fg_plan_matmul(fg_planner *plan);
int fg_plan_gemm(fg_planner *plan);
int fg_plan_normalization(fg_planner *plan);
int fg_plan_prelu(fg_planner *plan);
int fg_plan_relu(fg_planner *plan);
int fg_plan_add(fg_planner *plan);
int fg_plan_mul(fg_planner *plan);
int fg_plan_sigmoid(fg_planner *plan);
int fg_plan_mean(fg_planner *plan);

#endif
