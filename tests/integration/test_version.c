/* The second line of `facegate version`: what becomes of photographs, or why nobody can tell. */
#include "facegate/version.h"
#include "testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *folder, *config;

static int make_folder(void **state)
{
    (void)state;
    folder = fg_testing_folder();
    config = fg_testing_path(folder, "facegate.conf");
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    free(config);
    fg_testing_remove(folder);
    return 0;
}

/* Its exit code and all that it says, with a configuration and FACEGATE_ISA (NULL: as it is). */
static int version(const char *text, const char *isa, bool is_verbose, char **ret_output)
{
    const char *words[] = {FG_BINARY_DIR "/src/cli/facegate", "version", "--config", config,
                           is_verbose ? "--verbose" : NULL,   NULL};
    const char *environment[] = {isa, NULL};
    fg_testing_write(config, text, strlen(text));
    return fg_process_run(folder, words, environment, FG_TESTING_PATIENCE, ret_output);
}

static void expect(const char *text, const char *isa, const char *second)
{
    char *output = NULL;
    char start[512];
    snprintf(start, sizeof(start), "facegate %s\n%s", fg_version, second);
    assert_int_equal(version(text, isa, false, &output), 0);
    if (strncmp(output, start, strlen(start)) != 0) {
        fail_msg("it says\n%s\nand not\n%s", output, start);
    }
    free(output);
}

static void says_that_photographs_are_accepted_where_the_check_is_off(void **state)
{
    (void)state;
    expect("[access]\nliveness = off\n", NULL,
           "liveness is off: a photograph of somebody enrolled will be accepted\n");
}

static void says_that_a_photograph_is_accepted_where_the_model_is_missing(void **state)
{
    (void)state;
    expect("[vision]\nmodels = /none\n", NULL,
           "the liveness model /none/fr_liveness.onnx is missing: a photograph of somebody "
           "enrolled will be accepted\n");
}

static void says_that_the_daemon_does_not_start_without_a_model_that_has_to_be_there(void **state)
{
    (void)state;
    expect("[vision]\nmodels = /none\n[access]\nliveness = on\n", NULL,
           "the daemon does not start with liveness = on: the liveness model "
           "/none/fr_liveness.onnx is missing\n");
}

static void does_not_say_of_a_broken_configuration_what_the_defaults_would_do(void **state)
{
    (void)state;
    static const char unknown[] =
        "it is not known whether photographs are refused: the configuration cannot be used\n";
    expect("[access]\nliveness = perhaps\n", NULL, unknown);
    expect("[access\nliveness = off\n", NULL, unknown);
    expect("[access]\nliveness = off\nlivenes = on\n", NULL, unknown);
}

static void names_wrong_instructions_and_not_photographs(void **state)
{
    (void)state;
    char *output = NULL;
    static const char *const texts[] = {"", "[access]\nliveness = on\n",
                                        "[access]\nliveness = off\n"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        expect(texts[i], "FACEGATE_ISA=no\x1bne",
               "the daemon does not start: FACEGATE_ISA is 'no?ne': it takes one of ");
    }
    assert_int_equal(version("", "FACEGATE_ISA=none", true, &output), 78);
    assert_null(strstr(output, "will be accepted"));
    assert_null(strstr(output, "kernels "));
    free(output);
    assert_int_equal(version("", NULL, true, &output), 0);
    assert_non_null(strstr(output, "\nkernels "));
    free(output);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_that_photographs_are_accepted_where_the_check_is_off),
        cmocka_unit_test(says_that_a_photograph_is_accepted_where_the_model_is_missing),
        cmocka_unit_test(says_that_the_daemon_does_not_start_without_a_model_that_has_to_be_there),
        cmocka_unit_test(does_not_say_of_a_broken_configuration_what_the_defaults_would_do),
        cmocka_unit_test(names_wrong_instructions_and_not_photographs),
    };
    return cmocka_run_group_tests_name("version", tests, make_folder, remove_folder);
}
