#include "network_reference.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NAME 64

/* -1 to 1. */
static float draw(reference *of)
{
    of->seed = of->seed * 1664525 + 1013904223;
    return (float)((double)(of->seed >> 8) / (1 << 23) - 1);
}

static size_t size_of(const reference_value *value)
{
    return (size_t)value->channels * (size_t)value->height * (size_t)value->width;
}

static double *at(const reference_value *value, int channel, int y, int x)
{
    return &value->at[((size_t)channel * (size_t)value->height + (size_t)y) * (size_t)value->width +
                      (size_t)x];
}

static int add_value(reference *of, int channels, int height, int width)
{
    assert_true(of->count < REFERENCE_VALUES);
    reference_value *value = &of->values[of->count];
    *value = (reference_value){channels, height, width, NULL};
    value->at = calloc(size_of(value), sizeof(*value->at));
    assert_non_null(value->at);
    return of->count++;
}

static int add_like(reference *of, int in)
{
    const reference_value *value = &of->values[in];
    return add_value(of, value->channels, value->height, value->width);
}

/* Random floats of the file, `scale` at most and around `middle`; their name is "w" and a number.
 * Every other tensor lies as a list. */
static float *add_tensor(reference *of, size_t count, float middle, float scale,
                         const char *dimensions, char ret_name[NAME])
{
    float *values = malloc(count * sizeof(*values));
    assert_non_null(values);
    for (size_t i = 0; i < count; i++) {
        values[i] = middle + scale * draw(of);
    }
    snprintf(ret_name, NAME, "w%d", of->tensors);
    onnx_add_floats(&of->graph, ret_name, dimensions, values, count,
                    of->tensors++ % 2 == 0 ? ONNX_RAW : ONNX_PACKED);
    return values;
}

static float *add_row(reference *of, int count, float middle, float scale, char ret_name[NAME])
{
    char dimensions[NAME];
    snprintf(dimensions, sizeof(dimensions), "%d", count);
    return add_tensor(of, (size_t)count, middle, scale, dimensions, ret_name);
}

/* The operator that makes the value `out`; `more` are inputs after the first. */
static void add_node(reference *of, const char *operator, int in, const char *more, int out,
                     const char *attributes)
{
    char inputs[8 * NAME], output[NAME];
    snprintf(inputs, sizeof(inputs), "v%d %s", in, more);
    snprintf(output, sizeof(output), "v%d", out);
    onnx_add_node(&of->graph, operator, inputs, output, attributes);
}

reference reference_start(int side, uint32_t seed)
{
    char dimensions[NAME];
    reference made = {.side = side, .seed = seed};
    size_t positions = (size_t)side * (size_t)side;
    made.picture = malloc(positions * 3 * sizeof(*made.picture));
    assert_non_null(made.picture);
    add_value(&made, 3, side, side);
    for (size_t i = 0; i < positions * 3; i++) {
        made.picture[i] = draw(&made);
        made.values[0].at[i % 3 * positions + i / 3] = (double)made.picture[i];
    }
    snprintf(dimensions, sizeof(dimensions), "1,3,%d,%d", side, side);
    onnx_add_value(&made.graph, ONNX_INPUT, "v0", dimensions);
    return made;
}

void reference_free(reference *of)
{
    for (int i = 0; i < of->count; i++) {
        free(of->values[i].at);
    }
    free(of->picture);
    onnx_free(&of->graph);
}

static double sum_window(const reference_value *in, const float *weights, int first, int channels,
                         const reference_windows *by, int y, int x)
{
    double sum = 0;
    for (int channel = 0; channel < channels; channel++) {
        for (int row = 0; row < by->rows; row++) {
            for (int column = 0; column < by->columns; column++, weights++) {
                int from_y = y * by->stride_y - by->top + row;
                int from_x = x * by->stride_x - by->left + column;
                if (from_y >= 0 && from_y < in->height && from_x >= 0 && from_x < in->width) {
                    sum += *at(in, first + channel, from_y, from_x) * (double)*weights;
                }
            }
        }
    }
    return sum;
}

