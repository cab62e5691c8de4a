/* Networks of ONNX files: every operator gives on every instruction set what the plainest way of
 * computing it gives, and of a network that cannot be run the operator is named. */
#include "allocations.h"
#include "kernels/network.h"
#include "network_reference.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SIDE         16
#define MOST_OFF     1e-4 /* of the largest number that comes out, which is about 1 */

static int create(const fg_kernels *kernels, const onnx_message *file, fg_network **ret_network,
                  fg_error *ret_error)
{
    fg_onnx *model = NULL;
    int result = fg_onnx_read(file->data, file->size, &model, ret_error);
    if (result == 0) {
        result = fg_network_create(kernels, model, ret_network, ret_error);
    }
    fg_onnx_free(model);
    return result;
}

static void expect_near(const char *isa, const reference_value *expected, const float *outputs)
{
    double largest = 1e-3;
    for (int i = 0; i < expected->channels; i++) {
        largest = fmax(largest, fabs(expected->at[i]));
    }
    for (int i = 0; i < expected->channels; i++) {
        if (!(fabs((double)outputs[i] - expected->at[i]) <= MOST_OFF * largest)) {
            fail_msg("%s: number %d is %.9g, not %.9g", isa, i, (double)outputs[i],
                     expected->at[i]);
        }
    }
}

/* Runs what was built, twice, on every instruction set, and frees it. */
static void expect_reference(reference *of, int output)
{
    onnx_message file = reference_finish(of, output);
    const reference_value *expected = &of->values[output];
    const fg_kernels *kernels;
    for (int isa = 0; (kernels = fg_kernels_here(isa)) != NULL; isa++) {
        float once[FG_NETWORK_OUTPUTS], again[FG_NETWORK_OUTPUTS];
        fg_network *network = NULL;
        fg_error error = {""};
        if (create(kernels, &file, &network, &error) != 0) {
            fail_msg("%s: %s", kernels->isa, error.text);
        }
        assert_int_equal(fg_network_side(network), of->side);
        assert_int_equal(fg_network_outputs(network), expected->channels);
        allocations = 0;
        counting = true;
        fg_network_run(network, of->picture, once);
        counting = false;
        assert_int_equal(allocations, 0);
        expect_near(kernels->isa, expected, once);
        fg_network_run(network, of->picture, again);
        assert_memory_equal(again, once, (size_t)expected->channels * sizeof(*once));
        fg_network_free(network);
    }
    onnx_free(&file);
    reference_free(of);
}

static reference_windows square(int side, int stride, int pad)
{
    return (reference_windows){side, side, stride, stride, pad, pad, pad, pad};
}

/* The picture with this many channels, about a number below 0 for each above. */
static int widen(reference *of, int channels)
{
    return reference_convolve(of, 0, channels, 1, square(1, 1, 0), true);
}

static void convolutions_of_any_number_of_channels_give_the_reference(void **state)
{
    (void)state;
    for (int channels = 1; channels <= 41; channels++) {
        int in = channels <= 40 ? channels : 103;
        reference of = reference_start(SIDE, (uint32_t)channels);
        int wide = widen(&of, in);
        int made = reference_convolve(&of, wide, channels * 7 % 41 + 1, 1, square(3, 2, 1), true);
        made = reference_convolve(&of, made, in, 1, square(1, 1, 0), channels % 2 == 0);
        expect_reference(&of, reference_collapse(&of, made));
    }
}

