/* Text for man(7): nothing in it is taken for a request, and hyphens and quotes stay what they are.
 */
#include "help/roff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef void writer(FILE *out, const char *text);

static void check(writer *write, const char *text, const char *expected)
{
    char *written = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&written, &size);
    assert_non_null(out);
    write(out, text);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(written, expected);
    free(written);
}

static void what_means_something_to_roff_is_escaped(void **state)
{
    (void)state;
    const struct {
        const char *text, *expected;
    } rows[] = {
        {"", ""},
        {"plain words, 1 to 3", "plain words, 1 to 3"},
        {"--min-face", "\\-\\-min\\-face"},
        {"C:\\fB\\n", "C:\\(rsfB\\(rsn"},
        {".SH is a request", "\\&.SH is a request"},
        {"first\n.so /etc/passwd", "first\n\\&.so /etc/passwd"},
        {"a.b .c", "a.b .c"},
        {"'so /etc/passwd", "\\(aqso /etc/passwd"},
        {"the person's \"badge\"", "the person\\(aqs \\(dqbadge\\(dq"},
        {"`x` ^ ~/door", "\\(gax\\(ga \\(ha \\(ti/door"},
        {"Zo\xC3\xA9", "Zo\xC3\xA9"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        check(fg_roff_text, rows[i].text, rows[i].expected);
    }
}

static void a_part_of_a_text_is_escaped_as_the_whole(void **state)
{
    (void)state;
    char *written = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&written, &size);
    assert_non_null(out);
    fg_roff_bytes(out, ".a-b-c", 4);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(written, "\\&.a\\-b");
    free(written);
}

static void a_usage_line_tells_what_is_typed_from_what_stands_for_something(void **state)
{
    (void)state;
    const struct {
        const char *text, *expected;
    } rows[] = {
        {"", ""},
        {"FILE", "\\fIFILE\\fR"},
        {"FILE.jpg", "\\fIFILE\\fR\\&.\\fBjpg\\fR"},
        {"ADDRESS:PORT", "\\fIADDRESS\\fR:\\fIPORT\\fR"},
        {"--name NAME [--badge ID] IMAGE...",
         "\\fB\\-\\-name\\fR \\fINAME\\fR [\\fB\\-\\-badge\\fR "
         "\\fIID\\fR] \\fIIMAGE\\fR\\&..."},
        {"[list | remove NAME]", "[\\fBlist\\fR | \\fBremove\\fR \\fINAME\\fR]"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        check(fg_roff_usage, rows[i].text, rows[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_means_something_to_roff_is_escaped),
        cmocka_unit_test(a_part_of_a_text_is_escaped_as_the_whole),
        cmocka_unit_test(a_usage_line_tells_what_is_typed_from_what_stands_for_something),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
