/* Opens the people's file and the engine for a command, and checks names and badges. */
#include "common/gallery_access.h"

#include "common/options.h"
#include "facegate/base/file.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

bool fg_cli_engine(const fg_config *config, fg_engine **ret_engine)
{
    fg_error error;
    if (fg_engine_create(config->vision.models, ret_engine, &error) != 0) {
        fg_cli_fail(0, "%s", error.text);
        return false;
    }
    return true;
}

bool fg_cli_gallery(const fg_config *config, fg_gallery **ret_gallery)
{
    fg_error error;
    if (fg_gallery_load(config->access.encodings, ret_gallery, &error) != 0) {
        fg_cli_fail(0, "%s", error.text);
        return false;
    }
    return true;
}

bool fg_cli_own_gallery(const fg_config *config)
{
    fg_error error;
    const char *path = config->access.encodings;
    /* What a killed command left is removed before it can matter whether this one goes through. */
    if (fg_file_take_turn(path, &error) < 0 || fg_file_sweep(path, &error) != 0) {
        fg_cli_fail(0, "%s", error.text);
        return false;
    }
    return true;
}

bool fg_cli_means_nobody(const fg_config *config, const char *name)
{
    const char *const names[] = {"unknown", "inconnu", config->access.unknown_name};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcasecmp(name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

int fg_cli_check_name(const fg_config *config, const char *name, fg_error *error)
{
    int result = fg_gallery_check_name(name, error);
    if (result != 0) {
        return result;
    }
    if (name[0] == ' ' || name[strlen(name) - 1] == ' ') {
        return fg_error_set(error, -EINVAL,
                            "the name \"%s\" begins or ends with a blank: remove the blank", name);
    }
    if (fg_cli_means_nobody(config, name)) {
        return fg_error_set(error, -EINVAL,
                            "\"%s\" is a name for strangers, who would be accepted under it: use "
                            "another name",
                            name);
    }
    return 0;
}

const char *fg_cli_badge_holder(const fg_gallery *gallery, const char *name, const char *badge)
{
    for (int i = 0; i < fg_gallery_people(gallery); i++) {
        const char *other = fg_gallery_badge(gallery, i);
        if (other != NULL && strcmp(other, badge) == 0 &&
            strcmp(fg_gallery_name(gallery, i), name) != 0) {
            return fg_gallery_name(gallery, i);
        }
    }
    return NULL;
}
