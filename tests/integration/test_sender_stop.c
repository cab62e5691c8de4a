/* However the backend behaves, a stop takes no longer than it may, and wastes no event. */
#include "facegate/clock.h"
#include "post_office.h"

#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

/* A machine at its limits may take this many seconds to wake a thread. */
#define LEEWAY 0.8

static post_office office;
static sem_t asked, answered;

/* Stands before the C library's getaddrinfo, and takes as long over "silent.invalid" as a name
 * server that is gone. */
int find(const char *node, const char *service, const struct addrinfo *hints,
         struct addrinfo **result) __asm__("getaddrinfo");

int find(const char *node, const char *service, const struct addrinfo *hints,
         struct addrinfo **result)
{
    int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    if (node != NULL && strcmp(node, "silent.invalid") == 0) {
        struct timespec patience;
        clock_gettime(CLOCK_MONOTONIC, &patience);
        patience.tv_sec += 5;
        sem_post(&asked);
        while (sem_clockwait(&answered, CLOCK_MONOTONIC, &patience) != 0 && errno == EINTR) {
        }
        return EAI_AGAIN;
    }
    *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    return real(node, service, hints, result);
}

static double stop_takes(double drain_timeout)
{
    double start = fg_testing_now();
    fg_sender_stop(office.sender, drain_timeout);
    return fg_testing_now() - start;
}

static void an_idle_sender_ends_at_once(void **state)
{
    (void)state;
    post_office_send(&office);
    post_office_put(&office, 1);
    post_office_expect_sent(&office, 1);
    assert_true(stop_takes(60) < LEEWAY);
}

static void a_hanging_backend_delays_it_by_the_drain_timeout_at_most(void **state)
{
    (void)state;
    office.options.timeout = 60;
    fg_receiver_control(&office.receiver, "{\"mode\": \"hang\"}");
    post_office_send(&office);
    post_office_put(&office, 3);
    fg_receiver_expect_seen(&office.receiver, 1);
    double taken = stop_takes(0.5);
    assert_true(taken >= 0.5);
    assert_true(taken < 0.5 + LEEWAY);
    assert_int_equal(post_office_ledger(&office).waiting, 3);
}

static void freeing_stops_at_once_in_the_middle_of_a_request(void **state)
{
    (void)state;
    office.options.timeout = 60;
    fg_receiver_control(&office.receiver, "{\"mode\": \"hang\"}");
    post_office_send(&office);
    post_office_put(&office, 1);
    fg_receiver_expect_seen(&office.receiver, 1);
    double start = fg_testing_now();
    office.sender = fg_sender_free(office.sender);
    assert_true(fg_testing_now() - start < LEEWAY);
    assert_int_equal(post_office_ledger(&office).waiting, 1);
}

static void a_back_off_is_ended_and_what_waits_is_sent(void **state)
{
    (void)state;
    fg_receiver_control(&office.receiver, "{\"mode\": \"status\", \"code\": 503, "
                                          "\"retry_after\": 600, \"count\": 1}");
    post_office_send(&office);
    post_office_put(&office, 5);
    post_office_expect_log(&office, "next attempt in 600.0 s", 1);
    assert_true(stop_takes(20) < 5);
    assert_int_equal(post_office_ledger(&office).sent, 5);
    post_office_expect_all(&office, 5);
}

static void a_failing_backend_is_tried_a_few_times_in_the_drain(void **state)
{
    (void)state;
    office.paces.backoff_least = office.paces.backoff_most = 3600 * FG_NS_PER_S;
    fg_receiver_control(&office.receiver, "{\"mode\": \"status\", \"code\": 500}");
    post_office_send(&office);
    post_office_put(&office, 1);
    post_office_expect_log(&office, "Failed to send auth data: 500", 1);
    double taken = stop_takes(1);
    assert_true(taken >= 1);
    assert_true(taken < 1 + LEEWAY);
    cJSON *seen = fg_receiver_seen(&office.receiver);
    int attempts = cJSON_GetArraySize(seen);
    cJSON_Delete(seen);
    assert_in_range(attempts, 3, 6);
    assert_int_equal(post_office_ledger(&office).waiting, 1);
}

