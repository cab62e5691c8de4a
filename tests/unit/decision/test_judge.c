/* The judge's rules one by one, at their edges. */
#include "facegate/decision/judge.h"

#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define MS     INT64_C(1000000)
#define SECOND (1000 * MS)

static const fg_judge_rules defaults = {.tolerance = 0.5,
                                        .margin = 0.04,
                                        .confirm = 2,
                                        .window = 3,
                                        .refuse_after = 4,
                                        .decide_within = 1500 * MS,
                                        .gallery = 1};

static const fg_match nobody = {
    .person = 0, .distance = 0.7, .runner_up = 1, .runner_up_distance = 0.8};

/* 'A' and 'B' name the first and the second person, anything else names nobody. */
static fg_match match_of(char letter)
{
    fg_match match = nobody;
    if (letter == 'A' || letter == 'B') {
        match.person = letter - 'A';
        match.distance = 0.3 + 0.05 * match.person;
        match.runner_up = 1 - match.person;
        match.runner_up_distance = 0.6;
    }
    return match;
}

/* A, B, R, X: reported as accepted, refused or unusable; in small letters it stands but is not
 * reported; "." is undecided. */
static char letter_of(fg_decision decision)
{
    static const char letters[] = {[FG_ACCEPTED] = 'a', [FG_REFUSED] = 'r', [FG_UNUSABLE] = 'x'};
    if (decision.status == FG_UNDECIDED) {
        assert_false(decision.report);
        return '.';
    }
    int letter = letters[decision.status];
    if (decision.status == FG_ACCEPTED) {
        letter += decision.person;
    } else {
        assert_int_equal(decision.person, -1);
    }
    return (char)(decision.report ? letter - 'a' + 'A' : letter);
}

/* Views a frame (33 ms) apart, and what is said after each. */
static void assert_says(const fg_judge_rules *rules, const char *views, const char *expected)
{
    char said[64] = "";
    fg_evidence evidence = {0};
    for (size_t i = 0; views[i] != '\0'; i++) {
        fg_match match = match_of(views[i]);
        said[i] = letter_of(fg_judge_view(rules, &evidence, (int64_t)i * 33 * MS, &match));
    }
    if (strcmp(said, expected) != 0) {
        fail_msg("views %s: %s, not %s", views, said, expected);
    }
}

static void two_of_three_views_accept_and_four_refuse(void **state)
{
    (void)state;
    static const struct {
        const char *views, *expected;
    } rows[] = {
        {"A", "."},
        {"AA", ".A"},
        {"A-A", "..A"},
        {"-AA", "..A"},
        {"A--A",
         "...."}, /* the first A is out of the window; the fourth view puts the refusal off */
        {"A--AA", "....A"},
        {"A--A-", "....R"},
        {"AB", ".."},
        {"ABA", "..A"},
        {"ABBA", "..B."},
        {"----", "...R"},
        {"---A", "...."},
        {"----AA", "...RrA"},
        {"----A-", "...RrR"},
        {"------", "...RRR"},
        {"AAAAA", ".AAAA"},
        {"AA-AA", ".A..A"}, /* one view that disagrees is enough to ask again */
        {"AA-A", ".A.."},   /* whoever stood there before helps nobody in */
        {"AA--AA", ".A...A"},
        {"AA---A", ".A...."},
        {"AA-----", ".A...RR"}, /* refused after four views, the one that took back included */
        {"AA-----AA", ".A...RRrA"},
        {"AABB", ".A.B"}, /* who replaces somebody is not reported under that name */
        {"AAB-", ".A.."},
        {"AAB-B", ".A..B"},
        {"BB-B", ".B.."},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_says(&defaults, rows[i].views, rows[i].expected);
    }
}

