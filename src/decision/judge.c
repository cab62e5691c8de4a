/* Weighs the views of one face: accepted, refused or not yet. */
#include "facegate/decision/judge.h"

#include "facegate/clock.h"

#include <math.h>
#include <string.h>

/*
 * A view speaks against somebody where its margin is below this part of the rule's, or it is
 * farther than the tolerance by that much. Between that and what names them a view says too little
 * to take anything back. The worse the view, the less is asked of it.
 */
#define AGAINST_MARGIN   (2.0 / 3)
#define AGAINST_DISTANCE 0.1

/* Views that are farther apart are of two people: dlib's own distance. */
#define APART 0.6

/* While a face is refused for want of views it is looked at this often, ns. */
#define PATIENCE (300 * FG_NS_PER_MS)

/* Sums of weights such as 0.1 are not exact. */
#define ROUNDING 1e-9

const char *fg_status_text(enum fg_status status)
{
    switch (status) {
    case FG_ACCEPTED:
        return "Accepted";
    case FG_REFUSED:
        return "Refused";
    case FG_UNDECIDED:
        break;
    }
    return "Undecided";
}

const char *fg_grounds_text(enum fg_grounds grounds)
{
    switch (grounds) {
    case FG_GROUNDS_VIEWS:
        return "views";
    case FG_GROUNDS_TIME:
        return "time";
    case FG_GROUNDS_GONE:
        return "gone";
    case FG_GROUNDS_NONE:
        break;
    }
    return NULL;
}

/* Unsigned, since two times may lie further apart than an int64_t reaches. */
static bool has_passed(int64_t span, int64_t since, int64_t time)
{
    uint64_t elapsed = time > since ? (uint64_t)time - (uint64_t)since : 0;
    return span <= 0 || elapsed >= (uint64_t)span;
}

static int window_of(const fg_judge_rules *rules)
{
    int most = rules->window < FG_JUDGE_WINDOW ? rules->window : FG_JUDGE_WINDOW;
    return most > 1 ? most : 1;
}

static int named_alone(const fg_judge_rules *rules, const fg_gallery *gallery, const fg_view *view)
{
    fg_visit visit = fg_visit_weigh(gallery, view, 1);
    return fg_visit_names(&rules->visit, &visit);
}

/* Not "more" and "less": what is no number speaks against everybody. */
static bool speaks_against(const fg_judge_rules *rules, const fg_gallery *gallery,
                           const fg_view *view, int person)
{
    double margin = fg_comparison_margin(gallery, &view->comparison, person);
    double distance = fg_comparison_distance(gallery, &view->comparison, person);
    return !(margin >= AGAINST_MARGIN * view->weight * rules->visit.margin &&
             distance <= rules->visit.tolerance + AGAINST_DISTANCE);
}

static fg_visit nothing_seen(void)
{
    return fg_visit_weigh(NULL, NULL, 0);
}

static bool sticks(const fg_evidence *evidence)
{
    return evidence->status == FG_REFUSED && evidence->grounds == FG_GROUNDS_VIEWS;
}

static void become_undecided(fg_evidence *evidence, int64_t time)
{
    if (evidence->status != FG_UNDECIDED) {
        evidence->status = FG_UNDECIDED;
        evidence->grounds = FG_GROUNDS_NONE;
        evidence->undecided_since = time;
        evidence->weight = 0;
    }
}

static void decide(fg_evidence *evidence, enum fg_status verdict, enum fg_grounds grounds)
{
    evidence->status = verdict;
    evidence->grounds = grounds;
    evidence->last_verdict = verdict;
}

static fg_decision decision_of(const fg_evidence *evidence, bool report)
{
    fg_decision decision = {
        .status = evidence->status,
        .grounds = evidence->grounds,
        .report = report,
        .person = evidence->status == FG_ACCEPTED ? evidence->person : -1,
        .distance = evidence->visit.distance,
        .margin = evidence->visit.margin,
        .weight = evidence->visit.weight,
        .undecided_since = evidence->undecided_since,
        .failed_check = evidence->failed_check,
    };
    memcpy(decision.scores, evidence->scores, sizeof(decision.scores));
    return decision;
}

