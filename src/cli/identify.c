/* `facegate identify`: says who is in a picture, at what distance and by what margin. */
#include "identify.h"

#include "common/face_encoder.h"
#include "common/gallery_access.h"
#include "common/json.h"
#include "common/options.h"
#include "facegate/decision/visit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool as_json;

static const fg_option identify_options[] = {
    {.name = "json", .flag = &as_json, .help = "print one JSON object per face"},
    FG_OPTION_MIN_FACE,
    FG_OPTION_TOLERANCE,
};

static const fg_option *options(size_t *ret_count)
{
    *ret_count = sizeof(identify_options) / sizeof(identify_options[0]);
    return identify_options;
}

/* What the pictures of a run are compared with. */
typedef struct door {
    const fg_config *config;
    const fg_gallery *gallery;
    const fg_cohort *cohort;
} door;

/* Who a face was taken for, as it is printed and sent. */
typedef struct outcome {
    const char *status;
    const char *user_name;
    const char *rfid_id;
    const char *most_like; /* NULL where nobody is enrolled */
    double distance, margin;
} outcome;

static int print_face(const char *path, int index, const fg_box *box, const outcome *who)
{
    if (!as_json) {
        printf("%s: face %d, %dx%d pixels at %d,%d: %s %s, ", path, index, box->width, box->height,
               box->x, box->y, who->status, who->user_name);
        if (who->most_like == NULL) {
            puts("nobody is enrolled");
        } else {
            bool named = strcmp(who->most_like, who->user_name) == 0;
            printf("distance %.3f, margin %.3f%s%s\n", who->distance, who->margin,
                   named ? "" : ", most like ", named ? "" : who->most_like);
        }
        return FG_EXIT_DONE;
    }
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "image", path);
    cJSON_AddNumberToObject(object, "face", index);
    cJSON *place = cJSON_AddObjectToObject(object, "box");
    cJSON_AddNumberToObject(place, "x", box->x);
    cJSON_AddNumberToObject(place, "y", box->y);
    cJSON_AddNumberToObject(place, "width", box->width);
    cJSON_AddNumberToObject(place, "height", box->height);
    cJSON_AddStringToObject(object, "status", who->status);
    cJSON_AddStringToObject(object, "user_name", who->user_name);
    cJSON_AddStringToObject(object, "rfid_id", who->rfid_id);
    fg_json_distance(object, "distance", who->distance);
    fg_json_distance(object, "margin", who->margin);
    if (who->most_like != NULL) {
        cJSON_AddStringToObject(object, "most_like", who->most_like);
    } else {
        cJSON_AddNullToObject(object, "most_like");
    }
    return fg_json_print(object);
}

static int print_no_face(const char *path)
{
    if (!as_json) {
        printf("%s: no face\n", path);
        return FG_EXIT_DONE;
    }
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "image", path);
    cJSON_AddNumberToObject(object, "faces", 0);
    return fg_json_print(object);
}

/* Whom one view names by itself: a door asks for more of them. */
static outcome judge(const door *at, const float *encoding)
{
    const fg_config *config = at->config;
    const fg_visit_rules rules = {.tolerance = config->access.tolerance,
                                  .margin = config->access.margin,
                                  .lead = config->access.lead};
    fg_view view = {.weight = 1};
    fg_comparison_make(at->gallery, at->cohort, encoding, &view.comparison);
    fg_visit visit = fg_visit_weigh(at->gallery, &view, 1);
    int person = fg_visit_names(&rules, &visit);
    const char *badge = person >= 0 ? fg_gallery_badge(at->gallery, person) : NULL;
    return (outcome){
        .status = person >= 0 ? "Accepted" : "Refused",
        .user_name =
            person >= 0 ? fg_gallery_name(at->gallery, person) : config->access.unknown_name,
        .rfid_id = badge != NULL ? badge : config->access.no_badge,
        .most_like = visit.person >= 0 ? fg_gallery_name(at->gallery, visit.person) : NULL,
        .distance = visit.distance,
        .margin = visit.margin,
    };
}

static int identify(fg_face_encoder *encoder, const door *at, const char *path)
{
    fg_error error;
    if (fg_face_encoder_load(encoder, path, at->config->vision.min_face, &error) != 0) {
        return fg_cli_fail(FG_EXIT_FAILED, "%s", error.text);
    }
    if (encoder->count == 0) {
        return print_no_face(path);
    }
    int result = FG_EXIT_DONE;
    for (int i = 0; i < encoder->count; i++) {
        float encoding[FG_ENCODING_SIZE];
        if (fg_face_encoder_encode(encoder, i, NULL, encoding, &error) != 0) {
            result = fg_cli_fail(FG_EXIT_FAILED, "%s: face %d: %s", path, i, error.text);
            continue;
        }
        outcome who = judge(at, encoding);
        int printed = print_face(path, i, &encoder->faces[i].box, &who);
        result = printed != FG_EXIT_DONE ? printed : result;
    }
    return result;
}

static int run(int argc, char **argv)
{
    fg_config config;
    fg_face_encoder encoder = {0};
    fg_gallery *gallery = NULL;
    fg_cohort *cohort = NULL;
    fg_error error;
    int first = 0;
    int result = fg_cli_parse(&fg_command_identify, argc, argv, &config, &first);
    if (result != 0) {
        return result;
    }
    if (first == argc) {
        return fg_cli_usage(&fg_command_identify, "give at least one image");
    }
    if (!fg_cli_gallery(&config, &gallery)) {
        return FG_EXIT_CONFIG;
    }
    if (fg_cohort_load(config.vision.models, &cohort, &error) != 0) {
        result = fg_cli_fail(FG_EXIT_CONFIG, "%s", error.text);
        goto finish;
    }
    result = fg_face_encoder_open(&encoder, &config);
    if (result != 0) {
        goto finish;
    }
    const door at = {.config = &config, .gallery = gallery, .cohort = cohort};
    for (int i = first; i < argc; i++) {
        int one = identify(&encoder, &at, argv[i]);
        result = one != FG_EXIT_DONE ? one : result;
    }
    fg_face_encoder_close(&encoder);
finish:
    fg_cohort_free(cohort);
    fg_gallery_free(gallery);
    return result;
}

const fg_command fg_command_identify = {
    .name = "identify",
    .arguments = "[OPTION...] IMAGE...",
    .summary = "Shows who is in a picture, one line per face",
    .details = "Images are of the formats that enroll reads.",
    .run = run,
    .options = options,
};
