#include "facegate/text.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void utf8_is_distinguished_from_what_only_looks_like_it(void **state)
{
    (void)state;
    static const char *const good[] = {"",
                                       "Ada",
                                       "\xC2\x80",
                                       "\xDF\xBF",
                                       "\xE0\xA0\x80",
                                       "\xED\x9F\xBF",
                                       "\xEE\x80\x80",
                                       "\xEF\xBF\xBF",
                                       "\xF0\x90\x80\x80",
                                       "\xF4\x8F\xBF\xBF",
                                       "a\xC3\xA9z"};
    static const char *const bad[] = {"\x80",
                                      "\xBF",
                                      "\xC0\x80",
                                      "\xC1\xBF",
                                      "\xC3",
                                      "\xC3z",
                                      "\xE0\x9F\xBF",
                                      "\xE2\x82",
                                      "\xED\xA0\x80",
                                      "\xED\xBF\xBF",
                                      "\xF0\x8F\xBF\xBF",
                                      "\xF4\x90\x80\x80",
                                      "\xF5\x80\x80\x80",
                                      "\xFE",
                                      "\xFF",
                                      "Ada\xC3\x28"};
    for (size_t i = 0; i < COUNT(good); i++) {
        assert_true(fg_text_is_utf8(good[i], strlen(good[i])));
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_false(fg_text_is_utf8(bad[i], strlen(bad[i])));
    }
    assert_true(fg_text_is_utf8("\0", 1));
    assert_false(fg_text_is_utf8("\xC3\xA9", 1));
}

static void a_fault_is_reported_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *text, *fault;
    } rows[] = {
        {"", "is empty"},
        {"123456789", "has 9 bytes, more than the 8 allowed"},
        {"a\xFF", "is not valid UTF-8"},
        {"a\nb", "has a control character (U+000A)"},
        {"\x7F", "has a control character (U+007F)"},
        {"a\xC2\x9B", "has a control character (U+009B)"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        fg_error error = {""};
        assert_int_equal(fg_text_check(rows[i].text, 8, &error), -EINVAL);
        assert_string_equal(error.text, rows[i].fault);
    }
    assert_int_equal(fg_text_check("12345678", 8, NULL), 0);
    assert_int_equal(fg_text_check("\xC2\xA0", 8, NULL), 0);
}

static void a_shown_text_is_one_short_line(void **state)
{
    (void)state;
    char shown[FG_TEXT_SHOWN];
    char sixty_five[66] = "";
    memset(sixty_five, 'x', 65);
    assert_string_equal(fg_text_show("a\n\x1B[m\xC2\x85\xC3\xA9\xFF", 10, shown),
                        "a??[m?\xC3\xA9?");
    assert_string_equal(fg_text_show("", 0, shown), "");
    fg_text_show(sixty_five, 64, shown);
    assert_int_equal(strlen(shown), 64);
    fg_text_show(sixty_five, 65, shown);
    assert_int_equal(strlen(shown), 67);
    assert_string_equal(shown + 64, "...");
    /* A letter of two bytes that straddles the end is left out whole. */
    sixty_five[63] = (char)0xC3;
    sixty_five[64] = (char)0xA9;
    fg_text_show(sixty_five, 65, shown);
    assert_int_equal(strlen(shown), 66);
    assert_string_equal(shown + 63, "...");
}

static void one_thing_is_not_several(void **state)
{
    (void)state;
    assert_string_equal(fg_text_count(1, "entry", "entries").text, "1 entry");
    assert_string_equal(fg_text_count(0, "entry", "entries").text, "0 entries");
    assert_string_equal(fg_text_count(-1, "entry", "entries").text, "-1 entries");
    assert_string_equal(fg_text_count(INT64_C(4294967297), "entry", "entries").text,
                        "4294967297 entries");
    assert_string_equal(fg_text_plural(1, "entry", "entries"), "entry");
    assert_string_equal(fg_text_plural(0, "entry", "entries"), "entries");
    assert_string_equal(fg_text_plural(2, "entry", "entries"), "entries");
    assert_string_equal(fg_text_plural(INT64_C(4294967297), "entry", "entries"), "entries");
}

static void bytes_become_two_digits_each(void **state)
{
    (void)state;
    static const unsigned char bytes[] = {0x00, 0x0f, 0xa0, 0xff};
    char text[2 * sizeof(bytes) + 1];
    fg_text_hex(bytes, sizeof(bytes), text);
    assert_string_equal(text, "000fa0ff");
    fg_text_hex(bytes, 0, text);
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_become_two_digits_each),
        cmocka_unit_test(utf8_is_distinguished_from_what_only_looks_like_it),
        cmocka_unit_test(a_fault_is_reported_in_words),
        cmocka_unit_test(a_shown_text_is_one_short_line),
        cmocka_unit_test(one_thing_is_not_several),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
