#include "facegate/gallery/review.h"
#include "gallery_store.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TOLERANCE 0.5

static fg_gallery *gallery;
static fg_review *review;

static int make_gallery(void **state)
{
    (void)state;
    return fg_gallery_create(&gallery);
}

static int free_gallery(void **state)
{
    (void)state;
    review = fg_review_free(review);
    gallery = fg_gallery_free(gallery);
    return 0;
}

/* All zeroes but for the first two numbers, so that distances are plain to see. */
static void add(const char *name, float x, float y)
{
    const float encoding[FG_ENCODING_SIZE] = {x, y};
    assert_int_equal(fg_gallery_add(gallery, name, NULL, encoding, NULL), 0);
}

static void make_review(double tolerance)
{
    fg_review_free(review);
    assert_int_equal(fg_review_create(gallery, tolerance, NULL, NULL, &review), 0);
}

static bool is_near(double one, double other)
{
    return one == other || fabs(one - other) < 1e-6 || (isnan(one) && isnan(other));
}

static void assert_person(int person, double spread, int nearest, double distance, int encoding,
                          int nearest_encoding)
{
    const fg_review_person *of = fg_review_of(review, person);
    assert_true(is_near(of->spread, spread));
    assert_int_equal(of->nearest, nearest);
    assert_true(is_near(of->distance, distance));
    assert_int_equal(of->encoding, encoding);
    assert_int_equal(of->nearest_encoding, nearest_encoding);
}

static void assert_counts(int mix_ups, int64_t pairs, int64_t close, int few, int nones)
{
    const fg_review_counts *counts = fg_review_counts_of(review);
    assert_int_equal(counts->mix_ups, mix_ups);
    assert_int_equal(counts->pairs, pairs);
    assert_int_equal(counts->close, close);
    assert_int_equal(counts->few, few);
    assert_int_equal(counts->nones, nones);
}

/* Every finding, in order; those of too few encodings, which come last, have a test of their own.
 */
static void assert_findings(const fg_finding *expected, int expected_count)
{
    int count = 0;
    const fg_finding *findings = fg_review_findings(review, &count);
    while (count > 0 && findings[count - 1].kind >= FG_FINDING_FEW) {
        count--;
    }
    assert_int_equal(count, expected_count);
    for (int i = 0; i < count; i++) {
        assert_int_equal(findings[i].kind, expected[i].kind);
        assert_int_equal(findings[i].person, expected[i].person);
        assert_int_equal(findings[i].encoding, expected[i].encoding);
        assert_int_equal(findings[i].other, expected[i].other);
        assert_int_equal(findings[i].other_encoding, expected[i].other_encoding);
        assert_true(is_near(findings[i].distance, expected[i].distance));
        assert_true(is_near(findings[i].own_distance, expected[i].own_distance));
        assert_int_equal(findings[i].from_mix_up, expected[i].from_mix_up);
    }
}
#define ASSERT_FINDINGS(...)                                                                       \
    do {                                                                                           \
        const fg_finding wanted[] = {__VA_ARGS__};                                                 \
        assert_findings(wanted, (int)(sizeof(wanted) / sizeof(wanted[0])));                        \
    } while (0)

static void an_empty_gallery_has_nothing_to_find(void **state)
{
    (void)state;
    int count = 0;
    make_review(TOLERANCE);
    assert_findings(NULL, 0);
    assert_counts(0, 0, 0, 0, 0);
    const fg_review_rate *rates = fg_review_rates(review, &count);
    assert_int_equal(count, 5);
    assert_true(rates[2].configured && rates[2].seen.trials == 0);
    assert_null(fg_review_free(NULL));
}

static void one_person_has_nobody_beside_them(void **state)
{
    (void)state;
    add("Ada", 0, 0);
    make_review(TOLERANCE);
    assert_person(0, NAN, -1, INFINITY, -1, -1);
    assert_findings(NULL, 0);
    add("Ada", 0, 0.25f);
    add("Ada", 0, 0.375f);
    make_review(TOLERANCE);
    assert_person(0, 0.375, -1, INFINITY, -1, -1);
    assert_findings(NULL, 0);
}

static void spread_and_nearest_other_are_reported_with_the_encodings(void **state)
{
    (void)state;
    add("Ada", 0, 0);
    add("Grace", 3, 0);
    add("Ada", 0.25f, 0);
    add("Bob", 2, 0);
    add("Grace", 3.25f, 0);
    add("Bob", 2, 0.125f);
    make_review(TOLERANCE);
    assert_person(0, 0.25, 2, 1.75, 1, 0);
    assert_person(1, 0.25, 2, 1, 0, 0);
    assert_person(2, 0.125, 1, 1, 0, 0);
    assert_findings(NULL, 0);
    assert_counts(0, 0, 0, 3, 0);
}

