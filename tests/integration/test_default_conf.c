/*
 * The configuration that is installed tells of every key, in the order of the manual, with its
 * default and its range; with the comment signs taken away it is the default configuration; and
 * the table in docs/configuration.md says the same.
 */
#include "facegate/base/config.h"
#include "testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define INSTALLED FG_SOURCE_DIR "/systemd/example.conf"

/* The text a key should have in the file. */
typedef struct page {
    char text[32768];
    const char *section;
} page;

static void append(page *to, const char *line)
{
    size_t length = strlen(to->text);
    assert_in_range(strlen(line), 0, sizeof(to->text) - length - 1);
    strcpy(to->text + length, line);
}

static void write_key(void *context, const fg_config_item *item)
{
    page *expected = context;
    char lines[1024];
    if (strcmp(expected->section, item->section) != 0) {
        snprintf(lines, sizeof(lines), "\n[%s]", item->section);
        append(expected, lines);
        expected->section = item->section;
    }
    int length =
        snprintf(lines, sizeof(lines), "\n# %s:\n#   %s\n#%s =%s%s\n", item->description,
                 item->range, item->key, item->standard[0] != '\0' ? " " : "", item->standard);
    assert_in_range(length, 1, sizeof(lines) - 1);
    append(expected, lines);
}

static void tells_every_key_with_its_default_and_range(void **state)
{
    (void)state;
    static fg_config config;
    static page expected = {.section = ""};
    fg_config_init(&config);
    fg_config_each(&config, write_key, &expected);
    char *found = fg_testing_read(INSTALLED, NULL);
    const char *keys = strstr(found, "\n[");
    assert_non_null(keys);
    assert_string_equal(keys, expected.text);
    free(found);
}

static void check_key(void *context, const fg_config_item *item)
{
    const char *file = context;
    assert_string_equal(item->value, item->standard);
    assert_memory_equal(item->origin, file, strlen(file));
}

static void holds_the_defaults_when_uncommented(void **state)
{
    (void)state;
    static fg_config config;
    fg_error error = {.text = ""};
    char *folder = fg_testing_folder();
    char *path = fg_testing_path(folder, "facegate.conf");
    size_t size = 0;
    char *text = fg_testing_read(INSTALLED, &size);

    /* A comment has a space after its sign, a key has none. */
    for (size_t i = 1; i + 1 < size; i++) {
        if (text[i] == '#' && text[i - 1] == '\n' && text[i + 1] != ' ') {
            text[i] = '\n';
        }
    }
    fg_testing_write(path, text, size);
    fg_config_init(&config);
    int result = fg_config_load(&config, path, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(result, 0);
    assert_int_equal(fg_config_check(&config, &error), 0);
    fg_config_each(&config, check_key, path);

    free(text);
    free(path);
    fg_testing_remove(folder);
}

static void find_row(void *context, const fg_config_item *item)
{
    const char *manual = context;
    const char *quote = item->standard[0] != '\0' ? "`" : "";
    char row[1024];
    snprintf(row, sizeof(row), "\n| `[%s] %s` | %s%s%s | %s | %s |\n", item->section, item->key,
             quote, item->standard[0] != '\0' ? item->standard : "none", quote, item->range,
             item->description);
    if (strstr(manual, row) == NULL) {
        fail_msg("docs/configuration.md lacks this row:%s", row);
    }
}

static void has_every_key_in_the_manual(void **state)
{
    (void)state;
    static fg_config config;
    char *manual = fg_testing_read(FG_SOURCE_DIR "/docs/configuration.md", NULL);
    fg_config_init(&config);
    fg_config_each(&config, find_row, manual);
    free(manual);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_every_key_with_its_default_and_range),
        cmocka_unit_test(holds_the_defaults_when_uncommented),
        cmocka_unit_test(has_every_key_in_the_manual),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
