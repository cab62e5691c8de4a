/*
 * The controls of a Raspberry Pi's camera module 3, as its pipeline announces them, in libcamera's
 * own types; a camera is not needed for that.
 */
#ifndef FACEGATE_TESTS_PI_CAMERA_H
#define FACEGATE_TESTS_PI_CAMERA_H

#include "controls.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Whether this libcamera knows of flicker. */
bool pi_camera_knows_flicker(void);

void pi_camera_offers(fg_control_offer ret_offer[FG_CONTROLS]);

/* What libcamera would be given, as "NAME=VALUE" in the order of enum fg_control, parted by blanks;
 * each is read back in the type that libcamera has for it. To be freed. */
char *pi_camera_set(const fg_control_plan *plan);

/* How a picture lies that was asked for as `turn` and given so. */
int pi_camera_turn(int turn);

#ifdef __cplusplus
}
#endif
#endif
