/* A tuning file reaches libcamera by the environment, or an error says what is wrong with it.
 */
#include "environment.h"
#include "facegate/camera/camera.h"
#include "testing.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define VARIABLE "LIBCAMERA_RPI_TUNING_FILE"

static void a_file_is_handed_to_libcamera(void **state)
{
    char *path = fg_testing_path(*state, "own.json");
    fg_error error = {""};
    fg_testing_write(path, "{}", 2);
    assert_int_equal(fg_environment_tune(path, &error), 0);
    assert_string_equal(getenv(VARIABLE), path);
    free(path);
}

static void without_one_the_environment_is_left_as_it_is(void **state)
{
    (void)state;
    unsetenv(VARIABLE);
    assert_int_equal(fg_environment_tune(NULL, NULL), 0);
    assert_int_equal(fg_environment_tune("", NULL), 0);
    assert_null(getenv(VARIABLE));
    setenv(VARIABLE, "/of/somebody.json", 1);
    assert_int_equal(fg_environment_tune("", NULL), 0);
    assert_string_equal(getenv(VARIABLE), "/of/somebody.json");
    unsetenv(VARIABLE);
}

static void what_is_no_file_is_refused_with_its_name(void **state)
{
    char expected[4200];
    fg_error error = {""};
    unsetenv(VARIABLE);
    assert_int_equal(fg_environment_tune("/nowhere/own.json", &error), -ENOENT);
    assert_string_equal(error.text,
                        "[camera] tuning is /nowhere/own.json: No such file or directory");
    assert_int_equal(fg_environment_tune(*state, &error), -EINVAL);
    snprintf(expected, sizeof(expected),
             "[camera] tuning is %s, which is not a file: it must be a tuning file of libcamera's",
             (const char *)*state);
    assert_string_equal(error.text, expected);
    assert_null(getenv(VARIABLE));
}

/* Root reads everything, so that only the errors that stat gives can be seen as root. */
static void a_camera_is_not_created_with_a_tuning_file_that_is_not_there(void **state)
{
    (void)state;
    fg_slot *slot = NULL;
    fg_camera *camera = NULL;
    fg_error error = {""};
    const fg_camera_options options = {
        .source = "auto", .width = 640, .height = 480, .fps = 30, .tuning = "/nowhere/own.json"};
    assert_int_equal(fg_slot_create(&slot), 0);
    assert_int_equal(fg_camera_create(&options, slot, &camera, &error), -ENOENT);
    assert_null(camera);
    assert_non_null(strstr(error.text, "[camera] tuning is /nowhere/own.json"));
    assert_int_equal(fg_camera_list(&options, stdout, &error), -ENOENT);
    fg_slot_free(slot);
}

static void log_levels_of_a_person_are_left_alone(void **state)
{
    (void)state;
    unsetenv("LIBCAMERA_LOG_LEVELS");
    fg_environment_quieten("*:ERROR");
    assert_string_equal(getenv("LIBCAMERA_LOG_LEVELS"), "*:ERROR");
    setenv("LIBCAMERA_LOG_LEVELS", "RPI:DEBUG", 1);
    fg_environment_quieten("*:ERROR");
    assert_string_equal(getenv("LIBCAMERA_LOG_LEVELS"), "RPI:DEBUG");
}

static int open_folder(void **state)
{
    *state = fg_testing_folder();
    return 0;
}

static int close_folder(void **state)
{
    fg_testing_remove(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_handed_to_libcamera),
        cmocka_unit_test(without_one_the_environment_is_left_as_it_is),
        cmocka_unit_test(what_is_no_file_is_refused_with_its_name),
        cmocka_unit_test(a_camera_is_not_created_with_a_tuning_file_that_is_not_there),
        cmocka_unit_test(log_levels_of_a_person_are_left_alone),
    };
    return cmocka_run_group_tests(tests, open_folder, close_folder);
}
