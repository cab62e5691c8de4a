/*
 * What comes out of judge and throttle together, whatever goes in: several tracks with random
 * matches at random times, tracks that end and begin, galleries that change under them, events that
 * cannot be made. Never more than one event per identity and interval, and never an Accepted that
 * the views do not bear out. Seeds are fixed.
 */
#include "dice.h"
#include "facegate/decision/judge.h"
#include "facegate/decision/throttle.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MS       INT64_C(1000000)
#define TRACKS   4
#define PEOPLE   5
#define FRAMES   400
#define RUNS     1000
#define LATEST   20 /* more than any window */
#define LEFT_OUT (-1)

static const char *const names[PEOPLE] = {"Ada", "Bob", "Grace", "Inconnu", "s"};

/* A track as the test sees it: who its last views were reported to be, by name and not by index. */
typedef struct face {
    uint64_t id;
    fg_evidence evidence;
    const char *latest[LATEST]; /* the newest first; NULL names nobody */
} face;

typedef struct door {
    fg_dice dice;
    fg_judge_rules rules;
    fg_throttle *throttle;
    int64_t interval;
    int64_t time;
    int place[PEOPLE]; /* the gallery: whose name each index is */
    int enrolled;
    face faces[TRACKS];
    uint64_t next_id;
    int64_t last_accepted[PEOPLE]; /* when each name had its last event */
    int64_t last_refused[TRACKS];  /* so the face that is in the track now */
} door;

static struct {
    int accepted, refused, held, missed;
} happened;

static int place_of(const door *at, int name)
{
    for (int i = 0; i < at->enrolled; i++) {
        if (at->place[i] == name) {
            return i;
        }
    }
    return -1;
}

/* Another gallery: some of the people, in another order. */
static void reload(door *at)
{
    for (int i = PEOPLE - 1; i > 0; i--) {
        int other = fg_dice_roll(&at->dice, i + 1);
        int swapped = at->place[i];
        at->place[i] = at->place[other];
        at->place[other] = swapped;
    }
    at->enrolled = fg_dice_roll(&at->dice, PEOPLE + 1);
    at->rules.gallery++;
    for (int i = 0; i < TRACKS; i++) {
        memset(at->faces[i].latest, 0, sizeof(at->faces[i].latest));
    }
}

static void begin_track(door *at, int track)
{
    at->faces[track] = (face){.id = at->next_id++};
    at->last_refused[track] = INT64_MIN / 2;
}

static void assert_borne_out(const door *at, const face *one, const char *name)
{
    int votes = 0;
    for (int i = 0; i < at->rules.window; i++) {
        votes += one->latest[i] == name;
    }
    assert_in_range(votes, at->rules.confirm, at->rules.window);
    assert_ptr_equal(one->latest[0], name);
}

/* Notes an event, the first of this identity for an interval. */
static void make_event(door *at, int track, const fg_decision *decision)
{
    int64_t *last = decision->status == FG_ACCEPTED
                        ? &at->last_accepted[at->place[decision->person]]
                        : &at->last_refused[track];
    assert_true(at->time - *last >= at->interval);
    *last = at->time;
    happened.accepted += decision->status == FG_ACCEPTED;
    happened.refused += decision->status == FG_REFUSED;
}

static void report(door *at, int track, const fg_decision *decision)
{
    uint64_t key = fg_throttle_stranger(at->faces[track].id);
    if (decision->status == FG_ACCEPTED) {
        assert_in_range(decision->person, 0, at->enrolled - 1);
        const char *name = names[at->place[decision->person]];
        assert_borne_out(at, &at->faces[track], name);
        key = fg_throttle_key(name);
    }
    if (fg_throttle_ask(at->throttle, key, at->time) == FG_THROTTLE_HOLD) {
        happened.held++;
    } else if (fg_dice_chance(&at->dice, 5)) {
        happened.missed++;
        fg_throttle_missed(at->throttle, key, at->time);
    } else {
        make_event(at, track, decision);
        fg_throttle_made(at->throttle, key, at->time);
    }
}

