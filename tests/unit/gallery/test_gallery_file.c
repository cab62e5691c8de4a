#include "encoding_text.h"
#include "facegate/gallery/gallery.h"
#include "gallery_store.h"
#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NOBODY       65534

#define FORMAT       "\"format\": \"facegate-encodings\""
#define VERSION      "\"version\": 1"
#define MODEL        "\"model\": \"dlib_face_recognition_resnet_model_v1\""
#define HEAD         "{" FORMAT ", " VERSION ", " MODEL ", \"people\": ["
#define TAIL         "]}"

static char *folder;
static char *path;

static int make_folder(void **state)
{
    (void)state;
    folder = fg_testing_folder();
    path = fg_testing_path(folder, "encodings.json");
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    free(path);
    fg_testing_remove(folder);
    return 0;
}

/* Loads `path` and expects it to be refused; nothing may come of it. */
static void assert_load_fails(const char *file, int code, const char *message)
{
    fg_gallery *const before = (fg_gallery *)&folder;
    fg_gallery *gallery = before;
    fg_error error = {""};
    char whole[FG_ERROR_TEXT];
    assert_int_equal(fg_gallery_load(file, &gallery, &error), code);
    snprintf(whole, sizeof(whole), "Error loading encodings: %s: %s", file, message);
    assert_string_equal(error.text, whole);
    assert_ptr_equal(gallery, before);
    assert_int_equal(fg_gallery_load(file, &gallery, NULL), code);
    assert_ptr_equal(gallery, before);
}

/* Writes `text` with every @ as a base64 encoding and every # as the numbers of one. */
static void write_text(const char *text)
{
    const float encoding[FG_ENCODING_SIZE] = {1.25f};
    char base64[FG_ENCODING_TEXT];
    char *data = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&data, &size);
    assert_non_null(file);
    fg_encoding_format(encoding, base64);
    for (; *text != '\0'; text++) {
        if (*text == '@') {
            fprintf(file, "\"%s\"", base64);
        } else if (*text == '#') {
            for (int i = 0; i < FG_ENCODING_SIZE; i++) {
                fprintf(file, "%s%g", i > 0 ? "," : "", (double)encoding[i]);
            }
        } else {
            fputc(*text, file);
        }
    }
    fclose(file);
    fg_testing_write(path, data, size);
    free(data);
}

static fg_gallery *load(void)
{
    fg_gallery *gallery = NULL;
    fg_error error = {""};
    if (fg_gallery_load(path, &gallery, &error) != 0) {
        fail_msg("%s", error.text);
    }
    return gallery;
}

static void the_example_loads(void **state)
{
    (void)state;
    fg_gallery *gallery = NULL;
    fg_error error = {""};
    if (fg_gallery_load(FG_SOURCE_DIR "/encodings/example.json", &gallery, &error) != 0) {
        fail_msg("%s", error.text);
        return;
    }
    assert_int_equal(fg_gallery_people(gallery), 2);
    assert_string_equal(fg_gallery_name(gallery, 0), "Ada");
    assert_string_equal(fg_gallery_badge(gallery, 0), "D8E2F1G3");
    assert_int_equal(fg_gallery_person_encodings(gallery, 0), 2);
    assert_string_equal(fg_gallery_name(gallery, 1), "Grace");
    assert_null(fg_gallery_badge(gallery, 1));
    assert_int_equal(fg_gallery_person_encodings(gallery, 1), 1);
    fg_gallery_free(gallery);
}

static void what_the_format_allows_loads(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int people, encodings;
    } rows[] = {
        {HEAD TAIL, 0, 0},
        {"\n\t " HEAD " " TAIL "\r\n", 0, 0},
        {"{\"people\": [], " MODEL ", \"version\": 1.0, " FORMAT "}", 0, 0},
        {HEAD "{\"name\": \"Ada\", \"encodings\": []}" TAIL, 1, 0},
        {HEAD "{\"encodings\": [@, [#]], \"rfid_id\": \"a\", \"name\": \"Ada\"}" TAIL, 1, 2},
        {HEAD "{\"n\\u0061me\": \"A\\u00e9\\ud83d\\ude00\", \"encodings\": [@]}" TAIL, 1, 1},
        {HEAD
         "{\"name\": \"Ada\", \"encodings\": [@]}, {\"name\": \"ada\", \"encodings\": [@]}" TAIL,
         2, 2},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        write_text(rows[i].text);
        fg_gallery *gallery = load();
        assert_int_equal(fg_gallery_people(gallery), rows[i].people);
        assert_int_equal(fg_gallery_encodings(gallery), rows[i].encodings);
        fg_gallery_free(gallery);
    }
}

