/* identify, test-backend, outbox, help, and what they say about bad input. */
#include "door.h"
#include "facegate/version.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static fg_door door;

static int open_door(void **state)
{
    (void)state;
    fg_door_open(&door, NULL);
    return 0;
}

static int close_door(void **state)
{
    (void)state;
    fg_door_close(&door);
    return 0;
}

/* The command ends with `code` and its output has `text` in it. */
static void expect(int code, const char *text, const char *const words[])
{
    char *output = NULL;
    int actual = fg_door_command(&door, &output, words);
    if (actual != code || strstr(output, text) == NULL) {
        fail_msg("facegate %s ended with %d, not %d, or without \"%s\":\n%s", words[0], actual,
                 code, text, output);
    }
    free(output);
}

static cJSON *identify(const char *picture)
{
    char *output = NULL;
    const char *words[] = {"identify", "--json", picture, NULL};
    assert_int_equal(fg_door_command(&door, &output, words), 0);
    cJSON *faces = cJSON_CreateArray();
    for (char *line = strtok(output, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        cJSON *face = cJSON_Parse(line);
        assert_non_null(face);
        cJSON_AddItemToArray(faces, face);
    }
    free(output);
    return faces;
}

static void somebody_enrolled_from_one_photo_is_accepted_in_another_and_nobody_else(void **state)
{
    (void)state;
    int accepted = 0, faces = 0;
    for (int i = 1; i <= 6; i++) {
        char picture[512];
        snprintf(picture, sizeof(picture), FG_SOURCE_DIR "/tests/pictures/sample%d.jpg", i);
        cJSON *all = identify(picture);
        const cJSON *face;
        cJSON_ArrayForEach(face, all)
        {
            const cJSON *box = cJSON_GetObjectItemCaseSensitive(face, "box");
            int x = cJSON_GetObjectItemCaseSensitive(box, "x")->valueint;
            int width = cJSON_GetObjectItemCaseSensitive(box, "width")->valueint;
            int middle = x + width / 2;
            double distance = cJSON_GetObjectItemCaseSensitive(face, "distance")->valuedouble;
            bool is_her = (i == 1 && middle > 1500 && distance < 0.2) ||
                          (i == 3 && middle > 1080 && middle < 1240);
            const char *status = cJSON_GetObjectItemCaseSensitive(face, "status")->valuestring;
            const char *name = cJSON_GetObjectItemCaseSensitive(face, "user_name")->valuestring;
            const char *rfid = cJSON_GetObjectItemCaseSensitive(face, "rfid_id")->valuestring;
            assert_string_equal(status, is_her ? "Accepted" : "Refused");
            assert_string_equal(name, is_her ? "Ada" : "Inconnu");
            assert_string_equal(rfid, is_her ? "D8E2F1G3" : "00000000");
            accepted += is_her ? 1 : 0;
            faces++;
        }
        cJSON_Delete(all);
    }
    assert_int_equal(accepted, 2);
    assert_true(faces >= 20);
}

static void identify_says_when_there_is_no_face_and_null_with_an_empty_gallery(void **state)
{
    (void)state;
    char *nobody = fg_door_scene("nobody.jpg");
    char *ada = fg_door_scene("ada.jpg");
    cJSON *faces = identify(nobody);
    char *text = cJSON_PrintUnformatted(faces);
    char expected[1024];
    snprintf(expected, sizeof(expected), "[{\"image\":\"%s\",\"faces\":0}]", nobody);
    assert_string_equal(text, expected);
    cJSON_free(text);
    cJSON_Delete(faces);

    const char *remove[] = {"people", "remove", "Ada", NULL};
    expect(0, "Removed Ada", remove);
    faces = identify(ada);
    assert_int_equal(cJSON_GetArraySize(faces), 1);
    assert_true(
        cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(faces, 0), "distance")));
    cJSON_Delete(faces);
    free(nobody);
    free(ada);
}

