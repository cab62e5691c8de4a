/* Measures text in a terminal's columns, and wraps it between words. */
#include "facegate/base/wrap.h"

#include "facegate/text.h"

#include <limits.h>
#include <locale.h>
#include <stdbool.h>
#include <string.h>
#include <wchar.h>

/* The line that is being filled. */
typedef struct line {
    FILE *out;
    int column; /* where the cursor stands */
    int indent; /* of the lines that follow */
    int width;
    bool first; /* no word stands on it yet */
} line;

/* How many of `size` bytes fit into `room` columns. */
static size_t measure(const char *text, size_t size, int room, int *ret_columns)
{
    /* The program itself stays in the C locale, where numbers are read and written alike
     * everywhere; this one is part of the C library. */
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    locale_t before = uselocale(utf8);
    size_t bytes = 0;
    int taken = 0;
    while (bytes < size) {
        unsigned point = 0;
        size_t length = fg_text_next(text + bytes, size - bytes, &point);
        int columns = length > 0 ? wcwidth((wchar_t)point) : 1;
        columns = columns >= 0 ? columns : 1;
        if (columns > room - taken) {
            break;
        }
        taken += columns;
        bytes += length > 0 ? length : 1;
    }
    uselocale(before);
    if (utf8 != (locale_t)0) {
        freelocale(utf8);
    }
    *ret_columns = taken;
    return bytes;
}

int fg_wrap_width(const char *text, size_t size)
{
    int columns = 0;
    measure(text, size, INT_MAX, &columns);
    return columns;
}

size_t fg_wrap_fit(const char *text, int room, int *ret_columns)
{
    return measure(text, strlen(text), room, ret_columns);
}

static void start_line(line *to)
{
    fprintf(to->out, "\n%*s", to->indent, "");
    to->column = to->indent;
    to->first = true;
}

/* With so many blanks before it, or on the next line where this has no room. */
static void add_word(line *to, int blanks, const char *word, size_t length)
{
    int width = fg_wrap_width(word, length);
    if (!to->first && to->column + blanks + width > to->width) {
        start_line(to);
    }
    blanks = to->first ? 0 : blanks;
    fprintf(to->out, "%*s", blanks, "");
    fwrite(word, 1, length, to->out);
    to->column += blanks + width;
    to->first = false;
}

void fg_wrap_print(FILE *out, const char *text, int column, int indent)
{
    line to = {out, column, indent, FG_WRAP_WIDTH, true};
    while (*text != '\0') {
        size_t gap = strspn(text, " \n");
        const char *feed = memchr(text, '\n', gap);
        bool paragraph = feed != NULL && memchr(feed + 1, '\n', gap - (size_t)(feed + 1 - text));
        text += gap;
        size_t length = strcspn(text, " \n");
        if (length == 0) {
            break;
        }
        if (paragraph && !to.first) {
            fputc('\n', out);
            start_line(&to);
        }
        add_word(&to, 1, text, length);
        text += length;
    }
    fputc('\n', out);
}

static size_t word_length(const char *text)
{
    size_t length = 0;
    bool quoted = false;
    for (; text[length] != '\0' && (quoted || text[length] != ' '); length++) {
        quoted = quoted != (text[length] == '"');
    }
    return length;
}

void fg_wrap_values(FILE *out, const char *text, int indent, int width)
{
    line to = {out, indent, indent, width, true};
    while (*text != '\0') {
        size_t blanks = strspn(text, " ");
        size_t length = word_length(text + blanks);
        if (length == 0) {
            break;
        }
        add_word(&to, (int)blanks, text + blanks, length);
        text += blanks + length;
    }
    fputc('\n', out);
}

void fg_wrap_row(FILE *out, const char *left, const char *text, int indent)
{
    fprintf(out, "  %s", left);
    int column = 2 + fg_wrap_width(left, strlen(left));
    if (column + 2 > indent) {
        fputc('\n', out);
        column = 0;
    }
    fprintf(out, "%*s", indent - column, "");
    fg_wrap_print(out, text, indent, indent);
}
