/*
 * What the tests of `facegate evaluate` share: a door, a folder beside it to put pictures into, and
 * what is asked of the command's output. Main thread; a failure ends the test.
 */
#ifndef FACEGATE_EVALUATE_ALBUM_H
#define FACEGATE_EVALUATE_ALBUM_H

#include "door.h"

#include <cjson/cJSON.h>

extern fg_door fg_photos_door;
extern char *fg_photos; /* the folder */

/* As cmocka calls them, before and after each test. */
int fg_photos_open(void **state);
int fg_photos_close(void **state);

/* A link in the album to what the scenes have; a folder in it. */
void fg_photos_put(const char *scene, const char *name);
void fg_photos_make_folder(const char *name);

/* `facegate` with these words has to end with the code. What it printed, to be freed. */
char *fg_photos_run(int code, const char *const words[]);

/* The output has `text` in it; the same of sentences, wherever their lines end. */
void fg_photos_holds(const char *output, const char *text);
void fg_photos_says(const char *output, const char *text);

/* Both in one. */
void fg_photos_expect(int code, const char *text, const char *const words[]);

/* No line is wider than 80 columns. */
void fg_photos_is_narrow(const char *output);

/* What an object has under a key; a rate that it has to be. */
const cJSON *fg_photos_item(const cJSON *object, const char *key);
void fg_photos_expect_rate(const cJSON *rate, int hits, int trials);

#endif
