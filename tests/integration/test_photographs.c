/* What the daemon makes of photographs of somebody enrolled that are held before its camera, with
 * and without the model that tells them. */
#include "door.h"
#include "film_source.h"

#include <cJSON.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define MODEL    FG_SOURCE_DIR "/models/fr_liveness.onnx"
#define ACCEPTED "a photograph of somebody enrolled will be accepted"

static fg_door door;

static int close_door(void **state)
{
    (void)state;
    fg_door_close(&door);
    return 0;
}

/* Where all tests' films are. */
static char *films;

static int make_room(void **state)
{
    (void)state;
    films = fg_testing_folder_in("/dev/shm");
    return 0;
}

static int remove_films(void **state)
{
    (void)state;
    fg_testing_remove(films);
    return 0;
}

/* "images:" and where the frames of tests/films/NAME.film are, made when they are first asked for;
 * to be freed. */
static char *find_film(const char *name)
{
    char *folder = fg_testing_path(films, name);
    if (access(folder, F_OK) != 0) {
        film_make(films, name, folder);
    }
    char *source = film_source(folder);
    free(folder);
    return source;
}

/* A folder with dlib's models and the cohort, and in it, if `data` is not NULL, a liveness model of
 * these bytes; to be freed. */
static char *make_models(const void *data, size_t size)
{
    static const char *const others[] = {"shape_predictor_5_face_landmarks.dat",
                                         "dlib_face_recognition_resnet_model_v1.dat", "cohort.f32"};
    char *folder = fg_testing_path(door.folder, "models");
    assert_int_equal(mkdir(folder, 0700), 0);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        char from[512];
        char *to = fg_testing_path(folder, others[i]);
        snprintf(from, sizeof(from), FG_SOURCE_DIR "/models/%s", others[i]);
        assert_int_equal(symlink(from, to), 0);
        free(to);
    }
    if (data != NULL) {
        char *path = fg_testing_path(folder, "fr_liveness.onnx");
        fg_testing_write(path, data, size);
        free(path);
    }
    return folder;
}

/* Runs the daemon until the end of a source, with the models of a folder or the real ones. */
static int run(const char *source, const char *models)
{
    const char *options[] = {"--source", source, models != NULL ? "--models" : NULL, models, NULL};
    fg_door_run(&door, "daemon", options);
    return fg_process_wait(&door.daemon, 300);
}

static int watch(const char *film, const char *models)
{
    char *source = find_film(film);
    int result = run(source, models);
    free(source);
    return result;
}

static int count_events(const char *name)
{
    char text[64];
    snprintf(text, sizeof(text), "Face detected: %s (", name);
    return fg_door_count(&door, text);
}

static const char *text_of(const cJSON *entry, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(entry, key));
    assert_non_null(text);
    return text;
}

/* Every event is a refusal of nobody for this reason, and there is at least one. */
static void expect_photographs(const char *reason)
{
    const cJSON *entry = NULL;
    cJSON *entries = fg_receiver_stored(&door.receiver);
    assert_true(cJSON_GetArraySize(entries) >= 1);
    cJSON_ArrayForEach(entry, entries)
    {
        assert_string_equal(text_of(entry, "status"), "Refused");
        assert_string_equal(text_of(entry, "user_name"), "Inconnu");
        assert_string_equal(text_of(entry, "rfid_id"), "00000000");
        assert_string_equal(text_of(entry, "reason"), reason);
    }
    cJSON_Delete(entries);
}

static void a_photograph_is_refused_for_its_own_reason_and_names_nobody(void **state)
{
    (void)state;
    static const char *const shown[] = {"print", "print_large", "phone"};
    for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
        fg_door_open(&door, NULL);
        assert_int_equal(watch(shown[i], NULL), 0);
        assert_int_equal(fg_door_count(&door, "photographs of people are refused"), 1);
        assert_int_equal(fg_door_count(&door, "Ada"), 0);
        assert_true(fg_door_count(&door, ", liveness 0.") >= 1);
        expect_photographs("Photo présentée");
        fg_door_close(&door);
    }
}

