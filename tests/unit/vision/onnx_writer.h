/*
 * Writes files in the format ONNX, for the tests of its reader and of what runs them. Text says
 * what a list is: names are parted by spaces, numbers by commas. Memory that is not there ends the
 * running cmocka test.
 */
#ifndef FACEGATE_TESTS_ONNX_WRITER_H
#define FACEGATE_TESTS_ONNX_WRITER_H

#include <stddef.h>
#include <stdint.h>

/* A message of Protocol Buffers; starts as all zeroes. */
typedef struct onnx_message {
    char *data;
    size_t size, room;
} onnx_message;

void onnx_free(onnx_message *message);

/* Bytes as they are, and fields by their number. */
void onnx_put(onnx_message *to, const void *data, size_t size);
void onnx_put_varint(onnx_message *to, uint64_t value);
void onnx_put_number(onnx_message *to, unsigned field, uint64_t value);
void onnx_put_bytes(onnx_message *to, unsigned field, const void *data, size_t size);
void onnx_put_text(onnx_message *to, unsigned field, const char *text);
void onnx_put_message(onnx_message *to, unsigned field, onnx_message *inner); /* frees it */

/* How a tensor's values lie: as bytes, as one list of its type, or, for whole numbers, a field
 * each. */
enum onnx_form { ONNX_RAW, ONNX_PACKED, ONNX_SINGLE };

/* To a graph: a tensor that comes with it. "" is the dimensions of one number. */
void onnx_add_floats(onnx_message *graph, const char *name, const char *dimensions,
                     const float *values, size_t count, enum onnx_form form);
void onnx_add_numbers(onnx_message *graph, const char *name, const char *dimensions,
                      const int64_t *values, size_t count, enum onnx_form form);

/* An operator. Attributes are "group=3 strides=2,2 epsilon=0.5 auto_pad=VALID": a whole number, a
 * list, a float for what has a point, and text for what starts with a letter. */
void onnx_add_node(onnx_message *graph, const char *operator, const char * inputs,
                   const char *output, const char *attributes);

/* A Constant of one whole number. */
void onnx_add_constant(onnx_message *graph, const char *output, int64_t value);

/* What goes in or comes out. */
#define ONNX_INPUT  11
#define ONNX_OUTPUT 12
void onnx_add_value(onnx_message *graph, unsigned field, const char *name, const char *dimensions);

/* To a model. */
void onnx_add_property(onnx_message *model, const char *key, const char *value);

/* The file of a graph, which is freed. */
onnx_message onnx_make_model(onnx_message *graph);

/* The file of a network that means a picture's three channels, and gives two numbers: the mean of
 * the first times `factor`, and 0. */
onnx_message onnx_make_small(int side, float factor);

#endif
