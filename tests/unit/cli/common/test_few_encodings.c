/* What is said of people with too few encodings. */
#include "common/few_encodings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COST                                                                                       \
    "Of 100 visits of a person, 16 are not recognised with one encoding, 4 with two, and none "    \
    "with three or more (measured on photographs). With one encoding, more strangers are "         \
    "accepted as well."

static fg_gallery *gallery;
static char text[FG_FEW_TEXT];

static int create(void **state)
{
    (void)state;
    return fg_gallery_create(&gallery);
}

static int destroy(void **state)
{
    (void)state;
    fg_gallery_free(gallery);
    return 0;
}

static void add(const char *name, int encodings)
{
    for (int i = 0; i < encodings; i++) {
        const float encoding[FG_ENCODING_SIZE] = {1.25F};
        assert_int_equal(fg_gallery_add(gallery, name, NULL, encoding, NULL), 0);
    }
}

static void three_encodings_are_enough(void **state)
{
    (void)state;
    assert_false(fg_few_describe(gallery, FG_FEW_EVERYBODY, text));
    add("Ada", 3);
    add("Bob", 4);
    assert_false(fg_few_describe(gallery, FG_FEW_EVERYBODY, text));
    assert_false(fg_few_describe(gallery, 0, text));
    add("Eve", 2);
    assert_false(fg_few_describe(gallery, 1, text));
}

static void a_single_person_is_named_with_what_they_have(void **state)
{
    (void)state;
    add("Ada", 3);
    add("Bob", 1);
    assert_true(fg_few_describe(gallery, FG_FEW_EVERYBODY, text));
    assert_string_equal(text, "Bob has only one encoding. " COST);
    add("Eve", 2);
    assert_true(fg_few_describe(gallery, 2, text));
    assert_string_equal(text, "Eve has only two encodings. " COST);
}

static void several_people_are_counted_and_the_first_five_named(void **state)
{
    (void)state;
    char name[FG_NAME_SIZE];
    add("Ada", 3);
    add("Bob", 1);
    add("Eve", 2);
    assert_true(fg_few_describe(gallery, FG_FEW_EVERYBODY, text));
    assert_string_equal(text, "2 of 3 people have fewer than 3 encodings: Bob, Eve. " COST);
    for (int i = 0; i < 8; i++) {
        snprintf(name, sizeof(name), "Grace %d", i);
        add(name, 1);
    }
    assert_true(fg_few_describe(gallery, FG_FEW_EVERYBODY, text));
    assert_string_equal(text, "10 of 11 people have fewer than 3 encodings: Bob, Eve, Grace 0, "
                              "Grace 1, Grace 2 and 5 more. " COST);
}

/* However long the names, nothing of what it costs is cut. */
static void long_names_are_cut(void **state)
{
    (void)state;
    char name[FG_NAME_SIZE];
    for (int i = 0; i < 8; i++) {
        snprintf(
            name, sizeof(name), "%d%.*s", i, FG_NAME_SIZE - 2,
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
            "x");
        add(name, 1);
    }
    assert_true(fg_few_describe(gallery, FG_FEW_EVERYBODY, text));
    assert_non_null(strstr(text, " and 3 more. " COST));
}

#define WITH_GALLERY(test) cmocka_unit_test_setup_teardown(test, create, destroy)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_GALLERY(three_encodings_are_enough),
        WITH_GALLERY(a_single_person_is_named_with_what_they_have),
        WITH_GALLERY(several_people_are_counted_and_the_first_five_named),
        WITH_GALLERY(long_names_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
