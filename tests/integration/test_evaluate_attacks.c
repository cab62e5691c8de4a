/* evaluate --attacks: on pictures of which it is known what the liveness model makes of them. */
#include "evaluate_photos.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define PICTURES FG_SOURCE_DIR "/tests/pictures"
#define MODELS   FG_SOURCE_DIR "/models"

/* A picture with hard edges, held before a wall: the model is sure that it is none alive, with
 * scores of 0.01 at most. */
static const char card[] = "film 640x480 4 frames 2 fps\n"
                           "noise 1.5 1\n"
                           "room sample2.jpg 0,400 640x480\n"
                           "person sample5.jpg 720,60 320x330 soft 0\n"
                           "at 0 150,90 230\n"
                           "at 3.5 260,110 230\n";

static char *attacks;
static char *people;

static int open_folders(void **state)
{
    fg_photos_open(state);
    fg_photos_make_folder("attacks");
    fg_photos_make_folder("people");
    attacks = fg_testing_path(fg_photos, "attacks");
    people = fg_testing_path(fg_photos, "people");
    return 0;
}

static int close_folders(void **state)
{
    free(attacks);
    free(people);
    return fg_photos_close(state);
}

static void make_card(const char *folder)
{
    char *output = NULL;
    char *script = fg_testing_path(fg_photos, "card.film");
    const char *words[] = {FG_FILM, script, PICTURES, folder, NULL};
    fg_testing_write(script, card, strlen(card));
    if (fg_process_run(fg_photos_door.folder, words, NULL, FG_TESTING_PATIENCE, &output) != 0) {
        fail_msg("%s", output);
    }
    free(output);
    free(script);
}

/* Two visits of a card that are refused, and one of a living face in the place of a mask that would
 * deceive the model; two people of whom one has a visit. */
static void put_all(void)
{
    char *folder = fg_testing_path(attacks, "card");
    fg_photos_make_folder("attacks/card");
    make_card(folder);
    fg_photos_make_folder("attacks/mask");
    fg_photos_put("album/3-left/1.jpg", "attacks/mask/1.jpg");
    fg_photos_put("nobody.jpg", "attacks/mask/2.jpg");
    fg_photos_put("album/3-left/2.jpg", "attacks/mask/3.jpg");
    fg_photos_put("album/3-right/1.jpg", "attacks/mask/4.jpg");
    fg_photos_put("album/1-left", "people/ada");
    fg_photos_make_folder("people/bob");
    fg_photos_put("two.jpg", "people/bob/1.jpg");
    fg_photos_put("blurred.jpg", "people/bob/2.jpg");
    free(folder);
}

static void attacks_and_living_people_are_counted(void **state)
{
    (void)state;
    put_all();
    const char *words[] = {"evaluate", "--views", "2", "--attacks", attacks, people, NULL};
    char *output = fg_photos_run(0, words);
    fg_photos_holds(output,
                    "Attacks: 2 kinds, 8 pictures, of which 7 are used.\n"
                    "Left out: 1 without a face:\n"
                    "  mask/2.jpg: 0 faces found\n"
                    "Living: 2 people, 4 pictures, of which 3 are used. In 1 of these there "
                    "are\nseveral faces, and the largest is taken.\n"
                    "Left out: 1 blurred:\n"
                    "  bob/2.jpg: blurred: sharpness ");
    fg_photos_holds(output,
                    "With fewer than the 2 usable pictures of a visit, so not judged: bob\n");
    fg_photos_holds(output, "\nAttacks by kind, in visits of 2 views, with the threshold 0.50:\n");
    fg_photos_holds(output, "\ncard                                           2       0     0      "
                            "  0-78\n");
    fg_photos_holds(output,
                    "\nmask                                           1       1   100       "
                    "5-100\n");
    fg_photos_holds(output, "\n0.10         100       5-100     0        0-95    mask\n");
    fg_photos_holds(output, "\n0.50*        100       5-100     0        0-95    mask\n");
    fg_photos_holds(output, "\n0.90         100       5-100     0        0-95    mask\n");
    fg_photos_says(output, "As configured (threshold 0.50), 1 of 1 visit with attacks of the kind "
                           "mask (95 %: at least 5.0 %) passes for living (no kind has a higher "
                           "share), and 0 of 1 visit of living people (95 %: at most 95 %) are "
                           "refused.");
    fg_photos_says(output, "Visits of one recording are alike, so the intervals are too narrow.");
    fg_photos_holds(output, "  mask/1.jpg to 3.jpg: passes\n");
    fg_photos_holds(output, "  ada/1.jpg to 2.jpg\n");
    fg_photos_is_narrow(output);
    assert_null(strstr(output, "nan"));
    free(output);
}

