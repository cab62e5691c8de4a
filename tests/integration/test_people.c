/* facegate people: the list and the check. */
#include "people_gallery.h"
#include "testing.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PROGRAM  FG_BINARY_DIR "/src/cli/facegate"
#define SEQUENCE FG_BINARY_DIR "/tests/support/fg_sequence"
#define SCENES   FG_BINARY_DIR "/tests/scenes"
#define PICTURES FG_SOURCE_DIR "/tests/pictures"
#define MODELS   FG_SOURCE_DIR "/models"
#define CROWD_FEW                                                                                  \
    "4 of 7 people have fewer than 3 encodings: Bob, Zo\u00eb O'Hara, Grace, Mary. Of 100\n"       \
    "visits of a person, 16 are not recognised with one encoding, 4 with two, and\n"               \
    "none with three or more (measured on photographs). With one encoding, more\n"                 \
    "strangers are accepted as well.\n"                                                            \
    "    facegate enroll --models " MODELS " --encodings @ --name NAME IMAGE...\n"
#define CROWD_ADVICE                                                                               \
    "4 of 7 people have fewer than 3 encodings: Bob, Zo\u00eb O'Hara, Grace, Mary. Of 100 visits " \
    "of a person, 16 are not recognised with one encoding, 4 with two, and none with three or "    \
    "more (measured on photographs). With one encoding, more strangers are accepted as well."

static void the_list_has_the_riskiest_first(void **state)
{
    (void)state;
    write_gallery(crowd, CROWD);
    expect(0, (const char *const[]){NULL},
           "NAME        BADGE     ENCODINGS  SPREAD    NEAREST OTHER\n"
           "Ada         D8E2F1G3          3   2.016  ! 0.250  Bob\n"
           "Bob         -                 2   0.125  ! 0.250  Ada\n"
           "\u7530\u4e2d        -                 3   0.875  ! 0.375  Zo\u00eb O'Hara\n"
           "Zo\u00eb O'Hara  X1                1       -  ! 0.375  \u7530\u4e2d\n"
           "Mary        -                 2   0.188    0.534  \u7530\u4e2d\n"
           "Grace       G1                2   0.750    1.591  Zo\u00eb O'Hara\n"
           "Nobody      -                 0       -    -\n"
           "\n"
           "! within the tolerance (0.50) of someone else: see \"facegate people check\".\n"
           "\n" CROWD_FEW);
    expect(0, WORDS("list", "--tolerance", "0.2"),
           "NAME        BADGE     ENCODINGS  SPREAD    NEAREST OTHER\n"
           "Ada         D8E2F1G3          3   2.016    0.250  Bob\n"
           "Bob         -                 2   0.125    0.250  Ada\n"
           "\u7530\u4e2d        -                 3   0.875    0.375  Zo\u00eb O'Hara\n"
           "Zo\u00eb O'Hara  X1                1       -    0.375  \u7530\u4e2d\n"
           "Mary        -                 2   0.188    0.534  \u7530\u4e2d\n"
           "Grace       G1                2   0.750    1.591  Zo\u00eb O'Hara\n"
           "Nobody      -                 0       -    -\n"
           "\n" CROWD_FEW);
}

static void long_names_are_cut_to_the_terminal_and_nowhere_else(void **state)
{
    (void)state;
    const somebody people_of[] = {
        {"Ang\u00e9lique-\u00c9l\u00e9onore de la Tr\u00e8s-Longue-Rue-du-Ch\u00e2teau",
         "A:B:C:D:E:F:G:H:I:J:K",
         1,
         {{0, 0}},
         0},
        {"Ada", NULL, 1, {{0, 0.75}}, 0},
    };
    write_gallery(people_of, 2);
    expect(
        0, WORDS("list"),
        "NAME              BADGE             ENCODINGS  SPREAD    NEAREST OTHER\n"
        "Ang\u00e9lique-\u00c9l\u00e9on\u2026  A:B:C:D:E:F:G:H\u2026          1       -    0.750 "
        " Ada\n"
        "Ada               -                         1       -    0.750  "
        "Ang\u00e9lique-\u00c9l\u00e9on\u2026\n"
        "\n"
        "2 of 2 people have fewer than 3 encodings: Ang\u00e9lique-\u00c9l\u00e9onore de la\n"
        "Tr\u00e8s-Longue-Rue-du-Ch\u00e2teau, Ada. Of 100 visits of a person, 16 are not\n"
        "recognised with one encoding, 4 with two, and none with three or more (measured\n"
        "on photographs). With one encoding, more strangers are accepted as well.\n"
        "    facegate enroll --models " MODELS " --encodings @ --name NAME IMAGE...\n");
    char *whole = people(0, "", WORDS("list"));
    assert_non_null(strstr(
        whole,
        "0.750  Ang\u00e9lique-\u00c9l\u00e9onore de la Tr\u00e8s-Longue-Rue-du-Ch\u00e2teau\n"));
    free(whole);
}

