/* Any bytes are either refused with a text, or give a network that runs: on a small picture, and
 * one that a run of is short, since the limits of a real one would let the fuzzer do nothing else.
 */
#include "kernels/isa.h"
#include "kernels/network.h"
#include "kernels/network_kernels.h"
#include "kernels/network_plan.h"

#include "fuzz.h"

#include <errno.h>

#define MOST_BYTES 65536
#define MOST_SIDE  64
#define MOST_WORK  20000000

extern const fg_network_kernels fg_network_kernels_fuzz;
static const fg_kernels kernels = {.isa = "fuzz", .network = &fg_network_kernels_fuzz};

/* Multiplications of the convolutions of a run, about. */
static double work_of(const fg_network *network)
{
    double work = 0;
    for (int i = 0; i < network->layer_count; i++) {
        const fg_layer *layer = &network->layers[i];
        const fg_activation *in = &network->activations[layer->in];
        const fg_activation *out = &network->activations[layer->out];
        double channels = layer->does == FG_STEP_PRODUCT ? in->channels : 1;
        work +=
            (double)out->height * out->width * out->pitch * channels * layer->rows * layer->columns;
    }
    return work;
}

static void run(fg_network *network)
{
    static float picture[MOST_SIDE * MOST_SIDE * 3];
    float once[FG_NETWORK_OUTPUTS], again[FG_NETWORK_OUTPUTS];
    size_t outputs = (size_t)fg_network_outputs(network);
    fg_fuzz_expect(outputs >= 2 && outputs <= FG_NETWORK_OUTPUTS, "no outputs");
    for (size_t i = 0; i < sizeof(picture) / sizeof(picture[0]); i++) {
        picture[i] = (float)(i * 31 % 256);
    }
    fg_network_run(network, picture, once);
    fg_network_run(network, picture, again);
    fg_fuzz_expect(memcmp(once, again, outputs * sizeof(*once)) == 0, "another result");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fg_onnx *model = NULL;
    fg_network *network = NULL;
    fg_error error = {""};
    if (size == 0 || size > MOST_BYTES) {
        return 0;
    }
    int result = fg_onnx_read((const char *)data, size, &model, &error);
    if (result == 0) {
        result = fg_network_create(&kernels, model, &network, &error);
    }
    fg_onnx_free(model);
    if (result != 0) {
        fg_fuzz_expect(result == -EBADMSG || result == -ENOTSUP, "another error");
        fg_fuzz_expect(network == NULL, "a network of what was refused");
        fg_fuzz_expect_line(error.text);
        return 0;
    }
    if (fg_network_side(network) <= MOST_SIDE && work_of(network) <= MOST_WORK) {
        run(network);
    }
    fg_network_free(network);
    return 0;
}
