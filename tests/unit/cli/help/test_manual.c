#include "help/manual.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define TEXT(name, text)                                                                           \
    {                                                                                              \
        name, "", (const unsigned char *)(text), sizeof(text) - 1                                  \
    }

const fg_embedded_file fg_manual_texts[] = {
    TEXT("plain", "no hole, and 5 % of {nothing}"),
    TEXT("holes", "%{one} and %{another one}."),
    TEXT("unknown", "with %{what}"),
    TEXT("open", "with %{one\0 and what lies behind it"),
    TEXT("open at the end", "with %{\0one} and what lies behind it"),
    {0},
};

static bool fill(void *context, FILE *out, const char *hole)
{
    (void)context;
    fprintf(out, "<%s>", hole);
    return strcmp(hole, "what") != 0;
}

static void holes_are_filled_and_those_that_cannot_be_are_reported(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool filled;
        const char *text; /* NULL where it does not matter */
    } rows[] = {
        {"plain", true, "no hole, and 5 % of {nothing}"},
        {"holes", true, "<one> and <another one>."},
        {"unknown", false, NULL},
        {"open", false, NULL},
        {"open at the end", false, NULL},
        {"no such text", false, ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *text = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);
        assert_non_null(out);
        bool filled = fg_manual_fill_in(out, rows[i].name, fill, NULL);
        assert_int_equal(fclose(out), 0);
        if (filled != rows[i].filled || (rows[i].text != NULL && strcmp(text, rows[i].text) != 0)) {
            fail_msg("%s: %s, \"%s\"", rows[i].name, filled ? "filled" : "not filled", text);
        }
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holes_are_filled_and_those_that_cannot_be_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
