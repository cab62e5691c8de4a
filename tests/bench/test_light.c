/*
 * What docs/decisions.md says of people in grey and magenta pictures, on half of the test pictures:
 * whoever is accepted by day is, nobody is taken for somebody else, and no stranger comes in.
 */
#include "light_views.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define PICTURES 3

static fg_light_studio *studio;
static fg_light_views day;
static fg_error error;

static int open_studio(void **state)
{
    (void)state;
    if (fg_light_studio_open(FG_SOURCE_DIR "/models", FG_SOURCE_DIR "/tests/pictures", PICTURES,
                             &studio, &error) != 0 ||
        fg_light_survey(studio, FG_LIGHT_AS_IS, &day, &error) != 0) {
        print_error("%s\n", error.text);
        return -1;
    }
    return 0;
}

static int close_studio(void **state)
{
    (void)state;
    studio = fg_light_studio_close(studio);
    return 0;
}

static fg_light_verdicts judge(const fg_light_views *enrolled, const fg_light_views *seen)
{
    fg_light_verdicts verdicts = {0};
    assert_int_equal(fg_light_judge(studio, enrolled, seen, &verdicts, &error), 0);
    assert_int_equal(verdicts.visits + 1, day.people);
    assert_int_equal(verdicts.strangers, day.people);
    return verdicts;
}

static void check_light(enum fg_light light)
{
    static fg_light_views here;
    assert_int_equal(fg_light_survey(studio, light, &here, &error), 0);
    fg_light_count count = fg_light_count_visits(&here);
    assert_int_equal(count.found, count.views);
    fg_light_verdicts other = judge(&day, &here);
    fg_light_verdicts same = judge(&here, &here);
    assert_int_equal(other.accepted, other.visits);
    assert_int_equal(same.accepted, same.visits);
    assert_int_equal(other.mistaken + same.mistaken, 0);
    assert_int_equal(other.let_in + same.let_in, 0);
    assert_true(same.distance < other.distance);
}

static void by_day_everybody_is_accepted_and_no_stranger(void **state)
{
    (void)state;
    fg_light_verdicts verdicts = judge(&day, &day);
    assert_int_equal(verdicts.accepted, verdicts.visits);
    assert_true(verdicts.accepted_again);
    assert_int_equal(verdicts.mistaken, 0);
    assert_int_equal(verdicts.let_in, 0);
}

static void in_grey_it_is_the_same_and_who_enrolled_in_grey_is_nearer(void **state)
{
    (void)state;
    check_light(FG_LIGHT_GREY);
}

static void in_magenta_it_is_the_same_and_who_enrolled_in_it_is_nearer(void **state)
{
    (void)state;
    check_light(FG_LIGHT_MAGENTA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_day_everybody_is_accepted_and_no_stranger),
        cmocka_unit_test(in_grey_it_is_the_same_and_who_enrolled_in_grey_is_nearer),
        cmocka_unit_test(in_magenta_it_is_the_same_and_who_enrolled_in_it_is_nearer),
    };
    return cmocka_run_group_tests(tests, open_studio, close_studio);
}