static void each_count_does_what_it_says(void **state)
{
    (void)state;
    static const struct {
        int confirm, window, refuse_after;
        const char *views, *expected;
    } rows[] = {
        {1, 1, 1, "A-BA", "ARBA"},
        {0, 0, 0, "A-BA", "ARBA"},
        {INT_MIN, INT_MIN, INT_MIN, "A-BA", "ARBA"},
        {1, 3, 2, "-A--A", ".A.RA"},
        {1, 3, 2, "A----", "A.RRR"},
        {1, 3, 1, "A---", "ARRR"},
        {1, 3, 2, "ABA", "ABA"},
        {3, 3, 4, "AAA-", "..A."},
        {3, 3, 2, "AA-", "..R"},
        {3, 5, 5, "A-A-A", "....A"},
        {3, 5, 4, "A-A-A", "...RA"},
        {2, 10, 20, "A--------A", ".........A"},
        {2, 10, 20, "A---------A", "..........."},
        {2, INT_MAX, 20, "A--------A", ".........A"},
        {2, INT_MAX, 20, "A---------A", "..........."},
        {10, 10, 20, "AAAAAAAAAA", ".........A"},
        {4, 3, 20, "AAAAAAAAAA", ".........."},
        {11, 10, 20, "AAAAAAAAAAAA", "............"},
        {2, 3, 50, "--------------------------------------------------",
         ".................................................R"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fg_judge_rules rules = defaults;
        rules.confirm = rows[i].confirm;
        rules.window = rows[i].window;
        rules.refuse_after = rows[i].refuse_after;
        rules.decide_within = 10 * SECOND;
        assert_says(&rules, rows[i].views, rows[i].expected);
    }
}

/* What one view says to a judge that asks for no second one. */
static fg_decision decide(double tolerance, double margin, fg_match match)
{
    fg_judge_rules rules = {.tolerance = tolerance, .margin = margin};
    fg_evidence evidence = {0};
    return fg_judge_view(&rules, &evidence, 1, &match);
}

static void a_person_is_named_up_to_the_tolerance_and_from_the_margin_on(void **state)
{
    (void)state;
    const struct {
        double tolerance, margin;
        fg_match match;
        enum fg_status status;
    } rows[] = {
        {0.5, 0, {3, 0.5, -1, INFINITY}, FG_ACCEPTED},
        {0.5, 0, {3, 0, -1, INFINITY}, FG_ACCEPTED},
        {0.5, 0, {3, nextafter(0.5, 1), -1, INFINITY}, FG_REFUSED},
        /* The margin; quarters and eighths are exact. */
        {0.5, 0.125, {3, 0.25, 4, 0.375}, FG_ACCEPTED},
        {0.5, 0.125, {3, 0.25, 4, nextafter(0.375, 0)}, FG_REFUSED},
        {0.5, 0.125, {3, 0.25, 4, nextafter(0.375, 1)}, FG_ACCEPTED},
        {0.5, 0.125, {3, 0.5, 4, 0.625}, FG_ACCEPTED},
        {0.5, 0.125, {3, 0.5, 4, nextafter(0.625, 0)}, FG_REFUSED},
        {0.5, 0.125, {3, 0.5, 4, INFINITY}, FG_ACCEPTED},
        {0.5, 0, {3, 0.25, 4, 0.25}, FG_ACCEPTED},
        {0.5, nextafter(0, 1), {3, 0.25, 4, 0.25}, FG_REFUSED},
        /* One person alone has nobody to be mistaken for. */
        {0.5, 0.125, {0, 0.5, -1, INFINITY}, FG_ACCEPTED},
        {0.5, 0.125, {0, 0.5, -1, 0}, FG_ACCEPTED},
        /* Nobody is enrolled. */
        {0.5, 0, {-1, INFINITY, -1, INFINITY}, FG_REFUSED},
        {INFINITY, 0, {-1, INFINITY, -1, INFINITY}, FG_REFUSED},
        {0.5, 0, {-1, 0.1, -1, INFINITY}, FG_REFUSED},
        /* What is not a number. */
        {0.5, 0, {3, NAN, 4, 0.9}, FG_REFUSED},
        {0.5, 0, {3, 0.1, 4, NAN}, FG_REFUSED},
        {NAN, 0, {3, 0.1, 4, 0.9}, FG_REFUSED},
        {0.5, NAN, {3, 0.1, 4, 0.9}, FG_REFUSED},
        {NAN, NAN, {3, NAN, 4, NAN}, FG_REFUSED},
        {INFINITY, 0, {3, INFINITY, 4, INFINITY}, FG_REFUSED},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fg_decision decision = decide(rows[i].tolerance, rows[i].margin, rows[i].match);
        if (decision.status != rows[i].status) {
            fail_msg("row %zu is %s", i, fg_status_text(decision.status));
        }
        bool accepted = rows[i].status == FG_ACCEPTED;
        assert_int_equal(decision.person, accepted ? rows[i].match.person : -1);
        assert_true(decision.report);
        double distance = rows[i].match.distance;
        assert_true(decision.distance == (isnan(distance) ? INFINITY : distance));
    }
}

static void the_distance_reported_is_the_accepted_persons(void **state)
{
    (void)state;
    fg_evidence evidence = {0};
    fg_match ada = match_of('A');
    fg_match bob = match_of('B');
    fg_decision decision = fg_judge_time(&defaults, &evidence, 0);
    assert_true(decision.distance == INFINITY);
    assert_true(fg_judge_view(&defaults, &evidence, 0, &bob).distance == 0.35);
    fg_judge_view(&defaults, &evidence, 1, &ada);
    ada.distance = 0.25;
    assert_true(fg_judge_view(&defaults, &evidence, 2, &ada).distance == 0.25);
    assert_true(fg_judge_time(&defaults, &evidence, 3).distance == 0.25);
    assert_true(fg_judge_standing(&evidence).distance == 0.25);
    assert_true(fg_judge_view(&defaults, &evidence, 4, &bob).distance == 0.35);
    assert_true(fg_judge_view(&defaults, &evidence, 5, &bob).distance == 0.35);
}

static void time_alone_refuses_at_its_end_and_not_before(void **state)
{
    (void)state;
    static const struct {
        const char *views; /* 1 ns apart, the first at `start` */
        int64_t start, time;
        char expected;
    } rows[] = {
        {"", 0, INT64_MAX, '.'},
        {"-", 0, 1500 * MS - 1, '.'},
        {"-", 0, 1500 * MS, 'R'},
        {"-", 0, INT64_MAX, 'R'},
        {"---", 0, 1500 * MS - 1, '.'},
        {"---", 0, 1500 * MS, 'R'},
        {"A", 0, 1500 * MS - 1, '.'},
        {"A", 0, 1500 * MS, 'R'},
        {"A", 7 * SECOND, 7 * SECOND + 1500 * MS - 1, '.'},
        {"A", 7 * SECOND, 7 * SECOND + 1500 * MS, 'R'},
        {"AA", 0, INT64_MAX, 'a'},
        {"----", 0, INT64_MAX, 'r'},
        /* Taken back by the third view, from which it counts then. */
        {"AA--", 0, 1500 * MS + 1, '.'},
        {"AA--", 0, 1500 * MS + 2, 'R'},
        /* No time has passed where it stands still or runs backwards. */
        {"-", 0, 0, '.'},
        {"-", SECOND, 0, '.'},
        {"-", SECOND, INT64_MIN, '.'},
        {"-", INT64_MIN, INT64_MIN, '.'},
        {"-", INT64_MIN, INT64_MAX, 'R'},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fg_evidence evidence = {0};
        for (size_t k = 0; rows[i].views[k] != '\0'; k++) {
            fg_match match = match_of(rows[i].views[k]);
            fg_judge_view(&defaults, &evidence, rows[i].start + (int64_t)k, &match);
        }
        char said = letter_of(fg_judge_time(&defaults, &evidence, rows[i].time));
        if (said != rows[i].expected) {
            fail_msg("row %zu: %c, not %c", i, said, rows[i].expected);
        }
        if (said == 'R') { /* once */
            assert_int_equal(letter_of(fg_judge_time(&defaults, &evidence, rows[i].time)), 'r');
        }
    }
}

static void nothing_is_decided_of_who_is_not_to_be_seen(void **state)
{
    (void)state;
    fg_evidence evidence = {0};
    fg_judge_view(&defaults, &evidence, 0, &nobody);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(letter_of(fg_judge_standing(&evidence)), '.');
    }
    assert_int_equal(letter_of(fg_judge_time(&defaults, &evidence, 1500 * MS)), 'R');
    assert_int_equal(letter_of(fg_judge_standing(&evidence)), 'r');
}

