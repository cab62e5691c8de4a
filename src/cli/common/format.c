/* Numbers and names as they are shown to people. */
#include "common/format.h"

#include <stdio.h>
#include <string.h>

#define TWO_DIGITS 10   /* from here on a number has them before the point */
#define LOWEST     1e-9 /* any rate below is none */

const char *fg_format_name(const char *name, char ret_shown[FG_FORMAT_NAME])
{
    size_t length = strlen(name);
    if (length == 0 || (name[0] != ' ' && name[length - 1] != ' ')) {
        return name;
    }
    snprintf(ret_shown, FG_FORMAT_NAME, "\"%s\"", name);
    return ret_shown;
}

/* Letters of other scripts mean nothing to a shell. */
static int is_plain(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 0x80 && strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                  "abcdefghijklmnopqrstuvwxyz"
                                                  "0123456789_-.,:/@+",
                                                  *text) == NULL) {
            return 0;
        }
    }
    return 1;
}

void fg_format_put_argument(const char *text, FILE *output)
{
    if (text[0] != '\0' && is_plain(text)) {
        fputs(text, output);
        return;
    }
    fputc('\'', output);
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            fputs("'\\''", output);
        } else {
            fputc(*text, output);
        }
    }
    fputc('\'', output);
}

void fg_format_argument(const char *text)
{
    fg_format_put_argument(text, stdout);
}

const char *fg_format_percent(double rate, char ret_text[FG_FORMAT_PERCENT])
{
    double shown = rate * 100;
    int decimals = 0;
    for (double rest = shown; rate > LOWEST && rest < TWO_DIGITS; rest *= 10) {
        decimals++;
    }
    snprintf(ret_text, FG_FORMAT_PERCENT, "%.*f %%", decimals, shown);
    return ret_text;
}
