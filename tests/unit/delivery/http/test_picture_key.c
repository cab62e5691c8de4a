#include "http/picture_key.h"
#include "testing.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *folder;

static int set_up(void **state)
{
    (void)state;
    folder = fg_testing_folder();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fg_testing_remove(folder);
    return 0;
}

static int read_key(const char *data, size_t size, fg_picture_key *ret_key, fg_error *error)
{
    char *path = fg_testing_path(folder, "key");
    fg_testing_write(path, data, size);
    int result = fg_picture_key_read(path, ret_key, error);
    free(path);
    return result;
}

static void sixteen_bytes_are_the_key_and_any_other_is_hashed(void **state)
{
    (void)state;
    /* The digests begin as `printf %s TEXT | sha256sum` prints them. */
    static const struct {
        const char *data;
        size_t size;
        const char *key;
    } rows[] = {
        {"0123456789abcdef", 16, "0123456789abcdef"},
        {"0123456789abcdef\n", 17, "0123456789abcdef"},
        {"0123456789abcdef\r\n", 18, "0123456789abcdef"},
        {"\x00\xffzzzzzzzzzzzzz\n", 16, "\x00\xffzzzzzzzzzzzzz\n"},
        {"abc", 3, "\xba\x78\x16\xbf\x8f\x01\xcf\xea\x41\x41\x40\xde\x5d\xae\x22\x23"},
        {"abc\n", 4, "\xba\x78\x16\xbf\x8f\x01\xcf\xea\x41\x41\x40\xde\x5d\xae\x22\x23"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fg_picture_key key;
        assert_int_equal(read_key(rows[i].data, rows[i].size, &key, NULL), 0);
        assert_memory_equal(key.bytes, rows[i].key, FG_PICTURE_KEY_SIZE);
    }
}

static void a_file_that_holds_no_key_is_named(void **state)
{
    (void)state;
    fg_picture_key key;
    fg_error error = {""};
    char expected[512];
    char large[4097];
    memset(large, 'k', sizeof(large));
    snprintf(expected, sizeof(expected), "picture_key %s/key is empty", folder);
    assert_int_equal(read_key("", 0, &key, &error), -EINVAL);
    assert_string_equal(error.text, expected);
    assert_int_equal(read_key("\n", 1, &key, &error), -EINVAL);
    assert_string_equal(error.text, expected);
    snprintf(expected, sizeof(expected), "picture_key %s/key: ", folder);
    assert_int_equal(read_key(large, sizeof(large), &key, &error), -EFBIG);
    assert_memory_equal(error.text, expected, strlen(expected));
}

static void the_same_picture_is_never_encrypted_alike(void **state)
{
    (void)state;
    static const uint8_t picture[100];
    const fg_picture_key key = {{1, 2, 3}};
    uint8_t *one = NULL, *other = NULL;
    assert_int_equal(fg_picture_key_encrypt(&key, picture, sizeof(picture), &one, NULL), 0);
    assert_int_equal(fg_picture_key_encrypt(&key, picture, sizeof(picture), &other, NULL), 0);
    assert_memory_not_equal(one, other, 12);
    assert_memory_not_equal(one + 12, other + 12, sizeof(picture));
    assert_memory_not_equal(one + 12, picture, sizeof(picture));
    free(one);
    free(other);
}

static void what_the_nonce_cannot_count_is_refused(void **state)
{
    (void)state;
    const fg_picture_key key = {{1}};
    uint8_t *encrypted = NULL;
    assert_int_equal(fg_picture_key_encrypt(&key, NULL, (size_t)1 << 24, &encrypted, NULL), -EFBIG);
    assert_null(encrypted);
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(sixteen_bytes_are_the_key_and_any_other_is_hashed),
        WITH_FOLDER(a_file_that_holds_no_key_is_named),
        cmocka_unit_test(the_same_picture_is_never_encrypted_alike),
        cmocka_unit_test(what_the_nonce_cannot_count_is_refused),
    };
    return cmocka_run_group_tests_name("picture_key", tests, NULL, NULL);
}