static void a_view_that_comes_late_accepts_before_time_refuses(void **state)
{
    (void)state;
    fg_evidence evidence = {0};
    fg_match ada = match_of('A');
    fg_judge_view(&defaults, &evidence, 0, &ada);
    assert_int_equal(letter_of(fg_judge_view(&defaults, &evidence, 2 * SECOND, &ada)), 'A');

    fg_evidence other = {0};
    fg_judge_view(&defaults, &other, 0, &nobody);
    assert_int_equal(letter_of(fg_judge_view(&defaults, &other, 1500 * MS, &ada)), 'R');
    assert_int_equal(letter_of(fg_judge_view(&defaults, &other, 1501 * MS, &ada)), 'A');
}

static void views_at_one_time_are_views_all_the_same(void **state)
{
    (void)state;
    fg_evidence evidence = {0};
    fg_match ada = match_of('A');
    fg_judge_view(&defaults, &evidence, 5, &ada);
    assert_int_equal(letter_of(fg_judge_view(&defaults, &evidence, 5, &ada)), 'A');
    assert_int_equal(letter_of(fg_judge_view(&defaults, &evidence, 4, &ada)), 'A');
}

static void only_bad_views_are_unusable_once(void **state)
{
    (void)state;
    fg_evidence evidence = {0};
    for (int i = 0; i < 6; i++) {
        assert_int_equal(letter_of(fg_judge_bad_view(&defaults, &evidence, SECOND + i)), '.');
    }
    assert_int_equal(letter_of(fg_judge_time(&defaults, &evidence, SECOND + 1500 * MS - 1)), '.');
    fg_decision decision = fg_judge_time(&defaults, &evidence, SECOND + 1500 * MS);
    assert_int_equal(letter_of(decision), 'X');
    assert_true(decision.distance == INFINITY);
    assert_int_equal(letter_of(fg_judge_time(&defaults, &evidence, 9 * SECOND)), 'x');
    assert_int_equal(letter_of(fg_judge_bad_view(&defaults, &evidence, 9 * SECOND)), 'x');

    /* A view makes an end of it, and is the first. */
    assert_int_equal(letter_of(fg_judge_view(&defaults, &evidence, 10 * SECOND, &nobody)), '.');
    assert_int_equal(letter_of(fg_judge_time(&defaults, &evidence, 11499 * MS)), '.');
    assert_int_equal(letter_of(fg_judge_bad_view(&defaults, &evidence, 11500 * MS)), 'R');
}

