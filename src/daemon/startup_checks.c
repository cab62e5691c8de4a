/* Checks a configuration before anything is opened. */
#include "facegate/daemon/startup_checks.h"

#include "facegate/base/log.h"
#include "facegate/camera/camera.h"
#include "facegate/daemon/backend_options.h"
#include "facegate/gallery/file_permissions.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/* What is warned about: the defaults are well on the safe side of these. */
#define TOLERANCE_MOST 0.5
#define MARGIN_LEAST   0.07

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

/* Whoever can write the encodings opens the door: with these it is not even guarded. What is not
 * there, or cannot be looked at, is for whoever loads it to say. */
static int check_people(const fg_config *config, fg_error *error)
{
    const char *people = config->access.encodings;
    char fix[FG_GALLERY_FIX];
    fg_error exposed;
    if (fg_gallery_check_writers(people, fix, &exposed) != -EPERM) {
        return 0;
    }
    return fg_error_set(error, -EPERM, "%s: %s, and so open the door; fix: %s", people,
                        exposed.text, fix);
}

int fg_startup_check(const fg_config *config, fg_error *error)
{
    const fg_backend_options backend = fg_backend_options_of(config);
    int result = fg_startup_check_faces(config, error);
    if (result == 0) {
        result = fg_backend_check_options(&backend, error);
    }
    return result == 0 ? check_people(config, error) : result;
}

int fg_startup_check_rule(const fg_config *config, fg_error *error)
{
    bool far = config->access.tolerance > TOLERANCE_MOST;
    bool near = config->access.margin < MARGIN_LEAST;
    if (!far && !near) {
        return 0;
    }
    char tolerance[256] = "", margin[256] = "";
    if (far) {
        snprintf(tolerance, sizeof(tolerance),
                 "[access] tolerance is %g: without one, 12 of 100 strangers from a group missing "
                 "in the cohort were accepted; the default is 0.46",
                 config->access.tolerance);
    }
    if (near) {
        snprintf(margin, sizeof(margin),
                 "[access] margin is %g: with 0.08 already 16 of 665 strangers who stayed for 20 "
                 "views were accepted, with the default of 0.09 none of 698",
                 config->access.margin);
    }
    return fg_error_set(error, -ERANGE, "%s%s%s", tolerance, far && near ? "; " : "", margin);
}

static void warn_of_permissions(const fg_config *config)
{
    const char *people = config->access.encodings;
    fg_error exposed;
    char fix[FG_GALLERY_FIX];
    if (fg_gallery_check_permissions(people, geteuid(), fix, &exposed) == -EPERM) {
        fg_log(FG_LOG_WARNING, "%s: %s; fix: %s", people, exposed.text, fix);
    }
}

void fg_startup_warn(const fg_config *config)
{
    fg_error weak;
    warn_of_permissions(config);
    if (fg_startup_check_rule(config, &weak) != 0) {
        fg_log(FG_LOG_WARNING, "%s; fix: remove the line from the configuration", weak.text);
    }
}
