/* The list of people, as a table. */
#include "people/people_list.h"

#include "common/few_encodings.h"
#include "common/format.h"
#include "common/options.h"
#include "common/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { NAME, BADGE, OTHER, TEXTS }; /* the columns that may be wide */

#define NARROWEST 8
#define NUMBERS   32 /* columns of all else: blanks, ENCODINGS, SPREAD and "! 0.412" */

static const char *const titles[TEXTS] = {"NAME", "BADGE", "NEAREST OTHER"};

static const char *text_of(const fg_people *people, int person, int column,
                           char ret_shown[FG_FORMAT_NAME])
{
    const char *badge = fg_gallery_badge(people->gallery, person);
    int nearest = fg_review_of(people->review, person)->nearest;
    switch (column) {
    case NAME:
        return fg_format_name(fg_gallery_name(people->gallery, person), ret_shown);
    case BADGE:
        return badge != NULL ? badge : "-";
    default:
        return nearest >= 0 ? fg_format_name(fg_gallery_name(people->gallery, nearest), ret_shown)
                            : "";
    }
}

/* As wide as the widest text, or where the terminal is narrower, the widest columns less so. */
static void measure(const fg_people *people, int ret_widths[TEXTS])
{
    char shown[FG_FORMAT_NAME];
    int room = fg_table_columns() - NUMBERS;
    for (int column = 0; column < TEXTS; column++) {
        /* The last one's title begins further left, over the distance. */
        ret_widths[column] = column == OTHER ? NARROWEST : fg_table_width(titles[column]);
        for (int i = 0; i < fg_gallery_people(people->gallery); i++) {
            int width = fg_table_width(text_of(people, i, column, shown));
            ret_widths[column] = width > ret_widths[column] ? width : ret_widths[column];
        }
    }
    while (ret_widths[NAME] + ret_widths[BADGE] + ret_widths[OTHER] > room) {
        int widest = NAME;
        for (int column = 1; column < TEXTS; column++) {
            widest = ret_widths[column] > ret_widths[widest] ? column : widest;
        }
        if (ret_widths[widest] <= NARROWEST) {
            return;
        }
        ret_widths[widest]--;
    }
}

static bool is_within(const fg_people *people, int person)
{
    return fg_review_of(people->review, person)->distance <= people->config->access.tolerance;
}

static void print_person(const fg_people *people, int index, const int widths[TEXTS])
{
    const fg_review_person *person = fg_review_of(people->review, index);
    char shown[FG_FORMAT_NAME];
    char spread[32] = "-";
    if (!isnan(person->spread)) {
        snprintf(spread, sizeof(spread), "%.3f", person->spread);
    }
    fg_table_cut_cell(text_of(people, index, NAME, shown), widths[NAME]);
    fputs("  ", stdout);
    fg_table_cut_cell(text_of(people, index, BADGE, shown), widths[BADGE]);
    printf("  %9d  %6s  ", fg_gallery_person_encodings(people->gallery, index), spread);
    if (person->nearest < 0) {
        puts("  -");
        return;
    }
    const char *other = text_of(people, index, OTHER, shown);
    int width = fg_table_width(other);
    printf("%s %.3f  ", is_within(people, index) ? "!" : " ", person->distance);
    fg_table_cut_cell(other, width < widths[OTHER] ? width : widths[OTHER]);
    putchar('\n');
}

int fg_people_list(const fg_people *people)
{
    int count = fg_gallery_people(people->gallery);
    bool within = false;
    int widths[TEXTS] = {0};
    if (count == 0) {
        puts("Nobody is enrolled: enrol a person with \"facegate enroll --name NAME IMAGE\".");
        return FG_EXIT_DONE;
    }
    int *order = fg_people_by_risk(people);
    if (order == NULL) {
        return fg_cli_fail(FG_EXIT_FAILED, "not enough memory to list %d people", count);
    }
    measure(people, widths);
    fg_table_cell(titles[NAME], widths[NAME]);
    fputs("  ", stdout);
    fg_table_cell(titles[BADGE], widths[BADGE]);
    printf("  %9s  %6s    %s\n", "ENCODINGS", "SPREAD", titles[OTHER]);
    for (int i = 0; i < count; i++) {
        print_person(people, order[i], widths);
        within = within || is_within(people, order[i]);
    }
    free(order);
    if (within) {
        printf("\n! within the tolerance (%.*f) of someone else: see \"facegate people check\".\n",
               fg_review_digits(people->config->access.tolerance),
               people->config->access.tolerance);
    }
    fg_few_print(people->config, people->gallery, FG_FEW_EVERYBODY, "\n");
    return FG_EXIT_DONE;
}
