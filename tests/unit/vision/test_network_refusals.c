/* Networks of ONNX files that cannot be run: each is refused, and the text names the operator and
 * what is wrong with it. */
#include "kernels/network.h"
#include "onnx_writer.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int create(const onnx_message *file, fg_network **ret_network, fg_error *ret_error)
{
    fg_onnx *model = NULL;
    int result = fg_onnx_read(file->data, file->size, &model, ret_error);
    if (result == 0) {
        result = fg_network_create(fg_kernels_here(0), model, ret_network, ret_error);
    }
    fg_onnx_free(model);
    return result;
}

/* A network of one operator, on a picture "x" of this side, with tensors of all kinds. */
static onnx_message make_file(const char *input, const char *operator, const char * inputs,
                              const char *attributes)
{
    static const float floats[4096] = {1};
    static const int64_t numbers[] = {1, -1, 3, 4, 5, 6, 7, 8};
    static const char *const shapes[] = {"4,3,3,3",   "3,1,3,3",   "2,4,3,3", "3,2",    "2,3",
                                         "3",         "1",         "2",       "1,3",    "1,3,1,65",
                                         "8,3,12,12", "2,3,17,16", "6,1,3,3", "3,3,1,1"};
    onnx_message graph = {.data = NULL};
    onnx_add_value(&graph, ONNX_INPUT, "x", input);
    for (size_t i = 0; i < COUNT(shapes); i++) {
        size_t count = 1;
        for (const char *at = shapes[i]; at != NULL; at = strchr(at, ',')) {
            at += *at == ',';
            count *= strtoul(at, NULL, 10);
        }
        onnx_add_floats(&graph, shapes[i], shapes[i], floats, count, ONNX_RAW);
    }
    onnx_add_numbers(&graph, "n1", "", numbers, 1, ONNX_RAW);
    onnx_add_numbers(&graph, "n2", "2", numbers, 2, ONNX_RAW);
    onnx_add_numbers(&graph, "n8", "8", numbers, 8, ONNX_RAW);
    onnx_add_node(&graph, "GlobalAveragePool", "x", "mean", "");
    onnx_add_node(&graph, "Flatten", "mean", "row", "");
    onnx_add_node(&graph, "Conv", "x 3,3,1,1", "like", "");
    onnx_add_node(&graph, "Conv", "x 3,1,3,3", "small", "group=3");
    onnx_add_node(&graph, operator, inputs, "made", attributes);
    onnx_add_node(&graph, "Gemm", "row 3,2", "out", "");
    onnx_add_value(&graph, ONNX_OUTPUT, "out", "1,2");
    return onnx_make_model(&graph);
}

static void expect_refusal(onnx_message *file, int code, const char *text)
{
    fg_network *network = NULL;
    fg_error error = {""};
    int result = create(file, &network, &error);
    if (result != code || strcmp(error.text, text) != 0) {
        fail_msg("%d \"%s\", not %d \"%s\"", result, error.text, code, text);
    }
    assert_null(network);
    onnx_free(file);
}

