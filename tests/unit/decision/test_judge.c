/* The judge's rules one by one, at their edges. */
#include "judge_views.h"

#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static fg_decision see(const fg_judge_rules *rules, fg_evidence *evidence, int64_t time,
                       char letter)
{
    fg_view view = view_of(letter);
    return fg_judge_view(rules, gallery, evidence, time, &view);
}

/* Views 100 ms apart, the first at 0; "_" is a frame without one, "!" a doubt before the next. */
static void play(const fg_judge_rules *rules, fg_evidence *evidence, const char *views,
                 char *ret_said)
{
    int64_t time = 0;
    size_t said = 0;
    fg_judge_begin(evidence, 0);
    for (size_t i = 0; views[i] != '\0'; i++) {
        if (views[i] == '!') {
            fg_judge_doubt(evidence, time);
            continue;
        }
        fg_decision decision = views[i] == '_' ? fg_judge_time(rules, evidence, time)
                                               : see(rules, evidence, time, views[i]);
        ret_said[said++] = letter_of(decision);
        time += STEP;
    }
    ret_said[said] = '\0';
}

typedef struct row {
    const char *views, *expected;
} row;

static void assert_says(const fg_judge_rules *rules, const row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char said[80];
        fg_evidence evidence;
        play(rules, &evidence, rows[i].views, said);
        if (strcmp(said, rows[i].expected) != 0) {
            fail_msg("views %s: %s, not %s", rows[i].views, said, rows[i].expected);
        }
    }
}

#define ASSERT_SAYS(rules, rows) assert_says(rules, rows, sizeof(rows) / sizeof((rows)[0]))

static void two_good_views_accept_and_four_of_nobody_refuse(void **state)
{
    (void)state;
    static const row rows[] = {
        {"A", "."},         {"AA", ".A"},         {"BB", ".B"},     {"AAAAA", ".AAAA"},
        {"A-A", "..A"},     {"-AA", "..A"},       {"AB", ".."}, /* as near to one as to the other */
        {"ABA", "..."},     {"?????", "...RR"},                 /* not clear enough for anybody */
        {"----", "...R"},   {"------", "...RRR"}, {"---A", "...."}, /* who is named by the newest
                                                                       view may be accepted yet */
        {"---AA", "....."},
    };
    ASSERT_SAYS(&defaults, rows);
}

static void weights_count_and_not_views(void **state)
{
    (void)state;
    static const row rows[] = {
        {"www", "..."},           {"wwww", "...A"}, {"Aww", "..A"},
        {"vvvvv", "....."},                       /* the window is full, and weighs half a view */
        {"AvA", "..A"},           {"A~A", "..A"}, /* a bad view that says no says little */
        {"~~~~~~~~", "........"},
    };
    ASSERT_SAYS(&defaults, rows);
}

static void a_clearly_different_face_takes_it_back_at_once(void **state)
{
    (void)state;
    static const row rows[] = {
        {"AA-", ".A."},     {"AA?A", ".AAA"}, /* one that is not clear takes nothing back */
        {"AA-A", ".A.."},                     /* whoever stood there before helps nobody in */
        {"AA-AA", ".A..A"}, {"AA----", ".A...R"},     {"AAB", ".A."},
        {"AABB", ".A.B"},   {"AAvvvvv_", ".AAAAAAa"}, /* nor do views that say next to nothing */
        {"AA~", ".A."},     {"AA?????", ".AAAAA."}, /* nor do old views hold up what the new ones do
                                                       not bear out */
    };
    ASSERT_SAYS(&defaults, rows);
}

static void a_refusal_on_full_evidence_takes_clearly_more_to_turn(void **state)
{
    (void)state;
    static const row rows[] = {
        {"----AA", "...Rrr"},
        {"----AAA", "...Rrrr"},
        {"----AAAA", "...RrrrA"},
        {"----?????", "...RRRRRR"},
        {"----wwwwwwwwww", "...RrrrrrAAAAA"}, /* in twice the weight, however many views it takes */
        {"----A-", "...RrR"},
        {"----AAAA-AA", "...RrrrA..A"}, /* once it has turned it is as it was at first */
    };
    ASSERT_SAYS(&defaults, rows);
}