static void a_bad_view_may_be_the_one_at_which_time_is_up(void **state)
{
    (void)state;
    fg_evidence evidence = {0};
    fg_judge_bad_view(&defaults, &evidence, 0);
    assert_int_equal(letter_of(fg_judge_bad_view(&defaults, &evidence, 1500 * MS)), 'X');

    fg_evidence seen = {0};
    fg_match ada = match_of('A');
    fg_judge_bad_view(&defaults, &seen, 0);
    fg_judge_view(&defaults, &seen, 1499 * MS, &ada);
    assert_int_equal(letter_of(fg_judge_bad_view(&defaults, &seen, 1500 * MS)), '.');
    assert_int_equal(letter_of(fg_judge_bad_view(&defaults, &seen, 2999 * MS)), 'R');
}

/* After the views, 1 ns apart from 0 on: whether another is wanted at a time. */
static void a_view_is_wanted_until_decided_and_then_now_and_again(void **state)
{
    (void)state;
    static const struct {
        const char *views;
        int64_t interval, time;
        bool wanted;
    } rows[] = {
        {"", SECOND, 0, true},
        {"A", SECOND, 0, true},
        {"---", SECOND, 2, true},
        {"AA", SECOND, 1, false},
        {"AA", SECOND, SECOND, false},
        {"AA", SECOND, SECOND + 1, true},
        {"----", SECOND, SECOND + 2, false},
        {"----", SECOND, SECOND + 3, true},
        {"AA", 0, 1, true},
        /* A long interval does not blind the judge. */
        {"AA", 3600 * SECOND, 1500 * MS, false},
        {"AA", 3600 * SECOND, 1500 * MS + 1, true},
        /* A view against the decision asks for the next one at once. */
        {"AA-", SECOND, 2, true},
        {"AAB", SECOND, 2, true},
        {"AA-A", SECOND, 3, true},
        {"AA-AA", SECOND, 4, false},
        {"AA--", SECOND, 3, true},
        {"----A", SECOND, 4, true},
        {"----A-", SECOND, 5, false},
        {"AA", SECOND, INT64_MIN, false},
        {"AA", SECOND, INT64_MAX, true},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fg_evidence evidence = {0};
        for (size_t k = 0; rows[i].views[k] != '\0'; k++) {
            fg_match match = match_of(rows[i].views[k]);
            fg_judge_view(&defaults, &evidence, (int64_t)k, &match);
        }
        if (fg_judge_wants_view(&defaults, &evidence, rows[i].time, rows[i].interval) !=
            rows[i].wanted) {
            fail_msg("row %zu", i);
        }
    }
}