#define ADA   "{\"name\": \"Ada\", \"encodings\": [@]}"
#define GRACE "{\"name\": \"Grace\", \"encodings\": [@]}"

/* One encoding of a person named Ada, who comes second. */
#define ENCODING(text)         HEAD GRACE ", {\"name\": \"Ada\", \"encodings\": [@, " text "]}" TAIL
#define PERSON(text)           HEAD GRACE ", {" text "}" TAIL

#define NINE                   "0,0,0,0,0,0,0,0,0,"
#define HUNDRED_AND_TWENTY_SIX NINE NINE NINE NINE NINE NINE NINE NINE NINE NINE NINE NINE NINE NINE

static void what_breaks_the_format_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"", "is empty: restore a copy, or remove it and enroll"},
        {" \n", "is empty: restore a copy, or remove it and enroll"},
        {"hello", "is not an encodings file: line 1: expected an object, found \"h\""},
        {"\n[]", "is not an encodings file: line 2: expected an object, found an array"},
        {"{}", "the key \"format\" is missing"},
        {"{" FORMAT "}", "the key \"version\" is missing"},
        {"{" FORMAT "," VERSION "}", "the key \"model\" is missing"},
        {"{" FORMAT "," VERSION "," MODEL "}", "the key \"people\" is missing"},
        {"{" FORMAT "," FORMAT "}", "the key \"format\" appears twice"},
        {"{\"format\": \"Facegate-Encodings\"}",
         "format is \"Facegate-Encodings\", not \"facegate-encodings\""},
        {"{\"format\": 1}", "format: line 1: expected a string, found a number"},
        {"{\"Format\": \"facegate-encodings\"}", "the key \"Format\" is not known"},
        {"{" FORMAT ", \"version\": 2}", "version is 2, this facegate reads version 1"},
        {"{" FORMAT ", \"version\": \"1\"}", "version: line 1: expected a number, found a string"},
        {"{" FORMAT "," VERSION ", \"model\": \"openface\"}",
         "model is \"openface\", not \"dlib_face_recognition_resnet_model_v1\", and encodings of "
         "other models cannot be compared: enroll the people again"},
        {"{\"people\": {}}", "people: line 1: expected an array, found an object"},
        {"{\"comment\": 1}", "the key \"comment\" is not known"},
        {HEAD ADA TAIL " x", "line 1: expected the end of the file, found \"x\""},
        {HEAD ADA TAIL TAIL, "line 1: expected the end of the file, found \"]\""},
        {HEAD ADA "\n,\n" TAIL, "person 2: line 3: expected an object, found \"]\""},
        {HEAD ADA, "line 1: expected \",\" or \"]\", found the end of the file"},
        {HEAD "null" TAIL, "person 1: line 1: expected an object, found null"},
        {HEAD "[[[[[[[[[[[[[[[[[[[[", "person 1: line 1: expected an object, found an array"},
        {HEAD ADA "," ADA TAIL, "person 2 \"Ada\": person 1 has the same name"},
        {PERSON("\"name\": \"Ada\""), "person 2 \"Ada\": the key \"encodings\" is missing"},
        {PERSON("\"encodings\": [@]"), "person 2: the key \"name\" is missing"},
        {PERSON("\"name\": \"Ada\", \"name\": \"Ada\""),
         "person 2 \"Ada\": the key \"name\" appears twice"},
        {PERSON("\"name\": \"Ada\", \"n\\u0061me\": \"Ada\""),
         "person 2 \"Ada\": the key \"name\" appears twice"},
        {PERSON("\"name\": \"Ada\", \"age\": 36"),
         "person 2 \"Ada\": the key \"age\" is not known"},
        {PERSON("\"name\": \"Ada\", \"\\n\": 36"), "person 2 \"Ada\": the key \"?\" is not known"},
        {PERSON("\"name\": \"\""), "person 2: the name is empty"},
        {PERSON("\"name\": 7"), "person 2: name: line 1: expected a string, found a number"},
        {PERSON("\"name\": \"a\\nb\""), "person 2: the name has a control character (U+000A)"},
        {PERSON("\"name\": \"a\\u0085\""), "person 2: the name has a control character (U+0085)"},
        {PERSON("\"name\": \"a\nb\""),
         "person 2: name: line 1: a string has a control character (0x0A)"},
        {PERSON("\"name\": \"a\\u0000b\""),
         "person 2: name: line 1: a string has \\u0000, which would cut it short"},
        {PERSON("\"name\": \"\xC3\x28\""), "person 2: name: line 1: a string is not valid UTF-8"},
        {PERSON("\"name\": \"\\ud800\""), "person 2: name: line 1: a string has a broken escape"},
        {PERSON("\"name\": \"Ada\", \"rfid_id\": \"\""),
         "person 2 \"Ada\": the badge \"\" is not 1 to 64 characters of A-Z a-z 0-9 - _ :"},
        {PERSON("\"name\": \"Ada\", \"rfid_id\": \"12 34\""),
         "person 2 \"Ada\": the badge \"12 34\" is not 1 to 64 characters of A-Z a-z 0-9 - _ :"},
        {PERSON("\"name\": \"Ada\", \"rfid_id\": null"),
         "person 2 \"Ada\": rfid_id: line 1: expected a string, found null"},
        {PERSON("\"name\": \"Ada\", \"encodings\": @"),
         "person 2 \"Ada\": encodings: line 1: expected an array, found a string"},
        {PERSON("\"encodings\": [@, \"\"], \"name\": \"Ada\""),
         "person 2, encoding 2: has 0 characters of base64, not 684"},
        {ENCODING("\"AAAA\""), "person 2 \"Ada\", encoding 2: has 4 characters of base64, not 684"},
        {ENCODING("7"), "person 2 \"Ada\", encoding 2: line 1: expected an array, found a number"},
        {ENCODING("[" HUNDRED_AND_TWENTY_SIX "0]"),
         "person 2 \"Ada\", encoding 2: has 127 numbers, not 128"},
        {ENCODING("[" HUNDRED_AND_TWENTY_SIX "0,0,0]"),
         "person 2 \"Ada\", encoding 2: has 129 numbers, not 128"},
        {ENCODING("[]"), "person 2 \"Ada\", encoding 2: has 0 numbers, not 128"},
        {ENCODING("[0,0,[[[["),
         "person 2 \"Ada\", encoding 2: line 1: expected a number, found an array"},
        {ENCODING("[0,NaN,0]"),
         "person 2 \"Ada\", encoding 2: line 1: expected a number, found \"N\""},
        {ENCODING("[0,1e999,0]"), "person 2 \"Ada\", encoding 2: line 1: a number is not finite"},
        {ENCODING("[0,1e39,0]"),
         "person 2 \"Ada\", encoding 2: number 2, 1e+39, does not fit float32"},
        {ENCODING("[0,-4e38]"),
         "person 2 \"Ada\", encoding 2: number 2, -4e+38, does not fit float32"},
        {ENCODING("[0,\"1\"]"),
         "person 2 \"Ada\", encoding 2: line 1: expected a number, found a string"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        write_text(rows[i].text);
        assert_load_fails(path, -EINVAL, rows[i].message);
    }
    char message[256];
    char text[512];
    snprintf(text, sizeof(text), HEAD "{\"name\": \"%0129d\"}" TAIL, 0);
    write_text(text);
    assert_load_fails(path, -EINVAL, "person 1: the name has 129 bytes, more than the 128 allowed");
    snprintf(text, sizeof(text), HEAD "{\"name\": \"%0128d\"}" TAIL, 0);
    write_text(text);
    snprintf(message, sizeof(message), "person 1 \"%064d...\": the key \"encodings\" is missing",
             0);
    assert_load_fails(path, -EINVAL, message);
    snprintf(text, sizeof(text), HEAD "{\"name\": \"Ada\", \"rfid_id\": \"%065d\"}" TAIL, 0);
    write_text(text);
    snprintf(message, sizeof(message),
             "person 1 \"Ada\": the badge \"%064d...\" is not 1 to 64 characters of "
             "A-Z a-z 0-9 - _ :",
             0);
    assert_load_fails(path, -EINVAL, message);
}

