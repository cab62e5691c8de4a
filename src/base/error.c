/* Writes an error text, cut between characters if it is too long. */
#include "facegate/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Bytes of the UTF-8 sequence that starts with this one. */
static size_t sequence_size(unsigned char first)
{
    if (first >= 0xF0) {
        return 4;
    }
    if (first >= 0xE0) {
        return 3;
    }
    return first >= 0xC0 ? 2 : 1;
}

/* Where the buffer was too small, takes away what is left of a UTF-8 sequence cut in two. */
static void trim_utf8(char *text, size_t size, int length)
{
    if (length < 0 || (size_t)length < size) {
        return;
    }
    size_t end = size - 1;
    size_t lead = end - 1;
    while (lead > end - 4 && ((unsigned char)text[lead] & 0xC0) == 0x80) {
        lead--;
    }
    if (end - lead < sequence_size((unsigned char)text[lead])) {
        text[lead] = '\0';
    }
}

int fg_error_set(fg_error *error, int code, const char *format, ...)
{
    if (error == NULL) {
        return code;
    }
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(error->text, sizeof(error->text), format, arguments);
    va_end(arguments);
    trim_utf8(error->text, sizeof(error->text), length);
    return code;
}

int fg_error_prefix(fg_error *error, int code, const char *format, ...)
{
    if (error == NULL) {
        return code;
    }
    fg_error whole;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(whole.text, sizeof(whole.text), format, arguments);
    va_end(arguments);
    if (length >= 0 && (size_t)length < sizeof(whole.text)) {
        size_t used = (size_t)length;
        int added = snprintf(whole.text + used, sizeof(whole.text) - used, ": %s", error->text);
        length += added;
    }
    trim_utf8(whole.text, sizeof(whole.text), length);
    *error = whole;
    return code;
}
