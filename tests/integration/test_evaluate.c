/* evaluate: on albums of which it is known who is in them, and on folders that are none. */
#include "evaluate_photos.h"
#include "known_faces.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* Everybody in the pictures that are looked at, and what is known of them: with one picture
 * enrolled of each, all are recognised in the other by a margin of 0.19 or more, and as strangers
 * nobody is let in by one of 0.08. */
#ifdef FG_TEST_SANITIZED
static const char *const everybody[] = {"grace", "1-left", "1-middle", "3-left", "3-right", NULL};
#define HEAD                                                                                       \
    "5 people, 10 pictures: 5 enrolled (1 of each person), 5 others compared with\n"               \
    "them.\n"
#define ALL_WELL "0        0-45     0        0-45\n"
#define MISSED   "0        0-45    20        1-72\n"
#define PROBES   5
#define MORE     2995
#else
static const char *const everybody[] = {"grace",    "1-left", "1-middle",    "2",        "3-left",
                                        "3-right",  "4-left", "4-right",     "4-middle", "5-top",
                                        "5-turned", "5-left", "5-right",     "5-middle", "6-right",
                                        "6-middle", "6-left", "6-far-right", NULL};
#define HEAD                                                                                       \
    "18 people, 36 pictures: 18 enrolled (1 of each person), 18 others compared with\nthem.\n"
#define ALL_WELL "0        0-15     0        0-15\n"
#define MISSED   "0        0-15   5.6        0-27\n"
#define PROBES   18
#define MORE     2982
#endif

static void put_people(const char *const names[])
{
    for (int i = 0; names[i] != NULL; i++) {
        char scene[64];
        snprintf(scene, sizeof(scene), "album/%s", names[i]);
        fg_photos_put(scene, names[i]);
    }
}

static void of_known_people_the_known_answer_comes_out(void **state)
{
    (void)state;
    static const struct {
        const char *margin, *rates;
    } lines[] = {
        {" 0.03       ", ALL_WELL}, {">0.09*      ", ALL_WELL}, {" 0.15       ", ALL_WELL},
        {" 0.20       ", MISSED},   {" 0.25       ", MISSED},
    };
    char text[256];
    put_people(everybody);
    const char *words[] = {"evaluate", "--all", "--enroll", "1", "--views", "1", fg_photos, NULL};
    char *output = fg_photos_run(0, words);
    fg_photos_holds(output, HEAD);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        snprintf(text, sizeof(text), "\n%s%s", lines[i].margin, lines[i].rates);
        fg_photos_holds(output, text);
    }
    snprintf(text, sizeof(text),
             "As configured (tolerance 0.46, margin 0.09, lead 0.03), 0 of %d single views of",
             PROBES);
    fg_photos_says(output, text);
    fg_photos_says(output,
                   "0 of 1250 members of the cohort (95 %: at most 0.24 %) would be let in, "
                   "by one");
    fg_photos_says(output, "Recommended for at most 1 in 1000: the default, tolerance 0.46, margin "
                           "0.09, lead 0.03, as configured. To show at most 1 in 1000 takes 3000 "
                           "single views");
    snprintf(text, sizeof(text), "and there were %d: add %d people with", PROBES, MORE);
    fg_photos_says(output, text);
    assert_null(strstr(output, "People not recognised"));
    assert_null(strstr(output, "Left out"));
    fg_photos_is_narrow(output);
    free(output);

    const char *strict[] = {"evaluate", "--all",       "--enroll", "1",       "--views",
                            "1",        "--tolerance", "0.35",     fg_photos, NULL};
    output = fg_photos_run(0, strict);
    fg_photos_holds(output, "\n>0.09*      " MISSED);
    fg_photos_holds(
        output, "\nPeople not recognised in a single view, each by the worst, with the margin:\n"
                "  0.19");
    fg_photos_holds(output, "  grace/2.jpg, distance 0.36");
    fg_photos_says(output, "Recommended for at most 1 in 1000: tolerance 0.35, margin 0.09, lead "
                           "0.03, as");
    free(output);
}

