/* The reader of ONNX files: gives what is in a file, and of any other file says what is wrong and
 * at which byte. */
#include "facegate/text.h"
#include "kernels/onnx.h"
#include "onnx_writer.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Reads a copy that ends where its memory ends; `ret_model` may be NULL. What is read lies in
 * `ret_copy`. */
static int read_copy(const char *data, size_t size, char **ret_copy, fg_onnx **ret_model,
                     fg_error *ret_error)
{
    *ret_copy = malloc(size > 0 ? size : 1);
    assert_non_null(*ret_copy);
    if (size > 0) {
        memcpy(*ret_copy, data, size);
    }
    return fg_onnx_read(*ret_copy, size, ret_model, ret_error);
}

static void refuse(const char *data, size_t size, const char *text)
{
    char *copy;
    fg_onnx *model = NULL;
    fg_error error = {""};
    assert_int_equal(read_copy(data, size, &copy, &model, &error), -EBADMSG);
    assert_string_equal(error.text, text);
    assert_null(model);
    free(copy);
}

/* Refused with one line, or read. */
static bool can_read(const char *data, size_t size)
{
    char *copy;
    fg_onnx *model = NULL;
    fg_error error = {""};
    int result = read_copy(data, size, &copy, &model, &error);
    if (result != 0) {
        assert_int_equal(result, -EBADMSG);
        assert_int_equal(fg_text_check(error.text, sizeof(error.text), NULL), 0);
    }
    fg_onnx_free(model);
    free(copy);
    return result == 0;
}

static onnx_message start_graph(void)
{
    onnx_message graph = {.data = NULL};
    onnx_add_value(&graph, ONNX_INPUT, "in", "1,3,16,16");
    onnx_add_value(&graph, ONNX_OUTPUT, "out", "1,2");
    return graph;
}

static void gives_what_is_in_a_file(void **state)
{
    (void)state;
    static const float floats[] = {1.5F, -2, 0};
    static const int64_t numbers[] = {-1, 9000000000, 3};
    char *copy;
    fg_onnx *model = NULL;
    fg_error error = {""};
    onnx_message graph = start_graph();
    onnx_add_floats(&graph, "raw", "3,1", floats, 3, ONNX_RAW);
    onnx_add_floats(&graph, "packed", "3", floats, 3, ONNX_PACKED);
    onnx_add_numbers(&graph, "n-raw", "3", numbers, 3, ONNX_RAW);
    onnx_add_numbers(&graph, "n-packed", "3", numbers, 3, ONNX_PACKED);
    onnx_add_numbers(&graph, "n-single", "", numbers, 1, ONNX_SINGLE);
    onnx_add_node(&graph, "Conv", "in raw", "made", "pads=1,-2 group=7 epsilon=0.25 auto_pad=SAME");
    onnx_add_constant(&graph, "number", 42);
    onnx_message file = onnx_make_model(&graph);
    onnx_add_property(&file, "facegate_alive", "1");
    assert_int_equal(read_copy(file.data, file.size, &copy, &model, &error), 0);

    assert_true(fg_onnx_is(model->input.name, "in") && fg_onnx_is(model->output.name, "out"));
    assert_int_equal(model->input.dimensions.count, 4);
    assert_int_equal(model->input.dimensions.at[2], 16);
    assert_int_equal(model->tensor_count, 5);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(model->tensors[i].type, FG_ONNX_FLOAT);
        assert_int_equal(model->tensors[i].count, 3);
        for (size_t j = 0; j < 3; j++) {
            assert_float_equal(fg_onnx_float(&model->tensors[i], j), floats[j], 0);
        }
    }
    assert_int_equal(model->tensors[0].dimensions.count, 2);
    for (int i = 2; i < 5; i++) {
        assert_int_equal(model->tensors[i].type, FG_ONNX_INT64);
        for (int j = 0; j < model->tensors[i].numbers.count; j++) {
            assert_int_equal(model->tensors[i].numbers.at[j], numbers[j]);
        }
    }
    assert_int_equal(model->tensors[4].count, 1);
    assert_ptr_equal(fg_onnx_find_tensor(model, (fg_onnx_text){"n-raw", 5}), &model->tensors[2]);
    assert_null(fg_onnx_find_tensor(model, (fg_onnx_text){"n-ra", 4}));

    const fg_onnx_node *node = &model->nodes[0];
    assert_int_equal(model->node_count, 2);
    assert_true(fg_onnx_is(node->operator, "Conv") && fg_onnx_is(node->output, "made"));
    assert_int_equal(node->input_count, 2);
    assert_true(fg_onnx_is(node->inputs[1], "raw"));
    assert_int_equal(fg_onnx_find_attribute(node, "pads")->numbers.count, 2);
    assert_int_equal(fg_onnx_find_attribute(node, "pads")->numbers.at[1], -2);
    assert_int_equal(fg_onnx_find_attribute(node, "group")->number, 7);
    assert_float_equal(fg_onnx_find_attribute(node, "epsilon")->value, 0.25F, 0);
    assert_true(fg_onnx_is(fg_onnx_find_attribute(node, "auto_pad")->text, "SAME"));
    assert_null(fg_onnx_find_attribute(node, "strides"));
    assert_int_equal(fg_onnx_find_attribute(&model->nodes[1], "value")->tensor.numbers.at[0], 42);
    assert_true(fg_onnx_is(*fg_onnx_find_property(model, "facegate_alive"), "1"));
    assert_null(fg_onnx_find_property(model, "facegate"));
    fg_onnx_free(model);
    free(copy);
    onnx_free(&file);
}

