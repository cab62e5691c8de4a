#include "pi_camera.h"

#include "libcamera_controls.h"
#include "libcamera_version.h"

#include <cstring>

#include <string>
#include <type_traits>

namespace
{

/* A libcamera that has a word for frames of a start, one that has none, and this one. */
struct Newer {
    enum Status { FrameSuccess, FrameStartup };
};
struct Older {
    enum Status { FrameSuccess };
};
static_assert(facegate::has_startup_frames<Newer>);
static_assert(!facegate::has_startup_frames<Older>);
static_assert(facegate::has_startup_frames<libcamera::FrameMetadata> || !FG_LIBCAMERA_SINCE(0, 6));
static_assert(!facegate::has_startup_frames<libcamera::FrameMetadata> || FG_LIBCAMERA_SINCE(0, 5));

namespace controls = libcamera::controls;
using libcamera::ControlInfo;
using libcamera::ControlInfoMap;

/* Source: libcamera's src/ipa/rpi/common/ipa_base.cpp. */
const ControlInfoMap &pi_controls()
{
    static const ControlInfoMap map(
        ControlInfoMap::Map {
            {&controls::AeEnable, ControlInfo(false, true)},
                {&controls::AeExposureMode, ControlInfo(controls::AeExposureModeValues)},
                {&controls::ExposureValue, ControlInfo(-8.0f, 8.0f, 0.0f)},
                {&controls::ExposureTime, ControlInfo(0, 66666)},
                {&controls::FrameDurationLimits, ControlInfo(INT64_C(8333), INT64_C(120000))},
                {&controls::AfMode, ControlInfo(controls::AfModeValues)},
                {&controls::LensPosition, ControlInfo(0.0f, 32.0f, 1.0f)},
                {&controls::ScalerCrop,
                 ControlInfo(libcamera::Rectangle{}, libcamera::Rectangle{})},
#if FG_LIBCAMERA_HAS_ORIENTATION
                {&controls::AeFlickerMode, ControlInfo(static_cast<int>(controls::FlickerOff),
                                                       static_cast<int>(controls::FlickerManual),
                                                       static_cast<int>(controls::FlickerOff))},
                {&controls::AeFlickerPeriod, ControlInfo(100, 1000000)},
#endif
        },
        controls::controls);
    return map;
}

/* Fails an assertion of libcamera's where the list has it in another type. */
template <typename Type>
void show(std::string &text, const libcamera::ControlList &list,
          const libcamera::Control<Type> &control)
{
    const auto value = list.get(control);
    if (value) {
        text += (text.empty() ? "" : " ") + control.name() + "=";
        if constexpr (std::is_same_v<Type, libcamera::Span<const int64_t, 2>>) {
            text += std::to_string((*value)[0]) + ".." + std::to_string((*value)[1]);
        } else {
            text += std::to_string(*value);
        }
    }
}

/* In as small a configuration as can be asked. */
class Configuration : public libcamera::CameraConfiguration
{
  public:
    Status validate() override
    {
        return Valid;
    }
};

} // namespace

extern "C" {

bool pi_camera_knows_flicker(void)
{
    return FG_LIBCAMERA_HAS_ORIENTATION != 0;
}

void pi_camera_offers(fg_control_offer ret_offer[FG_CONTROLS])
{
    facegate::read_offers(pi_controls(), ret_offer);
}

char *pi_camera_set(const fg_control_plan *plan)
{
    const libcamera::ControlList list = facegate::to_list(pi_controls(), *plan);
    std::string text;
    show(text, list, controls::FrameDurationLimits);
    show(text, list, controls::AfMode);
    show(text, list, controls::LensPosition);
    show(text, list, controls::AeExposureMode);
    show(text, list, controls::ExposureValue);
#if FG_LIBCAMERA_HAS_ORIENTATION
    show(text, list, controls::AeFlickerMode);
    show(text, list, controls::AeFlickerPeriod);
#endif
    text += " of " + std::to_string(list.size());
    return strdup(text.c_str());
}

int pi_camera_turn(int turn)
{
    Configuration configuration;
    facegate::ask_turn(configuration, turn);
    return facegate::given_turn(configuration);
}
}