/* Base64 of Ada's encoding with one place changed. */
static void write_base64(const float *encoding, size_t place, char letter)
{
    char base64[FG_ENCODING_TEXT];
    char text[2048];
    fg_encoding_format(encoding, base64);
    if (place < FG_ENCODING_TEXT - 1) {
        base64[place] = letter;
    }
    snprintf(text, sizeof(text), HEAD "{\"name\": \"Ada\", \"encodings\": [\"%s\"]}" TAIL, base64);
    fg_testing_write(path, text, strlen(text));
}

static void base64_is_taken_strictly(void **state)
{
    (void)state;
    static const struct {
        size_t place;
        char letter;
        const char *message;
    } rows[] = {
        {0, '*', "is not base64: character 1 is \"*\""},
        {4, ' ', "is not base64: character 5 is 0x20"},
        {100, '=', "is not base64: character 101 is \"=\""},
        {682, '-', "is not base64: character 683 is \"-\""},
        {682, 'B', "is not base64 of 512 bytes: its end is wrong"},
        {682, 'C', "is not base64 of 512 bytes: its end is wrong"},
        {682, '=', "is not base64: character 683 is \"=\""},
        {683, 'A', "is not base64 of 512 bytes: its end is wrong"},
    };
    const float zero[FG_ENCODING_SIZE] = {0};
    char message[256];
    for (size_t i = 0; i < COUNT(rows); i++) {
        write_base64(zero, rows[i].place, rows[i].letter);
        snprintf(message, sizeof(message), "person 1 \"Ada\", encoding 1: %s", rows[i].message);
        assert_load_fails(path, -EINVAL, message);
    }
}

