/* `facegate enroll`: adds a person from pictures or the camera, or views to a person. */
#ifndef FACEGATE_CLI_ENROLL_ENROLL_H
#define FACEGATE_CLI_ENROLL_ENROLL_H

#include "common/options.h"

extern const fg_command fg_command_enroll;

#endif
