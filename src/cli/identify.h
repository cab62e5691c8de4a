/* `facegate identify`: says who is in a picture. */
#ifndef FACEGATE_CLI_IDENTIFY_H
#define FACEGATE_CLI_IDENTIFY_H

#include "common/options.h"

extern const fg_command fg_command_identify;

#endif
