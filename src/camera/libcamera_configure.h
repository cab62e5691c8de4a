/*
 * How facegate takes a camera of libcamera's: with which format, size, buffers and mode of the
 * sensor. The source does it to get pictures, the list to learn what the camera can do then.
 */
#ifndef FACEGATE_CAMERA_LIBCAMERA_CONFIGURE_H
#define FACEGATE_CAMERA_LIBCAMERA_CONFIGURE_H

#include "convert.h"
#include "facegate/camera/camera.h"
#include "libcamera_view.h"

#include <libcamera/libcamera.h>

#include <memory>

namespace facegate
{

struct Format {
    libcamera::PixelFormat name;
    bool mjpeg;
    enum fg_pixels pixels;
    unsigned int planes;
};

/* nullptr of one that facegate does not read. */
const Format *find_format(const libcamera::PixelFormat &name);

/* Released by release. -EBUSY where another program has it, -EIO where it is gone. */
int acquire(libcamera::Camera &camera, fg_error *error);

/* Logs it where that fails, since nobody can do anything about it. */
void release(libcamera::Camera &camera);

/* A camera as it is configured; its stream of pictures is the first. */
struct Setup {
    std::unique_ptr<libcamera::CameraConfiguration> configuration;
    const Format *format = nullptr;
    int mode = -1; /* of the sensor; -1 where the camera chose it */
    fg_camera_view view = {};
    fg_error note = {}; /* why it is not in the mode that `view` asks for, "" where it is */
};

/*
 * Of one that is acquired. The first time for a camera, `sensor` is filled, for which the camera is
 * configured in each of its modes. A mode that it refuses is left to the camera, with a note.
 * -ENOTSUP and -EINVAL where it has nothing that facegate can use.
 */
int configure(libcamera::Camera &camera, const fg_camera_options &options, Sensor &sensor,
              Setup &ret_setup, fg_error *error);

} // namespace facegate

#endif