static void a_face_without_a_verdict_is_refused_when_its_time_is_up(void **state)
{
    (void)state;
    static const row rows[] = {
        {"_________________", "...............Rr"},
        {"~~~~~~~~~~~~~~~~~", "...............RR"},
        {"A______________A", "...............A"}, /* a view that comes late accepts before that */
        {"AA-_______________", ".A...............R"}, /* from when it was taken back */
    };
    ASSERT_SAYS(&defaults, rows);
}

static void a_refusal_for_want_of_views_stays_open(void **state)
{
    (void)state;
    static const row rows[] = {
        {"________________AA", "...............RrA"},
        {"~~~~~~~~~~~~~~~~AA", "...............RrA"},
        {"~~~~~~~~~~~~~~~~---AA", "...............RRRRrr"}, /* until the evidence is full */
    };
    ASSERT_SAYS(&defaults, rows);
}

/* The clock belongs to the face and not to what is known of it. */
static void doubt_does_not_stop_the_clock(void **state)
{
    (void)state;
    static const row rows[] = {
        {"!-!-!-!-!-!-!-!-!-!-!-!-!-!-!-!-", "...............R"},
        {"!A!?!A!?!A!?!A!?!A!?!A!?!A!?!A!?", "...............R"},
        {"!_!_!_!_!_!_!_!_!_!_!_!_!_!_!_!_", "...............R"},
    };
    ASSERT_SAYS(&defaults, rows);
}

static void doubt_lets_nobody_in_whom_another_face_helped(void **state)
{
    (void)state;
    static const row rows[] = {
        {"A!A", ".A"}, /* two that by themselves are clear */
        {"A!?", ".."},           {"A!?A", "..A"},           {"?!A", ".."},
        {"?!AA", "..A"},         {"-!AA", "..A"},           {"A!-AA", "...A"},
        {"A!BB", "..B"},         {"AA!_", ".A."},           {"AA!A", ".AA"},
        {"AA!-AA", ".A..A"},     {"AA!B", ".A."},           {"AA!?A", ".A.A"},
        {"!A!A!A", ".AA"},       {"----!AAAA", "...RrrrA"}, /* nor is it another throw of the dice
                                                             */
        {"----!AAA", "...Rrrr"}, {"xxxx!AA", "...R.A"},     {"xxxxAA", "...Rrr"},
        {"xxx-!A", "...Rr"},
    };
    ASSERT_SAYS(&defaults, rows);
}

static void views_that_are_near_in_time_are_one(void **state)
{
    (void)state;
    fg_evidence evidence;
    fg_judge_begin(&evidence, 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(letter_of(see(&defaults, &evidence, i * STEP / 3, 'A')), '.');
    }
    assert_int_equal(letter_of(see(&defaults, &evidence, STEP - 1, 'A')), '.');
    assert_int_equal(letter_of(see(&defaults, &evidence, STEP, 'A')), 'A');
    /* It may be one to make up for an event with, and shows somebody else at once. */
    assert_int_equal(letter_of(see(&defaults, &evidence, STEP + 1, 'A')), 'A');
    assert_int_equal(letter_of(see(&defaults, &evidence, STEP + 2, '-')), '.');
    /* No time has passed where it runs backwards. */
    assert_int_equal(letter_of(see(&defaults, &evidence, 0, 'A')), '.');
    assert_int_equal(letter_of(see(&defaults, &evidence, INT64_MIN, 'A')), '.');
}

static void a_view_that_is_no_new_one_does_not_stop_the_clock(void **state)
{
    (void)state;
    fg_evidence evidence;
    fg_judge_begin(&evidence, 0);
    see(&defaults, &evidence, 1499 * MS, 'A');
    assert_int_equal(letter_of(see(&defaults, &evidence, 1500 * MS, 'A')), 'R');
}

static void nothing_is_decided_of_who_is_not_to_be_seen(void **state)
{
    (void)state;
    fg_evidence evidence;
    fg_judge_begin(&evidence, 0);
    assert_int_equal(letter_of(fg_judge_standing(&evidence)), '.');
    assert_int_equal(letter_of(fg_judge_time(&defaults, &evidence, 9 * SECOND)), 'R');
    assert_int_equal(letter_of(fg_judge_standing(&evidence)), 'r');
}

