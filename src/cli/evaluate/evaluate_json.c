/* A trial as JSON. */
#include "evaluate/evaluate_json.h"

#include "common/json.h"

static void add_rate(cJSON *object, const char *key, const fg_rate *rate)
{
    cJSON *added = cJSON_AddObjectToObject(object, key);
    cJSON_AddNumberToObject(added, "hits", (double)rate->hits);
    cJSON_AddNumberToObject(added, "trials", (double)rate->trials);
    cJSON_AddNumberToObject(added, "rate", rate->rate); /* NAN is printed as null */
    cJSON_AddNumberToObject(added, "low", rate->low);
    cJSON_AddNumberToObject(added, "high", rate->high);
}

static cJSON *describe_rates(const fg_trial *trial, int step)
{
    fg_evaluation_rates rates = fg_evaluation_at(&trial->evaluation, step);
    cJSON *object = cJSON_CreateObject();
    cJSON_AddNumberToObject(object, "tolerance", rates.tolerance);
    add_rate(object, "false_match", &rates.false_match);
    add_rate(object, "false_non_match", &rates.false_non_match);
    add_rate(object, "strangers_let_in", &rates.strangers);
    return object;
}

static void add_recommended(cJSON *object, const fg_trial *trial)
{
    const fg_recommendation *of = &trial->recommended;
    cJSON_AddNumberToObject(object, "wanted_rate", trial->wanted);
    cJSON_AddNumberToObject(object, "comparisons_needed", (double)of->needed);
    if (of->step < 0) {
        cJSON_AddNullToObject(object, "recommended");
        return;
    }
    cJSON *added = describe_rates(trial, of->step);
    cJSON_AddNumberToObject(added, "as_good_from", fg_evaluation_tolerance(of->as_good));
    cJSON_AddBoolToObject(added, "enough_comparisons", of->enough);
    cJSON_AddBoolToObject(added, "shown", of->shown);
    cJSON_AddBoolToObject(added, "limited_to_default", of->limited);
    cJSON_AddItemToObject(object, "recommended", added);
}

static void add_cases(cJSON *object, const char *key, const fg_trial *trial,
                      const fg_evaluation_list *list)
{
    cJSON *cases = cJSON_AddArrayToObject(object, key);
    for (int i = 0; i < list->count; i++) {
        const fg_evaluation_case *of = &list->cases[i];
        cJSON *added = cJSON_CreateObject();
        cJSON_AddStringToObject(added, "picture", trial->album.pictures[of->picture].name);
        cJSON_AddStringToObject(added, "name", fg_trial_person(trial, of->person));
        fg_json_distance(added, "own_distance", of->own);
        if (of->other >= 0) {
            cJSON_AddStringToObject(added, "other", fg_trial_person(trial, of->other));
            cJSON_AddStringToObject(added, "other_picture", fg_trial_source(trial, of->encoding));
            fg_json_distance(added, "distance", of->distance);
        }
        cJSON_AddItemToArray(cases, added);
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
            fates[trial->views[k].fate]++;
        }
        cJSON_AddStringToObject(added, "name", of->name);
        cJSON_AddNumberToObject(added, "pictures", of->count);
        cJSON_AddNumberToObject(added, "enrolled", fates[FG_FATE_ENROLLED]);
        cJSON_AddNumberToObject(added, "compared", fates[FG_FATE_PROBE]);
        cJSON_AddItemToArray(people, added);
    }
}

static void add_one_left_out(cJSON *list, const char *name, const char *reason, const char *text)
{
    cJSON *added = cJSON_CreateObject();
    cJSON_AddStringToObject(added, "picture", name);
    cJSON_AddStringToObject(added, "reason", reason);
    cJSON_AddStringToObject(added, "text", text);
    cJSON_AddItemToArray(list, added);
}

static void add_left_out(cJSON *object, const fg_trial *trial)
{
    const fg_photo_folder *album = &trial->album;
    cJSON *list = cJSON_AddArrayToObject(object, "left_out");
    for (int i = 0; i < album->count; i++) {
        if (trial->views[i].why != NULL) {
            add_one_left_out(list, album->pictures[i].name, fg_trial_fate(trial->views[i].fate),
                             trial->views[i].why);
        }
    }
    for (int i = 0; i < album->ignored_count; i++) {
        const fg_photo_folder_ignored *of = &album->ignored[i];
        add_one_left_out(list, of->name, of->reason, of->text);
    }
}

int fg_trial_print_json(const fg_trial *trial)
{
    cJSON *object = cJSON_CreateObject();
    cJSON_AddNumberToObject(object, "enroll", trial->enroll);
    add_people(object, trial);
    cJSON_AddNumberToObject(object, "pictures", trial->album.count);
    cJSON_AddNumberToObject(object, "enrolled", trial->fates[FG_FATE_ENROLLED]);
    cJSON_AddNumberToObject(object, "compared", trial->fates[FG_FATE_PROBE]);
    add_left_out(object, trial);
    cJSON_AddItemToObject(object, "configured", describe_rates(trial, FG_EVALUATION_CONFIGURED));
    add_recommended(object, trial);
    cJSON *rates = cJSON_AddArrayToObject(object, "rates");
    for (int step = 0; step < FG_EVALUATION_STEPS; step++) {
        cJSON_AddItemToArray(rates, describe_rates(trial, step));
    }
    add_cases(object, "nearest", trial, &trial->evaluation.nearest);
    add_cases(object, "farthest", trial, &trial->evaluation.farthest);
    return fg_json_print(object);
}
