/* Files that are part of the program: whole, whatever bytes they hold, and found by name. */
#include "facegate/base/embedded.h"

#include "testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Of embedded.bin and embedded.empty beside this file. */
extern const fg_embedded_file embedded_files[];

static void a_file_is_embedded_byte_for_byte(void **state)
{
    (void)state;
    size_t size = 0;
    char *expected = fg_testing_read(FG_SOURCE_DIR "/tests/unit/base/embedded.bin", &size);
    const fg_embedded_file *file = fg_embedded_find(embedded_files, "embedded.bin");
    assert_non_null(file);
    assert_non_null(memchr(expected, '\0', size)); /* else the file is not the one meant */
    assert_int_equal(file->size, size);
    assert_memory_equal(file->data, expected, size);
    assert_int_equal(file->data[size], '\0');
    free(expected);
}

static void an_empty_file_is_a_file(void **state)
{
    (void)state;
    const fg_embedded_file *file = fg_embedded_find(embedded_files, "embedded.empty");
    assert_non_null(file);
    assert_int_equal(file->size, 0);
    assert_int_equal(file->data[0], '\0');
}

/* The beginning of the files' SHA-256. */
static void a_tag_is_quoted_and_made_of_the_content(void **state)
{
    (void)state;
    static const char *const names[] = {"embedded.bin", "embedded.empty"};
    for (size_t i = 0; i < 2; i++) {
        char hex[65], tag[19];
        const fg_embedded_file *file = fg_embedded_find(embedded_files, names[i]);
        fg_testing_sha256(file->data, file->size, hex);
        snprintf(tag, sizeof(tag), "\"%.16s\"", hex);
        assert_string_equal(file->tag, tag);
    }
}

static void another_name_is_not_found(void **state)
{
    (void)state;
    static const char *const names[] = {"", "embedded", "embedded.bin ", "base/embedded.bin"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_null(fg_embedded_find(embedded_files, names[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_embedded_byte_for_byte),
        cmocka_unit_test(an_empty_file_is_a_file),
        cmocka_unit_test(a_tag_is_quoted_and_made_of_the_content),
        cmocka_unit_test(another_name_is_not_found),
    };
    return cmocka_run_group_tests_name("embedded", tests, NULL, NULL);
}
