/* facegate import and export, as people call them. */
#include "gallery_folder.h"
#include "testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define PROGRAM FG_BINARY_DIR "/src/cli/facegate"
#define PICKLE  FG_SOURCE_DIR "/tests/fuzz/corpus/pickle/"

/* The command with up to two words ends with `code`, and its output is to be freed. */
static char *call(int code, const char *command, const char *one, const char *two)
{
    const char *argv[] = {PROGRAM,   command, "--config", config, "--encodings",
                          encodings, one,     two,        NULL};
    char *output = NULL;
    int actual = fg_process_run(folder, argv, NULL, FG_TESTING_PATIENCE, &output);
    if (actual != code) {
        fail_msg("facegate %s ended with %d, not %d:\n%s", command, actual, code, output);
    }
    return output;
}

static void expect(int code, const char *command, const char *one, const char *two,
                   const char *text)
{
    char *output = call(code, command, one, two);
    if (strstr(output, text) == NULL) {
        fail_msg("facegate %s did not say \"%s\":\n%s", command, text, output);
    }
    free(output);
}

static void a_dry_run_shows_who_would_come_and_writes_nothing(void **state)
{
    (void)state;
    expect(0, "import", "--dry-run", PICKLE "numpy1-float64-4.pickle",
           "NAME     IN FILE    ADDED   IN ALL  NOTE\n"
           "Ada            2        2        2  new person\n"
           "Zo\u00eb \u2603 \U0001d51b        1        1        1  new person\n"
           "Would import 3 encodings of 2 people (2 new) into ");
    assert_int_equal(access(encodings, F_OK), -1);
}

