/* Decodes UTF-8, checks names, and makes text safe to show. */
#include "facegate/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Bytes of a character that starts with this one; 0 where none does. */
static size_t length_after(unsigned first)
{
    if (first < 0x80) {
        return 1;
    }
    if (first >= 0xC2 && first <= 0xDF) {
        return 2;
    }
    if (first >= 0xE0 && first <= 0xEF) {
        return 3;
    }
    return first >= 0xF0 && first <= 0xF4 ? 4 : 0;
}

size_t fg_text_next(const char *text, size_t size, unsigned *ret_point)
{
    const unsigned char *bytes = (const unsigned char *)text;
    static const unsigned smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned first = size > 0 ? bytes[0] : 0;
    size_t length = length_after(first);
    if (length == 0 || length > size) {
        return 0;
    }
    unsigned point = length == 1 ? first : first & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80) {
            return 0;
        }
        point = point << 6 | (bytes[i] & 0x3Fu);
    }
    if (point < smallest[length] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) {
        return 0;
    }
    *ret_point = point;
    return length;
}

static bool is_control(unsigned point)
{
    return point < 0x20 || (point >= 0x7F && point < 0xA0);
}

bool fg_text_is_utf8(const char *text, size_t size)
{
    for (size_t at = 0; at < size;) {
        unsigned point;
        size_t length = fg_text_next(text + at, size - at, &point);
        if (length == 0) {
            return false;
        }
        at += length;
    }
    return true;
}

int fg_text_check(const char *text, size_t limit, fg_error *error)
{
    size_t size = strlen(text);
    if (size == 0) {
        return fg_error_set(error, -EINVAL, "is empty");
    }
    if (size > limit) {
        return fg_error_set(error, -EINVAL, "has %zu bytes, more than the %zu allowed", size,
                            limit);
    }
    for (size_t at = 0; at < size;) {
        unsigned point;
        size_t length = fg_text_next(text + at, size - at, &point);
        if (length == 0) {
            return fg_error_set(error, -EINVAL, "is not valid UTF-8");
        }
        if (is_control(point)) {
            return fg_error_set(error, -EINVAL, "has a control character (U+%04X)", point);
        }
        at += length;
    }
    return 0;
}

const char *fg_text_show(const char *text, size_t size, char ret_shown[FG_TEXT_SHOWN])
{
    static const char more[] = "...";
    const size_t room = FG_TEXT_SHOWN - sizeof(more);
    size_t used = 0;
    size_t at = 0;
    while (at < size) {
        unsigned point = 0;
        size_t length = fg_text_next(text + at, size - at, &point);
        bool shown = length > 0 && !is_control(point);
        size_t taken = shown ? length : 1;
        if (used + taken > room) {
            break;
        }
        if (shown) {
            memcpy(ret_shown + used, text + at, length);
        } else {
            ret_shown[used] = '?';
        }
        used += taken;
        at += length > 0 ? length : 1;
    }
    memcpy(ret_shown + used, at < size ? more : "", at < size ? sizeof(more) : 1);
    return ret_shown;
}

void fg_text_clean(char *text)
{
    size_t size = strlen(text);
    size_t used = 0;
    for (size_t at = 0; at < size;) {
        unsigned point = 0;
        size_t length = fg_text_next(text + at, size - at, &point);
        if (length == 0 || is_control(point)) {
            text[used++] = '?';
            at += length > 0 ? length : 1;
        } else {
            memmove(text + used, text + at, length);
            used += length;
            at += length;
        }
    }
    text[used] = '\0';
}

void fg_text_hex(const unsigned char *bytes, size_t size, char *ret_text)
{
    ret_text[0] = '\0';
    for (size_t i = 0; i < size; i++) {
        snprintf(ret_text + 2 * i, 3, "%02x", bytes[i]);
    }
}

fg_text_counted fg_text_count(int64_t count, const char *one, const char *several)
{
    fg_text_counted counted;
    snprintf(counted.text, sizeof(counted.text), "%" PRId64 " %s", count,
             fg_text_plural(count, one, several));
    return counted;
}

const char *fg_text_plural(int64_t count, const char *one, const char *several)
{
    return count == 1 ? one : several;
}
