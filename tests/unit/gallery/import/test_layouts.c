/* Files as Python's scripts write them, in every layout there is a name for: those of
 * tests/fuzz/corpus/import, see tests/fuzz/make_layouts.py. */
#include "facegate/gallery/import.h"
#include "gallery_store.h"
#include "testing.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CORPUS    FG_SOURCE_DIR "/tests/fuzz/corpus/import/"
#define EACH_KEY  "each key with encodings is a name"
#define RECORDS   "each entry has a name and encodings"
#define TWO_LISTS "encodings from the first of two lists, names from the second"
#define TWO_WAYS  "can be read in two ways, and only you know which is right: "
#define WITHOUT                                                                                    \
    "has encodings without names: give the file that has the names in the same command, or use "
#define HALF "has names without encodings: give the file that has the encodings in the same command"

/* The people are Ada with the first two encodings and Zoë with the third, or have other names. */
static const struct {
    const char *file;
    const char *reading;  /* NULL: nothing needs to be said */
    const char *left_out; /* lines, or NULL */
    const char *names[2]; /* NULL: Ada and Zoë */
} good[] = {
    {"two-keys.pickle", NULL, NULL, {NULL}},
    {"two-keys-known.pkl",
     "encodings from \"known_encodings\", names from \"known_names\"",
     NULL,
     {NULL}},
    {"two-keys-faces.pkl",
     "encodings from \"known_face_encodings\", names from \"known_face_names\"",
     NULL,
     {NULL}},
    {"two-keys-capitals.pkl", "encodings from \"Encodings\", names from \"NAMES\"", NULL, {NULL}},
    {"two-keys-embeddings.pkl",
     "encodings from \"embeddings\", names from \"names\"",
     NULL,
     {NULL}},
    {"two-keys-unusual.pkl",
     "encodings from \"encodings\", names from \"qui\"",
     "\"version\" (an integer): left out\n",
     {NULL}},
    {"two-keys-labels.pkl",
     "encodings from \"face_encodings\", names from \"labels\"",
     NULL,
     {NULL}},
    {"two-keys-ids.pkl", "encodings from \"encodings\", names from \"ids\"", NULL, {"7", "8"}},
    {"two-keys-extras.pickle",
     NULL,
     "\"ids\" (a list of 3): left out\n\"seen\" (builtins.set): left out\n"
     "\"created\" (datetime.datetime): left out\n"
     "\"when\" (an array of 1, numpy type M8): left out\n",
     {NULL}},
    {"two-keys-rows.pickle", NULL, NULL, {NULL}},
    {"two-keys-lists.pickle", NULL, NULL, {NULL}},
    {"two-keys-columns.pickle", NULL, NULL, {NULL}},
    {"two-keys-cube.pickle", NULL, NULL, {NULL}},
    {"two-keys-bytes.pickle", NULL, NULL, {NULL}},
    {"two-keys-objects.pickle", NULL, NULL, {NULL}},
    {"two-keys-ordered.pickle", NULL, NULL, {NULL}},
    {"two-keys-inside.pickle", NULL, NULL, {NULL}},
    {"two-keys-each.pickle", NULL, NULL, {NULL}},
    {"two-keys-bad.pickle",
     NULL,
     "encoding 4, of \"Bob\": has 127 numbers, not 128: left out\n"
     "encoding 5, of \"Bob\": is None, not an array or a list of 128 numbers: left out\n"
     "name 6 is None, not a text: left out\n"
     "encoding 7, of \"Bob\": is empty: left out\n",
     {NULL}},
    {"two-keys-vectors.pickle", NULL, NULL, {NULL}},
    {"two-keys-packed.pickle.gz", NULL, NULL, {NULL}},
    {"list-of-two.p", TWO_LISTS, NULL, {NULL}},
    {"list-of-two-ids.p", TWO_LISTS, NULL, {"321654", "852741"}},
    {"list-of-two-integers.p", TWO_LISTS, NULL, {"7", "8"}},
    {"list-of-two-turned.p",
     "encodings from the second of two lists, names from the first",
     NULL,
     {NULL}},
    {"tuple-of-two.pkl", TWO_LISTS, NULL, {NULL}},
    {"tuple-of-arrays.pkl", TWO_LISTS, NULL, {NULL}},
    {"names.dat", EACH_KEY, NULL, {NULL}},
    {"names-lists.dat", EACH_KEY, NULL, {NULL}},
    {"names-arrays.dat", EACH_KEY, NULL, {NULL}},
    {"names-plain.dat",
     EACH_KEY,
     "\"size\" (an integer) is not encodings of 128 numbers: left out\n",
     {NULL}},
    {"names-records.dat", EACH_KEY, NULL, {NULL}},
    {"ids-lists.dat", EACH_KEY, NULL, {"7", "8"}},
    {"names.npy", EACH_KEY, NULL, {NULL}},
    {"records.pickle", RECORDS, NULL, {NULL}},
    {"records-pairs.pickle", RECORDS, NULL, {NULL}},
    {"records-pairs-turned.pickle", RECORDS, NULL, {NULL}},
    {"records-bad.pickle",
     RECORDS,
     "entry 4: holds a dict of 1, and no encodings with names in it: left out\n"
     "entry 5: holds an integer, and no encodings with names in it: left out\n",
     {NULL}},
    {"names.json", EACH_KEY, NULL, {NULL}},
    {"two-keys.json", NULL, "\"model\" (a text): left out\n", {NULL}},
    {"list-of-two.json", TWO_LISTS, NULL, {NULL}},
    {"records.json", RECORDS, NULL, {NULL}},
    {"records-people.json", RECORDS, NULL, {NULL}},
    {"ada.dat", "a user's models of Howdy, named after the file", NULL, {"ada", NULL}},
    {"nan.json", EACH_KEY, "\"Zo\u00eb\": number 1 is not finite: left out\n", {"Ada", NULL}},
    {"two-keys.npz", NULL, NULL, {NULL}},
    {"two-keys-packed.npz", NULL, NULL, {NULL}},
    {"two-keys-objects.npz", NULL, NULL, {NULL}},
    {"numbered.npz", "encodings from \"arr_0\", names from \"arr_1\"", NULL, {NULL}},
    {"names.npz", EACH_KEY, NULL, {NULL}},
    {"two-keys.joblib", NULL, NULL, {NULL}},
    {"rows.joblib", TWO_LISTS, NULL, {NULL}},
    {"two-keys-packed.joblib", NULL, NULL, {NULL}},
};

