#include "cli/words.h"

#include <stdio.h>
#include <string.h>

const char *fg_words_plural(int64_t count, const char *one, const char *more)
{
    return count == 1 ? one : more;
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

void fg_words_argument(const char *text)
{
    if (text[0] != '\0' && is_plain(text)) {
        fputs(text, stdout);
        return;
    }
    putchar('\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            fputs("'\\''", stdout);
        } else {
            putchar(*text);
        }
    }
    putchar('\'');
}
