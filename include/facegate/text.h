/*
 * Text from outside: whether it is UTF-8 that may stand in a name, and how it looks inside a
 * message; and the word for one thing or several in it. Any thread. Source: the table of
 * well-formed UTF-8 in the Unicode Standard, 3.9.
 */
#ifndef FACEGATE_TEXT_H
#define FACEGATE_TEXT_H

#include "facegate/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FG_TEXT_SHOWN 68 /* bytes of a shown text, terminator included */

/* Bytes of the well-formed character at the start of `text`, and which it is; 0 where there is
 * none.
 */
size_t fg_text_next(const char *text, size_t size, unsigned *ret_point);

bool fg_text_is_utf8(const char *text, size_t size);

/*
 * Whether it is one line of UTF-8, 1 to `limit` bytes, without control characters; else -EINVAL and
 * "is empty", "is not valid UTF-8" and the like, to be put after the name of the thing.
 */
int fg_text_check(const char *text, size_t limit, fg_error *error);

/* A copy for a message: cut where it is long, control characters and broken UTF-8 as "?". Returns
 * it. */
const char *fg_text_show(const char *text, size_t size, char ret_shown[FG_TEXT_SHOWN]);

/* In place: each control character and each byte of broken UTF-8 becomes one "?". */
void fg_text_clean(char *text);

/* Bytes as two lower-case hexadecimal digits each, and the terminator: room for 2 * size + 1. */
void fg_text_hex(const unsigned char *bytes, size_t size, char *ret_text);

typedef struct fg_text_counted {
    char text[64];
} fg_text_counted;

/* A number and its word, "1 picture" or "3 pictures", for the expression it stands in:
 * printf("%s", fg_text_count(n, "picture", "pictures").text). */
fg_text_counted fg_text_count(int64_t count, const char *one, const char *several);

/* A word that agrees with a number that stands elsewhere: `one` for 1, else `several`. */
const char *fg_text_plural(int64_t count, const char *one, const char *several);

#endif
