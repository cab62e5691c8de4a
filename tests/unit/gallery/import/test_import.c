#include "facegate/gallery/import.h"
#include "gallery_store.h"
#include "testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* `seed` makes it one of its own. */
static void make_encoding(int seed, float ret_encoding[FG_ENCODING_SIZE])
{
    for (int i = 0; i < FG_ENCODING_SIZE; i++) {
        ret_encoding[i] = 0.4f * ((float)((seed * 37 + i * 11) % 1009) / 1009.0f - 0.5f);
    }
}

static void add(fg_gallery *gallery, const char *name, const char *rfid_id, int seed)
{
    float encoding[FG_ENCODING_SIZE];
    make_encoding(seed, encoding);
    assert_int_equal(fg_gallery_add(gallery, name, rfid_id, encoding, NULL), 0);
}

static fg_gallery *make(void)
{
    fg_gallery *gallery = NULL;
    assert_int_equal(fg_gallery_create(&gallery), 0);
    return gallery;
}

static void assert_count(const fg_import_count *count, bool is_new, int added, int twice,
                         int replaced)
{
    assert_int_equal(count->is_new, is_new);
    assert_int_equal(count->added, added);
    assert_int_equal(count->twice, twice);
    assert_int_equal(count->replaced, replaced);
}

/* Whether the person has it, at their own distance zero. */
static void assert_has(const fg_gallery *gallery, const char *name, int seed)
{
    float encoding[FG_ENCODING_SIZE];
    fg_match match;
    make_encoding(seed, encoding);
    fg_gallery_match(gallery, encoding, &match);
    assert_string_equal(fg_gallery_name(gallery, match.person), name);
    assert_true(match.distance <= 0);
}

/* Ada (with a badge) 1 and 2, Bob 3; what comes: Ada 2, 4 and 4 again, Zoe 5. */
static void make_both(fg_gallery **ret_gallery, fg_gallery **ret_people)
{
    *ret_gallery = make();
    add(*ret_gallery, "Ada", "D8E2F1G3", 1);
    add(*ret_gallery, "Bob", NULL, 3);
    add(*ret_gallery, "Ada", NULL, 2);
    *ret_people = make();
    add(*ret_people, "Ada", NULL, 2);
    add(*ret_people, "Zoe", NULL, 5);
    add(*ret_people, "Ada", NULL, 4);
    add(*ret_people, "Ada", NULL, 4);
}

static void a_name_that_is_there_is_added_to_and_nothing_twice(void **state)
{
    (void)state;
    fg_gallery *gallery;
    fg_gallery *people;
    fg_import_count counts[2];
    make_both(&gallery, &people);
    assert_int_equal(fg_import_add(gallery, people, false, counts, NULL), 0);
    assert_count(&counts[0], false, 1, 2, 0);
    assert_count(&counts[1], true, 1, 0, 0);
    assert_int_equal(fg_gallery_people(gallery), 3);
    assert_int_equal(fg_gallery_encodings(gallery), 5);
    assert_int_equal(fg_gallery_person_encodings(gallery, 0), 3);
    assert_string_equal(fg_gallery_badge(gallery, 0), "D8E2F1G3");
    assert_has(gallery, "Ada", 1);
    assert_has(gallery, "Ada", 2);
    assert_has(gallery, "Ada", 4);
    assert_has(gallery, "Bob", 3);
    assert_has(gallery, "Zoe", 5);
    fg_gallery_free(gallery);
    fg_gallery_free(people);
}

static void replacing_takes_the_old_encodings_and_leaves_the_badge_and_everybody_else(void **state)
{
    (void)state;
    fg_gallery *gallery;
    fg_gallery *people;
    fg_import_count counts[2];
    make_both(&gallery, &people);
    assert_int_equal(fg_import_add(gallery, people, true, counts, NULL), 0);
    assert_count(&counts[0], false, 2, 1, 2);
    assert_count(&counts[1], true, 1, 0, 0);
    assert_int_equal(fg_gallery_encodings(gallery), 4);
    assert_int_equal(fg_gallery_person_encodings(gallery, 0), 2);
    assert_string_equal(fg_gallery_badge(gallery, 0), "D8E2F1G3");
    assert_has(gallery, "Ada", 2);
    assert_has(gallery, "Ada", 4);
    assert_has(gallery, "Bob", 3);
    assert_has(gallery, "Zoe", 5);
    fg_match match;
    float gone[FG_ENCODING_SIZE];
    make_encoding(1, gone);
    fg_gallery_match(gallery, gone, &match);
    assert_true(match.distance > 0);
    fg_gallery_free(gallery);
    fg_gallery_free(people);
}