/* Of four pictures of Ada and three of Bob one is enrolled, and two make a visit. */
static void put_visitors(void)
{
    fg_photos_make_folder("ada");
    fg_photos_make_folder("bob");
    fg_photos_put("album/grace/1.jpg", "ada/1.jpg");
    fg_photos_put("album/grace/2.jpg", "ada/2.jpg");
    fg_photos_put("ada.jpg", "ada/3.jpg");
    fg_photos_put("ada-again.jpg", "ada/4.jpg");
    fg_photos_put("album/1-left/1.jpg", "bob/1.jpg");
    fg_photos_put("album/1-left/2.jpg", "bob/2.jpg");
    fg_photos_put("album/3-left/1.jpg", "bob/3.jpg");
}

static void views_that_follow_each_other_make_a_visit(void **state)
{
    (void)state;
    put_visitors();
    const char *words[] = {"evaluate", "--enroll",  "1",       "--views",
                           "2",        "--verbose", fg_photos, NULL};
    char *output = fg_photos_run(0, words);
    fg_photos_holds(output, "VISITS OF 2 VIEWS, %                     SINGLE VIEWS, %\n");
    /* One of the two views of Bob's visit is of somebody else, and takes the margin of both. */
    fg_photos_holds(
        output,
        "\n>0.09*      0        0-78     0        0-78     0        0-45    20        1-72\n");
    fg_photos_says(output, "0 of 2 visits of strangers (95 %: at most 78 %) are let in, and 0 of 2 "
                           "visits of enrolled people");
    fg_photos_holds(output, "; 0 of 5 single views of strangers");
    fg_photos_holds(output, "\n  bob/3.jpg: distance 0.");
    fg_photos_holds(output, "\n  ada/3.jpg: distance 0.100, margin 0.");
    fg_photos_says(output, ": add 2998 people with 3 good pictures each, 8994 in all.");
    fg_photos_is_narrow(output);
    free(output);

    /* What is looser than the default is counted, and not recommended. */
    const char *loose[] = {"evaluate", "--enroll",    "1",   "--views", "2",
                           fg_photos,  "--tolerance", "0.8", NULL};
    output = fg_photos_run(0, loose);
    fg_photos_holds(output, "\n 0.09*      ");
    fg_photos_holds(output, "\n>0.09       ");
    fg_photos_holds(output, "\nRows without * have tolerance 0.46 and lead 0.03.\n");
    fg_photos_says(output, "Recommended for at most 1 in 1000: the default, tolerance 0.46, margin "
                           "0.09, lead 0.03. With this 0 of 2 visits of strangers");
    free(output);

    const char *many[] = {"evaluate", "--enroll", "1", fg_photos, "--views", "4", NULL};
    output = fg_photos_run(0, many);
    fg_photos_says(output,
                   "Nothing can be recommended: nobody has 4 good pictures besides the 1 "
                   "enrolled. Add pictures, or try fewer with --views. To show at most 1 in "
                   "1000 takes 3000 visits of strangers without a mistake, and there were 0: "
                   "add 3000 people with 5 good pictures each, 15000 in all.");
    free(output);
}

static const cJSON *rate_of(const cJSON *object, const char *unit, const char *rate)
{
    return fg_photos_item(fg_photos_item(object, unit), rate);
}

