/* Describes the cameras that libcamera has. */
#include "libcamera_list.h"

#include "libcamera_configure.h"
#include "libcamera_controls.h"

#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <vector>

namespace
{

using libcamera::PixelFormat;

void print_sizes(const libcamera::StreamFormats &formats, const PixelFormat &format, FILE *output)
{
    std::fprintf(output, "    %-14s", format.toString().c_str());
    const std::vector<libcamera::Size> sizes = formats.sizes(format);
    if (sizes.empty()) {
        const libcamera::SizeRange range = formats.range(format);
        std::fprintf(output, " %s to %s", range.min.toString().c_str(),
                     range.max.toString().c_str());
    }
    for (const libcamera::Size &size : sizes) {
        std::fprintf(output, " %s", size.toString().c_str());
    }
    std::fprintf(output, "%s\n",
                 facegate::find_format(format) != nullptr ? "" : " (not used by facegate)");
}

/* What it says of itself; most say little. */
void print_place(const libcamera::Camera &camera, FILE *output)
{
    const auto model = camera.properties().get(libcamera::properties::Model);
    const auto location = camera.properties().get(libcamera::properties::Location);
    const auto rotation = camera.properties().get(libcamera::properties::Rotation);
    if (model) {
        std::fprintf(output, "    model          %s\n", std::string(*model).c_str());
    }
    if (location) {
        const char *place = "external";
        if (*location == libcamera::properties::CameraLocationFront) {
            place = "front";
        } else if (*location == libcamera::properties::CameraLocationBack) {
            place = "back";
        }
        std::fprintf(output, "    place          %s\n", place);
    }
    if (rotation && *rotation % 360 != 0) {
        std::fprintf(output, "    mounted        at %d degrees; corrected automatically\n",
                     *rotation);
    }
}

/* A camera that was taken and configured as a run would, as far as it let itself, and is released
 * afterwards. Some say only then what they can: a Raspberry Pi's which frame rates. */
class Settled
{
  public:
    Settled(libcamera::Camera &camera, const fg_camera_options &options) : camera_(camera)
    {
        result_ = facegate::acquire(camera, &error_);
        acquired_ = result_ == 0;
        if (acquired_) {
            result_ = facegate::configure(camera, options, sensor_, setup_, &error_);
        }
    }

    ~Settled()
    {
        if (acquired_) {
            facegate::release(camera_);
        }
    }

    Settled(const Settled &) = delete;
    Settled &operator=(const Settled &) = delete;

    bool is_busy() const
    {
        return !acquired_ && result_ == -EBUSY;
    }

    /* Why it is at rest, nullptr where it is configured. */
    const char *trouble() const
    {
        return result_ != 0 ? error_.text : nullptr;
    }

    const facegate::Sensor &sensor() const
    {
        return sensor_;
    }

    const facegate::Setup &setup() const
    {
        return setup_;
    }

  private:
    libcamera::Camera &camera_;
    facegate::Sensor sensor_;
    facegate::Setup setup_;
    fg_error error_ = {};
    int result_ = 0;
    bool acquired_ = false;
};

} // namespace

namespace facegate
{

void print_camera(libcamera::Camera &camera, const fg_camera_options &options, FILE *output)
{
    const std::unique_ptr<libcamera::CameraConfiguration> configuration =
        camera.generateConfiguration({libcamera::StreamRole::Viewfinder});
    const Settled settled(camera, options);
    std::fprintf(output, "%s%s\n", camera.id().c_str(),
                 settled.is_busy() ? " (as at rest; another program has it)" : "");
    print_place(camera, output);
    if (!configuration || configuration->empty()) {
        std::fprintf(output, "    offers no video\n");
        return;
    }
    const libcamera::StreamFormats &formats = configuration->at(0).formats();
    for (const PixelFormat &format : formats.pixelformats()) {
        print_sizes(formats, format, output);
    }
    if (settled.trouble() != nullptr && !settled.is_busy()) {
        std::fprintf(output, "    as at rest: %s\n", settled.trouble());
    }
    fg_view_print(&settled.sensor().known, settled.setup().mode, output);
    if (settled.setup().note.text[0] != '\0') {
        std::fprintf(output, "    %s\n", settled.setup().note.text);
    }
    std::array<fg_control_offer, FG_CONTROLS> offers;
    read_offers(camera.controls(), offers.data());
    fg_controls_print(offers.data(), &options, output);
}

} // namespace facegate
