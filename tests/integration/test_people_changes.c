/* facegate people: what changes the gallery, and what is refused. */
#include "people_gallery.h"
#include "testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void encodings_are_removed_by_number(void **state)
{
    (void)state;
    write_gallery(crowd, CROWD);
    expect(0, WORDS("remove", "--encoding", "3", "Ada"),
           "Removed 1 encoding of Ada. A running daemon uses it within about a second.\n");
    expect(1, WORDS("remove", "--encoding", "3", "Ada"),
           "facegate: \"Ada\" has no encoding 3: there are 2, counted from 1\n");
    /* The first leaves the others their numbers. */
    expect(
        0, WORDS("remove", "\u7530\u4e2d", "--encoding", "1,3"),
        "Removed 2 encodings of \u7530\u4e2d. A running daemon uses it within about a second.\n");
    cJSON *root = people_json(0, "list");
    const cJSON *tanaka = cJSON_GetArrayItem(get(root, "people"), 1);
    assert_string_equal(get(tanaka, "name")->valuestring, "\u7530\u4e2d");
    assert_int_equal(get(tanaka, "encodings")->valueint, 1);
    assert_true(get(get(tanaka, "nearest"), "distance")->valuedouble == 0.5);
    cJSON_Delete(root);
    char *before = fg_testing_read(encodings, NULL);
    expect(
        1, WORDS("remove", "--encoding", "1", "\u7530\u4e2d"),
        "facegate: \"\u7530\u4e2d\" has only this encoding and would never be recognised: remove "
        "the person instead\n");
    expect(1, WORDS("remove", "--encoding", "1,2", "Ada"),
           "facegate: these are all the encodings of \"Ada\": \"facegate people remove\" without "
           "--encoding removes the person\n");
    expect(1, WORDS("remove", "--encoding", "1", "Eve"), "facegate: nobody is named \"Eve\"\n");
    char *after = fg_testing_read(encodings, NULL);
    assert_string_equal(after, before);
    free(before);
    free(after);
}

static void names_that_would_be_confused_are_refused_and_reported_where_they_are(void **state)
{
    (void)state;
    static const somebody three[] = {
        {"Inconnu", NULL, 2, {{0, 0}, {0.25, 0}}, 0},
        {"Bob", NULL, 2, {{0, 0}, {0.125, 0}}, 1},
        {" Bob", NULL, 2, {{0, 0}, {0.125, 0}}, 2},
    };
    write_gallery(three, 3);
    expect(1, WORDS("rename", "Bob", "Inconnu"),
           "facegate: \"Inconnu\" is a name for strangers, who would be accepted under it: use "
           "another name\n");
    expect(1, WORDS("rename", "Bob", "Bob "),
           "facegate: the name \"Bob \" begins or ends with a blank: remove the blank\n");
    char *output = people(0, "80", WORDS("check"));
    char reported[2048];
    snprintf(reported, sizeof(reported),
             "Names that are easily confused:\n"
             "  \"Inconnu\" is a name for strangers, who would be accepted under it: use another "
             "name.\n"
             "    facegate people rename --encodings %s Inconnu NEW\n"
             "  the name \" Bob\" begins or ends with a blank: remove the blank.\n"
             "    facegate people rename --encodings %s ' Bob' NEW\n",
             encodings, encodings);
    assert_memory_equal(output, reported, strlen(reported));
    free(output);
    output = people(0, "80", WORDS("list"));
    assert_non_null(strstr(output, "\n\" Bob\" "));
    free(output);
}

