/* The rule on identities that nobody has, against what was computed of them in double precision. */
#include "facegate/gallery/comparison.h"
#include "nobody.h"
#include "testing.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FOLDER    FG_SOURCE_DIR "/tests/unit/gallery/rule/"
#define ENROLLED  10
#define TOLERABLE 1e-4

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

/* As the reference has it: five encodings of most, one of the last but one, two of the last. */
static void enroll_ten(void)
{
    for (int i = 0; i < ENROLLED; i++) {
        fg_nobody_enroll(gallery, i, 0, i == 8 ? 1 : i == 9 ? 2 : 5);
    }
}

static double number(const cJSON *row, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(row, name);
    assert_true(cJSON_IsNumber(item));
    return item->valuedouble;
}

static void assert_near(double one, double other)
{
    if (!(fabs(one - other) < TOLERABLE)) {
        fail_msg("%.6f, not %.6f", one, other);
    }
}

static void it_agrees_with_the_reference(void **state)
{
    (void)state;
    size_t size = 0;
    char *text = fg_testing_read(FOLDER "reference.json", &size);
    cJSON *reference = cJSON_ParseWithLength(text, size);
    const cJSON *rows = cJSON_GetObjectItemCaseSensitive(reference, "rows");
    const cJSON *row = NULL;
    assert_int_equal(cJSON_GetArraySize(rows), 220);
    enroll_ten();
    cJSON_ArrayForEach(row, rows)
    {
        int identity = (int)number(row, "identity");
        fg_comparison comparison;
        fg_comparison_make(gallery, fg_nobody_cohort(),
                           fg_nobody_view(identity, (int)number(row, "view")), &comparison);
        int best = fg_comparison_best(&comparison);
        assert_int_equal(best, (int)number(row, "best"));
        assert_near(fg_comparison_distance(gallery, &comparison, best), number(row, "distance"));
        assert_near(fg_comparison_margin(gallery, &comparison, best), number(row, "margin"));
        int next = comparison.people[comparison.people[0] == best ? 1 : 0];
        assert_near(fg_comparison_distance(gallery, &comparison, next), number(row, "next"));
    }
    cJSON_Delete(reference);
    free(text);
}

static void strangers_have_no_margin(void **state)
{
    (void)state;
    fg_comparison comparison;
    enroll_ten();
    for (int i = ENROLLED; i < FG_NOBODY_IDENTITIES; i++) {
        for (int j = 0; j < FG_NOBODY_VIEWS; j++) {
            fg_comparison_make(gallery, fg_nobody_cohort(), fg_nobody_view(i, j), &comparison);
            int best = fg_comparison_best(&comparison);
            assert_true(fg_comparison_margin(gallery, &comparison, best) < 0.0545);
        }
    }
}

static void assert_same(const fg_comparison *one, const fg_comparison *other)
{
    assert_memory_equal(one->people, other->people, sizeof(one->people));
    for (int i = 0; i < FG_NEAREST_PEOPLE && one->people[i] >= 0; i++) {
        assert_near((double)one->distances[i], (double)other->distances[i]);
    }
}

/* Whatever was added and taken away, it is as if what is left had been there alone. */
static void means_follow_what_comes_and_goes(void **state)
{
    (void)state;
    fg_comparison before, after;
    enroll_ten();
    fg_comparison_make(gallery, fg_nobody_cohort(), fg_nobody_view(3, 7), &before);

    fg_nobody_enroll(gallery, 3, 5, 8);
    fg_nobody_enroll(gallery, 20, 0, 3);
    assert_int_equal(fg_gallery_remove_encoding(gallery, "3", 6, NULL), 0);
    assert_int_equal(fg_gallery_remove_encoding(gallery, "3", 5, NULL), 0);
    assert_int_equal(fg_gallery_remove_encoding(gallery, "3", 5, NULL), 0);
    assert_int_equal(fg_gallery_remove(gallery, "20", NULL), 0);
    after = before;
    fg_comparison_renew(gallery, &after);
    assert_same(&before, &after);

    /* Somebody before the others goes and comes back as the last. */
    assert_int_equal(fg_gallery_remove(gallery, "0", NULL), 0);
    fg_nobody_enroll(gallery, 0, 0, 5);
    fg_comparison_renew(gallery, &after);
    for (int i = 0; i < ENROLLED; i++) {
        char was[16]; /* identities are enrolled in their order and named by their number */
        snprintf(was, sizeof(was), "%d", before.people[i]);
        assert_string_equal(fg_gallery_name(gallery, after.people[i]), was);
        assert_near((double)after.distances[i], (double)before.distances[i]);
    }
}

