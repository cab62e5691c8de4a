/*
 * What the versions of libcamera have or lack that facegate uses. The shim asks here and nowhere
 * else: 0.0.3 is Debian 12's, 0.4 Debian 13's, 0.5 to 0.7 are Raspberry Pi OS's and Debian 13's
 * backports. What compiles everywhere needs no question: `const auto &` takes the planes of a
 * buffer as the vector that they were until 0.5 and as the Span that they are since 0.6; a text
 * property is a std::string until 0.4 and a std::string_view later, std::string(...) takes both.
 */
#ifndef FACEGATE_CAMERA_LIBCAMERA_VERSION_H
#define FACEGATE_CAMERA_LIBCAMERA_VERSION_H

#include <libcamera/version.h>

#define FG_LIBCAMERA_SINCE(major, minor)                                                           \
    (LIBCAMERA_VERSION_MAJOR > (major) ||                                                          \
     (LIBCAMERA_VERSION_MAJOR == (major) && LIBCAMERA_VERSION_MINOR >= (minor)))

/*
 * CameraConfiguration::orientation instead of `transform`, and the controls of flicker. Both came
 * between 0.1 and 0.2, and Raspberry Pi OS shipped what lies between: the header itself tells.
 */
#if __has_include(<libcamera/orientation.h>)
#define FG_LIBCAMERA_HAS_ORIENTATION 1
#else
#define FG_LIBCAMERA_HAS_ORIENTATION 0
#endif

/* CameraConfiguration::sensorConfig, which names a mode of the sensor. Before, a raw stream did. */
#define FG_LIBCAMERA_HAS_SENSOR_CONFIGURATION FG_LIBCAMERA_SINCE(0, 2)

/* FrameMetadata::FrameStartup, of frames that the pipelines kept to themselves before. */
#define FG_LIBCAMERA_HAS_STARTUP_FRAMES FG_LIBCAMERA_SINCE(0, 7)

#endif