static void json_tells_the_same(void **state)
{
    (void)state;
    put_people((const char *const[]){"grace", "1-left", "3-left", NULL});
    const char *words[] = {"evaluate", "--json", "--all", "--enroll", "1", "--views",
                           "1",        "--rate", "1/100", fg_photos,  NULL};
    char *output = fg_photos_run(0, words);
    cJSON *reported = cJSON_ParseWithOpts(output, NULL, false);
    assert_non_null(reported);
    assert_int_equal(cJSON_GetArraySize(fg_photos_item(reported, "people")), 3);
    assert_string_equal(
        fg_photos_item(cJSON_GetArrayItem(fg_photos_item(reported, "people"), 2), "name")
            ->valuestring,
        "grace");
    assert_int_equal(fg_photos_item(reported, "compared")->valueint, 3);
    assert_int_equal(fg_photos_item(reported, "views")->valueint, 1);
    assert_int_equal(cJSON_GetArraySize(fg_photos_item(reported, "left_out")), 0);
    const cJSON *rates = fg_photos_item(reported, "rates");
    assert_int_equal(cJSON_GetArraySize(rates), 31);
    const cJSON *rate = NULL;
    cJSON_ArrayForEach(rate, rates)
    {
        double margin = fg_photos_item(rate, "margin")->valuedouble;
        if (margin >= 0.05) {
            fg_photos_expect_rate(rate_of(rate, "visits", "false_match"), 0, 3);
            fg_photos_expect_rate(rate_of(rate, "single_views", "false_match"), 0, 3);
            fg_photos_expect_rate(rate_of(rate, "cohort", "false_match"), 0, 1250);
        }
        fg_photos_expect_rate(rate_of(rate, "visits", "false_non_match"), margin > 0.205 ? 1 : 0,
                              3);
        assert_true(fg_photos_item(rate, "tolerance")->valuedouble == 0.46);
    }
    assert_true(fg_photos_item(fg_photos_item(reported, "configured"), "margin")->valuedouble ==
                0.09);
    assert_true(fg_photos_item(reported, "wanted_rate")->valuedouble == 0.01);
    assert_true(fg_photos_item(fg_photos_item(reported, "needed"), "visits")->valueint == 300);
    assert_true(fg_photos_item(fg_photos_item(reported, "needed"), "more_people")->valueint == 297);
    assert_true(fg_photos_item(fg_photos_item(reported, "needed"), "more_pictures")->valueint ==
                594);
    const cJSON *recommended = fg_photos_item(reported, "recommended");
    assert_true(cJSON_IsFalse(fg_photos_item(recommended, "shown")));
    assert_true(fg_photos_item(recommended, "tolerance")->valuedouble == 0.46);
    assert_true(fg_photos_item(recommended, "margin")->valuedouble == 0.09);
    assert_true(fg_photos_item(recommended, "as_good_to")->valuedouble >= 0.15);
    const cJSON *face = cJSON_GetArrayItem(fg_photos_item(reported, "faces"), 2);
    assert_string_equal(fg_photos_item(face, "picture")->valuestring, "grace/2.jpg");
    assert_string_equal(fg_photos_item(fg_photos_item(face, "own"), "accepted_as")->valuestring,
                        "grace");
    assert_true(fabs(fg_photos_item(fg_photos_item(face, "own"), "distance")->valuedouble - 0.366) <
                0.01);
    assert_true(cJSON_IsNull(fg_photos_item(fg_photos_item(face, "as_stranger"), "accepted_as")));
    assert_non_null(fg_photos_item(fg_photos_item(face, "as_stranger"), "name")->valuestring);
    cJSON_Delete(reported);
    free(output);
}

