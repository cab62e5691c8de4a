/* Says who has too few encodings, and what that costs. */
#include "common/few_encodings.h"

#include "common/command_line.h"
#include "common/format.h"
#include "facegate/base/wrap.h"
#include "facegate/gallery/review.h"
#include "facegate/text.h"

#include <stdio.h>
#include <string.h>

#define NAMED 5 /* of them; "facegate people" shows the number of everybody's encodings */

/* Visits of three views of LFW, within a gallery of ten; docs/decisions.md has the figures. */
static const char cost[] =
    "Of 100 visits of a person, 16 are not recognised with one encoding, 4 with two, and none with "
    "three or more (measured on photographs). With one encoding, more strangers are accepted as "
    "well.";

static bool has_few(const fg_gallery *gallery, int person)
{
    int count = fg_gallery_person_encodings(gallery, person);
    return count > 0 && count < FG_REVIEW_ENOUGH;
}

/* How many have few, among everybody or of one person; where only one has, *person is who. */
static int find_few(const fg_gallery *gallery, int *person)
{
    int first = *person >= 0 ? *person : 0;
    int end = *person >= 0 ? *person + 1 : fg_gallery_people(gallery);
    int few = 0;
    for (int i = first; i < end; i++) {
        if (has_few(gallery, i)) {
            *person = few == 0 ? i : FG_FEW_EVERYBODY;
            few++;
        }
    }
    return few;
}

/* "Ada, Bob and 7 more" */
static void list_names(const fg_gallery *gallery, int few, char ret_text[FG_FEW_TEXT])
{
    size_t used = 0;
    int named = 0;
    ret_text[0] = '\0';
    for (int i = 0; i < fg_gallery_people(gallery) && named < NAMED; i++) {
        if (has_few(gallery, i)) {
            char shown[FG_TEXT_SHOWN];
            const char *name = fg_gallery_name(gallery, i);
            used +=
                (size_t)snprintf(ret_text + used, FG_FEW_TEXT - used, "%s%s",
                                 named++ > 0 ? ", " : "", fg_text_show(name, strlen(name), shown));
        }
    }
    if (few > named) {
        snprintf(ret_text + used, FG_FEW_TEXT - used, " and %d more", few - named);
    }
}

bool fg_few_describe(const fg_gallery *gallery, int person, char ret_text[FG_FEW_TEXT])
{
    int few = find_few(gallery, &person);
    if (few == 1) {
        char shown[FG_TEXT_SHOWN];
        const char *name = fg_gallery_name(gallery, person);
        int encodings = fg_gallery_person_encodings(gallery, person);
        snprintf(ret_text, FG_FEW_TEXT, "%s has only %s. %s",
                 fg_text_show(name, strlen(name), shown),
                 encodings == 1 ? "one encoding" : "two encodings", cost);
    } else if (few > 1) {
        char names[FG_FEW_TEXT];
        list_names(gallery, few, names);
        snprintf(ret_text, FG_FEW_TEXT, "%d of %d people have fewer than %d encodings: %.*s. %s",
                 few, fg_gallery_people(gallery), FG_REVIEW_ENOUGH, FG_FEW_TEXT / 2, names, cost);
    }
    return few > 0;
}

void fg_few_print(const fg_config *config, const fg_gallery *gallery, int person,
                  const char *before)
{
    char text[FG_FEW_TEXT];
    if (!fg_few_describe(gallery, person, text)) {
        return;
    }
    fputs(before, stdout);
    fg_wrap_print(stdout, text, 0, 0);
    fputs("    ", stdout);
    fg_command_line_put(stdout, config, NULL, "enroll",
                        FG_COMMAND_LINE_ENCODINGS | FG_COMMAND_LINE_MODELS);
    fputs(" --name ", stdout);
    if (find_few(gallery, &person) > 1) {
        fputs("NAME", stdout);
    } else {
        fg_format_argument(fg_gallery_name(gallery, person));
    }
    puts(" IMAGE...");
}
