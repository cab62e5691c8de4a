/* That a recognition thread that cannot be made says which of its parts is missing, and why. */
#include "recognition_thread.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/resource.h>

#include <cmocka.h>

static fg_config config;

static int open_config(void **state)
{
    (void)state;
    fg_config_init(&config);
    return 0;
}

static void assert_refused(int result, const char *text)
{
    const fg_recognition_parts parts = {.recognizer.config = &config};
    fg_recognition_thread *thread = NULL;
    fg_error error = {""};
    assert_int_equal(fg_recognition_thread_create(&parts, NULL, &thread, &error), result);
    assert_string_equal(error.text, text);
    assert_null(thread);
}

static void without_a_descriptor_it_says_so(void **state)
{
    (void)state;
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    const struct rlimit none = {.rlim_cur = 0, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    assert_refused(-EMFILE, "an eventfd for the recognition thread: Too many open files");
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

static void a_value_out_of_range_names_the_part_that_refused_it(void **state)
{
    (void)state;
    config.delivery.send_interval = -1;
    assert_refused(-EINVAL, "the throttle of events: Invalid argument");
    config.delivery.send_interval = 1;
    config.delivery.jpeg_quality = 0;
    assert_refused(-EINVAL, "the JPEG encoder for events: Invalid argument");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(without_a_descriptor_it_says_so, open_config),
        cmocka_unit_test_setup(a_value_out_of_range_names_the_part_that_refused_it, open_config),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
