#include "onnx_writer.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The kinds of fields. */
#define NUMBER 0U
#define BYTES  2U
#define FLOAT  5U

/* TensorProto.DataType. */
#define FLOAT_TYPE 1
#define INT64_TYPE 7

void onnx_free(onnx_message *message)
{
    free(message->data);
    *message = (onnx_message){.data = NULL};
}

void onnx_put(onnx_message *to, const void *data, size_t size)
{
    if (to->size + size > to->room) {
        to->room = 2 * (to->size + size) + 64;
        to->data = realloc(to->data, to->room);
        assert_non_null(to->data);
    }
    if (size > 0) {
        memcpy(to->data + to->size, data, size);
        to->size += size;
    }
}

void onnx_put_varint(onnx_message *to, uint64_t value)
{
    do {
        const unsigned char byte = (unsigned char)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
        onnx_put(to, &byte, 1);
        value >>= 7;
    } while (value > 0);
}

static void put_key(onnx_message *to, unsigned field, unsigned kind)
{
    onnx_put_varint(to, field << 3 | kind);
}

void onnx_put_number(onnx_message *to, unsigned field, uint64_t value)
{
    put_key(to, field, NUMBER);
    onnx_put_varint(to, value);
}

void onnx_put_bytes(onnx_message *to, unsigned field, const void *data, size_t size)
{
    put_key(to, field, BYTES);
    onnx_put_varint(to, size);
    onnx_put(to, data, size);
}

void onnx_put_text(onnx_message *to, unsigned field, const char *text)
{
    onnx_put_bytes(to, field, text, strlen(text));
}

void onnx_put_message(onnx_message *to, unsigned field, onnx_message *inner)
{
    onnx_put_bytes(to, field, inner->data, inner->size);
    onnx_free(inner);
}

/* Each number of "1,2,3" as a field; a message around it for the sides of a shape. */
static void put_list(onnx_message *to, unsigned field, const char *list, bool is_shape)
{
    char *end;
    for (const char *at = list; *at != '\0'; at = *end == ',' ? end + 1 : end) {
        uint64_t value = (uint64_t)strtoll(at, &end, 10);
        if (is_shape) {
            onnx_message side = {.data = NULL};
            onnx_put_number(&side, 1, value);
            onnx_put_message(to, field, &side);
        } else {
            onnx_put_number(to, field, value);
        }
    }
}

static onnx_message start_tensor(const char *name, const char *dimensions, uint64_t type)
{
    onnx_message tensor = {.data = NULL};
    put_list(&tensor, 1, dimensions, false);
    onnx_put_number(&tensor, 2, type);
    onnx_put_text(&tensor, 8, name);
    return tensor;
}

void onnx_add_floats(onnx_message *graph, const char *name, const char *dimensions,
                     const float *values, size_t count, enum onnx_form form)
{
    onnx_message tensor = start_tensor(name, dimensions, FLOAT_TYPE);
    onnx_put_bytes(&tensor, form == ONNX_RAW ? 9 : 4, values, count * sizeof(*values));
    onnx_put_message(graph, 5, &tensor);
}

static void put_numbers(onnx_message *tensor, const int64_t *values, size_t count,
                        enum onnx_form form)
{
    onnx_message list = {.data = NULL};
    for (size_t i = 0; i < count; i++) {
        if (form == ONNX_SINGLE) {
            onnx_put_number(tensor, 7, (uint64_t)values[i]);
        } else {
            onnx_put_varint(&list, (uint64_t)values[i]);
        }
    }
    if (form == ONNX_RAW) {
        onnx_put_bytes(tensor, 9, values, count * sizeof(*values));
    } else if (form == ONNX_PACKED) {
        onnx_put_bytes(tensor, 7, list.data, list.size);
    }
    onnx_free(&list);
}

void onnx_add_numbers(onnx_message *graph, const char *name, const char *dimensions,
                      const int64_t *values, size_t count, enum onnx_form form)
{
    onnx_message tensor = start_tensor(name, dimensions, INT64_TYPE);
    put_numbers(&tensor, values, count, form);
    onnx_put_message(graph, 5, &tensor);
}