static void bad_views_and_time_leave_another_view_wanted(void **state)
{
    (void)state;
    fg_evidence evidence = {0};
    fg_judge_bad_view(&defaults, &evidence, 0);
    assert_true(fg_judge_wants_view(&defaults, &evidence, 0, SECOND));
    fg_judge_bad_view(&defaults, &evidence, 2 * SECOND); /* unusable by now */
    assert_true(fg_judge_wants_view(&defaults, &evidence, 2 * SECOND, SECOND));
    fg_judge_view(&defaults, &evidence, 3 * SECOND, &nobody);
    assert_int_equal(letter_of(fg_judge_time(&defaults, &evidence, 4500 * MS)), 'R');
    assert_true(fg_judge_wants_view(&defaults, &evidence, 4500 * MS, SECOND));
}

static fg_gallery *gallery_of(const char *const names[])
{
    float encoding[FG_ENCODING_SIZE] = {0};
    fg_gallery *gallery = NULL;
    assert_int_equal(fg_gallery_create(&gallery), 0);
    for (int i = 0; names[i] != NULL; i++) {
        assert_int_equal(fg_gallery_add(gallery, names[i], NULL, encoding, NULL), 0);
    }
    return gallery;
}

static void who_stays_in_another_gallery_keeps_the_evidence_by_name(void **state)
{
    (void)state;
    const char *const before[] = {"Ada", "Bob", NULL};
    const char *const after[] = {"Grace", "Bob", "Ada", NULL};
    const char *const without[] = {"Bob", NULL};
    fg_gallery *from = gallery_of(before);
    fg_gallery *to = gallery_of(after);
    fg_gallery *gone = gallery_of(without);
    fg_judge_rules rules = defaults;
    fg_evidence evidence = {0};
    fg_match ada = {.person = 0, .distance = 0.3, .runner_up = -1, .runner_up_distance = INFINITY};
    assert_int_equal(fg_judge_view(&rules, &evidence, 1, &ada).status, FG_UNDECIDED);

    /* One view before and one after are two of one person, whatever the index. */
    rules.gallery++;
    fg_judge_carry_over(&evidence, from, to, rules.gallery);
    ada.person = 2;
    fg_decision decision = fg_judge_view(&rules, &evidence, 2, &ada);
    assert_int_equal(decision.status, FG_ACCEPTED);
    assert_int_equal(decision.person, 2);

    /* Accepted stays, as whoever has that name. */
    rules.gallery++;
    fg_judge_carry_over(&evidence, to, from, rules.gallery);
    decision = fg_judge_time(&rules, &evidence, 3);
    assert_int_equal(decision.status, FG_ACCEPTED);
    assert_int_equal(decision.person, 0);

    /* Who is gone is accepted no more, and index 0 is Bob's now. */
    rules.gallery++;
    fg_judge_carry_over(&evidence, from, gone, rules.gallery);
    assert_int_equal(fg_judge_time(&rules, &evidence, 4).status, FG_UNDECIDED);
    ada.person = 0;
    assert_int_equal(fg_judge_view(&rules, &evidence, 5, &ada).status, FG_UNDECIDED);
    fg_gallery_free(from);
    fg_gallery_free(to);
    fg_gallery_free(gone);
}