static void forget_views(fg_evidence *evidence)
{
    evidence->count = 0;
    evidence->named = -1;
    evidence->weight = 0;
    evidence->visit = nothing_seen();
    evidence->failed_check = -1;
    for (int i = 0; i < FG_VIEW_CHECKS; i++) {
        evidence->scored[i] = 0;
        evidence->sums[i] = 0;
        evidence->scores[i] = (double)NAN;
    }
}

static bool is_scored(const fg_view *view, int check)
{
    return (view->scores.scored & 1U << check) != 0;
}

static void keep_view(fg_evidence *evidence, int64_t time, const fg_view *view, int named)
{
    if (evidence->count < FG_JUDGE_VIEWS) {
        evidence->count++;
    }
    memmove(&evidence->views[1], &evidence->views[0],
            (size_t)(evidence->count - 1) * sizeof(evidence->views[0]));
    evidence->views[0] = *view;
    for (int i = 0; i < FG_VIEW_CHECKS; i++) {
        bool scored = is_scored(view, i);
        evidence->scored[i] += scored;
        evidence->sums[i] += scored ? view->scores.score[i] : 0;
    }
    evidence->named = named;
    evidence->weight += view->weight;
    evidence->last_view = time;
}

/* Whether each of the views before a doubt names whom the one after it names. */
static bool all_name(const fg_judge_rules *rules, const fg_gallery *gallery,
                     const fg_evidence *evidence, int person)
{
    for (int i = 0; i < evidence->count && person >= 0; i++) {
        if (named_alone(rules, gallery, &evidence->views[i]) != person) {
            return false;
        }
    }
    return person >= 0;
}

/* Whether a view after a doubt is of somebody else than all before it. */
static bool is_new_face(const fg_evidence *evidence, const fg_view *view)
{
    for (int i = 0; i < evidence->count; i++) {
        if (!(fg_comparison_apart(&evidence->views[i].comparison, &view->comparison) > APART)) {
            return false;
        }
    }
    return evidence->doubted && evidence->count > 0;
}

/* What a check says of the last views; whether they pass it. The newest has to pass by itself, so
 * that a photograph is not let in by views of a living face that came before it. */
static bool weigh_check(const fg_judge_rules *rules, fg_evidence *evidence, int check, int count,
                        double asked, bool *ret_failed)
{
    double sum = 0, weight = 0;
    int scored = 0;
    for (int i = 0; i < count; i++) {
        const fg_view *view = &evidence->views[i];
        if (is_scored(view, check)) {
            sum += view->scores.score[check];
            weight += view->weight;
            scored++;
        }
    }
    double latest = sum / scored, all = evidence->sums[check] / evidence->scored[check];
    double least = rules->least[check];
    bool warns = isinf(least) && least < 0;
    bool newest = count > 0 && is_scored(&evidence->views[0], check) &&
                  evidence->views[0].scores.score[check] >= least;
    evidence->scores[check] = scored > 0 ? fmin(latest, all) : (double)NAN;
    /* Not "less than": a mean that is not a number reaches nothing. */
    *ret_failed = !warns && scored > 0 && !(latest >= least && all >= least);
    return warns || (!*ret_failed && newest && weight >= asked - ROUNDING);
}

/* What all checks say of the last views, and whether one of them alone keeps somebody out. Returns
 * whether they pass. */
static bool weigh_checks(const fg_judge_rules *rules, fg_evidence *evidence, int count,
                         double asked)
{
    int failed_check = -1;
    bool passes = true;
    for (int i = 0; i < rules->checks; i++) {
        bool failed = false;
        passes &= weigh_check(rules, evidence, i, count, asked, &failed);
        failed_check = failed && failed_check < 0 ? i : failed_check;
    }
    bool names = fg_visit_names(&rules->visit, &evidence->visit) >= 0;
    evidence->failed_check = names ? failed_check : -1;
    return passes;
}