int reference_convolve(reference *of, int in, int filters, int group, reference_windows by,
                       bool has_bias)
{
    char dimensions[NAME], weight_name[NAME], bias_name[NAME] = "", inputs[2 * NAME],
                                              text[4 * NAME];
    const reference_value from = of->values[in];
    int channels = from.channels / group;
    size_t sums = (size_t)channels * (size_t)by.rows * (size_t)by.columns;
    snprintf(dimensions, sizeof(dimensions), "%d,%d,%d,%d", filters, channels, by.rows, by.columns);
    float *weights =
        add_tensor(of, (size_t)filters * sums, 0, 2 / sqrtf((float)sums), dimensions, weight_name);
    float *bias = has_bias ? add_row(of, filters, 0, 1, bias_name) : NULL;
    int out = add_value(of, filters, (from.height + by.top + by.bottom - by.rows) / by.stride_y + 1,
                        (from.width + by.left + by.right - by.columns) / by.stride_x + 1);
    const reference_value *to = &of->values[out];
    for (int filter = 0; filter < filters; filter++) {
        for (int y = 0; y < to->height; y++) {
            for (int x = 0; x < to->width; x++) {
                *at(to, filter, y, x) = sum_window(&from, weights + (size_t)filter * sums,
                                                   group > 1 ? filter : 0, channels, &by, y, x) +
                                        (bias != NULL ? (double)bias[filter] : 0);
            }
        }
    }
    snprintf(inputs, sizeof(inputs), "%s %s", weight_name, bias_name);
    snprintf(text, sizeof(text), "kernel_shape=%d,%d strides=%d,%d pads=%d,%d,%d,%d group=%d",
             by.rows, by.columns, by.stride_y, by.stride_x, by.top, by.left, by.bottom, by.right,
             group);
    add_node(of, "Conv", in, inputs, out, text);
    free(weights);
    free(bias);
    return out;
}

/* Each number of `in` below 0 times its channel's slope. */
static int bend(reference *of, int in, const float *slopes, bool has_one_slope)
{
    int out = add_like(of, in);
    const reference_value *from = &of->values[in];
    size_t positions = (size_t)from->height * (size_t)from->width;
    for (size_t i = 0; i < size_of(from); i++) {
        double slope = slopes == NULL ? 0 : (double)slopes[has_one_slope ? 0 : i / positions];
        of->values[out].at[i] = from->at[i] < 0 ? slope * from->at[i] : from->at[i];
    }
    return out;
}

int reference_prelu(reference *of, int in, bool has_one_slope)
{
    char name[NAME], dimensions[NAME];
    int slope_count = has_one_slope ? 1 : of->values[in].channels;
    snprintf(dimensions, sizeof(dimensions), "%d,1,1", slope_count);
    float *slopes = add_tensor(of, (size_t)slope_count, 0.25F, 1, dimensions, name);
    int out = bend(of, in, slopes, has_one_slope);
    add_node(of, "PRelu", in, name, out, "");
    free(slopes);
    return out;
}

int reference_relu(reference *of, int in)
{
    int out = bend(of, in, NULL, true);
    add_node(of, "Relu", in, "", out, "");
    return out;
}

int reference_normalize(reference *of, int in)
{
    char names[4][NAME], inputs[5 * NAME];
    float *numbers[4]; /* scale, bias, mean, variance */
    int out = add_like(of, in);
    const reference_value *from = &of->values[in];
    size_t positions = (size_t)from->height * (size_t)from->width;
    for (int i = 0; i < 4; i++) {
        numbers[i] = add_row(of, from->channels, i == 3 ? 1.5F : 0.5F, 1, names[i]);
    }
    for (size_t i = 0; i < size_of(from); i++) {
        size_t channel = i / positions;
        of->values[out].at[i] = (double)numbers[0][channel] *
                                    (from->at[i] - (double)numbers[2][channel]) /
                                    sqrt((double)numbers[3][channel] + 0.125) +
                                (double)numbers[1][channel];
    }
    snprintf(inputs, sizeof(inputs), "%s %s %s %s", names[0], names[1], names[2], names[3]);
    add_node(of, "BatchNormalization", in, inputs, out, "epsilon=0.125");
    for (int i = 0; i < 4; i++) {
        free(numbers[i]);
    }
    return out;
}

int reference_add(reference *of, int one, int other)
{
    char second[NAME];
    int out = add_like(of, one);
    for (size_t i = 0; i < size_of(&of->values[one]); i++) {
        of->values[out].at[i] = of->values[one].at[i] + of->values[other].at[i];
    }
    snprintf(second, sizeof(second), "v%d", other);
    add_node(of, "Add", one, second, out, "");
    return out;
}

int reference_multiply(reference *of, int one, int other)
{
    char second[NAME];
    bool is_other = of->values[one].height == 1 && of->values[one].width == 1;
    int large = is_other ? other : one, small = is_other ? one : other;
    int out = add_like(of, large);
    const reference_value *from = &of->values[large];
    size_t positions = (size_t)from->height * (size_t)from->width;
    for (size_t i = 0; i < size_of(from); i++) {
        of->values[out].at[i] = from->at[i] * of->values[small].at[i / positions];
    }
    snprintf(second, sizeof(second), "v%d", other);
    add_node(of, "Mul", one, second, out, "");
    return out;
}

