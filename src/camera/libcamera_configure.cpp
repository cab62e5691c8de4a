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

} // namespace facegate

namespace
{

using facegate::Sensor;
using facegate::Setup;
using libcamera::CameraConfiguration;

/* The formats that come first in known_formats are asked for, with what every picture has. */
void ask(const fg_camera_options &options, const libcamera::Size &size,
         const libcamera::Camera &camera, CameraConfiguration &configuration)
{
    libcamera::StreamConfiguration &wanted = configuration.at(0);
    const std::vector<libcamera::PixelFormat> offered = wanted.formats().pixelformats();
    for (const Format &known : known_formats) {
        if (std::find(offered.begin(), offered.end(), known.name) != offered.end()) {
            wanted.pixelFormat = known.name;
            break;
        }
    }
    wanted.size = size;
    wanted.bufferCount = buffer_count;
    wanted.colorSpace = libcamera::ColorSpace::Sycc;
    if (facegate::turns_itself(camera)) {
        facegate::ask_turn(configuration, fg_controls_turn_asked(&options));
    }
}

int check(const libcamera::Camera &camera, const libcamera::StreamConfiguration &given,
          const Format *&ret_format, fg_error *error)
{
    ret_format = facegate::find_format(given.pixelFormat);
    if (ret_format == nullptr) {
        return fg_error_set(error, -ENOTSUP, "%s offers only %s, which facegate cannot read",
                            camera.id().c_str(), given.pixelFormat.toString().c_str());
    }
    if (given.size.width > FG_FRAME_MAX_SIDE || given.size.height > FG_FRAME_MAX_SIDE) {
        return fg_error_set(
            error, -ENOTSUP, "%s delivers %ux%u pixels; at most %d a side are supported",
            camera.id().c_str(), given.size.width, given.size.height, FG_FRAME_MAX_SIDE);
    }
    return 0;
}

/* In a mode of the sensor, or with -1 in one that the camera chooses. */
int configure_in(libcamera::Camera &camera, const fg_camera_options &options, const Sensor &sensor,
                 const fg_mode_choice &choice, Setup &ret_setup, fg_error *error)
{
    std::unique_ptr<CameraConfiguration> configuration =
        camera.generateConfiguration({libcamera::StreamRole::Viewfinder});
    if (!configuration || configuration->empty()) {
        configuration = camera.generateConfiguration({libcamera::StreamRole::VideoRecording});
    }
    if (!configuration || configuration->empty()) {
        return fg_error_set(error, -ENOTSUP, "%s offers no video", camera.id().c_str());
    }
    bool chosen = choice.mode >= 0;
    if (chosen && !facegate::ask_mode(camera, sensor, choice.mode, *configuration)) {
        return fg_error_set(error, -ENOTSUP, "%s offers no raw stream", camera.id().c_str());
    }
    const libcamera::Size size = {static_cast<unsigned int>(choice.width),
                                  static_cast<unsigned int>(choice.height)};
    ask(options, size, camera, *configuration);
    if (configuration->validate() == CameraConfiguration::Invalid) {
        return fg_error_set(error, -EINVAL, "%s has no video of about %dx%d pixels",
                            camera.id().c_str(), choice.width, choice.height);
    }
    if (chosen && !facegate::keeps_mode(sensor, choice.mode, *configuration)) {
        return fg_error_set(error, -EINVAL, "%s takes another one", camera.id().c_str());
    }
    const libcamera::StreamConfiguration &given = configuration->at(0);
    int result = check(camera, given, ret_setup.format, error);
    if (result != 0) {
        return result;
    }
    result = camera.configure(configuration.get());
    if (result != 0) {
        return fg_error_set(error, result, "%s refuses %s: %s", camera.id().c_str(),
                            given.toString().c_str(), std::strerror(-result));
    }
    ret_setup.configuration = std::move(configuration);
    ret_setup.mode = choice.mode;
    return 0;
}

/* What a mode reads, and how fast, is known only of one that the camera is configured in. */
Sensor measure(libcamera::Camera &camera, const fg_camera_options &options)
{
    Sensor sensor = facegate::read_sensor(camera);
    fg_error why = {};
    bool any = false;
    for (int i = 0; i < sensor.known.count; i++) {
        Setup setup;
        const fg_mode_choice choice = {i, options.width, options.height, false};
        if (configure_in(camera, options, sensor, choice, setup, &why) == 0) {
            facegate::measure_mode(camera, i, sensor);
            any = true;
        }
    }
    sensor.refusal = any ? "" : why.text;
    return sensor;
}

void note_view(const libcamera::Camera &camera, const Sensor &sensor, Setup &setup)
{
    const libcamera::Size crop = facegate::crop_of(camera);
    const libcamera::Size &size = setup.configuration->at(0).size;
    setup.view =
        fg_view_of(&sensor.known, static_cast<int>(crop.width), static_cast<int>(crop.height),
                   static_cast<int>(size.width), static_cast<int>(size.height));
    if (setup.mode >= 0) {
        setup.view.mode_width = sensor.known.mode[setup.mode].width;
        setup.view.mode_height = sensor.known.mode[setup.mode].height;
    }
    setup.view.refused = setup.note.text[0] != '\0';
}

} // namespace

namespace facegate
{

int configure(libcamera::Camera &camera, const fg_camera_options &options, Sensor &sensor,
              Setup &ret_setup, fg_error *error)
{
    if (sensor.camera != camera.id()) {
        sensor = measure(camera, options);
    }
    Setup setup;
    fg_mode_choice choice;
    fg_error why = {};
    fg_view_choose(&sensor.known, &options, &choice);
    if (choice.missing) {
        fg_error_set(&setup.note, 0,
                     "[camera] view = %dx%d is ignored: the camera has no such sensor mode",
                     options.view.width, options.view.height);
    }
    if (choice.mode < 0 && !sensor.refusal.empty()) {
        fg_error_set(&setup.note, 0,
                     "no sensor mode was accepted (%s): the camera chose one itself, and the view "
                     "may be cropped",
                     sensor.refusal.c_str());
    }
    int result = configure_in(camera, options, sensor, choice, setup, &why);
    if (result != 0 && choice.mode >= 0) {
        const fg_sensor_mode &refused = sensor.known.mode[choice.mode];
        fg_error_set(&setup.note, 0,
                     "the sensor mode %dx%d was not accepted (%s): the camera chose one itself, "
                     "and the view may be cropped",
                     refused.width, refused.height, why.text);
        const fg_mode_choice any = {-1, options.width, options.height, false};
        result = configure_in(camera, options, sensor, any, setup, &why);
    }
    if (result != 0) {
        return fg_error_set(error, result, "%s", why.text);
    }
    note_view(camera, sensor, setup);
    ret_setup = std::move(setup);
    return 0;
}

} // namespace facegate