static const struct {
    const char *file;
    int code;
    const char *message;
    const char *advice; /* a part of it; NULL: the message says all */
} bad[] = {
    {"two-keys-short.pickle", -EINVAL, "has 3 encodings and 2 names: each encoding needs one",
     "json.dump({\"encodings\": "},
    {"two-keys-other.pickle", -ERANGE,
     "none of its 3 entries can be used: encoding 1, of \"Ada\": length 1.00; dlib's encodings "
     "have "
     "1.18 to 1.63: made with another network? Enrol these people from photos, or use --force to "
     "take them",
     NULL},
    {"two-keys-512.pickle", -EINVAL,
     "none of its 3 entries can be used: encoding 1, of \"Ada\": has 512 numbers, not 128",
     "facegate enroll"},
    {"two-keys-twice.pickle", -EINVAL,
     TWO_WAYS "encodings from \"encodings\", names from \"last_name\"; or encodings from "
              "\"encodings\", names from \"first_name\"",
     "json.dump({\"encodings\": "},
    {"records-nameless.pickle", -EINVAL,
     "none of its 3 entries can be used: entry 1: has no name with encodings",
     "json.dump({\"encodings\": "},
    {"list-of-three.p", -EINVAL,
     TWO_WAYS "encodings from the first of several lists, names from the second; or encodings from "
              "the first of several lists, names from the third",
     "json.dump({\"encodings\": "},
    {"list-of-two-short.p", -EINVAL, "has 3 encodings and 2 names: each encoding needs one",
     "json.dump({\"encodings\": "},
    {"two-ways.pkl", -EINVAL,
     TWO_WAYS EACH_KEY "; or encodings from \"faces\", names from \"persons_seen\"",
     "json.dump({\"encodings\": "},
    {"two-readings.pkl", -EINVAL,
     TWO_WAYS EACH_KEY "; or encodings from \"faces\", names from \"qui\"",
     "json.dump({\"encodings\": "},
    {"only-encodings.npy", -ENODATA, WITHOUT "--name NAME if all are of one person", NULL},
    {"only-encodings.pkl", -ENODATA, WITHOUT "--name NAME if all are of one person", NULL},
    {"only-names.npy", -ENODATA, HALF, NULL},
    {"only-names.pkl", -ENODATA, HALF, NULL},
    {"only-map.pkl", -ENODATA, HALF, NULL},
    {"only-ids.json", -ENODATA, HALF, NULL},
    {"neighbours.clf", -EINVAL,
     "holds sklearn.neighbors._classification.KNeighborsClassifier, a classifier: nothing is read "
     "from it",
     "encodings = model._fit_X\n"},
    {"vectors.pkl", -EINVAL,
     "holds sklearn.svm._classes.SVC, a classifier: nothing is read from it",
     "json.dump({\"encodings\": "},
    {"objects.pkl", -EINVAL, "holds a list of 2 __main__.Person, and no encodings with names in it",
     "json.dump({\"encodings\": "},
    {"own.json", -ENOTSUP,
     "is an encodings file of facegate: it needs no import; to use it, replace the other file with "
     "it",
     NULL},
};

