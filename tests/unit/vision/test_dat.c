/* The reader of dlib's network: gives every weight of a file as it should be, and of any other file
 * says where it stops being that. */
#include "dat_writer.h"
#include "small_network.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Counts what it is given, whose weights the writer numbers in the file's order. */
typedef struct taken {
    int layers;
    float next;
} taken;

static void expect_next(taken *seen, const float *values, int count)
{
    for (int i = 0; i < count; i++) {
        assert_float_equal(values[i], ++seen->next, 0);
    }
}

static void take(void *context, const fg_dat_weights *weights)
{
    taken *seen = context;
    const fg_dat_convolution *shape = &small_network.convolutions[weights->index];
    assert_int_equal(weights->index, seen->layers++);
    if (weights->bias == NULL) {
        assert_int_equal(weights->index, 3);
        expect_next(seen, weights->filters, small_network.inputs * small_network.outputs);
        return;
    }
    expect_next(seen, weights->filters,
                shape->filters * shape->channels * shape->side * shape->side);
    expect_next(seen, weights->bias, shape->filters);
    expect_next(seen, weights->gamma, shape->filters);
    expect_next(seen, weights->beta, shape->filters);
}

static void ignore(void *context, const fg_dat_weights *weights)
{
    (void)context;
    (void)weights;
}

static int read_from(uint8_t *data, size_t size, fg_dat_take take_it, void *context,
                     fg_error *ret_error)
{
    /* fmemopen(3) takes no size of 0. */
    FILE *file = size > 0 ? fmemopen(data, size, "rb") : fopen("/dev/null", "rbe");
    assert_non_null(file);
    int result = fg_dat_read(file, &small_network, take_it, context, ret_error);
    fclose(file);
    return result;
}

/* Refuses the file with this text. */
static void refuse(uint8_t *data, size_t size, const char *text)
{
    fg_error error = {""};
    assert_int_equal(read_from(data, size, ignore, NULL, &error), -EBADMSG);
    assert_string_equal(error.text, text);
}

static void gives_all_weights_in_order(void **state)
{
    (void)state;
    size_t size;
    fg_error error = {""};
    taken seen = {0};
    uint8_t *data = write_dat(NULL, &size);
    assert_int_equal(read_from(data, size, take, &seen, &error), 0);
    assert_int_equal(seen.layers, 4);
    assert_string_equal(error.text, "");
    free(data);
}

static void says_where_a_file_ends_that_is_cut_anywhere(void **state)
{
    (void)state;
    size_t size;
    uint8_t *data = write_dat(NULL, &size);
    for (size_t cut = 0; cut < size; cut++) {
        char expected[64];
        fg_error error = {""};
        snprintf(expected, sizeof(expected), ": the file ends, at byte %zu", cut);
        assert_int_equal(read_from(data, cut, ignore, NULL, &error), -EBADMSG);
        const char *end = strstr(error.text, ": the file ends");
        assert_non_null(end);
        assert_string_equal(end, expected);
    }
    free(data);
}

static void refuses_bytes_behind_the_last_layer(void **state)
{
    (void)state;
    size_t size;
    char expected[96];
    uint8_t *data = write_dat(NULL, &size);
    uint8_t *longer = calloc(1, size + 1);
    assert_non_null(longer);
    memcpy(longer, data, size);
    snprintf(expected, sizeof(expected), "layer 17 of 17 (fc): more bytes follow, at byte %zu",
             size);
    refuse(longer, size + 1, expected);
    free(longer);
    free(data);
}