static void who_goes_without_a_verdict_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *views;
        char expected;
    } rows[] = {
        {"_", 'R'},    {"A", 'R'},    {"~~", 'R'},      {"A!", 'R'},
        {"AA", 'a'},   {"----", 'r'}, {"AA!", '.'}, /* who was let in and went out of sight in doubt
                                                     */
        {"AA!?", '.'}, {"AA!-", 'R'}, {"!AA!", '.'},    {"AABB!", '.'},
        {"AA-", 'R'},  {"AA-A", '.'}, {"AA?????", '.'}, /* of whom the last views say too little,
                                                           and nothing against it */
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char said[16];
        fg_evidence evidence;
        play(&defaults, &evidence, rows[i].views, said);
        fg_decision decision = fg_judge_end(&evidence);
        if (letter_of(decision) != rows[i].expected) {
            fail_msg("views %s: %c", rows[i].views, letter_of(decision));
        }
        assert_true(decision.report == (decision.grounds == FG_GROUNDS_GONE));
    }
}

/* After the views: whether another is wanted so long after the last. */
static void a_view_is_wanted_until_decided_and_then_now_and_again(void **state)
{
    (void)state;
    static const struct {
        const char *views;
        int64_t interval, after;
        bool wanted;
    } rows[] = {
        {"", SECOND, 0, true},
        {"_", SECOND, 0, true},
        {"A", SECOND, STEP - 1, false},
        {"A", SECOND, STEP, true},
        {"---", SECOND, STEP, true},
        {"AA", SECOND, SECOND - 1, false},
        {"AA", SECOND, SECOND, true},
        {"AA", 0, STEP - 1, false},
        {"AA", 0, STEP, true},
        {"----", SECOND, SECOND - 1, false},
        {"----", SECOND, SECOND, true},
        /* A long interval does not blind the judge. */
        {"AA", 3600 * SECOND, 1500 * MS - 1, false},
        {"AA", 3600 * SECOND, 1500 * MS, true},
        /* What does not agree asks for the next one at once. */
        {"AA-", SECOND, STEP, true},
        {"AA?", SECOND, STEP, true},
        {"----A", SECOND, STEP, true},
        {"----A-", SECOND, STEP, false},
        {"AA!", SECOND, STEP, true},
        {"----!", SECOND, STEP, true},
        /* Whoever is refused for want of views is looked at oftener. */
        {"~~~~~~~~~~~~~~~~~~", SECOND, 300 * MS - 1, false},
        {"~~~~~~~~~~~~~~~~~~", SECOND, 300 * MS, true},
        {"AA", SECOND, INT64_MAX / 2, true},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char said[80];
        fg_evidence evidence;
        play(&defaults, &evidence, rows[i].views, said);
        int64_t last = evidence.count > 0 ? evidence.last_view : 0;
        if (fg_judge_wants_view(&defaults, &evidence, last + rows[i].after, rows[i].interval) !=
            rows[i].wanted) {
            fail_msg("row %zu", i);
        }
    }
}

static void the_means_of_the_last_views_are_reported(void **state)
{
    (void)state;
    fg_evidence evidence;
    fg_judge_begin(&evidence, 0);
    fg_decision decision = fg_judge_time(&defaults, &evidence, 0);
    assert_true(isinf(decision.distance) && isinf(decision.margin));
    see(&defaults, &evidence, STEP, 'A');
    decision = see(&defaults, &evidence, 2 * STEP, '?');
    assert_true(fabs(decision.distance - 0.35) < 1e-6);
    assert_true(fabs(decision.margin - 0.135) < 1e-6);
    assert_int_equal(decision.person, 0);
    assert_true(fg_judge_standing(&evidence).distance == decision.distance);
}

static void counts_out_of_range_let_nobody_in_by_mistake(void **state)
{
    (void)state;
    fg_judge_rules rules = defaults;
    const row nobody[] = {{"AAAAAAAAAAAAAAAAAAAAAAAAA", "........................."}};
    const row at_once[] = {{"A?-", "AA."}};
    rules.decide_within = 10 * SECOND;
    rules.confirm = 6;
    ASSERT_SAYS(&rules, nobody);
    rules.window = INT_MAX;
    rules.confirm = FG_JUDGE_WINDOW + 1;
    ASSERT_SAYS(&rules, nobody);
    rules.window = INT_MIN;
    rules.confirm = -1;
    rules.visit.margin = 0.06;
    ASSERT_SAYS(&rules, at_once);
}

