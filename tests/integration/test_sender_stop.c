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

/* Seconds. What a stop must not wait for lasts AGES. A machine at its limits may take LEEWAY to run
 * a thread. */
#define AGES   100
#define LEEWAY 20.0

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
        patience.tv_sec += AGES;
        sem_post(&asked);
        while (sem_clockwait(&answered, CLOCK_MONOTONIC, &patience) != 0 && errno == EINTR) {
        }
        return EAI_AGAIN;
    }
    *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    return real(node, service, hints, result);
}

static void wait_until_asked(void)
{
    struct timespec patience;
    int result;
    clock_gettime(CLOCK_MONOTONIC, &patience);
    patience.tv_sec += (time_t)FG_TESTING_PATIENCE;
    do {
        result = sem_clockwait(&asked, CLOCK_MONOTONIC, &patience);
    } while (result != 0 && errno == EINTR);
    assert_int_equal(result, 0);
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
    assert_true(stop_takes(AGES) < LEEWAY);
}

static void a_hanging_backend_delays_it_by_the_drain_timeout_at_most(void **state)
{
    (void)state;
    office.options.timeout = AGES;
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
    office.options.timeout = AGES;
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
    assert_true(stop_takes(AGES) < LEEWAY);
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
    double taken = stop_takes(2);
    assert_true(taken >= 2);
    assert_true(taken < 2 + LEEWAY);
    cJSON *seen = fg_receiver_seen(&office.receiver);
    int attempts = cJSON_GetArraySize(seen);
    cJSON_Delete(seen);
    /* One before the stop, then one every quarter of a second at most. */
    assert_in_range(attempts, 3, 10);
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
    assert_true(stop_takes(AGES) < LEEWAY);
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
    office.options.connect_timeout = office.options.timeout = AGES;
    post_office_put(&office, 1);
    post_office_send(&office);
    assert_true(stop_takes(0.3) < 0.3 + LEEWAY);
    assert_int_equal(post_office_ledger(&office).waiting, 1);
}

static void a_name_server_that_is_silent_does_not_hold_it_up(void **state)
{
    (void)state;
    office.options.url = "http://silent.invalid";
    office.options.connect_timeout = office.options.timeout = AGES;
    assert_int_equal(sem_init(&asked, 0, 0), 0);
    assert_int_equal(sem_init(&answered, 0, 0), 0);
    post_office_put(&office, 1);
    post_office_send(&office);
    wait_until_asked();
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
        assert_true(stop_takes(i % 2 == 0 ? 0 : AGES) < LEEWAY);
        office.sender = fg_sender_free(office.sender);
    }
    post_office_send(&office);
    stop_takes(AGES);
    assert_int_equal(post_office_ledger(&office).sent, office.made);
    post_office_expect_all(&office, office.made);
}

static void what_was_never_started_can_be_stopped_and_freed(void **state)
{
    (void)state;
    assert_int_equal(post_office_make_sender(&office, NULL), 0);
    fg_sender_kick(office.sender);
    assert_true(stop_takes(AGES) < LEEWAY);
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
