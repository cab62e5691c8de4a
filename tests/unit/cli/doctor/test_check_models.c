/* doctor's checks of the enrolled people, on encodings files that are brought along. */
#include "doctor/check_models.h"

#include "facegate/gallery/gallery.h"
#include "testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The one line of `check` among those of an encodings file in which Ada has that many. */
static void expect(int encodings, const char *check, const char *verdict, const char *text)
{
    char *folder = fg_testing_folder();
    char *path = fg_testing_path(folder, "encodings.json");
    fg_gallery *gallery = NULL;
    fg_checkup *checkup = fg_checkup_create();
    fg_config config;
    char *printed = NULL;
    size_t size = 0;
    FILE *output = open_memstream(&printed, &size);
    assert_non_null(output);
    assert_int_equal(fg_gallery_create(&gallery), 0);
    for (int i = 0; i < encodings; i++) {
        const float encoding[FG_ENCODING_SIZE] = {1.25F, (float)i / 128};
        assert_int_equal(fg_gallery_add(gallery, "Ada", NULL, encoding, NULL), 0);
    }
    assert_int_equal(fg_gallery_save(gallery, path, NULL), 0);
    fg_config_init(&config);
    snprintf(config.access.encodings, sizeof(config.access.encodings), "%s", path);
    fg_check_encodings(checkup, &config, false);
    assert_int_equal(fg_checkup_print_json(checkup, output), 0);
    fclose(output);
    cJSON *object = cJSON_Parse(printed);
    const cJSON *line = NULL;
    int found = 0;
    cJSON_ArrayForEach(line, cJSON_GetObjectItem(object, "checks"))
    {
        if (strcmp(cJSON_GetObjectItem(line, "check")->valuestring, check) == 0) {
            assert_string_equal(cJSON_GetObjectItem(line, "verdict")->valuestring, verdict);
            assert_string_equal(cJSON_GetObjectItem(line, "text")->valuestring, text);
            found++;
        }
    }
    assert_int_equal(found, 1);
    cJSON_Delete(object);
    free(printed);
    fg_checkup_free(checkup);
    fg_gallery_free(gallery);
    free(path);
    fg_testing_remove(folder);
}

static void fewer_than_three_encodings_are_a_warning_with_what_they_cost(void **state)
{
    (void)state;
    expect(2, "encodings.few", "warning",
           "Ada has only two encodings. Of 100 visits of a person, 16 are not recognised with one "
           "encoding, 4 with two, and none with three or more (measured on photographs). With one "
           "encoding, more strangers are accepted as well.");
    expect(2, "encodings.people", "ok", "nobody can be taken for someone else");
    expect(3, "encodings.few", "ok", "nobody has only one or two encodings");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fewer_than_three_encodings_are_a_warning_with_what_they_cost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
