/*
 * `facegate help`. It shows every command, itself too, so it is given the table of all, which ends
 * in a command with a null name; its own command is made where that table is. Main thread.
 */
#ifndef FACEGATE_CLI_HELP_HELP_H
#define FACEGATE_CLI_HELP_HELP_H

#include "common/options.h"

/* Runs the command `help`; as fg_command.run. */
int fg_help_run(const fg_command *help, const fg_command *const *commands, int argc, char **argv);
const fg_option *fg_help_options(size_t *ret_count);

#endif