static void the_check_tells_each_finding_with_its_fix(void **state)
{
    (void)state;
    write_gallery(crowd, CROWD);
    expect(
        1, WORDS("check"),
        "Encodings that are likely someone else's:\n"
        "  Ada's encoding 3 is likely Bob's: 0.250 from Bob, 1.768 from the nearest of Ada's own.\n"
        "  \u7530\u4e2d's encoding 3 is likely someone else's: 0.750 from the nearest of "
        "\u7530\u4e2d's other 2.\n"
        "  Grace's 2 encodings are 0.750 apart: one of them is likely someone else's.\n"
        "  To remove those that are:\n"
        "    facegate people remove --encodings @ --encoding 3 Ada\n"
        "    facegate people remove --encodings @ \u7530\u4e2d && facegate enroll --encodings @ "
        "--name \u7530\u4e2d IMAGE...\n"
        "    facegate people remove --encodings @ Grace && facegate enroll --encodings @ --name "
        "Grace --badge G1 IMAGE...\n"
        "\n"
        "People who can be taken for each other, within the tolerance of 0.50:\n"
        "  Ada (encoding 3) and Bob (encoding 1): 0.250 apart, by a mix-up reported above.\n"
        "  Zo\u00eb O'Hara (encoding 1) and \u7530\u4e2d (encoding 1): 0.375 apart.\n"
        "    One person under two names? facegate people remove --encodings @ 'Zo\u00eb "
        "O'\\''Hara'\n"
        "    Two people? Enrol both again with better pictures, or set [access] tolerance to "
        "0.37.\n"
        "\n"
        "People a little farther apart than the tolerance; do not raise it:\n"
        "  \u7530\u4e2d (encoding 2) and Mary (encoding 1): 0.534 apart.\n"
        "\n" CROWD_FEW "\n"
        "No encodings, so never recognised: Nobody.\n"
        "    facegate enroll --encodings @ --name Nobody IMAGE...\n"
        "\n"
        "Who is most like whom by the rule, from the means of their encodings:\n"
        "\n"
        "  DISTANCE  MARGIN   LEAD\n"
        "     0.499   1.267  0.407 ! Mary is like \u7530\u4e2d\n"
        "     0.491   1.167  0.272 ! \u7530\u4e2d is like Mary\n"
        "     0.704   0.874  0.604   Zo\u00eb O'Hara is like \u7530\u4e2d\n"
        "     1.313   0.608  1.213   Bob is like Ada\n"
        "     1.310   0.323  0.529   Ada is like Bob\n"
        "  and 1 more: \"facegate people check --json\" lists them.\n"
        "! Would be accepted as the other (tolerance 0.50, margin 0.09) if not enrolled,\n"
        "or is often refused because the other is too near (lead 0.03). Is it one person\n"
        "under two names? If not, enrol more pictures of both.\n"
        "\n"
        "False matches among 15 pairs of different people:\n"
        "\n"
        "  TOLERANCE    MATCHED        RATE  95 % INTERVAL\n"
        "       0.40          2        13 %       1.7 % to 40 %\n"
        "       0.45          2        13 %       1.7 % to 40 %\n"
        "       0.50 *        2        13 %       1.7 % to 40 %\n"
        "       0.55          3        20 %       4.3 % to 48 %\n"
        "       0.60          3        20 %       4.3 % to 48 %\n"
        "  * is the configured one. A pair counts once, by the nearest of their encodings.\n"
        "\n"
        "15 pairs are too few to say how rare a false match is. To show a rate below\n"
        "1 in 10,000 you need 30,000 pairs, which is 246 people.\n"
        "\n"
        "The findings above are counted here, but a mix-up and one person under two\n"
        "names are not false matches: fix them, then check again.\n");
}

static void who_has_more_wrong_encodings_than_right_is_enrolled_anew(void **state)
{
    (void)state;
    const somebody two[] = {
        {"Ada", NULL, 3, {{-1, 0}, {1, 0.25}, {1, 0.375}}, 0}, /* two of the three are Bob's */
        {"Bob", NULL, 2, {{1, 0}, {1.125, 0}}, 0},
    };
    write_gallery(two, 2);
    char *output = people(1, "80", WORDS("check"));
    char fix[2048];
    snprintf(
        fix, sizeof(fix),
        "    facegate people remove --encodings %s Ada && facegate enroll --encodings %s --name "
        "Ada IMAGE...\n",
        encodings, encodings);
    assert_non_null(strstr(output, fix));
    assert_null(strstr(output, "--encoding 1"));
    free(output);
}