static void the_same_numbers_under_another_name_come_over(void **state)
{
    (void)state;
    fg_gallery *gallery = make();
    fg_gallery *people = make();
    fg_import_count counts[1];
    add(gallery, "Ada", NULL, 1);
    add(people, "Zoe", NULL, 1);
    assert_int_equal(fg_import_add(gallery, people, false, counts, NULL), 0);
    assert_count(&counts[0], true, 1, 0, 0);
    fg_gallery_free(gallery);
    fg_gallery_free(people);
}

static void nobody_is_fine_on_either_side(void **state)
{
    (void)state;
    fg_gallery *gallery = make();
    fg_gallery *people = make();
    fg_import_count counts[1];
    assert_int_equal(fg_import_add(gallery, people, false, counts, NULL), 0);
    add(people, "Zoe", NULL, 1);
    assert_int_equal(fg_import_add(gallery, people, true, counts, NULL), 0);
    assert_count(&counts[0], true, 1, 0, 0);
    fg_gallery_free(gallery);
    fg_gallery_free(people);
}

/* The 200,000 a file may have, nearly alike and all of one person, are no square of work. */
static void one_person_with_very_many_is_quick(void **state)
{
    (void)state;
    fg_gallery *gallery = make();
    fg_gallery *people = make();
    fg_import_count counts[1];
    float encoding[FG_ENCODING_SIZE] = {0};
    for (int i = 0; i < FG_IMPORT_ENCODINGS; i++) {
        encoding[FG_ENCODING_SIZE - 1] = (float)(i / 2);
        assert_int_equal(fg_gallery_add(people, "Ada", NULL, encoding, NULL), 0);
    }
    double start = fg_testing_now();
    assert_int_equal(fg_import_add(gallery, people, false, counts, NULL), 0);
    assert_true(fg_testing_now() - start < FG_TESTING_PATIENCE);
    assert_count(&counts[0], true, FG_IMPORT_ENCODINGS / 2, FG_IMPORT_ENCODINGS / 2, 0);
    fg_gallery_free(gallery);
    fg_gallery_free(people);
}

static void what_is_exported_loads_with_every_bit(void **state)
{
    (void)state;
    static const float odd[] = {
        0.1f, -0.0f, 1e-45f, 0.124999993f, 1.0f / 3, -1.17549435e-38f, 0.25f, -0.333333343f};
    char *folder = fg_testing_folder();
    char *path = fg_testing_path(folder, "out.json");
    fg_gallery *gallery = make();
    fg_gallery *again = NULL;
    fg_error error = {""};
    char *text = NULL;
    size_t size = 0;
    add(gallery, "Ada", "D8E2F1G3", 1);
    add(gallery, "Zo\u00eb \"\\", NULL, 2);
    memcpy(gallery->encodings, odd, sizeof(odd));
    assert_int_equal(fg_gallery_export(gallery, &text, &size, NULL), 0);
    assert_int_equal(strlen(text), size);
    fg_testing_write(path, text, size);
    if (fg_gallery_load(path, &again, &error) != 0) {
        fail_msg("%s", error.text);
        return;
    }
    assert_int_equal(fg_gallery_people(again), 2);
    assert_string_equal(fg_gallery_name(again, 1), "Zo\u00eb \"\\");
    assert_string_equal(fg_gallery_badge(again, 0), "D8E2F1G3");
    assert_memory_equal(again->encodings, gallery->encodings, 2 * FG_ENCODING_SIZE * sizeof(float));
    free(text);
    fg_gallery_free(gallery);
    fg_gallery_free(again);
    free(path);
    fg_testing_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_that_is_there_is_added_to_and_nothing_twice),
        cmocka_unit_test(replacing_takes_the_old_encodings_and_leaves_the_badge_and_everybody_else),
        cmocka_unit_test(the_same_numbers_under_another_name_come_over),
        cmocka_unit_test(nobody_is_fine_on_either_side),
        cmocka_unit_test(one_person_with_very_many_is_quick),
        cmocka_unit_test(what_is_exported_loads_with_every_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
