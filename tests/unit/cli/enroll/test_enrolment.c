/* What a view must be to get into the gallery. */
#include "enroll/enrolment.h"

#include "facegate/base/config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* The file with it would not load again, so that nobody would be known any more. */
static void an_encoding_as_no_face_has_is_not_taken_even_by_force(void **state)
{
    (void)state;
    static const float lengths[] = {0, 1, 11.5F, 1.4F};
    fg_config config;
    fg_error error;
    fg_config_init(&config);
    fg_enrolment enrolment = {.config = &config, .name = "Ada", .force = true, .nearest = -1};
    assert_int_equal(fg_gallery_create(&enrolment.gallery), 0);
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        const float encoding[FG_ENCODING_SIZE] = {lengths[i]};
        int result = fg_enrolment_add(&enrolment, encoding, &error);
        if (lengths[i] == 1.4F) {
            assert_int_equal(result, 0);
        } else {
            assert_int_equal(result, -EINVAL);
            assert_string_equal(error.text,
                                "this cannot be compared with faces: use a better picture");
        }
    }
    assert_int_equal(enrolment.added, 1);
    fg_gallery_free(enrolment.gallery);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_encoding_as_no_face_has_is_not_taken_even_by_force),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
