/*
 * What comes out of judge and throttle together, whatever goes in: several faces with views of
 * nobody's identities at random times, good and bad ones, doubts, faces that go and come, galleries
 * that change under them, events that cannot be made. No face waits for its verdict longer than the
 * rules say, none is accepted whom its views do not bear out, no refusal on full evidence turns by
 * less than the sticky rule, and no identity has two events in an interval. Seeds are fixed.
 */
#include "dice.h"
#include "facegate/decision/judge.h"
#include "facegate/decision/throttle.h"
#include "nobody.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define MS       INT64_C(1000000)
#define TRACKS   4
#define PEOPLE   5 /* the first identities; the tenth and those after it are strangers */
#define STRANGER 10
#define FRAMES   400
#define RUNS     60

/* A view as the test keeps it: whose it really was. */
typedef struct seen {
    fg_view view;
    int identity;
} seen;

typedef struct face {
    uint64_t id;
    int usual; /* whose face it mostly is */
    fg_evidence evidence;
    int64_t clock; /* since when it waits for a verdict */
    bool waits;
    bool has_verdict; /* or had one */
    int count;
    seen latest[FG_JUDGE_VIEWS]; /* the newest first */
    int64_t last_refused;        /* its last event */
} face;

typedef struct door {
    fg_dice dice;
    fg_judge_rules rules;
    fg_throttle *throttle;
    fg_gallery *gallery;
    int64_t interval;
    int64_t time;
    face faces[TRACKS];
    uint64_t next_id;
    int64_t last_accepted[PEOPLE];
} door;

static struct {
    int accepted, refused, held, missed, timed_out, gone, turned;
} happened;

static int identity_of(const door *at, int person)
{
    int identity = -1;
    assert_int_equal(sscanf(fg_gallery_name(at->gallery, person), "%d", &identity), 1);
    return identity;
}

/* Another gallery: some of the people, in another order. */
static void reload(door *at)
{
    int order[PEOPLE];
    fg_gallery *next = NULL;
    assert_int_equal(fg_gallery_create(&next), 0);
    for (int i = 0; i < PEOPLE; i++) {
        int other = fg_dice_roll(&at->dice, i + 1);
        order[i] = order[other];
        order[other] = i;
    }
    for (int i = fg_dice_roll(&at->dice, PEOPLE + 1); i > 0; i--) {
        fg_nobody_enroll(next, order[i - 1], 0, 5);
    }
    for (int i = 0; i < TRACKS && at->gallery != NULL; i++) {
        face *one = &at->faces[i];
        fg_judge_carry_over(&at->rules, &one->evidence, at->gallery, next, at->time);
        for (int k = 0; k < one->count; k++) {
            fg_comparison_renew(next, &one->latest[k].view.comparison);
        }
    }
    fg_gallery_free(at->gallery);
    at->gallery = next;
}

static int some_identity(door *at)
{
    int roll = fg_dice_roll(&at->dice, 2 * PEOPLE);
    return roll < PEOPLE ? roll : STRANGER + fg_dice_roll(&at->dice, 50);
}

static void begin_face(door *at, face *one)
{
    *one = (face){.id = at->next_id++,
                  .usual = some_identity(at),
                  .clock = at->time,
                  .waits = true,
                  .last_refused = INT64_MIN / 2};
    fg_judge_begin(&one->evidence, at->time);
}

/* Whether some of the newest views say so together, by sums of the test's own. */
static bool bear_out(const door *at, const face *one, int person, int most, double weight,
                     double margin)
{
    double sum = 0;
    double margins = 0;
    double distances = 0;
    for (int i = 0; i < one->count && i < most; i++) {
        const fg_view *view = &one->latest[i].view;
        sum += view->weight;
        margins += view->weight * fg_comparison_margin(at->gallery, &view->comparison, person);
        distances += view->weight * fg_comparison_distance(at->gallery, &view->comparison, person);
        if (sum > weight - 1e-6 && margins > (margin - 1e-6) * sum &&
            distances < (at->rules.visit.tolerance + 1e-6) * sum) {
            return true;
        }
    }
    return false;
}

