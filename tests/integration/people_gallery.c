/* People whose distances are plain to see, and `facegate people` with them. */
#include "people_gallery.h"

#include "testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PROGRAM FG_BINARY_DIR "/src/cli/facegate"

void write_gallery(const somebody *people, int count)
{
    cJSON *root = cJSON_CreateObject();
    cJSON_AddStringToObject(root, "format", "facegate-encodings");
    cJSON_AddNumberToObject(root, "version", 1);
    cJSON_AddStringToObject(root, "model", "dlib_face_recognition_resnet_model_v1");
    cJSON *list = cJSON_AddArrayToObject(root, "people");
    for (int i = 0; i < count; i++) {
        cJSON *person = cJSON_CreateObject();
        cJSON_AddItemToArray(list, person);
        cJSON_AddStringToObject(person, "name", people[i].name);
        if (people[i].rfid != NULL) {
            cJSON_AddStringToObject(person, "rfid_id", people[i].rfid);
        }
        cJSON *all = cJSON_AddArrayToObject(person, "encodings");
        for (int k = 0; k < people[i].count; k++) {
            double numbers[128] = {people[i].at[k][0], people[i].at[k][1]};
            numbers[2 + people[i].room] = 1.125;
            cJSON_AddItemToArray(all, cJSON_CreateDoubleArray(numbers, 128));
        }
    }
    char *text = cJSON_PrintUnformatted(root);
    fg_testing_write(encodings, text, strlen(text));
    cJSON_free(text);
    cJSON_Delete(root);
}

char *people(int code, const char *columns, const char *const words[])
{
    char width[32];
    const char *argv[16] = {PROGRAM, "people", "--config", config, "--encodings", encodings};
    snprintf(width, sizeof(width), "COLUMNS=%s", columns);
    const char *environment[] = {width, NULL};
    for (size_t i = 0; words[i] != NULL; i++) {
        assert_in_range(i, 0, 8);
        argv[6 + i] = words[i];
    }
    char *output = NULL;
    int actual = fg_process_run(folder, argv, environment, FG_TESTING_PATIENCE, &output);
    if (actual != code) {
        fail_msg("facegate people %s ended with %d, not %d:\n%s", words[0] != NULL ? words[0] : "",
                 actual, code, output);
    }
    return output;
}

void expect(int code, const char *const words[], const char *pattern)
{
    char expected[8192];
    size_t size = 0;
    for (; *pattern != '\0'; pattern++) {
        int added = *pattern == '@'
                        ? snprintf(expected + size, sizeof(expected) - size, "%s", encodings)
                        : snprintf(expected + size, sizeof(expected) - size, "%c", *pattern);
        assert_in_range(added, 1, sizeof(expected) - size - 1);
        size += (size_t)added;
    }
    expected[size] = '\0';
    char *output = people(code, "80", words);
    assert_string_equal(output, expected);
    free(output);
}

const somebody crowd[CROWD] = {
    {"Ada", "D8E2F1G3", 3, {{-1, 0}, {-0.75, 0}, {1, 0.25}}, 0}, /* the last is Bob's */
    {"Bob", NULL, 2, {{1, 0}, {1.125, 0}}, 0},
    {"Zo\u00eb O'Hara", "X1", 1, {{0, 0}}, 1},
    {"\u7530\u4e2d", NULL, 3, {{0, 0.375}, {0, 0.5}, {0, 1.25}}, 1},
    {"Grace", "G1", 2, {{0, 0}, {0.75, 0}}, 2},
    {"Mary", NULL, 2, {{0.5, 0.6875}, {0.5, 0.875}}, 1},
    {"Nobody", NULL, 0, {{0, 0}}, 0},
};

const cJSON *get(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    if (item == NULL) {
        fail_msg("there is no \"%s\"", key);
    }
    return item;
}

cJSON *people_json(int code, const char *word)
{
    char *output = people(code, "80", WORDS(word, "--json"));
    cJSON *root = cJSON_ParseWithOpts(output, NULL, 0);
    assert_non_null(root);
    free(output);
    return root;
}
