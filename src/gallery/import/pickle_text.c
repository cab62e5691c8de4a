/* Reads a pickle's texts in Python's several spellings. */
#include "import/pickle_text.h"
#include "import/pickle_machine.h"

#include <errno.h>
#include <string.h>

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
    unsigned char *text = fg_value_allocate(pickle->memory, 2 * size);
    size_t used = 0;
    if (text == NULL) {
        return fg_pickle_out_of_memory(pickle);
    }
    for (size_t at = 0; at < size;) {
        bool escaped = line[at] == '\\' && at + 1 < size && (line[at + 1] | 0x20) == 'u';
        if (!escaped) {
            used += fg_value_put_utf8(text + used, line[at++]);
            continue;
        }
        size_t digits = line[at + 1] == 'u' ? 4 : 8;
        uint32_t point = read_hex(line + at + 2, size - at - 2, digits);
        if (point > 0x10FFFF) {
            return fg_error_set(pickle->error, -EINVAL,
                                "a text is damaged: its \\%c is not a character", line[at + 1]);
        }
        used += fg_value_put_utf8(text + used, point);
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
    unsigned char *bytes = fg_value_allocate(pickle->memory, size);
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
    unsigned char *bytes = fg_value_allocate(pickle->memory, text.size);
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
