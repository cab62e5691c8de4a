/* The table of the kinds of camera source. */
#include "facegate/base/camera_source.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

const fg_camera_source_row fg_camera_sources[FG_CAMERA_SOURCE_UNKNOWN] = {
    [FG_CAMERA_SOURCE_AUTO] = {"auto", NULL},
    [FG_CAMERA_SOURCE_LIBCAMERA] = {"libcamera:", "ID"},
    [FG_CAMERA_SOURCE_IMAGES] = {"images:", "PATH"},
};

const char *fg_camera_source_hint(const char *spec)
{
    if (strstr(spec, "://") != NULL) {
        return "; network cameras cannot be used, \"facegate cameras\" shows those that can";
    }
    if (strncmp(spec, "/dev/", 5) == 0) {
        return "; \"facegate cameras\" shows the ids of this machine's cameras, those on USB too";
    }
    return spec[0] == '/' ? "; for pictures write \"images:\" before the path" : "";
}

enum fg_camera_source fg_camera_source_of(const char *spec, const char **ret_rest)
{
    for (int i = 0; i < FG_CAMERA_SOURCE_UNKNOWN; i++) {
        size_t length = strlen(fg_camera_sources[i].prefix);
        bool open = fg_camera_sources[i].rest != NULL;
        if (strncmp(spec, fg_camera_sources[i].prefix, length) == 0 &&
            (open || spec[length] == '\0')) {
            if (ret_rest != NULL) {
                *ret_rest = spec + length;
            }
            return (enum fg_camera_source)i;
        }
    }
    return FG_CAMERA_SOURCE_UNKNOWN;
}
