/* Enrols the first pictures of each person, and tries the others: as theirs and as strangers'. */
#include "evaluate/evaluate_visits.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* A folder's name may be what no person's may: here people are called by their number. */
static int enroll_picture(fg_trial *trial, int picture, fg_error *error)
{
    char name[FG_NAME_SIZE];
    int person = trial->album.pictures[picture].person;
    snprintf(name, sizeof(name), "%d", person);
    int result = fg_gallery_add(trial->gallery, name, NULL, trial->faces[picture].encoding, error);
    if (result == 0) {
        int member = fg_gallery_people(trial->gallery) - 1;
        trial->members[member] = person;
        trial->indices[person] = member;
    }
    return result;
}

static fg_visit_rules rules_of(const fg_config *config)
{
    return (fg_visit_rules){.tolerance = config->access.tolerance,
                            .margin = config->access.margin,
                            .lead = config->access.lead};
}

/* What one view says by itself; of that person, or of whom it is most like. */
static fg_outcome weigh_one(const fg_trial *trial, const fg_view *view, int person)
{
    fg_visit_rules rules = rules_of(trial->config);
    fg_visit visit = fg_visit_weigh(trial->gallery, view, 1);
    fg_outcome outcome = {.named = fg_visit_names(&rules, &visit),
                          .person = person >= 0 ? person : visit.person,
                          .margin = NAN,
                          .distance = NAN};
    if (outcome.person >= 0) {
        outcome.margin = fg_comparison_margin(trial->gallery, &view->comparison, outcome.person);
        outcome.distance =
            fg_comparison_distance(trial->gallery, &view->comparison, outcome.person);
    }
    return outcome;
}

/* Tries the probes of a person: with everybody enrolled, then as a stranger's. */
static void try_person(fg_trial *trial, int person, fg_view *views)
{
    const fg_photo_folder_person *of = &trial->album.people[person];
    fg_trial_face *faces = &trial->faces[of->first];
    const fg_gallery *gallery = trial->gallery;
    int member = trial->indices[person];
    int count = 0;
    for (int i = 0; i < of->count; i++) {
        if (fg_picture_fates_is_probe(&trial->fates, of->first + i)) {
            fg_view *view = &views[count++];
            view->weight = faces[i].weight;
            fg_comparison_make(gallery, trial->cohort, faces[i].encoding, &view->comparison);
            faces[i].own = weigh_one(trial, view, member);
        }
    }
    fg_evaluation_add(&trial->visits, gallery, views, count, member);
    fg_evaluation_add(&trial->singles, gallery, views, count, member);
    count = 0;
    for (int i = 0; i < of->count; i++) {
        if (fg_picture_fates_is_probe(&trial->fates, of->first + i)) {
            fg_view *view = &views[count++];
            fg_comparison_leave_out(gallery, member, &view->comparison);
            faces[i].stranger = weigh_one(trial, view, -1);
        }
    }
    fg_evaluation_add(&trial->visits, gallery, views, count, -1);
    fg_evaluation_add(&trial->singles, gallery, views, count, -1);
}

static void try_cohort(fg_trial *trial)
{
    fg_view view = {.weight = 1};
    for (int i = 0; i < fg_cohort_size(trial->cohort); i++) {
        fg_comparison_make_member(trial->gallery, trial->cohort, i, &view.comparison);
        fg_evaluation_add(&trial->members_of_cohort, trial->gallery, &view, 1, -1);
    }
}

static void start_evaluations(fg_trial *trial)
{
    fg_config defaults;
    fg_config_init(&defaults);
    const fg_visit_rules configured = rules_of(trial->config);
    const fg_visit_rules loosest = rules_of(&defaults);
    fg_evaluation_init(&trial->visits, trial->views, &configured, &loosest);
    fg_evaluation_init(&trial->singles, 1, &configured, &loosest);
    fg_evaluation_init(&trial->members_of_cohort, 1, &configured, &loosest);
}

static int count_most_pictures(const fg_photo_folder *album)
{
    int most = 0;
    for (int i = 0; i < album->people_count; i++) {
        most = album->people[i].count > most ? album->people[i].count : most;
    }
    return most;
}

int fg_trial_try(fg_trial *trial, fg_error *error)
{
    int result = 0;
    int most = count_most_pictures(&trial->album);
    fg_view *views = calloc((size_t)most + 1, sizeof(*views));
    if (views == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory to compare %d pictures", most);
    }
    for (int i = 0; result == 0 && i < trial->album.count; i++) {
        if (trial->fates.of[i].fate == FG_FATE_ENROLLED) {
            result = enroll_picture(trial, i, error);
        }
    }
    start_evaluations(trial);
    for (int i = 0; result == 0 && i < trial->album.people_count; i++) {
        if (trial->indices[i] >= 0) {
            try_person(trial, i, views);
        }
    }
    if (result == 0) {
        try_cohort(trial);
    }
    trial->recommended = fg_evaluation_recommend(&trial->visits, trial->wanted);
    free(views);
    return result;
}
