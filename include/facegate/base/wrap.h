/*
 * Text on a terminal: the columns it takes there, where a wide character takes two and a combining
 * one none, and lines that wrap between words. Text is UTF-8; a byte that is none, and a control
 * character, counts as one column. Any thread. Source: wcwidth(3) with the C library's C.UTF-8.
 */
#ifndef FACEGATE_BASE_WRAP_H
#define FACEGATE_BASE_WRAP_H

#include <stddef.h>
#include <stdio.h>

/* Of fg_wrap_print, whatever this terminal has, so that the text can be read in a mail too. */
#define FG_WRAP_WIDTH 80

/* The columns that these bytes take. */
int fg_wrap_width(const char *text, size_t size);

/* How many bytes of the text fit into `room` columns, and how many columns these take. */
size_t fg_wrap_fit(const char *text, int room, int *ret_columns);

/*
 * Fills lines with the words of `text`, the first from `column` on, where the cursor stands, the
 * others from `indent` on, and ends the last. Line feeds are blanks, two of them an empty line.
 */
void fg_wrap_print(FILE *out, const char *text, int column, int indent);

/*
 * The same for one line of text that holds values, on lines of `width` columns; the cursor stands
 * at `indent`. All blanks stay, and what stands in double quotes is a command and never broken.
 */
void fg_wrap_values(FILE *out, const char *text, int indent, int width);

/* "  LEFT   text", with the text from `indent` on; below LEFT where that is too long. */
void fg_wrap_row(FILE *out, const char *left, const char *text, int indent);

#endif
