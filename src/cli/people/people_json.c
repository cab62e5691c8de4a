/* The list of people and the findings among them, as JSON. */
#include "people/people_json.h"

#include "common/few_encodings.h"
#include "common/json.h"
#include "common/options.h"
#include "people/people_likeness.h"

#include <stdlib.h>

static cJSON *describe_person(const fg_people *people, int index)
{
    const fg_review_person *person = fg_review_of(people->review, index);
    const char *badge = fg_gallery_badge(people->gallery, index);
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "name", fg_gallery_name(people->gallery, index));
    if (badge != NULL) {
        cJSON_AddStringToObject(object, "rfid_id", badge);
    } else {
        cJSON_AddNullToObject(object, "rfid_id");
    }
    int encodings = fg_gallery_person_encodings(people->gallery, index);
    cJSON_AddNumberToObject(object, "encodings", encodings);
    cJSON_AddBoolToObject(object, "few_encodings", encodings < FG_REVIEW_ENOUGH);
    fg_json_distance(object, "spread", person->spread);
    if (person->nearest < 0) {
        cJSON_AddNullToObject(object, "nearest");
        return object;
    }
    cJSON *nearest = cJSON_AddObjectToObject(object, "nearest");
    cJSON_AddStringToObject(nearest, "name", fg_gallery_name(people->gallery, person->nearest));
    fg_json_distance(nearest, "distance", person->distance);
    cJSON_AddBoolToObject(nearest, "within_tolerance",
                          person->distance <= people->config->access.tolerance);
    cJSON_AddNumberToObject(nearest, "encoding", person->encoding + 1);
    cJSON_AddNumberToObject(nearest, "other_encoding", person->nearest_encoding + 1);
    return object;
}

/* What too few encodings cost, in the words of the table, or null. */
static void add_advice(cJSON *object, const fg_people *people)
{
    char text[FG_FEW_TEXT];
    if (fg_few_describe(people->gallery, FG_FEW_EVERYBODY, text)) {
        cJSON_AddStringToObject(object, "advice", text);
    } else {
        cJSON_AddNullToObject(object, "advice");
    }
}

int fg_people_list_json(const fg_people *people)
{
    int *order = fg_people_by_risk(people);
    if (order == NULL) {
        return fg_cli_fail(FG_EXIT_FAILED, "not enough memory");
    }
    cJSON *object = cJSON_CreateObject();
    cJSON_AddNumberToObject(object, "tolerance", people->config->access.tolerance);
    cJSON *list = cJSON_AddArrayToObject(object, "people");
    for (int i = 0; i < fg_gallery_people(people->gallery); i++) {
        cJSON_AddItemToArray(list, describe_person(people, order[i]));
    }
    free(order);
    add_advice(object, people);
    return fg_json_print(object);
}

static const char *const kinds[] = {
    [FG_FINDING_MIX_UP] = "mix-up", [FG_FINDING_FAR] = "far", [FG_FINDING_PAIR] = "pair",
    [FG_FINDING_CLOSE] = "close",   [FG_FINDING_FEW] = "few", [FG_FINDING_NONE] = "none",
};

static cJSON *describe_finding(const fg_people *people, const fg_finding *finding)
{
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "kind", kinds[finding->kind]);
    cJSON_AddStringToObject(object, "name", fg_gallery_name(people->gallery, finding->person));
    if (finding->encoding >= 0) {
        cJSON_AddNumberToObject(object, "encoding", finding->encoding + 1);
        fg_json_distance(object, "distance", finding->distance);
    }
    if (finding->other >= 0) {
        cJSON_AddStringToObject(object, "other", fg_gallery_name(people->gallery, finding->other));
        cJSON_AddNumberToObject(object, "other_encoding", finding->other_encoding + 1);
    }
    if (finding->kind == FG_FINDING_FEW) {
        cJSON_AddNumberToObject(object, "encodings",
                                fg_gallery_person_encodings(people->gallery, finding->person));
    }
    if (finding->kind == FG_FINDING_MIX_UP) {
        fg_json_distance(object, "own_distance", finding->own_distance);
    } else if (finding->other >= 0) {
        cJSON_AddBoolToObject(object, "from_mix_up", finding->from_mix_up);
    }
    return object;
}

