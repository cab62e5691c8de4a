/* Attacks and living people as text: what was looked at, the rates, and the worst visits. */
#include "evaluate/attacks_report.h"

#include "common/format.h"
#include "common/options.h"
#include "common/table.h"
#include "evaluate/left_out.h"
#include "evaluate/report_text.h"
#include "facegate/base/wrap.h"
#include "facegate/gallery/review.h"
#include "facegate/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define WORDS 64
#define KIND  40 /* columns of a kind's name */

static void print_album(const char *what, fg_text_counted folders, const fg_attacks_side *side)
{
    fg_buffer line = {0};
    fg_buffer_print(&line, "%s: %s, %s, of which %d %s used.", what, folders.text,
                    fg_text_count(side->album.count, "picture", "pictures").text,
                    side->fates.counts[FG_FATE_PROBE],
                    fg_text_plural(side->fates.counts[FG_FATE_PROBE], "is", "are"));
    if (side->crowded > 0) {
        fg_buffer_print(&line, " In %d of these there are several faces, and the largest is taken.",
                        side->crowded);
    }
    fg_report_print(&line);
    fg_left_out_print(&side->album, &side->fates);
}

static void print_without_visit(const fg_attacks *attacks, const fg_attacks_side *side)
{
    fg_buffer line = {0};
    for (int i = 0; i < side->album.people_count; i++) {
        if (fg_attacks_used(side, i) < attacks->views) {
            fg_buffer_print(&line, "%s%s", line.size == 0 ? "" : ", ", side->album.people[i].name);
        }
    }
    if (line.size > 0) {
        fg_buffer all = {0};
        fg_buffer_print(&all, "With fewer than the %s of a visit, so not judged: %s",
                        fg_text_count(attacks->views, "usable picture", "usable pictures").text,
                        fg_report_text(&line));
        fg_report_print(&all);
        fg_buffer_free(&line);
    }
}

void fg_attacks_print_albums(const fg_attacks *attacks)
{
    const fg_attacks_side *living = &attacks->living;
    const fg_attacks_side *side = &attacks->attacks;
    print_album("Attacks", fg_text_count(side->album.people_count, "kind", "kinds"), side);
    print_without_visit(attacks, side);
    if (living->album.count > 0) {
        print_album("Living", fg_text_count(living->album.people_count, "person", "people"),
                    living);
        print_without_visit(attacks, living);
    }
}

static fg_rate rate_of_species(const fg_attacks *attacks, int species, double threshold)
{
    return fg_attacks_accepted(attacks->attacks.visits, attacks->attacks.count, species, threshold);
}

static void print_kinds(const fg_attacks *attacks)
{
    double threshold = attacks->config->access.liveness_threshold;
    printf("\nAttacks by kind, in visits of %s, with the threshold %.*f:\n\n",
           fg_text_count(attacks->views, "view", "views").text, fg_review_digits(threshold),
           threshold);
    printf("%-*s  VISITS    PASS          APCER, %%\n", KIND, "KIND");
    for (int i = 0; i < attacks->attacks.album.people_count; i++) {
        fg_rate rate = rate_of_species(attacks, i, threshold);
        fg_table_cut_cell(attacks->attacks.album.people[i].name, KIND);
        printf("  %6" PRId64 "  %6" PRId64, rate.trials, rate.hits);
        fg_report_put_rate(&rate);
        putchar('\n');
    }
}

static void print_row(const fg_attacks *attacks, double threshold, bool is_configured)
{
    char text[WORDS];
    fg_rate highest;
    const fg_attacks_side *side = &attacks->attacks;
    fg_rate refused = fg_attacks_refused(attacks->living.visits, attacks->living.count, threshold);
    int species = fg_attacks_highest(side->visits, side->count, side->album.people_count, threshold,
                                     &highest);
    const char *kind = highest.hits > 0 ? side->album.people[species].name : "-";
    snprintf(text, sizeof(text), "%.*f%s", fg_review_digits(threshold), threshold,
             is_configured ? "*" : "");
    printf("%-10s", text);
    fg_report_put_rate(&highest);
    fg_report_put_rate(&refused);
    printf("    %s\n", kind);
}

static void print_thresholds(const fg_attacks *attacks)
{
    double thresholds[FG_ATTACKS_THRESHOLDS];
    double configured = attacks->config->access.liveness_threshold;
    int count = fg_attacks_thresholds(configured, thresholds);
    printf("\n%-10s%18s%18s\n", "", "attacks that pass,", "living refused,");
    printf("%-10s%18s%18s    %s\n", "THRESHOLD", "highest APCER, %", "BPCER, %", "HIGHEST OF");
    for (int i = 0; i < count; i++) {
        print_row(attacks, thresholds[i],
                  !(thresholds[i] < configured || thresholds[i] > configured));
    }
    puts("* configured; each with its 95 % confidence interval\n");
}