static void bad_pictures_are_named_and_cost_nothing_else(void **state)
{
    (void)state;
    char *ada = fg_door_scene("ada.jpg");
    size_t size = 0;
    char *bytes = fg_testing_read(ada, &size);
    const struct {
        const char *name;
        size_t size;
    } pictures[] = {{"empty.jpg", 0}, {"half.jpg", size / 2}, {"head.jpg", 20}};
    for (size_t i = 0; i < 3; i++) {
        char *path = fg_testing_path(door.folder, pictures[i].name);
        fg_testing_write(path, bytes, pictures[i].size);
        const char *words[] = {"identify", path, ada, NULL};
        expect(1, pictures[i].name, words);
        expect(1, "Accepted Ada", words); /* the good one is still looked at */
        free(path);
    }
    const char *missing[] = {"identify", "/nowhere/at-all.jpg", NULL};
    expect(1, "/nowhere/at-all.jpg: No such file", missing);
    const char *coloured[] = {"identify", "/nowhere/\x1b[31mred\n.jpg", NULL};
    expect(1, "facegate: /nowhere/?[31mred?.jpg: No such file", coloured);
    free(bytes);
    free(ada);
}

static void a_backend_that_keeps_the_contract_passes_four_checks(void **state)
{
    (void)state;
    const char *words[] = {"test-backend", NULL};
    char *output = NULL;
    assert_int_equal(fg_door_command(&door, &output, words), 0);
    int passed = 0;
    for (const char *at = output; (at = strstr(at, "ok  ")) != NULL; at++) {
        passed++;
    }
    assert_int_equal(passed, 4);
    free(output);
    fg_receiver_expect_stored(&door.receiver, 3);

    const char *ask[] = {"test-backend", "--dry", NULL};
    assert_int_equal(fg_door_command(&door, &output, ask), 0);
    free(output);
    fg_receiver_expect_stored(&door.receiver, 3);

    fg_receiver_control(&door.receiver, "{\"mode\": \"status\", \"code\": 500}");
    expect(1, "FAIL", words);
}

static void the_outbox_is_listed_retried_and_dropped(void **state)
{
    (void)state;
    char *images = fg_door_images("door");
    const char *options[] = {"--source", images, NULL};
    fg_receiver_control(&door.receiver, "{\"mode\": \"status\", \"code\": 400}");
    fg_door_run(&door, "run", options);
    assert_int_equal(fg_process_wait(&door.daemon, FG_TESTING_PATIENCE), 1);

    const char *list[] = {"outbox", "--outbox", door.outbox, NULL};
    expect(0, "set aside: ", list);
    expect(0, " sent 0 ", list);
    const char *retry[] = {"outbox", "retry", "--outbox", door.outbox, NULL};
    expect(0, "will be sent again", retry);
    expect(0, "  waiting", list);

    char *nobody = fg_door_images("nobody.jpg");
    const char *again[] = {"--source", nobody, NULL};
    fg_door_run(&door, "again", again);
    assert_int_equal(fg_process_wait(&door.daemon, FG_TESTING_PATIENCE), 1);
    const char *drop[] = {"outbox", "drop", "--outbox", door.outbox, NULL};
    expect(0, "removed", drop);
    expect(0, " set aside 0 ", list);
    free(images);
    free(nobody);
}

static void the_smallest_face_is_held_against_the_camera_by_run_alone(void **state)
{
    (void)state;
    char *nobody = fg_door_scene("nobody.jpg");
    const char *config = "[vision]\nmin_face = 600\nmodels = " FG_SOURCE_DIR "/models\n";
    const char *run[] = {"run", "--source", "auto", "--encodings", door.encodings, NULL};
    const char *identify_words[] = {"identify", "--encodings", door.encodings, nobody, NULL};
    fg_testing_write(door.config, config, strlen(config));
    expect(78, "min_face is 600, larger than the camera's picture of 640x480", run);
    expect(0, "no face", identify_words);
    free(nobody);
}

static void a_run_tells_who_else_can_get_at_the_encodings(void **state)
{
    (void)state;
    static const char reported[] = "biometric data";
    char *nobody = fg_door_images("nobody.jpg");
    const char *run[] = {"run", "--source", nobody, "--encodings", door.encodings, NULL};
    assert_int_equal(chmod(door.encodings, 0640), 0);
    expect(
        0,
        "encodings.json: mode 0640: other users can read this biometric data; fix: sudo chmod 600 ",
        run);
    assert_int_equal(chmod(door.encodings, 0600), 0);
    assert_int_equal(chmod(door.folder, 0777), 0);
    expect(78,
           " has mode 0777: other users can replace the file, and so open the door; fix: sudo "
           "chmod go-w ",
           run);
    assert_int_equal(chmod(door.folder, 0700), 0);
    assert_int_equal(chmod(door.encodings, 0620), 0);
    expect(78,
           "encodings.json: mode 0620: other users can change this biometric data, and so open the "
           "door; fix: sudo chmod 600 ",
           run);
    assert_int_equal(chmod(door.encodings, 0600), 0);
    char *output = NULL;
    assert_int_equal(fg_door_command(&door, &output, run), 0);
    assert_null(strstr(output, reported));
    assert_null(strstr(output, "; fix: "));
    free(output);
    free(nobody);
}

