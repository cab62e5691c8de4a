/*
 * The supervisor over a source that does what it is reported, so that loss, silence and return can
 * be had at will.
 */
#include "fake_camera.h"

#include "facegate/clock.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "testing.h"

static void pauses_double_up_to_a_minute(void **state)
{
    (void)state;
    static const int64_t expected[] = {1, 2, 4, 8, 16, 32, 60, 60, 60};
    int64_t pause = 0;
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        pause = fg_supervisor_pause(FG_NS_PER_S, pause, 0);
        assert_int_equal(pause, expected[i] * FG_NS_PER_S);
    }
}

static void pauses_start_over_once_it_ran_for_longer_than_the_last(void **state)
{
    (void)state;
    const int64_t s = FG_NS_PER_S;
    assert_int_equal(fg_supervisor_pause(s, 16 * s, 15 * s), 32 * s);
    assert_int_equal(fg_supervisor_pause(s, 16 * s, 16 * s), 32 * s);
    assert_int_equal(fg_supervisor_pause(s, 16 * s, 17 * s), 1 * s);
    assert_int_equal(fg_supervisor_pause(s, 60 * s, 59 * s), 60 * s);
    assert_int_equal(fg_supervisor_pause(s, 60 * s, 3600 * s), 1 * s);
    assert_int_equal(fg_supervisor_pause(s, 0, 0), 1 * s);
}

static void a_lost_camera_is_opened_again_and_may_have_another_size(void **state)
{
    fixture *f = *state;
    static const enum behaviour script[] = {GETS_LOST, STREAMS};
    START(f, &fake_live, &steady, script);
    int64_t deadline = fg_clock_monotonic() + PATIENCE;
    while (take_width(f) != 32) {
        assert_true(fg_clock_monotonic() < deadline);
    }
    assert_int_equal(read_counter(f, &f->source.closed), 1);
}

static void a_silent_camera_is_opened_again(void **state)
{
    fixture *f = *state;
    static const enum behaviour script[] = {SILENT, STALLS, ONLY_DAMAGED, STREAMS};
    START(f, &fake_live, &quick, script);
    wait_for(f, &f->source.started, 4);
    int64_t deadline = fg_clock_monotonic() + PATIENCE;
    while (take_width(f) < 64) {
        assert_true(fg_clock_monotonic() < deadline);
    }
    assert_true(read_counter(f, &f->source.closed) >= 3);
}

static void a_streaming_camera_is_left_alone(void **state)
{
    fixture *f = *state;
    static const enum behaviour script[] = {STREAMS};
    START(f, &fake_live, &patient, script);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(take_width(f), 16);
    }
    assert_true(fg_testing_wait(is_streaming, f->camera, FG_TESTING_PATIENCE));
    assert_false(fg_camera_failed(f->camera, NULL));
    assert_int_equal(read_counter(f, &f->source.opened), 1);
}

static void what_does_not_open_or_start_is_tried_again(void **state)
{
    fixture *f = *state;
    static const enum behaviour script[] = {OPEN_NOBODY, OPEN_BUSY, START_REFUSED, STREAMS};
    START(f, &fake_live, &steady, script);
    assert_int_equal(take_width(f), 64);
    /* What did not open is not closed, what did not start is not stopped. */
    assert_int_equal(read_counter(f, &f->source.closed), 1);
    assert_int_equal(read_counter(f, &f->source.stopped), 0);
    assert_false(fg_camera_failed(f->camera, NULL));
}

static void what_keeps_it_from_streaming_is_reported(void **state)
{
    fixture *f = *state;
    static const enum behaviour script[] = {OPEN_BUSY};
    fg_error error = {"untouched"};
    f->source.script = script;
    f->source.length = 1;
    assert_int_equal(
        fg_camera_create_with(&fake_live, &f->source, f->slot, &patient, &f->camera, NULL), 0);
    assert_int_equal(fg_camera_trouble(f->camera, &error), 0);
    assert_string_equal(error.text, "untouched");
    assert_int_equal(fg_camera_start(f->camera, NULL), 0);
    assert_true(fg_testing_wait(has_trouble, f->camera, FG_TESTING_PATIENCE));
    assert_int_equal(fg_camera_trouble(f->camera, &error), -EBUSY);
    assert_string_equal(error.text, "another program has it");
}

static void trouble_ends_when_frames_come(void **state)
{
    fixture *f = *state;
    static const enum behaviour script[] = {OPEN_NOBODY, STREAMS};
    START(f, &fake_live, &steady, script);
    assert_int_equal(take_width(f), 32);
    assert_true(fg_testing_wait(is_streaming, f->camera, FG_TESTING_PATIENCE));
    assert_int_equal(fg_camera_trouble(f->camera, NULL), 0);
}

static void a_loss_is_trouble(void **state)
{
    fixture *f = *state;
    static const enum behaviour script[] = {GETS_LOST};
    fg_error error = {""};
    START(f, &fake_live, &patient, script);
    assert_true(fg_testing_wait(has_trouble, f->camera, FG_TESTING_PATIENCE));
    assert_int_equal(fg_camera_trouble(f->camera, &error), -EIO);
    assert_string_equal(error.text, "it was unplugged");
}