static void of_equally_near_people_and_encodings_the_first_is_reported(void **state)
{
    (void)state;
    add("Ada", 0, 0);
    add("Bob", 1, 0);
    add("Grace", -1, 0);
    add("Grace", -1, 0);
    add("Ada", 0, 0);
    add("Bob", 1, 0);
    make_review(TOLERANCE);
    assert_person(0, 0, 1, 1, 0, 0);
    assert_person(1, 0, 0, 1, 0, 0);
    assert_person(2, 0, 0, 1, 0, 0);
}

static void an_encoding_the_door_would_take_for_somebody_else_is_a_mix_up(void **state)
{
    (void)state;
    add("Ada", 0, 0);
    add("Ada", 0.125f, 0);
    add("Ada", 2, 0.25f); /* Bob's */
    add("Bob", 2, 0);
    add("Bob", 2.125f, 0);
    make_review(TOLERANCE);
    ASSERT_FINDINGS({FG_FINDING_MIX_UP, 0, 2, 1, 0, 0.25, sqrt(1.875 * 1.875 + 0.0625), false},
                    {FG_FINDING_PAIR, 0, 2, 1, 0, 0.25, NAN, true});
    assert_counts(1, 1, 0, 1, 0);
}

static void an_encoding_far_from_its_own_is_found_and_one_just_near_enough_is_not(void **state)
{
    (void)state;
    add("Ada", 0, 0);
    add("Ada", 0.25f, 0);
    add("Ada", 0.25f, 0.625f);
    add("Bob", 5, 0);
    add("Bob", 5.59f, 0);
    make_review(TOLERANCE);
    ASSERT_FINDINGS({FG_FINDING_FAR, 0, 2, -1, 1, 0.625, NAN, false});
    assert_counts(1, 0, 0, 1, 0);
    /* What the door lets in as this person is not far. */
    make_review(0.7);
    assert_findings(NULL, 0);
}

static void two_encodings_far_apart_are_one_finding(void **state)
{
    (void)state;
    add("Ada", 0, 0);
    add("Ada", 0.75f, 0);
    make_review(TOLERANCE);
    ASSERT_FINDINGS({FG_FINDING_FAR, 0, 0, -1, 1, 0.75, NAN, false});
    /* With somebody near one of them it is plain which of the two is wrong. */
    add("Bob", 1, 0);
    make_review(TOLERANCE);
    ASSERT_FINDINGS({FG_FINDING_MIX_UP, 0, 1, 1, 0, 0.25, 0.75, false},
                    {FG_FINDING_PAIR, 0, 1, 1, 0, 0.25, NAN, true});
}

static void people_under_two_names_are_a_pair_and_no_mix_up(void **state)
{
    (void)state;
    add("Ada", 0, 0);
    add("Ada", 0.375f, 0);
    add("Grace", 0.25f, 0);
    add("Grace", 0, 0.25f);
    make_review(TOLERANCE);
    ASSERT_FINDINGS({FG_FINDING_PAIR, 0, 1, 1, 0, 0.125, NAN, false});
}

static void pairs_are_sorted_and_end_a_margin_beyond_the_tolerance(void **state)
{
    (void)state;
    add("Ada", 0, 0);
    add("Bob", 0.5f, 0); /* at the tolerance is within it */
    add("Grace", 0.5f, 0.25f);
    add("Eve", 0, 0.53125f);
    add("Zoe", 1.0625f, 0); /* 0.5625 from Bob: beyond the margin */
    make_review(TOLERANCE);
    ASSERT_FINDINGS({FG_FINDING_PAIR, 1, 0, 2, 0, 0.25, NAN, false},
                    {FG_FINDING_PAIR, 0, 0, 1, 0, 0.5, NAN, false},
                    {FG_FINDING_CLOSE, 0, 0, 3, 0, 0.53125, NAN, false});
    assert_counts(0, 2, 1, 5, 0);
}

static void of_more_pairs_than_are_listed_the_nearest_are_and_all_are_counted(void **state)
{
    (void)state;
    enum { PEOPLE = 100 };
    for (int i = 0; i < PEOPLE; i++) {
        char name[16];
        snprintf(name, sizeof(name), "%d", i);
        add(name, (float)i / 1024, 0);
        add(name, (float)i / 1024, 0);
    }
    make_review(TOLERANCE);
    assert_counts(0, PEOPLE * (PEOPLE - 1) / 2, 0, PEOPLE, 0);
    int count = 0;
    const fg_finding *findings = fg_review_findings(review, &count);
    assert_int_equal(count, FG_REVIEW_PAIRS + PEOPLE);
    /* 99 neighbours at 1, 98 at 2, ... */
    assert_true(is_near(findings[0].distance, 1.0 / 1024));
    assert_true(is_near(findings[98].distance, 1.0 / 1024));
    assert_true(is_near(findings[99].distance, 2.0 / 1024));
    assert_true(is_near(findings[999].distance, 11.0 / 1024));
    assert_int_equal(findings[98].person, 98);
}