/* Notes an event, the first of this identity for an interval. */
static void make_event(door *at, face *one, const fg_decision *decision)
{
    int64_t *last = decision->status == FG_ACCEPTED
                        ? &at->last_accepted[identity_of(at, decision->person)]
                        : &one->last_refused;
    assert_true(at->time - *last >= at->interval);
    *last = at->time;
    happened.accepted += decision->status == FG_ACCEPTED;
    happened.refused += decision->status == FG_REFUSED;
}

static void report(door *at, face *one, const fg_decision *decision)
{
    uint64_t key = decision->status == FG_ACCEPTED
                       ? fg_throttle_key(fg_gallery_name(at->gallery, decision->person))
                       : fg_throttle_stranger(one->id);
    if (fg_throttle_ask(at->throttle, key, at->time) == FG_THROTTLE_HOLD) {
        happened.held++;
    } else if (fg_dice_chance(&at->dice, 5)) {
        happened.missed++;
        fg_throttle_missed(at->throttle, key, at->time);
    } else {
        make_event(at, one, decision);
        fg_throttle_made(at->throttle, key, at->time);
    }
}

/* A view of somebody, of any weight; kept as the judge keeps it. */
static fg_decision see(door *at, face *one, int identity, double score)
{
    static const double weights[] = {1, 1, 1, 0.6, 0.3, 0.1};
    seen next = {.identity = identity};
    next.view.weight = weights[fg_dice_roll(&at->dice, 6)];
    next.view.scores = (fg_view_scores){.scored = 1, .score = {score}};
    fg_comparison_make(at->gallery, fg_nobody_cohort(),
                       fg_nobody_view(identity, 5 + fg_dice_roll(&at->dice, FG_NOBODY_VIEWS - 5)),
                       &next.view.comparison);
    int64_t before = one->count > 0 ? one->evidence.last_view : INT64_MIN;
    fg_decision decision =
        fg_judge_view(&at->rules, at->gallery, &one->evidence, at->time, &next.view);
    if (one->evidence.last_view != before) {
        memmove(&one->latest[1], &one->latest[0], sizeof(one->latest) - sizeof(one->latest[0]));
        one->latest[0] = next;
        one->count += one->count < FG_JUDGE_VIEWS;
    }
    return decision;
}

static void assert_borne_out(const door *at, const face *one, const fg_decision *decision,
                             bool was_refused_by_views)
{
    const fg_judge_rules *rules = &at->rules;
    int identity = identity_of(at, decision->person);
    bool was_there = false;
    for (int i = 0; i < one->count; i++) {
        was_there = was_there || one->latest[i].identity == identity;
    }
    assert_true(was_there);
    if (was_refused_by_views) {
        happened.turned++;
        assert_true(bear_out(at, one, decision->person, FG_JUDGE_VIEWS, 2 * rules->confirm,
                             rules->visit.margin + FG_JUDGE_STICKY));
    } else {
        assert_true(bear_out(at, one, decision->person, rules->window, rules->confirm,
                             rules->visit.margin));
    }
}

