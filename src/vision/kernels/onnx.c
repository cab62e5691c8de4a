/* Reads networks in the format ONNX, which is a message of Protocol Buffers. */
#include "kernels/onnx.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The kinds of fields on the wire. */
enum wire { WIRE_NUMBER = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };

/* What is being read, and what was wrong first. */
typedef struct reader {
    const char *data, *end; /* the whole file */
    fg_error *error;
    int result;
} reader;

/* The part of a message that is still to be read. */
typedef struct message {
    reader *from;
    const char *at, *end;
} message;

typedef struct field {
    uint64_t number; /* which */
    enum wire wire;
    uint64_t value;
    fg_onnx_text bytes;
} field;

static bool fail(reader *from, const char *at, const char *what)
{
    if (from->result == 0) {
        from->result =
            fg_error_set(from->error, -EBADMSG, "%s, at byte %zu", what, (size_t)(at - from->data));
    }
    return false;
}

/* Seven bits to a byte, the lowest first; the highest bit says that more follow. */
static bool read_varint(message *in, uint64_t *ret_value)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (in->at == in->end) {
            return fail(in->from, in->at, "it ends in a number");
        }
        uint8_t byte = (uint8_t)*in->at++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *ret_value = value;
            return true;
        }
    }
    return fail(in->from, in->at, "a number is too long");
}

/* A part may be longer than the one around it. If it is longer than the file, bytes are missing. */
static bool fail_part(const message *in, uint64_t size)
{
    reader *from = in->from;
    if (size <= (uint64_t)(from->end - in->at)) {
        return fail(from, in->at, "a part is longer than the one around it");
    }
    if (from->result == 0) {
        from->result = fg_error_set(from->error, -EBADMSG,
                                    "the part from byte %zu on is longer than the file, so the "
                                    "file is cut off or damaged",
                                    (size_t)(in->at - from->data));
    }
    return false;
}

static bool read_bytes(message *in, uint64_t size, fg_onnx_text *ret_bytes)
{
    if (size > (uint64_t)(in->end - in->at)) {
        return fail_part(in, size);
    }
    *ret_bytes = (fg_onnx_text){in->at, (size_t)size};
    in->at += size;
    return true;
}

/* The next field; false at the end and where something is wrong. */
static bool next_field(message *in, field *ret_field)
{
    uint64_t key = 0, size = 0;
    if (in->from->result != 0 || in->at == in->end || !read_varint(in, &key)) {
        return false;
    }
    *ret_field = (field){.number = key >> 3, .wire = key & 7};
    switch (ret_field->wire) {
    case WIRE_NUMBER:
        return read_varint(in, &ret_field->value);
    case WIRE_64:
        return read_bytes(in, 8, &ret_field->bytes);
    case WIRE_BYTES:
        return read_varint(in, &size) && read_bytes(in, size, &ret_field->bytes);
    case WIRE_32:
        return read_bytes(in, 4, &ret_field->bytes);
    default:
        return fail(in->from, in->at, "no field of an ONNX file");
    }
}

static message inside(const message *in, const field *of)
{
    return (message){.from = in->from, .at = of->bytes.at, .end = of->bytes.at + of->bytes.size};
}

/* A field that has to be bytes, or numbers, is skipped as unknown where it is not. */
static bool is_bytes(const field *of, uint64_t number)
{
    return of->number == number && of->wire == WIRE_BYTES;
}

static bool is_number(const field *of, uint64_t number)
{
    return of->number == number && of->wire == WIRE_NUMBER;
}

static bool add_number(reader *from, const char *at, fg_onnx_numbers *to, uint64_t value)
{
    if (to->count == FG_ONNX_NUMBERS) {
        return fail(from, at, "a list of numbers is too long");
    }
    to->at[to->count++] = (int64_t)value;
    return true;
}

/* A list of numbers is many fields, or one with all in it. */
static void read_numbers(const message *in, const field *of, uint64_t number, fg_onnx_numbers *to)
{
    if (is_number(of, number)) {
        add_number(in->from, in->at, to, of->value);
    } else if (is_bytes(of, number)) {
        message list = inside(in, of);
        uint64_t value;
        while (list.at < list.end && read_varint(&list, &value) &&
               add_number(in->from, list.at, to, value)) {
        }
    }
}

static float float_at(const char *bytes)
{
    float value;
    memcpy(&value, bytes, sizeof(value));
    return value;
}

float fg_onnx_float(const fg_onnx_tensor *tensor, size_t index)
{
    return float_at(tensor->floats + index * sizeof(float));
}

/* How many numbers the dimensions ask for; without any it is one. Their bytes fit a size_t of 32
 * bits too. */
static bool count_values(reader *from, const char *at, fg_onnx_tensor *tensor)
{
    const int64_t most = 1 << 24;
    size_t count = 1;
    for (int i = 0; i < tensor->dimensions.count; i++) {
        int64_t side = tensor->dimensions.at[i];
        if (side < 1 || side > most / (int64_t)count) {
            return fail(from, at, "a tensor's size is out of range");
        }
        count *= (size_t)side;
    }
    tensor->count = count;
    return true;
}