static void another_gallery_makes_all_evidence_void(void **state)
{
    (void)state;
    fg_judge_rules next = defaults;
    fg_match ada = match_of('A');
    fg_evidence evidence = {0};
    fg_judge_view(&defaults, &evidence, 0, &ada);
    fg_judge_view(&defaults, &evidence, 1, &ada);
    next.gallery++;
    assert_true(fg_judge_wants_view(&next, &evidence, 2, SECOND));
    fg_decision decision = fg_judge_time(&next, &evidence, 2);
    assert_int_equal(letter_of(decision), '.');
    assert_int_equal(decision.person, -1);
    /* One view from each gallery is not two of one person. */
    assert_int_equal(letter_of(fg_judge_view(&next, &evidence, 3, &ada)), '.');
    next.gallery++;
    assert_int_equal(letter_of(fg_judge_view(&next, &evidence, 4, &ada)), '.');
    assert_int_equal(letter_of(fg_judge_view(&next, &evidence, 5, &ada)), 'A');
    next.gallery++;
    assert_int_equal(letter_of(fg_judge_bad_view(&next, &evidence, 6)), '.');
}

static void numbers_at_their_end_stay_there(void **state)
{
    (void)state;
    fg_evidence evidence = {.gallery = defaults.gallery,
                            .views = INT_MAX,
                            .recent_count = 1,
                            .recent = {{.person = -1}}};
    assert_int_equal(letter_of(fg_judge_view(&defaults, &evidence, 0, &nobody)), 'R');
    assert_int_equal(evidence.views, INT_MAX);
}

static void statuses_are_those_of_the_wire_contract(void **state)
{
    (void)state;
    assert_string_equal(fg_status_text(FG_ACCEPTED), "Accepted");
    assert_string_equal(fg_status_text(FG_REFUSED), "Refused");
    assert_string_equal(fg_status_text(FG_UNDECIDED), "Undecided");
    assert_string_equal(fg_status_text(FG_UNUSABLE), "Unusable");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_of_three_views_accept_and_four_refuse),
        cmocka_unit_test(each_count_does_what_it_says),
        cmocka_unit_test(a_person_is_named_up_to_the_tolerance_and_from_the_margin_on),
        cmocka_unit_test(the_distance_reported_is_the_accepted_persons),
        cmocka_unit_test(time_alone_refuses_at_its_end_and_not_before),
        cmocka_unit_test(nothing_is_decided_of_who_is_not_to_be_seen),
        cmocka_unit_test(a_view_that_comes_late_accepts_before_time_refuses),
        cmocka_unit_test(views_at_one_time_are_views_all_the_same),
        cmocka_unit_test(only_bad_views_are_unusable_once),
        cmocka_unit_test(a_bad_view_may_be_the_one_at_which_time_is_up),
        cmocka_unit_test(a_view_is_wanted_until_decided_and_then_now_and_again),
        cmocka_unit_test(bad_views_and_time_leave_another_view_wanted),
        cmocka_unit_test(who_stays_in_another_gallery_keeps_the_evidence_by_name),
        cmocka_unit_test(another_gallery_makes_all_evidence_void),
        cmocka_unit_test(numbers_at_their_end_stay_there),
        cmocka_unit_test(statuses_are_those_of_the_wire_contract),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
