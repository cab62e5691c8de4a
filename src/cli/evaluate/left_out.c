/* Says which files of a folder were left out, as text and as JSON. */
#include "evaluate/left_out.h"

#include "common/options.h"
#include "evaluate/report_text.h"
#include "facegate/base/wrap.h"
#include "facegate/text.h"

#include <limits.h>
#include <stdio.h>

#define SHOWN 10

/* One that is left out, as long as there is room for it. */
static void print_one(const char *name, const char *why, int *left)
{
    if ((*left)-- <= 0) {
        return;
    }
    fg_buffer one = {0};
    fg_buffer_print(&one, "%s: %s", name, why);
    fputs("  ", stdout);
    fg_wrap_print(stdout, fg_report_text(&one), 2, 4);
    fg_buffer_free(&one);
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
    int left = fg_cli_is_verbose() ? INT_MAX : SHOWN;
    say_counts(&line, album, fates);
    if (line.size == 0) {
        return;
    }
    fg_report_print(&line);
    for (int i = 0; i < album->count; i++) {
        if (fates->of[i].why != NULL) {
            print_one(album->pictures[i].name, fates->of[i].why, &left);
        }
    }
    for (int i = 0; i < album->ignored_count; i++) {
        print_one(album->ignored[i].name, album->ignored[i].text, &left);
    }
    if (left < 0) {
        printf("  and %d more (--verbose lists them).\n", -left);
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
