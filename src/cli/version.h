/* `facegate version`: which version this is. */
#ifndef FACEGATE_CLI_VERSION_H
#define FACEGATE_CLI_VERSION_H

#include "common/options.h"

extern const fg_command fg_command_version;

#endif
