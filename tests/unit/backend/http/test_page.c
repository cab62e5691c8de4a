/* The page's files: each is sent with a type that browsers know. */
#include "http/page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void every_file_of_the_page_has_a_type(void **state)
{
    (void)state;
    int count = 0;
    for (const fg_embedded_file *file = fg_page_files; file->name != NULL; file++) {
        if (fg_page_type(file) == NULL) {
            fail_msg("%s: page.c knows no type for its suffix", file->name);
        }
        count++;
    }
    assert_true(count > 0);
    assert_string_equal(fg_page_type(fg_page_find("index.html")), "text/html; charset=utf-8");
    assert_string_equal(fg_page_type(fg_page_find("icon.svg")), "image/svg+xml");
}

static void a_suffix_without_a_type_is_noticed(void **state)
{
    (void)state;
    static const char *const names[] = {"page", "page.xyz", "html", ".html.", "js.map"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_null(fg_page_type(&(fg_embedded_file){.name = names[i]}));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_of_the_page_has_a_type),
        cmocka_unit_test(a_suffix_without_a_type_is_noticed),
    };
    return cmocka_run_group_tests_name("page", tests, NULL, NULL);
}
