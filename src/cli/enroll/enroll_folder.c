/* Enrols everybody in a folder: a folder for each person, with pictures inside. */
#include "enroll/enroll_folder.h"

#include "common/few_encodings.h"
#include "common/gallery_access.h"
#include "common/options.h"
#include "enroll/enroll_pictures.h"
#include "evaluate/photo_folder.h"
#include "facegate/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* More files that are no pictures are only counted. */
#define IGNORED_NAMED 10

typedef struct campaign {
    fg_enrolment *enrolment;
    const char *folder;
    fg_photo_folder photos;
    int done;     /* pictures looked at */
    int left_out; /* of them */
    int people;   /* with a new encoding */
    int lacking;  /* without any encoding */
} campaign;

static void show_progress(const campaign *at)
{
    if (isatty(STDERR_FILENO) == 1) {
        fprintf(stderr, "\r%d/%d pictures", at->done, at->photos.count);
    }
}

/* The line is free for something else. */
static void hide_progress(void)
{
    if (isatty(STDERR_FILENO) == 1) {
        fputs("\r\033[K", stderr);
    }
}

/* Whether a folder's name may be somebody's. */
static int check_name(const campaign *at, const fg_photo_folder_person *person, fg_error *error)
{
    const char *path = at->photos.pictures[person->first].path;
    if (strstr(path, person->name) == NULL) { /* it is not as it is shown */
        return fg_error_set(error, -EINVAL, "the name has a control character or broken UTF-8");
    }
    return fg_cli_check_name(at->enrolment->config, person->name, error);
}

static void enroll_person(campaign *at, const fg_photo_folder_person *person)
{
    fg_error error;
    fg_enrolment *enrolment = at->enrolment;
    int before = enrolment->added;
    if (person->count > 0 && check_name(at, person, &error) != 0) {
        hide_progress();
        fg_cli_fail(0, "%s/%s: %s: rename the folder", at->folder, person->name, error.text);
        at->done += person->count;
        at->left_out += person->count;
        at->lacking++;
        return;
    }
    enrolment->name = person->name;
    for (int i = person->first; i < person->first + person->count; i++) {
        fg_quality quality;
        show_progress(at);
        if (fg_enroll_picture(enrolment, at->photos.pictures[i].path, &quality, &error) != 0) {
            hide_progress();
            fg_cli_fail(0, "%s", error.text);
            at->left_out++;
        }
        at->done++;
    }
    hide_progress();
    int added = enrolment->added - before;
    int index = fg_gallery_find(enrolment->gallery, person->name);
    int all = index >= 0 ? fg_gallery_person_encodings(enrolment->gallery, index) : 0;
    at->people += added > 0;
    at->lacking += all == 0;
    printf("%s: %d of %s, %d in all\n", person->name, added,
           fg_text_count(person->count, "picture", "pictures").text, all);
    fflush(stdout);
}

static void name_ignored(const fg_photo_folder *photos)
{
    for (int i = 0; i < photos->ignored_count && i < IGNORED_NAMED; i++) {
        fg_cli_fail(0, "%s: %s", photos->ignored[i].name, photos->ignored[i].text);
    }
    if (photos->ignored_count > IGNORED_NAMED) {
        fg_cli_fail(0, "and %s",
                    fg_text_count(photos->ignored_count - IGNORED_NAMED, "more file is no picture",
                                  "more files are no pictures")
                        .text);
    }
}

static int finish(const campaign *at)
{
    fg_error error;
    const fg_enrolment *enrolment = at->enrolment;
    const char *path = enrolment->config->access.encodings;
    char left_out[64] = "";
    if (at->left_out > 0) {
        snprintf(left_out, sizeof(left_out), "; %d %s left out, see above", at->left_out,
                 fg_text_plural(at->left_out, "was", "were"));
    }
    if (enrolment->added == 0) {
        return fg_cli_fail(FG_EXIT_FAILED, "nothing was saved: none of %s was taken%s",
                           fg_text_count(at->photos.count, "picture", "pictures").text, left_out);
    }
    if (fg_gallery_save(enrolment->gallery, path, &error) != 0) {
        return fg_cli_fail(FG_EXIT_FAILED, "%s", error.text);
    }
    printf("Enrolled %s", fg_text_count(at->people, "person", "people").text);
    printf(" from %s: %s", at->folder,
           fg_text_count(enrolment->added, "new encoding", "new encodings").text);
    printf(" of %s%s. They are in %s. A running daemon uses them within about a second.\n",
           fg_text_count(at->photos.count, "picture", "pictures").text, left_out, path);
    fg_few_print(enrolment->config, enrolment->gallery, FG_FEW_EVERYBODY, "");
    if (at->lacking > 0) {
        return fg_cli_fail(FG_EXIT_FAILED, "%s no encoding: add better pictures",
                           fg_text_count(at->lacking, "person has", "people have").text);
    }
    return FG_EXIT_DONE;
}

int fg_enroll_folder(fg_enrolment *enrolment, const char *folder)
{
    fg_error error;
    campaign at = {.enrolment = enrolment, .folder = folder};
    if (fg_photo_folder_open(&at.photos, folder, FG_PHOTO_FOLDER_PEOPLE, &error) != 0) {
        return fg_cli_fail(FG_EXIT_FAILED, "%s", error.text);
    }
    name_ignored(&at.photos);
    for (int i = 0; i < at.photos.people_count; i++) {
        enroll_person(&at, &at.photos.people[i]);
    }
    int result = finish(&at);
    fg_photo_folder_close(&at.photos);
    return result;
}