/* Each number of each kind of layer, with sizes that would overflow when multiplied. */
static void names_the_number_that_is_wrong(void **state)
{
    (void)state;
    static const struct {
        damage damaged;
        const char *text;
    } table[] = {
        {{0, "the loss's version", 2}, "its head: the loss's version is 2, not 1, at byte 2"},
        {{0, "the length of its name", 1LL << 40},
         "its head: the length of its name is 1099511627776, not 13, at byte 9"},
        {{0, "the picture's height", -150},
         "its head: the picture's height is -150, not 31, at byte 106"},
        {{0, "the picture's width", 0}, "its head: the picture's width is 0, not 31, at byte 108"},
        {{17, "its version", 1}, "layer 17 of 17 (fc): its version is 1, not 2, at byte 31"},
        {{5, "its version", 2}, "layer 5 of 17 (tag): its version is 2, not 1, at byte 55"},
        {{1, "its version", 2}, "layer 1 of 17 (con): its version is 2, not 3, at byte 63"},
        {{1, "the length of its name", 0},
         "layer 1 of 17 (con): the length of its name is 0, not 5, at byte 110"},
        {{1, "a tensor's version", 1},
         "layer 1 of 17 (con): a tensor's version is 1, not 2, at byte 117"},
        {{1, "a tensor's count", INT64_MAX},
         "layer 1 of 17 (con): a tensor's count is 9223372036854775807, not 56, at byte 126"},
        {{1, "a tensor's count", -INT64_MAX},
         "layer 1 of 17 (con): a tensor's count is -9223372036854775807, not 56, at byte 126"},
        {{1, "a tensor's channels", 1LL << 32},
         "layer 1 of 17 (con): a tensor's channels is 4294967296, not 1, at byte 125"},
        {{1, "a tensor's rows", 2},
         "layer 1 of 17 (con): a tensor's rows is 2, not 1, at byte 123"},
        {{1, "a tensor's columns", 0},
         "layer 1 of 17 (con): a tensor's columns is 0, not 1, at byte 125"},
        {{1, "the number of filters", 3},
         "layer 1 of 17 (con): the number of filters is 3, not 2, at byte 351"},
        {{1, "the filters' rows", 5},
         "layer 1 of 17 (con): the filters' rows is 5, not 3, at byte 353"},
        {{1, "the filters' columns", 5},
         "layer 1 of 17 (con): the filters' columns is 5, not 3, at byte 355"},
        {{1, "the stride down", 1},
         "layer 1 of 17 (con): the stride down is 1, not 2, at byte 357"},
        {{1, "the stride across", 1},
         "layer 1 of 17 (con): the stride across is 1, not 2, at byte 359"},
        {{1, "the padding above", 1},
         "layer 1 of 17 (con): the padding above is 1, not 0, at byte 361"},
        {{1, "the padding beside", 1},
         "layer 1 of 17 (con): the padding beside is 1, not 0, at byte 363"},
        {{1, "a mantissa", 0}, NULL},
        {{1, "an exponent", 40000}, "layer 1 of 17 (con): an exponent too large, at byte 390"},
        {{1, "the samples made of one", 2},
         "layer 1 of 17 (con): the samples made of one is 2, not 1, at byte 442"},
        {{2, "its mode", 1}, "layer 2 of 17 (affine): its mode is 1, not 0, at byte 499"},
        {{4, "the window's rows", 2},
         "layer 4 of 17 (max_pool): the window's rows is 2, not 3, at byte 586"},
        {{13, "the stride down", 0},
         "layer 13 of 17 (avg_pool): the stride down is 0, not 2, at byte 1387"},
        {{16, "the window's columns", 1},
         "layer 16 of 17 (avg_pool): the window's columns is 1, not 0, at byte 1526"},
        {{17, "the number of outputs", 128},
         "layer 17 of 17 (fc): the number of outputs is 128, not 3, at byte 1575"},
        {{17, "the number of inputs", 256},
         "layer 17 of 17 (fc): the number of inputs is 256, not 2, at byte 1578"},
        {{17, "its kind of bias", 0},
         "layer 17 of 17 (fc): its kind of bias is 0, not 1, at byte 1633"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        size_t size;
        uint8_t *data = write_dat(&table[i].damaged, &size);
        if (table[i].text != NULL) {
            refuse(data, size, table[i].text);
        } else {
            assert_int_equal(read_from(data, size, ignore, NULL, NULL), 0);
        }
        free(data);
    }
}

/* Bytes that the file's own form forbids. */
static void refuses_what_is_no_number_or_name(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        uint8_t byte;
        const char *text;
    } table[] = {
        {0, 0, "its head: no number, at byte 1"},
        {0, 9, "its head: no number, at byte 1"},
        {0, 0x11, "its head: no number, at byte 1"},
        {0, 0x81, "its head: the loss's version is -1, not 1, at byte 2"},
        {4, 'L', "its head: its name is not loss_metric_2, at byte 17"},
        {65, 'I', "its head: its name is not input_rgb_image_sized, at byte 86"},
        {88, 0, "its head: another mean of the pixels, at byte 92"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        size_t size;
        uint8_t *data = write_dat(NULL, &size);
        data[table[i].at] = table[i].byte;
        refuse(data, size, table[i].text);
        free(data);
    }
}

static void refuses_a_number_of_more_than_63_bits(void **state)
{
    (void)state;
    uint8_t data[9];
    memset(data, 0xff, sizeof(data));
    data[0] = 0x88;
    refuse(data, sizeof(data), "its head: a number too large, at byte 9");
}

static void refuses_weights_that_are_no_numbers(void **state)
{
    (void)state;
    static const uint8_t bad[][4] = {{0, 0, 0xc0, 0x7f}, {0, 0, 0x80, 0x7f}, {0, 0, 0x80, 0xff}};
    for (size_t i = 0; i < COUNT(bad); i++) {
        size_t size;
        uint8_t *data = write_dat(NULL, &size);
        memcpy(data + 125, bad[i], 4);
        refuse(data, size, "layer 1 of 17 (con): a weight is not a number, at byte 349");
        free(data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_all_weights_in_order),
        cmocka_unit_test(says_where_a_file_ends_that_is_cut_anywhere),
        cmocka_unit_test(refuses_bytes_behind_the_last_layer),
        cmocka_unit_test(names_the_number_that_is_wrong),
        cmocka_unit_test(refuses_what_is_no_number_or_name),
        cmocka_unit_test(refuses_a_number_of_more_than_63_bits),
        cmocka_unit_test(refuses_weights_that_are_no_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
