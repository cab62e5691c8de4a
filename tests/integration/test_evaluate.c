/* evaluate: on albums of which it is known who is in them, and on folders that are none. */
#include "door.h"
#include "known_faces.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static fg_door door;
static char *album;

/* Everybody in the pictures that are looked at, and what is known of them: nobody but Grace's two
 * pictures, at 0.41, and no two people within 0.5. */
#ifdef FG_TEST_SANITIZED
static const char *const everybody[] = {"grace", "1-left", "1-middle", "3-left", "3-right", NULL};
#define HEAD       "5 people, 10 pictures: 5 enrolled (1 of each person), 5 others compared with them.\n"
#define MISSED     "0          0-14       -    20       1-72     5     0       0-45\n"
#define NOT_MISSED "0          0-14       -     0       0-45     -     0       0-45\n"
#define PROBES     5
#else
static const char *const everybody[] = {"grace",    "1-left", "1-middle",    "2",        "3-left",
                                        "3-right",  "4-left", "4-right",     "4-middle", "5-top",
                                        "5-turned", "5-left", "5-right",     "5-middle", "6-right",
                                        "6-middle", "6-left", "6-far-right", NULL};
#define HEAD                                                                                       \
    "18 people, 36 pictures: 18 enrolled (1 of each person), 18 others compared with\nthem.\n"
#define MISSED     "0      0.00-0.97       -   5.6       0-27    18     0       0-15\n"
#define NOT_MISSED "0      0.00-0.97       -     0       0-15     -     0       0-15\n"
#define PROBES     18
#endif

static int open_door(void **state)
{
    (void)state;
    fg_door_open(&door, "[access]\ntolerance = 0.5\n");
    album = fg_testing_path(door.folder, "album");
    assert_int_equal(mkdir(album, 0755), 0);
    return 0;
}

static int close_door(void **state)
{
    (void)state;
    free(album);
    fg_door_close(&door);
    return 0;
}

/* A link in the album to what the scenes have. */
static void put(const char *scene, const char *name)
{
    char *from = fg_door_scene(scene);
    char *to = fg_testing_path(album, name);
    assert_int_equal(symlink(from, to), 0);
    free(from);
    free(to);
}

static void make_folder(const char *name)
{
    char *path = fg_testing_path(album, name);
    assert_int_equal(mkdir(path, 0755), 0);
    free(path);
}

static void put_people(const char *const names[])
{
    for (int i = 0; names[i] != NULL; i++) {
        char scene[64];
        snprintf(scene, sizeof(scene), "album/%s", names[i]);
        put(scene, names[i]);
    }
}

static char *run(int code, const char *const words[])
{
    char *output = NULL;
    int actual = fg_door_command(&door, &output, words);
    if (actual != code) {
        fail_msg("facegate evaluate ended with %d, not %d:\n%s", actual, code, output);
    }
    return output;
}

/* The output has `text` in it; `words` without the command's own. */
static void holds(const char *output, const char *text)
{
    if (strstr(output, text) == NULL) {
        fail_msg("without \"%s\":\n%s", text, output);
    }
}

static void expect(int code, const char *text, const char *const words[])
{
    char *output = run(code, words);
    holds(output, text);
    free(output);
}

static void no_line_is_wider_than_80_columns(const char *output)
{
    for (const char *line = output; *line != '\0'; line += strcspn(line, "\n") + 1) {
        if (strcspn(line, "\n") > 80) {
            fail_msg("wider than 80 columns: %.*s", (int)strcspn(line, "\n"), line);
        }
        if (line[strcspn(line, "\n")] == '\0') {
            return;
        }
    }
}

static void of_known_people_the_known_answer_comes_out(void **state)
{
    (void)state;
    static const struct {
        const char *tolerance, *rates;
    } lines[] = {
        {" 0.30         ", MISSED},     {" 0.35         ", MISSED},
        {" 0.40         ", MISSED},     {" 0.45         ", NOT_MISSED},
        {">0.46         ", NOT_MISSED}, {" 0.50*        ", NOT_MISSED},
    };
    put_people(everybody);
    const char *words[] = {"evaluate", "--all", "--enroll", "1", album, NULL};
    char *output = run(0, words);
    holds(output, HEAD);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        char line[128];
        snprintf(line, sizeof(line), "\n%s%s", lines[i].tolerance, lines[i].rates);
        holds(output, line);
    }
    holds(output, "At the configured tolerance 0.50, nobody is taken for another person in ");
    holds(output, "Recommended for at most 1 in 1000, as far as these few pictures show: 0.46.");
    holds(output, "none above the default is recommended");
    assert_null(strstr(output, "People who are not recognised"));
    assert_null(strstr(output, "Left out"));
    no_line_is_wider_than_80_columns(output);
    free(output);

    const char *strict[] = {"evaluate",    "--all", "--enroll", "1",
                            "--tolerance", "0.375", album,      NULL};
    output = run(0, strict);
    holds(output, "\n 0.375*       " MISSED);
    holds(output, "People who are not recognised, each by the farthest picture:\n  0.4");
    holds(output, "  grace/2.jpg\n");
    free(output);
}

