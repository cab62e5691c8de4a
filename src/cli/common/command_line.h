/*
 * How facegate is called for the same files as now, for the commands that texts tell people to run.
 */
#ifndef FACEGATE_CLI_COMMON_COMMAND_LINE_H
#define FACEGATE_CLI_COMMON_COMMAND_LINE_H

#include "facegate/base/config.h"

#include <stdio.h>

/* Options that a command takes. */
enum {
    FG_COMMAND_LINE_ENCODINGS = 1 << 0,
    FG_COMMAND_LINE_MODELS = 1 << 1,
    FG_COMMAND_LINE_OUTBOX = 1 << 2,
    FG_COMMAND_LINE_SOURCE = 1 << 3,
    FG_COMMAND_LINE_BACKEND = 1 << 4,
};

/*
 * Writes "facegate COMMAND" with those of the options that it needs to find what `config` has:
 * neither a default nor in a file that it reads. `config_path` is given to it with --config where
 * that is another than FG_CONFIG_FILE; NULL: never.
 */
void fg_command_line_put(FILE *output, const fg_config *config, const char *config_path,
                         const char *command, unsigned options);

#endif
