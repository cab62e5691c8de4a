/* A growing buffer, and how values are written into it as JSON, XML and base64. */
#include "facegate/base/buffer.h"

#include "facegate/text.h"

#include <limits.h>
#include <math.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More memory for it. A secret moves by hand, since realloc leaves the old place as it was. */
static char *grow(fg_buffer *buffer, size_t room)
{
    if (!buffer->secret) {
        return realloc(buffer->data, room);
    }
    char *grown = malloc(room);
    if (grown != NULL && buffer->data != NULL) {
        memcpy(grown, buffer->data, buffer->size + 1);
        explicit_bzero(buffer->data, buffer->room);
        free(buffer->data);
    }
    return grown;
}

static bool make_room(fg_buffer *buffer, size_t more)
{
    if (buffer->failed) {
        return false;
    }
    if (buffer->room - buffer->size > more) {
        return true;
    }
    if (buffer->limit > 0 && more > buffer->limit - buffer->size) {
        buffer->failed = true;
        return false;
    }
    size_t room = buffer->room * 2 + more + 64;
    if (buffer->limit > 0 && room > buffer->limit + 1) {
        room = buffer->limit + 1;
    }
    char *grown = grow(buffer, room);
    if (grown == NULL) {
        buffer->failed = true;
        return false;
    }
    buffer->data = grown;
    buffer->room = room;
    return true;
}

void fg_buffer_add(fg_buffer *buffer, const void *data, size_t size)
{
    if (!make_room(buffer, size)) {
        return;
    }
    if (size > 0) {
        memcpy(buffer->data + buffer->size, data, size);
    }
    buffer->size += size;
    buffer->data[buffer->size] = '\0';
}

void fg_buffer_print(fg_buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (size < 0 || !make_room(buffer, (size_t)size)) {
        buffer->failed = true;
        return;
    }
    va_start(arguments, format);
    vsnprintf(buffer->data + buffer->size, (size_t)size + 1, format, arguments);
    va_end(arguments);
    buffer->size += (size_t)size;
}

void fg_buffer_json(fg_buffer *buffer, const char *text)
{
    if (text == NULL) {
        fg_buffer_add(buffer, "null", 4);
        return;
    }
    fg_buffer_add(buffer, "\"", 1);
    while (*text != '\0') {
        size_t plain = 0;
        while ((unsigned char)text[plain] >= 0x20 && text[plain] != '"' && text[plain] != '\\') {
            plain++;
        }
        fg_buffer_add(buffer, text, plain);
        text += plain;
        if (*text == '"' || *text == '\\') {
            fg_buffer_print(buffer, "\\%c", *text++);
        } else if (*text != '\0') {
            fg_buffer_print(buffer, "\\u%04x", (unsigned char)*text++);
        }
    }
    fg_buffer_add(buffer, "\"", 1);
}

void fg_buffer_json_number(fg_buffer *buffer, double value, int digits)
{
    if (isfinite(value)) {
        fg_buffer_print(buffer, "%.*f", digits, value);
    } else {
        fg_buffer_add(buffer, "null", 4);
    }
}

/* XML 1.0, production 2, has neither control characters nor the two that end the first plane. */
static bool is_xml(unsigned point)
{
    return point == '\t' || point == '\n' || point == '\r' ||
           (point >= 0x20 && point != 0xFFFE && point != 0xFFFF);
}

void fg_buffer_xml(fg_buffer *buffer, const char *text)
{
    size_t left = strlen(text);
    while (left > 0) {
        unsigned point = 0;
        size_t length = fg_text_next(text, left, &point);
        if (point == '<' || point == '>' || point == '&' || point == '"' || point == '\'') {
            fg_buffer_print(buffer, "&#%u;", point);
        } else if (length > 0 && is_xml(point)) {
            fg_buffer_add(buffer, text, length);
        } else {
            fg_buffer_add(buffer, "?", 1);
        }
        length = length > 0 ? length : 1;
        text += length;
        left -= length;
    }
}

void fg_buffer_base64(fg_buffer *buffer, const void *data, size_t size)
{
    if (size > INT_MAX / 2) {
        buffer->failed = true; /* more than EVP_EncodeBlock counts */
        return;
    }
    if (make_room(buffer, (size + 2) / 3 * 4)) {
        buffer->size +=
            (size_t)EVP_EncodeBlock((unsigned char *)buffer->data + buffer->size, data, (int)size);
    }
}

void fg_buffer_clear(fg_buffer *buffer)
{
    if (buffer->secret && buffer->data != NULL) {
        explicit_bzero(buffer->data, buffer->room);
    }
    buffer->size = 0;
    buffer->failed = false;
    if (buffer->data != NULL) {
        buffer->data[0] = '\0';
    }
}

void fg_buffer_free(fg_buffer *buffer)
{
    fg_buffer_clear(buffer);
    free(buffer->data);
    *buffer = (fg_buffer){.limit = buffer->limit, .secret = buffer->secret};
}