static void add_counts(cJSON *object, const fg_review_counts *counts)
{
    cJSON *added = cJSON_AddObjectToObject(object, "counts");
    cJSON_AddNumberToObject(added, "mix_ups", counts->mix_ups);
    cJSON_AddNumberToObject(added, "pairs", (double)counts->pairs);
    cJSON_AddNumberToObject(added, "close", (double)counts->close);
    cJSON_AddNumberToObject(added, "few", counts->few);
    cJSON_AddNumberToObject(added, "nones", counts->nones);
}

static void add_rates(cJSON *object, const fg_review *review)
{
    int count = 0;
    const fg_review_rate *rates = fg_review_rates(review, &count);
    cJSON *list = cJSON_AddArrayToObject(object, "false_matches");
    for (int i = 0; i < count; i++) {
        cJSON *rate = cJSON_CreateObject();
        cJSON_AddNumberToObject(rate, "tolerance", rates[i].tolerance);
        cJSON_AddNumberToObject(rate, "matched", (double)rates[i].seen.hits);
        cJSON_AddNumberToObject(rate, "pairs", (double)rates[i].seen.trials);
        cJSON_AddNumberToObject(rate, "rate", rates[i].seen.rate); /* NAN is printed as null */
        cJSON_AddNumberToObject(rate, "low", rates[i].seen.low);
        cJSON_AddNumberToObject(rate, "high", rates[i].seen.high);
        cJSON_AddItemToArray(list, rate);
    }
}

/* Whom each person is most like by the rule; null where the cohort cannot be used. */
static void add_likenesses(cJSON *object, const fg_people *people)
{
    fg_error error;
    int count = 0;
    fg_people_like *likenesses = fg_people_likenesses(people, &count, &error);
    if (likenesses == NULL) {
        cJSON_AddNullToObject(object, "likenesses");
        cJSON_AddStringToObject(object, "likenesses_missing", error.text);
        return;
    }
    cJSON *list = cJSON_AddArrayToObject(object, "likenesses");
    for (int i = 0; i < count; i++) {
        const fg_people_like *like = &likenesses[i];
        cJSON *added = cJSON_CreateObject();
        cJSON_AddStringToObject(added, "name", fg_gallery_name(people->gallery, like->person));
        cJSON_AddStringToObject(added, "other", fg_gallery_name(people->gallery, like->of.other));
        fg_json_distance(added, "distance", like->of.distance);
        fg_json_distance(added, "margin", like->of.margin);
        fg_json_distance(added, "lead", like->of.lead);
        cJSON_AddBoolToObject(added, "doubtful", like->doubtful);
        cJSON_AddItemToArray(list, added);
    }
    free(likenesses);
}

int fg_people_check_json(const fg_people *people)
{
    int count = 0;
    const fg_finding *findings = fg_review_findings(people->review, &count);
    cJSON *object = cJSON_CreateObject();
    cJSON_AddNumberToObject(object, "tolerance", people->config->access.tolerance);
    cJSON_AddNumberToObject(object, "people", fg_gallery_people(people->gallery));
    cJSON_AddNumberToObject(object, "encodings", fg_gallery_encodings(people->gallery));
    add_counts(object, fg_review_counts_of(people->review));
    cJSON *list = cJSON_AddArrayToObject(object, "findings");
    for (int i = 0; i < count; i++) {
        cJSON_AddItemToArray(list, describe_finding(people, &findings[i]));
    }
    add_advice(object, people);
    add_likenesses(object, people);
    add_rates(object, people->review);
    return fg_json_print(object);
}
