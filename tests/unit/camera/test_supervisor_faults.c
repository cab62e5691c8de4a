/*
 * What the supervisor tells of a camera's faults, to the log once, to whoever asks always; and
 * drivers that hang. The log is this file's own, so that its lines can be read.
 */
#include "fake_camera.h"

#include "facegate/base/log.h"
#include "facegate/clock.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "testing.h"

#define SCRIPT(...)                                                                                \
    (const enum behaviour[]){__VA_ARGS__},                                                         \
        sizeof((const enum behaviour[]){__VA_ARGS__}) / sizeof(enum behaviour)

static pthread_mutex_t log_mutex = PTHREAD_MUTEX_INITIALIZER;
static char lines[4096]; /* all but those of debugging, one below the other */

void fg_log_thread(const char *name)
{
    (void)name;
}

void fg_log(enum fg_log_level level, const char *format, ...)
{
    char line[FG_ERROR_TEXT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    if (level == FG_LOG_DEBUG) {
        return;
    }
    pthread_mutex_lock(&log_mutex);
    assert_true(strlen(lines) + strlen(line) + 2 <= sizeof(lines));
    strcat(lines, line);
    strcat(lines, "\n");
    pthread_mutex_unlock(&log_mutex);
}

static int set_up_log(void **state)
{
    lines[0] = '\0';
    return set_up(state);
}

/* Compared outside of the lock, which a failure would leave shut for all tests that follow. */
static void expect_log(const char *expected)
{
    char now[sizeof(lines)];
    pthread_mutex_lock(&log_mutex);
    memcpy(now, lines, sizeof(now));
    pthread_mutex_unlock(&log_mutex);
    assert_string_equal(now, expected);
}

static void expect_standing(fixture *f, const char *expected)
{
    fg_error text;
    fg_camera_describe(f->camera, &text);
    assert_string_equal(text.text, expected);
}

static void a_trouble_is_logged_once_and_anew_after_a_good_time(void **state)
{
    fixture *f = *state;
    start(f, &fake_live, &steady,
          SCRIPT(OPEN_NOBODY, OPEN_NOBODY, OPEN_NOBODY, STREAMS, OPEN_NOBODY, OPEN_NOBODY,
                 OPEN_BUSY, OPEN_BUSY, OPEN_NOBODY, START_REFUSED, START_REFUSED, STREAMS));
    assert_true(fg_testing_wait(is_streaming, f->camera, FG_TESTING_PATIENCE));
    expect_standing(f, "Camera streaming");
    lose(f);
    wait_for(f, &f->source.started, 2);
    assert_true(fg_testing_wait(is_streaming, f->camera, FG_TESTING_PATIENCE));
    assert_int_equal(fg_camera_stop(f->camera), 0);
    expect_log("No camera found; waiting for one\n"
               "Camera ready: fake 64x32\n"
               "Camera lost: it was unplugged; trying again\n"
               "No camera found; waiting for one\n"
               "Camera not usable: another program has it; trying again\n"
               "No camera found; waiting for one\n"
               "Camera not usable: it does not start; trying again\n"
               "Camera ready: fake 192x32\n");
}

static void a_camera_that_stays_silent_is_reported_once(void **state)
{
    fixture *f = *state;
    start(f, &fake_live, &quick, SCRIPT(SILENT));
    wait_for(f, &f->source.started, 4);
    assert_int_equal(fg_camera_trouble(f->camera, NULL), -ETIMEDOUT);
    assert_int_equal(fg_camera_stop(f->camera), 0);
    expect_log("Camera lost: no frame for 0.02 s; trying again\n");
}

static void only_damaged_frames_are_a_loss(void **state)
{
    fixture *f = *state;
    fg_error error;
    start(f, &fake_live, &leisurely, SCRIPT(ONLY_DAMAGED));
    wait_for(f, &f->source.started, 3);
    assert_int_equal(fg_camera_trouble(f->camera, &error), -EBADMSG);
    assert_string_equal(error.text, "only damaged frames for 2 s (torn in two)");
    assert_int_equal(fg_camera_stop(f->camera), 0);
    assert_true(fg_camera_damaged(f->camera) >= 2);
    expect_log("Camera lost: only damaged frames for 2 s (torn in two); trying again\n");
}

static void silence_after_a_damaged_frame_and_a_good_one_is_silence(void **state)
{
    fixture *f = *state;
    start(f, &fake_live, &leisurely, SCRIPT(WAS_DAMAGED, OPEN_BUSY));
    wait_for(f, &f->source.opened, 2);
    assert_int_equal(fg_camera_stop(f->camera), 0);
    expect_log("Camera ready: fake 16x32\n"
               "Camera lost: no frame for 2 s; trying again\n"
               "Camera not usable: another program has it; trying again\n");
    assert_int_equal(fg_camera_damaged(f->camera), 1);
}

static void some_damaged_frames_are_counted_and_no_loss(void **state)
{
    fixture *f = *state;
    start(f, &fake_live, &patient, SCRIPT(SOME_DAMAGED));
    for (int i = 0; i < 50; i++) {
        assert_int_equal(take_width(f), 16);
    }
    assert_true(fg_testing_wait(is_streaming, f->camera, FG_TESTING_PATIENCE));
    assert_true(fg_camera_damaged(f->camera) >= 49);
    assert_int_equal(fg_camera_trouble(f->camera, NULL), 0);
    assert_int_equal(read_counter(f, &f->source.opened), 1);
}

static void a_change_wakes_whoever_waits_for_it(void **state)
{
    fixture *f = *state;
    create(f, &fake_live, &patient, SCRIPT(OPEN_BUSY));
    struct pollfd ready = {.fd = fg_camera_changed_fd(f->camera), .events = POLLIN};
    expect_standing(f, "Camera starting");
    assert_int_equal(poll(&ready, 1, 0), 0);
    assert_int_equal(fg_camera_start(f->camera, NULL), 0);
    assert_int_equal(poll(&ready, 1, 30 * 1000), 1);
    expect_standing(f, "Camera not usable: another program has it; trying again");
    assert_int_equal(poll(&ready, 1, 0), 0);
}

static void a_name_that_nothing_has_at_first_is_an_error_for_good(void **state)
{
    fixture *f = *state;
    fg_error error;
    const fg_frame *frame = NULL;
    start(f, &fake_live, &quick, SCRIPT(OPEN_OTHERS, STREAMS));
    assert_int_equal(fg_slot_take(f->slot, fg_clock_monotonic() + PATIENCE, &frame), -ENODATA);
    assert_true(fg_camera_failed(f->camera, &error));
    assert_string_equal(error.text, "No camera \"a\" among the cameras found (b): name one of "
                                    "these, or use auto");
    assert_int_equal(fg_camera_trouble(f->camera, NULL), -ENXIO);
    assert_int_equal(fg_camera_state(f->camera), FG_CAMERA_ENDED);
    assert_int_equal(fg_camera_stop(f->camera), 0);
    assert_int_equal(f->source.opened, 1);
    expect_log("");
}

static void a_name_that_is_gone_later_is_waited_for(void **state)
{
    fixture *f = *state;
    start(f, &fake_live, &steady, SCRIPT(OPEN_NOBODY, OPEN_OTHERS, OPEN_OTHERS, STREAMS));
    assert_true(fg_testing_wait(is_streaming, f->camera, FG_TESTING_PATIENCE));
    assert_int_equal(fg_camera_stop(f->camera), 0);
    expect_log("No camera found; waiting for one\n"
               "No camera \"a\" among the cameras found (b); waiting for it\n"
               "Camera ready: fake 64x32\n");
}

static const struct {
    enum behaviour behaviour;
    const char *call;
} hangs[] = {
    {OPEN_HANGS, "opening"},
    {START_HANGS, "starting"},
    {STOP_HANGS, "stopping"},
    {CLOSE_HANGS, "closing"},
};

/* Has the driver hang in this call. */
static void hang(fixture *f, const fg_supervisor_times *times, size_t i)
{
    start(f, &fake_live, times, &hangs[i].behaviour, 1);
    if (hangs[i].behaviour == STOP_HANGS || hangs[i].behaviour == CLOSE_HANGS) {
        assert_true(fg_testing_wait(is_streaming, f->camera, FG_TESTING_PATIENCE));
        lose(f);
    }
    wait_for(f, &f->source.hanging, 1);
}

static void next_camera(fixture *f)
{
    fg_slot_free(f->slot);
    assert_int_equal(fg_slot_create(&f->slot), 0);
    f->source.hanging = 0;
    f->source.opened = 0;
    f->source.let_go = false;
}

static void a_driver_that_hangs_is_reported_until_it_comes_back(void **state)
{
    fixture *f = *state;
    for (size_t i = 0; i < sizeof(hangs) / sizeof(hangs[0]); i++) {
        fg_error error = {"untouched"};
        char text[128];
        hang(f, &patient, i);
        int64_t now = fg_clock_monotonic();
        assert_false(fg_camera_hangs(f->camera, now, &error));
        assert_string_equal(error.text, "untouched");
        assert_true(fg_camera_hangs(f->camera, now + 3600 * FG_NS_PER_S, &error));
        snprintf(text, sizeof(text),
                 "Camera hangs: its driver has not come back from %s it for 3600 s", hangs[i].call);
        /* The seconds that the test itself took do not count. */
        assert_memory_equal(error.text, text, strlen(text) - strlen("3600 s"));
        let_go(f);
        assert_int_equal(fg_camera_stop(f->camera), 0);
        assert_false(fg_camera_hangs(f->camera, now + 3600 * FG_NS_PER_S, &error));
        f->camera = fg_camera_free(f->camera);
        next_camera(f);
    }
    f->source.freed = 1;
}

/* The limit itself, with nothing but the time to tell both sides of it apart. */
static void a_call_may_take_as_long_as_the_limit_says(void **state)
{
    fixture *f = *state;
    int64_t before = fg_clock_monotonic();
    hang(f, &patient, 0);
    int64_t after = fg_clock_monotonic();
    assert_false(fg_camera_hangs(f->camera, before + FG_CAMERA_CALL_LIMIT, NULL));
    assert_true(fg_camera_hangs(f->camera, after + FG_CAMERA_CALL_LIMIT + 1, NULL));
    let_go(f);
}

/* The thread of such a camera uses it for as long as it lives. */
static fixture left[sizeof(hangs) / sizeof(hangs[0])];

static void a_stop_leaves_a_driver_that_hangs_to_itself(void **state)
{
    (void)state;
    static const fg_supervisor_times hasty = {
        .stall = 3600 * FG_NS_PER_S, .pause = MS, .stop = 50 * MS};
    static const char text[] = "Camera hangs: its driver did not release it within 0.05 s. If it "
                               "stays like this, unplug the camera or run \"sudo reboot\"";
    assert_false(fg_camera_is_stuck());
    for (size_t i = 0; i < sizeof(hangs) / sizeof(hangs[0]); i++) {
        fixture *f = &left[i];
        void *made = NULL;
        const fg_frame *frame = NULL;
        set_up(&made);
        *f = *(fixture *)made;
        free(made);
        hang(f, &hasty, i);
        assert_int_equal(fg_camera_stop(f->camera), -ETIMEDOUT);
        expect_standing(f, text);
        assert_true(fg_camera_is_stuck());
        assert_int_equal(fg_slot_take(f->slot, 0, &frame), -ECANCELED);
        /* Again, and freed: nothing of it may go while the driver may come back to it. */
        assert_int_equal(fg_camera_stop(f->camera), -ETIMEDOUT);
        expect_standing(f, text);
        assert_ptr_equal(fg_camera_free(f->camera), f->camera);
        assert_int_equal(f->source.freed, 0);
        /* It comes back after all, and finds all that is its own. */
        let_go(f);
        wait_for(f, &f->source.closed, 1);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_log, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_trouble_is_logged_once_and_anew_after_a_good_time),
        TEST(a_camera_that_stays_silent_is_reported_once),
        TEST(only_damaged_frames_are_a_loss),
        TEST(silence_after_a_damaged_frame_and_a_good_one_is_silence),
        TEST(some_damaged_frames_are_counted_and_no_loss),
        TEST(a_change_wakes_whoever_waits_for_it),
        TEST(a_name_that_nothing_has_at_first_is_an_error_for_good),
        TEST(a_name_that_is_gone_later_is_waited_for),
        TEST(a_driver_that_hangs_is_reported_until_it_comes_back),
        TEST(a_call_may_take_as_long_as_the_limit_says),
        cmocka_unit_test(a_stop_leaves_a_driver_that_hangs_to_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
