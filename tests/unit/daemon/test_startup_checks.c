/* What is found wrong with a configuration before anything is opened. */
#include "facegate/daemon/startup_checks.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void a_rule_that_lets_strangers_in_is_named_with_how_often_it_did(void **state)
{
    (void)state;
    static const struct {
        double tolerance, margin;
        const char *text;
    } rows[] = {
        {0.46, 0.09, ""},
        {0.5, 0.07, ""},
        {0.2, 0.3, ""},
        {0.51, 0.07,
         "[access] tolerance is 0.51: without one, 12 of 100 strangers from a group missing in "
         "the cohort were accepted; the default is 0.46"},
        {0.5, 0.0699,
         "[access] margin is 0.0699: with 0.08 already 16 of 665 strangers who stayed for 20 views "
         "were accepted, with the default of 0.09 none of 698"},
        {0.6, 0.04,
         "[access] tolerance is 0.6: without one, 12 of 100 strangers from a group missing in "
         "the cohort were accepted; the default is 0.46; [access] margin is 0.04: with 0.08 "
         "already 16 of 665 strangers who stayed for 20 views were accepted, with the default of "
         "0.09 none of 698"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fg_config config;
        fg_error error = {""};
        fg_config_init(&config);
        config.access.tolerance = rows[i].tolerance;
        config.access.margin = rows[i].margin;
        assert_int_equal(fg_startup_check_rule(&config, &error),
                         rows[i].text[0] != '\0' ? -ERANGE : 0);
        assert_string_equal(error.text, rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_that_lets_strangers_in_is_named_with_how_often_it_did),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
