/*
 * The judge against a plain model of its rules: the model keeps every call in a list, remembers
 * nothing else, and works out from the whole list what must hold now. Seeds are fixed.
 */
#include "dice.h"
#include "facegate/decision/judge.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MS        INT64_C(1000000)
#define LONGEST   40
#define SEQUENCES 20000

enum kind { VIEW, BAD_VIEW, TIME };

typedef struct call {
    enum kind kind;
    int64_t time;
    fg_match match;
} call;

typedef struct history {
    fg_judge_rules rules;
    int count;
    call calls[LONGEST];
} history;

static int person_named(const fg_judge_rules *rules, const fg_match *match)
{
    if (match->person < 0 || isnan(match->distance) || match->distance > rules->tolerance) {
        return -1;
    }
    if (match->runner_up >= 0) {
        double lead = match->runner_up_distance - match->distance;
        if (isnan(lead) || lead < rules->margin) {
            return -1;
        }
    }
    return match->person;
}

static int votes_since(const history *past, int first, int at, int person)
{
    int seen = 0, found = 0;
    for (int i = at; i >= first && seen < past->rules.window; i--) {
        if (past->calls[i].kind == VIEW) {
            seen++;
            found += person_named(&past->rules, &past->calls[i].match) == person;
        }
    }
    return found;
}

/* The last view up to `at` that spoke against who was accepted, before which nothing counts. */
static int last_contradiction(const history *past, int at)
{
    int first = 0, accepted = -1;
    for (int i = 0; i <= at; i++) {
        if (past->calls[i].kind != VIEW) {
            continue;
        }
        int named = person_named(&past->rules, &past->calls[i].match);
        first = accepted >= 0 && named != accepted ? i : first;
        bool confirmed = named >= 0 && votes_since(past, first, i, named) >= past->rules.confirm;
        accepted = confirmed ? named : first == i ? -1 : accepted;
    }
    return first;
}

/* How many of the window of views that ends with call `at` name the person. */
static int votes(const history *past, int at, int person)
{
    return votes_since(past, last_contradiction(past, at), at, person);
}

static bool is_over(const history *past, int since, int at)
{
    int64_t start = past->calls[since].time, end = past->calls[at].time;
    return end > start && end - start >= past->rules.decide_within;
}

static int first_of(const history *past, enum kind kind)
{
    for (int i = 0; i < past->count; i++) {
        if (past->calls[i].kind == kind) {
            return i;
        }
    }
    return -1;
}

static int last_view(const history *past)
{
    for (int i = past->count - 1; i >= 0; i--) {
        if (past->calls[i].kind == VIEW) {
            return i;
        }
    }
    return -1;
}

/* The last view that accepts somebody, or -1. */
static int accepting_call(const history *past, int *ret_person)
{
    for (int i = past->count - 1; i >= 0; i--) {
        int named =
            past->calls[i].kind == VIEW ? person_named(&past->rules, &past->calls[i].match) : -1;
        if (named >= 0 && votes(past, i, named) >= past->rules.confirm) {
            *ret_person = named;
            return i;
        }
    }
    return -1;
}

/* The view after `since` that names somebody else or nobody, or -1. */
static int breaking_call(const history *past, int since, int person)
{
    for (int i = since + 1; i < past->count; i++) {
        if (past->calls[i].kind == VIEW &&
            person_named(&past->rules, &past->calls[i].match) != person) {
            return i;
        }
    }
    return -1;
}

/* The call that refuses, of those from `start` on, which is a view; or -1. */
static int refusing_call(const history *past, int start)
{
    int views = 0;
    for (int i = start; i < past->count; i++) {
        const call *one = &past->calls[i];
        views += one->kind == VIEW;
        bool enough = one->kind == VIEW && views >= past->rules.refuse_after &&
                      person_named(&past->rules, &one->match) < 0;
        if (enough || is_over(past, start, i)) {
            return i;
        }
    }
    return -1;
}

static int unusable_call(const history *past, int first_bad)
{
    for (int i = first_bad; first_bad >= 0 && i < past->count; i++) {
        if (is_over(past, first_bad, i)) {
            return i;
        }
    }
    return -1;
}

