/*
 * The keeper over a source that does what it is told, so that loss, silence and return can be had
 * at will.
 */
#include "camera/keeper.h"

#include "facegate/clock.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "testing.h"

#define MS       FG_NS_PER_MS
#define PATIENCE (30 * FG_NS_PER_S)

enum behaviour {
    STREAMS,       /* frame after frame */
    SILENT,        /* starts, and gives nothing */
    STALLS,        /* one frame, then nothing */
    GETS_LOST,     /* one frame, then it says so */
    ONLY_DAMAGED,  /* no frame is of use */
    ENDS,          /* one frame, then the end */
    FAILS,         /* one frame, then an error that is for good */
    OPEN_NOBODY,   /* open: -ENODEV */
    OPEN_BUSY,     /* open: -EBUSY */
    START_REFUSED, /* start: -EIO */
};

typedef struct fake {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    const enum behaviour *script; /* one for each opening; the last goes on */
    int length;
    int opened, closed, started, stopped, freed;
    int width; /* of the frames, differs with each opening */
    bool stop;
    uint64_t sequence;
    fg_slot *slot;
    struct fg_camera *keeper;
    pthread_t thread;
} fake;

static enum behaviour now(const fake *f)
{
    int turn = f->opened <= f->length ? f->opened : f->length;
    return f->script[turn - 1];
}

static void note(fake *f, int *counter)
{
    pthread_mutex_lock(&f->mutex);
    ++*counter;
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->mutex);
}

static void publish(fake *f)
{
    fg_frame *frame = fg_slot_frame(f->slot);
    assert_int_equal(fg_frame_resize(frame, f->width, 32), 0);
    frame->sequence = f->sequence++;
    frame->monotonic = fg_clock_monotonic();
    fg_slot_publish(f->slot);
    fg_keeper_frame(f->keeper);
}

static void wait_for_stop(fake *f)
{
    pthread_mutex_lock(&f->mutex);
    while (!f->stop) {
        pthread_cond_wait(&f->changed, &f->mutex);
    }
    pthread_mutex_unlock(&f->mutex);
}

static bool is_stopped(fake *f)
{
    pthread_mutex_lock(&f->mutex);
    bool stop = f->stop;
    pthread_mutex_unlock(&f->mutex);
    return stop;
}

static void *run(void *argument)
{
    fake *f = argument;
    fg_error error = {0};
    enum behaviour behaviour = now(f);
    if (behaviour != SILENT && behaviour != ONLY_DAMAGED) {
        publish(f);
    }
    switch (behaviour) {
    case STREAMS:
        while (!is_stopped(f)) {
            publish(f);
        }
        break;
    case ONLY_DAMAGED:
        fg_keeper_damaged(f->keeper, "torn in two");
        break;
    case GETS_LOST:
        fg_keeper_lost(f->keeper, "it was unplugged");
        break;
    case ENDS:
        fg_keeper_ended(f->keeper, NULL);
        break;
    case FAILS:
        fg_error_set(&error, 0, "bad.jpg: is empty");
        fg_keeper_ended(f->keeper, &error);
        break;
    default:
        break;
    }
    wait_for_stop(f);
    return NULL;
}

static int fake_open(void *source, char ret_description[FG_SOURCE_DESCRIPTION], fg_error *error)
{
    fake *f = source;
    note(f, &f->opened);
    f->width = 16 * f->opened;
    if (now(f) == OPEN_NOBODY) {
        return fg_error_set(error, -ENODEV, "No camera found");
    }
    if (now(f) == OPEN_BUSY) {
        return fg_error_set(error, -EBUSY, "another program has it");
    }
    snprintf(ret_description, FG_SOURCE_DESCRIPTION, "fake %dx32", f->width);
    return 0;
}

static int fake_start(void *source, fg_slot *slot, struct fg_camera *keeper, fg_error *error)
{
    fake *f = source;
    if (now(f) == START_REFUSED) {
        return fg_error_set(error, -EIO, "it does not start");
    }
    f->slot = slot;
    f->keeper = keeper;
    f->stop = false;
    assert_int_equal(pthread_create(&f->thread, NULL, run, f), 0);
    note(f, &f->started);
    return 0;
}

static void fake_stop(void *source)
{
    fake *f = source;
    pthread_mutex_lock(&f->mutex);
    f->stop = true;
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->mutex);
    pthread_join(f->thread, NULL);
    note(f, &f->stopped);
}

static void fake_close(void *source)
{
    fake *f = source;
    note(f, &f->closed);
}

static void fake_free(void *source)
{
    fake *f = source;
    note(f, &f->freed);
}

static const fg_source_ops live = {
    .open = fake_open,
    .start = fake_start,
    .stop = fake_stop,
    .close = fake_close,
    .free = fake_free,
};

