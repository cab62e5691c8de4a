/* Weighs the views of one face: accepted, refused or not yet. */
#include "facegate/decision/judge.h"

#include <limits.h>
#include <math.h>
#include <string.h>

const char *fg_status_text(enum fg_status status)
{
    switch (status) {
    case FG_ACCEPTED:
        return "Accepted";
    case FG_REFUSED:
        return "Refused";
    case FG_UNUSABLE:
        return "Unusable";
    case FG_UNDECIDED:
        break;
    }
    return "Undecided";
}

static int at_least_one(int count)
{
    return count > 1 ? count : 1;
}

/* Unsigned, since two times may lie further apart than an int64_t reaches. */
static bool has_passed(int64_t span, int64_t since, int64_t time)
{
    uint64_t elapsed = time > since ? (uint64_t)time - (uint64_t)since : 0;
    return span <= 0 || elapsed >= (uint64_t)span;
}

static void forget_other_gallery(const fg_judge_rules *rules, fg_evidence *evidence)
{
    if (evidence->gallery != rules->gallery) {
        *evidence = (fg_evidence){.gallery = rules->gallery};
    }
}

/* Comparisons with NAN are false, so that what cannot be compared is never let in. */
static fg_opinion read_match(const fg_judge_rules *rules, const fg_match *match)
{
    bool is_near = match->person >= 0 && match->distance <= rules->tolerance;
    bool is_apart =
        match->runner_up < 0 || match->runner_up_distance - match->distance >= rules->margin;
    return (fg_opinion){.person = is_near && is_apart ? match->person : -1,
                        .distance = isnan(match->distance) ? INFINITY : match->distance};
}

static void remember_view(fg_evidence *evidence, int64_t time, fg_opinion opinion)
{
    memmove(&evidence->recent[1], &evidence->recent[0],
            sizeof(evidence->recent) - sizeof(evidence->recent[0]));
    evidence->recent[0] = opinion;
    if (evidence->recent_count < FG_JUDGE_WINDOW) {
        evidence->recent_count++;
    }
    if (evidence->views == 0) {
        evidence->first_view = time;
    }
    if (evidence->views < INT_MAX) {
        evidence->views++;
    }
    evidence->last_view = time;
}

static bool is_confirmed(const fg_judge_rules *rules, const fg_evidence *evidence, int person)
{
    int agreeing = 0;
    int window = at_least_one(rules->window);
    for (int i = 0; i < window && i < evidence->recent_count; i++) {
        agreeing += evidence->recent[i].person == person;
    }
    return agreeing >= at_least_one(rules->confirm);
}

static double known_distance(const fg_evidence *evidence, int person)
{
    for (int i = 0; i < evidence->recent_count; i++) {
        if (person < 0 || evidence->recent[i].person == person) {
            return evidence->recent[i].distance;
        }
    }
    return INFINITY;
}

static fg_decision decision_of(const fg_evidence *evidence, bool report)
{
    int person = evidence->status == FG_ACCEPTED ? evidence->person : -1;
    return (fg_decision){
        .status = evidence->status,
        .report = report,
        .person = person,
        .distance = known_distance(evidence, person),
    };
}

/* Whether the newest view bears out what was decided, or would decide. */
static bool is_borne_out(const fg_evidence *evidence)
{
    int wanted = evidence->status == FG_ACCEPTED ? evidence->person : -1;
    return evidence->recent[0].person == wanted;
}

/* Lets the newest view accept, or take back what an earlier one accepted. */
static void weigh_agreement(const fg_judge_rules *rules, fg_evidence *evidence)
{
    int named = evidence->recent[0].person;
    if (evidence->status == FG_UNUSABLE) {
        evidence->status = FG_UNDECIDED;
    } else if (evidence->status == FG_ACCEPTED && named != evidence->person) {
        evidence->status = FG_UNDECIDED;
        evidence->recent_count = 1;
        evidence->views = 1;
        evidence->first_view = evidence->last_view;
    }
    if (named >= 0 && is_confirmed(rules, evidence, named)) {
        evidence->status = FG_ACCEPTED;
        evidence->person = named;
    }
}

int fg_judge_names(const fg_judge_rules *rules, const fg_match *match)
{
    return read_match(rules, match).person;
}

fg_decision fg_judge_view(const fg_judge_rules *rules, fg_evidence *evidence, int64_t time,
                          const fg_match *match)
{
    forget_other_gallery(rules, evidence);
    remember_view(evidence, time, read_match(rules, match));
    weigh_agreement(rules, evidence);
    if (evidence->status == FG_UNDECIDED) {
        /* One that names somebody may be the first of those that will agree. */
        if (evidence->views < at_least_one(rules->refuse_after) || !is_borne_out(evidence)) {
            return fg_judge_time(rules, evidence, time);
        }
        evidence->status = FG_REFUSED;
    }
    return decision_of(evidence, is_borne_out(evidence));
}

fg_decision fg_judge_bad_view(const fg_judge_rules *rules, fg_evidence *evidence, int64_t time)
{
    forget_other_gallery(rules, evidence);
    if (!evidence->has_bad_view) {
        evidence->has_bad_view = true;
        evidence->first_bad_view = time;
    }
    return fg_judge_time(rules, evidence, time);
}

bool fg_judge_is_decided(const fg_evidence *evidence)
{
    return evidence->status == FG_ACCEPTED || evidence->status == FG_REFUSED;
}

fg_decision fg_judge_standing(const fg_evidence *evidence)
{
    return decision_of(evidence, false);
}

fg_decision fg_judge_time(const fg_judge_rules *rules, fg_evidence *evidence, int64_t time)
{
    forget_other_gallery(rules, evidence);
    if (evidence->status != FG_UNDECIDED) {
        return decision_of(evidence, false);
    }
    if (evidence->views > 0 && has_passed(rules->decide_within, evidence->first_view, time)) {
        evidence->status = FG_REFUSED;
    } else if (evidence->views == 0 && evidence->has_bad_view &&
               has_passed(rules->decide_within, evidence->first_bad_view, time)) {
        evidence->status = FG_UNUSABLE;
    }
    return decision_of(evidence, evidence->status != FG_UNDECIDED);
}

bool fg_judge_wants_view(const fg_judge_rules *rules, const fg_evidence *evidence, int64_t time,
                         int64_t send_interval)
{
    if (!fg_judge_is_decided(evidence) || evidence->gallery != rules->gallery ||
        !is_borne_out(evidence)) {
        return true;
    }
    int64_t pause = send_interval < rules->decide_within ? send_interval : rules->decide_within;
    return has_passed(pause, evidence->last_view, time);
}

static int find_again(const fg_gallery *from, const fg_gallery *to, int person)
{
    return person < 0 ? -1 : fg_gallery_find(to, fg_gallery_name(from, person));
}

void fg_judge_carry_over(fg_evidence *evidence, const fg_gallery *from, const fg_gallery *to,
                         uint64_t gallery)
{
    for (int i = 0; i < evidence->recent_count; i++) {
        evidence->recent[i].person = find_again(from, to, evidence->recent[i].person);
    }
    if (evidence->status == FG_ACCEPTED) {
        evidence->person = find_again(from, to, evidence->person);
        if (evidence->person < 0) {
            *evidence = (fg_evidence){.status = FG_UNDECIDED};
        }
    }
    evidence->gallery = gallery;
}