static fg_decision model_without_views(const history *past)
{
    int unusable = unusable_call(past, first_of(past, BAD_VIEW));
    fg_decision decision = {.status = FG_UNDECIDED, .person = -1, .distance = INFINITY};
    if (unusable >= 0) {
        decision.status = FG_UNUSABLE;
        decision.report = unusable == past->count - 1;
    }
    return decision;
}

static fg_decision model(const history *past)
{
    int newest = last_view(past);
    if (newest < 0) {
        return model_without_views(past);
    }
    int person = -1;
    int now = past->count - 1;
    int start = first_of(past, VIEW);
    int named = person_named(&past->rules, &past->calls[newest].match);
    fg_decision decision = {.status = FG_UNDECIDED, .person = -1};
    decision.distance = past->calls[newest].match.distance;
    decision.distance = isnan(decision.distance) ? INFINITY : decision.distance;

    int accepted = accepting_call(past, &person);
    if (accepted >= 0) {
        start = breaking_call(past, accepted, person);
    }
    if (accepted >= 0 && start < 0) {
        decision.status = FG_ACCEPTED;
        decision.report = newest == now && named == person;
        decision.person = person;
        for (int i = now; i >= 0; i--) {
            const call *one = &past->calls[i];
            if (one->kind == VIEW && person_named(&past->rules, &one->match) == person) {
                decision.distance = one->match.distance;
                break;
            }
        }
        return decision;
    }
    int refused = refusing_call(past, start);
    if (refused >= 0) {
        decision.status = FG_REFUSED;
        decision.report = refused == now || (newest == now && named < 0);
    }
    return decision;
}

static bool model_wants_view(const history *past, int64_t time, int64_t send_interval)
{
    fg_decision decision = model(past);
    if (decision.status == FG_UNDECIDED || decision.status == FG_UNUSABLE) {
        return true;
    }
    const call *newest = &past->calls[last_view(past)];
    if (person_named(&past->rules, &newest->match) != decision.person) {
        return true;
    }
    int64_t since = time > newest->time ? time - newest->time : 0;
    return since >= send_interval || since >= past->rules.decide_within;
}

static fg_judge_rules random_rules(fg_dice *dice)
{
    if (fg_dice_chance(dice, 30)) {
        return (fg_judge_rules){.tolerance = 0.5,
                                .margin = 0.04,
                                .confirm = 2,
                                .window = 3,
                                .refuse_after = 4,
                                .decide_within = 1500 * MS};
    }
    int window = 1 + fg_dice_roll(dice, fg_dice_chance(dice, 20) ? FG_JUDGE_WINDOW : 4);
    return (fg_judge_rules){.tolerance = 0.5,
                            .margin = 0.125 * fg_dice_roll(dice, 2),
                            .confirm = 1 + fg_dice_roll(dice, window),
                            .window = window,
                            .refuse_after = 1 + fg_dice_roll(dice, 8),
                            .decide_within = (100 + fg_dice_roll(dice, 3000)) * MS};
}

/* Mostly of somebody known, often at an edge, sometimes nonsense. */
static fg_match random_match(fg_dice *dice, int usual)
{
    static const double near[] = {0.25, 0.375, 0.5, -1, 0.625, 0, NAN, INFINITY};
    static const double leads[] = {0.25, 0.125, 0.0625, 0, 0.5, NAN, INFINITY};
    fg_match match = {.person = fg_dice_chance(dice, 75) ? usual : fg_dice_roll(dice, 4) - 1};
    match.distance = near[fg_dice_roll(dice, fg_dice_chance(dice, 80) ? 3 : 8)];
    if (match.distance == -1) {
        match.distance = nextafter(0.5, 1);
    }
    match.runner_up = fg_dice_chance(dice, 20) ? -1 : 3;
    match.runner_up_distance =
        match.distance + leads[fg_dice_roll(dice, fg_dice_chance(dice, 80) ? 2 : 7)];
    return match;
}

static int64_t random_step(fg_dice *dice)
{
    static const int most[] = {1, 34, 34, 34, 150, 1600};
    int64_t step = fg_dice_roll(dice, most[fg_dice_roll(dice, 6)]) * MS;
    return fg_dice_chance(dice, 3) ? -step : step;
}

