/* Which names nobody may have. */
#include "common/gallery_access.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static fg_config config;

static int set_up(void **state)
{
    (void)state;
    fg_config_init(&config);
    return 0;
}

static void call_strangers(const char *name)
{
    snprintf(config.access.unknown_name, sizeof(config.access.unknown_name), "%s", name);
}

static void names_for_strangers_mean_nobody_in_any_case(void **state)
{
    (void)state;
    static const char *const names[] = {"unknown",      "Unknown",  "UNKNOWN",      "uNkNoWn",
                                        "Inconnu",      "inconnu",  "INCONNU",      "unknown_name",
                                        "Unknown_Name", "VISITOR",  "UNKNOWN_NAME", "Visitor",
                                        "visitor",      " unknown", "Inconnu  "};
    call_strangers("Visitor");
    for (size_t i = 0; i < COUNT(names); i++) {
        char expected[FG_ERROR_TEXT];
        fg_error error;
        if (!fg_cli_means_nobody(&config, names[i])) {
            fail_msg("\"%s\" may be somebody's name", names[i]);
        }
        assert_int_equal(fg_cli_check_name(&config, names[i], &error), -EINVAL);
        snprintf(expected, sizeof(expected),
                 "\"%s\" is a name for strangers, who would be accepted under it: use another name",
                 names[i]);
        if (strchr(names[i], ' ') == NULL) {
            assert_string_equal(error.text, expected);
        }
    }
}

/* strcasecmp knows the case of ASCII only. */
static void letters_beyond_ascii_have_a_case_too(void **state)
{
    (void)state;
    static const char *const names[] = {"\u00c9tranger", "\u00e9tranger", "\u00c9TRANGER"};
    call_strangers("\u00c9tranger");
    for (size_t i = 0; i < COUNT(names); i++) {
        assert_true(fg_cli_means_nobody(&config, names[i]));
    }
    assert_false(fg_cli_means_nobody(&config, "Etranger"));
    assert_false(fg_cli_means_nobody(&config, "\u00c8tranger"));
}

static void a_name_that_only_resembles_them_is_somebodys(void **state)
{
    (void)state;
    static const char *const names[] = {"Ada",      "Inconnue", "Unknow",      "Unknowns",
                                        "Un known", "Visitor",  "unknown name"};
    for (size_t i = 0; i < COUNT(names); i++) {
        fg_error error;
        assert_false(fg_cli_means_nobody(&config, names[i]));
        assert_int_equal(fg_cli_check_name(&config, names[i], &error), 0);
    }
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(names_for_strangers_mean_nobody_in_any_case),
        TEST(letters_beyond_ascii_have_a_case_too),
        TEST(a_name_that_only_resembles_them_is_somebodys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