static const fg_source_ops ending = {
    .ends = true,
    .open = fake_open,
    .start = fake_start,
    .stop = fake_stop,
    .close = fake_close,
    .free = fake_free,
};

/* Short, so that nothing here takes long; no test depends on how long. */
static const fg_keeper_times quick = {.stall = 20 * MS, .pause = MS};
static const fg_keeper_times steady = {.stall = 3600 * FG_NS_PER_S, .pause = MS};
static const fg_keeper_times patient = {.stall = 3600 * FG_NS_PER_S, .pause = 3600 * FG_NS_PER_S};

typedef struct fixture {
    fake source;
    fg_slot *slot;
    fg_camera *camera;
} fixture;

static void start(fixture *f, const fg_source_ops *ops, const fg_keeper_times *times,
                  const enum behaviour *script, size_t length)
{
    f->source.script = script;
    f->source.length = (int)length;
    assert_int_equal(fg_camera_create_with(ops, &f->source, f->slot, times, &f->camera, NULL), 0);
    assert_int_equal(fg_camera_state(f->camera), FG_CAMERA_WAITING);
    assert_int_equal(fg_camera_start(f->camera, NULL), 0);
}
#define START(f, ops, times, script)                                                               \
    start(f, ops, times, script, sizeof(script) / sizeof((script)[0]))

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof(*f));
    pthread_condattr_t attributes;
    assert_non_null(f);
    pthread_mutex_init(&f->source.mutex, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&f->source.changed, &attributes);
    pthread_condattr_destroy(&attributes);
    assert_int_equal(fg_slot_create(&f->slot), 0);
    *state = f;
    return 0;
}

/* Whatever happened: what was opened is closed, what was started is stopped, and all of it is freed
 * once. */
static int tear_down(void **state)
{
    fixture *f = *state;
    assert_null(fg_camera_free(f->camera));
    assert_int_equal(f->source.started, f->source.stopped);
    assert_int_equal(f->source.freed, 1);
    fg_slot_free(f->slot);
    pthread_cond_destroy(&f->source.changed);
    pthread_mutex_destroy(&f->source.mutex);
    free(f);
    return 0;
}

static void wait_for(fixture *f, const int *counter, int value)
{
    int64_t deadline = fg_clock_monotonic() + PATIENCE;
    struct timespec until = {deadline / FG_NS_PER_S, deadline % FG_NS_PER_S};
    int result = 0;
    pthread_mutex_lock(&f->source.mutex);
    while (*counter < value && result == 0) {
        result = pthread_cond_timedwait(&f->source.changed, &f->source.mutex, &until);
    }
    pthread_mutex_unlock(&f->source.mutex);
    assert_int_equal(result, 0);
}

static int read_counter(fixture *f, const int *counter)
{
    pthread_mutex_lock(&f->source.mutex);
    int value = *counter;
    pthread_mutex_unlock(&f->source.mutex);
    return value;
}

static int take_width(fixture *f)
{
    const fg_frame *frame = NULL;
    assert_int_equal(fg_slot_take(f->slot, fg_clock_monotonic() + PATIENCE, &frame), 0);
    return frame->width;
}

static void pauses_double_up_to_a_minute(void **state)
{
    (void)state;
    static const int expected[] = {1, 2, 4, 8, 16, 32, 60, 60, 60};
    for (int attempt = 0; attempt < 9; attempt++) {
        assert_int_equal(fg_keeper_pause(attempt), expected[attempt]);
    }
    assert_int_equal(fg_keeper_pause(31), 60);
    assert_int_equal(fg_keeper_pause(1000000), 60);
    assert_int_equal(fg_keeper_default_times.stall, 5 * FG_NS_PER_S);
    assert_int_equal(fg_keeper_default_times.pause, FG_NS_PER_S);
}

static void a_lost_camera_is_opened_again_and_may_have_another_size(void **state)
{
    fixture *f = *state;
    static const enum behaviour script[] = {GETS_LOST, STREAMS};
    START(f, &live, &steady, script);
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
    START(f, &live, &quick, script);
    wait_for(f, &f->source.started, 4);
    int64_t deadline = fg_clock_monotonic() + PATIENCE;
    while (take_width(f) < 64) {
        assert_true(fg_clock_monotonic() < deadline);
    }
    assert_true(read_counter(f, &f->source.closed) >= 3);
}

static bool is_streaming(void *camera)
{
    return fg_camera_state(camera) == FG_CAMERA_STREAMING;
}

static void a_streaming_camera_is_left_alone(void **state)
{
    fixture *f = *state;
    static const enum behaviour script[] = {STREAMS};
    START(f, &live, &patient, script);
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
    START(f, &live, &steady, script);
    assert_int_equal(take_width(f), 64);
    /* What did not open is not closed, what did not start is not stopped. */
    assert_int_equal(read_counter(f, &f->source.closed), 1);
    assert_int_equal(read_counter(f, &f->source.stopped), 0);
    assert_false(fg_camera_failed(f->camera, NULL));
}

