#include "common/format.h"
#include "common/table.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* What a call writes to stdout. */
static char written[512];
static FILE *kept;
static int saved;

static void catch_output(void)
{
    fflush(stdout);
    saved = dup(STDOUT_FILENO);
    kept = tmpfile();
    assert_non_null(kept);
    assert_true(dup2(fileno(kept), STDOUT_FILENO) >= 0);
}

static const char *caught(void)
{
    fflush(stdout);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    rewind(kept);
    size_t size = fread(written, 1, sizeof(written) - 1, kept);
    written[size] = '\0';
    fclose(kept);
    return written;
}

static void text_is_as_wide_as_a_terminal_shows_it(void **state)
{
    (void)state;
    assert_int_equal(fg_table_width(""), 0);
    assert_int_equal(fg_table_width("Ada"), 3);
    assert_int_equal(fg_table_width("Zo\u00eb"), 3);
    assert_int_equal(fg_table_width("Zoe\u0308"), 3); /* the accent as a character of its own */
    assert_int_equal(fg_table_width("\u7530\u4e2d\u82b1"), 6); /* two columns each */
    assert_int_equal(fg_table_width("\xff\xfe"), 2);           /* no UTF-8 */
}

static void cells_are_filled_and_cut_by_columns(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int width;
        const char *cell, *cut;
    } cases[] = {
        {"Ada", 5, "Ada  ", "Ada  "},
        {"Zo\u00eb", 5, "Zo\u00eb  ", "Zo\u00eb  "},
        {"Zo\u00eb", 3, "Zo\u00eb", "Zo\u00eb"},
        {"Zo\u00ebtta", 4, "Zo\u00ebtta", "Zo\u00eb\u2026"},
        {"\u7530\u4e2d\u82b1", 6, "\u7530\u4e2d\u82b1", "\u7530\u4e2d\u82b1"},
        /* The second would not fit beside the ellipsis. */
        {"\u7530\u4e2d\u82b1", 4, "\u7530\u4e2d\u82b1", "\u7530\u2026 "},
        {"", 2, "  ", "  "},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        catch_output();
        fg_table_cell(cases[i].text, cases[i].width);
        assert_string_equal(caught(), cases[i].cell);
        catch_output();
        fg_table_cut_cell(cases[i].text, cases[i].width);
        assert_string_equal(caught(), cases[i].cut);
    }
}

static void lines_are_as_wide_as_said_and_else_unlimited(void **state)
{
    (void)state;
    catch_output(); /* stdout is no terminal then */
    setenv("COLUMNS", "100", 1);
    int said = fg_table_columns();
    setenv("COLUMNS", "1", 1);
    int least = fg_table_columns();
    setenv("COLUMNS", "wide", 1);
    int nonsense = fg_table_columns();
    unsetenv("COLUMNS");
    int unsaid = fg_table_columns();
    caught();
    assert_int_equal(said, 100);
    assert_int_equal(least, 40);
    assert_int_equal(nonsense, INT_MAX);
    assert_int_equal(unsaid, INT_MAX);
}

static void arguments_are_quoted_for_the_shell(void **state)
{
    (void)state;
    static const struct {
        const char *text, *argument;
    } cases[] = {
        {"Ada", "Ada"},
        {"Zo\u00eb", "Zo\u00eb"},
        {"/var/lib/a_b-c.json", "/var/lib/a_b-c.json"},
        {"Ada L.", "'Ada L.'"},
        {"O'Hara", "'O'\\''Hara'"},
        {"$(reboot)", "'$(reboot)'"},
        {"a;b", "'a;b'"},
        {"~", "'~'"},
        {"", "''"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        catch_output();
        fg_format_argument(cases[i].text);
        assert_string_equal(caught(), cases[i].argument);
    }
}

static void a_rate_has_two_digits_whatever_its_size(void **state)
{
    (void)state;
    const struct {
        double rate;
        const char *text;
    } cases[] = {
        {0, "0 %"},         {1, "100 %"},           {0.5, "50 %"},   {0.123, "12 %"},
        {0.0996, "10.0 %"}, {0.0567, "5.7 %"},      {0.01, "1.0 %"}, {0.0067, "0.67 %"},
        {0.001, "0.10 %"},  {3.4e-7, "0.000034 %"}, {1e-12, "0 %"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[FG_FORMAT_PERCENT];
        assert_string_equal(fg_format_percent(cases[i].rate, text), cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_as_wide_as_a_terminal_shows_it),
        cmocka_unit_test(cells_are_filled_and_cut_by_columns),
        cmocka_unit_test(lines_are_as_wide_as_said_and_else_unlimited),
        cmocka_unit_test(arguments_are_quoted_for_the_shell),
        cmocka_unit_test(a_rate_has_two_digits_whatever_its_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