static void bits_that_are_no_number_are_refused(void **state)
{
    (void)state;
    float encoding[FG_ENCODING_SIZE] = {0};
    encoding[0] = NAN;
    write_base64(encoding, SIZE_MAX, 0);
    assert_load_fails(path, -EINVAL, "person 1 \"Ada\", encoding 1: number 1 is not finite");
    encoding[0] = 0;
    encoding[127] = -INFINITY;
    write_base64(encoding, SIZE_MAX, 0);
    assert_load_fails(path, -EINVAL, "person 1 \"Ada\", encoding 1: number 128 is not finite");
}

/* Other networks make other lengths; nobody can be recognised by what they made. */
static void an_encoding_of_another_length_than_dlibs_is_refused(void **state)
{
    (void)state;
    static const struct {
        float number;
        const char *shown;
    } rows[] = {{0, "0"},          {1, "1"},          {1.09f, "1.09"},
                {1.701f, "1.701"}, {11.53f, "11.53"}, {-FLT_MAX, "3.403e+38"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        const float encoding[FG_ENCODING_SIZE] = {[7] = rows[i].number};
        char message[512];
        write_base64(encoding, SIZE_MAX, 0);
        snprintf(message, sizeof(message),
                 "person 1 \"Ada\", encoding 1: its length is %s, and those of dlib's network are "
                 "1.1 to 1.7: another network made it (OpenFace's are 1.00, those of some DeepFace "
                 "models 11 to 13); enrol this person again, from photos",
                 rows[i].shown);
        assert_load_fails(path, -EINVAL, message);
    }
    for (int i = 0; i < 2; i++) {
        const float encoding[FG_ENCODING_SIZE] = {[7] = i == 0 ? 1.11f : -1.69f};
        write_base64(encoding, SIZE_MAX, 0);
        fg_gallery_free(load());
    }
}

/* What import --force writes is read again, and still says so when it is written again. */
static void another_length_is_taken_where_the_file_says_so(void **state)
{
    (void)state;
    const float encoding[FG_ENCODING_SIZE] = {[7] = 1.0F};
    fg_gallery *gallery = NULL;
    assert_int_equal(fg_gallery_create(&gallery), 0);
    assert_int_equal(fg_gallery_add(gallery, "Ada", NULL, encoding, NULL), 0);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(fg_gallery_save(gallery, path, NULL), 0);
        char *text = fg_testing_read(path, NULL);
        assert_non_null(strstr(text, "\"dlib_face_recognition_resnet_model_v1\", "
                                     "\"any_length\": true,\n\"people\": ["));
        free(text);
        fg_gallery_free(gallery);
        gallery = load();
        assert_memory_equal(gallery->encodings, encoding, sizeof(encoding));
    }
    fg_gallery_free(gallery);
}

