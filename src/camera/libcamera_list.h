/*
 * A camera as `facegate cameras` shows it.
 */
#ifndef FACEGATE_CAMERA_LIBCAMERA_LIST_H
#define FACEGATE_CAMERA_LIBCAMERA_LIST_H

#include "facegate/camera/camera.h"

#include <libcamera/libcamera.h>

#include <cstdio>

namespace facegate
{

/* Takes it for that time, unless another program has it. */
void print_camera(libcamera::Camera &camera, const fg_camera_options &options, FILE *output);

} // namespace facegate

#endif