static void where_nothing_is_wrong_the_check_says_so(void **state)
{
    (void)state;
    const somebody two[] = {
        {"Ada", NULL, 3, {{0, 0}, {0.25, 0}, {0.25, 0.25}}, 0},
        {"Bob", NULL, 3, {{0, 0}, {0.125, 0}, {0, 0.125}}, 1},
    };
    write_gallery(two, 2);
    expect(0, WORDS("check", "--tolerance", "0.425"),
           "Nothing to fix among 2 people with 6 encodings.\n"
           "\n"
           "Who is most like whom by the rule, from the means of their encodings:\n"
           "\n"
           "  DISTANCE  MARGIN   LEAD\n"
           "     1.594   0.073  1.497   Bob is like Ada\n"
           "     1.594   0.047  1.458   Ada is like Bob\n"
           "\n"
           "False matches among 1 pair of different people:\n"
           "\n"
           "  TOLERANCE    MATCHED        RATE  95 % INTERVAL\n"
           "       0.40          0         0 %         0 % to 95 %\n"
           "      0.425 *        0         0 %         0 % to 95 %\n"
           "       0.45          0         0 %         0 % to 95 %\n"
           "       0.50          0         0 %         0 % to 95 %\n"
           "       0.55          0         0 %         0 % to 95 %\n"
           "       0.60          0         0 %         0 % to 95 %\n"
           "  * is the configured one. A pair counts once, by the nearest of their encodings.\n"
           "\n"
           "1 pair is too few to say how rare a false match is. To show a rate below\n"
           "1 in 10,000 you need 30,000 pairs, which is 246 people.\n");
    write_gallery(two, 1);
    expect(0, WORDS("check"),
           "Nothing to fix among 1 person with 3 encodings.\n"
           "\n"
           "False matches: there are fewer than two people to compare.\n");
    write_gallery(two, 0);
    static const char nobody[] =
        "Nobody is enrolled: enrol a person with \"facegate enroll --name NAME IMAGE\".\n";
    expect(0, WORDS("check"), nobody);
    expect(0, WORDS("list"), nobody);
    expect(0, WORDS("list", "--json"), "{\"tolerance\":0.5,\"people\":[],\"advice\":null}\n");
}

static void few_encodings_are_advice_and_a_pair_is_a_fault(void **state)
{
    (void)state;
    const somebody two[] = {
        {"Ada", NULL, 1, {{0, 0}}, 0},
        {"Bob", NULL, 1, {{0.53125, 0}}, 0},
    };
    write_gallery(two, 2);
    free(people(0, "80", WORDS("check")));
    free(people(1, "80", WORDS("check", "--tolerance", "0.54")));
    /* The command for the only one names them. */
    write_gallery(two, 1);
    expect(0, WORDS("check"),
           "Ada has only one encoding. Of 100 visits of a person, 16 are not recognised with\n"
           "one encoding, 4 with two, and none with three or more (measured on photographs).\n"
           "With one encoding, more strangers are accepted as well.\n"
           "    facegate enroll --models " MODELS " --encodings @ --name Ada IMAGE...\n"
           "\n"
           "False matches: there are fewer than two people to compare.\n");
}

static void json_has_the_same_as_the_list(void **state)
{
    (void)state;
    write_gallery(crowd, CROWD);
    cJSON *root = people_json(0, "list");
    const cJSON *list = get(root, "people");
    assert_true(get(root, "tolerance")->valuedouble == 0.5);
    assert_int_equal(cJSON_GetArraySize(list), CROWD);
    const cJSON *ada = cJSON_GetArrayItem(list, 0);
    assert_string_equal(get(ada, "name")->valuestring, "Ada");
    assert_string_equal(get(ada, "rfid_id")->valuestring, "D8E2F1G3");
    assert_int_equal(get(ada, "encodings")->valueint, 3);
    assert_true(cJSON_IsFalse(get(ada, "few_encodings")));
    assert_true(get(ada, "spread")->valuedouble == 2.016);
    const cJSON *nearest = get(ada, "nearest");
    assert_string_equal(get(nearest, "name")->valuestring, "Bob");
    assert_true(get(nearest, "distance")->valuedouble == 0.25);
    assert_true(cJSON_IsTrue(get(nearest, "within_tolerance")));
    assert_int_equal(get(nearest, "encoding")->valueint, 3);
    assert_int_equal(get(nearest, "other_encoding")->valueint, 1);
    const cJSON *zoe = cJSON_GetArrayItem(list, 3);
    assert_string_equal(get(zoe, "name")->valuestring, "Zo\u00eb O'Hara");
    assert_true(cJSON_IsNull(get(zoe, "spread")));
    const cJSON *mary = cJSON_GetArrayItem(list, 4);
    assert_true(cJSON_IsNull(get(mary, "rfid_id")));
    assert_true(cJSON_IsTrue(get(mary, "few_encodings")));
    assert_true(cJSON_IsFalse(get(get(mary, "nearest"), "within_tolerance")));
    assert_true(cJSON_IsNull(get(cJSON_GetArrayItem(list, CROWD - 1), "nearest")));
    assert_string_equal(get(root, "advice")->valuestring, CROWD_ADVICE);
    cJSON_Delete(root);
    write_gallery(crowd, 1);
    root = people_json(0, "list");
    assert_true(cJSON_IsNull(get(root, "advice")));
    cJSON_Delete(root);
}