static bool check_floats(reader *from, const char *start, const fg_onnx_tensor *tensor,
                         fg_onnx_text raw)
{
    if (raw.at == NULL || raw.size != tensor->count * sizeof(float)) {
        return fail(from, raw.at != NULL ? raw.at : start,
                    "a tensor's values are not as many as its dimensions say");
    }
    for (size_t i = 0; i < tensor->count; i++) {
        if (!isfinite(float_at(raw.at + i * sizeof(float)))) {
            return fail(from, raw.at + i * sizeof(float), "a weight is not a number");
        }
    }
    return true;
}

/* Whole numbers as eight bytes each. */
static void read_raw_numbers(reader *from, fg_onnx_text raw, fg_onnx_numbers *to)
{
    for (size_t i = 0; i + 8 <= raw.size; i += 8) {
        uint64_t value;
        memcpy(&value, raw.at + i, sizeof(value));
        if (!add_number(from, raw.at + i, to, value)) {
            return;
        }
    }
}

/* TensorProto. */
static void read_tensor(message in, fg_onnx_tensor *to)
{
    const char *start = in.at;
    fg_onnx_text raw = {NULL, 0};
    uint64_t type = 0;
    field of;
    *to = (fg_onnx_tensor){.type = FG_ONNX_NONE};
    while (next_field(&in, &of)) {
        read_numbers(&in, &of, 1, &to->dimensions);
        read_numbers(&in, &of, 7, &to->numbers);
        if (is_number(&of, 2)) {
            type = of.value;
        } else if (is_bytes(&of, 8)) {
            to->name = of.bytes;
        } else if (is_bytes(&of, 4) || is_bytes(&of, 9)) {
            raw = of.bytes;
        } else if (of.number == 13 || of.number == 14) {
            fail(in.from, in.at, "a tensor's values are in another file");
        }
    }
    if (in.from->result != 0 || !count_values(in.from, start, to)) {
        return;
    }
    if (type == FG_ONNX_FLOAT && check_floats(in.from, start, to, raw)) {
        to->type = FG_ONNX_FLOAT;
        to->floats = raw.at;
    } else if (type == FG_ONNX_INT64) {
        to->type = FG_ONNX_INT64;
        read_raw_numbers(in.from, raw, &to->numbers);
        if ((size_t)to->numbers.count != to->count || raw.size % sizeof(int64_t) != 0) {
            fail(in.from, start, "a tensor's values are not as many as its dimensions say");
        }
    } else {
        fail(in.from, start, "a tensor is neither of float32 nor of int64");
    }
}

/* AttributeProto. */
static void read_attribute(message in, fg_onnx_attribute *to)
{
    field of;
    while (next_field(&in, &of)) {
        read_numbers(&in, &of, 8, &to->numbers);
        if (is_bytes(&of, 1)) {
            to->name = of.bytes;
        } else if (of.number == 2 && of.wire == WIRE_32) {
            to->value = float_at(of.bytes.at);
        } else if (is_number(&of, 3)) {
            to->number = (int64_t)of.value;
        } else if (is_bytes(&of, 4)) {
            to->text = of.bytes;
        } else if (is_bytes(&of, 5)) {
            read_tensor(inside(&in, &of), &to->tensor);
        }
    }
}

/* NodeProto. Outputs beyond the first are those of training. */
static void read_node(message in, fg_onnx_node *to)
{
    field of;
    while (next_field(&in, &of)) {
        if (is_bytes(&of, 1)) {
            if (to->input_count == FG_ONNX_INPUTS) {
                fail(in.from, in.at, "an operator has too many inputs");
                return;
            }
            to->inputs[to->input_count++] = of.bytes;
        } else if (is_bytes(&of, 2) && to->output.at == NULL) {
            to->output = of.bytes;
        } else if (is_bytes(&of, 3)) {
            to->name = of.bytes;
        } else if (is_bytes(&of, 4)) {
            to->operator= of.bytes;
        } else if (is_bytes(&of, 5)) {
            if (to->attribute_count == FG_ONNX_ATTRIBUTES) {
                fail(in.from, in.at, "an operator has too many attributes");
                return;
            }
            read_attribute(inside(&in, &of), &to->attributes[to->attribute_count++]);
        }
    }
}

/* The one field of this number that is a message, or an empty message. */
static message find_inside(message in, uint64_t number)
{
    message found = {.from = in.from};
    field of;
    while (next_field(&in, &of)) {
        if (is_bytes(&of, number)) {
            found = inside(&in, &of);
        }
    }
    return found;
}

/* ValueInfoProto: in its type is the tensor's, in that the shape, in that the dimensions. */
static void read_value(message in, fg_onnx_value *to)
{
    message start = in;
    field of, side;
    while (next_field(&in, &of)) {
        if (is_bytes(&of, 1)) {
            to->name = of.bytes;
        }
    }
    message shape = find_inside(find_inside(find_inside(start, 2), 1), 2);
    while (next_field(&shape, &of)) {
        if (!is_bytes(&of, 1)) {
            continue;
        }
        uint64_t value = 0;
        message dimension = inside(&shape, &of);
        while (next_field(&dimension, &side)) {
            value = is_number(&side, 1) ? side.value : value;
        }
        add_number(in.from, shape.at, &to->dimensions, value);
    }
}

