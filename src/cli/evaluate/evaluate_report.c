/* A trial as text: what was looked at, what came of it in sentences. */
#include "evaluate/evaluate_report.h"

#include "common/format.h"
#include "common/options.h"
#include "evaluate/evaluate_cases.h"
#include "evaluate/evaluate_table.h"
#include "evaluate/left_out.h"
#include "evaluate/report_text.h"
#include "facegate/gallery/review.h"
#include "facegate/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#define NAMES_SHOWN 5
#define WORDS       128

/* How many of a person's pictures are used at all. */
static int count_good(const fg_trial *trial, int person)
{
    const fg_photo_folder_person *of = &trial->album.people[person];
    int good = 0;
    for (int i = of->first; i < of->first + of->count; i++) {
        good += trial->faces[i].encoding != NULL ? 1 : 0;
    }
    return good;
}

/* "WHAT: Ada, Bob and 3 more" of those with `least` to `most` good pictures, where there are any.
 */
static void print_people(const fg_trial *trial, const char *what, int least, int most)
{
    fg_buffer line = {0};
    int found = 0;
    for (int i = 0; i < trial->album.people_count; i++) {
        int good = count_good(trial, i);
        if (good < least || good > most) {
            continue;
        }
        if (found < NAMES_SHOWN) {
            fg_buffer_print(&line, "%s%s", found == 0 ? what : ", ", trial->album.people[i].name);
        }
        found++;
    }
    if (found > NAMES_SHOWN) {
        fg_buffer_print(&line, " and %d more", found - NAMES_SHOWN);
    }
    if (found > 0) {
        fg_report_print(&line);
    }
}

void fg_trial_print_album(const fg_trial *trial)
{
    fg_buffer line = {0};
    int people = trial->album.people_count;
    int count = trial->album.count;
    int enrolled = trial->fates.counts[FG_FATE_ENROLLED];
    int probes = trial->fates.counts[FG_FATE_PROBE];
    fg_buffer_print(&line, "%s, %s: %d enrolled (%s%d of each person), %s compared with them.",
                    fg_text_count(people, "person", "people").text,
                    fg_text_count(count, "picture", "pictures").text, enrolled,
                    enrolled < people * trial->enroll ? "at most " : "", trial->enroll,
                    fg_text_count(probes, "other", "others").text);
    fg_report_print(&line);
    fg_left_out_print(&trial->album, &trial->fates);
    print_people(trial, "Without a good picture, so not compared: ", 0, 0);
    print_people(trial, "Enrolled without another picture to compare: ", 1, trial->enroll);
}

/* "400 visits", and of one view each what they are then. */
static fg_text_counted count_visits(const fg_evaluation *evaluation, int64_t count)
{
    bool alone = evaluation->views == 1;
    return fg_text_count(count, alone ? "single view" : "visit", alone ? "single views" : "visits");
}

static void say_let_in(fg_buffer *to, const fg_evaluation *evaluation, int step)
{
    char trials[WORDS];
    const fg_rate rate = fg_evaluation_at(evaluation, step).false_match;
    snprintf(trials, sizeof(trials), "%s of strangers", count_visits(evaluation, rate.trials).text);
    fg_report_say_rate(to, &rate, trials);
    fg_buffer_print(to, " %s let in", fg_text_plural(rate.hits, "is", "are"));
}

static void say_missed(fg_buffer *to, const fg_evaluation *evaluation, int step)
{
    char trials[WORDS];
    const fg_rate rate = fg_evaluation_at(evaluation, step).false_non_match;
    snprintf(trials, sizeof(trials), "%s of enrolled people",
             count_visits(evaluation, rate.trials).text);
    fg_report_say_rate(to, &rate, trials);
    fg_buffer_print(to, " %s not recognised", fg_text_plural(rate.hits, "is", "are"));
}

/* Of strangers, where there are any, and of enrolled people. */
static void say_rates(fg_buffer *to, const fg_evaluation *evaluation, int step)
{
    if (evaluation->strangers.trials > 0) {
        say_let_in(to, evaluation, step);
        fg_buffer_print(to, ", and ");
    }
    say_missed(to, evaluation, step);
}

static void say_rules(fg_buffer *to, const fg_visit_rules *rules)
{
    fg_buffer_print(to, "tolerance %.*f, margin %.*f, lead %.*f",
                    fg_review_digits(rules->tolerance), rules->tolerance,
                    fg_review_digits(rules->margin), rules->margin, fg_review_digits(rules->lead),
                    rules->lead);
}

static void print_configured(const fg_trial *trial)
{
    fg_buffer text = {0};
    int others = fg_gallery_people(trial->gallery) - 1;
    fg_buffer_print(&text, "As configured (");
    say_rules(&text, &trial->visits.configured);
    fg_buffer_print(&text, "), ");
    if (trial->visits.own.trials > 0 && trial->views > 1) {
        say_rates(&text, &trial->visits, FG_EVALUATION_CONFIGURED);
        fg_buffer_print(&text, "; ");
    }
    say_rates(&text, &trial->singles, FG_EVALUATION_CONFIGURED);
    fg_buffer_print(&text, ".");
    if (others > 0) {
        fg_buffer_print(&text,
                        " As a stranger a person meets the %s; the more people are enrolled, the "
                        "more strangers are let in.",
                        fg_text_count(others, "other", "others").text);
    }
    fg_report_print(&text);
}

