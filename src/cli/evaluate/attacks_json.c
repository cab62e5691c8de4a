/* Attacks and living people as JSON. */
#include "common/json.h"
#include "evaluate/attacks_report.h"
#include "evaluate/left_out.h"

#include <math.h>

/* The rate of a folder of a side: APCER of attacks, BPCER of a person. */
static fg_rate rate_of_folder(const fg_attacks_side *side, int folder, bool is_attack,
                              double threshold)
{
    fg_rate accepted = fg_attacks_accepted(side->visits, side->count, folder, threshold);
    return is_attack ? accepted : fg_rate_of(accepted.trials - accepted.hits, accepted.trials);
}

static void add_highest(cJSON *object, const fg_attacks_side *side, double threshold)
{
    fg_rate rate;
    int species =
        fg_attacks_highest(side->visits, side->count, side->album.people_count, threshold, &rate);
    fg_json_rate(object, "highest_apcer", &rate);
    cJSON_AddStringToObject(object, "highest_kind", side->album.people[species].name);
}

static void add_visits(cJSON *object, const fg_attacks_side *side, double threshold)
{
    cJSON *visits = cJSON_AddArrayToObject(object, "visits");
    for (int i = 0; i < side->count; i++) {
        const fg_attacks_visit *visit = &side->visits[i];
        cJSON *added = cJSON_CreateObject();
        cJSON_AddStringToObject(added, "name", side->album.people[visit->folder].name);
        cJSON_AddStringToObject(added, "first", side->album.pictures[visit->first].name);
        cJSON_AddStringToObject(added, "last", side->album.pictures[visit->last].name);
        fg_json_distance(added, "score", visit->score);
        cJSON_AddBoolToObject(added, "passes", fg_attacks_passes(visit, threshold));
        cJSON_AddItemToArray(visits, added);
    }
}

static void add_scores(cJSON *object, const fg_attacks_side *side)
{
    cJSON *scores = cJSON_AddArrayToObject(object, "scores");
    for (int i = 0; i < side->album.count; i++) {
        if (!isnan(side->scores[i])) {
            cJSON *added = cJSON_CreateObject();
            cJSON_AddStringToObject(added, "picture", side->album.pictures[i].name);
            fg_json_distance(added, "score", side->scores[i]);
            cJSON_AddItemToArray(scores, added);
        }
    }
}

static void add_side(cJSON *object, const char *key, const fg_attacks_side *side, bool is_attack,
                     double threshold)
{
    cJSON *added = cJSON_AddObjectToObject(object, key);
    cJSON *folders = cJSON_AddArrayToObject(added, is_attack ? "kinds" : "people");
    for (int i = 0; i < side->album.people_count; i++) {
        fg_rate rate = rate_of_folder(side, i, is_attack, threshold);
        cJSON *folder = cJSON_CreateObject();
        cJSON_AddStringToObject(folder, "name", side->album.people[i].name);
        cJSON_AddNumberToObject(folder, "pictures", side->album.people[i].count);
        cJSON_AddNumberToObject(folder, "used", fg_attacks_used(side, i));
        fg_json_rate(folder, is_attack ? "apcer" : "bpcer", &rate);
        cJSON_AddItemToArray(folders, folder);
    }
    cJSON_AddNumberToObject(added, "pictures", side->album.count);
    cJSON_AddNumberToObject(added, "used", side->fates.counts[FG_FATE_PROBE]);
    cJSON_AddNumberToObject(added, "several_faces", side->crowded);
    fg_left_out_json(added, &side->album, &side->fates);
    add_visits(added, side, threshold);
    add_scores(added, side);
}

/* The rates at a threshold: of every kind, the highest of them, and of living people. */
static cJSON *describe(const fg_attacks *attacks, double threshold)
{
    const fg_attacks_side *side = &attacks->attacks;
    cJSON *object = cJSON_CreateObject();
    fg_rate refused = fg_attacks_refused(attacks->living.visits, attacks->living.count, threshold);
    cJSON_AddNumberToObject(object, "threshold", threshold);
    cJSON *kinds = cJSON_AddArrayToObject(object, "kinds");
    for (int i = 0; i < side->album.people_count; i++) {
        fg_rate rate = rate_of_folder(side, i, true, threshold);
        cJSON *kind = cJSON_CreateObject();
        cJSON_AddStringToObject(kind, "name", side->album.people[i].name);
        fg_json_rate(kind, "apcer", &rate);
        cJSON_AddItemToArray(kinds, kind);
    }
    add_highest(object, side, threshold);
    fg_json_rate(object, "bpcer", &refused);
    return object;
}

int fg_attacks_print_json(const fg_attacks *attacks)
{
    double thresholds[FG_ATTACKS_THRESHOLDS];
    double configured = attacks->config->access.liveness_threshold;
    cJSON *object = cJSON_CreateObject();
    cJSON_AddNumberToObject(object, "views", attacks->views);
    add_side(object, "attacks", &attacks->attacks, true, configured);
    if (attacks->living.album.count > 0) {
        add_side(object, "living", &attacks->living, false, configured);
    } else {
        cJSON_AddNullToObject(object, "living");
    }
    cJSON_AddItemToObject(object, "configured", describe(attacks, configured));
    cJSON *rates = cJSON_AddArrayToObject(object, "rates");
    int count = fg_attacks_thresholds(configured, thresholds);
    for (int i = 0; i < count; i++) {
        cJSON_AddItemToArray(rates, describe(attacks, thresholds[i]));
    }
    return fg_json_print(object);
}
