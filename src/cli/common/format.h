/*
 * Small things that sentences on the terminal are made of.
 */
#ifndef FACEGATE_CLI_COMMON_FORMAT_H
#define FACEGATE_CLI_COMMON_FORMAT_H

#include "facegate/gallery/gallery.h"

#include <stdio.h>

#define FG_FORMAT_PERCENT 32
#define FG_FORMAT_NAME    (FG_NAME_SIZE + 2)

/* A name for a table, in quotes where it would look like another: it begins or ends with a blank.
 */
const char *fg_format_name(const char *name, char ret_shown[FG_FORMAT_NAME]);

/* Prints a text as an argument of a command for the shell, quoted where it must be; to stdout. */
void fg_format_put_argument(const char *text, FILE *output);
void fg_format_argument(const char *text);

/* Two digits of a rate, whatever its size: "12 %", "0.67 %", "0.000034 %". */
const char *fg_format_percent(double rate, char ret_text[FG_FORMAT_PERCENT]);

#endif