static void any_length_is_true_and_stands_before_the_people(void **state)
{
    (void)state;
    static const char start[] = "{\"format\": \"facegate-encodings\", \"version\": 1, \"model\": "
                                "\"dlib_face_recognition_resnet_model_v1\", ";
    static const char *const rests[][2] = {
        {"\"any_length\": false, \"people\": []}", "\"any_length\" must be true, or left out"},
        {"\"people\": [{\"name\": \"Ada\", \"encodings\": []}], \"any_length\": true}",
         "\"any_length\" must stand before \"people\""},
    };
    for (size_t i = 0; i < COUNT(rests); i++) {
        char text[512];
        int length = snprintf(text, sizeof(text), "%s%s", start, rests[i][0]);
        fg_testing_write(path, text, (size_t)length);
        assert_load_fails(path, -EINVAL, rests[i][1]);
    }
}

static void files_that_cannot_be_read_are_named(void **state)
{
    (void)state;
    assert_load_fails(path, -ENOENT,
                      "no such file: enroll somebody with \"facegate enroll --name NAME IMAGE\"");
    assert_load_fails(folder, -EINVAL, "is a folder, not a file");
    assert_load_fails("/dev/zero", -EINVAL, "is a device or pipe, not a file");

    /* A gigabyte that takes no room on the disk. */
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, 1 << 30), 0);
    close(fd);
    clock_t start = clock();
    assert_load_fails(path, -EFBIG, "has 1073741824 bytes, more than the 268435456 allowed");
    assert_true(clock() - start <
                CLOCKS_PER_SEC / 10); /* of the processor's time: it is not read */

    /* root reads everything: become somebody who cannot. */
    write_text(HEAD ADA TAIL);
    assert_int_equal(chmod(folder, 0755), 0);
    assert_int_equal(chmod(path, 0), 0);
    bool root = geteuid() == 0;
    fg_gallery *gallery = NULL;
    fg_error error = {""};
    if (root) {
        assert_int_equal(seteuid(NOBODY), 0);
    }
    int result = fg_gallery_load(path, &gallery, &error);
    if (root) {
        assert_int_equal(seteuid(0), 0);
    }
    char message[512];
    assert_int_equal(result, -EACCES);
    snprintf(message, sizeof(message),
             "Error loading encodings: %s: you cannot read it: use sudo, or run as its owner",
             path);
    assert_string_equal(error.text, message);
    assert_null(gallery);
}

/* Every shape of float that an encoding may have, the sign of zero and the smallest included. */
static float odd_number(int i)
{
    static const float numbers[] = {0.0f,   -0.0f,   0x1.fffffep-4F, -FLT_EPSILON, FLT_MIN,
                                    1e-45f, -1e-45f, 0.1f,           1.0f / 3.0f,  -0.07f};
    return numbers[(size_t)i % COUNT(numbers)];
}

static void what_is_saved_loads_bit_for_bit(void **state)
{
    (void)state;
    static const char *const names[] = {"Ada", "\"quoted\" \\ back/slash",
                                        "\xC3\x89mile \xF0\x9F\x98\x80", "\xE2\x80\xA8", "Ada"};
    fg_gallery *gallery = NULL;
    float encodings[COUNT(names)][FG_ENCODING_SIZE];
    assert_int_equal(fg_gallery_create(&gallery), 0);
    for (size_t i = 0; i < COUNT(names); i++) {
        for (int k = 0; k < FG_ENCODING_SIZE; k++) {
            encodings[i][k] = odd_number((int)i + k);
        }
        assert_int_equal(
            fg_gallery_add(gallery, names[i], i == 1 ? "AB:1" : NULL, encodings[i], NULL), 0);
    }
    assert_int_equal(fg_gallery_save(gallery, path, NULL), 0);
    fg_gallery *again = load();
    /* Ada's second encoding came last and now lies beside her first. */
    static const size_t order[] = {0, 4, 1, 2, 3};
    assert_int_equal(again->count, COUNT(order));
    for (size_t i = 0; i < COUNT(order); i++) {
        assert_memory_equal(again->encodings + i * FG_ENCODING_SIZE, encodings[order[i]],
                            sizeof(encodings[0]));
    }
    assert_int_equal(fg_gallery_people(again), 4);
    for (int i = 0; i < 4; i++) {
        assert_string_equal(fg_gallery_name(again, i), names[i]);
        assert_int_equal(fg_gallery_person_encodings(again, i), i == 0 ? 2 : 1);
    }
    assert_string_equal(fg_gallery_badge(again, 1), "AB:1");
    assert_null(fg_gallery_badge(again, 0));

    /* The same people give the same bytes. */
    char *other = fg_testing_path(folder, "other.json");
    size_t size = 0, other_size = 0;
    assert_int_equal(fg_gallery_save(again, other, NULL), 0);
    char *data = fg_testing_read(path, &size);
    char *other_data = fg_testing_read(other, &other_size);
    assert_int_equal(size, other_size);
    assert_memory_equal(data, other_data, size);
    free(data);
    free(other_data);
    free(other);
    fg_gallery_free(again);
    fg_gallery_free(gallery);
}