static void a_rule_that_lets_strangers_in_is_warned_about(void **state)
{
    (void)state;
    char *nobody = fg_door_images("nobody.jpg");
    fg_door_close(&door);
    fg_door_open(&door, "[access]\ntolerance = 0.6\n");
    const char *run[] = {"run", "--source", nobody, NULL};
    const char *doctor[] = {"doctor", "--source", nobody, NULL};
    expect(0, "WARN  main    [access] tolerance is 0.6: ", run);
    expect(0, "config.rule       [access] tolerance is 0.6: ", doctor);
    free(nobody);
}

static void doctor_misses_the_cohort(void **state)
{
    (void)state;
    static const char *const models[] = {"shape_predictor_5_face_landmarks.dat",
                                         "dlib_face_recognition_resnet_model_v1.dat"};
    for (size_t i = 0; i < 2; i++) {
        char *from = fg_testing_path(FG_SOURCE_DIR "/models", models[i]);
        char *to = fg_testing_path(door.folder, models[i]);
        assert_int_equal(symlink(from, to), 0);
        free(from);
        free(to);
    }
    const char *doctor[] = {"doctor", "--models", door.folder, NULL};
    expect(1, "error    models            the cohort ", doctor);
}

static void copy_cohort(const char *folder)
{
    size_t size = 0;
    char *bytes = fg_testing_read(FG_SOURCE_DIR "/models/cohort.f32", &size);
    char *path = fg_testing_path(folder, "cohort.f32");
    fg_testing_write(path, bytes, size);
    free(path);
    free(bytes);
}

static void what_cannot_work_ends_with_78_and_the_fix(void **state)
{
    (void)state;
    char *images = fg_door_images("door");
    char text[2048];

    const char *no_models[] = {"run", "--source", images, "--models", door.folder, NULL};
    snprintf(text, sizeof(text), "the cohort %s/cohort.f32 is missing: copy it", door.folder);
    expect(78, text, no_models);

    copy_cohort(door.folder);
    snprintf(text, sizeof(text),
             "model %s/shape_predictor_5_face_landmarks.dat is missing: fetch it", door.folder);
    expect(78, text, no_models);

    assert_int_equal(unlink(door.encodings), 0);
    const char *no_people[] = {"run", "--source", images, NULL};
    snprintf(text, sizeof(text), "Error loading encodings: %s: no such file: enroll somebody",
             door.encodings);
    expect(78, text, no_people);

    fg_testing_write(door.encodings, "", 0);
    snprintf(text, sizeof(text), "Error loading encodings: %s: ", door.encodings);
    expect(78, text, no_people);

    size_t size = strlen("[camera]\nfps = many\n");
    fg_testing_write(door.config, "[camera]\nfps = many\n", size);
    snprintf(text, sizeof(text), "%s:2: ", door.config);
    expect(78, text, no_people);
    free(images);
}

static void wrong_usage_ends_with_2_and_says_where_to_read(void **state)
{
    (void)state;
    const char *unknown[] = {"run", "--frobnicate", NULL};
    expect(2, "facegate run: unknown option --frobnicate\nTry \"facegate help run\".\n", unknown);
    const char *flag[] = {"run", "--loop=3", NULL};
    expect(2, "facegate run: --loop takes no value\n", flag);
    /* fg_door_command puts options of its own at the end. */
    const char *value[] = {FG_BINARY_DIR "/src/cli/facegate", "run", "--outbox", NULL};
    char *output = NULL;
    assert_int_equal(fg_process_run(door.folder, value, NULL, FG_TESTING_PATIENCE, &output), 2);
    assert_string_equal(output, "facegate run: --outbox needs a value\n"
                                "Try \"facegate help run\".\n");
    free(output);
    const char *range[] = {"run", "--fps", "500", NULL};
    expect(2, "--fps", range);
    const char *folder[] = {"run", "--source", "images:/dev/shm/no-such-folder", NULL};
    expect(1, "/dev/shm/no-such-folder", folder);
    const char *nonsense[] = {"run", "--source", "webcam", NULL};
    expect(2, "webcam", nonsense);
    const char *command[] = {"dance", NULL};
    expect(2, "facegate: unknown command \"dance\": see \"facegate help\"\n", command);
    const char *early[] = {"--source", "auto", "run", NULL};
    expect(2, "facegate: options follow the command: see \"facegate help\"\n", early);
}

