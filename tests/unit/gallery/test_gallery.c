#include "facegate/gallery/gallery.h"
#include "gallery_store.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static fg_gallery *gallery;

static int make_gallery(void **state)
{
    (void)state;
    return fg_gallery_create(&gallery);
}

static int free_gallery(void **state)
{
    (void)state;
    gallery = fg_gallery_free(gallery);
    return gallery != NULL;
}

/* Numbers like those of a real encoding, the same in every run. */
static float next_number(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return ((float)(*seed >> 8) / 16777216.0f - 0.5f) * 0.4f;
}

static void make_encoding(uint32_t seed, float ret_encoding[FG_ENCODING_SIZE])
{
    for (int i = 0; i < FG_ENCODING_SIZE; i++) {
        ret_encoding[i] = next_number(&seed);
    }
}

/* All zeroes but for the first number, so that distances are plain to see. */
static void add_at(const char *name, float where)
{
    float encoding[FG_ENCODING_SIZE] = {where};
    assert_int_equal(fg_gallery_add(gallery, name, NULL, encoding, NULL), 0);
}

static fg_match match_at(float where)
{
    float probe[FG_ENCODING_SIZE] = {where};
    fg_match match;
    fg_gallery_match(gallery, probe, &match);
    return match;
}

static void assert_match(fg_match match, int person, double distance, int runner_up,
                         double runner_up_distance)
{
    assert_int_equal(match.person, person);
    assert_true(match.distance == distance);
    assert_int_equal(match.runner_up, runner_up);
    assert_true(match.runner_up_distance == runner_up_distance);
}

static void people_are_kept_in_the_order_they_came(void **state)
{
    (void)state;
    float encoding[FG_ENCODING_SIZE] = {0};
    assert_int_equal(fg_gallery_add(gallery, "Ada", "D8E2F1G3", encoding, NULL), 0);
    add_at("Grace", 1);
    add_at("Ada", 2);
    assert_int_equal(fg_gallery_people(gallery), 2);
    assert_int_equal(fg_gallery_encodings(gallery), 3);
    assert_string_equal(fg_gallery_name(gallery, 0), "Ada");
    assert_string_equal(fg_gallery_name(gallery, 1), "Grace");
    assert_string_equal(fg_gallery_badge(gallery, 0), "D8E2F1G3");
    assert_null(fg_gallery_badge(gallery, 1));
    assert_int_equal(fg_gallery_person_encodings(gallery, 0), 2);
    assert_int_equal(fg_gallery_person_encodings(gallery, 1), 1);
    assert_int_equal(fg_gallery_find(gallery, "Grace"), 1);
    assert_int_equal(fg_gallery_find(gallery, "grace"), -1);

    assert_int_equal(fg_gallery_add(gallery, "Ada", "NEW:1", encoding, NULL), 0);
    assert_string_equal(fg_gallery_badge(gallery, 0), "NEW:1");
    assert_int_equal(fg_gallery_people(gallery), 2);
}

static void an_empty_gallery_matches_nobody(void **state)
{
    (void)state;
    assert_match(match_at(0), -1, INFINITY, -1, INFINITY);
    assert_int_equal(fg_gallery_find(gallery, "Ada"), -1);
    assert_null(fg_gallery_free(NULL));
}

static void the_nearest_and_the_nearest_other_person_are_found(void **state)
{
    (void)state;
    add_at("Ada", 0);
    assert_match(match_at(3), 0, 3, -1, INFINITY);
    add_at("Ada", 1);
    add_at("Grace", 10);
    add_at("Mary", 20);
    add_at("Ada", 19);
    assert_match(match_at(1), 0, 0, 1, 9);
    assert_match(match_at(9), 1, 1, 0, 8);
    assert_match(match_at(19.25f), 0, 0.25, 2, 0.75);
    assert_match(match_at(30), 2, 10, 0, 11);
}

static void of_equally_near_people_the_first_is_named(void **state)
{
    (void)state;
    add_at("Ada", 100);
    add_at("Grace", 100);
    add_at("Mary", -1);
    add_at("Grace", 1);
    add_at("Ada", -1);
    /* Mary, Grace and Ada are all at 1, met in that order. */
    assert_match(match_at(0), 0, 1, 1, 1);
    add_at("Ada", 1);
    assert_match(match_at(0), 0, 1, 1, 1);
    assert_int_equal(fg_gallery_remove(gallery, "Ada", NULL), 0);
    assert_match(match_at(0), 0, 1, 1, 1);
    assert_string_equal(fg_gallery_name(gallery, 0), "Grace");
}

