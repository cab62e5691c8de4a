/* The encoder against dlib's own network on the same chips. */
#include "encoder_chips.h"
#include "reference_engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void *reference;

static int load_all(void **state)
{
    reference = fg_reference_create(FG_SOURCE_DIR "/models/shape_predictor_5_face_landmarks.dat",
                                    RECOGNITION);
    return reference == NULL ? -1 : load_encoders(state);
}

static int unload_all(void **state)
{
    fg_reference_free(reference);
    return unload_encoders(state);
}

/* How far each build is from dlib's, at most, over some chips. */
static void stay_within(int from, int to, double limit)
{
    double farthest[MOST_BUILDS] = {0};
    for (int i = from; i < to; i++) {
        float theirs[FG_ENCODING_SIZE], ours[FG_ENCODING_SIZE];
        assert_int_equal(fg_reference_encode_chip(reference, chips[i], theirs), 0);
        for (int j = 0; j < build_count; j++) {
            fg_encoder_run(encoders[j], chips[i], ours);
            double off = distance(ours, theirs);
            farthest[j] = off > farthest[j] ? off : farthest[j];
        }
    }
    for (int j = 0; j < build_count; j++) {
        print_message("%s, %d chips: at most %.2g off\n", fg_kernels_here(j)->isa, to - from,
                      farthest[j]);
        assert_true(farthest[j] < limit);
    }
}

static void encodings_are_those_of_dlib(void **state)
{
    (void)state;
    assert_int_equal(chip_count, 24);
    stay_within(0, flat_chip, NEARLY_EQUAL);
}

static void encodings_of_one_colour_are_nearly_those_of_dlib(void **state)
{
    (void)state;
    stay_within(flat_chip, chip_count, FLAT_EQUAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodings_are_those_of_dlib),
        cmocka_unit_test(encodings_of_one_colour_are_nearly_those_of_dlib),
    };
    return cmocka_run_group_tests(tests, load_all, unload_all);
}