static const cJSON *item(const cJSON *object, const char *key)
{
    const cJSON *found = cJSON_GetObjectItemCaseSensitive(object, key);
    if (found == NULL) {
        fail_msg("no \"%s\"", key);
    }
    return found;
}

static double number(const cJSON *object, const char *rate, const char *key)
{
    const cJSON *found = item(item(object, rate), key);
    assert_true(cJSON_IsNumber(found));
    return found->valuedouble;
}

static void json_tells_the_same(void **state)
{
    (void)state;
    put_people((const char *const[]){"grace", "1-left", "3-left", NULL});
    const char *words[] = {"evaluate", "--json", "--all", "--enroll", "1",
                           "--rate",   "1/100",  album,   NULL};
    char *output = run(0, words);
    cJSON *reported = cJSON_ParseWithOpts(output, NULL, false);
    assert_non_null(reported);
    assert_int_equal(cJSON_GetArraySize(item(reported, "people")), 3);
    assert_string_equal(item(cJSON_GetArrayItem(item(reported, "people"), 2), "name")->valuestring,
                        "grace");
    assert_int_equal(item(reported, "compared")->valueint, 3);
    assert_int_equal(cJSON_GetArraySize(item(reported, "left_out")), 0);
    const cJSON *rates = item(reported, "rates");
    assert_int_equal(cJSON_GetArraySize(rates), 61);
    const cJSON *rate = NULL;
    cJSON_ArrayForEach(rate, rates)
    {
        double tolerance = item(rate, "tolerance")->valuedouble;
        if (tolerance <= 0.40 || (tolerance >= 0.45 && tolerance <= 0.5)) {
            assert_true(number(rate, "false_match", "hits") == 0);
            assert_true(number(rate, "strangers_let_in", "hits") == 0);
        }
        if ((tolerance >= 0.30 && tolerance <= 0.40) || tolerance >= 0.45) {
            assert_true(number(rate, "false_non_match", "hits") == (tolerance < 0.43 ? 1 : 0));
        }
        assert_true(number(rate, "false_match", "trials") == 6);
        assert_true(number(rate, "false_non_match", "trials") == 3);
    }
    assert_true(item(item(reported, "configured"), "tolerance")->valuedouble == 0.5);
    assert_true(item(reported, "wanted_rate")->valuedouble == 0.01);
    assert_true(item(reported, "comparisons_needed")->valueint == 300);
    const cJSON *recommended = item(reported, "recommended");
    assert_true(cJSON_IsFalse(item(recommended, "enough_comparisons")));
    assert_true(item(recommended, "tolerance")->valuedouble == 0.46);
    assert_true(cJSON_IsTrue(item(recommended, "limited_to_default")));
    assert_true(item(recommended, "as_good_from")->valuedouble > 0.40);
    assert_true(item(recommended, "as_good_from")->valuedouble <= 0.45);
    const cJSON *farthest = cJSON_GetArrayItem(item(reported, "farthest"), 0);
    assert_string_equal(item(farthest, "picture")->valuestring, "grace/2.jpg");
    cJSON_Delete(reported);
    free(output);
}

