/* Reads dlib's face network, whose every byte is known but for the weights themselves. */
#include "kernels/dat.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "dlib writes floats little endian");

typedef struct reader {
    FILE *file;
    const fg_dat_network *network;
    int layers;    /* of the network */
    int layer;     /* being read, from 1; 0 before the first */
    int64_t at;    /* bytes read */
    float *values; /* room for the largest convolution and its affine layer */
    int result;    /* of the first thing that went wrong */
    fg_error *error;
} reader;

static const char *kind_of(char letter)
{
    switch (letter) {
    case 'c':
        return "con";
    case 'a':
        return "affine";
    case 'r':
        return "relu";
    case 'm':
        return "max_pool";
    case 'p':
    case 'e':
        return "avg_pool";
    case '+':
        return "add_prev";
    case 't':
        return "tag";
    default:
        return "fc";
    }
}

/* Once something is wrong, nothing is read any more, and the first text stays. */
static bool fail(reader *from, int code, const char *what)
{
    if (from->result != 0) {
        return false;
    }
    char where[64] = "its head";
    if (from->layer > 0) {
        snprintf(where, sizeof(where), "layer %d of %d (%s)", from->layer, from->layers,
                 kind_of(from->network->layers[from->layer - 1]));
    }
    from->result =
        fg_error_set(from->error, code, "%s: %s, at byte %lld", where, what, (long long)from->at);
    return false;
}

static bool read_bytes(reader *from, void *to, size_t size)
{
    if (from->result != 0) {
        return false;
    }
    size_t got = fread(to, 1, size, from->file);
    from->at += (int64_t)got;
    if (got == size) {
        return true;
    }
    if (ferror(from->file)) {
        return fail(from, -EIO, "cannot be read");
    }
    return fail(from, -EBADMSG, "the file ends");
}

/* A whole number: a byte with the sign in its highest bit and how many bytes follow, the lowest
 * first. */
static bool read_number(reader *from, int64_t *ret_value)
{
    unsigned char head, bytes[8];
    if (!read_bytes(from, &head, 1)) {
        return false;
    }
    size_t size = head & 0x0f;
    if ((head & 0x70) != 0 || size < 1 || size > sizeof(bytes)) {
        return fail(from, -EBADMSG, "no number");
    }
    if (!read_bytes(from, bytes, size)) {
        return false;
    }
    uint64_t value = 0;
    for (size_t i = size; i-- > 0;) {
        value = value << 8 | bytes[i];
    }
    if (value > INT64_MAX) {
        return fail(from, -EBADMSG, "a number too large");
    }
    *ret_value = (head & 0x80) != 0 ? -(int64_t)value : (int64_t)value;
    return true;
}

static bool expect(reader *from, const char *what, int64_t expected)
{
    int64_t value = 0;
    char text[128];
    if (!read_number(from, &value)) {
        return false;
    }
    if (value == expected) {
        return true;
    }
    snprintf(text, sizeof(text), "%s is %lld, not %lld", what, (long long)value,
             (long long)expected);
    return fail(from, -EBADMSG, text);
}

static bool expect_name(reader *from, const char *expected)
{
    char name[32], text[64];
    size_t length = strlen(expected);
    if (!expect(from, "the length of its name", (int64_t)length) ||
        !read_bytes(from, name, length)) {
        return false;
    }
    if (memcmp(name, expected, length) == 0) {
        return true;
    }
    snprintf(text, sizeof(text), "its name is not %s", expected);
    return fail(from, -EBADMSG, text);
}

/* A float outside of tensors: mantissa and exponent, both whole numbers. */
static bool read_float(reader *from, float *ret_value)
{
    int64_t mantissa = 0, exponent = 0;
    if (!read_number(from, &mantissa) || !read_number(from, &exponent)) {
        return false;
    }
    if (exponent < INT16_MIN || exponent > INT16_MAX) {
        return fail(from, -EBADMSG, "an exponent too large");
    }
    *ret_value = ldexpf((float)mantissa, (int)exponent);
    return true;
}

/* Floats that only training needs. */
static bool skip_floats(reader *from, int count)
{
    float value = 0;
    for (int i = 0; i < count; i++) {
        if (!read_float(from, &value)) {
            return false;
        }
    }
    return true;
}

