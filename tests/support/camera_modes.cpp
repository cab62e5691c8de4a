/*
 * Preloaded into a facegate, gives libcamera's virtual camera the sensor of a Raspberry Pi's Camera
 * Module 2: the properties of its pixels, a raw role that lists its modes, and what each of them
 * reads and how fast. Its pictures stay what they are; which mode the camera is in shows in its
 * properties, as a Raspberry Pi's pipeline has it. $FG_CAMERA_MODES says what it does with a mode:
 *
 *   takes             configures it
 *   refuses           takes none that is asked for
 *   changes-its-mind  takes each that is asked for once
 *
 * Without the variable the camera is what it was. Source: libcamera's
 * src/libcamera/pipeline/rpi/common/pipeline_base.cpp.
 */
#include <libcamera/libcamera.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include <dlfcn.h>

/* There is no virtual camera before 0.4, and so nothing to do. */
#if LIBCAMERA_VERSION_MAJOR > 0 || LIBCAMERA_VERSION_MINOR >= 4

namespace
{

using libcamera::CameraConfiguration;
using libcamera::Rectangle;
using libcamera::Size;

struct Mode {
    Size size;
    Rectangle crop;
    int64_t duration; /* the shortest, microseconds */
};

const Mode modes[] = {
    {{640, 480}, {1000, 752, 1280, 960}, 9677},
    {{1640, 1232}, {0, 0, 3280, 2464}, 23892},
    {{1920, 1080}, {680, 692, 1920, 1080}, 21019},
    {{3280, 2464}, {0, 0, 3280, 2464}, 47181},
};

/* What the pipeline chooses for 640x480 where it is not asked for a mode. */
const Mode *current = &modes[0];

bool does(const char *what)
{
    const char *text = std::getenv("FG_CAMERA_MODES");
    return text != nullptr && (what == nullptr || std::strcmp(text, what) == 0);
}

template <typename Function> Function *real(const char *name)
{
    void *address = dlsym(RTLD_NEXT, name);
    if (address == nullptr) {
        std::abort();
    }
    return reinterpret_cast<Function *>(address);
}

class RawConfiguration : public CameraConfiguration
{
  public:
    RawConfiguration()
    {
        std::vector<libcamera::SizeRange> sizes;
        for (const Mode &mode : modes) {
            sizes.emplace_back(mode.size);
        }
        const std::map<libcamera::PixelFormat, std::vector<libcamera::SizeRange>> formats = {
            {libcamera::formats::SRGGB10_CSI2P, sizes}};
        addConfiguration(libcamera::StreamConfiguration(libcamera::StreamFormats(formats)));
    }

    Status validate() override
    {
        return Valid;
    }
};

const Mode *find(const CameraConfiguration &configuration)
{
    for (const Mode &mode : modes) {
        if (configuration.sensorConfig && configuration.sensorConfig->bitDepth == 10 &&
            configuration.sensorConfig->outputSize == mode.size) {
            return &mode;
        }
    }
    return nullptr;
}

} // namespace

namespace libcamera
{

/* Of the one camera; the list stays where it is, since what was read from it may point into it. */
const ControlList &Camera::properties() const
{
    const ControlList &own =
        *real<const ControlList *(const Camera *)>("_ZNK9libcamera6Camera10propertiesEv")(this);
    if (!does(nullptr)) {
        return own;
    }
    static ControlList list = [&own] {
        const Rectangle active(8, 8, 3280, 2464);
        ControlList all = own;
        all.set(properties::Rotation, 0);
        all.set(properties::PixelArraySize, Size(3296, 2480));
        all.set(properties::PixelArrayActiveAreas, Span<const Rectangle>(&active, 1));
        return all;
    }();
    list.set(properties::ScalerCropMaximum, current->crop);
    return list;
}

const ControlInfoMap &Camera::controls() const
{
    static ControlInfoMap map;
    if (!does(nullptr)) {
        return *real<const ControlInfoMap *(const Camera *)>("_ZNK9libcamera6Camera8controlsEv")(
            this);
    }
    map = ControlInfoMap(ControlInfoMap::Map{{&controls::FrameDurationLimits,
                                              ControlInfo(current->duration, INT64_C(11767556))}},
                         controls::controls);
    return map;
}

std::unique_ptr<CameraConfiguration> Camera::generateConfiguration(Span<const StreamRole> roles)
{
    using Generate = std::unique_ptr<CameraConfiguration>(Camera *, Span<const StreamRole>);
    if (does(nullptr) && roles.size() == 1 && roles[0] == StreamRole::Raw) {
        return std::make_unique<RawConfiguration>();
    }
    return real<Generate>("_ZN9libcamera6Camera21generateConfigurationENS_4SpanIKNS_10StreamRoleE"
                          "Lm18446744073709551615EEE")(this, roles);
}

int Camera::configure(CameraConfiguration *configuration)
{
    if (does(nullptr) && configuration->sensorConfig) {
        const Mode *asked = find(*configuration);
        static std::set<const Mode *> taken;
        bool again = !taken.insert(asked).second;
        if (asked == nullptr || does("refuses") || (again && does("changes-its-mind"))) {
            return -EINVAL;
        }
        current = asked;
    } else {
        current = &modes[0];
    }
    return real<int(Camera *, CameraConfiguration *)>(
        "_ZN9libcamera6Camera9configureEPNS_19CameraConfigurationE")(this, configuration);
}

} // namespace libcamera

#endif