/* The margin as it is defined, without any of the shortcuts. */
static double margin_by_hand(const fg_comparison *comparison, int person)
{
    double all[FG_NEIGHBOURS + FG_NOBODY_IDENTITIES];
    int count = 0;
    for (int i = 0; i < FG_NEIGHBOURS; i++) {
        all[count++] = (double)comparison->cohort[i];
    }
    for (int i = 0; i < fg_gallery_people(gallery); i++) {
        if (i != person) {
            all[count++] = fg_comparison_distance(gallery, comparison, i);
        }
    }
    qsort(all, (size_t)count, sizeof(all[0]), fg_testing_by_value);
    double sum = 0;
    for (int i = 0; i < FG_NEIGHBOURS; i++) {
        sum += all[i];
    }
    return sum / FG_NEIGHBOURS - fg_comparison_distance(gallery, comparison, person);
}

/* A family: blends of two identities, all nearer to a view of one than the cohort is. */
static void enroll_family(void)
{
    for (int i = 0; i < 30; i++) {
        char name[16];
        float blend[FG_ENCODING_SIZE];
        float part = 0.6F + 0.01F * (float)i;
        for (int j = 0; j < FG_ENCODING_SIZE; j++) {
            blend[j] = part * fg_nobody_view(0, i % FG_NOBODY_VIEWS)[j] +
                       (1.0F - part) * fg_nobody_view(1, i % FG_NOBODY_VIEWS)[j];
        }
        snprintf(name, sizeof(name), "blend %d", i);
        assert_int_equal(fg_gallery_add(gallery, name, NULL, blend, NULL), 0);
    }
}

static void other_people_count_as_the_cohort_does(void **state)
{
    (void)state;
    fg_comparison comparison;
    enroll_family();
    fg_comparison_make(gallery, fg_nobody_cohort(), fg_nobody_view(0, 3), &comparison);
    assert_true(comparison.distances[FG_NEIGHBOURS] < comparison.cohort[0]);
    for (int i = 0; i < fg_gallery_people(gallery); i++) {
        assert_near(fg_comparison_margin(gallery, &comparison, i), margin_by_hand(&comparison, i));
    }
}

/* So that a candidate need not be looked for among all. */
static void who_is_not_among_the_nearest_has_no_margin(void **state)
{
    (void)state;
    fg_comparison comparison;
    enroll_family();
    fg_comparison_make(gallery, fg_nobody_cohort(), fg_nobody_view(0, 3), &comparison);
    int outside = 0;
    for (int i = 0; i < fg_gallery_people(gallery); i++) {
        bool inside = false;
        for (int j = 0; j < FG_NEAREST_PEOPLE; j++) {
            inside = inside || comparison.people[j] == i;
        }
        outside += !inside;
        assert_true(inside || fg_comparison_margin(gallery, &comparison, i) <= 0);
    }
    assert_int_equal(outside, 30 - FG_NEAREST_PEOPLE);
}

/* Of one encoding the mean is that encoding: 0.049 (1 - 1/5) is taken off the square. */
static void few_encodings_are_made_up_for(void **state)
{
    (void)state;
    fg_comparison comparison;
    float probe[FG_ENCODING_SIZE] = {1.0F};
    float there[FG_ENCODING_SIZE] = {1.5F};
    for (int count = 1; count <= 6; count++) {
        double square = 0.25 - (count < 5 ? 0.049 * (1.0 / count - 0.2) : 0.0);
        assert_int_equal(fg_gallery_add(gallery, "Ada", NULL, there, NULL), 0);
        fg_comparison_make(gallery, fg_nobody_cohort(), probe, &comparison);
        assert_near(fg_comparison_distance(gallery, &comparison, 0), sqrt(square));
    }
    fg_comparison_make(gallery, fg_nobody_cohort(), there, &comparison);
    assert_near(fg_comparison_distance(gallery, &comparison, 0), 0.1);
}

