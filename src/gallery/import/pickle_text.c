/* Reads a pickle's texts in Python's several spellings. */
#include "import/pickle_text.h"
#include "import/pickle_machine.h"

#include <errno.h>
#include <string.h>

/* A surrogate comes out as three bytes, which no check of UTF-8 lets pass. */
static size_t write_utf8(unsigned char *text, uint32_t point)
{
    if (point < 0x80) {
        text[0] = (unsigned char)point;
        return 1;
    }
    size_t length = point < 0x10000 ? 3 : 4;
    if (point < 0x800) {
        length = 2;
    }
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = length - 1; i > 0; i--) {
        text[i] = (unsigned char)(0x80 | (point & 0x3F));
        point >>= 6;
    }
    text[0] = (unsigned char)(lead[length] | point);
    return length;
}

static int digit_of(unsigned char character)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char lower = character >= 'A' && character <= 'F' ? character | 0x20 : character;
    const char *found = lower != '\0' ? strchr(digits, lower) : NULL;
    return found != NULL ? (int)(found - digits) : -1;
}

/* `count` hexadecimal digits, or UINT32_MAX. */
static uint32_t read_hex(const unsigned char *text, size_t size, size_t count)
{
    uint32_t number = 0;
    if (size < count) {
        return UINT32_MAX;
    }
    for (size_t i = 0; i < count; i++) {
        int digit = digit_of(text[i]);
        if (digit < 0) {
            return UINT32_MAX;
        }
        number = number << 4 | (uint32_t)digit;
    }
    return number;
}

int fg_pickle_decode_unicode(fg_pickle *pickle, const unsigned char *line, size_t size,
                             fg_value *ret_text)
{
    unsigned char *text = fg_value_allocate(&pickle->memory, 2 * size);
    size_t used = 0;
    if (text == NULL) {
        return fg_pickle_out_of_memory(pickle);
    }
    for (size_t at = 0; at < size;) {
        bool escaped = line[at] == '\\' && at + 1 < size && (line[at + 1] | 0x20) == 'u';
        if (!escaped) {
            used += write_utf8(text + used, line[at++]);
            continue;
        }
        size_t digits = line[at + 1] == 'u' ? 4 : 8;
        uint32_t point = read_hex(line + at + 2, size - at - 2, digits);
        if (point > 0x10FFFF) {
            return fg_error_set(pickle->error, -EINVAL,
                                "a text is damaged: its \\%c is not a character", line[at + 1]);
        }
        used += write_utf8(text + used, point);
        at += 2 + digits;
    }
    *ret_text = (fg_value){.kind = FG_VALUE_TEXT, .size = (uint32_t)used, .bytes = text};
    return 0;
}

/* The escapes that repr() of Python 2 writes. Takes 2 or 4 characters; -1 for any other. */
static int read_escape(const unsigned char *line, size_t size, size_t *at)
{
    static const char names[] = "\\\\''\"\"n\nt\tr\r";
    if (*at + 1 >= size) {
        return -1;
    }
    unsigned char name = line[*at + 1];
    if (name == 'x') {
        uint32_t byte = read_hex(line + *at + 2, size - *at - 2, 2);
        *at += 4;
        return byte <= 0xFF ? (int)byte : -1;
    }
    *at += 2;
    for (size_t i = 0; i + 1 < sizeof(names); i += 2) {
        if (names[i] == (char)name) {
            return (unsigned char)names[i + 1];
        }
    }
    return -1;
}

int fg_pickle_decode_string(fg_pickle *pickle, const unsigned char *line, size_t size,
                            fg_value *ret_bytes)
{
    bool quoted = size >= 2 && (line[0] == '\'' || line[0] == '"') && line[size - 1] == line[0];
    size_t used = 0;
    if (!quoted) {
        return fg_error_set(pickle->error, -EINVAL, "a text is damaged: it has no quotes");
    }
    unsigned char *bytes = fg_value_allocate(&pickle->memory, size);
    if (bytes == NULL) {
        return fg_pickle_out_of_memory(pickle);
    }
    for (size_t at = 1; at < size - 1;) {
        int byte = line[at];
        if (byte == '\\') {
            byte = read_escape(line, size - 1, &at);
        } else {
            at++;
        }
        if (byte < 0) {
            return fg_error_set(pickle->error, -EINVAL,
                                "a text is damaged: a \\ in it is not a character");
        }
        bytes[used++] = (unsigned char)byte;
    }
    *ret_bytes = (fg_value){.kind = FG_VALUE_BYTES, .size = (uint32_t)used, .bytes = bytes};
    return 0;
}

int fg_pickle_encode_latin1(fg_pickle *pickle, fg_value text, fg_value *ret_bytes)
{
    unsigned char *bytes = fg_value_allocate(&pickle->memory, text.size);
    size_t used = 0;
    if (bytes == NULL) {
        return fg_pickle_out_of_memory(pickle);
    }
    for (uint32_t at = 0; at < text.size; at++) {
        unsigned char byte = text.bytes[at];
        if ((byte & 0xFE) == 0xC2 && at + 1 < text.size && (text.bytes[at + 1] & 0xC0) == 0x80) {
            byte = (unsigned char)((byte & 3) << 6 | (text.bytes[++at] & 0x3F));
        } else if (byte >= 0x80) {
            return fg_error_set(pickle->error, -EINVAL, "bytes are damaged: they are not Latin-1");
        }
        bytes[used++] = byte;
    }
    *ret_bytes = (fg_value){.kind = FG_VALUE_BYTES, .size = (uint32_t)used, .bytes = bytes};
    return 0;
}

static uint32_t read_point(const fg_numpy_type *type, const unsigned char *bytes)
{
    uint32_t point = 0;
    for (size_t i = 0; i < 4; i++) {
        point = point << 8 | bytes[type->big_endian ? i : 3 - i];
    }
    return point;
}

int fg_pickle_decode_utf32(fg_pickle *pickle, const fg_numpy_type *type, const unsigned char *bytes,
                           fg_value *ret_text)
{
    size_t length = type->size;
    size_t used = 0;
    while (length > 0 && read_point(type, bytes + 4 * (length - 1)) == 0) {
        length--;
    }
    unsigned char *text = fg_value_allocate(&pickle->memory, 4 * length);
    if (text == NULL) {
        return fg_pickle_out_of_memory(pickle);
    }
    for (size_t i = 0; i < length; i++) {
        uint32_t point = read_point(type, bytes + 4 * i);
        if (point > 0x10FFFF) {
            return fg_error_set(pickle->error, -EINVAL,
                                "a text is damaged: U+%X is not a character", point);
        }
        used += write_utf8(text + used, point);
    }
    *ret_text = (fg_value){.kind = FG_VALUE_TEXT, .size = (uint32_t)used, .bytes = text};
    return 0;
}
