/* The pictures of a trial that stand out, and each with its distances and margins. */
#include "evaluate/evaluate_cases.h"

#include "evaluate/report_text.h"
#include "facegate/base/wrap.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CASES 5
#define CELL  24

/* How bad the view of a probe is, -INFINITY for one that is fine. */
typedef double badness(const fg_trial_face *face);

static double likeness(const fg_trial_face *face)
{
    return face->stranger.margin > 0 ? face->stranger.margin : -(double)INFINITY;
}

static double unlikeness(const fg_trial_face *face)
{
    return face->own.named != face->own.person ? -face->own.margin : -(double)INFINITY;
}

/* The pictures of those who fare worst, one of each. Returns how many. */
static int pick_worst(const fg_trial *trial, badness *of, int ret_pictures[CASES])
{
    int count = 0;
    for (int i = 0; i < trial->album.people_count; i++) {
        const fg_photo_folder_person *person = &trial->album.people[i];
        int worst = -1;
        for (int k = person->first; k < person->first + person->count; k++) {
            const fg_trial_face *face = &trial->faces[k];
            if (fg_picture_fates_is_probe(&trial->fates, k) && of(face) > -(double)INFINITY &&
                (worst < 0 || of(face) > of(&trial->faces[worst]))) {
                worst = k;
            }
        }
        int at = count;
        while (worst >= 0 && at > 0 &&
               of(&trial->faces[worst]) > of(&trial->faces[ret_pictures[at - 1]])) {
            at--;
        }
        if (worst < 0 || at == CASES) {
            continue;
        }
        count += count < CASES ? 1 : 0;
        memmove(&ret_pictures[at + 1], &ret_pictures[at],
                (size_t)(count - 1 - at) * sizeof(ret_pictures[0]));
        ret_pictures[at] = worst;
    }
    return count;
}

static void print_likeness(const fg_trial *trial, int picture)
{
    char margin[CELL];
    fg_buffer text = {0};
    const fg_trial_face *face = &trial->faces[picture];
    const fg_outcome *stranger = &face->stranger;
    bool is_taken = face->own.named >= 0 && face->own.named != face->own.person;
    const char *outcome = stranger->named >= 0 ? "as a stranger is let in as" : "is most like";
    snprintf(margin, sizeof(margin), "%.3f", stranger->margin);
    fg_buffer_print(&text, "%s %s %s, distance %.3f%s", trial->album.pictures[picture].name,
                    is_taken ? "is taken for" : outcome, fg_trial_person(trial, stranger->person),
                    stranger->distance, is_taken ? ": is it in the wrong folder?" : "");
    fg_wrap_row(stdout, margin, fg_report_text(&text), 9);
    fg_buffer_free(&text);
}

static void print_unlikeness(const fg_trial *trial, int picture)
{
    char margin[CELL];
    fg_buffer text = {0};
    const fg_outcome *own = &trial->faces[picture].own;
    snprintf(margin, sizeof(margin), "%.3f", own->margin);
    fg_buffer_print(&text, "%s, distance %.3f", trial->album.pictures[picture].name, own->distance);
    fg_wrap_row(stdout, margin, fg_report_text(&text), 9);
    fg_buffer_free(&text);
}

void fg_trial_print_cases(const fg_trial *trial)
{
    int pictures[CASES];
    int count = pick_worst(trial, likeness, pictures);
    for (int i = 0; i < count; i++) {
        if (i == 0) {
            puts("\nPictures that are like somebody else, with the margin:");
        }
        print_likeness(trial, pictures[i]);
    }
    count = pick_worst(trial, unlikeness, pictures);
    for (int i = 0; i < count; i++) {
        if (i == 0) {
            puts("\nPeople not recognised in a single view, each by the worst, with the margin:");
        }
        print_unlikeness(trial, pictures[i]);
    }
}

void fg_trial_print_faces(const fg_trial *trial)
{
    puts("\nEach view, with the distance and margin to its own person, and as a stranger's:");
    for (int i = 0; i < trial->album.count; i++) {
        const fg_trial_face *face = &trial->faces[i];
        const fg_outcome *stranger = &face->stranger;
        fg_buffer text = {0};
        if (!fg_picture_fates_is_probe(&trial->fates, i)) {
            continue;
        }
        fg_buffer_print(&text, "%s: distance %.3f, margin %.3f, weight %.2f",
                        trial->album.pictures[i].name, face->own.distance, face->own.margin,
                        face->weight);
        if (stranger->person >= 0) {
            fg_buffer_print(&text, "; most like %s, distance %.3f, margin %.3f",
                            fg_trial_person(trial, stranger->person), stranger->distance,
                            stranger->margin);
        }
        fputs("  ", stdout);
        fg_wrap_print(stdout, fg_report_text(&text), 2, 4);
        fg_buffer_free(&text);
    }
}
