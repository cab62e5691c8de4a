/* The findings among people, each with the command that fixes it. */
#include "people/people_check.h"

#include "common/command_line.h"
#include "common/few_encodings.h"
#include "common/format.h"
#include "common/gallery_access.h"
#include "facegate/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SHOWN 20 /* of each kind; more is work for a program, which has --json */

/* Findings of one or two kinds that follow each other. */
typedef struct section {
    const fg_people *people;
    const fg_finding *findings;
    int count;
    int shown;
} section;

static section section_of(const fg_people *people, fg_finding_kind first, fg_finding_kind last)
{
    int all = 0;
    const fg_finding *findings = fg_review_findings(people->review, &all);
    int from = 0;
    while (from < all && findings[from].kind < first) {
        from++;
    }
    int to = from;
    while (to < all && findings[to].kind <= last) {
        to++;
    }
    int count = to - from;
    return (section){.people = people,
                     .findings = count > 0 ? findings + from : NULL,
                     .count = count,
                     .shown = count < SHOWN ? count : SHOWN};
}

static void print_rest(int64_t rest)
{
    if (rest > 0) {
        printf("  and %lld more: \"facegate people check --json\" lists them.\n", (long long)rest);
    }
}

static const char *name_of(const fg_people *people, int person)
{
    return fg_gallery_name(people->gallery, person);
}

/* A command for this gallery and no other. */
static void print_command(const fg_people *people, const char *command)
{
    fg_command_line_put(stdout, people->config, NULL, command, FG_COMMAND_LINE_ENCODINGS);
}

/* Ends in the name, which may begin like an option. */
static void print_name(const fg_people *people, int person)
{
    fputs(name_of(people, person)[0] == '-' ? " -- " : " ", stdout);
    fg_format_argument(name_of(people, person));
}

static void print_remove(const fg_people *people, int person)
{
    print_command(people, "people remove");
    print_name(people, person);
}

static void print_enroll(const fg_people *people, int person, bool with_badge)
{
    const char *badge = fg_gallery_badge(people->gallery, person);
    print_command(people, "enroll");
    fputs(" --name ", stdout);
    fg_format_argument(name_of(people, person));
    if (with_badge && badge != NULL) {
        printf(" --badge %s", badge);
    }
    puts(" IMAGE...");
}

static void print_mix_up(const fg_people *people, const fg_finding *finding)
{
    const char *name = name_of(people, finding->person);
    int others = fg_gallery_person_encodings(people->gallery, finding->person) - 1;
    if (finding->kind == FG_FINDING_MIX_UP) {
        const char *other = name_of(people, finding->other);
        printf(
            "  %s's encoding %d is likely %s's: %.3f from %s, %.3f from the nearest of %s's own.\n",
            name, finding->encoding + 1, other, finding->distance, other, finding->own_distance,
            name);
    } else if (others == 1) {
        printf("  %s's 2 encodings are %.3f apart: one of them is likely someone else's.\n", name,
               finding->distance);
    } else {
        printf("  %s's encoding %d is likely someone else's: %.3f from the nearest of %s's other "
               "%d.\n",
               name, finding->encoding + 1, finding->distance, name, others);
    }
}

/* Whether nobody knows which of a person's encodings are the wrong ones: most seem to be, or two
 * are far from each other, or those that agree are near somebody else. */
static bool is_unsure(const section *all, int person)
{
    int encodings = fg_gallery_person_encodings(all->people->gallery, person);
    bool is_near = fg_review_of(all->people->review, person)->distance <=
                   all->people->config->access.tolerance;
    int found = 0;
    bool reported = false;
    for (int i = 0; i < all->count; i++) {
        if (all->findings[i].person == person) {
            found++;
            reported = reported || all->findings[i].kind == FG_FINDING_MIX_UP;
        }
    }
    return 2 * found > encodings || (!reported && (encodings == 2 || is_near));
}

/* All of a person's mix-ups go at once, since those behind one that is gone have new numbers. */
static void print_mix_up_fix(const section *all, int person)
{
    fputs("    ", stdout);
    if (is_unsure(all, person)) {
        print_remove(all->people, person);
        fputs(" && ", stdout);
        print_enroll(all->people, person, true);
        return;
    }
    const char *separator = " --encoding ";
    print_command(all->people, "people remove");
    for (int i = 0; i < all->count; i++) {
        if (all->findings[i].person == person) {
            printf("%s%d", separator, all->findings[i].encoding + 1);
            separator = ",";
        }
    }
    print_name(all->people, person);
    putchar('\n');
}

static bool came_before(const section *all, int index)
{
    for (int i = 0; i < index; i++) {
        if (all->findings[i].person == all->findings[index].person) {
            return true;
        }
    }
    return false;
}

static void print_mix_ups(const section *all)
{
    puts("Encodings that are likely someone else's:");
    for (int i = 0; i < all->shown; i++) {
        print_mix_up(all->people, &all->findings[i]);
    }
    print_rest(all->count - all->shown);
    puts("  To remove those that are:");
    for (int i = 0; i < all->shown; i++) {
        if (!came_before(all, i)) {
            print_mix_up_fix(all, all->findings[i].person);
        }
    }
}