int reference_sigmoid(reference *of, int in)
{
    int out = add_like(of, in);
    for (size_t i = 0; i < size_of(&of->values[in]); i++) {
        of->values[out].at[i] = 1 / (1 + exp(-of->values[in].at[i]));
    }
    add_node(of, "Sigmoid", in, "", out, "");
    return out;
}

int reference_mean(reference *of, int in)
{
    int out = add_value(of, of->values[in].channels, 1, 1);
    const reference_value *from = &of->values[in];
    size_t positions = (size_t)from->height * (size_t)from->width;
    for (size_t i = 0; i < size_of(from); i++) {
        of->values[out].at[i / positions] += from->at[i] / (double)positions;
    }
    add_node(of, "GlobalAveragePool", in, "", out, "");
    return out;
}

static int copy_value(reference *of, int in)
{
    int out = add_like(of, in);
    memcpy(of->values[out].at, of->values[in].at,
           size_of(&of->values[in]) * sizeof(*of->values[in].at));
    return out;
}

int reference_rename(reference *of, int in, const char *operator)
{
    int out = copy_value(of, in);
    add_node(of, operator, in, "", out, "");
    return out;
}

/* As PyTorch writes x.view(x.size(0), -1). */
int reference_reshape(reference *of, int in)
{
    char from[NAME], names[6][NAME], two[2 * NAME];
    static const char *const kinds[6] = {"shape", "place", "first", "start", "rest", "all"};
    int out = copy_value(of, in);
    snprintf(from, sizeof(from), "v%d", in);
    for (int i = 0; i < 6; i++) {
        snprintf(names[i], NAME, "%s%d", kinds[i], out);
    }
    onnx_add_node(&of->graph, "Shape", from, names[0], "");
    onnx_add_constant(&of->graph, names[1], 0);
    snprintf(two, sizeof(two), "%s %s", names[0], names[1]);
    onnx_add_node(&of->graph, "Gather", two, names[2], "axis=0");
    onnx_add_node(&of->graph, "Unsqueeze", names[2], names[3], "");
    onnx_add_constant(&of->graph, names[4], -1);
    snprintf(two, sizeof(two), "%s %s", names[3], names[4]);
    onnx_add_node(&of->graph, "Concat", two, names[5], "axis=0");
    add_node(of, "Reshape", in, names[5], out, "");
    return out;
}

/* [inputs][outputs], or the other way round. */
static int multiply_matrix(reference *of, int in, int outputs, bool is_turned, const float *matrix)
{
    int inputs = of->values[in].channels;
    int out = add_value(of, outputs, 1, 1);
    for (int i = 0; i < outputs; i++) {
        for (int j = 0; j < inputs; j++) {
            of->values[out].at[i] +=
                of->values[in].at[j] * (double)matrix[is_turned ? i * inputs + j : j * outputs + i];
        }
    }
    return out;
}

static float *add_matrix(reference *of, int rows, int columns, char ret_name[NAME])
{
    char dimensions[NAME];
    snprintf(dimensions, sizeof(dimensions), "%d,%d", rows, columns);
    return add_tensor(of, (size_t)rows * (size_t)columns, 0, 1, dimensions, ret_name);
}

int reference_matmul(reference *of, int in, int outputs)
{
    char name[NAME];
    float *matrix = add_matrix(of, of->values[in].channels, outputs, name);
    int out = multiply_matrix(of, in, outputs, false, matrix);
    add_node(of, "MatMul", in, name, out, "");
    free(matrix);
    return out;
}

int reference_gemm(reference *of, int in, int outputs, bool is_turned, bool has_bias)
{
    char name[NAME], bias_name[NAME] = "", both[2 * NAME + 1];
    int inputs = of->values[in].channels;
    float *matrix =
        add_matrix(of, is_turned ? outputs : inputs, is_turned ? inputs : outputs, name);
    float *bias = has_bias ? add_row(of, outputs, 0, 1, bias_name) : NULL;
    int out = multiply_matrix(of, in, outputs, is_turned, matrix);
    for (int i = 0; bias != NULL && i < outputs; i++) {
        of->values[out].at[i] += (double)bias[i];
    }
    snprintf(both, sizeof(both), "%s %s", name, bias_name);
    add_node(of, "Gemm", in, both, out, is_turned ? "transB=1 alpha=1.0" : "beta=1.0");
    free(matrix);
    free(bias);
    return out;
}

int reference_collapse(reference *of, int in)
{
    const reference_value *from = &of->values[in];
    const reference_windows by = {from->height, from->width, 1, 1, 0, 0, 0, 0};
    return reference_convolve(of, in, 5, 1, by, true);
}

onnx_message reference_finish(reference *of, int output)
{
    char name[NAME];
    snprintf(name, sizeof(name), "v%d", output);
    onnx_add_value(&of->graph, ONNX_OUTPUT, name, "");
    return onnx_make_model(&of->graph);
}
