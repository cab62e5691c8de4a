/* Checks a configuration before anything is opened. */
#include "facegate/daemon/startup_checks.h"

#include "facegate/base/log.h"
#include "facegate/camera/camera.h"
#include "facegate/daemon/backend_options.h"
#include "facegate/gallery/file_permissions.h"

#include <errno.h>
#include <unistd.h>

int fg_startup_check_faces(const fg_config *config, fg_error *error)
{
    int width = config->camera.width;
    int height = config->camera.height;
    int face = config->vision.min_face;
    if (fg_camera_is_images(config->camera.source) || (face <= width && face <= height)) {
        return 0;
    }
    return fg_error_set(error, -EINVAL,
                        "[vision] min_face is %d, larger than the camera's picture of %dx%d: lower "
                        "it, or no face is found",
                        face, width, height);
}

int fg_startup_check(const fg_config *config, fg_error *error)
{
    const fg_backend_options backend = fg_backend_options_of(config);
    int result = fg_startup_check_faces(config, error);
    return result != 0 ? result : fg_backend_check_options(&backend, error);
}

void fg_startup_warn_permissions(const fg_config *config)
{
    const char *people = config->access.encodings;
    fg_error exposed;
    char fix[FG_GALLERY_FIX];
    if (fg_gallery_check_permissions(people, geteuid(), fix, &exposed) == -EPERM) {
        fg_log(FG_LOG_WARNING, "%s: %s; fix: %s", people, exposed.text, fix);
    }
}
