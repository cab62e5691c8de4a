/* `facegate cameras`: lists the cameras. */
#ifndef FACEGATE_CLI_CAMERAS_H
#define FACEGATE_CLI_CAMERAS_H

#include "common/options.h"

extern const fg_command fg_command_cameras;

#endif
