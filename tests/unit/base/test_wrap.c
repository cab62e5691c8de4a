/* Text on a terminal: measured in columns, wrapped between words, paragraphs and commands kept. */
#include "facegate/base/wrap.h"

#include <locale.h>
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

#define WIDE    "\u7530\u4e2d" /* two columns each */
#define ACCENT  "e\u0301"      /* the accent as a character of its own, which takes none */
#define EMOJI   "\U0001F600"   /* four bytes, two columns */
#define ONE_TWO "\u00e9"       /* two bytes, one column */

static void text_is_as_wide_as_a_terminal_shows_it(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int columns;
    } rows[] = {
        {"", 0},
        {"Ada", 3},
        {ONE_TWO, 1},
        {ACCENT, 1},
        {"\u0301", 0},
        {WIDE, 4},
        {"\uff21", 2},       /* a letter as wide as CJK's */
        {"\uff71", 1},       /* a katakana at half width */
        {"\u1112\u1161", 2}, /* a syllable of two jamo */
        {"a\u200bb", 2},     /* a blank without width */
        {EMOJI, 2},
        {"\xff\xfe", 2},     /* no UTF-8 */
        {"\xe7\x94", 2},     /* cut in a character */
        {"\xed\xa0\x80", 3}, /* a surrogate */
        {"\t\x01", 2},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int columns = fg_wrap_width(rows[i].text, strlen(rows[i].text));
        if (columns != rows[i].columns) {
            fail_msg("row %zu takes %d columns, not %d", i, columns, rows[i].columns);
        }
    }
    assert_int_equal(fg_wrap_width("\u7530\u4e2d", 3), 2); /* no byte behind those given */
}

static void no_character_is_cut_to_fit(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int room;
        size_t bytes;
        int columns;
    } rows[] = {
        {"Ada", 3, 3, 3},      {"Ada", 2, 2, 2},     {"Ada", 0, 0, 0},
        {WIDE, 4, 6, 4},       {WIDE, 3, 3, 2},      {WIDE, 1, 0, 0},
        {EMOJI "a", 2, 4, 2},  {EMOJI "a", 1, 0, 0}, {ONE_TWO ONE_TWO, 1, 2, 1},
        {ACCENT "a", 1, 3, 1}, /* the accent belongs to what it stands on */
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int columns = -1;
        assert_int_equal(fg_wrap_fit(rows[i].text, rows[i].room, &columns), rows[i].bytes);
        assert_int_equal(columns, rows[i].columns);
    }
}

static void lines_are_filled_by_columns_and_not_by_bytes(void **state)
{
    (void)state;
    FILE *out = start();
    fg_wrap_print(out, TEN TEN TEN TEN TEN TEN TEN "\xC3\xA9\xC3\xA9\xC3\xA9 567890", 0, 0);
    expect(out, TEN TEN TEN TEN TEN TEN TEN "\xC3\xA9\xC3\xA9\xC3\xA9 567890\n");
    out = start();
    fg_wrap_print(out, TEN TEN TEN TEN TEN TEN TEN WIDE " 67890", 0, 0);
    expect(out, TEN TEN TEN TEN TEN TEN TEN WIDE " 67890\n");
    out = start();
    fg_wrap_print(out, TEN TEN TEN TEN TEN TEN TEN WIDE " 678901", 0, 0);
    expect(out, TEN TEN TEN TEN TEN TEN TEN WIDE "\n678901\n");
    out = start();
    fg_wrap_print(out, TEN TEN TEN TEN TEN TEN TEN ACCENT ACCENT ACCENT " 567890", 0, 0);
    expect(out, TEN TEN TEN TEN TEN TEN TEN ACCENT ACCENT ACCENT " 567890\n");
}

static void values_keep_their_blanks_and_commands_their_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int width;
        const char *lines;
    } rows[] = {
        {"", 10, "\n"},
        {"/a  b", 10, "/a  b\n"},
        {"one two three", 9, "one two\n  three\n"},
        {"one two", 9, "one two\n"},
        {"one two", 8, "one\n  two\n"},
        {"do \"a b c d e f\" now", 9, "do\n  \"a b c d e f\"\n  now\n"},
        {"a  bcdefghi", 9, "a\n  bcdefghi\n"},
        {WIDE " " WIDE, 11, WIDE " " WIDE "\n"},
        {WIDE " " WIDE, 10, WIDE "\n  " WIDE "\n"},
        {"never \"closed here", 4, "never\n  \"closed here\n"},
        {"end ", 10, "end\n"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        FILE *out = start();
        fg_wrap_values(out, rows[i].text, 2, rows[i].width);
        expect(out, rows[i].lines);
    }
}

/* What a program says must not change with the language of whoever runs it. */
static void the_locale_is_left_alone_and_does_not_count(void **state)
{
    (void)state;
    locale_t before = uselocale((locale_t)0);
    assert_int_equal(fg_wrap_width(WIDE, strlen(WIDE)), 4);
    assert_ptr_equal(uselocale((locale_t)0), before);
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
    out = start();
    fg_wrap_row(out, WIDE, "text", 8);
    expect(out, "  " WIDE "  text\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_holds_80_columns_and_not_one_more),
        cmocka_unit_test(text_is_as_wide_as_a_terminal_shows_it),
        cmocka_unit_test(no_character_is_cut_to_fit),
        cmocka_unit_test(lines_are_filled_by_columns_and_not_by_bytes),
        cmocka_unit_test(values_keep_their_blanks_and_commands_their_line),
        cmocka_unit_test(the_locale_is_left_alone_and_does_not_count),
        cmocka_unit_test(a_line_feed_is_a_blank_and_two_end_a_paragraph),
        cmocka_unit_test(a_word_longer_than_the_line_stands_alone),
        cmocka_unit_test(a_row_has_its_text_in_its_column_or_below),
    };
    return cmocka_run_group_tests_name("wrap", tests, NULL, NULL);
}
