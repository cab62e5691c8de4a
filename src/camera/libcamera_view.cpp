/* Reads which modes a camera's sensor has, and asks for one of them. */
#include "libcamera_view.h"

#include "libcamera_controls.h"
#include "libcamera_version.h"

#include <array>
#include <memory>

namespace
{

using libcamera::Size;
using libcamera::StreamConfiguration;

constexpr double microseconds = 1e6;

/* The pixels that see light: what a mode reads is given in these. */
Size active_size(const libcamera::Camera &camera)
{
    const auto areas = camera.properties().get(libcamera::properties::PixelArrayActiveAreas);
    if (areas && !areas->empty()) {
        return (*areas)[0].size();
    }
    return camera.properties().get(libcamera::properties::PixelArraySize).value_or(Size());
}

std::unique_ptr<libcamera::CameraConfiguration> raw_configuration(libcamera::Camera &camera)
{
    std::unique_ptr<libcamera::CameraConfiguration> raw =
        camera.generateConfiguration({libcamera::StreamRole::Raw});
    if (raw && raw->empty()) {
        raw.reset();
    }
    return raw;
}

fg_sensor_mode mode_of(const Size &size, int bits)
{
    fg_sensor_mode mode = {};
    mode.width = static_cast<int>(size.width);
    mode.height = static_cast<int>(size.height);
    mode.bits = bits;
    return mode;
}

Size size_of(const fg_sensor_mode &mode)
{
    return {static_cast<unsigned int>(mode.width), static_cast<unsigned int>(mode.height)};
}

} // namespace

namespace facegate
{

Sensor read_sensor(libcamera::Camera &camera)
{
    Sensor sensor;
    sensor.camera = camera.id();
    /* Others make up a raw stream of the formats that they have, or log an error. */
    if (!turns_itself(camera)) {
        return sensor;
    }
    const Size active = active_size(camera);
    const std::unique_ptr<libcamera::CameraConfiguration> raw = raw_configuration(camera);
    if (active.isNull() || !raw) {
        return sensor;
    }
    sensor.known.width = static_cast<int>(active.width);
    sensor.known.height = static_cast<int>(active.height);
    const libcamera::StreamFormats &formats = raw->at(0).formats();
    for (const libcamera::PixelFormat &format : formats.pixelformats()) {
        int bits = fg_view_raw_bits(format.toString().c_str());
        for (const Size &size : formats.sizes(format)) {
            if (bits > 0 && sensor.known.count < FG_SENSOR_MODES) {
                sensor.known.mode[sensor.known.count++] = mode_of(size, bits);
                sensor.formats.push_back(format);
            }
        }
    }
    return sensor;
}

#if FG_LIBCAMERA_HAS_SENSOR_CONFIGURATION

/* Size and depth are all that libcamera looks at; the rest follows from them. */
bool ask_mode(libcamera::Camera & /* camera */, const Sensor &sensor, int mode,
              libcamera::CameraConfiguration &configuration)
{
    const fg_sensor_mode &wanted = sensor.known.mode[mode];
    libcamera::SensorConfiguration asked;
    asked.bitDepth = static_cast<unsigned int>(wanted.bits);
    asked.outputSize = size_of(wanted);
    configuration.sensorConfig = asked;
    return true;
}

bool keeps_mode(const Sensor &sensor, int mode, const libcamera::CameraConfiguration &configuration)
{
    return configuration.sensorConfig &&
           configuration.sensorConfig->outputSize == size_of(sensor.known.mode[mode]);
}

#else

/* Its buffers stay the pipeline's own: the requests have none for it. */
bool ask_mode(libcamera::Camera &camera, const Sensor &sensor, int mode,
              libcamera::CameraConfiguration &configuration)
{
    const std::unique_ptr<libcamera::CameraConfiguration> raw = raw_configuration(camera);
    if (!raw) {
        return false;
    }
    StreamConfiguration stream = raw->at(0);
    stream.size = size_of(sensor.known.mode[mode]);
    stream.pixelFormat = sensor.formats[static_cast<size_t>(mode)];
    configuration.addConfiguration(stream);
    return true;
}

bool keeps_mode(const Sensor &sensor, int mode, const libcamera::CameraConfiguration &configuration)
{
    return configuration.size() > 1 && configuration.at(1).size == size_of(sensor.known.mode[mode]);
}

#endif

Size crop_of(const libcamera::Camera &camera)
{
    const auto crop = camera.properties().get(libcamera::properties::ScalerCropMaximum);
    return crop ? crop->size() : Size();
}

void measure_mode(const libcamera::Camera &camera, int mode, Sensor &sensor)
{
    fg_sensor_mode &known = sensor.known.mode[mode];
    const Size crop = crop_of(camera);
    known.crop_width = static_cast<int>(crop.width);
    known.crop_height = static_cast<int>(crop.height);
    std::array<fg_control_offer, FG_CONTROLS> offers;
    read_offers(camera.controls(), offers.data());
    const fg_control_offer &durations = offers[FG_CONTROL_FRAME_DURATIONS];
    known.fps = durations.there && durations.smallest > 0 ? microseconds / durations.smallest : 0;
}

} // namespace facegate
