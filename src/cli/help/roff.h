/*
 * Text for man(7): what it is written with keeps its looks, and nothing in it is taken for a
 * request. Source: groff_char(7), groff_man_style(7).
 */
#ifndef FACEGATE_CLI_HELP_ROFF_H
#define FACEGATE_CLI_HELP_ROFF_H

#include <stddef.h>
#include <stdio.h>

/* Without a line feed at the end; fit for the argument of a macro too, where it has no line feed.
 */
void fg_roff_text(FILE *out, const char *text);
void fg_roff_bytes(FILE *out, const char *text, size_t size);

/* As a usage line is printed: what is typed is bold, what stands for something, in capitals, is
 * italic. */
void fg_roff_usage(FILE *out, const char *usage);

#endif