static void what_is_not_finite_matches_nobody(void **state)
{
    (void)state;
    add_at("Ada", 0);
    add_at("Grace", FLT_MAX);
    assert_match(match_at(NAN), -1, INFINITY, -1, INFINITY);
    assert_match(match_at(INFINITY), -1, INFINITY, -1, INFINITY);
    assert_match(match_at(0), 0, 0, -1, INFINITY);
}

/* The same by hand: in double, one person after another. */
static double distance_to_person(int person, const float *probe)
{
    double least = INFINITY;
    for (int i = 0; i < gallery->count; i++) {
        double sum = 0;
        const float *encoding = gallery->encodings + (size_t)i * FG_ENCODING_SIZE;
        for (int k = 0; k < FG_ENCODING_SIZE; k++) {
            sum += pow((double)encoding[k] - (double)probe[k], 2);
        }
        if (gallery->owners[i] == person && sqrt(sum) < least) {
            least = sqrt(sum);
        }
    }
    return least;
}

static void each_person_has_the_distance_of_the_nearest_of_their_encodings(void **state)
{
    (void)state;
    double distances[3];
    int encodings[3];
    float probe[FG_ENCODING_SIZE] = {1.0f};
    float broken[FG_ENCODING_SIZE] = {NAN};
    add_at("Ada", 3.0f);
    add_at("Bob", 0.5f);
    add_at("Ada", 1.25f);
    add_at("Grace", 1.0f);
    add_at("Ada", 0.75f); /* as near: the one that came first is reported */
    fg_gallery_distances(gallery, probe, distances, encodings);
    assert_true(distances[0] == 0.25 && encodings[0] == 2);
    assert_true(distances[1] == 0.5 && encodings[1] == 1);
    assert_true(distances[2] == 0 && encodings[2] == 3);
    fg_gallery_distances(gallery, broken, distances, encodings);
    for (int i = 0; i < 3; i++) {
        assert_true(isinf(distances[i]) && encodings[i] == -1);
    }
}

static void a_match_agrees_with_one_by_hand(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 500; i++) {
        float encoding[FG_ENCODING_SIZE];
        char name[32];
        snprintf(name, sizeof(name), "person %u", i * 7919 % 130);
        make_encoding(i, encoding);
        assert_int_equal(fg_gallery_add(gallery, name, NULL, encoding, NULL), 0);
    }
    assert_int_equal(fg_gallery_people(gallery), 130);
    assert_int_equal((uintptr_t)gallery->encodings % 64, 0);
    for (uint32_t probe_number = 0; probe_number < 50; probe_number++) {
        float probe[FG_ENCODING_SIZE];
        fg_match match;
        make_encoding(10000 + probe_number, probe);
        int best = -1, second = -1;
        double best_distance = INFINITY, second_distance = INFINITY;
        for (int person = 0; person < 130; person++) {
            double distance = distance_to_person(person, probe);
            if (distance < best_distance) {
                second = best;
                second_distance = best_distance;
                best = person;
                best_distance = distance;
            } else if (distance < second_distance) {
                second = person;
                second_distance = distance;
            }
        }
        fg_gallery_match(gallery, probe, &match);
        assert_int_equal(match.person, best);
        assert_int_equal(match.runner_up, second);
        assert_true(fabs(match.distance - best_distance) < 1e-6);
        assert_true(fabs(match.runner_up_distance - second_distance) < 1e-6);
    }
}

static void many_people_are_found_by_name(void **state)
{
    (void)state;
    char name[32];
    for (int i = 0; i < 3000; i++) {
        snprintf(name, sizeof(name), "person %d", i);
        add_at(name, (float)i);
    }
    for (int i = 0; i < 3000; i += 2) {
        snprintf(name, sizeof(name), "person %d", i);
        assert_int_equal(fg_gallery_find(gallery, name), i);
    }
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof(name), "person %d", i);
        assert_int_equal(fg_gallery_remove(gallery, name, NULL), 0);
        assert_int_equal(fg_gallery_find(gallery, name), -1);
    }
    assert_int_equal(fg_gallery_find(gallery, "person 2999"), 2899);
    assert_int_equal(fg_gallery_people(gallery), 2900);
}