static void say_highest(fg_buffer *to, const fg_attacks *attacks, double threshold)
{
    fg_buffer trials = {0};
    fg_rate rate;
    const fg_attacks_side *side = &attacks->attacks;
    int species =
        fg_attacks_highest(side->visits, side->count, side->album.people_count, threshold, &rate);
    if (rate.hits == 0 && side->album.people_count > 1) {
        /* Of kinds without a mistake, the highest is the one with the fewest visits. */
        char high[FG_FORMAT_PERCENT];
        fg_format_percent(rate.high, high);
        fg_buffer_print(to, "no kind passes for living (95 %% for each kind: at most %s)", high);
        return;
    }
    fg_buffer_print(&trials, "%s with attacks of the kind %s",
                    fg_text_count(rate.trials, "visit", "visits").text,
                    side->album.people[species].name);
    fg_report_say_rate(to, &rate, fg_report_text(&trials));
    fg_buffer_print(to, " %s for living", fg_text_plural(rate.hits, "passes", "pass"));
    if (side->album.people_count > 1) {
        fg_buffer_print(to, " (no kind has a higher share)");
    }
    fg_buffer_free(&trials);
}

static void say_refused(fg_buffer *to, const fg_attacks *attacks, double threshold)
{
    char trials[2 * WORDS];
    fg_rate rate = fg_attacks_refused(attacks->living.visits, attacks->living.count, threshold);
    if (rate.trials == 0) {
        fg_buffer_print(to, ". How often living people are refused is not known: %s.",
                        attacks->living.album.count > 0
                            ? "nobody has enough usable pictures for a visit; add pictures, or try "
                              "fewer with --views"
                            : "give a folder of their pictures as DIR");
        return;
    }
    snprintf(trials, sizeof(trials), "%s of living people",
             fg_text_count(rate.trials, "visit", "visits").text);
    fg_buffer_print(to, ", and ");
    fg_report_say_rate(to, &rate, trials);
    fg_buffer_print(to, " %s refused.", fg_text_plural(rate.hits, "is", "are"));
}

static void print_configured(const fg_attacks *attacks)
{
    fg_buffer text = {0};
    double threshold = attacks->config->access.liveness_threshold;
    enum fg_config_liveness liveness = attacks->config->access.liveness;
    fg_buffer_print(&text, "As configured (threshold %.*f), ", fg_review_digits(threshold),
                    threshold);
    say_highest(&text, attacks, threshold);
    say_refused(&text, attacks, threshold);
    if (liveness == FG_LIVENESS_OFF || liveness == FG_LIVENESS_WARN) {
        fg_buffer_print(&text, " But [access] liveness is %s, so the door refuses neither.",
                        liveness == FG_LIVENESS_OFF ? "off" : "warn");
    }
    fg_buffer_print(&text, "\n\nAPCER is the share of visits with an attack that pass for living, "
                           "BPCER the share of visits of living people that do not (ISO/IEC "
                           "30107-3). Visits of one recording are alike, so the intervals are too "
                           "narrow. Only liveness is judged here, not who it is.");
    fg_report_print(&text);
}

static void print_visit(const fg_attacks_side *side, const fg_attacks_visit *visit,
                        const char *outcome)
{
    char score[WORDS];
    fg_buffer text = {0};
    const char *last = side->album.pictures[visit->last].name;
    snprintf(score, sizeof(score), "%.3f", visit->score);
    fg_buffer_print(&text, "%s", side->album.pictures[visit->first].name);
    if (visit->last != visit->first) {
        /* Both are in one folder, whose name holds no slash. */
        fg_buffer_print(&text, " to %s", strchr(last, '/') + 1);
    }
    fg_buffer_print(&text, "%s", outcome);
    fg_wrap_row(stdout, score, fg_report_text(&text), 9);
    fg_buffer_free(&text);
}

static void print_extremes(const fg_attacks *attacks, const fg_attacks_side *side, bool is_attack)
{
    int visits[FG_ATTACKS_EXTREMES];
    double threshold = attacks->config->access.liveness_threshold;
    int count = fg_attacks_extremes(side->visits, side->count, is_attack, visits);
    if (count > 0) {
        puts(is_attack ? "\nThe attacks that look most alive, with the mean score:"
                       : "\nThe living that look least alive, with the mean score:");
    }
    for (int i = 0; i < count; i++) {
        const fg_attacks_visit *visit = &side->visits[visits[i]];
        bool passes = fg_attacks_passes(visit, threshold);
        print_visit(side, visit, passes != is_attack ? "" : is_attack ? ": passes" : ": refused");
    }
}

static void print_scores(const fg_attacks_side *side)
{
    for (int i = 0; i < side->album.count; i++) {
        if (!isnan(side->scores[i])) {
            printf("  %.3f  %s\n", side->scores[i], side->album.pictures[i].name);
        }
    }
}

void fg_attacks_print(const fg_attacks *attacks)
{
    print_kinds(attacks);
    print_thresholds(attacks);
    print_configured(attacks);
    print_extremes(attacks, &attacks->attacks, true);
    print_extremes(attacks, &attacks->living, false);
    if (fg_cli_is_verbose()) {
        puts("\nEach picture with its score, attacks first:");
        print_scores(&attacks->attacks);
        print_scores(&attacks->living);
    }
}