static void json_has_the_same_as_the_check(void **state)
{
    (void)state;
    static const char *const kinds[] = {"mix-up", "far", "far", "pair", "pair", "close",
                                        "few",    "few", "few", "few",  "none"};
    write_gallery(crowd, CROWD);
    cJSON *root = people_json(1, "check");
    const cJSON *findings = get(root, "findings");
    assert_int_equal(get(root, "people")->valueint, CROWD);
    assert_int_equal(get(root, "encodings")->valueint, 13);
    assert_int_equal(cJSON_GetArraySize(findings), sizeof(kinds) / sizeof(kinds[0]));
    for (int i = 0; i < cJSON_GetArraySize(findings); i++) {
        assert_string_equal(get(cJSON_GetArrayItem(findings, i), "kind")->valuestring, kinds[i]);
    }
    const cJSON *mix_up = cJSON_GetArrayItem(findings, 0);
    assert_string_equal(get(mix_up, "name")->valuestring, "Ada");
    assert_int_equal(get(mix_up, "encoding")->valueint, 3);
    assert_string_equal(get(mix_up, "other")->valuestring, "Bob");
    assert_true(get(mix_up, "own_distance")->valuedouble == 1.768);
    const cJSON *counts = get(root, "counts");
    assert_int_equal(get(counts, "mix_ups")->valueint, 3);
    assert_int_equal(get(counts, "pairs")->valueint, 2);
    assert_int_equal(get(counts, "close")->valueint, 1);
    assert_int_equal(get(counts, "few")->valueint, 4);
    const cJSON *bob = cJSON_GetArrayItem(findings, 6);
    assert_string_equal(get(bob, "name")->valuestring, "Bob");
    assert_int_equal(get(bob, "encodings")->valueint, 2);
    assert_string_equal(get(root, "advice")->valuestring, CROWD_ADVICE);
    assert_int_equal(get(counts, "nones")->valueint, 1);
    const cJSON *likenesses = get(root, "likenesses");
    assert_int_equal(cJSON_GetArraySize(likenesses), 6);
    const cJSON *mary = cJSON_GetArrayItem(likenesses, 0);
    assert_string_equal(get(mary, "name")->valuestring, "Mary");
    assert_string_equal(get(mary, "other")->valuestring, "\u7530\u4e2d");
    assert_true(get(mary, "distance")->valuedouble == 0.499);
    assert_true(get(mary, "margin")->valuedouble == 1.267);
    assert_true(get(mary, "lead")->valuedouble == 0.407);
    assert_true(cJSON_IsTrue(get(mary, "doubtful")));
    assert_true(cJSON_IsFalse(get(cJSON_GetArrayItem(likenesses, 2), "doubtful")));
    const cJSON *rates = get(root, "false_matches");
    assert_int_equal(cJSON_GetArraySize(rates), 5);
    const cJSON *rate = cJSON_GetArrayItem(rates, 2);
    assert_true(get(rate, "tolerance")->valuedouble == 0.5);
    assert_int_equal(get(rate, "matched")->valueint, 2);
    assert_int_equal(get(rate, "pairs")->valueint, 15);
    assert_true(fabs(get(rate, "rate")->valuedouble - 2.0 / 15) < 1e-12);
    assert_true(get(rate, "low")->valuedouble > 0.016 && get(rate, "high")->valuedouble < 0.405);
    cJSON_Delete(root);
}