/* She has around her what was around her, as in the films of attack.h. */
static void the_person_is_accepted_as_before(void **state)
{
    (void)state;
    fg_door_open(&door, "[access]\nliveness = on\n");
    char *source = fg_door_images("door");
    assert_int_equal(run(source, NULL), 0);
    assert_true(count_events("Ada") >= 1);
    assert_int_equal(fg_door_count(&door, "Photo"), 0);
    assert_true(fg_door_count(&door, ", liveness 0.9") + fg_door_count(&door, ", liveness 1.0") >=
                1);
    free(source);
}

static void the_reason_is_what_the_configuration_says(void **state)
{
    (void)state;
    fg_door_open(&door, "[access]\nphoto_reason = Photo shown\n");
    assert_int_equal(watch("print", NULL), 0);
    expect_photographs("Photo shown");
}

static void where_the_check_only_warns_the_log_does(void **state)
{
    (void)state;
    fg_door_open(&door, "[access]\nliveness = warn\n");
    assert_int_equal(watch("print", NULL), 0);
    assert_int_equal(fg_door_count(&door, "liveness only warns: " ACCEPTED), 1);
    assert_true(count_events("Ada") >= 1);
    assert_int_equal(fg_door_count(&door, "This may be a photograph of Ada: liveness 0."),
                     count_events("Ada"));
}

static void where_it_is_off_a_photograph_is_accepted_and_the_log_says_so(void **state)
{
    (void)state;
    fg_door_open(&door, "[access]\nliveness = off\n");
    assert_int_equal(watch("print", NULL), 0);
    assert_int_equal(fg_door_count(&door, "liveness is off: " ACCEPTED), 1);
    assert_true(count_events("Ada") >= 1);
    assert_int_equal(fg_door_count(&door, ", liveness "), 0);
}

/* What a model's file may be: nothing, half of it, all of it with one bit wrong, something else. */
typedef struct model_case {
    const char *text; /* what is said of it */
    long cut;         /* bytes that are left; -1: none, not even a file */
    bool flip;
} model_case;

static char *make_case(const model_case *model)
{
    size_t size = 0;
    char *data = fg_testing_read(MODEL, &size);
    data[size / 2] = (char)(data[size / 2] ^ (model->flip ? 1 : 0));
    size = model->cut < 0 ? 0 : model->cut < (long)size ? (size_t)model->cut : size;
    char *folder = make_models(model->cut < 0 ? NULL : data, size);
    free(data);
    return folder;
}

static const model_case cases[] = {
    {"/models/fr_liveness.onnx is missing", -1, false},
    {"/models/fr_liveness.onnx: it is not the right file (SHA-256 ", 0, false},
    {"/models/fr_liveness.onnx: it is not the right file (SHA-256 ", 1000000, false},
    {"/models/fr_liveness.onnx: it is not the right file (SHA-256 ", 10000000, true},
};
#define CASES (sizeof(cases) / sizeof(cases[0]))

static void a_missing_or_damaged_model_keeps_nobody_out_and_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        fg_door_open(&door, NULL);
        char *models = make_case(&cases[i]);
        assert_int_equal(watch("print", models), 0);
        assert_int_equal(fg_door_count(&door, cases[i].text), 1);
        assert_int_equal(fg_door_count(&door, ": " ACCEPTED "; fix: install the package "
                                              "facegate-models-liveness, or run models/fetch.sh"),
                         1);
        assert_true(count_events("Ada") >= 1);
        free(models);
        fg_door_close(&door);
    }
}

static void where_the_check_has_to_be_on_it_is_no_start_without_a_model(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        fg_door_open(&door, "[access]\nliveness = on\n");
        char *models = make_case(&cases[i]);
        assert_int_equal(watch("print", models), 78);
        assert_int_equal(fg_door_count(&door, cases[i].text), 1);
        assert_int_equal(fg_door_count(&door, ", or do not set [access] liveness to on"), 1);
        free(models);
        fg_door_close(&door);
    }
}