static void numbers_out_of_all_proportion_are_far_from_everybody(void **state)
{
    (void)state;
    add("Ada", 3e38f, 0);
    add("Ada", -3e38f, 0);
    add("Bob", 0, 3e38f);
    make_review(TOLERANCE);
    assert_person(0, INFINITY, -1, INFINITY, -1, -1);
    ASSERT_FINDINGS({FG_FINDING_FAR, 0, 0, -1, -1, INFINITY, NAN, false});
}

static void whoever_has_too_few_encodings_is_reported_last(void **state)
{
    (void)state;
    static const fg_finding expected[] = {
        {FG_FINDING_FAR, 2, 0, -1, 1, 0.75, NAN, false},
        {FG_FINDING_FEW, 0, -1, -1, -1, NAN, NAN, false},
        {FG_FINDING_FEW, 2, -1, -1, -1, NAN, NAN, false},
        {FG_FINDING_NONE, 1, -1, -1, -1, NAN, NAN, false},
    };
    int count = 0;
    add("Ada", 0, 0);
    assert_int_equal(fg_gallery_put_person(gallery, "Bob", NULL, 0), 0);
    add("Grace", 1, 0);
    add("Grace", 1, 0.75f);
    for (int i = 0; i < FG_REVIEW_ENOUGH; i++) {
        add("Mary", 2, 0);
    }
    make_review(TOLERANCE);
    const fg_finding *findings = fg_review_findings(review, &count);
    assert_int_equal(count, sizeof(expected) / sizeof(expected[0]));
    for (int i = 0; i < count; i++) {
        assert_int_equal(findings[i].kind, expected[i].kind);
        assert_int_equal(findings[i].person, expected[i].person);
        assert_int_equal(findings[i].encoding, expected[i].encoding);
    }
    assert_counts(1, 0, 0, 2, 1);
    /* Somebody without any is in no pair. */
    assert_person(1, NAN, -1, INFINITY, -1, -1);
    assert_true(fg_review_rates(review, &count)->seen.trials == 3);
}

static void rates_are_reported_at_the_configured_tolerance_too(void **state)
{
    (void)state;
    static const struct {
        double tolerance;
        int count, place;
    } cases[] = {{0.5, 5, 2}, {0.2, 6, 0}, {0.42, 6, 1}, {0.6, 5, 4}, {0.8, 6, 5}};
    add("Ada", 0, 0);
    add("Bob", 0.5f, 0);
    add("Grace", 0.59375f, 0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int count = 0;
        make_review(cases[i].tolerance);
        const fg_review_rate *rates = fg_review_rates(review, &count);
        assert_int_equal(count, cases[i].count);
        for (int k = 0; k < count; k++) {
            double tolerance = rates[k].tolerance;
            assert_int_equal(rates[k].configured, k == cases[i].place);
            assert_true(!rates[k].configured || tolerance == cases[i].tolerance);
            assert_true(k == 0 || tolerance > rates[k - 1].tolerance);
            assert_int_equal(rates[k].seen.trials, 3);
            assert_int_equal(rates[k].seen.hits,
                             1 + (tolerance >= 0.5 ? 1 : 0) + (tolerance >= 0.59375 ? 1 : 0));
        }
    }
}

typedef struct telling {
    int count, last, total;
} telling;

static void note_progress(void *context, int done, int total)
{
    telling *reported = context;
    assert_true(done > reported->last && done <= total);
    *reported = (telling){reported->count + 1, done, total};
}

static void progress_is_reported_up_to_the_end(void **state)
{
    (void)state;
    telling reported = {.last = -1};
    for (int i = 0; i < 500; i++) {
        char name[16];
        snprintf(name, sizeof(name), "%d", i);
        add(name, (float)i, 0);
    }
    assert_int_equal(fg_review_create(gallery, TOLERANCE, note_progress, &reported, &review), 0);
    assert_in_range(reported.count, 10, 101);
    assert_int_equal(reported.last, reported.total);
}

