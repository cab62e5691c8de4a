#include "common/table.h"

#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#define NARROWEST 40

/* One character: its bytes, and the columns it takes. */
static size_t step(const char *text, int *ret_columns)
{
    wchar_t character = 0;
    mbstate_t state = {0};
    size_t bytes = mbrtowc(&character, text, strlen(text), &state);
    *ret_columns = 1;
    if (bytes == (size_t)-1 || bytes == (size_t)-2) {
        return 1;
    }
    int columns = wcwidth(character);
    *ret_columns = columns >= 0 ? columns : 1;
    return bytes;
}

/* How many bytes of the text fit into `room` columns, and how many of these they take. */
static size_t measure(const char *text, int room, int *ret_columns)
{
    /* The program itself stays in the C locale, where numbers are read and written alike
     * everywhere; this one is part of the C library. */
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    locale_t before = uselocale(utf8);
    size_t bytes = 0;
    int taken = 0;
    while (text[bytes] != '\0') {
        int columns = 0;
        size_t next = step(text + bytes, &columns);
        if (columns > room - taken) {
            break;
        }
        taken += columns;
        bytes += next;
    }
    uselocale(before);
    if (utf8 != (locale_t)0) {
        freelocale(utf8);
    }
    *ret_columns = taken;
    return bytes;
}

int fg_table_width(const char *text)
{
    int columns = 0;
    measure(text, INT_MAX, &columns);
    return columns;
}

size_t fg_table_fit(const char *text, int columns)
{
    int taken = 0;
    return measure(text, columns, &taken);
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
    size_t bytes = measure(text, width - 1, &columns);
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
