#include "fake_camera.h"

#include "facegate/clock.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

const fg_supervisor_times quick = {.stall = 20 * MS, .pause = MS, .stop = PATIENCE};
const fg_supervisor_times leisurely = {.stall = 2 * FG_NS_PER_S, .pause = MS, .stop = PATIENCE};
const fg_supervisor_times steady = {.stall = 3600 * FG_NS_PER_S, .pause = MS, .stop = PATIENCE};
const fg_supervisor_times patient = {
    .stall = 3600 * FG_NS_PER_S, .pause = 3600 * FG_NS_PER_S, .stop = PATIENCE};

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

static void set(fake *f, bool *flag)
{
    pthread_mutex_lock(&f->mutex);
    *flag = true;
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->mutex);
}

static bool is_set(fake *f, const bool *flag)
{
    pthread_mutex_lock(&f->mutex);
    bool value = *flag;
    pthread_mutex_unlock(&f->mutex);
    return value;
}

static void wait_until_set(fake *f, const bool *flag)
{
    pthread_mutex_lock(&f->mutex);
    while (!*flag) {
        pthread_cond_wait(&f->changed, &f->mutex);
    }
    pthread_mutex_unlock(&f->mutex);
}

static void hang_if(fake *f, enum behaviour behaviour)
{
    if (now(f) == behaviour) {
        note(f, &f->hanging);
        wait_until_set(f, &f->let_go);
    }
}

static void publish(fake *f)
{
    fg_frame *frame = fg_slot_frame(f->slot);
    assert_int_equal(fg_frame_resize(frame, f->width, 32), 0);
    frame->sequence = f->sequence++;
    frame->monotonic = fg_clock_monotonic();
    fg_slot_publish(f->slot);
    fg_supervisor_frame(f->supervisor);
}

static void stream(fake *f, bool some_damaged)
{
    while (!is_set(f, &f->stop) && !is_set(f, &f->lose)) {
        if (some_damaged) {
            fg_supervisor_damaged(f->supervisor, "torn in two");
        }
        publish(f);
    }
    if (is_set(f, &f->lose)) {
        fg_supervisor_lost(f->supervisor, "it was unplugged");
        fg_supervisor_lost(f->supervisor,
                           "it takes no more requests"); /* what follows from the first */
    }
}

static void *run(void *argument)
{
    fake *f = argument;
    fg_error error = {0};
    enum behaviour behaviour = now(f);
    if (behaviour == WAS_DAMAGED || behaviour == ONLY_DAMAGED) {
        fg_supervisor_damaged(f->supervisor, "torn in two");
    }
    if (behaviour != SILENT && behaviour != ONLY_DAMAGED) {
        publish(f);
    }
    switch (behaviour) {
    case STREAMS:
    case STOP_HANGS:
    case CLOSE_HANGS:
    case SOME_DAMAGED:
        stream(f, behaviour == SOME_DAMAGED);
        break;
    case GETS_LOST:
        fg_supervisor_lost(f->supervisor, "it was unplugged");
        break;
    case ENDS:
        fg_supervisor_ended(f->supervisor, NULL);
        break;
    case FAILS:
        fg_error_set(&error, 0, "bad.jpg: is empty");
        fg_supervisor_ended(f->supervisor, &error);
        break;
    default:
        break;
    }
    wait_until_set(f, &f->stop);
    return NULL;
}

static int fake_open(void *source, char ret_description[FG_SOURCE_DESCRIPTION], fg_error *error)
{
    fake *f = source;
    note(f, &f->opened);
    f->width = 16 * f->opened;
    hang_if(f, OPEN_HANGS);
    switch (now(f)) {
    case OPEN_NOBODY:
        return fg_error_set(error, -ENODEV, "No camera found");
    case OPEN_OTHERS:
        return fg_error_set(error, -ENXIO, "No camera \"a\" among the cameras found (b)");
    case OPEN_BUSY:
        return fg_error_set(error, -EBUSY, "another program has it");
    default:
        snprintf(ret_description, FG_SOURCE_DESCRIPTION, "fake %dx32", f->width);
        return 0;
    }
}

