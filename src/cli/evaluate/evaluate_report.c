/* A trial as text: the table of rates, the recommended tolerance, the cases. */
#include "evaluate/evaluate_report.h"

#include "common/format.h"
#include "common/options.h"
#include "facegate/base/buffer.h"
#include "facegate/base/wrap.h"
#include "facegate/gallery/review.h"
#include "facegate/text.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_SHOWN    5
#define LEFT_OUT_SHOWN 10

/* The table: every fifth step from 0.30 to 0.70. */
#define TABLE_FIRST 10
#define TABLE_LAST  50
#define TABLE_STEP  5

#define CELL        24

/* Sentences are put together in a buffer and then laid out. */
static const char *text_of(const fg_buffer *sentences)
{
    return sentences->failed ? "(not enough memory for what stands here)" : sentences->data;
}

static void print(fg_buffer *sentences)
{
    fg_wrap_print(stdout, text_of(sentences), 0, 0);
    fg_buffer_free(sentences);
}

/* How many of a person's pictures are used at all. */
static int count_good(const fg_trial *trial, int person)
{
    const fg_photo_folder_person *of = &trial->album.people[person];
    int good = 0;
    for (int i = of->first; i < of->first + of->count; i++) {
        good += trial->views[i].encoding != NULL ? 1 : 0;
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
        print(&line);
    }
}

/* One that is left out, as long as there is room for it. */
static void print_one_left_out(const char *name, const char *why, int *left)
{
    if ((*left)-- <= 0) {
        return;
    }
    fg_buffer one = {0};
    fg_buffer_print(&one, "%s: %s", name, why);
    fputs("  ", stdout);
    fg_wrap_print(stdout, text_of(&one), 2, 4);
    fg_buffer_free(&one);
}

static void print_left_out(const fg_trial *trial)
{
    fg_buffer line = {0};
    const fg_photo_folder *album = &trial->album;
    int left = fg_cli_is_verbose() ? INT_MAX : LEFT_OUT_SHOWN;
    for (int i = FG_FATE_UNREADABLE; i < FG_FATES; i++) {
        if (trial->fates[i] > 0) {
            fg_buffer_print(&line, "%s %d %s", line.size == 0 ? "Left out:" : ",", trial->fates[i],
                            fg_trial_fate(i));
        }
    }
    if (album->ignored_count > 0) {
        fg_buffer_print(&line, "%s %s", line.size == 0 ? "Left out:" : ",",
                        fg_text_count(album->ignored_count, "other file", "other files").text);
    }
    if (line.size == 0) {
        return;
    }
    fg_buffer_print(&line, ":");
    print(&line);
    for (int i = 0; i < album->count; i++) {
        if (trial->views[i].why != NULL) {
            print_one_left_out(album->pictures[i].name, trial->views[i].why, &left);
        }
    }
    for (int i = 0; i < album->ignored_count; i++) {
        print_one_left_out(album->ignored[i].name, album->ignored[i].text, &left);
    }
    if (left < 0) {
        printf("  and %d more (--verbose lists them).\n", -left);
    }
}

void fg_trial_print_album(const fg_trial *trial)
{
    fg_buffer line = {0};
    int people = trial->album.people_count;
    int count = trial->album.count;
    int enrolled = trial->fates[FG_FATE_ENROLLED];
    int probes = trial->fates[FG_FATE_PROBE];
    fg_buffer_print(&line, "%s, %s: %d enrolled (%s%d of each person), %s compared with them.",
                    fg_text_count(people, "person", "people").text,
                    fg_text_count(count, "picture", "pictures").text, enrolled,
                    enrolled < people * trial->enroll ? "at most " : "", trial->enroll,
                    fg_text_count(probes, "other", "others").text);
    print(&line);
    print_left_out(trial);
    print_people(trial, "Without a good picture, so not compared: ", 0, 0);
    print_people(trial, "Enrolled without another picture to compare: ", 1, trial->enroll);
}

/* Digits after the point that a percentage needs to have two that tell, at most `most`. */
static int decimals_of(double percent, int most)
{
    if (percent <= 0 || percent >= 99.95) {
        return 0;
    }
    int decimals = 1 - (int)floor(log10(percent));
    if (decimals < 0) {
        return 0;
    }
    return decimals > most ? most : decimals;
}

/* "0.14      0.02-0.50   726": the rate and its interval in percent, and one in how many it is. */
static void print_rate(const fg_rate *rate, int most_decimals, const int widths[3])
{
    char seen[CELL] = "-";
    char interval[CELL] = "-";
    char one_in[CELL] = "-";
    if (rate->trials > 0) {
        int decimals = decimals_of(100 * rate->high, most_decimals);
        snprintf(seen, CELL, "%.*f", decimals_of(100 * rate->rate, most_decimals),
                 100 * rate->rate);
        snprintf(interval, CELL, "%.*f-%.*f", decimals, 100 * rate->low, decimals,
                 100 * rate->high);
    }
    if (rate->hits > 0) {
        double times = 1 / rate->rate;
        bool whole = times > 9.95 || fabs(times - round(times)) < 0.05;
        snprintf(one_in, CELL, "%.*f", whole ? 0 : 1, times);
    }
    printf("%*s%*s", widths[0], seen, widths[1], interval);
    if (widths[2] > 0) {
        printf("%*s", widths[2], one_in);
    }
}