/* Whom the last views name together, enough of them, with nothing in the newest against it; and
 * whether the checks pass these views. */
static int named_together(const fg_judge_rules *rules, const fg_gallery *gallery,
                          fg_evidence *evidence, bool *ret_passes)
{
    fg_visit_rules visit_rules = rules->visit;
    double asked = rules->confirm;
    int count = window_of(rules) < evidence->count ? window_of(rules) : evidence->count;
    evidence->visit = fg_visit_weigh(gallery, evidence->views, count);
    if (sticks(evidence)) {
        visit_rules.margin += FG_JUDGE_STICKY;
        asked *= 2;
        while (evidence->visit.weight < asked - ROUNDING && count < evidence->count) {
            evidence->visit = fg_visit_weigh(gallery, evidence->views, ++count);
        }
    }
    *ret_passes = weigh_checks(rules, evidence, count, asked);
    int person = fg_visit_names(&visit_rules, &evidence->visit);
    bool enough = evidence->visit.weight >= asked - ROUNDING;
    return enough && person >= 0 && !speaks_against(rules, gallery, &evidence->views[0], person)
               ? person
               : -1;
}

/* Accepts, or takes back what earlier views accepted. */
static void weigh_views(const fg_judge_rules *rules, const fg_gallery *gallery,
                        fg_evidence *evidence, int64_t time)
{
    bool passes = false;
    int person = named_together(rules, gallery, evidence, &passes);
    /* Views that are too poor to accept anybody by take nothing back either. */
    bool is_enough = evidence->visit.weight >= rules->confirm - ROUNDING;
    bool failed = evidence->failed_check >= 0;
    if (evidence->status == FG_ACCEPTED && (failed || (is_enough && person != evidence->person))) {
        become_undecided(evidence, time);
        evidence->weight = evidence->views[0].weight;
    }
    if (failed) {
        evidence->named = -1;
    }
    if (person >= 0 && passes) {
        decide(evidence, FG_ACCEPTED, FG_GROUNDS_VIEWS);
        evidence->person = person;
        evidence->replaced = false;
    }
}

void fg_judge_begin(fg_evidence *evidence, int64_t time)
{
    evidence->status = FG_UNDECIDED;
    evidence->grounds = FG_GROUNDS_NONE;
    evidence->last_verdict = FG_UNDECIDED;
    evidence->person = -1;
    evidence->doubted = false;
    evidence->replaced = false;
    evidence->undecided_since = time;
    evidence->last_view = 0;
    forget_views(evidence);
}

void fg_judge_doubt(fg_evidence *evidence, int64_t time)
{
    if (!sticks(evidence)) {
        become_undecided(evidence, time);
    }
    evidence->doubted = true;
}

static bool is_same_view(const fg_evidence *evidence, int64_t time)
{
    return evidence->count > 0 && !has_passed(FG_JUDGE_APART, evidence->last_view, time);
}

bool fg_judge_may_help(const fg_judge_rules *rules, const fg_gallery *gallery, const fg_view *view,
                       const fg_visit *alone)
{
    return alone->person >= 0 && !speaks_against(rules, gallery, view, alone->person);
}