static void pictures_of_one_recording_need_no_folder_of_their_own(void **state)
{
    (void)state;
    make_card(attacks);
    const char *words[] = {"evaluate", "--attacks", attacks, "--verbose", NULL};
    char *output = fg_photos_run(0, words);
    fg_photos_holds(output, "Attacks: 1 kind, 4 pictures, of which 4 are used.\n");
    fg_photos_says(output,
                   "0 of 1 visit with attacks of the kind attacks (95 %: at most 95 %) pass "
                   "for living. How often living people are refused is not known: give a "
                   "folder of their pictures as DIR.");
    fg_photos_holds(output, "  attacks/frame-0000.jpg to frame-0002.jpg\n");
    fg_photos_holds(output, "  attacks/frame-0003.jpg\n");
    assert_null(strstr(output, "The living that"));
    free(output);
}

/* Nobody is before the camera yet when it begins, and no kind deceives the model. */
static void kinds_that_never_pass_and_frames_without_a_face_are_summed_up(void **state)
{
    (void)state;
    static const char *const kinds[] = {"card", "sheet"};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        char *folder = fg_testing_path(attacks, kinds[i]);
        char name[64];
        snprintf(name, sizeof(name), "attacks/%s", kinds[i]);
        fg_photos_make_folder(name);
        make_card(folder);
        free(folder);
    }
    for (int i = 0; i < 12; i++) {
        char name[64];
        snprintf(name, sizeof(name), "attacks/sheet/a%02d.jpg", i);
        fg_photos_put("nobody.jpg", name);
    }
    fg_photos_put("blurred.jpg", "attacks/sheet/b.jpg");
    const char *words[] = {"evaluate", "--views", "2", "--attacks", attacks, NULL};
    char *output = fg_photos_run(0, words);
    fg_photos_holds(output, "Left out: 12 without a face, 1 blurred:\n"
                            "  sheet: 12 pictures without a face\n"
                            "  sheet/b.jpg: blurred: sharpness ");
    assert_null(strstr(output, "--verbose lists them"));
    fg_photos_holds(output, "\n0.50*          0        0-78     -           -    -\n");
    fg_photos_says(output, "As configured (threshold 0.50), no kind passes for living (95 % for "
                           "each kind: at most 78 %). How often");
    free(output);

    const char *every[] = {"evaluate", "--views", "2", "--verbose", "--attacks", attacks, NULL};
    output = fg_photos_run(0, every);
    fg_photos_holds(output, "\n  sheet/a00.jpg: 0 faces found\n  sheet/a01.jpg: 0 faces found\n");
    assert_null(strstr(output, "12 pictures without a face"));
    free(output);
}

static void json_has_all_figures(void **state)
{
    (void)state;
    put_all();
    const char *words[] = {"evaluate",  "--json", "--views", "2",
                           "--attacks", attacks,  people,    NULL};
    char *output = fg_photos_run(0, words);
    cJSON *reported = cJSON_ParseWithOpts(output, NULL, false);
    assert_non_null(reported);
    const cJSON *side = fg_photos_item(reported, "attacks");
    const cJSON *kinds = fg_photos_item(side, "kinds");
    assert_int_equal(cJSON_GetArraySize(kinds), 2);
    fg_photos_expect_rate(fg_photos_item(cJSON_GetArrayItem(kinds, 0), "apcer"), 0, 2);
    fg_photos_expect_rate(fg_photos_item(cJSON_GetArrayItem(kinds, 1), "apcer"), 1, 1);
    assert_int_equal(fg_photos_item(side, "used")->valueint, 7);
    assert_int_equal(cJSON_GetArraySize(fg_photos_item(side, "left_out")), 1);
    assert_int_equal(cJSON_GetArraySize(fg_photos_item(side, "scores")), 7);
    const cJSON *visit = cJSON_GetArrayItem(fg_photos_item(side, "visits"), 2);
    assert_string_equal(fg_photos_item(visit, "first")->valuestring, "mask/1.jpg");
    assert_string_equal(fg_photos_item(visit, "last")->valuestring, "mask/3.jpg");
    assert_true(cJSON_IsTrue(fg_photos_item(visit, "passes")));
    side = fg_photos_item(reported, "living");
    assert_int_equal(fg_photos_item(side, "several_faces")->valueint, 1);
    fg_photos_expect_rate(
        fg_photos_item(cJSON_GetArrayItem(fg_photos_item(side, "people"), 1), "bpcer"), 0, 0);
    const cJSON *rates = fg_photos_item(reported, "rates");
    assert_int_equal(cJSON_GetArraySize(rates), 9);
    const cJSON *configured = fg_photos_item(reported, "configured");
    assert_true(cJSON_Compare(configured, cJSON_GetArrayItem(rates, 4), true));
    fg_photos_expect_rate(fg_photos_item(configured, "highest_apcer"), 1, 1);
    assert_string_equal(fg_photos_item(configured, "highest_kind")->valuestring, "mask");
    fg_photos_expect_rate(fg_photos_item(configured, "bpcer"), 0, 1);
    cJSON_Delete(reported);
    free(output);
}

