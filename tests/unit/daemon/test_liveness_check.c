/* What is said of the door's check for life, for each wish and each state of the model. */
#include "facegate/daemon/liveness_check.h"

#include "testing.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ACCEPTED "a photograph of somebody enrolled will be accepted"
#define GET_IT                                                                                     \
    "install the package facegate-models-liveness, or run models/fetch.sh of facegate's sources "  \
    "with the folder of the models"

static fg_config config;

static int init(void **state)
{
    (void)state;
    fg_config_init(&config);
    snprintf(config.vision.models, sizeof(config.vision.models), "%s", FG_SOURCE_DIR "/models");
    return 0;
}

static void expect(int result, bool refuses, const char *text, const char *fix)
{
    fg_liveness *liveness = NULL;
    fg_liveness_state how;
    assert_int_equal(fg_liveness_check_open(&config, &liveness, &how), result);
    assert_string_equal(how.text.text, text);
    assert_string_equal(how.fix.text, fix);
    assert_int_equal(how.refuses, refuses);
    if (refuses) {
        const fg_check check = fg_liveness_check_of(&config, liveness);
        assert_string_equal(check.name, FG_LIVENESS_CHECK);
        assert_string_equal(check.reason, "Photo présentée");
        assert_true(check.named_only);
        assert_false(check.warns);
    }
    fg_liveness_free(liveness);
}

static void with_the_model_photographs_are_refused(void **state)
{
    (void)state;
    static const char text[] =
        "photographs of people are refused: 1 liveness model, threshold 0.50";
    expect(0, true, text, "");
    config.access.liveness = FG_LIVENESS_ON;
    expect(0, true, text, "");
    strcpy(config.access.liveness_models, "fr_liveness.onnx, fr_liveness.onnx");
    config.access.liveness_threshold = 0.7;
    expect(0, true, "photographs of people are refused: 2 liveness models, threshold 0.70", "");
}

static void where_it_warns_or_is_off_that_is_said(void **state)
{
    (void)state;
    config.access.liveness = FG_LIVENESS_WARN;
    expect(0, false, "liveness only warns: " ACCEPTED ", and a warning is logged", "");
    config.access.liveness = FG_LIVENESS_OFF;
    expect(0, false, "liveness is off: " ACCEPTED, "");
}

static void without_the_model_what_that_means_is_said_with_what_to_do(void **state)
{
    (void)state;
    strcpy(config.vision.models, "/no/such/folder");
    static const char missing[] = "the liveness model /no/such/folder/fr_liveness.onnx is missing";
    char text[256];
    snprintf(text, sizeof(text), "%s: %s", missing, ACCEPTED);
    expect(0, false, text, GET_IT);
    config.access.liveness = FG_LIVENESS_WARN;
    expect(0, false, text, GET_IT);
    config.access.liveness = FG_LIVENESS_ON;
    expect(-ENOENT, false, missing, GET_IT);
    config.access.liveness = FG_LIVENESS_OFF;
    expect(0, false, "liveness is off: " ACCEPTED, "");
}

static void a_model_that_was_named_is_not_to_be_fetched(void **state)
{
    (void)state;
    strcpy(config.access.liveness_models, "/no/such/model.onnx");
    expect(0, false, "the liveness model /no/such/model.onnx is missing: " ACCEPTED,
           "correct [access] liveness_models, or put the right file there");
}

/* One that was to make it better does not make it worse. */
static void a_model_that_cannot_be_used_leaves_the_others(void **state)
{
    (void)state;
    static const char missing[] = "the liveness model /no/such/model.onnx is missing";
    static const char fix[] = "correct [access] liveness_models, or put the right file there";
    char text[256];
    strcpy(config.access.liveness_models, "fr_liveness.onnx, /no/such/model.onnx");
    snprintf(text, sizeof(text),
             "photographs of people are refused: 1 liveness model, threshold 0.50; %s, and is not "
             "used",
             missing);
    expect(0, true, text, fix);
    config.access.liveness = FG_LIVENESS_ON;
    expect(-ENOENT, false, missing, fix);
}

#define TEST(name) cmocka_unit_test_setup(name, init)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(with_the_model_photographs_are_refused),
        TEST(where_it_warns_or_is_off_that_is_said),
        TEST(without_the_model_what_that_means_is_said_with_what_to_do),
        TEST(a_model_that_was_named_is_not_to_be_fetched),
        TEST(a_model_that_cannot_be_used_leaves_the_others),
    };
    return cmocka_run_group_tests_name("liveness_check", tests, NULL, NULL);
}
