/* Any bytes are either refused with a text, or give each layer of a small network once. */
#include "../support/small_network.h"
#include "fuzz.h"

#include <errno.h>
#include <math.h>

static void expect_numbers(const float *values, int count)
{
    for (int i = 0; i < count; i++) {
        fg_fuzz_expect(isfinite(values[i]), "a weight that is no number");
    }
}

static void take(void *context, const fg_dat_weights *weights)
{
    int *taken = context;
    fg_fuzz_expect(weights->index == (*taken)++, "a layer out of order");
    if (weights->bias == NULL) {
        expect_numbers(weights->filters, small_network.inputs * small_network.outputs);
        return;
    }
    const fg_dat_convolution *shape = &small_convolutions[weights->index];
    expect_numbers(weights->filters, shape->filters * shape->channels * shape->side * shape->side);
    expect_numbers(weights->bias, shape->filters);
    expect_numbers(weights->gamma, shape->filters);
    expect_numbers(weights->beta, shape->filters);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int taken = 0;
    fg_error error = {""};
    FILE *file = size > 0 ? fmemopen((void *)(uintptr_t)data, size, "rb") : NULL;
    if (file == NULL) {
        return 0;
    }
    int result = fg_dat_read(file, &small_network, take, &taken, &error);
    fclose(file);
    if (result == 0) {
        fg_fuzz_expect(taken == 4, "layers are missing");
    } else {
        fg_fuzz_expect(result == -EBADMSG, "another error");
        fg_fuzz_expect_line(error.text);
    }
    return 0;
}