static void a_backend_that_comes_back_in_the_drain_gets_everything(void **state)
{
    (void)state;
    office.paces.backoff_least = office.paces.backoff_most = 3600 * FG_NS_PER_S;
    post_office_send(&office);
    fg_receiver_control(&office.receiver, "{\"mode\": \"status\", \"code\": 500, \"count\": 3}");
    post_office_put(&office, 4);
    post_office_expect_log(&office, "Failed to send auth data: 500", 1);
    assert_true(stop_takes(20) < 10);
    assert_int_equal(post_office_ledger(&office).sent, 4);
}

static void nothing_listening_delays_it_by_the_drain_timeout_at_most(void **state)
{
    (void)state;
    fg_receiver_stop(&office.receiver);
    post_office_put(&office, 1);
    post_office_send(&office);
    post_office_expect_log(&office, "Network error sending auth data: ", 1);
    assert_true(stop_takes(0.5) < 0.5 + LEEWAY);
    assert_int_equal(post_office_ledger(&office).waiting, 1);
}

/* An address that swallows packets keeps connecting until asked to stop. */
static void a_connection_that_is_not_made_does_not_hold_it_up(void **state)
{
    (void)state;
    office.options.url = "http://192.0.2.1:9";
    office.options.connect_timeout = office.options.timeout = 60;
    post_office_put(&office, 1);
    post_office_send(&office);
    assert_true(stop_takes(0.3) < 0.3 + LEEWAY);
    assert_int_equal(post_office_ledger(&office).waiting, 1);
}

static void a_name_server_that_is_silent_does_not_hold_it_up(void **state)
{
    (void)state;
    office.options.url = "http://silent.invalid";
    office.options.connect_timeout = office.options.timeout = 60;
    assert_int_equal(sem_init(&asked, 0, 0), 0);
    assert_int_equal(sem_init(&answered, 0, 0), 0);
    post_office_put(&office, 1);
    post_office_send(&office);
    while (sem_wait(&asked) != 0) {
    }
    double taken = stop_takes(0.3);
    double start = fg_testing_now();
    office.sender = fg_sender_free(office.sender);
    double freed = fg_testing_now() - start;
    sem_post(&answered);
    assert_true(taken < 0.3 + LEEWAY);
    assert_true(freed < LEEWAY);
    assert_int_equal(post_office_ledger(&office).waiting, 1);
}

static void a_hundred_stops_at_any_time_lose_and_double_nothing(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++) {
        post_office_send(&office);
        post_office_put(&office, i % 4);
        assert_true(stop_takes(i % 2 == 0 ? 0 : 5) < LEEWAY);
        office.sender = fg_sender_free(office.sender);
    }
    post_office_send(&office);
    assert_true(stop_takes(20) < 10);
    assert_int_equal(post_office_ledger(&office).sent, office.made);
    post_office_expect_all(&office, office.made);
}

static void what_was_never_started_can_be_stopped_and_freed(void **state)
{
    (void)state;
    assert_int_equal(fg_sender_create(&office.options, office.outbox, &office.sender, NULL), 0);
    fg_sender_kick(office.sender);
    assert_true(stop_takes(5) < LEEWAY);
    assert_null(fg_sender_free(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_OFFICE(an_idle_sender_ends_at_once),
        WITH_OFFICE(a_hanging_backend_delays_it_by_the_drain_timeout_at_most),
        WITH_OFFICE(freeing_stops_at_once_in_the_middle_of_a_request),
        WITH_OFFICE(a_back_off_is_ended_and_what_waits_is_sent),
        WITH_OFFICE(a_failing_backend_is_tried_a_few_times_in_the_drain),
        WITH_OFFICE(a_backend_that_comes_back_in_the_drain_gets_everything),
        WITH_OFFICE(nothing_listening_delays_it_by_the_drain_timeout_at_most),
        WITH_OFFICE(a_connection_that_is_not_made_does_not_hold_it_up),
        WITH_OFFICE(a_name_server_that_is_silent_does_not_hold_it_up),
        WITH_OFFICE(a_hundred_stops_at_any_time_lose_and_double_nothing),
        WITH_OFFICE(what_was_never_started_can_be_stopped_and_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