static bool expect_mean(reader *from, float expected)
{
    float value = 0;
    return read_float(from, &value) &&
           (value == expected || fail(from, -EBADMSG, "another mean of the pixels"));
}

static bool skip_flags(reader *from, int count)
{
    for (int i = 0; i < count; i++) {
        char flag;
        if (!read_bytes(from, &flag, 1)) {
            return false;
        }
        if (flag != '0' && flag != '1') {
            return fail(from, -EBADMSG, "no flag");
        }
    }
    return true;
}

/* The head of a tensor, version 2, or of a view into one, version 1. */
static bool expect_sizes(reader *from, int version, int samples, int channels, int rows,
                         int columns)
{
    return expect(from, "a tensor's version", version) &&
           expect(from, "a tensor's count", samples) &&
           expect(from, "a tensor's channels", channels) && expect(from, "a tensor's rows", rows) &&
           expect(from, "a tensor's columns", columns);
}

static bool read_values(reader *from, float *to, size_t count)
{
    if (!read_bytes(from, to, count * sizeof(*to))) {
        return false;
    }
    /* 0 times what is not finite is not a number: all others leave the sum 0. */
    float sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += to[i] * 0;
    }
    return sum == 0 || fail(from, -EBADMSG, "a weight is not a number");
}

static size_t weights_of(const fg_dat_convolution *shape)
{
    return (size_t)shape->filters * (size_t)shape->channels * (size_t)shape->side *
           (size_t)shape->side;
}

/* Its weights go to the beginning of the values. */
static bool read_convolution(reader *from, const fg_dat_convolution *shape)
{
    size_t count = weights_of(shape) + (size_t)shape->filters;
    return expect_name(from, "con_4") && expect_sizes(from, 2, (int)count, 1, 1, 1) &&
           read_values(from, from->values, count) &&
           expect(from, "the number of filters", shape->filters) &&
           expect(from, "the filters' rows", shape->side) &&
           expect(from, "the filters' columns", shape->side) &&
           expect(from, "the stride down", shape->stride) &&
           expect(from, "the stride across", shape->stride) &&
           expect(from, "the padding above", shape->padding) &&
           expect(from, "the padding beside", shape->padding) &&
           expect_sizes(from, 1, shape->filters, shape->channels, shape->side, shape->side) &&
           expect_sizes(from, 1, 1, shape->filters, 1, 1) && skip_floats(from, 4);
}

/* Its weights go behind those of the convolution. */
static bool read_affine(reader *from, const fg_dat_convolution *shape)
{
    int filters = shape->filters;
    float *to = from->values + weights_of(shape) + filters;
    return expect_name(from, "affine_") && expect_sizes(from, 2, 2 * filters, 1, 1, 1) &&
           read_values(from, to, 2 * (size_t)filters) && expect_sizes(from, 1, 1, filters, 1, 1) &&
           expect_sizes(from, 1, 1, filters, 1, 1) && expect(from, "its mode", 0);
}

static bool read_pool(reader *from, const char *name, int side, int stride)
{
    return expect_name(from, name) && expect(from, "the window's rows", side) &&
           expect(from, "the window's columns", side) && expect(from, "the stride down", stride) &&
           expect(from, "the stride across", stride) && expect(from, "the padding above", 0) &&
           expect(from, "the padding beside", 0);
}

static bool read_fc(reader *from)
{
    int inputs = from->network->inputs, outputs = from->network->outputs;
    return expect_name(from, "fc_2") && expect(from, "the number of outputs", outputs) &&
           expect(from, "the number of inputs", inputs) &&
           expect_sizes(from, 2, inputs, outputs, 1, 1) &&
           read_values(from, from->values, (size_t)inputs * (size_t)outputs) &&
           expect_sizes(from, 1, inputs, outputs, 1, 1) && expect_sizes(from, 1, 0, 0, 0, 0) &&
           expect(from, "its kind of bias", 1) && skip_floats(from, 4);
}

