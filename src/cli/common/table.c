/* Prints the cells of a table, filled or cut to a width. */
#include "common/table.h"

#include "facegate/base/wrap.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define NARROWEST 40

int fg_table_width(const char *text)
{
    return fg_wrap_width(text, strlen(text));
}

void fg_table_cell(const char *text, int width)
{
    int blanks = width - fg_table_width(text);
    printf("%s%*s", text, blanks > 0 ? blanks : 0, "");
}

void fg_table_cut_cell(const char *text, int width)
{
    if (fg_table_width(text) <= width) {
        fg_table_cell(text, width);
        return;
    }
    int columns = 0;
    size_t bytes = fg_wrap_fit(text, width - 1, &columns);
    printf("%.*s\u2026%*s", (int)bytes, text, width - 1 - columns, "");
}

int fg_table_columns(void)
{
    struct winsize size;
    const char *wanted = getenv("COLUMNS");
    long columns = wanted != NULL ? strtol(wanted, NULL, 10) : 0;
    if (columns <= 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
        columns = size.ws_col;
    }
    if (columns <= 0 || columns > INT_MAX) {
        return INT_MAX;
    }
    return columns < NARROWEST ? NARROWEST : (int)columns;
}
