/* `facegate import`: brings people over from another program. */
#ifndef FACEGATE_CLI_IMPORT_H
#define FACEGATE_CLI_IMPORT_H

#include "common/options.h"

extern const fg_command fg_command_import;

#endif
