/*
 * The other half of the libcamera shim: the plan of controls.h in libcamera's types, and how its
 * versions tell how a picture lies.
 */
#ifndef FACEGATE_CAMERA_LIBCAMERA_CONTROLS_H
#define FACEGATE_CAMERA_LIBCAMERA_CONTROLS_H

#include "controls.h"

#include <libcamera/libcamera.h>

namespace facegate
{

/* What a camera offers, from its controls() as it is configured now. */
void read_offers(const libcamera::ControlInfoMap &controls,
                 fg_control_offer ret_offer[FG_CONTROLS]);

/* The plan's values, of those controls that the camera has. */
libcamera::ControlList to_list(const libcamera::ControlInfoMap &controls,
                               const fg_control_plan &plan);

/*
 * Whether it can be asked to: those with a sensor that libcamera drives tell how that is mounted.
 * Others either say that they cannot, or, as libcamera 0.4's virtual pipeline, take the wish and do
 * nothing.
 */
bool turns_itself(const libcamera::Camera &camera);

/* Asks for pictures that lie as `turn` (of turn.h) says; to be called before validate(). */
void ask_turn(libcamera::CameraConfiguration &configuration, int turn);

/* How they will lie, once it was validated. */
int given_turn(const libcamera::CameraConfiguration &configuration);

} // namespace facegate

#endif