static void windows_of_any_size_give_the_reference(void **state)
{
    (void)state;
    static const reference_windows table[] = {
        {1, 1, 2, 3, 0, 0, 0, 0},   {1, 1, 2, 1, 0, 0, 0, 0},     {1, 1, 1, 2, 0, 0, 0, 0},
        {1, 1, 1, 1, 0, 1, 0, 0},   {1, 1, 1, 1, 0, 0, 1, 0},     {1, 1, 1, 1, 0, 0, 0, 9},
        {1, 1, 2, 2, 0, 0, 15, 15}, {1, 1, 1, 1, 1, 0, 0, 2},     {2, 3, 1, 1, 0, 0, 0, 0},
        {3, 3, 1, 1, 1, 1, 1, 1},   {3, 3, 2, 2, 0, 1, 1, 0},     {5, 1, 3, 1, 2, 0, 2, 0},
        {1, 7, 1, 4, 0, 3, 0, 3},   {7, 7, 5, 5, 6, 6, 6, 6},     {3, 3, 9, 9, 8, 8, 8, 8},
        {16, 16, 1, 1, 0, 0, 0, 0}, {20, 17, 2, 2, 4, 0, 0, 1},   {3, 3, 1, 1, 0, 5, 0, 0},
        {3, 3, 20, 20, 0, 0, 0, 0}, {3, 3, 1, 1, 20, 20, 20, 20},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        reference of = reference_start(SIDE, (uint32_t)i);
        int made = reference_convolve(&of, widen(&of, 5), 9, 1, table[i], true);
        expect_reference(&of, reference_collapse(&of, made));
        of = reference_start(SIDE, (uint32_t)i);
        made = reference_convolve(&of, widen(&of, 11), 11, 11, table[i], true);
        expect_reference(&of, reference_collapse(&of, made));
    }
}

static void depthwise_convolutions_give_the_reference(void **state)
{
    (void)state;
    for (int rows = 1; rows <= 8; rows++) {
        for (int columns = 1; columns <= 8; columns++) {
            int turn = rows * 8 + columns, channels = turn % 23 + 2;
            const reference_windows by = {
                rows,     columns,           turn % 3 + 1, turn % 4 + 1,
                turn % 5, (turn + 1) % rows, turn % 2,     (turn + 3) % columns};
            reference of = reference_start(SIDE + turn % 5, (uint32_t)turn);
            int made = reference_convolve(&of, widen(&of, channels), channels, channels, by,
                                          turn % 3 != 0);
            expect_reference(&of, reference_collapse(&of, made));
        }
    }
    for (int channels = 2; channels <= 40; channels++) {
        reference of = reference_start(SIDE, (uint32_t)channels);
        int made = reference_convolve(&of, widen(&of, channels), channels, channels,
                                      square(3, channels % 2 + 1, 1), true);
        made = reference_prelu(&of, made, false);
        expect_reference(&of, reference_collapse(&of, made));
    }
}

static void slopes_give_the_reference(void **state)
{
    (void)state;
    for (int i = 0; i < 12; i++) {
        /* After a convolution of all channels, of each by itself, and after nothing to be part
         * of. */
        reference of = reference_start(SIDE, (uint32_t)i);
        int made = i % 4 == 3 ? 0 : widen(&of, 13);
        if (i % 4 == 1) {
            made = reference_convolve(&of, made, 13, 13, square(3, 1, 1), true);
        } else if (i % 4 == 2) {
            made = reference_sigmoid(&of, made);
            made = reference_convolve(&of, made, 13, 1, square(1, 1, 0), true);
            made = reference_relu(&of, made);
            made = reference_add(&of, made, made);
        }
        made = i < 4   ? reference_relu(&of, made)
               : i < 8 ? reference_prelu(&of, made, true)
                       : reference_prelu(&of, made, false);
        expect_reference(&of, reference_collapse(&of, made));
    }
}

static void slopes_of_slopes_give_the_reference(void **state)
{
    (void)state;
    reference of = reference_start(SIDE, 1);
    int made = reference_prelu(&of, widen(&of, 6), false);
    made = reference_prelu(&of, made, false);
    made = reference_normalize(&of, made);
    made = reference_relu(&of, made);
    expect_reference(&of, reference_collapse(&of, made));
}

static void a_normalization_gives_the_reference_alone_and_in_a_convolution(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++) {
        reference of = reference_start(SIDE, (uint32_t)i);
        int wide = i == 0 ? 0 : widen(&of, 10);
        int made = i != 2 ? wide : reference_convolve(&of, wide, 10, 10, square(3, 1, 1), false);
        made = reference_normalize(&of, made);
        if (i == 3) { /* the convolution is seen by another too */
            made = reference_add(&of, made, wide);
        } else if (i == 4) {
            made = reference_normalize(&of, made);
        }
        made = reference_prelu(&of, made, false);
        expect_reference(&of, reference_collapse(&of, made));
    }
}