/* Old files name each tensor among what goes in. */
static void an_input_that_a_tensor_stands_for_is_none(void **state)
{
    (void)state;
    static const float one = 1;
    char *copy;
    fg_onnx *model = NULL;
    fg_error error = {""};
    onnx_message graph = {.data = NULL};
    onnx_add_value(&graph, ONNX_INPUT, "weights", "1");
    onnx_add_value(&graph, ONNX_INPUT, "in", "1,3,16,16");
    onnx_add_value(&graph, ONNX_INPUT, "more", "1");
    onnx_add_value(&graph, ONNX_OUTPUT, "out", "1,2");
    onnx_add_floats(&graph, "weights", "1", &one, 1, ONNX_RAW);
    onnx_add_floats(&graph, "more", "1", &one, 1, ONNX_RAW);
    onnx_message file = onnx_make_model(&graph);
    assert_int_equal(read_copy(file.data, file.size, &copy, &model, &error), 0);
    assert_true(fg_onnx_is(model->input.name, "in"));
    fg_onnx_free(model);
    free(copy);
    onnx_free(&file);
}

static void refuses_a_file_that_is_cut_anywhere(void **state)
{
    (void)state;
    onnx_message file = onnx_make_small(16, 1);
    size_t whole = file.size;
    onnx_add_property(&file, "facegate_alive", "1");
    for (size_t cut = 0; cut < file.size; cut++) {
        /* What is left is a file without the property. */
        assert_int_equal(can_read(file.data, cut), cut == whole);
    }
    onnx_free(&file);
}

static void reads_or_refuses_a_file_with_any_bit_turned(void **state)
{
    (void)state;
    int read = 0;
    onnx_message file = onnx_make_small(16, 1);
    for (size_t bit = 0; bit < 8 * file.size; bit++) {
        file.data[bit / 8] = (char)(file.data[bit / 8] ^ 1 << bit % 8);
        read += can_read(file.data, file.size);
        file.data[bit / 8] = (char)(file.data[bit / 8] ^ 1 << bit % 8);
    }
    assert_true(read > 0);
    onnx_free(&file);
}

