/*
 * A camera as `facegate cameras` shows it.
 */
#ifndef CAMERA_LIBCAMERA_LIST_H
#define CAMERA_LIBCAMERA_LIST_H

#include "facegate/camera.h"

#include <libcamera/libcamera.h>

#include <cstdio>

namespace facegate
{

/* `is_known` tells the formats that facegate reads. */
void print_camera(libcamera::Camera &camera, const fg_camera_options &options,
                  bool (*is_known)(const libcamera::PixelFormat &), FILE *output);

} // namespace facegate

#endif
