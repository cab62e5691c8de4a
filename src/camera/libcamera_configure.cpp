/* Chooses format, size and buffers of a libcamera camera. */
#include "libcamera_configure.h"

#include "facegate/base/log.h"
#include "facegate/frame.h"
#include "libcamera_controls.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace
{

using facegate::Format;

constexpr unsigned int buffer_count = 4;

/* In the order of preference: the fewer steps to I420 and the fewer bytes, the better. */
constexpr std::array<Format, 7> known_formats = {{
    {libcamera::formats::YUV420, false, FG_PIXELS_YUV420, 3},
    {libcamera::formats::NV12, false, FG_PIXELS_NV12, 2},
    {libcamera::formats::MJPEG, true, FG_PIXELS_YUV420, 1},
    {libcamera::formats::YUYV, false, FG_PIXELS_YUYV, 1},
    {libcamera::formats::XRGB8888, false, FG_PIXELS_XRGB8888, 1},
    {libcamera::formats::RGB888, false, FG_PIXELS_RGB888, 1},
    {libcamera::formats::BGR888, false, FG_PIXELS_BGR888, 1},
}};

} // namespace

namespace facegate
{

const Format *find_format(const libcamera::PixelFormat &name)
{
    for (const Format &format : known_formats) {
        if (format.name == name) {
            return &format;
        }
    }
    return nullptr;
}

int acquire(libcamera::Camera &camera, fg_error *error)
{
    int result = camera.acquire();
    if (result != 0) {
        return fg_error_set(error, result == -ENODEV ? -EIO : result, "%s: %s%s",
                            camera.id().c_str(), std::strerror(-result),
                            result == -EBUSY ? ", another program has it" : "");
    }
    return 0;
}

void release(libcamera::Camera &camera)
{
    int result = camera.release();
    if (result != 0) {
        fg_log(FG_LOG_WARNING, "Camera not released: %s: %s; other programs may find it busy",
               camera.id().c_str(), std::strerror(-result));
    }
}

int configure(libcamera::Camera &camera, const fg_camera_options &options,
              std::unique_ptr<libcamera::CameraConfiguration> &ret_configuration,
              const Format *&ret_format, fg_error *error)
{
    std::unique_ptr<libcamera::CameraConfiguration> configuration =
        camera.generateConfiguration({libcamera::StreamRole::Viewfinder});
    if (!configuration || configuration->empty()) {
        configuration = camera.generateConfiguration({libcamera::StreamRole::VideoRecording});
    }
    if (!configuration || configuration->empty()) {
        return fg_error_set(error, -ENOTSUP, "%s offers no video", camera.id().c_str());
    }
    libcamera::StreamConfiguration &wanted = configuration->at(0);
    const std::vector<libcamera::PixelFormat> offered = wanted.formats().pixelformats();
    for (const Format &known : known_formats) {
        if (std::find(offered.begin(), offered.end(), known.name) != offered.end()) {
            wanted.pixelFormat = known.name;
            break;
        }
    }
    wanted.size = {static_cast<unsigned int>(options.width),
                   static_cast<unsigned int>(options.height)};
    wanted.bufferCount = buffer_count;
    wanted.colorSpace = libcamera::ColorSpace::Sycc;
    if (turns_itself(camera)) {
        ask_turn(*configuration, fg_controls_turn_asked(&options));
    }
    if (configuration->validate() == libcamera::CameraConfiguration::Invalid) {
        return fg_error_set(error, -EINVAL, "%s has no video of about %dx%d pixels",
                            camera.id().c_str(), options.width, options.height);
    }
    const Format *format = find_format(wanted.pixelFormat);
    if (format == nullptr) {
        return fg_error_set(error, -ENOTSUP, "%s offers only %s, which facegate cannot read",
                            camera.id().c_str(), wanted.pixelFormat.toString().c_str());
    }
    if (wanted.size.width > FG_FRAME_MAX_SIDE || wanted.size.height > FG_FRAME_MAX_SIDE) {
        return fg_error_set(
            error, -ENOTSUP, "%s delivers %ux%u pixels; at most %d a side are supported",
            camera.id().c_str(), wanted.size.width, wanted.size.height, FG_FRAME_MAX_SIDE);
    }
    int result = camera.configure(configuration.get());
    if (result != 0) {
        return fg_error_set(error, result, "%s refuses %s: %s", camera.id().c_str(),
                            wanted.toString().c_str(), std::strerror(-result));
    }
    ret_configuration = std::move(configuration);
    ret_format = format;
    return 0;
}

} // namespace facegate
