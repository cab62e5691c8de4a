#include "facegate/vision/engine.h"
#include "models.h"
#include "testing.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define LANDMARKS   "shape_predictor_5_face_landmarks.dat"
#define RECOGNITION "dlib_face_recognition_resnet_model_v1.dat"
#define NOBODY      65534
#define TEXT        8192

static const char *const names[] = {LANDMARKS, RECOGNITION};
static const char *const sums[] = {
    "c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888",
    "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
};

static char *folder;

/* A folder with both models. */
static int make_folder(void **state)
{
    (void)state;
    folder = fg_testing_folder();
    for (int i = 0; i < 2; i++) {
        char *link = fg_testing_path(folder, names[i]);
        char *model = fg_testing_path(FG_SOURCE_DIR "/models", names[i]);
        assert_int_equal(symlink(model, link), 0);
        free(model);
        free(link);
    }
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    fg_testing_remove(folder);
    return 0;
}

/* Puts a file, or nothing, in the place of a model. */
static char *replace(const char *name, const char *text)
{
    char *path = fg_testing_path(folder, name);
    assert_int_equal(unlink(path), 0);
    if (text != NULL) {
        fg_testing_write(path, text, strlen(text));
    }
    return path;
}

static void assert_refused(const char *models_dir, int code, const char *text)
{
    char landmarks[FG_MODEL_PATH], recognition[FG_MODEL_PATH];
    fg_error error = {""};
    int result = fg_models_check(models_dir, landmarks, recognition, &error);
    assert_string_equal(error.text, text);
    assert_int_equal(result, code);
}

static void the_right_files_are_accepted(void **state)
{
    (void)state;
    char landmarks[FG_MODEL_PATH], recognition[FG_MODEL_PATH];
    fg_error error = {""};
    if (fg_models_check(folder, landmarks, recognition, &error) != 0) {
        fail_msg("%s", error.text);
    }
    char *expected = fg_testing_path(folder, LANDMARKS);
    assert_string_equal(landmarks, expected);
    free(expected);
    expected = fg_testing_path(folder, RECOGNITION);
    assert_string_equal(recognition, expected);
    free(expected);
}

static void missing(char text[TEXT], const char *where, const char *name)
{
    snprintf(text, TEXT,
             "model %s/%s is missing: fetch it with \"models/fetch.sh %s\" (or from "
             "http://dlib.net/files/%s.bz2), or name its folder with --models",
             where, name, where, name);
}

static void a_missing_file_is_named_with_the_way_to_get_it(void **state)
{
    (void)state;
    char text[TEXT];
    free(replace(RECOGNITION, NULL));
    missing(text, folder, RECOGNITION);
    assert_refused(folder, -ENOENT, text);
    free(replace(LANDMARKS, NULL));
    missing(text, folder, LANDMARKS);
    assert_refused(folder, -ENOENT, text);
    missing(text, "/no/such/folder", LANDMARKS);
    assert_refused("/no/such/folder", -ENOENT, text);

    char *file = fg_testing_path(folder, "file");
    fg_testing_write(file, "x", 1);
    missing(text, file, LANDMARKS);
    assert_refused(file, -ENOTDIR, text);
    free(file);
}

static void faults_of_both_are_reported_without_their_fixes(void **state)
{
    (void)state;
    char text[TEXT];
    fg_error fault = {"untouched"};
    assert_int_equal(fg_engine_find_fault(folder, &fault), 0);
    assert_string_equal(fault.text, "untouched");
    free(replace(RECOGNITION, NULL));
    assert_int_equal(fg_engine_find_fault(folder, &fault), -ENOENT);
    snprintf(text, sizeof(text), "model %s/" RECOGNITION " is missing", folder);
    assert_string_equal(fault.text, text);
    free(replace(LANDMARKS, NULL));
    assert_int_equal(fg_engine_find_fault(folder, &fault), -ENOENT);
    snprintf(text, sizeof(text),
             "model %s/" LANDMARKS " is missing; model %s/" RECOGNITION " is missing", folder,
             folder);
    assert_string_equal(fault.text, text);
}

static void a_wrong_file_is_named_with_both_sums(void **state)
{
    (void)state;
    /* The second one first, since the first error ends the check. */
    for (int i = 1; i >= 0; i--) {
        char text[TEXT], sum[65];
        fg_testing_sha256("not a model", 11, sum);
        char *path = replace(names[i], "not a model");
        snprintf(text, sizeof(text),
                 "model %s is not the right file (SHA-256 %s, not %s): remove it and fetch it "
                 "again with \"models/fetch.sh %s\" (or from http://dlib.net/files/%s.bz2)",
                 path, sum, sums[i], folder, names[i]);
        assert_refused(folder, -EBADMSG, text);
        free(path);
    }
}

static void one_wrong_bit_is_enough(void **state)
{
    (void)state;
    size_t size = 0;
    char *path = fg_testing_path(folder, LANDMARKS);
    char *model = fg_testing_read(path, &size);
    model[size / 2] = (char)(model[size / 2] ^ 1);
    assert_int_equal(unlink(path), 0);
    fg_testing_write(path, model, size);
    char landmarks[FG_MODEL_PATH], recognition[FG_MODEL_PATH];
    assert_int_equal(fg_models_check(folder, landmarks, recognition, NULL), -EBADMSG);
    free(model);
    free(path);
}

static void a_file_that_cannot_be_read_is_named_with_the_reason(void **state)
{
    (void)state;
    char text[TEXT], landmarks[FG_MODEL_PATH], recognition[FG_MODEL_PATH];
    fg_error error = {""};
    char *path = replace(LANDMARKS, "secret");
    assert_int_equal(chmod(path, 0), 0);
    assert_int_equal(chmod(folder, 0755), 0);

    /* Root may read everything. */
    bool root = geteuid() == 0;
    if (root && (setegid(NOBODY) != 0 || seteuid(NOBODY) != 0)) {
        fail_msg("cannot give up root's rights: %s", strerror(errno));
    }
    int result = fg_models_check(folder, landmarks, recognition, &error);
    if (root && (seteuid(0) != 0 || setegid(0) != 0)) {
        fail_msg("cannot take root's rights back: %s", strerror(errno));
    }
    snprintf(text, sizeof(text), "model %s: Permission denied: check the file and its rights",
             path);
    assert_string_equal(error.text, text);
    assert_int_equal(result, -EACCES);

    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(text, sizeof(text), "model %s: is a folder, not a file: check the file and its rights",
             path);
    assert_refused(folder, -EINVAL, text);
    free(path);
}

static void a_path_without_end_is_refused(void **state)
{
    (void)state;
    static char endless[FG_MODEL_PATH];
    memset(endless, 'x', sizeof(endless) - 1);
    assert_refused(endless, -ENAMETOOLONG, "the models folder's path is too long");
}

#define in_a_folder(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_folder(the_right_files_are_accepted),
        in_a_folder(a_missing_file_is_named_with_the_way_to_get_it),
        in_a_folder(faults_of_both_are_reported_without_their_fixes),
        in_a_folder(a_wrong_file_is_named_with_both_sums),
        in_a_folder(one_wrong_bit_is_enough),
        in_a_folder(a_file_that_cannot_be_read_is_named_with_the_reason),
        in_a_folder(a_path_without_end_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