static void print_row(const fg_evaluation_rates *rates, bool configured, bool recommended)
{
    static const int match[] = {8, 15, 8};
    static const int non_match[] = {6, 11, 6};
    static const int strangers[] = {6, 11, 0};
    char tolerance[CELL];
    snprintf(tolerance, CELL, "%.*f%s", fg_review_digits(rates->tolerance), rates->tolerance,
             configured ? "*" : "");
    printf("%s%-6s", recommended ? ">" : " ", tolerance);
    print_rate(&rates->false_match, 4, match);
    print_rate(&rates->false_non_match, 2, non_match);
    print_rate(&rates->strangers, 2, strangers);
    putchar('\n');
}

static bool is_configured(const fg_trial *trial, double tolerance)
{
    return fabs(trial->config->access.tolerance - tolerance) < 1e-9;
}

static void print_table(const fg_trial *trial)
{
    int recommended = trial->recommended.step;
    double configured = trial->config->access.tolerance;
    double before = 0;
    puts("\n                   TAKEN FOR ANOTHER         NOT RECOGNISED   STRANGERS LET IN\n"
         "TOLERANCE    %       95 %    1 in     %       95 %  1 in     %       95 %");
    for (int step = 0; step < FG_EVALUATION_STEPS; step++) {
        double tolerance = fg_evaluation_tolerance(step);
        bool usual = step >= TABLE_FIRST && step <= TABLE_LAST && step % TABLE_STEP == 0;
        bool same = is_configured(trial, tolerance);
        if (!same && configured > before && configured < tolerance) {
            fg_evaluation_rates rates =
                fg_evaluation_at(&trial->evaluation, FG_EVALUATION_CONFIGURED);
            print_row(&rates, true, false);
        }
        if (usual || same || step == recommended) {
            fg_evaluation_rates rates = fg_evaluation_at(&trial->evaluation, step);
            print_row(&rates, same, step == recommended);
        }
        before = tolerance;
    }
    printf("* configured%s; 95 %%: confidence interval\n\n",
           recommended >= 0 ? ", > recommended" : "");
}

/* "3 of 400 comparisons (0.75 %)"; without a word for them "3 of 400 (0.75 %)". */
static void say_share(fg_buffer *to, const fg_rate *rate, const char *one, const char *several)
{
    char percent[FG_FORMAT_PERCENT];
    fg_buffer_print(to, "%" PRId64 " of %" PRId64 "%s (%s)", rate->hits, rate->trials,
                    fg_text_plural(rate->trials, one, several),
                    fg_format_percent(rate->rate, percent));
}

static void say_rates(fg_buffer *to, const fg_evaluation_rates *rates)
{
    const fg_rate *match = &rates->false_match;
    const fg_rate *missed = &rates->false_non_match;
    if (match->trials > 0 && match->hits == 0) {
        fg_buffer_print(to, "nobody is taken for another person in %s, and ",
                        fg_text_count(match->trials, "comparison", "comparisons").text);
    } else if (match->trials > 0) {
        say_share(to, match, " comparison", " comparisons");
        fg_buffer_print(to, " %s somebody for another person, and ",
                        fg_text_plural(match->hits, "takes", "take"));
    }
    if (missed->hits == 0 && missed->trials == 1) {
        fg_buffer_print(to, "the one picture is recognised");
    } else if (missed->hits == 0) {
        fg_buffer_print(to, "all %" PRId64 " pictures are recognised", missed->trials);
    } else {
        say_share(to, missed, " picture", " pictures");
        fg_buffer_print(to, " %s not recognised", fg_text_plural(missed->hits, "is", "are"));
    }
}

