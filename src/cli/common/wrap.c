#include "common/wrap.h"

#include <stdbool.h>
#include <string.h>

/* Characters and not bytes. */
static int width_of(const char *text, size_t size)
{
    int width = 0;
    for (size_t i = 0; i < size; i++) {
        width += ((unsigned char)text[i] & 0xC0) != 0x80 ? 1 : 0;
    }
    return width;
}

void fg_wrap_print(FILE *out, const char *text, int column, int indent)
{
    bool first = true; /* on its line */
    while (*text != '\0') {
        size_t gap = strspn(text, " \n");
        const char *feed = memchr(text, '\n', gap);
        bool paragraph = feed != NULL && memchr(feed + 1, '\n', gap - (size_t)(feed + 1 - text));
        text += gap;
        size_t length = strcspn(text, " \n");
        int width = width_of(text, length);
        if (length == 0) {
            break;
        }
        if (!first && (paragraph || column + 1 + width > FG_WRAP_WIDTH)) {
            fprintf(out, "%s\n%*s", paragraph ? "\n" : "", indent, "");
            column = indent;
            first = true;
        }
        column += fprintf(out, "%s", first ? "" : " ");
        fwrite(text, 1, length, out);
        column += width;
        text += length;
        first = false;
    }
    fputc('\n', out);
}

void fg_wrap_row(FILE *out, const char *left, const char *text, int indent)
{
    int column = fprintf(out, "  %s", left);
    if (column + 2 > indent) {
        fputc('\n', out);
        column = 0;
    }
    fprintf(out, "%*s", indent - column, "");
    fg_wrap_print(out, text, indent, indent);
}
