#include "facegate/error.h"
#include "facegate/text.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* One letter of 1, 2, 3 and 4 bytes in UTF-8. */
static const char *const letters[] = {"x", "\u00E9", "\u20AC", "\U0001F600"};

/* `lead` plain bytes, then the letter over and over, longer than any error text. */
static void fill(char *text, size_t size, size_t lead, const char *letter)
{
    size_t length = strlen(letter);
    memset(text, '-', lead);
    size_t at = lead;
    for (; at + length < size; at += length) {
        memcpy(text + at, letter, length);
    }
    text[at] = '\0';
}

static void a_text_is_written_and_the_code_returned(void **state)
{
    (void)state;
    fg_error error = {"old"};
    assert_int_equal(fg_error_set(&error, -ENOENT, "%s: line %d", "a.conf", 7), -ENOENT);
    assert_string_equal(error.text, "a.conf: line 7");
}

static void a_null_pointer_is_accepted(void **state)
{
    (void)state;
    assert_int_equal(fg_error_set(NULL, -EINVAL, "%d", 1), -EINVAL);
    assert_int_equal(fg_error_prefix(NULL, -EACCES, "%d", 1), -EACCES);
}

static void a_prefix_goes_in_front(void **state)
{
    (void)state;
    fg_error error;
    fg_error_set(&error, -EINVAL, "is empty");
    assert_int_equal(fg_error_prefix(&error, -EBADMSG, "person %d", 3), -EBADMSG);
    assert_int_equal(fg_error_prefix(&error, -EIO, "%s", "b.json"), -EIO);
    assert_string_equal(error.text, "b.json: person 3: is empty");
}

static void a_long_text_is_cut_where_no_letter_is_halved(void **state)
{
    (void)state;
    char text[2 * FG_ERROR_TEXT];
    for (size_t i = 0; i < COUNT(letters); i++) {
        size_t length = strlen(letters[i]);
        for (size_t lead = 0; lead < 8; lead++) {
            fill(text, sizeof(text), lead, letters[i]);
            /* As many letters as there is room for, not one less. */
            size_t whole = (FG_ERROR_TEXT - 1 - lead) / length * length;

            fg_error error;
            fg_error_set(&error, -EINVAL, "%s", text);
            assert_true(fg_text_is_utf8(error.text, strlen(error.text)));
            assert_int_equal(strlen(error.text), lead + whole);
            assert_memory_equal(error.text, text, lead + whole);
        }
    }
}

static void a_long_prefixed_text_is_cut_where_no_letter_is_halved(void **state)
{
    (void)state;
    char text[2 * FG_ERROR_TEXT];
    for (size_t i = 0; i < COUNT(letters); i++) {
        for (size_t lead = 0; lead < 8; lead++) {
            fg_error error;
            fill(text, sizeof(text), lead, letters[i]);
            fg_error_set(&error, -EINVAL, "%s", text);
            fg_error_prefix(&error, -EINVAL, "file");
            size_t length = strlen(error.text);
            assert_true(fg_text_is_utf8(error.text, length));
            assert_in_range(length, FG_ERROR_TEXT - strlen(letters[i]), FG_ERROR_TEXT - 1);
            assert_memory_equal(error.text, "file: ", 6);
            assert_memory_equal(error.text + 6, text, length - 6);

            /* A prefix that leaves no room for the rest. */
            fg_error_set(&error, -EINVAL, "never seen");
            fg_error_prefix(&error, -EINVAL, "%s", text);
            length = strlen(error.text);
            assert_true(fg_text_is_utf8(error.text, length));
            assert_in_range(length, FG_ERROR_TEXT - strlen(letters[i]), FG_ERROR_TEXT - 1);
            assert_memory_equal(error.text, text, length);
        }
    }
}

static void a_text_that_just_fits_stays_whole(void **state)
{
    (void)state;
    char text[FG_ERROR_TEXT];
    memset(text, 'a', sizeof(text));
    memcpy(text + FG_ERROR_TEXT - 4, "\u20AC", 4);
    fg_error error;
    fg_error_set(&error, -EINVAL, "%s", text);
    assert_string_equal(error.text, text);
}

static void broken_utf8_is_cut_like_anything_else(void **state)
{
    (void)state;
    static const unsigned char bytes[] = {0x80, 0xBF, 0xC3, 0xF0, 0xFF};
    for (size_t i = 0; i < COUNT(bytes); i++) {
        char text[2 * FG_ERROR_TEXT];
        memset(text, bytes[i], sizeof(text));
        text[sizeof(text) - 1] = '\0';
        fg_error error;
        fg_error_set(&error, -EINVAL, "%s", text);
        assert_in_range(strlen(error.text), FG_ERROR_TEXT - 4, FG_ERROR_TEXT - 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_written_and_the_code_returned),
        cmocka_unit_test(a_null_pointer_is_accepted),
        cmocka_unit_test(a_prefix_goes_in_front),
        cmocka_unit_test(a_long_text_is_cut_where_no_letter_is_halved),
        cmocka_unit_test(a_long_prefixed_text_is_cut_where_no_letter_is_halved),
        cmocka_unit_test(a_text_that_just_fits_stays_whole),
        cmocka_unit_test(broken_utf8_is_cut_like_anything_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
