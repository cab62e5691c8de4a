/*
 * The manual pages, made of the tables of commands, options and configuration keys: what stands in
 * a table is in all of them. What no table tells stands in manual/, with holes like %{commands}
 * that the tables fill. One thread at a time.
 */
#ifndef FACEGATE_CLI_HELP_MANUAL_H
#define FACEGATE_CLI_HELP_MANUAL_H

#include "common/options.h"
#include "facegate/base/embedded.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* The files of manual/. */
extern const fg_embedded_file fg_manual_texts[];

/* Writes what fills the hole; false where it knows no such hole. */
typedef bool fg_manual_fill(void *context, FILE *out, const char *hole);

/* Writes a file of manual/; false without such a file or with a hole that nothing fills. */
bool fg_manual_fill_in(FILE *out, const char *name, fg_manual_fill *fill, void *context);

/* A page in the language of man(7); false where there is no such page. `commands` ends in one with
 * a null name. */
bool fg_manual_write(FILE *out, const char *page, const fg_command *const *commands);

#endif