static void a_picture_in_the_wrong_folder_is_named(void **state)
{
    (void)state;
    fg_photos_make_folder("ada");
    fg_photos_make_folder("bob");
    fg_photos_put("album/1-left/1.jpg", "ada/1.jpg");
    fg_photos_put("album/1-left/2.jpg", "ada/2.jpg");
    fg_photos_put("album/3-left/1.jpg", "bob/1.jpg");
    fg_photos_put("album/3-left/2.jpg", "bob/2.jpg");
    fg_photos_put("album/1-left/2.jpg", "bob/3.jpg");
    const char *words[] = {"evaluate", "--enroll", "1",       "--views", "1",
                           "--rate",   "1%",       fg_photos, NULL};
    char *output = fg_photos_run(0, words);
    fg_photos_holds(output, "\nPictures that are like somebody else, with the margin:\n  0.4");
    fg_photos_holds(output, "  bob/3.jpg is taken for ada, distance 0.1");
    fg_photos_holds(output, ": is it in the wrong folder?\n");
    fg_photos_holds(
        output, "\nPeople not recognised in a single view, each by the worst, with the margin:\n"
                "  -0.");
    fg_photos_holds(output, "  bob/3.jpg, distance 0.");
    fg_photos_says(output,
                   "Nothing can be recommended for at most 1 in 100: even with a margin of "
                   "0.30, 1 of 3 single views of strangers (95 %: 0.84 % to 91 %) is let in. "
                   "Check below for a picture in the wrong folder.");
    fg_photos_is_narrow(output);
    free(output);
}

static void what_cannot_be_used_is_left_out_and_reported_by_reason(void **state)
{
    (void)state;
    char *path = fg_testing_path(fg_photos, "eve");
    fg_photos_make_folder("eve");
    fg_photos_make_folder("nobody");
    fg_photos_make_folder("eve/deeper.jpg");
    fg_photos_put("ada.jpg", "eve/a.JPG");
    fg_photos_put("ada.jpg", "eve/again.png");
    fg_photos_put("ada-again.jpg", "eve/b.jpg");
    fg_photos_put("dark.jpg", "eve/dark.jpg");
    fg_photos_put("nobody.jpg", "eve/nobody.jpg");
    fg_photos_put("two.jpg", "eve/two.jpg");
    fg_photos_put("nowhere.jpg", "eve/gone.jpg");
    fg_photos_put("ada.jpg", "eve/.hidden.jpg");
    fg_photos_put("ada.jpg", "eve/ada.gif");
    fg_photos_put("ada.jpg", "eve/jpg");
    fg_photos_put("ada.jpg", "eve/list.txt");
    fg_photos_put("ada.jpg", "beside.jpg");
    fg_photos_put("nobody.jpg", "nobody/1.jpg");
    char *broken = fg_testing_path(path, "broken\n.jpg");
    fg_testing_write(broken, "no picture", 10);

    const char *words[] = {"evaluate", "--enroll", "1", "--verbose", fg_photos, NULL};
    char *output = fg_photos_run(0, words);
    fg_photos_holds(
        output, "2 people, 9 pictures: 1 enrolled (at most 1 of each person), 1 other compared\n"
                "with them.\n"
                "Left out: 2 unreadable, 2 without a face, 1 with several faces, 1 duplicate, 1\n"
                "too dark, 5 other files:\n");
    fg_photos_holds(output, "\n  eve/again.png: the same view as eve/a.JPG\n");
    fg_photos_holds(output, "\n  eve/broken?.jpg: ");
    fg_photos_holds(output, "\n  eve/dark.jpg: too dark: brightness ");
    fg_photos_holds(output, "\n  eve/gone.jpg: No such file or directory");
    fg_photos_holds(output, "\n  eve/nobody.jpg: 0 faces found\n  eve/two.jpg: 2 faces found\n");
    fg_photos_holds(output, "\nWithout a good picture, so not compared: nobody\n");
    fg_photos_says(output, "As configured (tolerance 0.46, margin 0.09, lead 0.03), 0 of 1 single "
                           "view of enrolled people (95 %: at most 95 %) are not recognised.");
    fg_photos_says(output,
                   "Nothing can be recommended: give pictures of at least two people, so that "
                   "one can be a stranger to the other.");
    assert_null(strstr(output, "hidden"));
    fg_photos_holds(output, "\n  eve/ada.gif: by its name a picture that is not read: convert it "
                            "to JPEG\n");
    fg_photos_holds(output,
                    "\n  eve/deeper.jpg: a folder inside a person's: move its pictures up\n");
    fg_photos_holds(output, "\n  eve/list.txt: not named as a JPEG, PNG, WebP, HEIC or AVIF "
                            "picture\n");
    fg_photos_holds(output, "\n  beside.jpg: outside the people's folders\n");
    assert_null(strstr(output, "nan"));
    free(output);

    const char *every[] = {"evaluate", "--enroll", "1", "--all", fg_photos, NULL};
    output = fg_photos_run(0, every);
    fg_photos_holds(output, "1 enrolled (at most 1 of each person), 2 others compared\n");
    fg_photos_holds(output, "\n  eve/again.png: the same view as eve/a.JPG\n");
    fg_photos_holds(output, "\n  and 1 more (--verbose lists them).\n");
    free(output);

    /* Two are enrolled where nobody says how many, and then there is none left to try. */
    const char *two[] = {"evaluate", fg_photos, NULL};
    output = fg_photos_run(1, two);
    fg_photos_holds(
        output, "2 people, 9 pictures: 2 enrolled (at most 2 of each person), 0 others compared");
    fg_photos_holds(output, "\nEnrolled without another picture to compare: eve\n");
    fg_photos_holds(output,
                    ": nothing to evaluate: nobody has more good pictures than the 2 to enrol: add "
                    "pictures, or enrol fewer with --enroll 1\n");
    free(output);
    const char *as_json[] = {"evaluate", "--json", "--enroll", "3", fg_photos, NULL};
    output = fg_photos_run(1, as_json);
    assert_int_equal(strncmp(output, "facegate: ", 10), 0);
    free(output);
    free(broken);
    free(path);
}

