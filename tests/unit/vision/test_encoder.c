/* The encoder by itself: every instruction set makes the same of a chip, and always. */
#include "allocations.h"
#include "encoder_chips.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void every_instruction_set_makes_the_same_encoding(void **state)
{
    (void)state;
    double farthest = 0;
    for (int i = 0; i < chip_count; i++) {
        float first[FG_ENCODING_SIZE], other[FG_ENCODING_SIZE];
        fg_encoder_run(encoders[0], chips[i], first);
        for (int j = 1; j < build_count; j++) {
            fg_encoder_run(encoders[j], chips[i], other);
            double apart = distance(first, other);
            farthest = apart > farthest ? apart : farthest;
        }
    }
    print_message("%d chips, %d instruction sets: at most %.2g apart\n", chip_count, build_count,
                  farthest);
    assert_true(farthest < NEARLY_EQUAL);
}

static void a_chip_has_the_same_encoding_whatever_came_before(void **state)
{
    (void)state;
    for (int i = 0; i < build_count; i++) {
        float once[FG_ENCODING_SIZE], again[FG_ENCODING_SIZE];
        fg_encoder_run(encoders[i], chips[0], once);
        for (int j = 1; j < chip_count; j += chip_count / 4) {
            fg_encoder_run(encoders[i], chips[j], again);
            assert_memory_not_equal(again, once, sizeof(once));
        }
        fg_encoder_run(encoders[i], chips[0], again);
        assert_memory_equal(again, once, sizeof(once));
    }
}

static void faces_are_as_far_apart_as_people_are(void **state)
{
    (void)state;
    float one[FG_ENCODING_SIZE], other[FG_ENCODING_SIZE];
    fg_encoder_run(encoders[0], chips[0], one);
    fg_encoder_run(encoders[0], chips[1], other);
    assert_true(distance(one, other) > 0.6);
    assert_true(distance(one, other) < 1.5);
}

static void encoding_allocates_nothing(void **state)
{
    (void)state;
    for (int i = 0; i < build_count; i++) {
        float encoding[FG_ENCODING_SIZE];
        allocations = 0;
        counting = true;
        fg_encoder_run(encoders[i], chips[0], encoding);
        counting = false;
        assert_int_equal(allocations, 0);
    }
}

/* Opens the first bytes of the model. */
static int create_from(size_t size, fg_error *ret_error)
{
    fg_encoder *encoder = NULL;
    char *bytes = malloc(size);
    FILE *model = fopen(RECOGNITION, "rbe");
    assert_true(bytes != NULL && model != NULL);
    assert_int_equal(fread(bytes, 1, size, model), size);
    fclose(model);
    FILE *file = fmemopen(bytes, size, "rb");
    assert_non_null(file);
    int result = fg_encoder_create(fg_kernels_here(0), file, &encoder, ret_error);
    assert_null(encoder);
    fclose(file);
    free(bytes);
    return result;
}

static void says_in_which_layer_the_model_ends(void **state)
{
    (void)state;
    static const struct {
        size_t size;
        const char *text;
    } cuts[] = {
        {20, "its head: the file ends, at byte 20"},
        {100, "layer 95 of 130 (con): the file ends, at byte 100"},
        {1000, "layer 1 of 130 (con): the file ends, at byte 1000"},
        {5800000, "layer 95 of 130 (con): the file ends, at byte 5800000"},
        {22466065, "layer 130 of 130 (fc): the file ends, at byte 22466065"},
    };
    for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
        fg_error error = {""};
        assert_int_equal(create_from(cuts[i].size, &error), -EBADMSG);
        assert_string_equal(error.text, cuts[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_instruction_set_makes_the_same_encoding),
        cmocka_unit_test(a_chip_has_the_same_encoding_whatever_came_before),
        cmocka_unit_test(faces_are_as_far_apart_as_people_are),
        cmocka_unit_test(encoding_allocates_nothing),
        cmocka_unit_test(says_in_which_layer_the_model_ends),
    };
    return cmocka_run_group_tests(tests, load_encoders, unload_encoders);
}