/* Taking the person away is what it stands for; the indices of the others stay. */
static void a_person_left_out_is_as_if_they_were_not_enrolled(void **state)
{
    (void)state;
    fg_comparison left_out, removed;
    enroll_ten();
    fg_comparison_make(gallery, fg_nobody_cohort(), fg_nobody_view(4, 7), &left_out);
    removed = left_out;
    assert_int_equal(fg_comparison_best(&left_out), 4);
    fg_comparison_leave_out(gallery, 4, &left_out);
    double margins[ENROLLED];
    for (int i = 0; i < ENROLLED; i++) {
        margins[i] = fg_comparison_margin(gallery, &left_out, i);
    }
    int best = fg_comparison_best(&left_out);
    assert_int_not_equal(best, 4);

    assert_int_equal(fg_gallery_remove(gallery, "4", NULL), 0);
    fg_comparison_renew(gallery, &removed);
    assert_int_equal(fg_comparison_best(&removed), best > 4 ? best - 1 : best);
    for (int i = 0; i < ENROLLED - 1; i++) {
        int was = i < 4 ? i : i + 1;
        assert_near(fg_comparison_margin(gallery, &removed, i), margins[was]);
        assert_near((double)removed.distances[i], (double)left_out.distances[i]);
    }
}

/* As a stranger's view that is not in the cohort itself; so nobody's margin is that of a twin. */
static void a_member_of_the_cohort_is_compared_with_the_others(void **state)
{
    (void)state;
    fg_comparison as_view, as_member;
    float twice[FG_NEIGHBOURS];
    enroll_ten();
    for (int i = 0; i < fg_cohort_size(fg_nobody_cohort()); i += 99) {
        const float *encoding = fg_cohort_member(fg_nobody_cohort(), i);
        fg_comparison_make(gallery, fg_nobody_cohort(), encoding, &as_view);
        fg_comparison_make_member(gallery, fg_nobody_cohort(), i, &as_member);
        assert_memory_equal(as_member.encoding, encoding, sizeof(as_member.encoding));
        assert_true((double)as_view.cohort[0] == 0 && (double)as_member.cohort[0] > 0);
        for (int j = 1; j < FG_NEIGHBOURS; j++) {
            assert_true(!(as_member.cohort[j - 1] < as_view.cohort[j]) &&
                        !(as_member.cohort[j - 1] > as_view.cohort[j]));
        }
        fg_cohort_nearest_to_member(fg_nobody_cohort(), i, twice);
        assert_memory_equal(as_member.cohort, twice, sizeof(twice));
        assert_same(&as_view, &as_member);
    }
}

static void what_is_no_number_has_no_best(void **state)
{
    (void)state;
    fg_comparison comparison;
    float probe[FG_ENCODING_SIZE] = {[127] = NAN};
    enroll_ten();
    fg_comparison_make(gallery, fg_nobody_cohort(), probe, &comparison);
    assert_int_equal(fg_comparison_best(&comparison), -1);
    assert_true(isinf(fg_comparison_distance(gallery, &comparison, 0)));
    assert_true(fg_comparison_margin(gallery, &comparison, 0) == -(double)INFINITY);
}

static void an_empty_gallery_has_no_best(void **state)
{
    (void)state;
    fg_comparison comparison;
    fg_comparison_make(gallery, fg_nobody_cohort(), fg_nobody_view(0, 0), &comparison);
    assert_int_equal(fg_comparison_best(&comparison), -1);
    assert_int_equal(comparison.people[0], -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_gallery, close_gallery)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_agrees_with_the_reference),
        TEST(strangers_have_no_margin),
        TEST(means_follow_what_comes_and_goes),
        TEST(other_people_count_as_the_cohort_does),
        TEST(who_is_not_among_the_nearest_has_no_margin),
        TEST(few_encodings_are_made_up_for),
        TEST(a_person_left_out_is_as_if_they_were_not_enrolled),
        TEST(a_member_of_the_cohort_is_compared_with_the_others),
        TEST(what_is_no_number_has_no_best),
        TEST(an_empty_gallery_has_no_best),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