static void a_picture_in_the_wrong_folder_is_named(void **state)
{
    (void)state;
    make_folder("ada");
    make_folder("bob");
    put("album/1-left/1.jpg", "ada/1.jpg");
    put("album/1-left/2.jpg", "ada/2.jpg");
    put("album/3-left/1.jpg", "bob/1.jpg");
    put("album/3-left/2.jpg", "bob/2.jpg");
    put("album/1-left/2.jpg", "bob/3.jpg");
    const char *words[] = {"evaluate", "--enroll", "1", "--rate", "1%", album, NULL};
    char *output = run(0, words);
    holds(output, "Pictures that are nearest to another person:\n  0.0");
    holds(output, "  bob/3.jpg is taken for ada (ada/1.jpg), 0.");
    holds(output, "People who are not recognised, each by the farthest picture:\n");
    holds(output, "  bob/3.jpg\n");
    holds(output, "No tolerance can be recommended for at most 1 in 100: even at 0.20, 1 of 3\n"
                  "comparisons (33 %) takes somebody for another person.");
    holds(output, "At the configured tolerance 0.50, 1 of 3 comparisons (33 %) takes somebody for\n"
                  "another person, and 1 of 3 pictures (33 %) is not recognised. Had they been\n"
                  "strangers, 1 of 3 (33 %) would have been let in as one of the 1 other; that\n");
    no_line_is_wider_than_80_columns(output);
    free(output);
}

static void what_cannot_be_used_is_left_out_and_reported_by_reason(void **state)
{
    (void)state;
    char *path = fg_testing_path(album, "eve");
    make_folder("eve");
    make_folder("nobody");
    make_folder("eve/deeper.jpg");
    put("ada.jpg", "eve/a.JPG");
    put("ada.jpg", "eve/again.jpeg");
    put("ada-again.jpg", "eve/b.jpg");
    put("dark.jpg", "eve/dark.jpg");
    put("nobody.jpg", "eve/nobody.jpg");
    put("two.jpg", "eve/two.jpg");
    put("nowhere.jpg", "eve/gone.jpg");
    put("ada.jpg", "eve/.hidden.jpg");
    put("ada.jpg", "eve/ada.png");
    put("ada.jpg", "eve/b.JFIF");
    put("ada.jpg", "eve/list.txt");
    put("ada.jpg", "beside.jpg");
    put("nobody.jpg", "nobody/1.jpg");
    char *broken = fg_testing_path(path, "broken\n.jpg");
    fg_testing_write(broken, "no picture", 10);

    const char *words[] = {"evaluate", "--enroll", "1", "--verbose", album, NULL};
    char *output = run(0, words);
    holds(output, "2 people, 9 pictures: 1 enrolled (at most 1 of each person), 1 other compared\n"
                  "with them.\n"
                  "Left out: 2 unreadable, 2 without a face, 1 with several faces, 1 duplicate, 1\n"
                  "too dark, 5 other files:\n");
    holds(output, "\n  eve/again.jpeg: the same view as eve/a.JPG\n");
    holds(output, "\n  eve/broken?.jpg: ");
    holds(output, "\n  eve/dark.jpg: too dark: brightness ");
    holds(output, "\n  eve/gone.jpg: No such file or directory");
    holds(output, "\n  eve/nobody.jpg: 0 faces found\n  eve/two.jpg: 2 faces found\n");
    holds(output, "\nWithout a good picture, so not compared: nobody\n");
    holds(output, "At the configured tolerance 0.50, the one picture is recognised.\n\n"
                  "No tolerance can be recommended: give pictures of at least two people, so that\n"
                  "they can be compared.\n");
    assert_null(strstr(output, "hidden"));
    holds(output, "\n  eve/ada.png: not a JPEG picture by its name: convert it\n");
    holds(output, "\n  eve/b.JFIF: not named .jpg or .jpeg, but it may be JPEG: rename it\n");
    holds(output, "\n  eve/deeper.jpg: a folder inside a person's: move its pictures up\n");
    holds(output, "\n  eve/list.txt: not a .jpg or .jpeg file\n");
    holds(output, "\n  beside.jpg: outside the people's folders\n");
    assert_null(strstr(output, "nan"));
    free(output);

    const char *every[] = {"evaluate", "--enroll", "1", "--all", album, NULL};
    output = run(0, every);
    holds(output, "1 enrolled (at most 1 of each person), 2 others compared\n");
    holds(output, "\n  eve/again.jpeg: the same view as eve/a.JPG\n");
    holds(output, "\n  and 1 more (--verbose lists them).\n");
    free(output);

    /* Two are enrolled where nobody says how many, and then there is none left to try. */
    const char *two[] = {"evaluate", album, NULL};
    output = run(1, two);
    holds(output, "2 people, 9 pictures: 2 enrolled (at most 2 of each person), 0 others compared");
    holds(output, "\nEnrolled without another picture to compare: eve\n");
    holds(output, ": nothing to evaluate: nobody has more good pictures than the 2 to enrol: add "
                  "pictures, or enrol fewer with --enroll 1\n");
    free(output);
    const char *as_json[] = {"evaluate", "--json", "--enroll", "3", album, NULL};
    output = run(1, as_json);
    assert_int_equal(strncmp(output, "facegate: ", 10), 0);
    free(output);
    free(broken);
    free(path);
}

