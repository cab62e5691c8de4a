/* Text for man: what roff would take for its own is escaped. */
#include "help/roff.h"

#include <stdbool.h>
#include <string.h>

/* What is another character without its escape: a hyphen, or a typographer's quote or accent. */
static const char *escape_of(char byte)
{
    switch (byte) {
    case '\\':
        return "\\(rs";
    case '-':
        return "\\-";
    case '\'':
        return "\\(aq";
    case '"':
        return "\\(dq";
    case '`':
        return "\\(ga";
    case '^':
        return "\\(ha";
    case '~':
        return "\\(ti";
    default:
        return NULL;
    }
}

void fg_roff_bytes(FILE *out, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        const char *escape = escape_of(text[i]);
        if (escape != NULL) {
            fputs(escape, out);
            continue;
        }
        /* A request starts with a point; an apostrophe, which also would, has been escaped. */
        if (text[i] == '.' && (i == 0 || text[i - 1] == '\n')) {
            fputs("\\&", out);
        }
        fputc(text[i], out);
    }
}

void fg_roff_text(FILE *out, const char *text)
{
    fg_roff_bytes(out, text, strlen(text));
}

static bool is_typed(char byte)
{
    return (byte >= 'a' && byte <= 'z') || byte == '-';
}

static bool is_stand_in(char byte)
{
    return byte >= 'A' && byte <= 'Z';
}

void fg_roff_usage(FILE *out, const char *usage)
{
    while (*usage != '\0') {
        bool typed = is_typed(*usage);
        bool stand_in = is_stand_in(*usage);
        size_t length = 1;
        while (usage[length] != '\0' && is_typed(usage[length]) == typed &&
               is_stand_in(usage[length]) == stand_in) {
            length++;
        }
        if (typed) {
            fputs("\\fB", out);
        } else if (stand_in) {
            fputs("\\fI", out);
        }
        fg_roff_bytes(out, usage, length);
        fputs(typed || stand_in ? "\\fR" : "", out);
        usage += length;
    }
}
