/*
 * How facegate takes a camera of libcamera's: with which format, size and buffers. The source does
 * it to get pictures, the list to learn what the camera can do then.
 */
#ifndef FACEGATE_CAMERA_LIBCAMERA_CONFIGURE_H
#define FACEGATE_CAMERA_LIBCAMERA_CONFIGURE_H

#include "convert.h"
#include "facegate/camera/camera.h"

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

/* Of one that is acquired. -ENOTSUP and -EINVAL where it has nothing that facegate can use. */
int configure(libcamera::Camera &camera, const fg_camera_options &options,
              std::unique_ptr<libcamera::CameraConfiguration> &ret_configuration,
              const Format *&ret_format, fg_error *error);

} // namespace facegate

#endif