static void a_person_is_removed_with_all_encodings(void **state)
{
    (void)state;
    fg_error error = {""};
    add_at("Ada", 0);
    add_at("Grace", 10);
    add_at("Ada", 1);
    add_at("Mary", 20);
    add_at("Grace", 11);
    assert_int_equal(fg_gallery_remove(gallery, "Grace", NULL), 0);
    assert_int_equal(fg_gallery_people(gallery), 2);
    assert_int_equal(fg_gallery_encodings(gallery), 3);
    assert_int_equal(fg_gallery_find(gallery, "Mary"), 1);
    assert_match(match_at(11), 1, 9, 0, 10);
    assert_int_equal(fg_gallery_remove(gallery, "Gr\nace", &error), -ENOENT);
    assert_string_equal(error.text, "nobody is named \"Gr?ace\"");
    assert_int_equal(fg_gallery_remove(gallery, "Ada", NULL), 0);
    assert_int_equal(fg_gallery_remove(gallery, "Mary", NULL), 0);
    assert_match(match_at(11), -1, INFINITY, -1, INFINITY);
    add_at("Grace", 5);
    assert_match(match_at(5), 0, 0, -1, INFINITY);
}

static void one_encoding_of_a_person_is_removed_and_never_the_last(void **state)
{
    (void)state;
    fg_error error = {""};
    add_at("Ada", 0);
    add_at("Grace", 10);
    add_at("Ada", 1);
    add_at("Ada", 2);
    assert_int_equal(fg_gallery_remove_encoding(gallery, "Ada", 1, NULL), 0);
    assert_int_equal(fg_gallery_encodings(gallery), 3);
    assert_int_equal(fg_gallery_person_encodings(gallery, 0), 2);
    assert_match(match_at(1), 0, 1, 1, 9); /* 0 and 2 are left */
    assert_match(match_at(10), 1, 0, 0, 8);
    assert_int_equal(fg_gallery_remove_encoding(gallery, "Ada", 2, &error), -ERANGE);
    assert_string_equal(error.text, "\"Ada\" has no encoding 3: there are 2, counted from 1");
    assert_int_equal(fg_gallery_remove_encoding(gallery, "Ada", -1, &error), -ERANGE);
    assert_string_equal(error.text, "\"Ada\" has no encoding 0: there are 2, counted from 1");
    assert_int_equal(fg_gallery_remove_encoding(gallery, "Ada", 1, NULL), 0);
    assert_match(match_at(2), 0, 2, 1, 8);
    assert_int_equal(fg_gallery_remove_encoding(gallery, "Ada", 1, &error), -ERANGE);
    assert_string_equal(error.text, "\"Ada\" has no encoding 2: there is 1, counted from 1");
    assert_int_equal(fg_gallery_remove_encoding(gallery, "Ada", 0, &error), -EPERM);
    assert_string_equal(error.text,
                        "\"Ada\" has only this encoding and would never be recognised: remove the "
                        "person instead");
    assert_int_equal(fg_gallery_remove_encoding(gallery, "Bob", 0, &error), -ENOENT);
    assert_string_equal(error.text, "nobody is named \"Bob\"");
    assert_int_equal(fg_gallery_encodings(gallery), 2);
}

static void a_person_is_renamed_in_place(void **state)
{
    (void)state;
    fg_error error = {""};
    add_at("Ada", 0);
    add_at("Grace", 10);
    assert_int_equal(fg_gallery_rename(gallery, "Ada", "Ada Lovelace", NULL), 0);
    assert_int_equal(fg_gallery_find(gallery, "Ada Lovelace"), 0);
    assert_int_equal(fg_gallery_find(gallery, "Ada"), -1);
    assert_int_equal(fg_gallery_rename(gallery, "Grace", "Grace", NULL), 0);
    assert_int_equal(fg_gallery_rename(gallery, "Grace", "Ada Lovelace", &error), -EEXIST);
    assert_string_equal(error.text, "\"Ada Lovelace\" already exists");
    assert_int_equal(fg_gallery_rename(gallery, "Ada", "Mary", &error), -ENOENT);
    assert_string_equal(error.text, "nobody is named \"Ada\"");
    assert_int_equal(fg_gallery_rename(gallery, "Grace", "", &error), -EINVAL);
    assert_string_equal(error.text, "the name is empty");
    assert_int_equal(fg_gallery_find(gallery, "Grace"), 1);
}

static void a_badge_is_set_and_taken_away(void **state)
{
    (void)state;
    fg_error error = {""};
    add_at("Ada", 0);
    assert_int_equal(fg_gallery_set_badge(gallery, "Ada", "X1", NULL), 0);
    assert_string_equal(fg_gallery_badge(gallery, 0), "X1");
    assert_int_equal(fg_gallery_set_badge(gallery, "Ada", "no blanks", &error), -EINVAL);
    assert_string_equal(error.text, "the badge \"no blanks\" is not 1 to 64 characters of A-Z a-z "
                                    "0-9 - _ :");
    assert_int_equal(fg_gallery_set_badge(gallery, "Eve", "X2", &error), -ENOENT);
    assert_string_equal(error.text, "nobody is named \"Eve\"");
    assert_string_equal(fg_gallery_badge(gallery, 0), "X1");
    assert_int_equal(fg_gallery_set_badge(gallery, "Ada", NULL, NULL), 0);
    assert_null(fg_gallery_badge(gallery, 0));
}

