#include "facegate/base/signals.h"
#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

/* Threads that the kernel may pick for a signal, as OpenBLAS has them before main. */
#define BYSTANDERS 4

static int descriptor = -1;
static int end_of_bystanders = -1;
static pthread_t bystanders[BYSTANDERS];

static void *stand_by(void *context)
{
    struct pollfd end = {.fd = end_of_bystanders, .events = POLLIN};
    (void)context;
    while (poll(&end, 1, -1) < 0 && errno == EINTR) {
    }
    return NULL;
}

static int open_signals(void **state)
{
    (void)state;
    end_of_bystanders = eventfd(0, EFD_CLOEXEC);
    for (int i = 0; i < BYSTANDERS; i++) {
        if (pthread_create(&bystanders[i], NULL, stand_by, NULL) != 0) {
            return -1;
        }
    }
    descriptor = fg_signals_open();
    return descriptor >= 0 ? 0 : -1;
}

static int end_bystanders(void **state)
{
    (void)state;
    if (eventfd_write(end_of_bystanders, 1) != 0) {
        return -1;
    }
    for (int i = 0; i < BYSTANDERS; i++) {
        pthread_join(bystanders[i], NULL);
    }
    close(end_of_bystanders);
    return 0;
}

static bool is_readable(int milliseconds)
{
    struct pollfd ready = {.fd = descriptor, .events = POLLIN};
    int count;
    do {
        count = poll(&ready, 1, milliseconds);
    } while (count < 0 && errno == EINTR);
    return count == 1;
}

/* Sends a signal to the process and reads until it is reported. */
static void expect(int number, bool stop, bool reload)
{
    bool got_stop = false, got_reload = false;
    assert_int_equal(kill(getpid(), number), 0);
    if (!is_readable((int)(FG_TESTING_PATIENCE * 1000))) {
        fail_msg("signal %d was lost", number);
    }
    fg_signals_read(&got_stop, &got_reload);
    assert_int_equal(got_stop, stop);
    assert_int_equal(got_reload, reload);
    assert_false(is_readable(0));
}

static void without_a_signal_nothing_is_reported(void **state)
{
    (void)state;
    bool stop = true, reload = true;
    assert_false(is_readable(0));
    fg_signals_read(&stop, &reload);
    assert_false(stop);
    assert_false(reload);
}

static void each_signal_is_reported_as_what_it_means(void **state)
{
    (void)state;
    expect(SIGHUP, false, true);
    expect(SIGTERM, true, false);
    expect(SIGHUP, false, true);
    expect(SIGINT, true, false);
}

static void several_signals_are_reported_together(void **state)
{
    (void)state;
    bool stop = false, reload = false;
    assert_int_equal(raise(SIGHUP), 0);
    assert_int_equal(raise(SIGHUP), 0);
    assert_int_equal(raise(SIGTERM), 0);
    assert_true(is_readable(0));
    fg_signals_read(&stop, &reload);
    assert_true(stop);
    assert_true(reload);
    fg_signals_read(&stop, &reload);
    assert_false(stop);
    assert_false(reload);
    assert_false(is_readable(0));
}

static void no_signal_is_lost_whichever_thread_gets_it(void **state)
{
    (void)state;
    sigset_t all, before;
    sigfillset(&all);
    /* Every other round this thread cannot be the one. */
    for (int round = 0; round < 3000; round++) {
        if (round % 2 == 0) {
            assert_int_equal(pthread_sigmask(SIG_BLOCK, &all, &before), 0);
        }
        switch (round % 3) {
        case 0:
            expect(SIGHUP, false, true);
            break;
        case 1:
            expect(SIGTERM, true, false);
            break;
        default:
            expect(SIGINT, true, false);
            break;
        }
        if (round % 2 == 0) {
            assert_int_equal(pthread_sigmask(SIG_SETMASK, &before, NULL), 0);
        }
    }
}

/* How often a reload was reported; the reader asks all the time. */
static _Atomic unsigned reported;
static _Atomic bool reading;

static void *read_all_the_time(void *context)
{
    (void)context;
    while (reading) {
        bool stop, reload;
        fg_signals_read(&stop, &reload);
        if (reload) {
            reported++;
        }
    }
    return NULL;
}

static bool was_reported(void *context)
{
    const unsigned *before = context;
    return reported != *before;
}

static void a_reload_that_comes_while_it_is_read_is_not_lost(void **state)
{
    (void)state;
    pthread_t reader;
    reading = true;
    assert_int_equal(pthread_create(&reader, NULL, read_all_the_time, NULL), 0);
    bool lost = false;
    for (int round = 0; round < 5000 && !lost; round++) {
        unsigned before = reported;
        raise(SIGHUP); /* has been handled, by this thread, when it returns */
        for (int spin = 0; spin < 10000 && reported == before; spin++) {
        }
        lost = !fg_testing_wait(was_reported, &before, FG_TESTING_PATIENCE);
    }
    reading = false;
    pthread_join(reader, NULL);
    assert_false(lost);
}

static void a_handler_leaves_errno_alone(void **state)
{
    (void)state;
    bool stop, reload;
    errno = ENOTUNIQ;
    raise(SIGHUP);
    assert_int_equal(errno, ENOTUNIQ);
    /* Also where its own write fails, because the counter is full. */
    assert_int_equal(eventfd_write(descriptor, UINT64_MAX - 2), 0);
    errno = ENOTUNIQ;
    raise(SIGHUP);
    assert_int_equal(errno, ENOTUNIQ);
    assert_true(is_readable(0));
    fg_signals_read(&stop, &reload);
    assert_true(reload);
    assert_false(is_readable(0));
}

static void a_broken_pipe_is_an_error_and_no_end(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    close(ends[0]);
    assert_int_equal(write(ends[1], "x", 1), -1);
    assert_int_equal(errno, EPIPE);
    close(ends[1]);
}

static void children_do_not_get_the_descriptor(void **state)
{
    (void)state;
    assert_int_equal(fcntl(descriptor, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_signal_nothing_is_reported),
        cmocka_unit_test(each_signal_is_reported_as_what_it_means),
        cmocka_unit_test(several_signals_are_reported_together),
        cmocka_unit_test(no_signal_is_lost_whichever_thread_gets_it),
        cmocka_unit_test(a_reload_that_comes_while_it_is_read_is_not_lost),
        cmocka_unit_test(a_handler_leaves_errno_alone),
        cmocka_unit_test(a_broken_pipe_is_an_error_and_no_end),
        cmocka_unit_test(children_do_not_get_the_descriptor),
    };
    return cmocka_run_group_tests(tests, open_signals, end_bystanders);
}
