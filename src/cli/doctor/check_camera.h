/*
 * doctor: the camera, opened and looked through for some seconds. Main thread only; a camera that
 * does not answer keeps a thread of its own for good.
 */
#ifndef FACEGATE_CLI_DOCTOR_CHECK_CAMERA_H
#define FACEGATE_CLI_DOCTOR_CHECK_CAMERA_H

#include "doctor/checkup.h"
#include "facegate/base/config.h"

#include <stdbool.h>
#include <stdint.h>

/* `patience`: ns after which a camera that does not answer is left to itself. */
#define FG_CHECK_CAMERA_PATIENCE INT64_C(8000000000)
void fg_check_camera(fg_checkup *checkup, const fg_config *config, bool service_runs,
                     int64_t patience);

/* Whether a camera that never answered still holds a thread: then only _exit ends the process. */
bool fg_check_camera_hangs(void);

#endif
