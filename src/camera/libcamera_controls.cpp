/*
 * Apart from libcamera.cpp because it changes with libcamera's controls, not with the way frames
 * are fetched.
 */
#include "libcamera_controls.h"

#include "libcamera_version.h"
#include "turn.h"

#include <array>
#include <cmath>
#include <string>

namespace
{

using libcamera::ControlInfoMap;
using libcamera::ControlValue;

static_assert(static_cast<int>(libcamera::Transform::HFlip) == FG_TURN_HORIZONTAL);
static_assert(static_cast<int>(libcamera::Transform::VFlip) == FG_TURN_VERTICAL);
static_assert(static_cast<int>(libcamera::Transform::Transpose) == FG_TURN_TRANSPOSE);

template <typename Type> double first_of(const ControlValue &value)
{
    if (!value.isArray()) {
        return static_cast<double>(value.get<Type>());
    }
    const auto all = value.get<libcamera::Span<const Type>>();
    return all.empty() ? NAN : static_cast<double>(all[0]);
}

/* NAN for what is no number. */
double number(const ControlValue &value)
{
    switch (value.type()) {
    case libcamera::ControlTypeBool:
        return first_of<bool>(value);
    case libcamera::ControlTypeByte:
        return first_of<uint8_t>(value);
    case libcamera::ControlTypeInteger32:
        return first_of<int32_t>(value);
    case libcamera::ControlTypeInteger64:
        return first_of<int64_t>(value);
    case libcamera::ControlTypeFloat:
        return first_of<float>(value);
    default:
        return NAN;
    }
}

fg_control_offer read_offer(const libcamera::ControlInfo &info)
{
    fg_control_offer offer = {};
    offer.there = true;
    offer.smallest = number(info.min());
    offer.largest = number(info.max());
    for (const ControlValue &value : info.values()) {
        double listed = number(value);
        if (listed >= 0 && listed < 32) {
            offer.listed |= UINT32_C(1) << static_cast<unsigned int>(listed);
        }
    }
    return offer;
}

/* libcamera's own types, so that no pipeline finds a value that it does not expect. */
ControlValue to_value(libcamera::ControlType type, const fg_control_choice &choice)
{
    if (choice.count == 2) {
        const std::array<int64_t, 2> pair = {static_cast<int64_t>(choice.value[0]),
                                             static_cast<int64_t>(choice.value[1])};
        return ControlValue(libcamera::Span<const int64_t, 2>(pair));
    }
    switch (type) {
    case libcamera::ControlTypeBool:
        return ControlValue(choice.value[0] != 0);
    case libcamera::ControlTypeInteger32:
        return ControlValue(static_cast<int32_t>(std::lround(choice.value[0])));
    case libcamera::ControlTypeInteger64:
        return ControlValue(static_cast<int64_t>(std::llround(choice.value[0])));
    case libcamera::ControlTypeFloat:
        return ControlValue(static_cast<float>(choice.value[0]));
    default:
        return {};
    }
}

template <typename Body> void for_each_known(const ControlInfoMap &controls, Body body)
{
    for (const auto &[id, info] : controls) {
        for (int i = 0; i < FG_CONTROLS; i++) {
            if (id->name() == fg_control_names[i]) {
                body(i, *id, info);
            }
        }
    }
}

} // namespace

namespace facegate
{

void read_offers(const ControlInfoMap &controls, fg_control_offer ret_offer[FG_CONTROLS])
{
    for (int i = 0; i < FG_CONTROLS; i++) {
        ret_offer[i] = {};
    }
    for_each_known(controls,
                   [&](int i, const libcamera::ControlId &, const libcamera::ControlInfo &info) {
                       ret_offer[i] = read_offer(info);
                   });
}

libcamera::ControlList to_list(const ControlInfoMap &controls, const fg_control_plan &plan)
{
    libcamera::ControlList list(controls);
    for_each_known(
        controls, [&](int i, const libcamera::ControlId &id, const libcamera::ControlInfo &) {
            const ControlValue value =
                plan.choice[i].count > 0 ? to_value(id.type(), plan.choice[i]) : ControlValue();
            if (!value.isNone()) {
                list.set(id.id(), value);
            }
        });
    return list;
}

bool turns_itself(const libcamera::Camera &camera)
{
    return camera.properties().get(libcamera::properties::Rotation).has_value();
}

/*
 * Until 0.1 a configuration had the transform itself, since then the orientation that it leads to.
 * As flips alone are asked for, and what a camera gives instead is how it is mounted, both say the
 * same: what was done to the upright picture.
 */
#if FG_LIBCAMERA_HAS_ORIENTATION

void ask_turn(libcamera::CameraConfiguration &configuration, int turn)
{
    configuration.orientation =
        libcamera::Orientation::Rotate0 * static_cast<libcamera::Transform>(turn);
}

int given_turn(const libcamera::CameraConfiguration &configuration)
{
    return static_cast<int>(configuration.orientation / libcamera::Orientation::Rotate0);
}

#else

void ask_turn(libcamera::CameraConfiguration &configuration, int turn)
{
    configuration.transform = static_cast<libcamera::Transform>(turn);
}

int given_turn(const libcamera::CameraConfiguration &configuration)
{
    return static_cast<int>(configuration.transform);
}

#endif

} // namespace facegate
