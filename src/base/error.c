#include "facegate/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Cuts at the buffer's end without leaving half a UTF-8 sequence. */
static void trim_utf8(char *text, size_t size, int length)
{
    if (length < 0 || (size_t)length < size) {
        return;
    }
    size_t end = size - 1;
    while (end > 0 && ((unsigned char)text[end - 1] & 0xC0) == 0x80) {
        end--;
    }
    if (end > 0 && (unsigned char)text[end - 1] >= 0xC0) {
        end--;
    }
    text[end] = '\0';
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
