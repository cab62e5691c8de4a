/* `facegate backend`: the bundled backend, see facegate/backend/server.h. */
#ifndef FACEGATE_CLI_BACKEND_H
#define FACEGATE_CLI_BACKEND_H

#include "common/options.h"

extern const fg_command fg_command_backend;

#endif
