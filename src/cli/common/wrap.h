/*
 * Text laid out for a terminal of 80 columns, whatever this one has: what is longer wraps between
 * words, so that it can be read in a mail too.
 */
#ifndef FACEGATE_CLI_COMMON_WRAP_H
#define FACEGATE_CLI_COMMON_WRAP_H

#include <stdio.h>

#define FG_WRAP_WIDTH 80

/*
 * Fills lines with the words of `text`, the first from `column` on, where the cursor stands, the
 * others from `indent` on, and ends the last. Line feeds are blanks, two of them an empty line.
 */
void fg_wrap_print(FILE *out, const char *text, int column, int indent);

/* "  LEFT   text", with the text from `indent` on; below LEFT where that is too long. */
void fg_wrap_row(FILE *out, const char *left, const char *text, int indent);

#endif
