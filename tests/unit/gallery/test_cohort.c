#include "facegate/gallery/cohort.h"
#include "testing.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define MEMBERS 1250
#define SIZE    (MEMBERS * FG_ENCODING_SIZE * sizeof(float))

static char *folder;
static char *path;
static char *right; /* what the file holds */

static int make_folder(void **state)
{
    (void)state;
    size_t size = 0;
    folder = fg_testing_folder();
    path = fg_testing_path(folder, FG_COHORT_FILE);
    right = fg_testing_read(FG_SOURCE_DIR "/models/" FG_COHORT_FILE, &size);
    return size == SIZE ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    free(right);
    free(path);
    fg_testing_remove(folder);
    return 0;
}

static void assert_refused(int code, const char *text)
{
    fg_cohort *const before = (fg_cohort *)&folder;
    fg_cohort *cohort = before;
    fg_error error = {""};
    assert_int_equal(fg_cohort_load(folder, &cohort, &error), code);
    assert_ptr_equal(cohort, before);
    if (strstr(error.text, path) == NULL || strstr(error.text, text) == NULL) {
        fail_msg("not %s and \"%s\": %s", path, text, error.text);
    }
}

static void a_missing_cohort_is_named_with_where_to_get_it(void **state)
{
    (void)state;
    assert_refused(-ENOENT, "is missing: copy it from the models folder of facegate's sources");
}

static void any_other_file_is_refused(void **state)
{
    (void)state;
    fg_testing_write(path, right, SIZE - 1);
    assert_refused(-EBADMSG, "is not the right file");
    fg_testing_write(path, right, 0);
    assert_refused(-EBADMSG, "is not the right file");
    right[SIZE / 2] ^= 1;
    fg_testing_write(path, right, SIZE);
    assert_refused(-EBADMSG, "is not the right file");
    right[SIZE / 2] ^= 1;

    char *larger = calloc(1, SIZE + 1);
    assert_non_null(larger);
    memcpy(larger, right, SIZE);
    fg_testing_write(path, larger, SIZE + 1);
    free(larger);
    assert_refused(-EBADMSG, "is not the right file");

    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink(folder, path), 0);
    assert_refused(-EINVAL, "is a folder, not a file");
}

static void the_nearest_are_those_counted_by_hand(void **state)
{
    (void)state;
    fg_cohort *cohort = NULL;
    fg_error error = {""};
    fg_testing_write(path, right, SIZE);
    if (fg_cohort_load(folder, &cohort, &error) != 0) {
        fail_msg("%s", error.text);
    }
    /* x86-64 and arm64, which tests run on, are little-endian as the file is. */
    const float(*members)[FG_ENCODING_SIZE] = (const float(*)[FG_ENCODING_SIZE])(void *)right;
    for (int probe = 0; probe < MEMBERS; probe += 125) {
        static double all[MEMBERS];
        float nearest[FG_NEIGHBOURS];
        for (int i = 0; i < MEMBERS; i++) {
            double square = 0;
            for (int j = 0; j < FG_ENCODING_SIZE; j++) {
                double difference = (double)members[i][j] - (double)members[probe][j];
                square += difference * difference;
            }
            all[i] = sqrt(square);
        }
        qsort(all, MEMBERS, sizeof(all[0]), fg_testing_by_value);
        fg_cohort_nearest(cohort, members[probe], nearest);
        assert_true(nearest[0] == 0.0F);
        for (int i = 0; i < FG_NEIGHBOURS; i++) {
            assert_true(fabs((double)nearest[i] - all[i]) < 1e-5);
        }
    }
    fg_cohort_free(cohort);
}

static void what_is_no_number_is_near_to_nobody(void **state)
{
    (void)state;
    fg_cohort *cohort = NULL;
    float probe[FG_ENCODING_SIZE] = {[5] = NAN};
    float nearest[FG_NEIGHBOURS];
    assert_int_equal(fg_cohort_load(FG_SOURCE_DIR "/models", &cohort, NULL), 0);
    fg_cohort_nearest(cohort, probe, nearest);
    for (int i = 0; i < FG_NEIGHBOURS; i++) {
        assert_true(isinf(nearest[i]));
    }
    fg_cohort_free(cohort);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_missing_cohort_is_named_with_where_to_get_it),
        TEST(any_other_file_is_refused),
        TEST(the_nearest_are_those_counted_by_hand),
        TEST(what_is_no_number_is_near_to_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