static void names_the_operator_that_cannot_be_run(void **state)
{
    (void)state;
#define WINDOWS                                                                                    \
    "operator Conv \"\": its windows must be at most 64x64, without gaps and with explicit pads, " \
    "and its group 1 or the number of its channels"
#define SIZE           "operator Conv \"\": what it makes is empty or too large"
#define NO_INPUT(name) "operator " name " \"\": its input is missing"
#define NO_WEIGHTS     "operator Conv \"\": its input or its weights are missing"
#define NO_MATRIX      "operator MatMul \"\": it must multiply a row by a matrix of the file"
#define NO_SUM         "operator Add \"\": it must add two activations of the same size"
#define NO_SCALE       "operator Mul \"\": it must multiply each channel by one number"
#define NO_NUMBERS     "operator BatchNormalization \"\": its numbers are not one for each channel"
#define NO_FACTORS     "operator Gemm \"\": its alpha and beta must be 1, and its transA 0"
#define NO_SHAPE       "operator Reshape \"\": it must make one row of numbers of its input"
#define NOT_ONE        "operator Gather \"\": it must take one number of a list of whole numbers"
#define ALL                                                                                        \
    "\"\": facegate does not run it, only Add, BatchNormalization, Concat, Constant, Conv, "       \
    "Dropout, Flatten, Gather, Gemm, GlobalAveragePool, Identity, MatMul, Mul, PRelu, Relu, "      \
    "Reshape, Shape, Sigmoid, Unsqueeze"
    static const struct {
        const char *operator, * inputs, *attributes;
        int code;
        const char *text;
    } table[] = {
        {"Softmax", "x", "", -ENOTSUP, "operator Softmax " ALL},
        {"conv", "x", "", -ENOTSUP, "operator conv " ALL},
        {"", "", "", -ENOTSUP, "operator  " ALL},
        {"\x1b[2J\n\xff", "", "", -ENOTSUP, "operator ?[2J?? " ALL},
        {"Conv", "", "", -EBADMSG, NO_WEIGHTS},
        {"Conv", "x", "", -EBADMSG, NO_WEIGHTS},
        {"Conv", "x x", "", -EBADMSG, NO_WEIGHTS},
        {"Conv", "out 4,3,3,3", "", -EBADMSG, NO_WEIGHTS},  /* made after it */
        {"Conv", "made 4,3,3,3", "", -EBADMSG, NO_WEIGHTS}, /* by itself */
        {"Conv", "4,3,3,3 4,3,3,3", "", -EBADMSG, NO_WEIGHTS},
        {"Conv", "x n1", "", -EBADMSG, NO_WEIGHTS},
        {"Conv", "x 2,3", "", -EBADMSG, NO_WEIGHTS},
        {"Conv", "x 2,4,3,3", "", -EBADMSG, "operator Conv \"\": its weights do not fit its input"},
        {"Conv", "x 4,3,3,3 3", "", -EBADMSG,
         "operator Conv \"\": its bias is not one number for each filter"},
        {"Conv", "x 4,3,3,3 n1", "", -EBADMSG,
         "operator Conv \"\": its bias is not one number for each filter"},
        {"Conv", "x 1,3,1,65", "pads=40,40,40,40", -ENOTSUP, WINDOWS},
        {"Conv", "x 4,3,3,3", "strides=0,1", -ENOTSUP, WINDOWS},
        {"Conv", "x 4,3,3,3", "strides=1,65", -ENOTSUP, WINDOWS},
        {"Conv", "x 4,3,3,3", "strides=2,2,2", -ENOTSUP, WINDOWS},
        {"Conv", "x 4,3,3,3", "strides=2", -ENOTSUP, WINDOWS},
        {"Conv", "x 4,3,3,3", "pads=-1,0,0,0", -ENOTSUP, WINDOWS},
        {"Conv", "x 4,3,3,3", "pads=0,0,0,65", -ENOTSUP, WINDOWS},
        {"Conv", "x 4,3,3,3", "dilations=1,2", -ENOTSUP, WINDOWS},
        {"Conv", "x 4,3,3,3", "auto_pad=SAME_UPPER", -ENOTSUP, WINDOWS},
        {"Conv", "x 4,3,3,3", "auto_pad=NOTSET", 0, NULL},
        {"Conv", "x 4,3,3,3", "group=3", -ENOTSUP, WINDOWS},
        {"Conv", "x 4,3,3,3", "group=0", -ENOTSUP, WINDOWS},
        {"Conv", "x 6,1,3,3", "group=3", -ENOTSUP, WINDOWS},
        {"Conv", "x 2,3,17,16", "", -EBADMSG, SIZE},
        {"Conv", "mean 4,3,3,3", "", -EBADMSG, SIZE},
        {"MatMul", "x 3,2", "", -ENOTSUP, NO_MATRIX},
        {"MatMul", "mean 3,2", "", -ENOTSUP, NO_MATRIX},
        {"MatMul", "row row", "", -ENOTSUP, NO_MATRIX},
        {"MatMul", "row 3", "", -ENOTSUP, NO_MATRIX},
        {"MatMul", "row 2,3", "", -EBADMSG,
         "operator MatMul \"\": its weights do not fit its input"},
        {"Gemm", "row 3,2", "transB=1", -EBADMSG,
         "operator Gemm \"\": its weights do not fit its input"},
        {"Gemm", "row 3,2", "transA=1", -ENOTSUP, NO_FACTORS},
        {"Gemm", "row 3,2", "alpha=0.5", -ENOTSUP, NO_FACTORS},
        {"Gemm", "row 3,2", "beta=0.0", -ENOTSUP, NO_FACTORS},
        {"Gemm", "row 3,2 3", "", -EBADMSG,
         "operator Gemm \"\": its bias is not one number for each filter"},
        {"BatchNormalization", "3 3 3 3 3", "", -EBADMSG, NO_INPUT("BatchNormalization")},
        {"BatchNormalization", "x 3 3 3", "", -EBADMSG, NO_NUMBERS},
        {"BatchNormalization", "x 3 3 3 1", "", -EBADMSG, NO_NUMBERS},
        {"BatchNormalization", "x 3 3 3 3", "epsilon=-2.0", -EBADMSG,
         "operator BatchNormalization \"\": a variance is not above 0"},
        {"BatchNormalization", "x 3 3 3 3", "epsilon=-1.0", -EBADMSG,
         "operator BatchNormalization \"\": a variance is not above 0"},
        {"PRelu", "x", "", -EBADMSG, "operator PRelu \"\": its slopes are missing"},
        {"PRelu", "3 3", "", -EBADMSG, NO_INPUT("PRelu")},
        {"PRelu", "x 2", "", -ENOTSUP,
         "operator PRelu \"\": it must have one slope, or one for each channel"},
        {"Relu", "", "", -EBADMSG, NO_INPUT("Relu")},
        {"Sigmoid", "n1", "", -EBADMSG, NO_INPUT("Sigmoid")},
        {"GlobalAveragePool", "row", "", -EBADMSG, NO_INPUT("GlobalAveragePool")},
        {"Identity", "3", "", -EBADMSG, NO_INPUT("Identity")},
        {"Shape", "n2", "", -EBADMSG, NO_INPUT("Shape")},
        {"Add", "x 3", "", -ENOTSUP, "operator Add \"\": it must add two activations"},
        {"Add", "x", "", -ENOTSUP, "operator Add \"\": it must add two activations"},
        {"Add", "x small", "", -ENOTSUP, NO_SUM},
        {"Add", "x mean", "", -ENOTSUP, NO_SUM},
        {"Add", "mean row", "", -ENOTSUP, NO_SUM},
        {"Mul", "x x", "", -ENOTSUP, NO_SCALE},
        {"Mul", "x row", "", -ENOTSUP, NO_SCALE},
        {"Mul", "row x", "", -ENOTSUP, NO_SCALE},
        {"Mul", "mean 3", "", -ENOTSUP, NO_SCALE},
        {"Mul", "x", "", -ENOTSUP, NO_SCALE},
        {"Flatten", "x", "", -ENOTSUP,
         "operator Flatten \"\": its input must be an activation of one position"},
        {"Flatten", "mean", "axis=0", -ENOTSUP, "operator Flatten \"\": its axis must be 1"},
        {"Reshape", "mean", "", -ENOTSUP, NO_SHAPE},
        {"Reshape", "mean n1", "", -ENOTSUP, NO_SHAPE},
        {"Reshape", "mean n8", "", -ENOTSUP, NO_SHAPE},
        {"Reshape", "mean 2", "", -ENOTSUP, NO_SHAPE},
        {"Reshape", "x n2", "", -ENOTSUP,
         "operator Reshape \"\": its input must be an activation of one position"},
        {"Constant", "", "", -ENOTSUP, "operator Constant \"\": its value must be whole numbers"},
        {"Constant", "", "value=1", -ENOTSUP,
         "operator Constant \"\": its value must be whole numbers"},
        {"Gather", "n8 n2", "", -ENOTSUP, NOT_ONE},
        {"Gather", "n8", "", -ENOTSUP, NOT_ONE},
        {"Gather", "n8 n1", "axis=1", -ENOTSUP, NOT_ONE},
        {"Gather", "n1 n1", "", -EBADMSG,
         "operator Gather \"\": the list has no number at that place"},
        {"Unsqueeze", "n2", "", -ENOTSUP,
         "operator Unsqueeze \"\": its input must be one whole number"},
        {"Concat", "n8 n1", "", -ENOTSUP,
         "operator Concat \"\": its inputs must be whole numbers, at most 8 in all"},
        {"Concat", "n1 x", "", -ENOTSUP,
         "operator Concat \"\": its inputs must be whole numbers, at most 8 in all"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        onnx_message file =
            make_file("1,3,16,16", table[i].operator, table[i].inputs, table[i].attributes);
        if (table[i].text != NULL) {
            expect_refusal(&file, table[i].code, table[i].text);
            continue;
        }
        fg_network *network = NULL;
        fg_error error = {""};
        assert_int_equal(create(&file, &network, &error), 0);
        fg_network_free(network);
        onnx_free(&file);
    }
}

/* Convolutions one after the other, all with the same weights. */
static onnx_message make_chain(const char *input, const char *weights, int operators,
                               const char *attributes)
{
    char name[16] = "x", next[16], inputs[64];
    onnx_message graph = {.data = NULL};
    size_t count = 1;
    for (const char *at = weights; at != NULL; at = strchr(at, ',')) {
        at += *at == ',';
        count *= strtoul(at, NULL, 10);
    }
    float *floats = calloc(count, sizeof(*floats));
    assert_non_null(floats);
    onnx_add_value(&graph, ONNX_INPUT, "x", input);
    onnx_add_floats(&graph, "w", weights, floats, count, ONNX_RAW);
    for (int i = 0; i < operators; i++) {
        snprintf(inputs, sizeof(inputs), "%s w", name);
        snprintf(next, sizeof(next), "made%d", i);
        onnx_add_node(&graph, "Conv", inputs, next, attributes);
        strcpy(name, next);
    }
    onnx_add_value(&graph, ONNX_OUTPUT, name, "");
    free(floats);
    return onnx_make_model(&graph);
}

static void refuses_what_takes_too_much(void **state)
{
    (void)state;
    static const struct {
        const char *input, *weights;
        int operators, code;
        const char *attributes, *text;
    } table[] = {
        /* 512 * 512 positions of a vector each, 7 * 7 * 3 multiplications for each number. */
        {"1,3,512,512", "3,3,7,7", 14, -ENOTSUP, "pads=3,3,3,3",
         "operator Conv \"\": the network takes too long to run"},
        {"1,3,512,512", "3,3,1,1", 17, -EBADMSG, "",
         "operator Conv \"\": what it makes is empty or too large"},
        {"1,3,64,64", "3,3,64,64", 342, -ENOTSUP, "pads=32,32,31,31",
         "operator Conv \"\": the network takes too long to run"},
        {"1,3,64,64", "3,3,64,64", 342, -ENOTSUP, "pads=64,64,64,64 strides=64,64",
         "operator Conv \"\": the network takes too much memory"},
        {"1,3,64,64", "4096,3,1,1", 1, -EBADMSG, "pads=64,64,64,64",
         "operator Conv \"\": what it makes is empty or too large"},
        {"1,3,64,64", "4097,3,1,1", 1, -EBADMSG, "",
         "operator Conv \"\": what it makes is empty or too large"},
        {"1,3,512,512", "1,3,1,1", 1, -EBADMSG, "pads=1,0,0,0",
         "operator Conv \"\": what it makes is empty or too large"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        onnx_message file =
            make_chain(table[i].input, table[i].weights, table[i].operators, table[i].attributes);
        expect_refusal(&file, table[i].code, table[i].text);
    }
}

/* A row of windows of a million numbers each, for one filter. */
static void refuses_windows_that_take_too_much_memory(void **state)
{
    (void)state;
    enum { CHANNELS = 1024, WINDOW = CHANNELS * 64 * 16 };
    float *floats = calloc(WINDOW, sizeof(*floats));
    assert_non_null(floats);
    onnx_message graph = {.data = NULL};
    onnx_add_value(&graph, ONNX_INPUT, "x", "1,3,16,16");
    onnx_add_floats(&graph, "many", "1024,3,1,1", floats, 3 * CHANNELS, ONNX_RAW);
    onnx_add_floats(&graph, "one", "1,1024,64,16", floats, WINDOW, ONNX_RAW);
    onnx_add_node(&graph, "Conv", "x many", "made", "");
    onnx_add_node(&graph, "Conv", "made one", "out", "pads=64,64,64,64 strides=64,1");
    onnx_add_value(&graph, ONNX_OUTPUT, "out", "");
    free(floats);
    onnx_message file = onnx_make_model(&graph);
    expect_refusal(&file, -ENOTSUP, "operator Conv \"\": the network takes too much memory");
}

static void refuses_another_input_or_output(void **state)
{
    (void)state;
    static const char bad_input[] = "its input is not one picture of three channels, as high as "
                                    "wide, of 16 to 512 pixels";
    static const char bad_output[] = "its output is not a score for each of 2 to 8 classes";
    static const char no_name[] = "operator Identity \"\": its output has no name of its own";
    static const struct {
        const char *input, *made, *output;
        int code;
        const char *text;
    } table[] = {
        {"1,3,16", "a", "a", -ENOTSUP, bad_input},
        {"", "a", "a", -ENOTSUP, bad_input},
        {"2,3,16,16", "a", "a", -ENOTSUP, bad_input},
        {"1,1,16,16", "a", "a", -ENOTSUP, bad_input},
        {"1,3,15,15", "a", "a", -ENOTSUP, bad_input},
        {"1,3,16,17", "a", "a", -ENOTSUP, bad_input},
        {"1,3,513,513", "a", "a", -ENOTSUP, bad_input},
        {"1,3,-16,-16", "a", "a", -ENOTSUP, bad_input},
        {"1,3,16,16", "a", "a", -ENOTSUP, bad_output}, /* a picture */
        {"0,3,16,16", "a", "x", -ENOTSUP, bad_output},
        {"0,3,16,16", "a", "b", -ENOTSUP, bad_output},
        {"0,3,16,16", "a", "shape", -ENOTSUP, bad_output},
        {"0,3,16,16", "a", "one", -ENOTSUP, bad_output},
        {"0,3,16,16", "a", "nine", -ENOTSUP, bad_output},
        {"0,3,16,16", "x", "x", -EBADMSG, no_name},
        {"0,3,16,16", "", "x", -EBADMSG, no_name},
        {"0,3,16,16", "mean", "mean", -EBADMSG, no_name},
    };
    static const float floats[27] = {0};
    for (size_t i = 0; i < COUNT(table); i++) {
        onnx_message graph = {.data = NULL};
        onnx_add_value(&graph, ONNX_INPUT, "x", table[i].input);
        onnx_add_floats(&graph, "3x1", "1,3,1,1", floats, 3, ONNX_RAW);
        onnx_add_floats(&graph, "3x9", "9,3,1,1", floats, 27, ONNX_RAW);
        onnx_add_node(&graph, "GlobalAveragePool", "x", "mean", "");
        onnx_add_node(&graph, "Shape", "x", "shape", "");
        onnx_add_node(&graph, "Conv", "mean 3x1", "one", "");
        onnx_add_node(&graph, "Conv", "mean 3x9", "nine", "");
        onnx_add_node(&graph, "Identity", "x", table[i].made, "");
        onnx_add_value(&graph, ONNX_OUTPUT, table[i].output, "");
        onnx_message file = onnx_make_model(&graph);
        expect_refusal(&file, table[i].code, table[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_the_operator_that_cannot_be_run),
        cmocka_unit_test(refuses_what_takes_too_much),
        cmocka_unit_test(refuses_windows_that_take_too_much_memory),
        cmocka_unit_test(refuses_another_input_or_output),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
