/*
 * The sensor of a camera of libcamera's and its modes, in the types of view.h, and how its versions
 * are asked for one of them.
 */
#ifndef FACEGATE_CAMERA_LIBCAMERA_VIEW_H
#define FACEGATE_CAMERA_LIBCAMERA_VIEW_H

#include "view.h"

#include <libcamera/libcamera.h>

#include <string>
#include <vector>

namespace facegate
{

struct Sensor {
    std::string camera; /* whose it is, "" of none yet */
    fg_sensor known = {};
    std::vector<libcamera::PixelFormat> formats; /* by the number of the mode */
    std::string refusal; /* why the camera can be configured in none of them, "" where it can */
};

/*
 * The sizes and depths of its modes; measure_mode adds what they read and how fast. Without any of
 * a camera whose sensor libcamera does not drive, as a USB camera's.
 */
Sensor read_sensor(libcamera::Camera &camera);

/*
 * Asks for a mode, before validate() and before anything refers to a stream of the configuration.
 * False where it cannot be asked for.
 */
bool ask_mode(libcamera::Camera &camera, const Sensor &sensor, int mode,
              libcamera::CameraConfiguration &configuration);

/* Whether validate() left it at that. */
bool keeps_mode(const Sensor &sensor, int mode,
                const libcamera::CameraConfiguration &configuration);

/* What the sensor reads in the mode that the camera is configured in; null where it is unknown. */
libcamera::Size crop_of(const libcamera::Camera &camera);

/* Notes what the camera, which is configured in that mode, tells of it. */
void measure_mode(const libcamera::Camera &camera, int mode, Sensor &sensor);

} // namespace facegate

#endif