/* What is said to whoever enrols, word for word. */
static void a_candidate_is_taken_or_refused_with_what_to_do(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        float x, y;
        int result;
        const char *text;
    } cases[] = {
        /* Somebody new, near nobody; the same with the tolerance just missed. */
        {"Eve", 0, -5, 0, ""},
        {"Eve", -0.5078125f, 0, 0, ""},
        /* At the tolerance is within it. */
        {"Eve", -0.5f, 0, -EEXIST,
         "this face is enrolled as \"Ada\" already (distance 0.500, tolerance 0.50): add the "
         "picture to \"Ada\", or use --force if they really are two people"},
        /* Another view of the person. */
        {"Ada", -0.5f, 0, 0, ""},
        {"Ada", -0.59375f, 0, 0, ""},
        {"Ada", -0.625f, 0, -ERANGE,
         "this face is far from the 2 encodings \"Ada\" has (nearest 0.625, at most 0.60): is this "
         "the wrong picture? Use --force if it really is Ada"},
        {"Bob", 5, 0.75f, -ERANGE,
         "this face is far from the one encoding \"Bob\" has (0.750, at most 0.60): is this the "
         "wrong picture, or was that one? Use --force if both really are Bob"},
        /* Far from their own and near another: whose it is comes first. */
        {"Ada", 5, 0.25f, -EEXIST,
         "this face is enrolled as \"Bob\" already (distance 0.250, tolerance 0.50): add the "
         "picture to \"Bob\", or use --force if they really are two people"},
        /* Near both, and nearer to their own: it would let the other in under this name. */
        {"Ada", 0.5f, 0, -EEXIST,
         "this face is too close to \"Grace\" as well (distance 0.500, tolerance 0.50; 0.250 to "
         "\"Ada\"): take another picture, or use --force if they really are two people"},
        {"Grace", 0.625f, 0, -EEXIST,
         "this face is too close to \"Ada\" as well (distance 0.375, tolerance 0.50; 0.375 to "
         "\"Grace\"): take another picture, or use --force if they really are two people"},
    };
    add("Ada", 0, 0);
    add("Ada", 0.25f, 0);
    add("Bob", 5, 0);
    add("Grace", 1, 0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const float encoding[FG_ENCODING_SIZE] = {cases[i].x, cases[i].y};
        fg_error error = {""};
        assert_int_equal(fg_review_candidate(gallery, cases[i].name, encoding, TOLERANCE, &error),
                         cases[i].result);
        assert_string_equal(error.text, cases[i].text);
    }
    /* A tolerance is reported as it is set. */
    const float third[FG_ENCODING_SIZE] = {-0.375f};
    fg_error error;
    assert_int_equal(fg_review_candidate(gallery, "Eve", third, 0.425, &error), -EEXIST);
    assert_non_null(strstr(error.text, "(distance 0.375, tolerance 0.425)"));
    /* What the tolerance lets in as Ada is not far from her. */
    const float wide[FG_ENCODING_SIZE] = {-0.625f};
    assert_int_equal(fg_review_candidate(gallery, "Ada", wide, 0.65, NULL), 0);
    assert_int_equal(fg_review_candidate(gallery, "Eve", wide, 0.65, NULL), -EEXIST);
}

static void anybody_may_be_the_first(void **state)
{
    (void)state;
    const float encoding[FG_ENCODING_SIZE] = {1};
    assert_int_equal(fg_review_candidate(gallery, "Ada", encoding, TOLERANCE, NULL), 0);
    assert_int_equal(fg_gallery_put_person(gallery, "Ada", NULL, 0), 0);
    assert_int_equal(fg_review_candidate(gallery, "Ada", encoding, TOLERANCE, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define REVIEW_TEST(name) cmocka_unit_test_setup_teardown(name, make_gallery, free_gallery)
        REVIEW_TEST(an_empty_gallery_has_nothing_to_find),
        REVIEW_TEST(one_person_has_nobody_beside_them),
        REVIEW_TEST(spread_and_nearest_other_are_reported_with_the_encodings),
        REVIEW_TEST(of_equally_near_people_and_encodings_the_first_is_reported),
        REVIEW_TEST(an_encoding_the_door_would_take_for_somebody_else_is_a_mix_up),
        REVIEW_TEST(an_encoding_far_from_its_own_is_found_and_one_just_near_enough_is_not),
        REVIEW_TEST(two_encodings_far_apart_are_one_finding),
        REVIEW_TEST(people_under_two_names_are_a_pair_and_no_mix_up),
        REVIEW_TEST(pairs_are_sorted_and_end_a_margin_beyond_the_tolerance),
        REVIEW_TEST(of_more_pairs_than_are_listed_the_nearest_are_and_all_are_counted),
        REVIEW_TEST(numbers_out_of_all_proportion_are_far_from_everybody),
        REVIEW_TEST(whoever_has_too_few_encodings_is_reported_last),
        REVIEW_TEST(rates_are_reported_at_the_configured_tolerance_too),
        REVIEW_TEST(progress_is_reported_up_to_the_end),
        REVIEW_TEST(a_candidate_is_taken_or_refused_with_what_to_do),
        REVIEW_TEST(anybody_may_be_the_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
