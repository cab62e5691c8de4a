/* `facegate run`: the daemon in the foreground. */
#ifndef FACEGATE_CLI_RUN_H
#define FACEGATE_CLI_RUN_H

#include "common/options.h"

extern const fg_command fg_command_run;

#endif