static void the_state_follows_the_camera(void **state)
{
    fixture *f = *state;
    static const enum behaviour script[] = {STALLS, OPEN_NOBODY};
    START(f, &fake_live, &quick, script);
    assert_int_equal(take_width(f), 16);
    wait_for(f, &f->source.opened, 2);
    assert_int_equal(fg_camera_state(f->camera), FG_CAMERA_WAITING);
}

static void the_end_ends_the_slot_and_the_state(void **state)
{
    fixture *f = *state;
    static const enum behaviour script[] = {ENDS};
    const fg_frame *frame = NULL;
    START(f, &fake_ending, &quick, script);
    assert_int_equal(take_width(f), 16);
    assert_int_equal(fg_slot_take(f->slot, fg_clock_monotonic() + PATIENCE, &frame), -ENODATA);
    assert_int_equal(fg_camera_state(f->camera), FG_CAMERA_ENDED);
    assert_false(fg_camera_failed(f->camera, NULL));
    wait_for(f, &f->source.closed, 1);
    assert_int_equal(fg_camera_stop(f->camera), 0);
    assert_int_equal(f->source.opened, 1);
    assert_int_equal(fg_camera_state(f->camera), FG_CAMERA_ENDED);
}

static void a_failure_for_good_is_reported_once_the_slot_is_empty(void **state)
{
    fixture *f = *state;
    static const enum behaviour script[] = {FAILS};
    const fg_frame *frame = NULL;
    fg_error error = {0};
    START(f, &fake_ending, &quick, script);
    assert_int_equal(take_width(f), 16);
    assert_int_equal(fg_slot_take(f->slot, fg_clock_monotonic() + PATIENCE, &frame), -ENODATA);
    assert_int_equal(fg_camera_state(f->camera), FG_CAMERA_ENDED);
    assert_true(fg_camera_failed(f->camera, &error));
    assert_string_equal(error.text, "bad.jpg: is empty");
}

static void a_source_that_ends_is_not_tried_again_when_it_does_not_open(void **state)
{
    fixture *f = *state;
    static const enum behaviour script[] = {OPEN_BUSY, STREAMS};
    const fg_frame *frame = NULL;
    fg_error error = {0};
    START(f, &fake_ending, &quick, script);
    assert_int_equal(fg_slot_take(f->slot, fg_clock_monotonic() + PATIENCE, &frame), -ENODATA);
    assert_true(fg_camera_failed(f->camera, &error));
    assert_string_equal(error.text, "another program has it");
    assert_int_equal(fg_camera_stop(f->camera), 0);
    assert_int_equal(f->source.opened, 1);
}

/* With pauses and patience of an hour, only a stop that interrupts them ends this test. */
static void a_stop_ends_it_in_every_state(void **state)
{
    fixture *f = *state;
    static const enum behaviour scripts[] = {STREAMS,     SILENT,    STALLS,        GETS_LOST,
                                             OPEN_NOBODY, OPEN_BUSY, START_REFUSED, ONLY_DAMAGED};
    const fg_frame *frame = NULL;
    for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
        for (int early = 0; early < 2; early++) {
            f->source.opened = 0;
            start(f, &fake_live, &patient, &scripts[i], 1);
            if (!early) {
                wait_for(f, &f->source.opened, 1);
            }
            int64_t before = fg_clock_monotonic();
            assert_int_equal(fg_camera_stop(f->camera), 0);
            assert_int_equal(fg_camera_stop(f->camera), 0);
            assert_true(fg_clock_monotonic() - before < PATIENCE);
            assert_int_equal(f->source.started, f->source.stopped);
            assert_int_not_equal(fg_camera_state(f->camera), FG_CAMERA_STREAMING);
            int result = fg_slot_take(f->slot, 0, &frame);
            if (result == 0) {
                result = fg_slot_take(f->slot, 0, &frame);
            }
            assert_int_equal(result, -ENODATA);
            f->camera = fg_camera_free(f->camera);
            fg_slot_free(f->slot);
            assert_int_equal(fg_slot_create(&f->slot), 0);
        }
    }
    f->source.freed = 1;
}

static void what_was_never_started_can_be_stopped_and_freed(void **state)
{
    fixture *f = *state;
    const fg_frame *frame = NULL;
    assert_int_equal(
        fg_camera_create_with(&fake_live, &f->source, f->slot, &quick, &f->camera, NULL), 0);
    assert_int_equal(fg_camera_stop(f->camera), 0);
    assert_int_equal(fg_slot_take(f->slot, 0, &frame), -ENODATA);
    assert_int_equal(f->source.opened, 0);
    assert_null(fg_camera_free(NULL));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pauses_double_up_to_a_minute),
        cmocka_unit_test(pauses_start_over_once_it_ran_for_longer_than_the_last),
        TEST(a_lost_camera_is_opened_again_and_may_have_another_size),
        TEST(a_silent_camera_is_opened_again),
        TEST(a_streaming_camera_is_left_alone),
        TEST(what_does_not_open_or_start_is_tried_again),
        TEST(what_keeps_it_from_streaming_is_reported),
        TEST(trouble_ends_when_frames_come),
        TEST(a_loss_is_trouble),
        TEST(the_state_follows_the_camera),
        TEST(the_end_ends_the_slot_and_the_state),
        TEST(a_failure_for_good_is_reported_once_the_slot_is_empty),
        TEST(a_source_that_ends_is_not_tried_again_when_it_does_not_open),
        TEST(a_stop_ends_it_in_every_state),
        TEST(what_was_never_started_can_be_stopped_and_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