static void assert_same(fg_decision decision, fg_decision expected, int sequence, int number)
{
    if (decision.status != expected.status || decision.report != expected.report ||
        decision.person != expected.person || decision.distance != expected.distance) {
        fail_msg("sequence %d, call %d: %s %d (%g)%s, not %s %d (%g)%s", sequence, number,
                 fg_status_text(decision.status), decision.person, decision.distance,
                 decision.report ? " reported" : "", fg_status_text(expected.status),
                 expected.person, expected.distance, expected.report ? " reported" : "");
    }
}

static fg_decision make_call(const fg_judge_rules *rules, fg_evidence *evidence, const call *next)
{
    switch (next->kind) {
    case VIEW:
        return fg_judge_view(rules, evidence, next->time, &next->match);
    case BAD_VIEW:
        return fg_judge_bad_view(rules, evidence, next->time);
    case TIME:
        break;
    }
    return fg_judge_time(rules, evidence, next->time);
}

/* How often each thing happened, lest the sequences be too dull to prove anything. */
static struct {
    int status[4], reports, held_back, taken_back, changed_person, recovered;
} happened;

static void count_happening(fg_decision before, fg_decision after)
{
    bool decided = after.status == FG_ACCEPTED || after.status == FG_REFUSED;
    happened.status[after.status]++;
    happened.reports += after.report;
    happened.held_back += decided && !after.report;
    happened.taken_back += before.status == FG_ACCEPTED && after.status == FG_UNDECIDED;
    happened.recovered += before.status == FG_REFUSED && after.status == FG_ACCEPTED;
    happened.changed_person += before.status == FG_ACCEPTED && after.status == FG_ACCEPTED &&
                               before.person != after.person;
}

static void run_sequence(fg_dice *dice, int sequence)
{
    history past = {.rules = random_rules(dice)};
    fg_evidence evidence = {0};
    fg_decision before = {.status = FG_UNDECIDED};
    int usual = 0;
    int views = fg_dice_roll(dice, 100);
    int bad = fg_dice_roll(dice, 100);
    int64_t time = (fg_dice_roll(dice, 2000) - 1000) * MS;
    for (int i = 0; i < LONGEST; i++) {
        time += random_step(dice);
        usual = fg_dice_chance(dice, 10) ? fg_dice_roll(dice, 4) - 1 : usual;
        call next = {.kind = TIME, .time = time};
        if (fg_dice_chance(dice, views)) {
            next.kind = VIEW;
            next.match = random_match(dice, usual);
        } else if (fg_dice_chance(dice, bad)) {
            next.kind = BAD_VIEW;
        }
        if (fg_dice_chance(dice, 1)) {
            past.rules.gallery++;
            past.count = 0;
        }
        past.calls[past.count++] = next;
        fg_decision decision = make_call(&past.rules, &evidence, &next);
        assert_same(decision, model(&past), sequence, i);
        int64_t then = time + fg_dice_roll(dice, 2000) * MS;
        int64_t send_interval = (100 + fg_dice_roll(dice, 2000)) * MS;
        assert_int_equal(fg_judge_wants_view(&past.rules, &evidence, then, send_interval),
                         model_wants_view(&past, then, send_interval));
        count_happening(before, decision);
        before = decision;
    }
}

static void the_judge_and_a_plain_model_of_its_rules_agree(void **state)
{
    (void)state;
    fg_dice dice = {.state = 20240605};
    for (int i = 0; i < SEQUENCES; i++) {
        run_sequence(&dice, i);
    }
    for (int i = 0; i < 4; i++) {
        assert_in_range(happened.status[i], SEQUENCES / 10, SEQUENCES * LONGEST);
    }
    assert_in_range(happened.reports, SEQUENCES, SEQUENCES * LONGEST);
    assert_in_range(happened.held_back, SEQUENCES, SEQUENCES * LONGEST);
    assert_in_range(happened.taken_back, SEQUENCES / 20, SEQUENCES * LONGEST);
    assert_in_range(happened.recovered, SEQUENCES / 20, SEQUENCES * LONGEST);
    assert_in_range(happened.changed_person, SEQUENCES / 20, SEQUENCES * LONGEST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_judge_and_a_plain_model_of_its_rules_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
