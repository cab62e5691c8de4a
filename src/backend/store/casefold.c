/* Folds case, so that a name is found however it is typed. */
#include "store/casefold.h"

#include <locale.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static locale_t
    letters; /* for the whole process; NULL where the system has none: then only ASCII */

static void open_letters(void)
{
    letters = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

/* One letter of two bytes: Latin, Greek, Cyrillic. Those whose small form has another size stay. */
static void fold_pair(char *at)
{
    wint_t letter = ((wint_t)(unsigned char)at[0] & 0x1Fu) << 6 | ((unsigned char)at[1] & 0x3Fu);
    wint_t small = towlower_l(letter, letters);
    if (small >= 0x80 && small < 0x800) {
        at[0] = (char)(0xC0u | small >> 6);
        at[1] = (char)(0x80u | (small & 0x3Fu));
    }
}

char *fg_casefold(const char *text)
{
    char *folded = strdup(text);
    pthread_once(&once, open_letters);
    for (char *at = folded; at != NULL && *at != '\0'; at++) {
        if (*at >= 'A' && *at <= 'Z') {
            *at = (char)(*at + ('a' - 'A'));
        } else if (((unsigned char)*at & 0xE0u) == 0xC0u && at[1] != '\0' &&
                   letters != (locale_t)0) {
            fold_pair(at++);
        }
    }
    return folded;
}