static void a_folder_that_is_no_album_is_refused_with_how_it_has_to_look(void **state)
{
    (void)state;
    static const char how[] = ": make a folder for each person in it, with JPEG pictures inside, "
                              "such as Ada/1.jpg and Bob/1.jpg\n";
    char text[256];
    const char *words[] = {"evaluate", album, NULL};
    snprintf(text, sizeof(text), "/album: has no folders%s", how);
    expect(1, text, words);
    put("ada.jpg", "1.jpg");
    snprintf(text, sizeof(text), "/album: has pictures but no folders%s", how);
    expect(1, text, words);
    make_folder("ada");
    snprintf(text, sizeof(text), "/album: has no .jpg or .jpeg file in any of its folders%s", how);
    expect(1, text, words);

    char *none = fg_testing_path(album, "none");
    const char *gone[] = {"evaluate", none, NULL};
    expect(1, "/album/none: No such file or directory: check the path\n", gone);
    char *picture = fg_testing_path(album, "1.jpg");
    const char *file[] = {"evaluate", picture, NULL};
    expect(1, "1.jpg: Not a directory: give the folder that has a folder for each person\n", file);
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
        const char *words[] = {"evaluate", cases[i].option, cases[i].value, album, NULL};
        expect(cases[i].code, cases[i].text, words);
    }
    const char *none[] = {"evaluate", NULL};
    expect(2, "facegate evaluate: give one folder\n", none);
    const char *two[] = {"evaluate", album, album, NULL};
    expect(2, "facegate evaluate: give one folder\n", two);
}

/* It can be read as XML, has no number that is none, and draws what it is to. */
static void expect_drawing(const char *path, const char *const texts[])
{
    static const char well_formed[] = "import sys, xml.etree.ElementTree as t\n"
                                      "root = t.parse(sys.argv[1]).getroot()\n"
                                      "assert root.tag == '{http://www.w3.org/2000/svg}svg'\n";
    char *output = NULL;
    const char *check[] = {"python3", "-c", well_formed, path, NULL};
    if (fg_process_run(door.folder, check, NULL, FG_TESTING_PATIENCE, &output) != 0) {
        fail_msg("%s", output);
    }
    free(output);
    char *drawing = fg_testing_read(path, NULL);
    assert_null(strstr(drawing, "nan"));
    assert_null(strstr(drawing, "inf"));
    for (int i = 0; texts[i] != NULL; i++) {
        holds(drawing, texts[i]);
    }
    free(drawing);
}

static void the_curve_is_drawn_with_the_tolerances_in_it(void **state)
{
    (void)state;
    char *svg = fg_testing_path(door.folder, "curve.svg");
    put_people((const char *const[]){"grace", NULL});
    const char *words[] = {"evaluate", "--all", "--enroll", "1", "--svg", svg, album, NULL};
    /* With one person there is only one curve, and no tolerance to recommend. */
    char *output = run(0, words);
    holds(output, "\nThe curve is in ");
    free(output);
    expect_drawing(svg, (const char *const[]){">configured 0.50<", ">not recognised<", NULL});
    char *drawing = fg_testing_read(svg, NULL);
    assert_null(strstr(drawing, "recommended"));
    assert_null(strstr(drawing, "taken for another"));
    free(drawing);

    put_people((const char *const[]){"1-left", NULL});
    free(run(0, words));
    expect_drawing(svg, (const char *const[]){">configured 0.50<", ">recommended 0.",
                                              ">taken for another<", ">strangers let in<",
                                              ">wanted at most<", "2 pictures of 2 people<", NULL});
    free(svg);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_door, close_door)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(of_known_people_the_known_answer_comes_out),
        TEST(json_tells_the_same),
        TEST(a_picture_in_the_wrong_folder_is_named),
        TEST(what_cannot_be_used_is_left_out_and_reported_by_reason),
        TEST(a_folder_that_is_no_album_is_refused_with_how_it_has_to_look),
        TEST(wrong_usage_is_reported_before_anything_is_looked_at),
        TEST(the_curve_is_drawn_with_the_tolerances_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
