/* `facegate identify`: says who is in a picture, and at what distance. */
#include "identify.h"

#include "common/face_encoder.h"
#include "common/gallery_access.h"
#include "common/json.h"
#include "common/options.h"
#include "facegate/decision/judge.h"

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

/* Who a face was taken for, as it is printed and sent. */
typedef struct outcome {
    const char *status;
    const char *user_name;
    const char *rfid_id;
    double distance;
} outcome;

static int print_face(const char *path, int index, const fg_box *box, const outcome *who)
{
    if (!as_json) {
        char distance[32] = "nobody is enrolled";
        if (isfinite(who->distance)) {
            snprintf(distance, sizeof(distance), "distance %.3f", who->distance);
        }
        printf("%s: face %d, %dx%d pixels at %d,%d: %s %s, %s\n", path, index, box->width,
               box->height, box->x, box->y, who->status, who->user_name, distance);
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

static int identify(fg_face_encoder *encoder, const fg_config *config, const fg_gallery *gallery,
                    const char *path)
{
    fg_error error;
    if (fg_face_encoder_load(encoder, path, config->vision.min_face, &error) != 0) {
        return fg_cli_fail(FG_EXIT_FAILED, "%s", error.text);
    }
    if (encoder->count == 0) {
        return print_no_face(path);
    }
    fg_judge_rules rules = {.tolerance = config->access.tolerance};
    int result = FG_EXIT_DONE;
    for (int i = 0; i < encoder->count; i++) {
        float encoding[FG_ENCODING_SIZE];
        fg_match match;
        fg_evidence evidence = {0};
        if (fg_face_encoder_encode(encoder, i, NULL, encoding, &error) != 0) {
            result = fg_cli_fail(FG_EXIT_FAILED, "%s: face %d: %s", path, i, error.text);
            continue;
        }
        fg_gallery_match(gallery, encoding, &match);
        fg_decision decision = fg_judge_view(&rules, &evidence, 0, &match);
        const char *badge =
            decision.person >= 0 ? fg_gallery_badge(gallery, decision.person) : NULL;
        outcome who = {
            .status = fg_status_text(decision.status),
            .user_name = decision.person >= 0 ? fg_gallery_name(gallery, decision.person)
                                              : config->access.unknown_name,
            .rfid_id = badge != NULL ? badge : config->access.no_badge,
            .distance = decision.distance,
        };
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
    result = fg_face_encoder_open(&encoder, &config);
    if (result != 0) {
        goto finish;
    }
    for (int i = first; i < argc; i++) {
        int one = identify(&encoder, &config, gallery, argv[i]);
        result = one != FG_EXIT_DONE ? one : result;
    }
    fg_face_encoder_close(&encoder);
finish:
    fg_gallery_free(gallery);
    return result;
}

const fg_command fg_command_identify = {
    .name = "identify",
    .arguments = "[OPTION...] IMAGE...",
    .summary = "Shows who is in a picture, one line per face",
    .run = run,
    .options = options,
};