/* Each way in which something could be folded into what another sees. */
static void what_is_used_twice_is_not_changed_by_its_users(void **state)
{
    (void)state;
    for (int i = 0; i < 8; i++) {
        reference of = reference_start(SIDE, (uint32_t)i);
        int wide = widen(&of, 7);
        int seen = i % 4 == 1   ? reference_rename(&of, wide, "Identity")
                   : i % 4 == 2 ? reference_rename(&of, wide, "Dropout")
                                : wide;
        int made = i < 4 ? reference_prelu(&of, seen, false) : reference_normalize(&of, seen);
        if (i % 4 == 3) {
            made = reference_prelu(&of, made, true);
            made = reference_add(&of, made, reference_relu(&of, wide));
        }
        made = reference_add(&of, wide, made);
        expect_reference(&of, reference_collapse(&of, made));
    }
}

/* Its output is seen by whoever runs it. */
static void what_comes_out_is_not_changed_by_a_user_of_it(void **state)
{
    (void)state;
    reference of = reference_start(SIDE, 3);
    int out = reference_collapse(&of, widen(&of, 4));
    reference_relu(&of, out);
    expect_reference(&of, out);
}

static void sums_and_products_give_the_reference(void **state)
{
    (void)state;
    for (int channels = 1; channels <= 33; channels += 4) {
        reference of = reference_start(SIDE, (uint32_t)channels);
        int wide = widen(&of, channels);
        int scale = reference_mean(&of, wide);
        scale = reference_convolve(&of, scale, 3, 1, square(1, 1, 0), true);
        scale = reference_relu(&of, scale);
        scale = reference_convolve(&of, scale, channels, 1, square(1, 1, 0), true);
        scale = reference_sigmoid(&of, scale);
        int one = reference_multiply(&of, wide, scale);
        int other = reference_multiply(&of, scale, wide);
        int made = reference_add(&of, one, reference_sigmoid(&of, other));
        expect_reference(&of, reference_collapse(&of, made));
    }
}

static void matrices_give_the_reference(void **state)
{
    (void)state;
    for (int i = 0; i < 16; i++) {
        int inner = 1 + i * 5 % 37, outputs = 2 + i % 7;
        reference of = reference_start(SIDE, (uint32_t)i);
        int made = reference_mean(&of, widen(&of, 19));
        made = i % 3 == 0   ? reference_rename(&of, made, "Flatten")
               : i % 3 == 1 ? reference_reshape(&of, made)
                            : reference_rename(&of, reference_reshape(&of, made), "Identity");
        made = i % 2 == 0 ? reference_matmul(&of, made, inner)
                          : reference_gemm(&of, made, inner, i % 4 == 1, i % 3 != 0);
        made = reference_normalize(&of, made);
        made = i % 5 == 0 ? made : reference_prelu(&of, made, true);
        made = i % 2 == 1 ? reference_matmul(&of, made, outputs)
                          : reference_gemm(&of, made, outputs, i % 4 == 0, i % 3 == 0);
        expect_reference(&of, made);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(convolutions_of_any_number_of_channels_give_the_reference),
        cmocka_unit_test(windows_of_any_size_give_the_reference),
        cmocka_unit_test(depthwise_convolutions_give_the_reference),
        cmocka_unit_test(slopes_give_the_reference),
        cmocka_unit_test(slopes_of_slopes_give_the_reference),
        cmocka_unit_test(a_normalization_gives_the_reference_alone_and_in_a_convolution),
        cmocka_unit_test(what_is_used_twice_is_not_changed_by_its_users),
        cmocka_unit_test(what_comes_out_is_not_changed_by_a_user_of_it),
        cmocka_unit_test(sums_and_products_give_the_reference),
        cmocka_unit_test(matrices_give_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