/* A good view of somebody (or of nobody known), at a distance that may be anything. */
static fg_decision see(door *at, face *one, int name)
{
    int place = name == LEFT_OUT ? -1 : place_of(at, name);
    double distance = 0.3 + 0.01 * fg_dice_roll(&at->dice, 25);
    double lead = 0.01 * fg_dice_roll(&at->dice, 20);
    fg_match match = {.person = place >= 0 ? place : at->enrolled - 1,
                      .distance = place >= 0 ? distance : 0.51 + distance,
                      .runner_up = at->enrolled > 1 ? (place + 1) % at->enrolled : -1,
                      .runner_up_distance = distance + lead};
    bool named =
        place >= 0 && match.distance <= at->rules.tolerance &&
        (match.runner_up < 0 || match.runner_up_distance - match.distance >= at->rules.margin);
    memmove(&one->latest[1], &one->latest[0], sizeof(one->latest) - sizeof(one->latest[0]));
    one->latest[0] = named ? names[name] : NULL;
    return fg_judge_view(&at->rules, &one->evidence, at->time, &match);
}

/* One frame of one track, as the daemon would go about it, or against its rules. */
static void live(door *at, int track, int usual)
{
    face *one = &at->faces[track];
    fg_decision decision;
    bool wanted = fg_judge_wants_view(&at->rules, &one->evidence, at->time, at->interval);
    if (fg_dice_chance(&at->dice, wanted ? 70 : 10)) {
        bool is_usual = fg_dice_chance(&at->dice, 80);
        decision = see(at, one, is_usual ? usual : fg_dice_roll(&at->dice, PEOPLE + 1) - 1);
    } else if (fg_dice_chance(&at->dice, 30)) {
        decision = fg_judge_bad_view(&at->rules, &one->evidence, at->time);
    } else {
        decision = fg_judge_time(&at->rules, &one->evidence, at->time);
    }
    bool sendable = decision.status == FG_ACCEPTED || decision.status == FG_REFUSED;
    if (decision.report && sendable) {
        report(at, track, &decision);
    }
}

static void open_door(door *at, uint64_t seed)
{
    *at = (door){.dice = {.state = seed}, .next_id = 1};
    int window = 1 + fg_dice_roll(&at->dice, 5);
    at->rules = (fg_judge_rules){.tolerance = 0.5,
                                 .margin = 0.04,
                                 .window = window,
                                 .confirm = 1 + fg_dice_roll(&at->dice, window),
                                 .refuse_after = 1 + fg_dice_roll(&at->dice, 6),
                                 .decide_within = (100 + fg_dice_roll(&at->dice, 2000)) * MS};
    at->interval = (100 + fg_dice_roll(&at->dice, 2000)) * MS;
    assert_int_equal(fg_throttle_create(at->interval, &at->throttle), 0);
    for (int i = 0; i < PEOPLE; i++) {
        at->place[i] = i;
        at->last_accepted[i] = INT64_MIN / 2;
    }
    reload(at);
    for (int i = 0; i < TRACKS; i++) {
        begin_track(at, i);
    }
}

static void no_order_of_events_makes_two_of_one_identity_in_an_interval(void **state)
{
    (void)state;
    static const int most[] = {1, 34, 34, 34, 200, 1500};
    for (int run = 0; run < RUNS; run++) {
        door at;
        int usual[TRACKS] = {0, 0, LEFT_OUT, LEFT_OUT}; /* Ada is there twice */
        open_door(&at, 1000003u * (uint64_t)(run + 1));
        for (int frame = 0; frame < FRAMES; frame++) {
            at.time += fg_dice_roll(&at.dice, most[fg_dice_roll(&at.dice, 6)]) * MS;
            if (fg_dice_chance(&at.dice, 1)) {
                reload(&at);
            }
            for (int track = 0; track < TRACKS; track++) {
                if (fg_dice_chance(&at.dice, 3)) {
                    begin_track(&at, track);
                }
                if (fg_dice_chance(&at.dice, 3)) {
                    usual[track] = fg_dice_roll(&at.dice, PEOPLE + 1) - 1;
                }
                live(&at, track, usual[track]);
            }
        }
        fg_throttle_free(at.throttle);
    }
    /* Much was reported and much held back, else nothing was proved. */
    assert_in_range(happened.accepted, 10 * RUNS, FRAMES * RUNS);
    assert_in_range(happened.refused, 10 * RUNS, FRAMES * RUNS);
    assert_in_range(happened.held, 10 * RUNS, TRACKS * FRAMES * RUNS);
    assert_in_range(happened.missed, RUNS, TRACKS * FRAMES * RUNS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_order_of_events_makes_two_of_one_identity_in_an_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