/* GraphProto. An input that a tensor stands for is none that goes in: so old files have it. */
static void read_graph(message in, fg_onnx *to)
{
    message again = in;
    field of;
    while (next_field(&in, &of)) {
        if (is_bytes(&of, 1)) {
            if (to->node_count == FG_ONNX_NODES) {
                fail(in.from, in.at, "too many operators");
                return;
            }
            read_node(inside(&in, &of), &to->nodes[to->node_count++]);
        } else if (is_bytes(&of, 5)) {
            if (to->tensor_count == FG_ONNX_TENSORS) {
                fail(in.from, in.at, "too many tensors");
                return;
            }
            read_tensor(inside(&in, &of), &to->tensors[to->tensor_count++]);
        }
    }
    int inputs = 0, outputs = 0, values = 0;
    while (next_field(&again, &of)) {
        fg_onnx_value value = {0};
        if (is_bytes(&of, 11) || is_bytes(&of, 12)) {
            if (values++ > FG_ONNX_TENSORS + 1) {
                fail(in.from, again.at, "too many inputs and outputs");
                return;
            }
            read_value(inside(&again, &of), &value);
        }
        if (is_bytes(&of, 12)) {
            to->output = value;
            outputs++;
        } else if (is_bytes(&of, 11) && fg_onnx_find_tensor(to, value.name) == NULL) {
            to->input = value;
            inputs++;
        }
    }
    if (inputs != 1 || outputs != 1) {
        fail(in.from, in.at, "not one input and one output");
    }
}

/* StringStringEntryProto. */
static void read_property(message in, fg_onnx_property *to)
{
    field of;
    while (next_field(&in, &of)) {
        if (is_bytes(&of, 1)) {
            to->key = of.bytes;
        } else if (is_bytes(&of, 2)) {
            to->value = of.bytes;
        }
    }
}

/* ModelProto. */
static void read_model(message in, fg_onnx *to)
{
    bool has_graph = false;
    field of;
    while (next_field(&in, &of)) {
        if (is_bytes(&of, 7)) {
            if (has_graph) {
                fail(in.from, in.at, "a second network");
                return;
            }
            has_graph = true;
            read_graph(inside(&in, &of), to);
        } else if (is_bytes(&of, 14)) {
            if (to->property_count == FG_ONNX_PROPERTIES) {
                fail(in.from, in.at, "too many properties");
                return;
            }
            read_property(inside(&in, &of), &to->properties[to->property_count++]);
        }
    }
    if (!has_graph) {
        fail(in.from, in.at, "no network in it");
    }
}

int fg_onnx_fail_memory(fg_error *error)
{
    return fg_error_set(error, -ENOMEM, "not enough memory for a network");
}

int fg_onnx_read(const char *data, size_t size, fg_onnx **ret_model, fg_error *error)
{
    reader from = {.data = data, .end = data + size, .error = error};
    fg_onnx *model = calloc(1, sizeof(*model));
    if (model != NULL) {
        model->nodes = calloc(FG_ONNX_NODES, sizeof(*model->nodes));
        model->tensors = calloc(FG_ONNX_TENSORS, sizeof(*model->tensors));
    }
    if (model == NULL || model->nodes == NULL || model->tensors == NULL) {
        fg_onnx_free(model);
        return fg_onnx_fail_memory(error);
    }
    read_model((message){.from = &from, .at = data, .end = data + size}, model);
    if (from.result != 0) {
        fg_onnx_free(model);
        return from.result;
    }
    *ret_model = model;
    return 0;
}

fg_onnx *fg_onnx_free(fg_onnx *model)
{
    if (model != NULL) {
        free(model->nodes);
        free(model->tensors);
        free(model);
    }
    return NULL;
}

bool fg_onnx_equals(fg_onnx_text one, fg_onnx_text other)
{
    return one.size == other.size && (one.size == 0 || memcmp(one.at, other.at, one.size) == 0);
}

bool fg_onnx_is(fg_onnx_text text, const char *other)
{
    return fg_onnx_equals(text, (fg_onnx_text){other, strlen(other)});
}

const fg_onnx_tensor *fg_onnx_find_tensor(const fg_onnx *model, fg_onnx_text name)
{
    for (int i = 0; i < model->tensor_count; i++) {
        if (fg_onnx_equals(model->tensors[i].name, name)) {
            return &model->tensors[i];
        }
    }
    return NULL;
}

const fg_onnx_attribute *fg_onnx_find_attribute(const fg_onnx_node *node, const char *name)
{
    for (int i = 0; i < node->attribute_count; i++) {
        if (fg_onnx_is(node->attributes[i].name, name)) {
            return &node->attributes[i];
        }
    }
    return NULL;
}

const fg_onnx_text *fg_onnx_find_property(const fg_onnx *model, const char *key)
{
    for (int i = 0; i < model->property_count; i++) {
        if (fg_onnx_is(model->properties[i].key, key)) {
            return &model->properties[i].value;
        }
    }
    return NULL;
}
