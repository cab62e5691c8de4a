/* The configuration: its defaults, its sources in their order, and the checks across keys. */
#include "facegate/base/config.h"

#include "config_file.h"
#include "config_key.h"
#include "facegate/base/camera_source.h"
#include "facegate/base/file.h"
#include "facegate/base/folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_LIMIT   ((size_t)64 << 10)
#define FOLDER_LIMIT 100 /* files */

static int set_value(fg_config *config, const fg_config_key *key, const char *value,
                     const char *origin, fg_error *error)
{
    int result = fg_config_value_parse(key, value, config, error);
    if (result != 0) {
        return fg_error_prefix(error, result, "%s", origin);
    }
    snprintf(config->origin[key - fg_config_keys], FG_CONFIG_ORIGIN, "%s", origin);
    return 0;
}

void fg_config_init(fg_config *config)
{
    memset(config, 0, sizeof(*config));
    for (size_t i = 0; i < FG_CONFIG_KEYS; i++) {
        set_value(config, &fg_config_keys[i], fg_config_keys[i].standard, "default", NULL);
    }
}

static int load_file(fg_config *config, const char *path, fg_error *error)
{
    char *data = NULL;
    size_t size = 0;
    int result = fg_file_read(path, FILE_LIMIT, &data, &size, error);
    if (result != 0) {
        return fg_error_prefix(error, result, "%s", path);
    }
    result = fg_config_parse(config, data, size, path, error);
    free(data);
    return result;
}

/* Files that a package manager or an editor left behind are not named so. */
static bool is_part(void *context, int folder, const char *name)
{
    const char *ending = strrchr(name, '.');
    (void)context;
    (void)folder;
    return name[0] != '.' && ending != NULL && strcmp(ending, ".conf") == 0;
}

int fg_config_load_folder(fg_config *config, const char *folder, fg_error *error)
{
    fg_folder_names parts = {0};
    int result = fg_folder_list(folder, FOLDER_LIMIT, is_part, NULL, &parts, error);
    if (result != 0) {
        return result == -ENOENT ? 0 : result;
    }
    for (int i = 0; result == 0 && i < parts.count; i++) {
        char *path = fg_folder_join(folder, parts.names[i]);
        result = path != NULL ? load_file(config, path, error)
                              : fg_error_set(error, -ENOMEM, "not enough memory for %s", folder);
        free(path);
    }
    fg_folder_free(&parts);
    return result;
}

int fg_config_load(fg_config *config, const char *path, fg_error *error)
{
    bool is_default = path == NULL || strcmp(path, FG_CONFIG_FILE) == 0;
    int result = load_file(config, path != NULL ? path : FG_CONFIG_FILE, error);
    if (result == -ENOENT && path != NULL) {
        return fg_error_set(error, result, "%s: no such file: check --config", path);
    }
    if (result != 0 && result != -ENOENT) {
        return result;
    }
    return is_default ? fg_config_load_folder(config, FG_CONFIG_FOLDER, error) : 0;
}

int fg_config_environment(fg_config *config, fg_error *error)
{
    for (size_t i = 0; i < FG_CONFIG_KEYS; i++) {
        const fg_config_key *key = &fg_config_keys[i];
        const char *value = key->environment != NULL ? getenv(key->environment) : NULL;
        if (value == NULL || value[0] == '\0') {
            continue;
        }
        char origin[FG_CONFIG_ORIGIN];
        snprintf(origin, sizeof(origin), "environment variable %s", key->environment);
        int result = set_value(config, key, value, origin, error);
        if (result != 0) {
            return result;
        }
    }
    return 0;
}

int fg_config_set(fg_config *config, const char *section, const char *key, const char *value,
                  const char *origin, fg_error *error)
{
    const fg_config_key *found = NULL;
    int result = fg_config_key_find(section, key, &found, error);
    if (result != 0) {
        return fg_error_prefix(error, result, "%s", origin);
    }
    return set_value(config, found, value, origin, error);
}

static const char *origin_of(const fg_config *config, const void *place)
{
    size_t offset = (size_t)((const char *)place - (const char *)config);
    size_t i = 0;
    while (i < FG_CONFIG_KEYS - 1 && fg_config_keys[i].offset != offset) {
        i++;
    }
    return config->origin[i];
}

bool fg_config_is_given(const fg_config *config, const void *place)
{
    return strcmp(origin_of(config, place), "default") != 0;
}

/* Where the first of these values that somebody gave comes from. */
static const char *first_origin(const fg_config *config, const void *const places[], size_t count)
{
    size_t i = 0;
    while (i < count - 1 && !fg_config_is_given(config, places[i])) {
        i++;
    }
    return origin_of(config, places[i]);
}

/* Whether frames come slower than `fps` by somebody's wish: the default of min_fps is nobody's, and
 * pictures of a folder come at fps always. */
static bool may_slow_down(const fg_config *config)
{
    return fg_config_is_given(config, &config->camera.min_fps) &&
           config->camera.min_fps < config->camera.fps &&
           fg_camera_source_of(config->camera.source, NULL) != FG_CAMERA_SOURCE_IMAGES;
}

/* Frames must come often enough for anybody to be accepted before they are refused. */
static int check_pace(const fg_config *config, fg_error *error)
{
    bool slows = may_slow_down(config);
    const int *rate = slows ? &config->camera.min_fps : &config->camera.fps;
    double takes = (double)(config->access.confirm - 1) / *rate;
    if (takes <= config->access.decide_within) {
        return 0;
    }
    const void *const places[] = {rate, &config->access.confirm, &config->access.decide_within};
    const char *name = slows ? "min_fps" : "fps";
    return fg_error_set(error, -EINVAL,
                        "%s: [access] confirm = %d views take %g s at [camera] %s = %d, but a face "
                        "that is not accepted within decide_within = %g s is refused: raise "
                        "decide_within or %s, or lower confirm",
                        first_origin(config, places, 3), config->access.confirm, takes, name, *rate,
                        config->access.decide_within, name);
}

int fg_config_check(const fg_config *config, fg_error *error)
{
    const char *cert = config->delivery.client_cert;
    const char *key = config->delivery.client_key;
    if ((cert[0] == '\0') != (key[0] == '\0')) {
        bool lonely_cert = cert[0] != '\0';
        return fg_error_set(
            error, -EINVAL, "%s: [delivery] %s is set without %s: set both or neither",
            origin_of(config, lonely_cert ? cert : key), lonely_cert ? "client_cert" : "client_key",
            lonely_cert ? "client_key" : "client_cert");
    }
    if (config->access.confirm > config->access.window) {
        const void *const places[] = {&config->access.confirm, &config->access.window};
        return fg_error_set(error, -EINVAL,
                            "%s: [access] confirm is %d and window is %d, so nobody would be "
                            "accepted: raise window or lower confirm",
                            first_origin(config, places, 2), config->access.confirm,
                            config->access.window);
    }
    return check_pace(config, error);
}

void fg_config_each(const fg_config *config, fg_config_visit *visit, void *context)
{
    for (size_t i = 0; i < FG_CONFIG_KEYS; i++) {
        const fg_config_key *key = &fg_config_keys[i];
        char value[FG_CONFIG_PATH];
        char range[FG_ERROR_TEXT];
        fg_config_value_format(key, config, value, sizeof(value));
        fg_config_range_format(key, range, sizeof(range));
        visit(context, &(fg_config_item){.section = key->section,
                                         .key = key->name,
                                         .value = value,
                                         .standard = key->standard,
                                         .range = range,
                                         .origin = config->origin[i],
                                         .description = key->description,
                                         .environment = key->environment});
    }
}