static void without_a_cohort_the_check_says_what_it_could_not_do(void **state)
{
    (void)state;
    write_gallery(crowd, 2);
    char *output = people(1, "80", WORDS("check", "--models", folder));
    assert_non_null(strstr(output, "\nNot compared by the rule: the cohort"));
    assert_non_null(strstr(output, "\nFalse matches among 1 pair of different people:\n"));
    free(output);
    output = people(1, "80", WORDS("check", "--json", "--models", folder));
    assert_non_null(strstr(output, "\"likenesses\":null,\"likenesses_missing\":\"the cohort "));
    free(output);
}

/* All people of one encodings file, put behind those of another. */
static void add_people_of(const char *path)
{
    char *text = fg_testing_read(path, NULL);
    char *kept = fg_testing_read(encodings, NULL);
    cJSON *from = cJSON_Parse(text);
    cJSON *to = cJSON_Parse(kept);
    const cJSON *person = NULL;
    cJSON_ArrayForEach(person, get(from, "people"))
    {
        cJSON_AddItemToArray(cJSON_GetObjectItemCaseSensitive(to, "people"),
                             cJSON_Duplicate(person, true));
    }
    char *written = cJSON_PrintUnformatted(to);
    fg_testing_write(encodings, written, strlen(written));
    cJSON_free(written);
    cJSON_Delete(from);
    cJSON_Delete(to);
    free(text);
    free(kept);
}

/* Enrolls whoever is in that window of a test picture, in the file of a gallery of its own. */
static char *enroll_alone(const char *name, const char *picture, const char *corner)
{
    char *output = NULL;
    char *pictures = fg_testing_path(folder, name);
    char *gallery = fg_testing_path(pictures, "encodings.json");
    char *image = fg_testing_path(pictures, "frame-0000.jpg");
    const char *make[] = {"mkdir", pictures, NULL};
    assert_int_equal(fg_process_run(folder, make, NULL, FG_TESTING_PATIENCE, &output), 0);
    free(output);
    const char *cut[] = {SEQUENCE,  "--from",     corner,    "--to",     corner, "--size",
                         "520x520", "--out-size", "520x520", "--frames", "1",    "--first",
                         "0",       picture,      pictures,  NULL};
    if (fg_process_run(folder, cut, NULL, FG_TESTING_PATIENCE, &output) != 0) {
        fail_msg("%s", output);
    }
    free(output);
    const char *enroll[] = {PROGRAM,    "enroll", "--config", config, "--encodings", gallery,
                            "--models", MODELS,   "--name",   name,   image,         NULL};
    if (fg_process_run(folder, enroll, NULL, FG_TESTING_PATIENCE, &output) != 0) {
        fail_msg("%s", output);
    }
    free(output);
    free(pictures);
    free(image);
    return gallery;
}

static void the_same_woman_under_two_names_is_found_and_two_different_people_are_not(void **state)
{
    (void)state;
    char *scene = fg_testing_read(SCENES "/encodings.json", NULL); /* Ada, from sample1 */
    fg_testing_write(encodings, scene, strlen(scene));
    char *bob = enroll_alone("Bob", PICTURES "/sample2.jpg", "1300,60");
    add_people_of(bob);
    free(people(0, "80", WORDS("check")));
    char *eve = enroll_alone("Eve", PICTURES "/sample3.jpg", "890,120");
    add_people_of(eve);
    char *output = people(1, "80", WORDS("check"));
    const char *pair = strstr(output, "  Ada (encoding 1) and Eve (encoding 1): 0.");
    assert_non_null(pair);
    assert_null(strstr(output, "Bob (encoding"));
    double distance = strtod(pair + strlen("  Ada (encoding 1) and Eve (encoding 1): "), NULL);
    assert_true(distance > 0.3 && distance < 0.48);
    free(output);
    free(scene);
    free(bob);
    free(eve);
}

int main(void)
{
#define PEOPLE_TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        PEOPLE_TEST(the_list_has_the_riskiest_first),
        PEOPLE_TEST(long_names_are_cut_to_the_terminal_and_nowhere_else),
        PEOPLE_TEST(the_check_tells_each_finding_with_its_fix),
        PEOPLE_TEST(who_has_more_wrong_encodings_than_right_is_enrolled_anew),
        PEOPLE_TEST(where_nothing_is_wrong_the_check_says_so),
        PEOPLE_TEST(few_encodings_are_advice_and_a_pair_is_a_fault),
        PEOPLE_TEST(json_has_the_same_as_the_list),
        PEOPLE_TEST(json_has_the_same_as_the_check),
        PEOPLE_TEST(without_a_cohort_the_check_says_what_it_could_not_do),
        PEOPLE_TEST(the_same_woman_under_two_names_is_found_and_two_different_people_are_not),
    };
    return cmocka_run_group_tests_name("people", tests, NULL, NULL);
}