static void a_folder_that_is_no_album_is_refused_with_how_it_has_to_look(void **state)
{
    (void)state;
    static const char how[] = ": make a folder for each person in it, with pictures inside, "
                              "such as Ada/1.jpg and Bob/1.jpg\n";
    char text[256];
    const char *words[] = {"evaluate", fg_photos, NULL};
    snprintf(text, sizeof(text), "/album: has no folders%s", how);
    fg_photos_expect(1, text, words);
    fg_photos_put("ada.jpg", "1.jpg");
    snprintf(text, sizeof(text), "/album: has pictures but no folders%s", how);
    fg_photos_expect(1, text, words);
    fg_photos_make_folder("ada");
    snprintf(text, sizeof(text), "/album: has no picture in any of its folders%s", how);
    fg_photos_expect(1, text, words);

    char *none = fg_testing_path(fg_photos, "none");
    const char *gone[] = {"evaluate", none, NULL};
    fg_photos_expect(1, "/album/none: No such file or directory: check the path\n", gone);
    char *picture = fg_testing_path(fg_photos, "1.jpg");
    const char *file[] = {"evaluate", picture, NULL};
    fg_photos_expect(
        1, "1.jpg: Not a directory: give the folder that has a folder for each person\n", file);
    free(none);
    free(picture);
}

