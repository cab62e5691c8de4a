#include "facegate/gallery/rate.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Whatever calculates Clopper and Pearson's interval gives these; 682 of 925 is the example in the
 * manual of R's binom.test, from Conover's "Practical Nonparametric Statistics". */
static void the_interval_is_the_one_that_is_published(void **state)
{
    (void)state;
    static const struct {
        int64_t hits, trials;
        double low, high;
    } cases[] = {
        {1, 10, 0.0025285785, 0.4450161170},     {5, 10, 0.1870860284, 0.8129139716},
        {9, 10, 0.5549838830, 0.9974714215},     {682, 925, 0.7076682641, 0.7654065582},
        {3, 30, 0.0211171370, 0.2652884505},     {1, 435, 0.0000582002, 0.0127412729},
        {499999, 1000000, 0.4990184, 0.5009796},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fg_rate rate = fg_rate_of(cases[i].hits, cases[i].trials);
        double exact = cases[i].trials < 1000 ? 1e-9 : 1e-6;
        assert_true(rate.hits == cases[i].hits && rate.trials == cases[i].trials);
        assert_true(rate.rate == (double)cases[i].hits / (double)cases[i].trials);
        assert_true(fabs(rate.low - cases[i].low) < exact);
        assert_true(fabs(rate.high - cases[i].high) < exact);
    }
}

static void where_all_ended_alike_the_rule_of_three_holds(void **state)
{
    (void)state;
    fg_rate none = fg_rate_of(0, 30000);
    assert_true(none.rate == 0 && none.low == 0);
    assert_true(none.high > 0.99e-4 && none.high < 1e-4);
    fg_rate all = fg_rate_of(30000, 30000);
    assert_true(all.rate == 1 && all.high == 1);
    assert_true(fabs(all.low - (1 - none.high)) < 1e-12);
    fg_rate one = fg_rate_of(0, 1);
    assert_true(fabs(one.high - 0.95) < 1e-12);
    /* One miss in a thousand million pairs is still reported from none. */
    fg_rate many = fg_rate_of(1, 1000000000);
    assert_true(fabs(many.low * 1e9 - 0.0253178) < 1e-5);
    assert_true(fabs(many.high * 1e9 - 5.5716434) < 1e-4);
}

static void without_trials_nothing_is_known(void **state)
{
    (void)state;
    fg_rate rate = fg_rate_of(0, 0);
    assert_true(isnan(rate.rate));
    assert_true(rate.low == 0 && rate.high == 1);
}

static void the_rate_lies_in_its_interval(void **state)
{
    (void)state;
    for (int64_t trials = 1; trials <= 60; trials++) {
        for (int64_t hits = 0; hits <= trials; hits++) {
            fg_rate rate = fg_rate_of(hits, trials);
            fg_rate mirrored = fg_rate_of(trials - hits, trials);
            assert_true(rate.low >= 0 && rate.low <= rate.rate);
            assert_true(rate.high <= 1 && rate.high >= rate.rate);
            assert_true(fabs(rate.low - (1 - mirrored.high)) < 1e-12);
        }
    }
}

static void one_in_ten_thousand_takes_thirty_thousand_trials(void **state)
{
    (void)state;
    assert_true(fg_rate_trials_for(1e-4) == 30000);
    assert_true(fg_rate_trials_for(1e-3) == 3000);
    assert_true(fg_rate_trials_for(0.7) == 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_interval_is_the_one_that_is_published),
        cmocka_unit_test(where_all_ended_alike_the_rule_of_three_holds),
        cmocka_unit_test(without_trials_nothing_is_known),
        cmocka_unit_test(the_rate_lies_in_its_interval),
        cmocka_unit_test(one_in_ten_thousand_takes_thirty_thousand_trials),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