static void names_and_badges_follow_the_rules(void **state)
{
    (void)state;
    char text[FG_NAME_SIZE + 1];
    memset(text, 'a', sizeof(text));
    text[FG_NAME_SIZE] = '\0';
    static const struct {
        const char *name, *message;
    } names[] = {
        {"", "the name is empty"},
        {"a\tb", "the name has a control character (U+0009)"},
        {"a\xC2\x80", "the name has a control character (U+0080)"},
        {"a\xFF", "the name is not valid UTF-8"},
    };
    static const struct {
        const char *rfid_id, *message;
    } badges[] = {
        {"", "the badge \"\" is not 1 to 64 characters of A-Z a-z 0-9 - _ :"},
        {"a b", "the badge \"a b\" is not 1 to 64 characters of A-Z a-z 0-9 - _ :"},
        {"\xC3\xA9\n", "the badge \"\xC3\xA9?\" is not 1 to 64 characters of A-Z a-z 0-9 - _ :"},
    };
    fg_error error;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_int_equal(fg_gallery_check_name(names[i].name, &error), -EINVAL);
        assert_string_equal(error.text, names[i].message);
    }
    for (size_t i = 0; i < sizeof(badges) / sizeof(badges[0]); i++) {
        assert_int_equal(fg_gallery_check_badge(badges[i].rfid_id, &error), -EINVAL);
        assert_string_equal(error.text, badges[i].message);
    }
    assert_int_equal(fg_gallery_check_name(text, &error), -EINVAL);
    assert_string_equal(error.text, "the name has 129 bytes, more than the 128 allowed");
    text[128] = '\0';
    assert_int_equal(fg_gallery_check_name(text, NULL), 0);
    text[65] = '\0';
    assert_int_equal(fg_gallery_check_badge(text, NULL), -EINVAL);
    text[64] = '\0';
    assert_int_equal(fg_gallery_check_badge(text, NULL), 0);
    assert_int_equal(fg_gallery_check_badge("Az09-_:", NULL), 0);
    assert_int_equal(fg_gallery_check_name("Zo\xC3\xAB \xF0\x9F\x98\x80", NULL), 0);
}

static void what_breaks_a_rule_is_not_added(void **state)
{
    (void)state;
    float encoding[FG_ENCODING_SIZE] = {0};
    fg_error error = {""};
    assert_int_equal(fg_gallery_add(gallery, "", NULL, encoding, &error), -EINVAL);
    assert_string_equal(error.text, "the name is empty");
    assert_int_equal(fg_gallery_add(gallery, "Ada", "#", encoding, &error), -EINVAL);
    encoding[127] = NAN;
    assert_int_equal(fg_gallery_add(gallery, "Ada", NULL, encoding, &error), -EINVAL);
    assert_string_equal(error.text, "the encoding cannot be used: number 128 is not finite");
    encoding[127] = -INFINITY;
    assert_int_equal(fg_gallery_add(gallery, "Ada", NULL, encoding, NULL), -EINVAL);
    assert_int_equal(fg_gallery_people(gallery), 0);
    assert_int_equal(fg_gallery_encodings(gallery), 0);
}

#define IN_A_NEW_ONE(test) cmocka_unit_test_setup_teardown(test, make_gallery, free_gallery)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_NEW_ONE(people_are_kept_in_the_order_they_came),
        IN_A_NEW_ONE(an_empty_gallery_matches_nobody),
        IN_A_NEW_ONE(the_nearest_and_the_nearest_other_person_are_found),
        IN_A_NEW_ONE(of_equally_near_people_the_first_is_named),
        IN_A_NEW_ONE(what_is_not_finite_matches_nobody),
        IN_A_NEW_ONE(each_person_has_the_distance_of_the_nearest_of_their_encodings),
        IN_A_NEW_ONE(a_match_agrees_with_one_by_hand),
        IN_A_NEW_ONE(many_people_are_found_by_name),
        IN_A_NEW_ONE(a_person_is_removed_with_all_encodings),
        IN_A_NEW_ONE(one_encoding_of_a_person_is_removed_and_never_the_last),
        IN_A_NEW_ONE(a_person_is_renamed_in_place),
        IN_A_NEW_ONE(a_badge_is_set_and_taken_away),
        IN_A_NEW_ONE(names_and_badges_follow_the_rules),
        IN_A_NEW_ONE(what_breaks_a_rule_is_not_added),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
