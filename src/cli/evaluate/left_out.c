/* Says which files of a folder were left out, as text and as JSON. */
#include "evaluate/left_out.h"

#include "common/options.h"
#include "evaluate/report_text.h"
#include "facegate/base/wrap.h"
#include "facegate/text.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

#define SHOWN 10 /* lines */
#define WORDS 64

/* How many lines there is still room for, and how many pictures and files have none. */
typedef struct room {
    int lines, hidden;
} room;

/* One line, for `count` of what is left out. */
static void print_line(room *left, int count, const char *name, const char *why)
{
    if (left->lines == 0) {
        left->hidden += count;
        return;
    }
    left->lines--;
    fg_buffer one = {0};
    fg_buffer_print(&one, "%s: %s", name, why);
    fputs("  ", stdout);
    fg_wrap_print(stdout, fg_report_text(&one), 2, 4);
    fg_buffer_free(&one);
}

static int count_faceless(const fg_photo_folder_person *folder, const fg_picture_fates *fates)
{
    int count = 0;
    for (int i = folder->first; i < folder->first + folder->count; i++) {
        count += fates->of[i].fate == FG_FATE_NO_FACE;
    }
    return count;
}

/* The pictures of a folder. A recording may begin with many frames before anybody is there: they
 * are one line unless all are asked for. */
static void print_folder(room *left, const fg_photo_folder *album, const fg_picture_fates *fates,
                         const fg_photo_folder_person *folder)
{
    int faceless = fg_cli_is_verbose() ? 0 : count_faceless(folder, fates);
    if (faceless > 1) {
        char why[WORDS];
        snprintf(why, sizeof(why), "%d pictures without a face", faceless);
        print_line(left, faceless, folder->name, why);
    }
    for (int i = folder->first; i < folder->first + folder->count; i++) {
        bool is_summed = faceless > 1 && fates->of[i].fate == FG_FATE_NO_FACE;
        if (fates->of[i].why != NULL && !is_summed) {
            print_line(left, 1, album->pictures[i].name, fates->of[i].why);
        }
    }
}

/* "Left out: 2 unreadable, 3 other files:" */
static void say_counts(fg_buffer *to, const fg_photo_folder *album, const fg_picture_fates *fates)
{
    for (int i = FG_FATE_UNREADABLE; i < FG_FATES; i++) {
        if (fates->counts[i] > 0) {
            fg_buffer_print(to, "%s %d %s", to->size == 0 ? "Left out:" : ",", fates->counts[i],
                            fg_picture_fate_name(i));
        }
    }
    if (album->ignored_count > 0) {
        fg_buffer_print(to, "%s %s", to->size == 0 ? "Left out:" : ",",
                        fg_text_count(album->ignored_count, "other file", "other files").text);
    }
    if (to->size > 0) {
        fg_buffer_print(to, ":");
    }
}

void fg_left_out_print(const fg_photo_folder *album, const fg_picture_fates *fates)
{
    fg_buffer line = {0};
    room left = {.lines = fg_cli_is_verbose() ? INT_MAX : SHOWN};
    say_counts(&line, album, fates);
    if (line.size == 0) {
        return;
    }
    fg_report_print(&line);
    for (int i = 0; i < album->people_count; i++) {
        print_folder(&left, album, fates, &album->people[i]);
    }
    for (int i = 0; i < album->ignored_count; i++) {
        print_line(&left, 1, album->ignored[i].name, album->ignored[i].text);
    }
    if (left.hidden > 0) {
        printf("  and %d more (--verbose lists them).\n", left.hidden);
    }
}

static void add_one(cJSON *list, const char *name, const char *reason, const char *text)
{
    cJSON *added = cJSON_CreateObject();
    cJSON_AddStringToObject(added, "picture", name);
    cJSON_AddStringToObject(added, "reason", reason);
    cJSON_AddStringToObject(added, "text", text);
    cJSON_AddItemToArray(list, added);
}

void fg_left_out_json(cJSON *object, const fg_photo_folder *album, const fg_picture_fates *fates)
{
    cJSON *list = cJSON_AddArrayToObject(object, "left_out");
    for (int i = 0; i < album->count; i++) {
        if (fates->of[i].why != NULL) {
            add_one(list, album->pictures[i].name, fg_picture_fate_name(fates->of[i].fate),
                    fates->of[i].why);
        }
    }
    for (int i = 0; i < album->ignored_count; i++) {
        const fg_photo_folder_ignored *of = &album->ignored[i];
        add_one(list, of->name, of->reason, of->text);
    }
}