#define GOOD (sizeof(good) / sizeof(good[0]))
#define BAD  (sizeof(bad) / sizeof(bad[0]))

/* The number that make_layouts.py put there, as float32. */
static float number_of(int encoding, int index)
{
    return (float)(0.4 * ((encoding * 37 + index * 11) % 1009 / 1009.0 - 0.5));
}

static void assert_encodings(const fg_gallery *people, const char *file)
{
    for (int i = 0; i < fg_gallery_encodings(people); i++) {
        const float *encoding = people->encodings + (size_t)i * FG_ENCODING_SIZE;
        int which = encoding[0] < number_of(1, 0) ? 0 : 1;
        which = encoding[0] < number_of(2, 0) ? which : 2;
        int owner = which == 2 ? 1 : 0;
        if (owner != people->owners[i]) {
            fail_msg("%s: encoding %d is another's", file, which + 1);
        }
        for (int k = 0; k < FG_ENCODING_SIZE; k++) {
            float expected = number_of(which, k);
            if (memcmp(&encoding[k], &expected, sizeof(expected)) != 0) {
                fail_msg("%s: number %d of encoding %d is another", file, k + 1, which + 1);
            }
        }
    }
}

static void assert_text(const char *file, const char *text, const char *expected)
{
    text = text != NULL ? text : "";
    expected = expected != NULL ? expected : "";
    if (strcmp(text, expected) != 0) {
        fail_msg("%s: \"%s\", not \"%s\"", file, text, expected);
    }
}

/* Reads files of the corpus, whose names end with NULL, in one call. Returns how many there are. */
static int read_files(const char *const names[], const fg_import_options *options,
                      fg_import_file ret_files[], fg_gallery **ret_people)
{
    static char paths[4][512];
    int count = 0;
    for (; names[count] != NULL; count++) {
        snprintf(paths[count], sizeof(paths[count]), CORPUS "%s", names[count]);
        ret_files[count] = (fg_import_file){.path = paths[count]};
    }
    assert_int_equal(fg_import_read(ret_files, count, options, ret_people, NULL), 0);
    return count;
}

