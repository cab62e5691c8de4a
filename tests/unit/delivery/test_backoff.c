#include "backoff.h"
#include "facegate/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static fg_backoff fresh(void)
{
    return (fg_backoff){.least = FG_NS_PER_S, .most = 60 * FG_NS_PER_S};
}

static void waits_double_up_to_the_most(void **state)
{
    (void)state;
    static const int64_t longest[] = {2, 4, 8, 16, 32, 60, 60, 60};
    fg_backoff lucky = fresh(), unlucky = fresh();
    for (size_t i = 0; i < sizeof(longest) / sizeof(longest[0]); i++) {
        assert_int_equal(fg_backoff_fail(&unlucky, 0, UINT32_MAX), longest[i] * FG_NS_PER_S);
        assert_int_equal(fg_backoff_fail(&lucky, 0, 0), longest[i] * FG_NS_PER_S / 2);
    }
}

static void no_wait_leaves_its_bounds_however_long_it_fails(void **state)
{
    (void)state;
    fg_backoff backoff = fresh();
    for (uint32_t i = 0; i < 10000; i++) {
        int64_t wait = fg_backoff_fail(&backoff, 0, i * 2654435761u);
        assert_in_range(wait, FG_NS_PER_S, 60 * FG_NS_PER_S);
    }
}

static void success_starts_over(void **state)
{
    (void)state;
    fg_backoff backoff = fresh();
    for (int i = 0; i < 10; i++) {
        fg_backoff_fail(&backoff, 0, 0);
    }
    fg_backoff_succeed(&backoff);
    assert_int_equal(fg_backoff_fail(&backoff, 0, 0), FG_NS_PER_S);
}

static void retry_after_stands_instead_up_to_ten_minutes(void **state)
{
    (void)state;
    static const int64_t table[][2] = {{1, 1},     {7, 7},     {120, 120},
                                       {600, 600}, {601, 600}, {INT64_MAX, 600}};
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        fg_backoff backoff = fresh();
        assert_int_equal(fg_backoff_fail(&backoff, table[i][0], UINT32_MAX),
                         table[i][1] * FG_NS_PER_S);
    }
}

static void a_retry_after_of_nothing_is_none(void **state)
{
    (void)state;
    static const int64_t table[] = {0, -1, INT64_MIN};
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        fg_backoff backoff = fresh();
        assert_int_equal(fg_backoff_fail(&backoff, table[i], UINT32_MAX), 2 * FG_NS_PER_S);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_double_up_to_the_most),
        cmocka_unit_test(no_wait_leaves_its_bounds_however_long_it_fails),
        cmocka_unit_test(success_starts_over),
        cmocka_unit_test(retry_after_stands_instead_up_to_ten_minutes),
        cmocka_unit_test(a_retry_after_of_nothing_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
