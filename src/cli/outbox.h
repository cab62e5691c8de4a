/* `facegate outbox`: shows and changes what waits. */
#ifndef FACEGATE_CLI_OUTBOX_H
#define FACEGATE_CLI_OUTBOX_H

#include "common/options.h"

extern const fg_command fg_command_outbox;

#endif
