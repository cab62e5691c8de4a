/* Whom people are like by the rule, of identities that nobody has. */
#include "facegate/gallery/likeness.h"

#include "facegate/gallery/comparison.h"
#include "nobody.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static fg_gallery *gallery;

static int open_gallery(void **state)
{
    (void)state;
    return fg_gallery_create(&gallery);
}

static int close_gallery(void **state)
{
    (void)state;
    gallery = fg_gallery_free(gallery);
    return 0;
}

static fg_likeness likeness_of(const char *name)
{
    return fg_likeness_of(gallery, fg_nobody_cohort(), fg_gallery_find(gallery, name));
}

/* Views of one identity under two names: a twin. */
static void enroll_twin(void)
{
    for (int i = 5; i < 10; i++) {
        assert_int_equal(fg_gallery_add(gallery, "twin", NULL, fg_nobody_view(3, i), NULL), 0);
    }
}

static void different_people_are_like_nobody(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++) {
        fg_nobody_enroll(gallery, i, 0, 5);
    }
    for (int i = 0; i < 10; i++) {
        fg_likeness found = fg_likeness_of(gallery, fg_nobody_cohort(), i);
        assert_true(found.other >= 0 && found.other != i);
        assert_true(found.margin < 0.09);
        assert_true(found.lead > 0.1);
    }
}

static void somebody_under_two_names_is_like_themselves(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++) {
        fg_nobody_enroll(gallery, i, 0, 5);
    }
    enroll_twin();
    fg_likeness found = likeness_of("3");
    assert_string_equal(fg_gallery_name(gallery, found.other), "twin");
    assert_true(found.margin > 0.09 && found.distance < 0.46);
    assert_true(found.lead < 0.1);
    assert_string_equal(fg_gallery_name(gallery, likeness_of("twin").other), "3");
}

/* The mean as a view, with the person gone. */
static void distance_and_margin_are_those_of_a_stranger(void **state)
{
    (void)state;
    fg_comparison comparison;
    float mean[FG_ENCODING_SIZE];
    fg_nobody_enroll(gallery, 0, 0, 2);
    fg_nobody_enroll(gallery, 1, 0, 5);
    fg_nobody_enroll(gallery, 2, 0, 3);
    fg_likeness found = likeness_of("0");
    for (int i = 0; i < FG_ENCODING_SIZE; i++) {
        mean[i] = (fg_nobody_view(0, 0)[i] + fg_nobody_view(0, 1)[i]) / 2;
    }
    char name[16];
    strcpy(name, fg_gallery_name(gallery, found.other));
    assert_int_equal(fg_gallery_remove(gallery, "0", NULL), 0);
    fg_comparison_make(gallery, fg_nobody_cohort(), mean, &comparison);
    int best = fg_comparison_best(&comparison);
    assert_string_equal(fg_gallery_name(gallery, best), name);
    assert_true(fabs(fg_comparison_distance(gallery, &comparison, best) - found.distance) < 1e-5);
    assert_true(fabs(fg_comparison_margin(gallery, &comparison, best) - found.margin) < 1e-5);
}

static void one_alone_is_like_nobody(void **state)
{
    (void)state;
    fg_nobody_enroll(gallery, 0, 0, 5);
    fg_likeness found = likeness_of("0");
    assert_int_equal(found.other, -1);
    assert_true(isnan(found.distance) && isnan(found.margin) && isnan(found.lead));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_gallery, close_gallery)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(different_people_are_like_nobody),
        TEST(somebody_under_two_names_is_like_themselves),
        TEST(distance_and_margin_are_those_of_a_stranger),
        TEST(one_alone_is_like_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
