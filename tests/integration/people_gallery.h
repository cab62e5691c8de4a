/*
 * People whose distances are plain to see, for tests of `facegate people`. In the folder of
 * gallery_folder.h; fails the running test where it cannot do its work.
 */
#ifndef FACEGATE_TESTS_PEOPLE_GALLERY_H
#define FACEGATE_TESTS_PEOPLE_GALLERY_H

#include "gallery_folder.h"

#include <cjson/cJSON.h>

/* Somebody with encodings that are zeroes but for two numbers, and a third that makes them as long
 * as real ones: those of another room are 1.6 away at least. */
typedef struct somebody {
    const char *name, *rfid;
    int count;
    double at[4][2];
    int room;
} somebody;

/* Somebody of each kind that the list and the check tell apart. */
#define CROWD 7
extern const somebody crowd[CROWD];

/* Makes them the people of the encodings file. */
void write_gallery(const somebody *people, int count);

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* `facegate people WORD...` ends with `code`; its output is to be freed. */
char *people(int code, const char *columns, const char *const words[]);

/* All of the output, where "@" stands for the encodings file. */
void expect(int code, const char *const words[], const char *pattern);

/* What `facegate people WORD --json` says; to be deleted. */
cJSON *people_json(int code, const char *word);

/* The member of that name, which must be there. */
const cJSON *get(const cJSON *object, const char *key);

#endif