fg_decision fg_judge_view(const fg_judge_rules *rules, const fg_gallery *gallery,
                          fg_evidence *evidence, int64_t time, const fg_view *view)
{
    bool is_another =
        evidence->status == FG_ACCEPTED && speaks_against(rules, gallery, view, evidence->person);
    if (is_same_view(evidence, time) && !is_another) {
        return fg_judge_is_decided(evidence) ? decision_of(evidence, true)
                                             : fg_judge_time(rules, evidence, time);
    }
    int named = named_alone(rules, gallery, view);
    if (sticks(evidence) && is_new_face(evidence, view)) {
        become_undecided(evidence, time);
    }
    if (is_another || (evidence->doubted && !all_name(rules, gallery, evidence, named))) {
        forget_views(evidence);
    }
    if (is_another) {
        become_undecided(evidence, time);
    }
    if (evidence->person >= 0 && (is_another || evidence->doubted || named == evidence->person)) {
        evidence->replaced = speaks_against(rules, gallery, view, evidence->person);
    }
    evidence->doubted = false;
    keep_view(evidence, time, view, named);
    weigh_views(rules, gallery, evidence, time);
    if (evidence->status != FG_ACCEPTED && evidence->named < 0 &&
        evidence->weight >= rules->refuse_after - ROUNDING) {
        decide(evidence, FG_REFUSED, FG_GROUNDS_VIEWS);
    }
    if (evidence->status == FG_UNDECIDED) {
        return fg_judge_time(rules, evidence, time);
    }
    return decision_of(evidence, evidence->status == FG_ACCEPTED || evidence->named < 0);
}

fg_decision fg_judge_time(const fg_judge_rules *rules, fg_evidence *evidence, int64_t time)
{
    bool is_over = evidence->status == FG_UNDECIDED &&
                   has_passed(rules->decide_within, evidence->undecided_since, time);
    if (is_over) {
        decide(evidence, FG_REFUSED, FG_GROUNDS_TIME);
    }
    return decision_of(evidence, is_over);
}

fg_decision fg_judge_standing(const fg_evidence *evidence)
{
    return decision_of(evidence, false);
}

fg_decision fg_judge_end(fg_evidence *evidence)
{
    bool is_new = evidence->last_verdict == FG_UNDECIDED;
    bool is_another = evidence->last_verdict == FG_ACCEPTED && evidence->replaced;
    bool is_due = evidence->status == FG_UNDECIDED && (is_new || is_another);
    if (is_due) {
        decide(evidence, FG_REFUSED, FG_GROUNDS_GONE);
    }
    return decision_of(evidence, is_due);
}

bool fg_judge_is_decided(const fg_evidence *evidence)
{
    return evidence->status != FG_UNDECIDED;
}

bool fg_judge_wants_view(const fg_judge_rules *rules, const fg_evidence *evidence, int64_t time,
                         int64_t send_interval)
{
    if (is_same_view(evidence, time)) {
        return false;
    }
    int wanted = evidence->status == FG_ACCEPTED ? evidence->person : -1;
    if (evidence->status == FG_UNDECIDED || evidence->doubted || evidence->named != wanted) {
        return true;
    }
    int64_t pause = send_interval < rules->decide_within ? send_interval : rules->decide_within;
    if (evidence->status == FG_REFUSED && !sticks(evidence) && pause > PATIENCE) {
        pause = PATIENCE;
    }
    return has_passed(pause, evidence->last_view, time);
}

static int find_again(const fg_gallery *from, const fg_gallery *to, int person)
{
    return person < 0 ? -1 : fg_gallery_find(to, fg_gallery_name(from, person));
}

void fg_judge_carry_over(const fg_judge_rules *rules, fg_evidence *evidence, const fg_gallery *from,
                         const fg_gallery *to, int64_t time)
{
    /* Others than these would count on only while a refusal sticks. */
    int count = window_of(rules) < evidence->count ? window_of(rules) : evidence->count;
    evidence->count = sticks(evidence) ? evidence->count : count;
    for (int i = 0; i < evidence->count; i++) {
        fg_comparison_renew(to, &evidence->views[i].comparison);
    }
    evidence->person = find_again(from, to, evidence->person);
    evidence->named = find_again(from, to, evidence->named);
    if (evidence->status == FG_ACCEPTED && evidence->person < 0) {
        become_undecided(evidence, time);
    }
    evidence->visit = fg_visit_weigh(to, evidence->views, count);
    weigh_checks(rules, evidence, count, rules->confirm);
}
