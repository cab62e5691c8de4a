/* Opens the source that a SPEC names. */
#include "facegate/camera/camera.h"

#include "facegate/base/camera_source.h"
#include "images.h"
#include "libcamera_source.h"
#include "supervisor.h"

#include <errno.h>

#define STALL_TIMEOUT 5 /* seconds, where none is asked for */

bool fg_camera_is_images(const char *source)
{
    return fg_camera_source_of(source, NULL) == FG_CAMERA_SOURCE_IMAGES;
}

static int create_images(const fg_camera_options *options, const char *path, void **ret_source,
                         fg_error *error)
{
    fg_images *images = NULL;
    int result =
        fg_images_create(path, options->fps, options->paced, options->loop, &images, error);
    if (result == 0) {
        *ret_source = images;
    }
    return result;
}

/* `id` is NULL for the first camera. */
static int create_libcamera(const fg_camera_options *options, const char *id, void **ret_source,
                            fg_error *error)
{
    fg_libcamera *libcamera = NULL;
    if (id != NULL && id[0] == '\0') {
        return fg_error_set(error, -EINVAL,
                            "source libcamera: has no camera id: give its id after the colon "
                            "(facegate cameras lists them), or use auto");
    }
    int result = fg_libcamera_create(id, options, &libcamera, error);
    if (result == 0) {
        *ret_source = libcamera;
    }
    return result;
}

int fg_camera_create(const fg_camera_options *options, fg_slot *slot, fg_camera **ret_camera,
                     fg_error *error)
{
    const fg_source_ops *ops = &fg_libcamera_ops;
    void *source = NULL;
    const char *rest = NULL;
    int result = 0;

    if (options->fps < 1) {
        return fg_error_set(error, -EINVAL, "%d frames per second: use 1 or more", options->fps);
    }
    switch (fg_camera_source_of(options->source, &rest)) {
    case FG_CAMERA_SOURCE_IMAGES:
        ops = &fg_images_ops;
        result = create_images(options, rest, &source, error);
        break;
    case FG_CAMERA_SOURCE_AUTO:
        result = create_libcamera(options, NULL, &source, error);
        break;
    case FG_CAMERA_SOURCE_LIBCAMERA:
        result = create_libcamera(options, rest, &source, error);
        break;
    case FG_CAMERA_SOURCE_UNKNOWN:
        result =
            fg_error_set(error, -EINVAL, "source \"%s\" is not known: use " FG_CAMERA_SOURCE_FORMS,
                         options->source);
        break;
    }
    if (result != 0) {
        return result;
    }
    const fg_supervisor_times times = {
        .stall =
            fg_clock_seconds(options->stall_timeout > 0 ? options->stall_timeout : STALL_TIMEOUT),
        .pause = FG_NS_PER_S,
        .stop = FG_CAMERA_STOP_PATIENCE,
    };
    result = fg_camera_create_with(ops, source, slot, &times, ret_camera, error);
    if (result != 0) {
        ops->free(source);
    }
    return result;
}

int fg_camera_list(const fg_camera_options *options, FILE *output, fg_error *error)
{
    return fg_libcamera_list(options, output, error);
}