static void what_comes_over_is_in_the_file_and_comes_only_once(void **state)
{
    (void)state;
    struct stat info;
    expect(0, "import", PICKLE "numpy2-float64-5.pickle", NULL,
           "Imported 3 encodings of 2 people (2 new) into ");
    assert_int_equal(stat(encodings, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    char *before = fg_testing_read(encodings, NULL);
    expect(0, "import", PICKLE "numpy1-lists-0.pickle", NULL, ": nothing was written.");
    expect(0, "import", "--replace", PICKLE "numpy1-float64-1.pickle",
           "Imported 3 encodings of 2 people (0 new) into ");
    char *after = fg_testing_read(encodings, NULL);
    assert_string_equal(after, before);
    expect(0, "import", "--replace", PICKLE "numpy1-repeated-5.pickle",
           " in place of 3, without 1 that was already there. A running daemon uses it");
    free(before);
    free(after);
}

static void names_for_strangers_are_left_out_and_reported(void **state)
{
    (void)state;
    static const char stranger[] = "[access]\nunknown_name = ADA\n";
    fg_testing_write(config, stranger, strlen(stranger));
    char *output = call(0, "import", PICKLE "numpy1-float64-4.pickle", NULL);
    assert_non_null(strstr(output, "facegate import: \"Ada\" is left out with 2 encodings: "));
    assert_non_null(strstr(output, "Imported 1 encoding of 1 person (1 new) into "));
    free(output);
    char *written = fg_testing_read(encodings, NULL);
    assert_null(strstr(written, "Ada"));
    free(written);
}

/* A pickle of one encoding for each of the names, which end with NULL. */
static char *write_pickle(const char *const names[])
{
    char *path = fg_testing_path(folder, "names.pickle");
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("(dVencodings\n(", file);
    for (size_t i = 0; names[i] != NULL; i++) {
        fputc('(', file);
        for (int k = 0; k < 128; k++) {
            fputs("F0.125\n", file);
        }
        fputc('l', file);
    }
    fputs("lsVnames\n(", file);
    for (size_t i = 0; names[i] != NULL; i++) {
        fprintf(file, "V%s\n", names[i]);
    }
    fputs("ls.", file);
    fclose(file);
    return path;
}

static void of_all_names_for_strangers_nobody_is_imported(void **state)
{
    (void)state;
    static const char *const strangers[] = {"unknown", "Inconnu", "Unknown_Name", "UNKNOWN", NULL};
    static const char *const with_bob[] = {"Unknown", "Bob", NULL};
    char *path = write_pickle(strangers);
    char *output = call(1, "import", path, NULL);
    for (size_t i = 0; strangers[i] != NULL; i++) {
        char said[256];
        snprintf(said, sizeof(said),
                 "facegate import: \"%s\" is left out with 1 encoding: it is a name for strangers, "
                 "who would be accepted under it.",
                 strangers[i]);
        assert_non_null(strstr(output, said));
    }
    assert_non_null(strstr(output, "names.pickle: holds nobody else: nothing was imported\n"));
    assert_int_equal(access(encodings, F_OK), -1);
    free(output);
    free(path);
    path = write_pickle(with_bob);
    expect(0, "import", path, NULL, "Imported 1 encoding of 1 person (1 new) into ");
    free(path);
}

static void what_is_refused_leaves_everything_as_it_was(void **state)
{
    (void)state;
    char *broken = fg_testing_path(folder, "broken.pickle");
    free(call(0, "import", PICKLE "numpy1-float32-2.pickle", NULL));
    char *before = fg_testing_read(encodings, NULL);
    expect(
        1, "import", PICKLE "numpy1-system-2.pickle", NULL,
        "numpy1-system-2.pickle: refers to posix.system, which no encodings file needs and which "
        "could run a program: it was not run; ");
    static const char nobody[] = "(dVencodings\n(lsVnames\n(ls.";
    fg_testing_write(broken, nobody, strlen(nobody));
    expect(1, "import", broken, NULL, "broken.pickle: holds no encodings\n");
    expect(1, "import", folder, NULL, ": is a folder, not a file\n");
    expect(2, "import", NULL, NULL, "facegate import: give a file\n");
    char *after = fg_testing_read(encodings, NULL);
    assert_string_equal(after, before);
    fg_testing_write(encodings, "{", 1);
    expect(78, "import", PICKLE "numpy1-float32-2.pickle", NULL, "Error loading encodings: ");
    free(after);
    after = fg_testing_read(encodings, NULL);
    assert_string_equal(after, "{");
    free(before);
    free(after);
    free(broken);
}

static void an_encodings_file_is_distinguished_from_a_pickle(void **state)
{
    (void)state;
    char *path = fg_testing_path(folder, "export.json");
    free(call(0, "import", PICKLE "numpy1-float64-3.pickle", NULL));
    free(call(0, "export", path, NULL));
    expect(1, "import", path, NULL,
           "export.json: is an encodings file of facegate: it needs no import; to use it, replace "
           "the other file with it\n");
    free(path);
}

#define LAYOUTS FG_SOURCE_DIR "/tests/fuzz/corpus/import/"

static void what_was_taken_for_what_and_what_was_not_is_said(void **state)
{
    (void)state;
    char *output = call(0, "import", LAYOUTS "two-keys-unusual.pkl", "--dry-run");
    assert_non_null(strstr(output, "two-keys-unusual.pkl: encodings from \"encodings\", names from "
                                   "\"qui\"\n"));
    assert_non_null(strstr(output, "facegate import: " LAYOUTS
                                   "two-keys-unusual.pkl: \"version\" (an integer): left out\n"));
    free(output);
    expect(0, "import", LAYOUTS "two-keys-bad.pickle", "--dry-run",
           "two-keys-bad.pickle: encoding 4, of \"Bob\": has 127 numbers, not 128: left out\n");
    expect(1, "import", LAYOUTS "two-keys-bad.pickle", "--strict",
           "two-keys-bad.pickle: encoding 4, of \"Bob\": has 127 numbers, not 128\n");
    assert_int_equal(access(encodings, F_OK), -1);
}

static void of_several_files_a_bad_one_is_refused_with_the_way_out(void **state)
{
    (void)state;
    char *output = call(1, "import", LAYOUTS "neighbours.clf", LAYOUTS "names.npz");
    assert_non_null(strstr(output, "a classifier: nothing is read from it\n"));
    assert_non_null(
        strstr(output, "  model = pickle.load(open(\"" LAYOUTS "neighbours.clf\", \"rb\"))\n"));
    assert_non_null(strstr(output, "facegate import: the other file comes over.\n"));
    assert_non_null(strstr(output, "Imported 3 encodings of 2 people (2 new) into "));
    free(output);
    char *written = fg_testing_read(encodings, NULL);
    assert_non_null(strstr(written, "Zo\u00eb"));
    free(written);
    expect(1, "import", LAYOUTS "neighbours.clf", "/nowhere/people.pkl",
           "/nowhere/people.pkl: No such file or directory\n");
}

static void by_force_another_networks_encodings_come_over_and_load_again(void **state)
{
    (void)state;
    expect(1, "import", LAYOUTS "two-keys-other.pickle", NULL, "made with another network?");
    assert_int_equal(access(encodings, F_OK), -1);
    expect(0, "import", LAYOUTS "two-keys-other.pickle", "--force",
           "two-keys-other.pickle: 3 encodings of another network taken: they cannot be "
           "compared with dlib's\n");
    expect(0, "import", LAYOUTS "two-keys.pickle", NULL,
           "Imported 3 encodings of 2 people (0 new)");
}

static void two_files_that_belong_together_are_joined(void **state)
{
    (void)state;
    expect(0, "import", LAYOUTS "only-encodings.npy", LAYOUTS "only-names.npy",
           "Imported 3 encodings of 2 people (2 new) into ");
    expect(0, "import", "--name=Bob", LAYOUTS "only-encodings.npy",
           "Imported 3 encodings of 1 person (1 new) into ");
    expect(2, "import", "--name=Inconnu", LAYOUTS "only-encodings.npy",
           "\"Inconnu\" is a name for strangers");
}

static void an_export_does_not_replace_the_encodings_themselves(void **state)
{
    (void)state;
    char *link = fg_testing_path(folder, "link.json");
    free(call(0, "import", PICKLE "numpy1-float64-3.pickle", NULL));
    char *before = fg_testing_read(encodings, NULL);
    assert_int_equal(symlink(encodings, link), 0);
    expect(1, "export", encodings, NULL, ": is the encodings file itself: name another file\n");
    expect(1, "export", link, NULL, "link.json: is the encodings file itself: name another file\n");
    char *after = fg_testing_read(encodings, NULL);
    assert_string_equal(after, before);
    free(before);
    free(after);
    free(link);
}

static void an_export_can_take_the_place_of_the_encodings(void **state)
{
    (void)state;
    struct stat info;
    char *path = fg_testing_path(folder, "export.json");
    free(call(0, "import", PICKLE "numpy1-float64-3.pickle", NULL));
    expect(0, "export", path, NULL, "Wrote 3 encodings of 2 people to ");
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    char *text = fg_testing_read(path, NULL);
    char *printed = call(0, "export", "-", NULL);
    assert_string_equal(printed, text);

    cJSON *file = cJSON_Parse(text);
    const cJSON *person = cJSON_GetArrayItem(cJSON_GetObjectItem(file, "people"), 0);
    const cJSON *encoding = cJSON_GetArrayItem(cJSON_GetObjectItem(person, "encodings"), 1);
    assert_int_equal(cJSON_GetArraySize(encoding), 128);
    float number = (float)(0.4 * (2 * 37 / 1009.0 - 0.5)); /* make_pickles.py's formula */
    assert_true(cJSON_GetArrayItem(encoding, 0)->valuedouble == (double)number);
    cJSON_Delete(file);

    assert_int_equal(rename(path, encodings), 0);
    expect(0, "import", PICKLE "numpy1-float64-3.pickle", NULL, ": nothing was written.");
    expect(2, "export", NULL, NULL, "facegate export: give one file, or - for standard output");
    free(text);
    free(printed);
    free(path);
}

static void an_import_tells_what_is_wrong_then(void **state)
{
    (void)state;
    const char *pickle = FG_SOURCE_DIR "/tests/fuzz/corpus/pickle/numpy1-float64-4.pickle";
    const char *argv[] = {PROGRAM,   "import", "--config", config, "--encodings",
                          encodings, pickle,   NULL,       NULL};
    static const char reported[] =
        "\n"
        "Encodings that are likely someone else's:\n"
        "  Ada's 2 encodings are 1.032 apart: one of them is likely someone else's.\n";
    static const char would[] = "Nothing was written.\n\nAfter the import:\n";
    char *output = NULL;
    argv[7] = "--dry-run";
    assert_int_equal(fg_process_run(folder, argv, NULL, FG_TESTING_PATIENCE, &output), 0);
    assert_non_null(strstr(output, reported));
    assert_non_null(strstr(output, would));
    free(output);
    argv[7] = NULL;
    assert_int_equal(fg_process_run(folder, argv, NULL, FG_TESTING_PATIENCE, &output), 0);
    assert_non_null(strstr(output, reported));
    assert_null(strstr(output, "Once they are over"));
    free(output);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_dry_run_shows_who_would_come_and_writes_nothing,
                                        make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(what_comes_over_is_in_the_file_and_comes_only_once,
                                        make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(names_for_strangers_are_left_out_and_reported, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(of_all_names_for_strangers_nobody_is_imported, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(what_is_refused_leaves_everything_as_it_was, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(an_encodings_file_is_distinguished_from_a_pickle,
                                        make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(what_was_taken_for_what_and_what_was_not_is_said,
                                        make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(of_several_files_a_bad_one_is_refused_with_the_way_out,
                                        make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(
            by_force_another_networks_encodings_come_over_and_load_again, make_folder,
            remove_folder),
        cmocka_unit_test_setup_teardown(two_files_that_belong_together_are_joined, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(an_export_does_not_replace_the_encodings_themselves,
                                        make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(an_export_can_take_the_place_of_the_encodings, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(an_import_tells_what_is_wrong_then, make_folder,
                                        remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
