/* Text laid out for 80 columns: it wraps between words, counts characters, keeps paragraphs. */
#include "common/wrap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TEN "123456789 "

static char *written;
static size_t written_size;

static FILE *start(void)
{
    FILE *out = open_memstream(&written, &written_size);
    assert_non_null(out);
    return out;
}

static void expect(FILE *out, const char *expected)
{
    assert_int_equal(fclose(out), 0);
    assert_string_equal(written, expected);
    free(written);
}

static void a_line_holds_80_columns_and_not_one_more(void **state)
{
    (void)state;
    FILE *out = start();
    fg_wrap_print(out, TEN TEN TEN TEN TEN TEN TEN "1234567890 next", 0, 0);
    expect(out, TEN TEN TEN TEN TEN TEN TEN "1234567890\nnext\n");
    out = start();
    fg_wrap_print(out, TEN TEN TEN TEN TEN TEN TEN "12345678901 next", 0, 4);
    expect(out, TEN TEN TEN TEN TEN TEN "123456789\n    12345678901 next\n");
}

static void characters_are_counted_and_not_bytes(void **state)
{
    (void)state;
    FILE *out = start();
    fg_wrap_print(out, TEN TEN TEN TEN TEN TEN TEN "\xC3\xA9\xC3\xA9\xC3\xA9 567890", 0, 0);
    expect(out, TEN TEN TEN TEN TEN TEN TEN "\xC3\xA9\xC3\xA9\xC3\xA9 567890\n");
}

static void a_line_feed_is_a_blank_and_two_end_a_paragraph(void **state)
{
    (void)state;
    FILE *out = start();
    fg_wrap_print(out, "\none\n two\n \nthree  four\n", 0, 2);
    expect(out, "one two\n\n  three four\n");
    out = start();
    fg_wrap_print(out, "", 0, 2);
    expect(out, "\n");
}

static void a_word_longer_than_the_line_stands_alone(void **state)
{
    (void)state;
    static const char seventy[] =
        "1234567890123456789012345678901234567890123456789012345678901234567"
        "890";
    char expected[256];
    FILE *out = start();
    char text[128];
    snprintf(text, sizeof(text), "a %s b", seventy);
    snprintf(expected, sizeof(expected), "a\n%20s%s\n%20sb\n", "", seventy, "");
    fg_wrap_print(out, text, 20, 20);
    expect(out, expected);
}

static void a_row_has_its_text_in_its_column_or_below(void **state)
{
    (void)state;
    FILE *out = start();
    fg_wrap_row(out, "--a", "text", 8);
    expect(out, "  --a   text\n");
    out = start();
    fg_wrap_row(out, "--abc", "text", 8);
    expect(out, "  --abc\n        text\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_holds_80_columns_and_not_one_more),
        cmocka_unit_test(characters_are_counted_and_not_bytes),
        cmocka_unit_test(a_line_feed_is_a_blank_and_two_end_a_paragraph),
        cmocka_unit_test(a_word_longer_than_the_line_stands_alone),
        cmocka_unit_test(a_row_has_its_text_in_its_column_or_below),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