/* What cannot be a stranger in earnest. */
static void print_cohort(const fg_trial *trial)
{
    fg_buffer text = {0};
    char trials[WORDS];
    fg_evaluation_rates rates =
        fg_evaluation_at(&trial->members_of_cohort, FG_EVALUATION_CONFIGURED);
    snprintf(trials, sizeof(trials), "%s of the cohort",
             fg_text_count(rates.false_match.trials, "member", "members").text);
    fg_report_say_rate(&text, &rates.false_match, trials);
    fg_buffer_print(&text, " would be let in, by one view each. They are blends of people and near "
                           "to each other, so strangers may be let in more often.");
    fg_report_print(&text);
}

/* "1 in 1000", or "3.5 %" where that is no such share. */
static void say_wanted(fg_buffer *to, double wanted)
{
    char percent[FG_FORMAT_PERCENT];
    double times = 1 / wanted;
    if (fabs(times - round(times)) < times * 1e-9) {
        fg_buffer_print(to, "1 in %.0f", times);
    } else {
        fg_buffer_print(to, "%s", fg_format_percent(wanted, percent));
    }
}

/* What it takes to say so with confidence: the rule of three. */
static void say_needs(fg_buffer *to, const fg_trial *trial)
{
    const fg_recommendation *of = &trial->recommended;
    int pictures = trial->enroll + trial->views;
    fg_buffer_print(to, " To show at most ");
    say_wanted(to, trial->wanted);
    fg_buffer_print(
        to,
        " takes %s of strangers without a mistake, and there were %" PRId64
        ": add %s with %s each, %" PRId64 " in all. More pictures of the same people show less.",
        count_visits(&trial->visits, of->needed).text, trial->visits.strangers.trials,
        fg_text_count(of->missing, "person", "people").text,
        fg_text_count(pictures, "good picture", "good pictures").text, of->missing * pictures);
}

/* What the figures are worth. */
static void say_worth(fg_buffer *to, const fg_trial *trial)
{
    const fg_recommendation *of = &trial->recommended;
    const fg_rate seen = fg_evaluation_at(&trial->visits, of->step).false_match;
    char high[FG_FORMAT_PERCENT];
    if (of->shown) {
        fg_buffer_print(to, " The whole 95 %% interval is within the target, but it is a little "
                            "too narrow, because visits share people.");
    } else if (of->missing > 0) {
        say_needs(to, trial);
    } else {
        fg_buffer_print(to, " The 95 %% interval reaches %s, so a larger margin is safer.",
                        fg_format_percent(seen.high, high));
    }
}

static bool is_equal(const fg_visit_rules *one, const fg_visit_rules *other)
{
    return fabs(one->tolerance - other->tolerance) < 1e-9 &&
           fabs(one->margin - other->margin) < 1e-9 && fabs(one->lead - other->lead) < 1e-9;
}

static void say_recommended(fg_buffer *to, const fg_trial *trial)
{
    const fg_recommendation *of = &trial->recommended;
    const fg_evaluation *visits = &trial->visits;
    const fg_visit_rules rules = fg_evaluation_at(visits, of->step).rules;
    fg_buffer_print(to, "Recommended for at most ");
    say_wanted(to, trial->wanted);
    fg_buffer_print(to, ": %s", is_equal(&rules, &visits->loosest) ? "the default, " : "");
    say_rules(to, &rules);
    if (is_equal(&rules, &visits->configured)) {
        fg_buffer_print(to, ", as configured.");
    } else {
        fg_buffer_print(to, ". With this ");
        say_rates(to, visits, of->step);
        fg_buffer_print(to, ".");
    }
    say_worth(to, trial);
}

static void print_recommended(const fg_trial *trial)
{
    fg_buffer text = {0};
    const fg_recommendation *of = &trial->recommended;
    if (fg_gallery_people(trial->gallery) < 2) {
        fg_buffer_print(&text, "Nothing can be recommended: give pictures of at least two people, "
                               "so that one can be a stranger to the other.");
    } else if (trial->visits.strangers.trials == 0) {
        fg_buffer_print(&text,
                        "Nothing can be recommended: nobody has %d good pictures besides the %d "
                        "enrolled. Add pictures, or try fewer with --views.",
                        trial->views, trial->enroll);
        say_needs(&text, trial);
    } else if (of->step < 0) {
        int last = FG_EVALUATION_STEPS - 1;
        fg_buffer_print(&text, "Nothing can be recommended for at most ");
        say_wanted(&text, trial->wanted);
        fg_buffer_print(&text, ": even with a margin of %.2f, ", fg_evaluation_margin(last));
        say_let_in(&text, &trial->visits, last);
        fg_buffer_print(&text, ". Check below for a picture in the wrong folder.");
    } else {
        say_recommended(&text, trial);
    }
    putchar('\n');
    fg_report_print(&text);
}

void fg_trial_print(const fg_trial *trial)
{
    fg_trial_print_table(trial);
    print_configured(trial);
    print_cohort(trial);
    print_recommended(trial);
    fg_trial_print_cases(trial);
    if (fg_cli_is_verbose()) {
        fg_trial_print_faces(trial);
    }
}