static void a_check_that_is_off_is_measured_at_its_threshold(void **state)
{
    (void)state;
    static const char off[] = "[access]\nliveness = off\nliveness_threshold = 0.45\n"
                              "[vision]\nmodels = " MODELS "\n";
    fg_photos_put("album/1-left/1.jpg", "attacks/1.jpg");
    fg_testing_write(fg_photos_door.config, off, strlen(off));
    const char *words[] = {"evaluate", "--views", "1", "--attacks", attacks, NULL};
    char *output = fg_photos_run(0, words);
    fg_photos_holds(output, "\n0.45*        100       5-100     -           -    attacks\n");
    fg_photos_says(output, "But [access] liveness is off, so the door refuses neither.");
    free(output);
}

static void a_model_that_cannot_be_used_ends_as_elsewhere(void **state)
{
    (void)state;
    static const char damaged[] = "no model";
    char *models = fg_testing_path(fg_photos, "models");
    char *model = fg_testing_path(models, "fr_liveness.onnx");
    fg_photos_make_folder("models");
    fg_photos_put("ada.jpg", "attacks/1.jpg");
    const char *words[] = {"evaluate", "--models", models, "--attacks", attacks, NULL};
    fg_photos_expect(78, "/fr_liveness.onnx is missing; fix: install the package ", words);
    fg_testing_write(model, damaged, strlen(damaged));
    fg_photos_expect(78, "/fr_liveness.onnx: it is not the right file (SHA-256 ", words);

    static const char other[] = "[access]\nliveness_models = /nowhere/other.onnx\n";
    fg_testing_write(fg_photos_door.config, other, strlen(other));
    fg_photos_expect(78,
                     "the liveness model /nowhere/other.onnx is missing; fix: correct [access] "
                     "liveness_models, or put the right file there\n",
                     words);
    free(models);
    free(model);
}

static void what_cannot_be_measured_says_what_to_do(void **state)
{
    (void)state;
    const char *words[] = {"evaluate", "--attacks", attacks, NULL};
    fg_photos_expect(
        1,
        "/attacks: has no picture: put pictures of attacks into it, "
        "such as \"facegate run --record\" makes, or a folder of them for each kind of "
        "attack, such as print/1.jpg and phone/1.jpg\n",
        words);
    fg_photos_put("nobody.jpg", "attacks/1.jpg");
    fg_photos_expect(1,
                     "/attacks: nothing to evaluate: no kind of attack has 3 usable pictures: add "
                     "pictures, try fewer with --views 1, or use bad views too with --all\n",
                     words);
    const char *file[] = {"evaluate", "--attacks", "/dev/null", NULL};
    fg_photos_expect(1, "/dev/null: Not a directory: give a folder of pictures\n", file);
    const char *nobody[] = {"evaluate", "--attacks", attacks, people, NULL};
    fg_photos_expect(1, "/people: has no folders: make a folder for each person", nobody);
}

static void options_of_recognition_are_refused(void **state)
{
    (void)state;
    const struct {
        const char *option, *value, *text;
    } cases[] = {
        {"--svg", "curve.svg",
         "--attacks draws no curve: leave out --svg; the table, and --json, "
         "have its figures\n"},
        {"--enroll", "1", "--attacks enrols nobody and recommends nothing: leave out --enroll\n"},
        {"--rate", "1%", "--attacks enrols nobody and recommends nothing: leave out --rate\n"},
        {"--views", "11", "--views: \"11\" is not a whole number from 1 to 10\n"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *words[] = {"evaluate",  cases[i].option, cases[i].value,
                               "--attacks", attacks,         NULL};
        fg_photos_expect(2, cases[i].text, words);
    }
    const char *two[] = {"evaluate", "--attacks", attacks, people, people, NULL};
    fg_photos_expect(2, "give at most one folder of people\n", two);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_folders, close_folders)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(attacks_and_living_people_are_counted),
        TEST(pictures_of_one_recording_need_no_folder_of_their_own),
        TEST(kinds_that_never_pass_and_frames_without_a_face_are_summed_up),
        TEST(json_has_all_figures),
        TEST(a_check_that_is_off_is_measured_at_its_threshold),
        TEST(a_model_that_cannot_be_used_ends_as_elsewhere),
        TEST(what_cannot_be_measured_says_what_to_do),
        TEST(options_of_recognition_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
