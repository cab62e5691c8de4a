#include "event.h"
#include "facegate/clock.h"
#include "facegate/delivery/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define YEAR (INT64_C(365) * 86400 * FG_NS_PER_S)

static void an_id_is_a_uuid_of_version_4_and_never_the_same(void **state)
{
    (void)state;
    fg_event first = {0}, second = {0};
    assert_int_equal(fg_event_stamp(&first, fg_clock_monotonic(), fg_clock_realtime()), 0);
    assert_int_equal(fg_event_stamp(&second, fg_clock_monotonic(), fg_clock_realtime()), 0);
    assert_int_equal(strlen(first.id), 36);
    assert_int_equal(strspn(first.id, "0123456789abcdef-"), 36);
    for (int i = 8; i <= 23; i += 5) {
        assert_int_equal(first.id[i], '-');
    }
    assert_int_equal(first.id[14], '4');
    assert_non_null(strchr("89ab", first.id[19]));
    assert_string_not_equal(first.id, second.id);
    assert_int_equal(strlen(first.boot_id), 32);
    assert_string_equal(first.boot_id, second.boot_id);
}

static void its_boot_time_is_the_frames_own_time(void **state)
{
    (void)state;
    fg_event event = {0};
    int64_t ago = 5 * FG_NS_PER_S;
    int64_t before = fg_clock_boottime() - ago;
    assert_int_equal(fg_event_stamp(&event, fg_clock_monotonic() - ago, 77), 0);
    assert_true(llabs(event.boottime - before) < FG_NS_PER_S);
    assert_int_equal(event.realtime, 77);
}

/* Taken 100 s after the boot, when the wall clock stood at 1000 s. */
static fg_event taken(void)
{
    return (fg_event){.boot_id = "0123456789abcdef0123456789abcdef",
                      .boottime = 100 * FG_NS_PER_S,
                      .realtime = 1000 * FG_NS_PER_S};
}

static fg_event_now same_boot(int64_t boottime, int64_t realtime)
{
    return (fg_event_now){
        .boot_id = "0123456789abcdef0123456789abcdef", .boottime = boottime, .realtime = realtime};
}

static void with_a_steady_clock_the_time_sent_is_the_time_taken(void **state)
{
    (void)state;
    fg_event event = taken();
    fg_event_now now = same_boot(160 * FG_NS_PER_S, 1060 * FG_NS_PER_S);
    assert_int_equal(fg_event_realtime_at(&event, &now), 1000 * FG_NS_PER_S);
}

static void a_clock_set_by_a_year_after_the_capture_corrects_the_time_sent(void **state)
{
    (void)state;
    fg_event event = taken();
    fg_event_now now = same_boot(160 * FG_NS_PER_S, 1060 * FG_NS_PER_S + YEAR);
    assert_int_equal(fg_event_realtime_at(&event, &now), 1000 * FG_NS_PER_S + YEAR);
    now.realtime -= 2 * YEAR;
    assert_int_equal(fg_event_realtime_at(&event, &now), 1000 * FG_NS_PER_S - YEAR);
}

static void after_a_reboot_the_time_noted_is_sent(void **state)
{
    (void)state;
    fg_event event = taken();
    fg_event_now now = same_boot(5 * FG_NS_PER_S, 1060 * FG_NS_PER_S + YEAR);
    now.boot_id[0] = 'f';
    assert_int_equal(fg_event_realtime_at(&event, &now), 1000 * FG_NS_PER_S);
}

static void without_a_known_boot_the_time_noted_is_sent(void **state)
{
    (void)state;
    fg_event event = taken();
    fg_event_now now = same_boot(160 * FG_NS_PER_S, YEAR);
    now.boot_id[0] = '\0';
    assert_int_equal(fg_event_realtime_at(&event, &now), 1000 * FG_NS_PER_S);
    event.boot_id[0] = '\0';
    assert_int_equal(fg_event_realtime_at(&event, &now), 1000 * FG_NS_PER_S);
}

static void the_real_clocks_give_back_the_time_of_the_frame(void **state)
{
    (void)state;
    fg_event event = {0};
    int64_t realtime = fg_clock_realtime() - 3 * FG_NS_PER_S;
    /* The time noted is wrong on purpose: within one boot it does not count. */
    assert_int_equal(fg_event_stamp(&event, fg_clock_monotonic() - 3 * FG_NS_PER_S, 12345), 0);
    assert_true(llabs(fg_event_realtime(&event) - realtime) < FG_NS_PER_S);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_id_is_a_uuid_of_version_4_and_never_the_same),
        cmocka_unit_test(its_boot_time_is_the_frames_own_time),
        cmocka_unit_test(with_a_steady_clock_the_time_sent_is_the_time_taken),
        cmocka_unit_test(a_clock_set_by_a_year_after_the_capture_corrects_the_time_sent),
        cmocka_unit_test(after_a_reboot_the_time_noted_is_sent),
        cmocka_unit_test(without_a_known_boot_the_time_noted_is_sent),
        cmocka_unit_test(the_real_clocks_give_back_the_time_of_the_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
