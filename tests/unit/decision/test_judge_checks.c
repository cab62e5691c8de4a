/* What checks mean to the judge. */
#include "judge_views.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* As `see` and `letter_of`, with what a check scores; it scores nothing that is no number. */
static fg_judge_rules checked(double least)
{
    fg_judge_rules rules = defaults;
    rules.checks = 1;
    rules.least[0] = least;
    return rules;
}

typedef struct scored_view {
    char letter;
    double score;
} scored_view;

/* Also in small letters, "," for ".": a check alone keeps out whom the views name. */
static void expect_checked(double least, const scored_view *views, const char *expected)
{
    const fg_judge_rules rules = checked(least);
    fg_evidence evidence;
    char said[24] = "";
    fg_judge_begin(&evidence, 0);
    for (size_t i = 0; expected[i] != '\0'; i++) {
        fg_view view = view_of(views[i].letter);
        view.scores.scored = isnan(views[i].score) ? 0U : 1U;
        view.scores.score[0] = views[i].score;
        fg_decision decision = fg_judge_view(&rules, gallery, &evidence, (int64_t)i * STEP, &view);
        said[i] = letter_of(decision);
        if (decision.failed_check == 0) {
            said[i] = said[i] == '.' ? ',' : (char)(said[i] - 'A' + 'a');
        } else {
            assert_int_equal(decision.failed_check, -1);
        }
    }
    if (strcmp(said, expected) != 0) {
        fail_msg("%s, not %s", said, expected);
    }
}

static void a_check_keeps_out_whom_it_does_not_pass(void **state)
{
    (void)state;
    const scored_view good[] = {{'A', 0.5}, {'A', 0.5}};
    const scored_view bad[] = {{'A', 0.1}, {'A', 0.1}, {'A', 0.1}, {'A', 0.1}};
    const scored_view worse[] = {{'A', 1}, {'A', 1}, {'A', 0}, {'A', 0}, {'A', 0}};
    const scored_view late[] = {{'A', 0.1}, {'A', 1}, {'A', 1}};
    const scored_view stranger[] = {{'-', 0.1}, {'-', 0.1}, {'-', 0.1}, {'-', 0.1}};
    expect_checked(0.5, good, ".A");
    expect_checked(0.5, bad, ",,,r");
    expect_checked(0.5, worse, ".AAA,");
    expect_checked(0.5, late, ",AA");
    /* Nobody is named, so the check is not why. */
    expect_checked(0.5, stranger, "...R");
    /* One that only warns. */
    expect_checked(-(double)INFINITY, bad, ".AAA");
}

static void views_without_a_score_are_not_enough(void **state)
{
    (void)state;
    const scored_view none[] = {{'A', NAN}, {'A', NAN}, {'A', NAN}, {'A', NAN}};
    const scored_view one[] = {{'A', NAN}, {'A', 1}, {'A', 1}};
    expect_checked(0.5, none, "....");
    expect_checked(0.5, one, "..A");
    expect_checked(-(double)INFINITY, none, ".AAA");
}

/* Bob is alive and nobody's photograph is: not even for one view. */
static void scores_of_whoever_stood_there_before_help_nobody(void **state)
{
    (void)state;
    static const struct {
        double confirm;
        const char *expected;
    } rows[] = {{1, "BBB,,,r"}, {2, ".BB,,,r"}};
    for (size_t i = 0; i < 2; i++) {
        fg_judge_rules rules = checked(0.5);
        fg_evidence evidence;
        char said[12] = "";
        rules.confirm = rows[i].confirm;
        fg_judge_begin(&evidence, 0);
        for (int k = 0; k < 7; k++) {
            fg_view view = view_of(k < 3 ? 'B' : 'A');
            view.scores = (fg_view_scores){.scored = 1, .score = {k < 3 ? 1 : 0}};
            fg_decision decision = fg_judge_view(&rules, gallery, &evidence, k * STEP, &view);
            said[k] = letter_of(decision);
            said[k] = decision.failed_check < 0 ? said[k] : said[k] == '.' ? ',' : 'r';
        }
        assert_string_equal(said, rows[i].expected);
    }
}

/* A living stranger whom nobody has to be like; then a photograph, with no doubt between. */
static void a_living_stranger_makes_no_photograph_alive(void **state)
{
    (void)state;
    scored_view views[20];
    for (int i = 0; i < 20; i++) {
        views[i] = (scored_view){i < 10 ? '?' : 'A', i < 10 ? 1 : 0};
    }
    const fg_judge_rules rules = checked(0.5);
    fg_evidence evidence;
    fg_judge_begin(&evidence, 0);
    for (int i = 0; i < 20; i++) {
        fg_view view = view_of(views[i].letter);
        view.scores = (fg_view_scores){.scored = 1, .score = {views[i].score}};
        fg_decision decision = fg_judge_view(&rules, gallery, &evidence, i * STEP, &view);
        assert_int_not_equal(decision.status, FG_ACCEPTED);
    }
}

static void the_worst_of_all_and_of_the_last_views_is_given(void **state)
{
    (void)state;
    const fg_judge_rules rules = checked(0.5);
    fg_evidence evidence;
    fg_decision decision = {.status = FG_UNDECIDED};
    fg_judge_begin(&evidence, 0);
    decision = fg_judge_time(&rules, &evidence, 0);
    assert_true(isnan(decision.scores[0]));
    for (int i = 0; i < 6; i++) {
        fg_view view = view_of('A');
        view.scores = (fg_view_scores){.scored = 1, .score = {i == 0 ? 0.4 : 1}};
        decision = fg_judge_view(&rules, gallery, &evidence, i * STEP, &view);
    }
    assert_true(fabs(decision.scores[0] - 5.4 / 6) < 1e-9);
}

static void a_view_that_speaks_against_everybody_helps_nobody(void **state)
{
    (void)state;
    static const char letters[] = "ABwv?-~x";
    static const bool helps[] = {true, true, true, true, true, false, false, false};
    for (size_t i = 0; letters[i] != '\0'; i++) {
        fg_view view = view_of(letters[i]);
        const fg_visit alone = fg_visit_weigh(gallery, &view, 1);
        assert_int_equal(fg_judge_may_help(&defaults, gallery, &view, &alone), helps[i]);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_gallery, close_gallery)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_check_keeps_out_whom_it_does_not_pass),
        TEST(views_without_a_score_are_not_enough),
        TEST(scores_of_whoever_stood_there_before_help_nobody),
        TEST(a_living_stranger_makes_no_photograph_alive),
        TEST(the_worst_of_all_and_of_the_last_views_is_given),
        TEST(a_view_that_speaks_against_everybody_helps_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