static void print_configured(const fg_trial *trial)
{
    fg_buffer text = {0};
    fg_evaluation_rates rates = fg_evaluation_at(&trial->evaluation, FG_EVALUATION_CONFIGURED);
    int others = fg_gallery_people(trial->gallery) - 1;
    fg_buffer_print(&text, "At the configured tolerance %.*f, ", fg_review_digits(rates.tolerance),
                    rates.tolerance);
    say_rates(&text, &rates);
    fg_buffer_print(&text, ".");
    if (others > 0) {
        fg_buffer_print(&text, " Had they been strangers, ");
        if (rates.strangers.hits == 0) {
            fg_buffer_print(&text, "none");
        } else {
            say_share(&text, &rates.strangers, "", "");
        }
        fg_buffer_print(
            &text,
            " would have been let in as one of the %s; that share grows with the number of "
            "people.",
            fg_text_count(others, "other", "others").text);
    }
    print(&text);
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

/* What the figures are worth. */
static void say_worth(fg_buffer *to, const fg_trial *trial, const fg_rate *seen)
{
    char high[FG_FORMAT_PERCENT];
    if (trial->recommended.shown) {
        fg_buffer_print(to, " The whole 95 %% interval is within that, but it is a little too "
                            "narrow, because comparisons share people.");
    } else if (!trial->recommended.enough) {
        fg_buffer_print(to,
                        " Showing such a low rate needs %" PRId64
                        " comparisons without a mistake, and there were %" PRId64 "; add people.",
                        trial->recommended.needed, seen->trials);
    } else {
        fg_buffer_print(to,
                        " This is what was measured; the interval reaches %s, and a smaller "
                        "tolerance is safer.",
                        fg_format_percent(seen->high, high));
    }
}

static void print_recommended(const fg_trial *trial)
{
    fg_buffer text = {0};
    const fg_recommendation *of = &trial->recommended;
    if (trial->evaluation.others.trials == 0) {
        fg_buffer_print(&text, "No tolerance can be recommended: give pictures of at least two "
                               "people, so that they can be compared.");
    } else if (of->step < 0) {
        fg_evaluation_rates first = fg_evaluation_at(&trial->evaluation, 0);
        fg_buffer_print(&text, "No tolerance can be recommended for at most ");
        say_wanted(&text, trial->wanted);
        fg_buffer_print(&text, ": even at %.2f, ", first.tolerance);
        say_share(&text, &first.false_match, " comparison", " comparisons");
        fg_buffer_print(
            &text,
            " %s somebody for another person. Check below for a picture in the wrong folder.",
            fg_text_plural(first.false_match.hits, "takes", "take"));
    } else {
        fg_evaluation_rates rates = fg_evaluation_at(&trial->evaluation, of->step);
        fg_buffer_print(&text, "Recommended for at most ");
        say_wanted(&text, trial->wanted);
        fg_buffer_print(&text, "%s: %.2f. At this tolerance ",
                        of->enough ? "" : ", as far as these few pictures show", rates.tolerance);
        say_rates(&text, &rates);
        fg_buffer_print(&text, ".");
        say_worth(&text, trial, &rates.false_match);
        if (of->limited) {
            fg_buffer_print(
                &text, " A looser tolerance meets the rate too, but none above the default is "
                       "recommended: these photos do not show the strangers who come to a door.");
        }
        if (of->as_good < of->step) {
            fg_buffer_print(&text, " %.2f recognises as many and is stricter.",
                            fg_evaluation_tolerance(of->as_good));
        }
    }
    putchar('\n');
    print(&text);
}

/* With how far it is from its own person: one that is nearer to the other may lie in the wrong
 * folder. */
static void print_case(const fg_trial *trial, const fg_evaluation_case *of)
{
    char distance[CELL];
    fg_buffer text = {0};
    bool within = of->distance <= trial->config->access.tolerance;
    bool nearer = of->distance < of->own;
    const char *outcome = "is nearest to";
    if (within) {
        outcome = nearer ? "is taken for" : "also matches";
    }
    snprintf(distance, sizeof(distance), "%.3f", of->distance);
    fg_buffer_print(&text, "%s %s %s (%s), %.3f from its own%s",
                    trial->album.pictures[of->picture].name, outcome,
                    fg_trial_person(trial, of->other), fg_trial_source(trial, of->encoding),
                    of->own, within && nearer ? ": is it in the wrong folder?" : "");
    fg_wrap_row(stdout, distance, text_of(&text), 9);
    fg_buffer_free(&text);
}

static void print_nearest(const fg_trial *trial)
{
    const fg_evaluation_list *list = &trial->evaluation.nearest;
    double far = fmax(FG_REVIEW_FAR, trial->config->access.tolerance);
    for (int i = 0; i < list->count && list->cases[i].distance <= far; i++) {
        if (i == 0) {
            puts("\nPictures that are nearest to another person:");
        }
        print_case(trial, &list->cases[i]);
    }
}

static void print_farthest(const fg_trial *trial)
{
    const fg_evaluation_list *list = &trial->evaluation.farthest;
    double tolerance = trial->config->access.tolerance;
    for (int i = 0; i < list->count && list->cases[i].own > tolerance; i++) {
        char distance[CELL];
        const fg_evaluation_case *of = &list->cases[i];
        if (i == 0) {
            puts("\nPeople who are not recognised, each by the farthest picture:");
        }
        snprintf(distance, sizeof(distance), "%.3f", of->own);
        fg_wrap_row(stdout, distance, trial->album.pictures[of->picture].name, 9);
    }
}

void fg_trial_print(const fg_trial *trial)
{
    print_table(trial);
    print_configured(trial);
    print_recommended(trial);
    print_nearest(trial);
    print_farthest(trial);
}