/* One frame of one face, as the daemon would go about it, or against its rules. */
static void live(door *at, face *one)
{
    fg_evidence before = one->evidence;
    bool was_refused = before.status == FG_REFUSED && before.grounds == FG_GROUNDS_VIEWS;
    fg_decision decision;
    if (fg_dice_chance(&at->dice, 2)) {
        fg_judge_doubt(&one->evidence, at->time);
        if (fg_dice_chance(&at->dice, 50)) {
            one->usual = some_identity(at);
        }
    }
    bool is_doubted = one->evidence.doubted;
    bool wanted = fg_judge_wants_view(&at->rules, &one->evidence, at->time, at->interval);
    if (fg_dice_chance(&at->dice, wanted ? 70 : 5)) {
        bool is_usual = fg_dice_chance(&at->dice, 85);
        decision = see(at, one, is_usual ? one->usual : some_identity(at),
                       fg_dice_chance(&at->dice, 2) ? -1 : 1);
    } else {
        decision = fg_judge_time(&at->rules, &one->evidence, at->time);
    }
    bool is_weighed = one->count > 0 && one->evidence.last_view == at->time;
    /* Somebody else who stands in the place of a refused face is judged anew. */
    was_refused = was_refused && !(is_doubted && is_weighed && one->count > 1 &&
                                   one->latest[0].identity != one->latest[1].identity);
    assert_true(is_weighed || decision.status != FG_ACCEPTED || before.status == FG_ACCEPTED);
    if (decision.status == FG_ACCEPTED && before.status != FG_ACCEPTED) {
        assert_borne_out(at, one, &decision, was_refused);
    }
    bool waits = decision.status == FG_UNDECIDED;
    if (waits && !one->waits) {
        one->clock = at->time;
    }
    /* Whoever was accepted, or refused by the clock alone, may be another face now and waits anew;
     * nobody else waits twice. */
    assert_true(one->waits || !waits || !was_refused);
    assert_true(!waits || at->time - one->clock < at->rules.decide_within);
    one->waits = waits;
    one->has_verdict = one->has_verdict || !waits;
    happened.timed_out += decision.report && decision.grounds == FG_GROUNDS_TIME;
    if (decision.report) {
        report(at, one, &decision);
    }
}

static void end_face(door *at, face *one)
{
    fg_decision decision = fg_judge_end(&one->evidence);
    if (!one->has_verdict) {
        assert_int_equal(decision.status, FG_REFUSED);
        assert_true(decision.report);
    }
    if (decision.report) {
        assert_int_equal(decision.grounds, FG_GROUNDS_GONE);
        happened.gone++;
        report(at, one, &decision);
    }
}

static void open_door(door *at, uint64_t seed)
{
    *at = (door){.dice = {.state = seed}, .next_id = 1};
    int window = 2 + fg_dice_roll(&at->dice, 5);
    at->rules = (fg_judge_rules){
        .visit = {.tolerance = 0.46, .margin = 0.09, .lead = 0.03},
        .window = window,
        .confirm = 1 + fg_dice_roll(&at->dice, window),
        .refuse_after = 1 + fg_dice_roll(&at->dice, 6),
        .decide_within = (100 + fg_dice_roll(&at->dice, 2000)) * MS,
        .checks = 1,
        .least = {0.5},
    };
    at->interval = (100 + fg_dice_roll(&at->dice, 2000)) * MS;
    assert_int_equal(fg_throttle_create(at->interval, &at->throttle), 0);
    for (int i = 0; i < PEOPLE; i++) {
        at->last_accepted[i] = INT64_MIN / 2;
    }
    reload(at);
    for (int i = 0; i < TRACKS; i++) {
        begin_face(at, &at->faces[i]);
    }
}

static void whatever_happens_each_face_has_its_verdict_and_no_more(void **state)
{
    (void)state;
    static const int most[] = {1, 34, 34, 100, 200, 1500};
    static door at;
    for (int run = 0; run < RUNS; run++) {
        open_door(&at, 1000003u * (uint64_t)(run + 1));
        for (int frame = 0; frame < FRAMES; frame++) {
            at.time += (1 + fg_dice_roll(&at.dice, most[fg_dice_roll(&at.dice, 6)])) * MS;
            if (fg_dice_chance(&at.dice, 1)) {
                reload(&at);
            }
            for (int i = 0; i < TRACKS; i++) {
                if (fg_dice_chance(&at.dice, 2)) {
                    end_face(&at, &at.faces[i]);
                    begin_face(&at, &at.faces[i]);
                }
                live(&at, &at.faces[i]);
            }
        }
        fg_throttle_free(at.throttle);
        fg_gallery_free(at.gallery);
    }
    /* Much of everything happened, else nothing was proved. */
    const int counts[] = {happened.accepted, happened.refused,   happened.held,  happened.missed,
                          happened.gone,     happened.timed_out, happened.turned};
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        assert_in_range(counts[i], RUNS, TRACKS * FRAMES * RUNS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_happens_each_face_has_its_verdict_and_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
