/*
 * Tables on a terminal: text is measured in the columns it takes there and not in bytes, so that
 * names with accents, or in scripts with wide characters, stand in line. One thread.
 */
#ifndef FACEGATE_CLI_COMMON_TABLE_H
#define FACEGATE_CLI_COMMON_TABLE_H

/* Of UTF-8 without control characters; what is neither counts a column for each byte. */
int fg_table_width(const char *text);

/* Prints it to stdout with blanks up to `width` columns; never cuts. */
void fg_table_cell(const char *text, int width);

/* The same, but what is wider ends in an ellipsis. */
void fg_table_cut_cell(const char *text, int width);

/* How wide a line may be: $COLUMNS, else the terminal stdout is, else INT_MAX. */
int fg_table_columns(void);

#endif