static void who_stays_in_another_gallery_keeps_the_evidence_by_name(void **state)
{
    (void)state;
    char said[16];
    fg_evidence evidence;
    fg_gallery *other = NULL;
    assert_int_equal(fg_gallery_create(&other), 0);
    enroll(other, "Grace", 2);
    enroll(other, "Bob", 1);
    enroll(other, "Ada", 0);
    play(&defaults, &evidence, "AA", said);
    fg_judge_carry_over(&defaults, &evidence, gallery, other, 2 * STEP);
    fg_decision decision = fg_judge_standing(&evidence);
    assert_int_equal(decision.status, FG_ACCEPTED);
    assert_int_equal(decision.person, 2);
    assert_false(fg_judge_wants_view(&defaults, &evidence, 3 * STEP, SECOND));

    /* One view before, and one after. */
    play(&defaults, &evidence, "A", said);
    fg_judge_carry_over(&defaults, &evidence, gallery, other, STEP);
    fg_view view = view_at(other, 0, 0.3, 0.2, 1);
    decision = fg_judge_view(&defaults, other, &evidence, STEP, &view);
    assert_int_equal(decision.status, FG_ACCEPTED);
    assert_int_equal(decision.person, 2);
    fg_gallery_free(other);
}

static void who_is_enrolled_while_they_stand_there_is_known_by_the_views_before(void **state)
{
    (void)state;
    fg_evidence evidence;
    fg_gallery *more = NULL;
    fg_view view = view_at(gallery, 5, 0.3, 0.2, 1);
    assert_int_equal(fg_gallery_create(&more), 0);
    enroll(more, "Grace", 5);
    fg_judge_begin(&evidence, 0);
    for (int i = 0; i < 4; i++) {
        fg_judge_view(&defaults, gallery, &evidence, i * STEP, &view);
    }
    assert_int_equal(letter_of(fg_judge_standing(&evidence)), 'r');
    fg_judge_carry_over(&defaults, &evidence, gallery, more, 4 * STEP);
    view = view_at(more, 5, 0.3, 0.2, 1);
    assert_int_equal(letter_of(fg_judge_view(&defaults, more, &evidence, 4 * STEP, &view)), 'A');
    fg_gallery_free(more);
}

static void who_is_enrolled_no_more_is_undecided(void **state)
{
    (void)state;
    char said[16];
    fg_evidence evidence;
    fg_gallery *rest = NULL;
    assert_int_equal(fg_gallery_create(&rest), 0);
    enroll(rest, "Bob", 1);
    play(&defaults, &evidence, "AA", said);
    fg_judge_carry_over(&defaults, &evidence, gallery, rest, 2 * STEP);
    assert_int_equal(letter_of(fg_judge_standing(&evidence)), '.');
    assert_int_equal(letter_of(fg_judge_time(&defaults, &evidence, 2 * STEP + 1500 * MS)), 'R');
    fg_gallery_free(rest);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_gallery, close_gallery)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(two_good_views_accept_and_four_of_nobody_refuse),
        TEST(weights_count_and_not_views),
        TEST(a_clearly_different_face_takes_it_back_at_once),
        TEST(a_refusal_on_full_evidence_takes_clearly_more_to_turn),
        TEST(a_face_without_a_verdict_is_refused_when_its_time_is_up),
        TEST(a_refusal_for_want_of_views_stays_open),
        TEST(doubt_does_not_stop_the_clock),
        TEST(doubt_lets_nobody_in_whom_another_face_helped),
        TEST(views_that_are_near_in_time_are_one),
        TEST(a_view_that_is_no_new_one_does_not_stop_the_clock),
        TEST(nothing_is_decided_of_who_is_not_to_be_seen),
        TEST(who_goes_without_a_verdict_is_refused),
        TEST(a_view_is_wanted_until_decided_and_then_now_and_again),
        TEST(the_means_of_the_last_views_are_reported),
        TEST(counts_out_of_range_let_nobody_in_by_mistake),
        TEST(who_stays_in_another_gallery_keeps_the_evidence_by_name),
        TEST(who_is_enrolled_while_they_stand_there_is_known_by_the_views_before),
        TEST(who_is_enrolled_no_more_is_undecided),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