static void refuses_what_is_no_such_file(void **state)
{
    (void)state;
#define BYTES(text) (text), sizeof(text) - 1
#define CUT_OFF(byte)                                                                              \
    "the part from byte " byte " on is longer than the file, so the file is cut off or damaged"
    static const struct {
        const char *data;
        size_t size;
        const char *text;
    } table[] = {
        {BYTES(""), "no network in it, at byte 0"},
        {BYTES("\x08\x08"), "no network in it, at byte 2"},
        {BYTES("\x08"), "it ends in a number, at byte 1"},
        {BYTES("\x08\x80\x80"), "it ends in a number, at byte 3"},
        {BYTES("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
         "a number is too long, at byte 11"},
        {BYTES("\x0b\x00"), "no field of an ONNX file, at byte 1"},
        {BYTES("\x0f\x00"), "no field of an ONNX file, at byte 1"},
        {BYTES("\x09\x00\x00\x00\x00\x00\x00\x00"), CUT_OFF("1")},
        {BYTES("\x0d\x00\x00\x00"), CUT_OFF("1")},
        {BYTES("\x3a\x01"), CUT_OFF("2")},
        {BYTES("\x3a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), CUT_OFF("11")},
        {BYTES("\x3a\x00"), "not one input and one output, at byte 2"},
        {BYTES("\x3a\x02\x0a\x05"), CUT_OFF("4")},
        {BYTES("\x3a\x02\x0a\x01\x08\x08"), "a part is longer than the one around it, at byte 4"},
        {BYTES("\x3a\x02\x2a\x00"), "a tensor is neither of float32 nor of int64, at byte 4"},
        {BYTES("PK\x03\x04"), "no field of an ONNX file, at byte 3"},
        {BYTES("<!DOCTYPE html>"), "no field of an ONNX file, at byte 1"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        refuse(table[i].data, table[i].size, table[i].text);
    }
}

static void refuses_a_tensor_whose_values_are_wrong(void **state)
{
    (void)state;
    static const unsigned char nan[] = {0, 0, 0xc0, 0x7f}, infinity[] = {0, 0, 0x80, 0xff};
    static const char wrong_count[] = "a tensor's values are not as many as its dimensions say";
    static const char wrong_size[] = "a tensor's size is out of range";
    static const char wrong_type[] = "a tensor is neither of float32 nor of int64";
    static const char elsewhere[] = "a tensor's values are in another file";
    static const char too_long[] = "a list of numbers is too long";
    static const struct {
        const char *dimensions;
        unsigned type, field; /* of the values */
        const void *data;
        size_t size;
        const char *text;
    } table[] = {
        {"2,3", 1, 9, "01234567890123456789", 20, wrong_count},
        {"2,3", 1, 4, "0123456789012345678901234567", 28, wrong_count},
        {"1", 1, 9, "0123", 3, wrong_count},
        {"1", 1, 8, "", 0, wrong_count},
        {"1", 7, 9, "0123456701234567", 16, wrong_count},
        {"1", 7, 9, "01234567012", 11, wrong_count},
        {"3", 7, 9, "0123456701234567", 16, wrong_count},
        {"1", 7, 7, "", 0, wrong_count},
        {"1", 7, 7, "\x80", 1, "it ends in a number"},
        {"9", 7, 7, "123456789", 9, too_long},
        {"9", 7, 9, "012345670123456701234567012345670123456701234567012345670123456701234567", 72,
         too_long},
        {"0", 1, 9, "", 0, wrong_size},
        {"-1", 1, 9, "", 0, wrong_size},
        {"16777217", 1, 9, "", 0, wrong_size},
        {"4294967297", 1, 9, "0123", 4, wrong_size},
        {"4096,4096,2", 1, 9, "", 0, wrong_size},
        {"4096,4096,1,64", 1, 9, "", 0, wrong_size},
        {"16777216,16777216,16777216,16777216", 1, 9, "", 0, wrong_size},
        {"1,1,1,1,1,1,1,1,1", 1, 9, "0123", 4, too_long},
        {"1", 1, 9, nan, 4, "a weight is not a number"},
        {"1", 1, 4, infinity, 4, "a weight is not a number"},
        {"1", 0, 9, "0123", 4, wrong_type},
        {"1", 10, 9, "01", 2, wrong_type},
        {"1", 1, 13, "", 0, elsewhere},
        {"1", 1, 14, "", 0, elsewhere},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        char *copy;
        fg_onnx *model = NULL;
        fg_error error = {""};
        onnx_message tensor = {.data = NULL}, graph = start_graph();
        for (const char *at = table[i].dimensions; at != NULL; at = strchr(at, ',')) {
            at += *at == ',';
            onnx_put_number(&tensor, 1, (uint64_t)strtoll(at, NULL, 10));
        }
        onnx_put_number(&tensor, 2, table[i].type);
        onnx_put_bytes(&tensor, table[i].field, table[i].data, table[i].size);
        onnx_put_message(&graph, 5, &tensor);
        onnx_message file = onnx_make_model(&graph);
        assert_int_equal(read_copy(file.data, file.size, &copy, &model, &error), -EBADMSG);
        char *place = strstr(error.text, ", at byte ");
        assert_non_null(place);
        assert_in_range(strtoul(place + strlen(", at byte "), NULL, 10), 1, file.size);
        *place = '\0';
        if (strcmp(error.text, table[i].text) != 0) {
            fail_msg("row %zu: %s", i, error.text);
        }
        free(copy);
        onnx_free(&file);
    }
}

/* One more than there is room for, or than there may be. */
static void refuses_too_much_of_anything(void **state)
{
    (void)state;
    static const float one = 1;
    static const struct {
        int nodes, tensors, values, node_inputs, attributes, properties, inputs, outputs, networks;
        const char *text; /* NULL: it is read */
    } table[] = {
        {512, 2048, 2048, 8, 8, 16, 1, 1, 1, NULL},
        {513, 0, 0, 0, 0, 0, 1, 1, 1, "too many operators"},
        {0, 2049, 0, 0, 0, 0, 1, 1, 1, "too many tensors"},
        {0, 1, 2049, 0, 0, 0, 1, 1, 1, "too many inputs and outputs"},
        {1, 0, 0, 9, 0, 0, 1, 1, 1, "an operator has too many inputs"},
        {1, 0, 0, 0, 9, 0, 1, 1, 1, "an operator has too many attributes"},
        {0, 0, 0, 0, 0, 17, 1, 1, 1, "too many properties"},
        {0, 0, 0, 0, 0, 0, 2, 1, 1, "not one input and one output"},
        {0, 0, 0, 0, 0, 0, 0, 1, 1, "not one input and one output"},
        {0, 0, 0, 0, 0, 0, 1, 2, 1, "not one input and one output"},
        {0, 0, 0, 0, 0, 0, 1, 0, 1, "not one input and one output"},
        {0, 0, 0, 0, 0, 0, 1, 1, 2, "a second network"},
        {0, 0, 0, 0, 0, 0, 1, 1, 0, "no network in it"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        char *copy;
        fg_onnx *model = NULL;
        fg_error error = {""};
        onnx_message file = {.data = NULL};
        for (int network = 0; network < table[i].networks; network++) {
            onnx_message graph = {.data = NULL};
            for (int j = 0; j < table[i].inputs; j++) {
                onnx_add_value(&graph, ONNX_INPUT, "in", "1,3,16,16");
            }
            for (int j = 0; j < table[i].outputs; j++) {
                onnx_add_value(&graph, ONNX_OUTPUT, "out", "1,2");
            }
            for (int j = 0; j < table[i].tensors; j++) {
                onnx_add_floats(&graph, "w", "1", &one, 1, ONNX_RAW);
            }
            for (int j = 0; j < table[i].values; j++) {
                onnx_add_value(&graph, ONNX_INPUT, "w", "1");
            }
            for (int j = 0; j < table[i].nodes; j++) {
                onnx_message node = {.data = NULL}, attribute = {.data = NULL};
                for (int k = 0; k < table[i].node_inputs; k++) {
                    onnx_put_text(&node, 1, "in");
                }
                for (int k = 0; k < table[i].attributes; k++) {
                    onnx_put_message(&node, 5, &attribute);
                }
                onnx_put_message(&graph, 1, &node);
            }
            onnx_put_message(&file, 7, &graph);
        }
        for (int j = 0; j < table[i].properties; j++) {
            onnx_add_property(&file, "key", "value");
        }
        int result = read_copy(file.data, file.size, &copy, &model, &error);
        assert_int_equal(result, table[i].text != NULL ? -EBADMSG : 0);
        error.text[strcspn(error.text, ",")] = '\0';
        assert_string_equal(error.text, table[i].text != NULL ? table[i].text : "");
        fg_onnx_free(model);
        free(copy);
        onnx_free(&file);
    }
}

/* Sides of a shape without a number, with a name, and a field that is no side. */
static void a_side_that_is_not_fixed_is_0(void **state)
{
    (void)state;
    static const char shape[] = "\x0a\x00\x0a\x03\x12\x01N\x08\x05\x0a\x02\x08\x09";
    char *copy;
    fg_onnx *model = NULL;
    fg_error error = {""};
    onnx_message graph = {.data = NULL}, value = {.data = NULL}, type = {.data = NULL},
                 tensor = {.data = NULL};
    onnx_put_bytes(&tensor, 2, shape, sizeof(shape) - 1);
    onnx_put_message(&type, 1, &tensor);
    onnx_put_text(&value, 1, "in");
    onnx_put_message(&value, 2, &type);
    onnx_put_message(&graph, ONNX_INPUT, &value);
    onnx_add_value(&graph, ONNX_OUTPUT, "out", "");
    onnx_message file = onnx_make_model(&graph);
    assert_int_equal(read_copy(file.data, file.size, &copy, &model, &error), 0);
    assert_int_equal(model->input.dimensions.count, 3);
    assert_int_equal(model->input.dimensions.at[0], 0);
    assert_int_equal(model->input.dimensions.at[1], 0);
    assert_int_equal(model->input.dimensions.at[2], 9);
    assert_int_equal(model->output.dimensions.count, 0);
    fg_onnx_free(model);
    free(copy);
    onnx_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_what_is_in_a_file),
        cmocka_unit_test(an_input_that_a_tensor_stands_for_is_none),
        cmocka_unit_test(refuses_a_file_that_is_cut_anywhere),
        cmocka_unit_test(reads_or_refuses_a_file_with_any_bit_turned),
        cmocka_unit_test(refuses_what_is_no_such_file),
        cmocka_unit_test(refuses_a_tensor_whose_values_are_wrong),
        cmocka_unit_test(refuses_too_much_of_anything),
        cmocka_unit_test(a_side_that_is_not_fixed_is_0),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
