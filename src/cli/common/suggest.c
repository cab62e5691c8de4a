/* Finds the nearest word, by edit distance. Source: optimal string alignment, Boytsov, 2011. */
#include "common/suggest.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define LONGEST 32 /* letters; whatever is longer is no slip of the fingers */

fg_suggestion fg_suggest_for(const char *typed)
{
    return (fg_suggestion){.typed = typed};
}

static int smaller(int one, int other)
{
    return one < other ? one : other;
}

static bool is_same(char one, char other)
{
    return tolower((unsigned char)one) == tolower((unsigned char)other);
}

/* How many letters are to be changed, added, left out, or swapped with the next. */
static int distance_of(const char *from, const char *to)
{
    int rows[LONGEST + 1][LONGEST + 1];
    int length = (int)strlen(from);
    int width = (int)strlen(to);
    for (int i = 0; i <= length; i++) {
        rows[i][0] = i;
    }
    for (int j = 0; j <= width; j++) {
        rows[0][j] = j;
    }
    for (int i = 1; i <= length; i++) {
        for (int j = 1; j <= width; j++) {
            int changed = rows[i - 1][j - 1] + (is_same(from[i - 1], to[j - 1]) ? 0 : 1);
            int best = smaller(changed, smaller(rows[i - 1][j], rows[i][j - 1]) + 1);
            if (i > 1 && j > 1 && is_same(from[i - 1], to[j - 2]) &&
                is_same(from[i - 2], to[j - 1])) {
                best = smaller(best, rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    return rows[length][width];
}

/* So few that a short word is not taken for every other short one. */
static int limit_of(size_t length)
{
    int limit = (int)(length + 1) / 3;
    if (limit < 1) {
        return 1;
    }
    return smaller(limit, 3);
}

void fg_suggest_word(fg_suggestion *suggestion, const char *word)
{
    size_t length = strlen(suggestion->typed);
    if (length == 0 || length > LONGEST || strlen(word) > LONGEST) {
        return;
    }
    int distance = distance_of(suggestion->typed, word);
    /* As many changes as letters would make any word of any other. */
    if (distance > limit_of(length) || distance >= (int)length ||
        (suggestion->best != NULL && distance >= suggestion->distance)) {
        return;
    }
    suggestion->best = word;
    suggestion->distance = distance;
}
