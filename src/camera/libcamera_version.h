/*
 * What the versions of libcamera have or lack that facegate uses. The shim asks here and nowhere
 * else: 0.0.3 is Debian 12's, 0.4 Debian 13's, 0.5 to 0.7 are Raspberry Pi OS's and Debian 13's
 * backports. What compiles everywhere needs no question:
 * - FrameBuffer::planes() gives a vector until 0.5 and a Span since 0.6; `const auto &` takes both.
 *   FrameMetadata::planes() has always been a Span.
 * - A text property is a std::string until 0.5 and a std::string_view since 0.6; std::string(...)
 *   takes both.
 * - Request keeps its controls by pointer in 0.4 and by value in 0.7, where its metadata is const:
 *   facegate calls controls() and does not look at metadata().
 * - The controls are found by name as the camera runs. 0.5 added modes of exposure time and gain,
 *   and AeState for AeLocked. None of these is used; those that are kept names, types and values.
 * - What is used of camera.h, stream.h, orientation.h, transform.h and color_space.h is the same in
 *   0.4 and 0.7.1.
 * Sources after 0.7.1 have a std::span in place of the Span, which will take C++20.
 */
#ifndef FACEGATE_CAMERA_LIBCAMERA_VERSION_H
#define FACEGATE_CAMERA_LIBCAMERA_VERSION_H

#include <libcamera/version.h>

#include <type_traits>

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

namespace facegate
{

/*
 * FrameMetadata::FrameStartup, of frames that the pipelines kept to themselves before. It came in
 * June 2025, between 0.5.0 and 0.6.0, and Raspberry Pi OS shipped what lies between under the
 * number of the version before: the type itself tells. Since then a Raspberry Pi's pipeline also
 * hands out the frames of a start that its sensor spoils, with FrameError.
 */
template <typename Metadata, typename = void> inline constexpr bool has_startup_frames = false;
template <typename Metadata>
inline constexpr bool has_startup_frames<Metadata, std::void_t<decltype(Metadata::FrameStartup)>> =
    true;

} // namespace facegate

#endif
