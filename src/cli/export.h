/* `facegate export`: writes the people's file somewhere else. */
#ifndef FACEGATE_CLI_EXPORT_H
#define FACEGATE_CLI_EXPORT_H

#include "common/options.h"

extern const fg_command fg_command_export;

#endif
