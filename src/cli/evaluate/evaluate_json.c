/* A trial as JSON. */
#include "evaluate/evaluate_json.h"

#include "common/json.h"
#include "evaluate/left_out.h"

static void add_rates(cJSON *object, const char *key, const fg_evaluation *evaluation, int step)
{
    fg_evaluation_rates rates = fg_evaluation_at(evaluation, step);
    cJSON *added = cJSON_AddObjectToObject(object, key);
    fg_json_rate(added, "false_match", &rates.false_match);
    fg_json_rate(added, "false_non_match", &rates.false_non_match);
}

static cJSON *describe_rates(const fg_trial *trial, int step)
{
    fg_evaluation_rates cohort = fg_evaluation_at(&trial->members_of_cohort, step);
    cJSON *object = cJSON_CreateObject();
    cJSON_AddNumberToObject(object, "tolerance", cohort.rules.tolerance);
    cJSON_AddNumberToObject(object, "margin", cohort.rules.margin);
    cJSON_AddNumberToObject(object, "lead", cohort.rules.lead);
    add_rates(object, "visits", &trial->visits, step);
    add_rates(object, "single_views", &trial->singles, step);
    fg_json_rate(cJSON_AddObjectToObject(object, "cohort"), "false_match", &cohort.false_match);
    return object;
}

static void add_recommended(cJSON *object, const fg_trial *trial)
{
    const fg_recommendation *of = &trial->recommended;
    cJSON_AddNumberToObject(object, "wanted_rate", trial->wanted);
    cJSON *needed = cJSON_AddObjectToObject(object, "needed");
    cJSON_AddNumberToObject(needed, "visits", (double)of->needed);
    cJSON_AddNumberToObject(needed, "more_people", (double)of->missing);
    cJSON_AddNumberToObject(needed, "more_pictures",
                            (double)of->missing * (trial->enroll + trial->views));
    if (of->step < 0) {
        cJSON_AddNullToObject(object, "recommended");
        return;
    }
    cJSON *added = describe_rates(trial, of->step);
    cJSON_AddNumberToObject(added, "as_good_to", fg_evaluation_margin(of->as_good));
    cJSON_AddBoolToObject(added, "shown", of->shown);
    cJSON_AddItemToObject(object, "recommended", added);
}

static void add_outcome(cJSON *object, const char *key, const fg_trial *trial,
                        const fg_outcome *outcome, bool with_person)
{
    cJSON *added = cJSON_AddObjectToObject(object, key);
    if (with_person && outcome->person >= 0) {
        cJSON_AddStringToObject(added, "name", fg_trial_person(trial, outcome->person));
    } else if (with_person) {
        cJSON_AddNullToObject(added, "name");
    }
    fg_json_distance(added, "distance", outcome->distance);
    fg_json_distance(added, "margin", outcome->margin);
    if (outcome->named >= 0) {
        cJSON_AddStringToObject(added, "accepted_as", fg_trial_person(trial, outcome->named));
    } else {
        cJSON_AddNullToObject(added, "accepted_as");
    }
}

static void add_faces(cJSON *object, const fg_trial *trial)
{
    cJSON *faces = cJSON_AddArrayToObject(object, "faces");
    for (int i = 0; i < trial->album.count; i++) {
        const fg_trial_face *face = &trial->faces[i];
        const fg_photo_folder_picture *picture = &trial->album.pictures[i];
        if (fg_picture_fates_is_probe(&trial->fates, i)) {
            cJSON *added = cJSON_CreateObject();
            cJSON_AddStringToObject(added, "picture", picture->name);
            cJSON_AddStringToObject(added, "name", trial->album.people[picture->person].name);
            cJSON_AddNumberToObject(added, "weight", face->weight);
            add_outcome(added, "own", trial, &face->own, false);
            add_outcome(added, "as_stranger", trial, &face->stranger, true);
            cJSON_AddItemToArray(faces, added);
        }
    }
}

static void add_people(cJSON *object, const fg_trial *trial)
{
    cJSON *people = cJSON_AddArrayToObject(object, "people");
    for (int i = 0; i < trial->album.people_count; i++) {
        const fg_photo_folder_person *of = &trial->album.people[i];
        cJSON *added = cJSON_CreateObject();
        int fates[FG_FATES] = {0};
        for (int k = of->first; k < of->first + of->count; k++) {
            fates[trial->fates.of[k].fate]++;
        }
        cJSON_AddStringToObject(added, "name", of->name);
        cJSON_AddNumberToObject(added, "pictures", of->count);
        cJSON_AddNumberToObject(added, "enrolled", fates[FG_FATE_ENROLLED]);
        cJSON_AddNumberToObject(added, "compared", fates[FG_FATE_PROBE]);
        cJSON_AddItemToArray(people, added);
    }
}

int fg_trial_print_json(const fg_trial *trial)
{
    cJSON *object = cJSON_CreateObject();
    cJSON_AddNumberToObject(object, "enroll", trial->enroll);
    cJSON_AddNumberToObject(object, "views", trial->views);
    add_people(object, trial);
    cJSON_AddNumberToObject(object, "pictures", trial->album.count);
    cJSON_AddNumberToObject(object, "enrolled", trial->fates.counts[FG_FATE_ENROLLED]);
    cJSON_AddNumberToObject(object, "compared", trial->fates.counts[FG_FATE_PROBE]);
    fg_left_out_json(object, &trial->album, &trial->fates);
    cJSON_AddItemToObject(object, "configured", describe_rates(trial, FG_EVALUATION_CONFIGURED));
    add_recommended(object, trial);
    cJSON *rates = cJSON_AddArrayToObject(object, "rates");
    for (int step = 0; step < FG_EVALUATION_STEPS; step++) {
        cJSON_AddItemToArray(rates, describe_rates(trial, step));
    }
    add_faces(object, trial);
    return fg_json_print(object);
}