static bool has_trouble(void *context)
{
    return fg_camera_trouble(context, NULL) != 0;
}

static void what_keeps_it_from_streaming_is_told(void **state)
{
    fixture *f = *state;
    static const enum behaviour script[] = {OPEN_BUSY};
    fg_error error = {"untouched"};
    f->source.script = script;
    f->source.length = 1;
    assert_int_equal(fg_camera_create_with(&live, &f->source, f->slot, &patient, &f->camera, NULL),
                     0);
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
    START(f, &live, &steady, script);
    assert_int_equal(take_width(f), 32);
    assert_true(fg_testing_wait(is_streaming, f->camera, FG_TESTING_PATIENCE));
    assert_int_equal(fg_camera_trouble(f->camera, NULL), 0);
}

static void a_loss_is_trouble(void **state)
{
    fixture *f = *state;
    static const enum behaviour script[] = {GETS_LOST};
    fg_error error = {""};
    START(f, &live, &patient, script);
    assert_true(fg_testing_wait(has_trouble, f->camera, FG_TESTING_PATIENCE));
    assert_int_equal(fg_camera_trouble(f->camera, &error), -EIO);
    assert_string_equal(error.text, "it was unplugged");
}

static void the_state_follows_the_camera(void **state)
{
    fixture *f = *state;
    static const enum behaviour script[] = {STALLS, OPEN_NOBODY};
    START(f, &live, &quick, script);
    assert_int_equal(take_width(f), 16);
    wait_for(f, &f->source.opened, 2);
    assert_int_equal(fg_camera_state(f->camera), FG_CAMERA_WAITING);
}

static void the_end_ends_the_slot_and_the_state(void **state)
{
    fixture *f = *state;
    static const enum behaviour script[] = {ENDS};
    const fg_frame *frame = NULL;
    START(f, &ending, &quick, script);
    assert_int_equal(take_width(f), 16);
    assert_int_equal(fg_slot_take(f->slot, fg_clock_monotonic() + PATIENCE, &frame), -ENODATA);
    assert_int_equal(fg_camera_state(f->camera), FG_CAMERA_ENDED);
    assert_false(fg_camera_failed(f->camera, NULL));
    wait_for(f, &f->source.closed, 1);
    fg_camera_stop(f->camera);
    assert_int_equal(f->source.opened, 1);
    assert_int_equal(fg_camera_state(f->camera), FG_CAMERA_ENDED);
}

static void a_failure_for_good_is_told_once_the_slot_is_empty(void **state)
{
    fixture *f = *state;
    static const enum behaviour script[] = {FAILS};
    const fg_frame *frame = NULL;
    fg_error error = {0};
    START(f, &ending, &quick, script);
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
    START(f, &ending, &quick, script);
    assert_int_equal(fg_slot_take(f->slot, fg_clock_monotonic() + PATIENCE, &frame), -ENODATA);
    assert_true(fg_camera_failed(f->camera, &error));
    assert_string_equal(error.text, "another program has it");
    fg_camera_stop(f->camera);
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
            start(f, &live, &patient, &scripts[i], 1);
            if (!early) {
                wait_for(f, &f->source.opened, 1);
            }
            int64_t before = fg_clock_monotonic();
            fg_camera_stop(f->camera);
            fg_camera_stop(f->camera);
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
    assert_int_equal(fg_camera_create_with(&live, &f->source, f->slot, &quick, &f->camera, NULL),
                     0);
    fg_camera_stop(f->camera);
    assert_int_equal(fg_slot_take(f->slot, 0, &frame), -ENODATA);
    assert_int_equal(f->source.opened, 0);
    assert_null(fg_camera_free(NULL));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pauses_double_up_to_a_minute),
        TEST(a_lost_camera_is_opened_again_and_may_have_another_size),
        TEST(a_silent_camera_is_opened_again),
        TEST(a_streaming_camera_is_left_alone),
        TEST(what_does_not_open_or_start_is_tried_again),
        TEST(what_keeps_it_from_streaming_is_told),
        TEST(trouble_ends_when_frames_come),
        TEST(a_loss_is_trouble),
        TEST(the_state_follows_the_camera),
        TEST(the_end_ends_the_slot_and_the_state),
        TEST(a_failure_for_good_is_told_once_the_slot_is_empty),
        TEST(a_source_that_ends_is_not_tried_again_when_it_does_not_open),
        TEST(a_stop_ends_it_in_every_state),
        TEST(what_was_never_started_can_be_stopped_and_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
