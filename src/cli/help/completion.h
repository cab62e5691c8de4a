/*
 * What makes a shell complete facegate's words, made of the tables of commands and options. Any
 * thread.
 */
#ifndef FACEGATE_CLI_HELP_COMPLETION_H
#define FACEGATE_CLI_HELP_COMPLETION_H

#include "common/options.h"

#include <stdbool.h>
#include <stdio.h>

/* The script that a shell sources; false for a shell we have none for. `commands` ends in one with
 * a null name. */
bool fg_completion_write(FILE *out, const char *shell, const fg_command *const *commands);

#endif