static void what_was_mistyped_is_reported_with_what_was_meant(void **state)
{
    (void)state;
    static const struct {
        const char *words[4];
        const char *text;
    } rows[] = {
        {{"enrole"}, "facegate: unknown command \"enrole\". Did you mean \"enroll\"?\n"},
        {{"test-backed"},
         "facegate: unknown command \"test-backed\". Did you mean \"test-backend\"?\n"},
        {{"--verison"}, "facegate: unknown option --verison. Did you mean --version?\n"},
        {{"people", "lst"}, "facegate people: unknown action \"lst\". Did you mean \"list\"?\n"},
        {{"outbox", "retyr"},
         "facegate outbox: unknown action \"retyr\". Did you mean \"retry\"?\n"},
        {{"run", "--sauce"}, "facegate run: unknown option --sauce. Did you mean --source?\n"},
        {{"run", "--sorce=auto"}, "facegate run: unknown option --sorce. Did you mean --source?\n"},
        {{"version", "--verbos\xC3\xA9"},
         "facegate version: unknown option --verbos\xC3\xA9. Did you mean --verbose?\n"},
        {{"enrol", "--bagde", "X"},
         "facegate enroll: unknown option --bagde. Did you mean --badge?\n"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        expect(2, rows[i].text, rows[i].words);
    }
}

static void help_and_version_go_to_stdout(void **state)
{
    (void)state;
    char *output = NULL;
    const char *facegate = FG_BINARY_DIR "/src/cli/facegate";
    const char *help[] = {facegate, "help", NULL};
    assert_int_equal(fg_process_run(door.folder, help, NULL, FG_TESTING_PATIENCE, &output), 0);
    assert_non_null(strstr(output, "test-backend"));
    free(output);
    const char *one[] = {facegate, "run", "--help", NULL};
    assert_int_equal(fg_process_run(door.folder, one, NULL, FG_TESTING_PATIENCE, &output), 0);
    assert_non_null(strstr(output, "--send-interval"));
    free(output);
    const char *short_one[] = {facegate, "version", "--help", NULL};
    assert_int_equal(fg_process_run(door.folder, short_one, NULL, FG_TESTING_PATIENCE, &output), 0);
    assert_memory_equal(output, "Usage: facegate version [OPTION...]\n\n", 37);
    free(output);
    const char *version[] = {facegate, "--version", NULL};
    assert_int_equal(fg_process_run(door.folder, version, NULL, FG_TESTING_PATIENCE, &output), 0);
    char expected[64];
    int length = snprintf(expected, sizeof(expected), "facegate %s\n", fg_version);
    assert_memory_equal(output, expected, (size_t)length); /* liveness follows */
    free(output);
}

int main(void)
{
#define DOOR_TEST(name) cmocka_unit_test_setup_teardown(name, open_door, close_door)
    const struct CMUnitTest tests[] = {
        DOOR_TEST(somebody_enrolled_from_one_photo_is_accepted_in_another_and_nobody_else),
        DOOR_TEST(identify_says_when_there_is_no_face_and_null_with_an_empty_gallery),
        DOOR_TEST(bad_pictures_are_named_and_cost_nothing_else),
        DOOR_TEST(a_backend_that_keeps_the_contract_passes_four_checks),
        DOOR_TEST(the_outbox_is_listed_retried_and_dropped),
        DOOR_TEST(the_smallest_face_is_held_against_the_camera_by_run_alone),
        DOOR_TEST(a_run_tells_who_else_can_get_at_the_encodings),
        DOOR_TEST(a_rule_that_lets_strangers_in_is_warned_about),
        DOOR_TEST(doctor_misses_the_cohort),
        DOOR_TEST(what_cannot_work_ends_with_78_and_the_fix),
        DOOR_TEST(wrong_usage_ends_with_2_and_says_where_to_read),
        DOOR_TEST(what_was_mistyped_is_reported_with_what_was_meant),
        DOOR_TEST(help_and_version_go_to_stdout),
    };
    return cmocka_run_group_tests_name("commands", tests, NULL, NULL);
}