/* What a layer is, with `shape` that of the last convolution. */
static bool read_layer(reader *from, char letter, const fg_dat_convolution *shape)
{
    switch (letter) {
    case 'c':
        return read_convolution(from, shape);
    case 'a':
        return read_affine(from, shape);
    case 'r':
        return expect_name(from, "relu_");
    case 'm':
        return read_pool(from, "max_pool_2", 3, 2);
    case 'p':
        return read_pool(from, "avg_pool_2", 2, 2);
    case 'e':
        /* A window of no size is the whole map. */
        return read_pool(from, "avg_pool_2", 0, 1);
    case '+':
        return expect_name(from, "add_prev_");
    default:
        return read_fc(from);
    }
}

/* What follows every layer that is one: three flags of its state and three tensors of its training,
 * which are empty, and behind the first how many samples the input makes of one. */
static bool read_state(reader *from)
{
    return skip_flags(from, 3) && expect_sizes(from, 2, 0, 0, 0, 0) &&
           expect_sizes(from, 2, 0, 0, 0, 0) && expect_sizes(from, 2, 0, 0, 0, 0) &&
           (from->layer > 1 || expect(from, "the samples made of one", 1));
}

/* The loss, then each layer's version from the output to the input, then the input. */
static bool read_head(reader *from)
{
    const fg_dat_network *network = from->network;
    bool good = expect(from, "the loss's version", 1) && expect_name(from, "loss_metric_2") &&
                skip_floats(from, 2);
    for (int i = from->layers - 1; good && i >= 0; i--) {
        int version = i == 0 ? 3 : network->layers[i] == 't' ? 1 : 2;
        from->layer = i + 1;
        good = expect(from, "its version", version);
    }
    from->layer = good ? 0 : from->layer;
    good = good && expect_name(from, "input_rgb_image_sized");
    for (int i = 0; good && i < 3; i++) {
        good = expect_mean(from, network->input_means[i]);
    }
    return good && expect(from, "the picture's height", network->input_side) &&
           expect(from, "the picture's width", network->input_side);
}

static bool expect_end(reader *from)
{
    if (getc(from->file) != EOF) {
        return fail(from, -EBADMSG, "more bytes follow");
    }
    return !ferror(from->file) || fail(from, -EIO, "cannot be read");
}

static void give(const reader *from, int index, const fg_dat_convolution *shape, fg_dat_take take,
                 void *context)
{
    fg_dat_weights weights = {.index = index, .filters = from->values};
    if (shape != NULL) {
        weights.bias = from->values + weights_of(shape);
        weights.gamma = weights.bias + shape->filters;
        weights.beta = weights.gamma + shape->filters;
    }
    take(context, &weights);
}

static bool read_layers(reader *from, fg_dat_take take, void *context)
{
    const char *layers = from->network->layers;
    int next = 0;
    for (int i = 0; i < from->layers; i++) {
        const fg_dat_convolution *last = &from->network->convolutions[next > 0 ? next - 1 : 0];
        if (layers[i] == 't') {
            continue;
        }
        if (layers[i] == 'c') {
            last = &from->network->convolutions[next++];
        }
        from->layer = i + 1;
        if (!read_layer(from, layers[i], last) || !read_state(from)) {
            return false;
        }
        if (layers[i] == 'a') {
            give(from, next - 1, last, take, context);
        } else if (layers[i] == 'f') {
            give(from, next, NULL, take, context);
        }
    }
    return expect_end(from);
}

/* Floats of the layer that has most. */
static size_t count_values(const fg_dat_network *network)
{
    size_t most = (size_t)network->inputs * (size_t)network->outputs;
    int next = 0;
    for (const char *layer = network->layers; *layer != '\0'; layer++) {
        if (*layer == 'c') {
            const fg_dat_convolution *shape = &network->convolutions[next++];
            size_t count = weights_of(shape) + 3 * (size_t)shape->filters;
            most = count > most ? count : most;
        }
    }
    return most;
}

int fg_dat_read(FILE *file, const fg_dat_network *network, fg_dat_take take, void *context,
                fg_error *error)
{
    reader from = {
        .file = file, .network = network, .layers = (int)strlen(network->layers), .error = error};
    from.values = malloc(count_values(network) * sizeof(*from.values));
    if (from.values == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory for a layer");
    }
    if (read_head(&from)) {
        read_layers(&from, take, context);
    }
    free(from.values);
    return from.result;
}
