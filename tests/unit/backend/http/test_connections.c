#include "facegate/clock.h"
#include "http/connections.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static fg_connections *connections;
static fg_connection *connection;
static int ends[2]; /* ours, and the client's */

static int set_up(void **state)
{
    (void)state;
    assert_int_equal(fg_connections_create(&connections), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    connection = fg_connections_add(connections, ends[0], 0);
    assert_non_null(connection);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fg_connections_remove(connections, connection);
    assert_int_equal(fg_connections_count(connections), 0);
    fg_connections_free(connections);
    close(ends[0]);
    close(ends[1]);
    return 0;
}

static bool is_ended(void)
{
    struct pollfd client = {.fd = ends[1], .events = POLLRDHUP};
    return poll(&client, 1, 0) == 1;
}

static void a_request_that_drips_in_is_ended(void **state)
{
    (void)state;
    fg_connections_tick(connections, 60 * FG_NS_PER_S);
    assert_false(is_ended());
    fg_connections_tick(connections, 61 * FG_NS_PER_S);
    assert_true(is_ended());
    fg_connections_tick(connections, 62 * FG_NS_PER_S);
}

static void an_answer_has_ten_minutes(void **state)
{
    (void)state;
    fg_connections_enter(connections, connection, FG_PHASE_ANSWERING, 50 * FG_NS_PER_S);
    fg_connections_tick(connections, 650 * FG_NS_PER_S);
    assert_false(is_ended());
    fg_connections_tick(connections, 651 * FG_NS_PER_S);
    assert_true(is_ended());
}

static void a_stream_has_no_end(void **state)
{
    (void)state;
    fg_connections_enter(connections, connection, FG_PHASE_STREAMING, 0);
    fg_connections_tick(connections, 100000 * FG_NS_PER_S);
    assert_false(is_ended());
}

static void the_next_request_has_its_own_time(void **state)
{
    (void)state;
    fg_connections_enter(connections, connection, FG_PHASE_ANSWERING, 59 * FG_NS_PER_S);
    fg_connections_enter(connections, connection, FG_PHASE_ARRIVING, 60 * FG_NS_PER_S);
    fg_connections_tick(connections, 120 * FG_NS_PER_S);
    assert_false(is_ended());
}

static void settling_waits_for_answers_only(void **state)
{
    (void)state;
    int64_t began = fg_clock_monotonic();
    fg_connections_settle(connections, began + 60 * FG_NS_PER_S);
    assert_true(fg_clock_monotonic() - began < 30 * FG_NS_PER_S);
    fg_connections_enter(connections, connection, FG_PHASE_ANSWERING, began);
    fg_connections_settle(connections, fg_clock_monotonic() + FG_NS_PER_MS);
    fg_connections_enter(connections, connection, FG_PHASE_ARRIVING, began);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_request_that_drips_in_is_ended),
        TEST(an_answer_has_ten_minutes),
        TEST(a_stream_has_no_end),
        TEST(the_next_request_has_its_own_time),
        TEST(settling_waits_for_answers_only),
    };
    return cmocka_run_group_tests_name("backend_connections", tests, NULL, NULL);
}