static void a_model_of_another_name_that_says_nothing_of_itself_is_refused(void **state)
{
    (void)state;
    size_t size = 0;
    char *data = fg_testing_read(MODEL, &size);
    fg_door_open(&door,
                 "[access]\nliveness = on\nliveness_models = fr_liveness.onnx, other.onnx\n");
    char *models = make_models(data, size);
    char *path = fg_testing_path(models, "other.onnx");
    data[size / 2] ^= 1;
    fg_testing_write(path, data, size);
    assert_int_equal(watch("print", models), 78);
    assert_int_equal(fg_door_count(&door, "/models/other.onnx: it does not say which of its 3 "
                                          "outputs means alive"),
                     1);
    assert_int_equal(fg_door_count(&door, "fix: correct [access] liveness_models"), 1);
    free(path);
    free(models);
    free(data);
}

/* Ada's print before the camera she is to be enrolled at. */
static int enroll(const char *force, char **ret_output)
{
    char *source = find_film("print");
    const char *words[] = {"enroll", "--camera", "--name", "Ann", "--count",
                           "1",      "--source", source,   force, NULL};
    assert_int_equal(unlink(door.encodings), 0);
    int result = fg_door_command(&door, ret_output, words);
    free(source);
    return result;
}

static void nobody_enrols_a_photograph_by_mistake(void **state)
{
    (void)state;
    char *output = NULL;
    fg_door_open(&door, "[camera]\nfps = 10\n");
    assert_int_equal(enroll(NULL, &output), 1);
    assert_non_null(strstr(output, "this looks like a photograph, not a person: come in person, "
                                   "or use --force"));
    assert_non_null(strstr(output, "nothing was saved: "));
    assert_int_not_equal(access(door.encodings, F_OK), 0);
    free(output);
}

/* The door lets a photograph in then, but nobody's encoding should come from one. */
static void nobody_enrols_one_by_mistake_where_the_check_only_warns(void **state)
{
    (void)state;
    char *output = NULL;
    fg_door_open(&door, "[camera]\nfps = 10\n[access]\nliveness = warn\n");
    assert_int_equal(enroll(NULL, &output), 1);
    assert_non_null(strstr(output, "this looks like a photograph, not a person"));
    free(output);
}

static void where_it_is_off_enrolling_says_nothing_of_it(void **state)
{
    (void)state;
    char *output = NULL;
    fg_door_open(&door, "[camera]\nfps = 10\n[access]\nliveness = off\n");
    assert_int_equal(enroll(NULL, &output), 0);
    assert_non_null(strstr(output, "Enrolled Ann: 1 new encoding, 1 in all"));
    assert_null(strstr(output, "liveness"));
    assert_null(strstr(output, ACCEPTED));
    free(output);
}

static void who_means_it_enrols_one(void **state)
{
    (void)state;
    char *output = NULL;
    fg_door_open(&door, "[camera]\nfps = 10\n");
    assert_int_equal(enroll("--force", &output), 0);
    assert_non_null(strstr(output, "Enrolled Ann: 1 new encoding, 1 in all"));
    free(output);
}

#define TEST(name) cmocka_unit_test_teardown(name, close_door)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_photograph_is_refused_for_its_own_reason_and_names_nobody),
        TEST(the_person_is_accepted_as_before),
        TEST(the_reason_is_what_the_configuration_says),
        TEST(where_the_check_only_warns_the_log_does),
        TEST(where_it_is_off_a_photograph_is_accepted_and_the_log_says_so),
        TEST(a_missing_or_damaged_model_keeps_nobody_out_and_is_named),
        TEST(where_the_check_has_to_be_on_it_is_no_start_without_a_model),
        TEST(a_model_of_another_name_that_says_nothing_of_itself_is_refused),
        TEST(nobody_enrols_a_photograph_by_mistake),
        TEST(nobody_enrols_one_by_mistake_where_the_check_only_warns),
        TEST(where_it_is_off_enrolling_says_nothing_of_it),
        TEST(who_means_it_enrols_one),
    };
    return cmocka_run_group_tests_name("photographs", tests, make_room, remove_films);
}
