#include "dat_writer.h"

#include "small_network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct writer {
    uint8_t bytes[8192];
    size_t size;
    int layer;
    float next; /* weight */
    const damage *damaged;
} writer;

size_t write_number(int64_t value, uint8_t *ret_bytes)
{
    uint64_t rest = value < 0 ? (uint64_t)0 - (uint64_t)value : (uint64_t)value;
    size_t size = 0;
    do {
        ret_bytes[++size] = (uint8_t)rest;
        rest >>= 8;
    } while (rest != 0);
    ret_bytes[0] = (uint8_t)(size | (value < 0 ? 0x80 : 0));
    return size + 1;
}

static void number(writer *to, const char *what, int64_t value)
{
    const damage *damaged = to->damaged;
    if (damaged != NULL && damaged->layer == to->layer && strcmp(damaged->what, what) == 0) {
        value = damaged->value;
    }
    to->size += write_number(value, to->bytes + to->size);
}

static void bytes(writer *to, const void *from, size_t size)
{
    memcpy(to->bytes + to->size, from, size);
    to->size += size;
}

static void name(writer *to, const char *text)
{
    number(to, "the length of its name", (int64_t)strlen(text));
    bytes(to, text, strlen(text));
}

static void real(writer *to, float value)
{
    int exponent;
    int64_t mantissa = (int64_t)ldexpf(frexpf(value, &exponent), 24);
    number(to, "a mantissa", mantissa);
    number(to, "an exponent", exponent - 24);
}

static void reals(writer *to, int count)
{
    for (int i = 0; i < count; i++) {
        real(to, 1.5F);
    }
}

static void sizes(writer *to, int version, int samples, int channels, int rows, int columns)
{
    number(to, "a tensor's version", version);
    number(to, "a tensor's count", samples);
    number(to, "a tensor's channels", channels);
    number(to, "a tensor's rows", rows);
    number(to, "a tensor's columns", columns);
}

static void weights(writer *to, int count)
{
    for (int i = 0; i < count; i++) {
        to->next++;
        bytes(to, &to->next, sizeof(to->next));
    }
}

static void con(writer *to, const fg_dat_convolution *shape)
{
    int count = shape->filters * shape->channels * shape->side * shape->side + shape->filters;
    name(to, "con_4");
    sizes(to, 2, count, 1, 1, 1);
    weights(to, count);
    number(to, "the number of filters", shape->filters);
    number(to, "the filters' rows", shape->side);
    number(to, "the filters' columns", shape->side);
    number(to, "the stride down", shape->stride);
    number(to, "the stride across", shape->stride);
    number(to, "the padding above", shape->padding);
    number(to, "the padding beside", shape->padding);
    sizes(to, 1, shape->filters, shape->channels, shape->side, shape->side);
    sizes(to, 1, 1, shape->filters, 1, 1);
    reals(to, 4);
}

static void affine(writer *to, int filters)
{
    name(to, "affine_");
    sizes(to, 2, 2 * filters, 1, 1, 1);
    weights(to, 2 * filters);
    sizes(to, 1, 1, filters, 1, 1);
    sizes(to, 1, 1, filters, 1, 1);
    number(to, "its mode", 0);
}

static void pool(writer *to, const char *kind, int side, int stride)
{
    name(to, kind);
    number(to, "the window's rows", side);
    number(to, "the window's columns", side);
    number(to, "the stride down", stride);
    number(to, "the stride across", stride);
    number(to, "the padding above", 0);
    number(to, "the padding beside", 0);
}

static void fc(writer *to, int inputs, int outputs)
{
    name(to, "fc_2");
    number(to, "the number of outputs", outputs);
    number(to, "the number of inputs", inputs);
    sizes(to, 2, inputs, outputs, 1, 1);
    weights(to, inputs * outputs);
    sizes(to, 1, inputs, outputs, 1, 1);
    sizes(to, 1, 0, 0, 0, 0);
    number(to, "its kind of bias", 1);
    reals(to, 4);
}

static void head(writer *to)
{
    const fg_dat_network *network = &small_network;
    number(to, "the loss's version", 1);
    name(to, "loss_metric_2");
    reals(to, 2);
    for (int i = (int)strlen(network->layers); i > 0; i--) {
        to->layer = i;
        number(to, "its version", i == 1 ? 3 : network->layers[i - 1] == 't' ? 1 : 2);
    }
    to->layer = 0;
    name(to, "input_rgb_image_sized");
    for (int i = 0; i < 3; i++) {
        real(to, network->input_means[i]);
    }
    number(to, "the picture's height", network->input_side);
    number(to, "the picture's width", network->input_side);
}

static void layer(writer *to, char letter, const fg_dat_convolution *last)
{
    switch (letter) {
    case 'c':
        con(to, last);
        break;
    case 'a':
        affine(to, last->filters);
        break;
    case 'm':
        pool(to, "max_pool_2", 3, 2);
        break;
    case 'p':
        pool(to, "avg_pool_2", 2, 2);
        break;
    case 'e':
        pool(to, "avg_pool_2", 0, 1);
        break;
    case 'f':
        fc(to, small_network.inputs, small_network.outputs);
        break;
    default:
        name(to, letter == 'r' ? "relu_" : "add_prev_");
    }
    bytes(to, "110", 3);
    for (int i = 0; i < 3; i++) {
        sizes(to, 2, 0, 0, 0, 0);
    }
}

uint8_t *write_dat(const damage *damaged, size_t *ret_size)
{
    int next = 0;
    writer *to = calloc(1, sizeof(*to));
    if (to == NULL) {
        abort();
    }
    to->damaged = damaged;
    head(to);
    for (int i = 0; small_network.layers[i] != '\0'; i++) {
        char letter = small_network.layers[i];
        if (letter != 't') {
            to->layer = i + 1;
            next += letter == 'c';
            layer(to, letter, &small_convolutions[next - 1]);
        }
        if (i == 0) {
            number(to, "the samples made of one", 1);
        }
    }
    *ret_size = to->size;
    /* No byte behind the file, so that a reader that goes on is seen. */
    uint8_t *exact = malloc(to->size);
    if (exact == NULL) {
        abort();
    }
    memcpy(exact, to->bytes, to->size);
    free(to);
    return exact;
}