static void release(fg_import_file files[], int count, fg_gallery *people)
{
    for (int i = 0; i < count; i++) {
        fg_import_file_clear(&files[i]);
    }
    fg_gallery_free(people);
}

static const fg_import_options plain;

static void every_layout_comes_over_to_the_last_bit(void **state)
{
    (void)state;
    for (size_t i = 0; i < GOOD; i++) {
        fg_import_file file;
        fg_gallery *people = NULL;
        const char *first = good[i].names[0] != NULL ? good[i].names[0] : "Ada";
        const char *second = good[i].names[0] != NULL ? good[i].names[1] : "Zo\u00eb";
        read_files((const char *const[]){good[i].file, NULL}, &plain, &file, &people);
        assert_text(good[i].file, file.error.text, "");
        assert_int_equal(file.result, 0);
        assert_text(good[i].file, file.reading, good[i].reading);
        assert_text(good[i].file, file.left_out, good[i].left_out);
        assert_int_equal(fg_gallery_people(people), second != NULL ? 2 : 1);
        assert_text(good[i].file, fg_gallery_name(people, 0), first);
        if (second != NULL) {
            assert_text(good[i].file, fg_gallery_name(people, 1), second);
            bool single = strcmp(good[i].file, "names.dat") == 0;
            assert_int_equal(fg_gallery_person_encodings(people, 0), single ? 1 : 2);
            assert_int_equal(fg_gallery_person_encodings(people, 1), 1);
        }
        assert_encodings(people, good[i].file);
        release(&file, 1, people);
    }
}

static void what_is_refused_says_why_and_what_to_do(void **state)
{
    (void)state;
    for (size_t i = 0; i < BAD; i++) {
        fg_import_file file;
        fg_gallery *people = NULL;
        char expected[1024];
        read_files((const char *const[]){bad[i].file, NULL}, &plain, &file, &people);
        snprintf(expected, sizeof(expected), "%s: %s", file.path, bad[i].message);
        assert_text(bad[i].file, file.error.text, expected);
        assert_int_equal(file.result, bad[i].code);
        assert_int_equal(fg_gallery_people(people), 0);
        if (bad[i].advice == NULL) {
            assert_text(bad[i].file, file.advice, NULL);
        } else if (file.advice == NULL || strstr(file.advice, bad[i].advice) == NULL) {
            fail_msg("%s: the advice is \"%s\"", bad[i].file, file.advice);
        }
        release(&file, 1, people);
    }
}

static bool is_known(const char *name)
{
    bool known = false;
    for (size_t i = 0; i < GOOD; i++) {
        known = known || strcmp(good[i].file, name) == 0;
    }
    for (size_t i = 0; i < BAD; i++) {
        known = known || strcmp(bad[i].file, name) == 0;
    }
    return known;
}

static void no_file_of_the_corpus_is_forgotten(void **state)
{
    (void)state;
    DIR *folder = opendir(CORPUS);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] != '.' && !is_known(entry->d_name)) {
            fail_msg("%s has no line here", entry->d_name);
        }
    }
    closedir(folder);
}