static void an_empty_gallery_is_saved_and_loads(void **state)
{
    (void)state;
    fg_gallery *gallery = NULL;
    assert_int_equal(fg_gallery_create(&gallery), 0);
    assert_int_equal(fg_gallery_save(gallery, path, NULL), 0);
    fg_gallery_free(gallery);
    gallery = load();
    assert_int_equal(fg_gallery_people(gallery), 0);
    fg_gallery_free(gallery);
}

/* An array of numbers and the base64 of the same floats are the same encoding. */
static void both_ways_of_writing_give_the_same_encoding(void **state)
{
    (void)state;
    write_text(HEAD "{\"name\": \"Ada\", \"encodings\": [@, [#]]}" TAIL);
    fg_gallery *gallery = load();
    assert_int_equal(gallery->count, 2);
    assert_memory_equal(gallery->encodings, gallery->encodings + FG_ENCODING_SIZE,
                        FG_ENCODING_SIZE * sizeof(float));
    assert_true(gallery->encodings[0] == 1.25f);
    fg_gallery_free(gallery);
}

static void a_saved_file_is_private_and_keeps_its_owner(void **state)
{
    (void)state;
    struct stat info;
    fg_gallery *gallery = NULL;
    assert_int_equal(fg_gallery_create(&gallery), 0);
    uid_t folder_owner = geteuid() == 0 ? NOBODY : geteuid();
    uid_t file_owner = geteuid() == 0 ? NOBODY - 1 : geteuid();
    assert_int_equal(chown(folder, folder_owner, (gid_t)-1), 0);
    assert_int_equal(fg_gallery_save(gallery, path, NULL), 0);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    assert_int_equal(info.st_uid, folder_owner);

    assert_int_equal(chown(path, file_owner, (gid_t)-1), 0);
    assert_int_equal(chmod(path, 0644), 0);
    assert_int_equal(fg_gallery_save(gallery, path, NULL), 0);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    assert_int_equal(info.st_uid, file_owner);
    fg_gallery_free(gallery);
}

static void a_save_that_fails_leaves_the_old_file(void **state)
{
    (void)state;
    char message[512];
    fg_error error = {""};
    fg_gallery *gallery = NULL;
    write_text(HEAD ADA TAIL);
    assert_int_equal(fg_gallery_create(&gallery), 0);
    char *below = fg_testing_path(path, "encodings.json");
    char *beside = fg_testing_path(folder, "nowhere/encodings.json");
    assert_int_equal(fg_gallery_save(gallery, below, &error), -ENOTDIR);
    assert_int_equal(fg_gallery_save(gallery, beside, &error), -ENOENT);
    snprintf(message, sizeof(message), "%s: folder %s/nowhere: No such file or directory", beside,
             folder);
    assert_string_equal(error.text, message);
    fg_gallery_free(gallery);
    gallery = load();
    assert_int_equal(fg_gallery_people(gallery), 1);
    fg_gallery_free(gallery);
    free(below);
    free(beside);
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_loads),
        IN_A_FOLDER(what_the_format_allows_loads),
        IN_A_FOLDER(what_breaks_the_format_is_named),
        IN_A_FOLDER(base64_is_taken_strictly),
        IN_A_FOLDER(bits_that_are_no_number_are_refused),
        IN_A_FOLDER(an_encoding_of_another_length_than_dlibs_is_refused),
        IN_A_FOLDER(another_length_is_taken_where_the_file_says_so),
        IN_A_FOLDER(any_length_is_true_and_stands_before_the_people),
        IN_A_FOLDER(files_that_cannot_be_read_are_named),
        IN_A_FOLDER(what_is_saved_loads_bit_for_bit),
        IN_A_FOLDER(an_empty_gallery_is_saved_and_loads),
        IN_A_FOLDER(both_ways_of_writing_give_the_same_encoding),
        IN_A_FOLDER(a_saved_file_is_private_and_keeps_its_owner),
        IN_A_FOLDER(a_save_that_fails_leaves_the_old_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