static int fake_start(void *source, fg_slot *slot, struct fg_camera *supervisor, fg_error *error)
{
    fake *f = source;
    hang_if(f, START_HANGS);
    if (now(f) == START_REFUSED) {
        return fg_error_set(error, -EIO, "it does not start");
    }
    pthread_mutex_lock(&f->mutex);
    f->slot = slot;
    f->supervisor = supervisor;
    f->stop = false;
    f->lose = false;
    pthread_mutex_unlock(&f->mutex);
    assert_int_equal(pthread_create(&f->thread, NULL, run, f), 0);
    note(f, &f->started);
    return 0;
}

static void fake_stop(void *source)
{
    fake *f = source;
    hang_if(f, STOP_HANGS);
    set(f, &f->stop);
    pthread_join(f->thread, NULL);
    note(f, &f->stopped);
}

static void fake_close(void *source)
{
    fake *f = source;
    hang_if(f, CLOSE_HANGS);
    note(f, &f->closed);
}

static void fake_free(void *source)
{
    fake *f = source;
    note(f, &f->freed);
}

const fg_source_ops fake_live = {
    .open = fake_open,
    .start = fake_start,
    .stop = fake_stop,
    .close = fake_close,
    .free = fake_free,
};

const fg_source_ops fake_ending = {
    .ends = true,
    .open = fake_open,
    .start = fake_start,
    .stop = fake_stop,
    .close = fake_close,
    .free = fake_free,
};

void create(fixture *f, const fg_source_ops *ops, const fg_supervisor_times *times,
            const enum behaviour *script, size_t length)
{
    f->source.script = script;
    f->source.length = (int)length;
    assert_int_equal(fg_camera_create_with(ops, &f->source, f->slot, times, &f->camera, NULL), 0);
    assert_int_equal(fg_camera_state(f->camera), FG_CAMERA_WAITING);
}

void start(fixture *f, const fg_source_ops *ops, const fg_supervisor_times *times,
           const enum behaviour *script, size_t length)
{
    create(f, ops, times, script, length);
    assert_int_equal(fg_camera_start(f->camera, NULL), 0);
}

int set_up(void **state)
{
    fixture *f = calloc(1, sizeof(*f));
    assert_non_null(f);
    pthread_mutex_init(&f->source.mutex, NULL);
    fg_clock_condition(&f->source.changed);
    assert_int_equal(fg_slot_create(&f->slot), 0);
    *state = f;
    return 0;
}

int tear_down(void **state)
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

void wait_for(fixture *f, const int *counter, int value)
{
    int64_t deadline = fg_clock_monotonic() + PATIENCE;
    int result = 0;
    pthread_mutex_lock(&f->source.mutex);
    while (*counter < value && result == 0) {
        result = fg_clock_wait(&f->source.changed, &f->source.mutex, deadline);
    }
    pthread_mutex_unlock(&f->source.mutex);
    assert_int_equal(result, 0);
}

int read_counter(fixture *f, const int *counter)
{
    pthread_mutex_lock(&f->source.mutex);
    int value = *counter;
    pthread_mutex_unlock(&f->source.mutex);
    return value;
}

void lose(fixture *f)
{
    set(&f->source, &f->source.lose);
}

void let_go(fixture *f)
{
    set(&f->source, &f->source.let_go);
}

bool is_streaming(void *camera)
{
    return fg_camera_state(camera) == FG_CAMERA_STREAMING;
}

bool has_trouble(void *camera)
{
    return fg_camera_trouble(camera, NULL) != 0;
}

int take_width(fixture *f)
{
    const fg_frame *frame = NULL;
    assert_int_equal(fg_slot_take(f->slot, fg_clock_monotonic() + PATIENCE, &frame), 0);
    return frame->width;
}
