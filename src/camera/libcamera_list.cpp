#include "camera/libcamera_list.h"

#include "camera/libcamera_controls.h"

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace
{

using libcamera::PixelFormat;

void print_sizes(const libcamera::StreamFormats &formats, const PixelFormat &format, bool known,
                 FILE *output)
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
    std::fprintf(output, "%s\n", known ? "" : " (not used by facegate)");
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
        std::fprintf(output, "    place          %s\n",
                     *location == libcamera::properties::CameraLocationFront  ? "front"
                     : *location == libcamera::properties::CameraLocationBack ? "back"
                                                                              : "external");
    }
    if (rotation && *rotation % 360 != 0) {
        std::fprintf(output, "    mounted        turned by %d degrees, which is made good\n",
                     *rotation);
    }
}

} // namespace

namespace facegate
{

void print_camera(libcamera::Camera &camera, const fg_camera_options &options,
                  bool (*is_known)(const PixelFormat &), FILE *output)
{
    const std::unique_ptr<libcamera::CameraConfiguration> configuration =
        camera.generateConfiguration({libcamera::StreamRole::Viewfinder});
    std::fprintf(output, "%s\n", camera.id().c_str());
    print_place(camera, output);
    if (!configuration || configuration->empty()) {
        std::fprintf(output, "    offers no video\n");
        return;
    }
    const libcamera::StreamFormats &formats = configuration->at(0).formats();
    for (const PixelFormat &format : formats.pixelformats()) {
        print_sizes(formats, format, is_known(format), output);
    }
    std::array<fg_control_offer, FG_CONTROLS> offers;
    read_offers(camera.controls(), offers.data());
    fg_controls_print(offers.data(), &options, output);
}

} // namespace facegate
