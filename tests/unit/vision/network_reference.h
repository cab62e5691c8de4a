/*
 * Networks of random weights, each written to an ONNX file and computed beside it in the plainest
 * way: double precision, channels before rows before columns. Each function adds an operator and
 * gives the number of what it makes; 0 is the picture.
 */
#ifndef FACEGATE_TESTS_NETWORK_REFERENCE_H
#define FACEGATE_TESTS_NETWORK_REFERENCE_H

#include "onnx_writer.h"

#include <stdbool.h>

#define REFERENCE_VALUES 64

typedef struct reference_value {
    int channels, height, width;
    double *at;
} reference_value;

typedef struct reference {
    onnx_message graph;
    reference_value values[REFERENCE_VALUES];
    int count, tensors, side;
    uint32_t seed;
    float *picture; /* [side][side][3] */
} reference;

typedef struct reference_windows {
    int rows, columns, stride_y, stride_x;
    int top, left, bottom, right;
} reference_windows;

reference reference_start(int side, uint32_t seed);
void reference_free(reference *of);

/* `group` is 1 or as many as there are channels. */
int reference_convolve(reference *of, int in, int filters, int group, reference_windows by,
                       bool has_bias);
int reference_prelu(reference *of, int in, bool has_one_slope);
int reference_relu(reference *of, int in);
int reference_normalize(reference *of, int in);
int reference_add(reference *of, int one, int other);
int reference_multiply(reference *of, int one, int other);
int reference_sigmoid(reference *of, int in);
int reference_mean(reference *of, int in);

/* The same under another name. */
int reference_rename(reference *of, int in, const char *operator);

/* Into one row, by a shape that five more operators make. */
int reference_reshape(reference *of, int in);

int reference_matmul(reference *of, int in, int outputs);
int reference_gemm(reference *of, int in, int outputs, bool is_turned, bool has_bias);

/* To five numbers, each of which depends on every number of `in` and where it is. */
int reference_collapse(reference *of, int in);

/* The file in which `output` comes out. */
onnx_message reference_finish(reference *of, int output);

#endif
