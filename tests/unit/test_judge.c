#include "facegate/judge.h"

#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static fg_decision view(double tolerance, int person, double distance)
{
    fg_judge_rules rules = {.tolerance = tolerance};
    fg_evidence evidence = {0};
    fg_match match = {
        .person = person, .distance = distance, .runner_up = -1, .runner_up_distance = INFINITY};
    return fg_judge_view(&rules, &evidence, 1, &match);
}

static void assert_refused(fg_decision decision, double distance)
{
    assert_int_equal(decision.status, FG_REFUSED);
    assert_int_equal(decision.person, -1);
    assert_true(decision.distance == distance);
}

static void the_tolerance_itself_still_names_a_person(void **state)
{
    (void)state;
    fg_decision decision = view(0.5, 3, 0.5);
    assert_int_equal(decision.status, FG_ACCEPTED);
    assert_int_equal(decision.person, 3);
    assert_true(decision.distance == 0.5);
    assert_int_equal(view(0.5, 0, 0).status, FG_ACCEPTED);
    assert_refused(view(0.5, 3, nextafter(0.5, 1)), nextafter(0.5, 1));
}

static void an_empty_gallery_refuses_everybody(void **state)
{
    (void)state;
    assert_refused(view(0.5, -1, INFINITY), INFINITY);
    assert_refused(view(INFINITY, -1, INFINITY), INFINITY);
    assert_refused(view(0.5, -1, 0.1), 0.1);
}

static void what_is_not_a_number_is_never_let_in(void **state)
{
    (void)state;
    assert_refused(view(0.5, 3, NAN), INFINITY);
    assert_refused(view(NAN, 3, 0.1), 0.1);
    assert_refused(view(NAN, 3, NAN), INFINITY);
}

static void evidence_counts_the_views(void **state)
{
    (void)state;
    fg_judge_rules rules = {.tolerance = 0.5};
    fg_evidence evidence = {0};
    fg_match match = {.person = 0, .distance = 0.3, .runner_up = -1};
    fg_judge_view(&rules, &evidence, 0, &match);
    fg_judge_view(&rules, &evidence, 100, &match);
    fg_judge_view(&rules, &evidence, 250, &match);
    assert_int_equal(evidence.first_view, 0);
    assert_int_equal(evidence.last_view, 250);
    assert_int_equal(evidence.views, 3);
    evidence.views = INT_MAX;
    fg_judge_view(&rules, &evidence, 300, &match);
    assert_int_equal(evidence.views, INT_MAX);
}

static void statuses_are_those_of_the_wire_contract(void **state)
{
    (void)state;
    assert_string_equal(fg_status_text(FG_ACCEPTED), "Accepted");
    assert_string_equal(fg_status_text(FG_REFUSED), "Refused");
    assert_string_equal(fg_status_text(FG_UNDECIDED), "Undecided");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tolerance_itself_still_names_a_person),
        cmocka_unit_test(an_empty_gallery_refuses_everybody),
        cmocka_unit_test(what_is_not_a_number_is_never_let_in),
        cmocka_unit_test(evidence_counts_the_views),
        cmocka_unit_test(statuses_are_those_of_the_wire_contract),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
