#include "evaluate_photos.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

fg_door fg_photos_door;
char *fg_photos;

int fg_photos_open(void **state)
{
    (void)state;
    fg_door_open(&fg_photos_door, NULL);
    fg_photos = fg_testing_path(fg_photos_door.folder, "album");
    assert_int_equal(mkdir(fg_photos, 0755), 0);
    return 0;
}

int fg_photos_close(void **state)
{
    (void)state;
    free(fg_photos);
    fg_door_close(&fg_photos_door);
    return 0;
}

void fg_photos_put(const char *scene, const char *name)
{
    char *from = fg_door_scene(scene);
    char *to = fg_testing_path(fg_photos, name);
    assert_int_equal(symlink(from, to), 0);
    free(from);
    free(to);
}

void fg_photos_make_folder(const char *name)
{
    char *path = fg_testing_path(fg_photos, name);
    assert_int_equal(mkdir(path, 0755), 0);
    free(path);
}

char *fg_photos_run(int code, const char *const words[])
{
    char *output = NULL;
    int actual = fg_door_command(&fg_photos_door, &output, words);
    if (actual != code) {
        fail_msg("facegate evaluate ended with %d, not %d:\n%s", actual, code, output);
    }
    return output;
}

void fg_photos_holds(const char *output, const char *text)
{
    if (strstr(output, text) == NULL) {
        fail_msg("without \"%s\":\n%s", text, output);
    }
}

void fg_photos_says(const char *output, const char *text)
{
    char *flat = strdup(output);
    assert_non_null(flat);
    for (char *at = flat; *at != '\0'; at++) {
        *at = *at == '\n' ? ' ' : *at;
    }
    fg_photos_holds(flat, text);
    free(flat);
}

void fg_photos_expect(int code, const char *text, const char *const words[])
{
    char *output = fg_photos_run(code, words);
    fg_photos_holds(output, text);
    free(output);
}

void fg_photos_is_narrow(const char *output)
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

const cJSON *fg_photos_item(const cJSON *object, const char *key)
{
    const cJSON *found = cJSON_GetObjectItemCaseSensitive(object, key);
    if (found == NULL) {
        fail_msg("no \"%s\"", key);
    }
    return found;
}

void fg_photos_expect_rate(const cJSON *rate, int hits, int trials)
{
    assert_true(fg_photos_item(rate, "hits")->valueint == hits);
    assert_true(fg_photos_item(rate, "trials")->valueint == trials);
}