static void encodings_and_names_in_two_files_are_joined(void **state)
{
    (void)state;
    static const char *const pairs[][4] = {
        {"only-encodings.npy", "only-names.npy", NULL, NULL},
        {"only-names.pkl", "only-encodings.npy", NULL, NULL},
        {"only-encodings.pkl", "two-keys.json", "only-names.pkl", NULL},
        {"two-keys-ids.pkl", "only-map.pkl", NULL, NULL},
        {"only-ids.json", "ids-lists.dat", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        fg_import_file files[4];
        fg_gallery *people = NULL;
        int count = read_files(pairs[i], &plain, files, &people);
        for (int k = 0; k < count; k++) {
            assert_text(pairs[i][k], files[k].error.text, "");
        }
        assert_int_equal(fg_gallery_people(people), 2);
        assert_string_equal(fg_gallery_name(people, 0), "Ada");
        assert_string_equal(fg_gallery_name(people, 1), "Zo\u00eb");
        assert_encodings(people, pairs[i][0]);
        release(files, count, people);
    }
}

static void halves_that_could_be_joined_in_two_ways_are_not(void **state)
{
    (void)state;
    static const char *const names[] = {"only-encodings.npy", "only-names.npy", "only-names.pkl",
                                        NULL};
    fg_import_file files[4];
    fg_gallery *people = NULL;
    int count = read_files(names, &plain, files, &people);
    for (int i = 0; i < count; i++) {
        assert_int_equal(files[i].result, -ENODATA);
    }
    assert_int_equal(fg_gallery_people(people), 0);
    release(files, count, people);
}

static void a_bad_file_does_not_lose_the_others(void **state)
{
    (void)state;
    static const char *const names[] = {"vectors.pkl", "two-keys.npz", "nowhere.pkl", NULL};
    fg_import_file files[4];
    fg_gallery *people = NULL;
    int count = read_files(names, &plain, files, &people);
    assert_int_equal(files[0].result, -EINVAL);
    assert_int_equal(files[1].result, 0);
    assert_int_equal(files[2].result, -ENOENT);
    assert_int_equal(fg_gallery_people(people), 2);
    release(files, count, people);
}

static void strictness_refuses_a_file_for_one_bad_entry(void **state)
{
    (void)state;
    static const fg_import_options strict = {.strict = true};
    fg_import_file file;
    fg_gallery *people = NULL;
    read_files((const char *const[]){"two-keys-bad.pickle", NULL}, &strict, &file, &people);
    assert_int_equal(file.result, -EINVAL);
    assert_non_null(strstr(file.error.text, ": encoding 4, of \"Bob\": has 127 numbers, not 128"));
    assert_int_equal(fg_gallery_people(people), 0);
    release(&file, 1, people);
}

static void a_name_is_given_to_encodings_without_one(void **state)
{
    (void)state;
    static const fg_import_options named = {.name = "Bob"};
    fg_import_file files[3];
    fg_gallery *people = NULL;
    int count = read_files(
        (const char *const[]){"only-encodings.npy", "ada.dat", "records-nameless.pickle", NULL},
        &named, files, &people);
    assert_int_equal(fg_gallery_people(people), 1);
    assert_string_equal(fg_gallery_name(people, 0), "Bob");
    assert_int_equal(fg_gallery_encodings(people), 8);
    release(files, count, people);
}

static void another_networks_encodings_are_taken_by_force(void **state)
{
    (void)state;
    static const fg_import_options forced = {.force = true};
    fg_import_file file;
    fg_gallery *people = NULL;
    read_files((const char *const[]){"two-keys-other.pickle", NULL}, &forced, &file, &people);
    assert_int_equal(file.result, 0);
    assert_int_equal(fg_gallery_encodings(people), 3);
    assert_string_equal(
        file.left_out,
        "3 encodings of another network taken: they cannot be compared with dlib's\n");
    release(&file, 1, people);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_layout_comes_over_to_the_last_bit),
        cmocka_unit_test(what_is_refused_says_why_and_what_to_do),
        cmocka_unit_test(no_file_of_the_corpus_is_forgotten),
        cmocka_unit_test(encodings_and_names_in_two_files_are_joined),
        cmocka_unit_test(halves_that_could_be_joined_in_two_ways_are_not),
        cmocka_unit_test(a_bad_file_does_not_lose_the_others),
        cmocka_unit_test(strictness_refuses_a_file_for_one_bad_entry),
        cmocka_unit_test(a_name_is_given_to_encodings_without_one),
        cmocka_unit_test(another_networks_encodings_are_taken_by_force),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