static void put_attribute(onnx_message *node, const char *text)
{
    onnx_message attribute = {.data = NULL};
    const char *value = strchr(text, '=');
    assert_non_null(value);
    onnx_put_bytes(&attribute, 1, text, (size_t)(value++ - text));
    if (isalpha((unsigned char)*value)) {
        onnx_put_text(&attribute, 4, value);
    } else if (strchr(value, '.') != NULL) {
        float number = strtof(value, NULL);
        put_key(&attribute, 2, FLOAT);
        onnx_put(&attribute, &number, sizeof(number));
    } else {
        put_list(&attribute, strchr(value, ',') != NULL ? 8 : 3, value, false);
    }
    onnx_put_message(node, 5, &attribute);
}

/* Each word of the text as a field, or as an attribute. */
static void put_words(onnx_message *node, unsigned field, const char *text)
{
    char word[256];
    for (const char *at = text + strspn(text, " "); *at != '\0'; at += strspn(at, " ")) {
        size_t size = strcspn(at, " ");
        assert_true(size < sizeof(word));
        memcpy(word, at, size);
        word[size] = '\0';
        at += size;
        if (field == 5) {
            put_attribute(node, word);
        } else {
            onnx_put_text(node, field, word);
        }
    }
}

void onnx_add_node(onnx_message *graph, const char *operator, const char * inputs,
                   const char *output, const char *attributes)
{
    onnx_message node = {.data = NULL};
    put_words(&node, 1, inputs);
    onnx_put_text(&node, 2, output);
    onnx_put_text(&node, 4, operator);
    put_words(&node, 5, attributes);
    onnx_put_message(graph, 1, &node);
}

void onnx_add_constant(onnx_message *graph, const char *output, int64_t value)
{
    onnx_message node = {.data = NULL}, attribute = {.data = NULL};
    onnx_message tensor = start_tensor("", "", INT64_TYPE);
    put_numbers(&tensor, &value, 1, ONNX_RAW);
    onnx_put_text(&attribute, 1, "value");
    onnx_put_message(&attribute, 5, &tensor);
    onnx_put_text(&node, 2, output);
    onnx_put_text(&node, 4, "Constant");
    onnx_put_message(&node, 5, &attribute);
    onnx_put_message(graph, 1, &node);
}

void onnx_add_value(onnx_message *graph, unsigned field, const char *name, const char *dimensions)
{
    onnx_message value = {.data = NULL}, type = {.data = NULL}, tensor = {.data = NULL},
                 shape = {.data = NULL};
    put_list(&shape, 1, dimensions, true);
    onnx_put_number(&tensor, 1, FLOAT_TYPE);
    onnx_put_message(&tensor, 2, &shape);
    onnx_put_message(&type, 1, &tensor);
    onnx_put_text(&value, 1, name);
    onnx_put_message(&value, 2, &type);
    onnx_put_message(graph, field, &value);
}

void onnx_add_property(onnx_message *model, const char *key, const char *value)
{
    onnx_message property = {.data = NULL};
    onnx_put_text(&property, 1, key);
    onnx_put_text(&property, 2, value);
    onnx_put_message(model, 14, &property);
}

onnx_message onnx_make_model(onnx_message *graph)
{
    onnx_message model = {.data = NULL};
    onnx_put_number(&model, 1, 8); /* IR version */
    onnx_put_message(&model, 7, graph);
    return model;
}

onnx_message onnx_make_small(int side, float factor)
{
    const float weights[6] = {factor};
    char dimensions[64];
    onnx_message graph = {.data = NULL};
    snprintf(dimensions, sizeof(dimensions), "1,3,%d,%d", side, side);
    onnx_add_value(&graph, ONNX_INPUT, "in", dimensions);
    onnx_add_floats(&graph, "weights", "2,3,1,1", weights, 6, ONNX_RAW);
    onnx_add_node(&graph, "GlobalAveragePool", "in", "means", "");
    onnx_add_node(&graph, "Conv", "means weights", "out", "");
    onnx_add_value(&graph, ONNX_OUTPUT, "out", "1,2,1,1");
    return onnx_make_model(&graph);
}
