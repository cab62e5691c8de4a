/*
 * Reads a file of a neural network in the format ONNX: its operators, their attributes and the
 * tensors that come with it. Every size in the file is checked against what there is of it, and
 * nothing is kept but where things lie in it. What the operators mean is network.h's. Any thread.
 * Sources: onnx.proto of ONNX (IR version 3 and later, the fields named there); Protocol Buffers'
 * encoding.
 */
#ifndef FACEGATE_VISION_KERNELS_ONNX_H
#define FACEGATE_VISION_KERNELS_ONNX_H

#include "facegate/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FG_ONNX_NODES      512
#define FG_ONNX_TENSORS    2048
#define FG_ONNX_INPUTS     8
#define FG_ONNX_ATTRIBUTES 8
#define FG_ONNX_NUMBERS    8 /* of a list: dimensions, pads */
#define FG_ONNX_PROPERTIES 16

/* Bytes of the file. */
typedef struct fg_onnx_text {
    const char *at;
    size_t size;
} fg_onnx_text;

typedef struct fg_onnx_numbers {
    int64_t at[FG_ONNX_NUMBERS];
    int count;
} fg_onnx_numbers;

enum fg_onnx_type { FG_ONNX_NONE = 0, FG_ONNX_FLOAT = 1, FG_ONNX_INT64 = 7 };

/* Floats, all of them finite, or whole numbers; there are as many as the dimensions say. */
typedef struct fg_onnx_tensor {
    fg_onnx_text name;
    fg_onnx_numbers dimensions;
    enum fg_onnx_type type;
    size_t count;
    const char *floats;      /* little-endian, and anywhere: see fg_onnx_float */
    fg_onnx_numbers numbers; /* of FG_ONNX_INT64 */
} fg_onnx_tensor;

typedef struct fg_onnx_attribute {
    fg_onnx_text name;
    int64_t number;
    float value;
    fg_onnx_text text;
    fg_onnx_numbers numbers;
    fg_onnx_tensor tensor;
} fg_onnx_attribute;

typedef struct fg_onnx_node {
    fg_onnx_text operator, name, output;
    fg_onnx_text inputs[FG_ONNX_INPUTS];
    int input_count;
    fg_onnx_attribute attributes[FG_ONNX_ATTRIBUTES];
    int attribute_count;
} fg_onnx_node;

/* The one value that goes in, or comes out; dimensions that are not fixed are 0. */
typedef struct fg_onnx_value {
    fg_onnx_text name;
    fg_onnx_numbers dimensions;
} fg_onnx_value;

typedef struct fg_onnx_property {
    fg_onnx_text key, value;
} fg_onnx_property;

typedef struct fg_onnx {
    fg_onnx_node *nodes; /* each after those whose outputs it takes */
    int node_count;
    fg_onnx_tensor *tensors;
    int tensor_count;
    fg_onnx_value input, output;
    fg_onnx_property properties[FG_ONNX_PROPERTIES];
    int property_count;
} fg_onnx;

/*
 * Reads a file of which all bytes are at `data`; they stay the caller's and have to outlive what is
 * read. -EBADMSG for what is no such file, is damaged or holds more than the limits above, with
 * what and at which byte; -ENOMEM.
 */
int fg_onnx_read(const char *data, size_t size, fg_onnx **ret_model, fg_error *error);
fg_onnx *fg_onnx_free(fg_onnx *model);

/* Says so; returns -ENOMEM. For those who make something of what was read, too. */
int fg_onnx_fail_memory(fg_error *error);

/* A tensor's float, `index` below its count. */
float fg_onnx_float(const fg_onnx_tensor *tensor, size_t index);

/* NULL where there is none of that name. */
const fg_onnx_tensor *fg_onnx_find_tensor(const fg_onnx *model, fg_onnx_text name);
const fg_onnx_attribute *fg_onnx_find_attribute(const fg_onnx_node *node, const char *name);
const fg_onnx_text *fg_onnx_find_property(const fg_onnx *model, const char *key);

bool fg_onnx_is(fg_onnx_text text, const char *other);
bool fg_onnx_equals(fg_onnx_text one, fg_onnx_text other);

#endif
