#include "facegate/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void monotonic_time_goes_forward(void **state)
{
    (void)state;
    int64_t last = fg_clock_monotonic();
    int64_t first = last;
    while (last == first) {
        last = fg_clock_monotonic();
    }
    for (int i = 0; i < 100000; i++) {
        int64_t now = fg_clock_monotonic();
        assert_true(now >= last);
        last = now;
    }
}

static int64_t read_with_libc(clockid_t clock)
{
    struct timespec now;
    assert_int_equal(clock_gettime(clock, &now), 0);
    return now.tv_sec * FG_NS_PER_S + now.tv_nsec;
}

static void each_clock_is_the_one_it_is_called(void **state)
{
    (void)state;
    static const struct {
        int64_t (*read)(void);
        clockid_t clock;
    } clocks[] = {
        {fg_clock_monotonic, CLOCK_MONOTONIC},
        {fg_clock_boottime, CLOCK_BOOTTIME},
        {fg_clock_realtime, CLOCK_REALTIME},
    };
    for (size_t i = 0; i < COUNT(clocks); i++) {
        int64_t before = read_with_libc(clocks[i].clock);
        int64_t ours = clocks[i].read();
        int64_t after = read_with_libc(clocks[i].clock);
        assert_true(before <= ours && ours <= after);
    }
}

static void seconds_become_nanoseconds_to_the_last_one(void **state)
{
    (void)state;
    for (int64_t ms = 0; ms <= 600000; ms++) {
        assert_int_equal(fg_clock_seconds((double)ms / 1000), ms * FG_NS_PER_MS);
    }
    assert_int_equal(fg_clock_seconds(-1.5), -1500 * FG_NS_PER_MS);
    assert_int_equal(fg_clock_seconds(86400.0 * 365), 86400 * 365 * FG_NS_PER_S);
}

static void a_time_is_written_as_the_wire_contract_wants_it(void **state)
{
    (void)state;
    /* A zone with summer time, and without the help of zone files. */
    static const char paris[] = "CET-1CEST,M3.5.0,M10.5.0/3";
    static const struct {
        const char *zone;
        int64_t time;
        const char *text;
    } table[] = {
        {"UTC0", 0, "1970-01-01T00:00:00"},
        {"UTC0", 1, "1970-01-01T00:00:00"},
        {"UTC0", FG_NS_PER_S - 1, "1970-01-01T00:00:00"},
        {"UTC0", -1, "1969-12-31T23:59:59"},
        {"UTC0", -FG_NS_PER_S, "1969-12-31T23:59:59"},
        {"UTC0", 951782399 * FG_NS_PER_S + 999999999, "2000-02-28T23:59:59"},
        {"UTC0", 951782400 * FG_NS_PER_S, "2000-02-29T00:00:00"},
        {"UTC0", INT64_C(2147483648) * FG_NS_PER_S, "2038-01-19T03:14:08"},
        {"UTC0", INT64_MAX, "2262-04-11T23:47:16"},
        {"UTC0", INT64_MIN, "1677-09-21T00:12:43"},
        {paris, 1700000000 * FG_NS_PER_S, "2023-11-14T23:13:20"},
        {paris, 1690000000 * FG_NS_PER_S, "2023-07-22T06:26:40"},
        /* The hour that happens twice in autumn is written twice. */
        {paris, 1698539400 * FG_NS_PER_S, "2023-10-29T02:30:00"},
        {paris, 1698543000 * FG_NS_PER_S, "2023-10-29T02:30:00"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        char text[32];
        memset(text, 'x', sizeof(text));
        assert_int_equal(setenv("TZ", table[i].zone, 1), 0);
        tzset();
        fg_clock_format(table[i].time, text);
        assert_string_equal(text, table[i].text);
        assert_int_equal(text[20], 'x');
    }
    unsetenv("TZ");
    tzset();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(monotonic_time_goes_forward),
        cmocka_unit_test(each_clock_is_the_one_it_is_called),
        cmocka_unit_test(seconds_become_nanoseconds_to_the_last_one),
        cmocka_unit_test(a_time_is_written_as_the_wire_contract_wants_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