static void wrong_usage_is_reported_before_anything_is_looked_at(void **state)
{
    (void)state;
    const struct {
        int code;
        const char *option, *value, *text;
    } cases[] = {
        {2, "--enroll", "0", "--enroll: \"0\" is not a whole number from 1 to 100\n"},
        {2, "--enroll", "2x", "--enroll: \"2x\" is not a whole number from 1 to 100\n"},
        {2, "--views", "0", "--views: \"0\" is not a whole number from 1 to 10\n"},
        {2, "--views", "11", "--views: \"11\" is not a whole number from 1 to 10\n"},
        {2, "--rate", "0",
         "--rate: \"0\" is not a rate from 1/1000000000 to 1/2, such as 0.001, 0.1% or 1/1000\n"},
        {2, "--rate", "1/0", "--rate: \"1/0\" is not a rate"},
        {2, "--rate", "1/-5", "--rate: \"1/-5\" is not a rate"},
        {2, "--rate", "nan", "--rate: \"nan\" is not a rate"},
        {2, "--rate", "60%", "--rate: \"60%\" is not a rate"},
        {2, "--rate", "1e-4%", "--rate: \"1e-4%\" is not a rate"},
        {2, "--rate", "", "--rate: \"\" is not a rate"},
        {2, "--tolerance", "0.9", "--tolerance: "},
        {1, "--svg", "/nowhere/curve.svg",
         "--svg /nowhere/curve.svg: cannot write to its folder: No such file or directory\n"},
    };
    put_people((const char *const[]){"grace", NULL});
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *words[] = {"evaluate", cases[i].option, cases[i].value, fg_photos, NULL};
        fg_photos_expect(cases[i].code, cases[i].text, words);
    }
    const char *none[] = {"evaluate", NULL};
    fg_photos_expect(2, "facegate evaluate: give one folder\n", none);
    const char *two[] = {"evaluate", fg_photos, fg_photos, NULL};
    fg_photos_expect(2, "facegate evaluate: give one folder\n", two);
}

/* It can be read as XML, has no number that is none, and draws what it is to. */
static void expect_drawing(const char *path, const char *const texts[])
{
    static const char well_formed[] = "import sys, xml.etree.ElementTree as t\n"
                                      "root = t.parse(sys.argv[1]).getroot()\n"
                                      "assert root.tag == '{http://www.w3.org/2000/svg}svg'\n";
    char *output = NULL;
    const char *check[] = {"python3", "-c", well_formed, path, NULL};
    if (fg_process_run(fg_photos_door.folder, check, NULL, FG_TESTING_PATIENCE, &output) != 0) {
        fail_msg("%s", output);
    }
    free(output);
    char *drawing = fg_testing_read(path, NULL);
    assert_null(strstr(drawing, "nan"));
    assert_null(strstr(drawing, "inf"));
    for (int i = 0; texts[i] != NULL; i++) {
        fg_photos_holds(drawing, texts[i]);
    }
    free(drawing);
}

static void the_curve_is_drawn_with_the_margins_in_it(void **state)
{
    (void)state;
    char *svg = fg_testing_path(fg_photos_door.folder, "curve.svg");
    put_people((const char *const[]){"grace", NULL});
    const char *words[] = {"evaluate", "--all", "--enroll", "1",       "--views",
                           "1",        "--svg", svg,        fg_photos, NULL};
    /* With one person there are no strangers but the cohort, and nothing to recommend. */
    char *output = fg_photos_run(0, words);
    fg_photos_holds(output, "\nThe curve is in ");
    free(output);
    expect_drawing(svg, (const char *const[]){">configured 0.09<", ">not recognised<",
                                              ">cohort let in<", ">margin (distance)<", NULL});
    char *drawing = fg_testing_read(svg, NULL);
    assert_null(strstr(drawing, "recommended"));
    assert_null(strstr(drawing, "strangers let in"));
    free(drawing);

    put_people((const char *const[]){"1-left", NULL});
    free(fg_photos_run(0, words));
    expect_drawing(svg, (const char *const[]){">configured 0.09<", ">recommended 0.09<",
                                              ">strangers let in<", ">not recognised<",
                                              ">wanted at most<",
                                              "2 single views of 2 people, tolerance 0.46<", NULL});
    free(svg);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fg_photos_open, fg_photos_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(of_known_people_the_known_answer_comes_out),
        TEST(views_that_follow_each_other_make_a_visit),
        TEST(json_tells_the_same),
        TEST(a_picture_in_the_wrong_folder_is_named),
        TEST(what_cannot_be_used_is_left_out_and_reported_by_reason),
        TEST(a_folder_that_is_no_album_is_refused_with_how_it_has_to_look),
        TEST(wrong_usage_is_reported_before_anything_is_looked_at),
        TEST(the_curve_is_drawn_with_the_margins_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