/* A tolerance of two digits that keeps the two apart, with a little to spare. */
static double tolerance_below(double distance)
{
    return floor((distance - 0.005) * 100) / 100;
}

static void print_pair(const fg_people *people, const fg_finding *finding)
{
    const fg_gallery *gallery = people->gallery;
    printf("  %s (encoding %d) and %s (encoding %d): %.3f apart", name_of(people, finding->person),
           finding->encoding + 1, name_of(people, finding->other), finding->other_encoding + 1,
           finding->distance);
    if (finding->from_mix_up) {
        puts(", by a mix-up reported above.");
        return;
    }
    /* Of one person under two names the one that knows them less goes. */
    bool first_less = fg_gallery_person_encodings(gallery, finding->person) <
                      fg_gallery_person_encodings(gallery, finding->other);
    fputs(".\n    One person under two names? ", stdout);
    print_remove(people, first_less ? finding->person : finding->other);
    double tolerance = tolerance_below(finding->distance);
    if (tolerance >= 0.2) {
        printf("\n    Two people? Enrol both again with better pictures, or set [access] tolerance "
               "to %.2f.\n",
               tolerance);
    } else {
        puts("\n    Two people? Enrol both again with better pictures.");
    }
}

static void print_pairs(const section *all)
{
    int64_t pairs = fg_review_counts_of(all->people->review)->pairs;
    double tolerance = all->people->config->access.tolerance;
    printf("People who can be taken for each other, within the tolerance of %.*f:\n",
           fg_review_digits(tolerance), tolerance);
    for (int i = 0; i < all->shown; i++) {
        print_pair(all->people, &all->findings[i]);
    }
    print_rest(pairs - all->shown);
}

static void print_close(const section *all)
{
    puts("People a little farther apart than the tolerance; do not raise it:");
    for (int i = 0; i < all->shown; i++) {
        const fg_finding *finding = &all->findings[i];
        printf("  %s (encoding %d) and %s (encoding %d): %.3f apart.\n",
               name_of(all->people, finding->person), finding->encoding + 1,
               name_of(all->people, finding->other), finding->other_encoding + 1,
               finding->distance);
    }
    print_rest(fg_review_counts_of(all->people->review)->close - all->shown);
}

/* Reported in one breath: there may be many, and each has the same fix. */
static void print_nones(const section *all)
{
    fputs("No encodings, so never recognised:", stdout);
    for (int i = 0; i < all->shown; i++) {
        printf("%s %s", i > 0 ? "," : "", name_of(all->people, all->findings[i].person));
    }
    if (all->count > all->shown) {
        printf(" and %d more", all->count - all->shown);
    }
    fputs(".\n    ", stdout);
    if (all->count == 1) {
        print_enroll(all->people, all->findings[0].person, false);
    } else {
        print_command(all->people, "enroll");
        puts(" --name NAME IMAGE...");
    }
}

static void print_few(const section *all)
{
    fg_few_print(all->people->config, all->people->gallery, FG_FEW_EVERYBODY, "");
}

static const struct {
    fg_finding_kind first, last;
    void (*print)(const section *all);
} sections[] = {
    {FG_FINDING_MIX_UP, FG_FINDING_FAR, print_mix_ups},
    {FG_FINDING_PAIR, FG_FINDING_PAIR, print_pairs},
    {FG_FINDING_CLOSE, FG_FINDING_CLOSE, print_close},
    {FG_FINDING_FEW, FG_FINDING_FEW, print_few},
    {FG_FINDING_NONE, FG_FINDING_NONE, print_nones},
};

/* Enrolling refuses such names; other tools write them. Whether there were any. */
static bool print_names(const fg_people *people)
{
    int found = 0;
    for (int i = 0; i < fg_gallery_people(people->gallery); i++) {
        fg_error error;
        if (fg_cli_check_name(people->config, name_of(people, i), &error) == 0 ||
            found++ >= SHOWN) {
            continue;
        }
        printf("%s  %s.\n    ", found == 1 ? "Names that are easily confused:\n" : "", error.text);
        print_command(people, "people rename");
        print_name(people, i);
        puts(" NEW");
    }
    if (found > SHOWN) {
        printf("  and %d more.\n", found - SHOWN);
    }
    return found > 0;
}

static void print_all_well(const fg_people *people)
{
    int count = fg_gallery_people(people->gallery);
    int encodings = fg_gallery_encodings(people->gallery);
    printf("Nothing to fix among %s with %s.\n", fg_text_count(count, "person", "people").text,
           fg_text_count(encodings, "encoding", "encodings").text);
}

void fg_people_print_findings(const fg_people *people)
{
    bool printed = print_names(people);
    for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
        section all = section_of(people, sections[i].first, sections[i].last);
        if (all.count > 0) {
            fputs(printed ? "\n" : "", stdout);
            sections[i].print(&all);
            printed = true;
        }
    }
    if (!printed) {
        print_all_well(people);
    }
}

bool fg_people_at_fault(const fg_people *people)
{
    const fg_review_counts *counts = fg_review_counts_of(people->review);
    return counts->mix_ups > 0 || counts->pairs > 0;
}