static void a_badge_is_given_changed_and_taken_away(void **state)
{
    (void)state;
    write_gallery(crowd, CROWD);
    expect(0, WORDS("badge", "Bob", "B:1"),
           "Bob has the badge B:1 now. A running daemon uses it within about a second.\n");
    expect(0, WORDS("badge", "Ada", "NEW"),
           "Ada has the badge NEW now, not D8E2F1G3. A running daemon uses it within about a "
           "second.\n");
    expect(1, WORDS("badge", "Ada", "B:1"),
           "facegate: the badge B:1 already belongs to Bob: remove it first with \"facegate "
           "people badge --none 'Bob'\"\n");
    expect(1, WORDS("badge", "Eve", "B:1"), "facegate: nobody is named \"Eve\"\n");
    expect(1, WORDS("badge", "Ada", "no blanks"),
           "facegate: the badge \"no blanks\" is not 1 to 64 characters of A-Z a-z 0-9 - _ :\n");
    expect(1, WORDS("badge", "Eve", "E1"), "facegate: nobody is named \"Eve\"\n");
    expect(0, WORDS("badge", "--none", "Bob"),
           "Bob has no badge now, not B:1. A running daemon uses it within about a second.\n");
    cJSON *root = people_json(0, "list");
    const cJSON *list = get(root, "people");
    assert_string_equal(get(cJSON_GetArrayItem(list, 0), "rfid_id")->valuestring, "NEW");
    assert_true(cJSON_IsNull(get(cJSON_GetArrayItem(list, 1), "rfid_id")));
    cJSON_Delete(root);
}

#define ELSEWHERE                                                                                  \
    "Entries already sent stay at the backend, and names in the journal:\nsee PERSONAL DATA in "   \
    "\"man facegate\".\n"

static void people_are_renamed_and_removed(void **state)
{
    (void)state;
    write_gallery(crowd, 2);
    expect(0, WORDS("rename", "Ada", "Ada L."),
           "Renamed Ada to Ada L.. A running daemon uses it within about a second.\n");
    expect(1, WORDS("rename", "Ada", "Ada L."), "facegate: nobody is named \"Ada\"\n");
    expect(1, WORDS("rename", "Bob", "Ada L."), "facegate: \"Ada L.\" already exists\n");
    expect(0, WORDS("remove", "Ada L."),
           "Removed Ada L.. A running daemon uses it within about a second.\n" ELSEWHERE);
    expect(0, WORDS("remove", "Bob"),
           "Removed Bob. A running daemon uses it within about a second.\n" ELSEWHERE);
    expect(0, WORDS("list"),
           "Nobody is enrolled: enrol a person with \"facegate enroll --name NAME IMAGE\".\n");
}

static void what_makes_no_sense_is_wrong_usage(void **state)
{
    (void)state;
    static const struct {
        const char *words[5];
        const char *text;
    } cases[] = {
        {{"dance"}, "unknown action \"dance\": use one of list, check, remove, rename, badge"},
        {{"\x1b[31mdance"},
         "unknown action \"?[31mdance\": use one of list, check, remove, rename, badge"},
        {{"badge", "Ada"}, "badge takes a name and a badge, or a name and --none"},
        {{"badge", "Ada", "X", "--none"}, "badge takes a name and a badge, or a name and --none"},
        {{"remove", "Ada", "--none"}, "--none works with badge only"},
        {{"remove"}, "remove takes one name"},
        {{"rename", "Ada"}, "rename takes two names, the old and the new"},
        {{"check", "Ada"}, "check takes no names"},
        {{"list", "--encoding", "1"}, "--encoding works with remove only"},
        {{"rename", "Ada", "Bob", "--json"}, "--json works with list and check only"},
        {{"remove", "Ada", "--encoding", "one"},
         "--encoding \"one\" is not a number or a list such as 2,4"},
        {{"remove", "Ada", "--encoding", "1,"},
         "--encoding \"1,\" is not a number or a list such as 2,4"},
        {{"remove", "Ada", "--encoding", "-1"},
         "--encoding \"-1\" is not a number or a list such as 2,4"},
    };
    write_gallery(crowd, CROWD);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[256];
        snprintf(text, sizeof(text), "facegate people: %s\nTry \"facegate help people\".\n",
                 cases[i].text);
        expect(2, cases[i].words, text);
    }
}

#define PEOPLE_TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PEOPLE_TEST(encodings_are_removed_by_number),
        PEOPLE_TEST(names_that_would_be_confused_are_refused_and_reported_where_they_are),
        PEOPLE_TEST(a_badge_is_given_changed_and_taken_away),
        PEOPLE_TEST(people_are_renamed_and_removed),
        PEOPLE_TEST(what_makes_no_sense_is_wrong_usage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
