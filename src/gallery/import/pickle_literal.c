/* The instructions of a pickle that push a number, a text or bytes. */
#include "import/pickle_literal.h"
#include "import/numpy.h"
#include "import/pickle_machine.h"
#include "import/pickle_text.h"

#include <errno.h>
#include <stdlib.h>

int fg_pickle_push_none(fg_pickle *pickle, unsigned unused)
{
    (void)unused;
    return fg_pickle_push(pickle, (fg_value){.kind = FG_VALUE_NONE});
}

static int push_integer(fg_pickle *pickle, int64_t number)
{
    return fg_pickle_push(pickle, (fg_value){.kind = FG_VALUE_INTEGER, .integer = number});
}

int fg_pickle_push_bool(fg_pickle *pickle, unsigned truth)
{
    return fg_pickle_push(pickle, (fg_value){.kind = FG_VALUE_BOOL, .integer = truth});
}

int fg_pickle_push_unsigned(fg_pickle *pickle, unsigned width)
{
    uint64_t number;
    return fg_pickle_take_unsigned(pickle, width, &number) ? push_integer(pickle, (int64_t)number)
                                                           : -EINVAL;
}

/* Two's complement, little-endian, of at most 8 bytes. */
int fg_pickle_push_signed(fg_pickle *pickle, unsigned width)
{
    uint64_t number;
    if (!fg_pickle_take_unsigned(pickle, width, &number)) {
        return -EINVAL;
    }
    unsigned unused = 64 - 8 * width;
    bool negative = width > 0 && (number >> (8 * width - 1)) != 0;
    if (negative && unused > 0) {
        number |= UINT64_MAX << (8 * width);
    }
    return push_integer(pickle, (int64_t)number);
}

int fg_pickle_push_long(fg_pickle *pickle, unsigned width)
{
    uint64_t length;
    if (!fg_pickle_take_unsigned(pickle, width, &length)) {
        return -EINVAL;
    }
    /* Nothing here is that large; a number of some other use may be. */
    if (length > 8) {
        return fg_pickle_take(pickle, length) != NULL
                   ? fg_pickle_push_object(pickle, "", "a large integer")
                   : -EINVAL;
    }
    return fg_pickle_push_signed(pickle, (unsigned)length);
}

/* Python 2 and 3 write bools as "00" and "01" there. */
int fg_pickle_push_integer_line(fg_pickle *pickle, unsigned is_long)
{
    const unsigned char *next = pickle->data + pickle->at;
    int64_t number;
    bool is_bool = is_long == 0 && pickle->size - pickle->at >= 3 && next[0] == '0' &&
                   (next[1] == '0' || next[1] == '1') && next[2] == '\n';
    int result = fg_pickle_take_integer_line(pickle, &number);
    if (result != 0) {
        return result;
    }
    return is_bool ? fg_pickle_push_bool(pickle, (unsigned)number) : push_integer(pickle, number);
}

int fg_pickle_push_float_line(fg_pickle *pickle, unsigned unused)
{
    char text[FG_PICKLE_NUMBER_LINE];
    char *end;
    (void)unused;
    int result = fg_pickle_take_number_line(pickle, text);
    if (result != 0) {
        return result;
    }
    double number = strtod(text, &end);
    if (*end != '\0') {
        return fg_pickle_damaged(pickle, "a number is invalid");
    }
    return fg_pickle_push(pickle, (fg_value){.kind = FG_VALUE_NUMBER, .number = number});
}

int fg_pickle_push_float(fg_pickle *pickle, unsigned unused)
{
    static const fg_numpy_type type = {.kind = 'f', .size = 8, .big_endian = true};
    (void)unused;
    const unsigned char *bytes = fg_pickle_take(pickle, 8);
    return bytes == NULL
               ? -EINVAL
               : fg_pickle_push(pickle, (fg_value){.kind = FG_VALUE_NUMBER,
                                                   .number = fg_numpy_number(&type, bytes)});
}

static int push_string(fg_pickle *pickle, fg_value_kind kind, unsigned width)
{
    uint64_t size;
    const unsigned char *bytes = NULL;
    if (!fg_pickle_take_unsigned(pickle, width, &size) ||
        (bytes = fg_pickle_take(pickle, size)) == NULL) {
        return -EINVAL;
    }
    return fg_pickle_push(pickle, (fg_value){.kind = kind, .size = (uint32_t)size, .bytes = bytes});
}

int fg_pickle_push_text(fg_pickle *pickle, unsigned width)
{
    return push_string(pickle, FG_VALUE_TEXT, width);
}

int fg_pickle_push_bytes(fg_pickle *pickle, unsigned width)
{
    return push_string(pickle, FG_VALUE_BYTES, width);
}

int fg_pickle_push_text_line(fg_pickle *pickle, unsigned unused)
{
    size_t size;
    fg_value text;
    (void)unused;
    const unsigned char *line = fg_pickle_take_line(pickle, &size);
    int result = line == NULL ? -EINVAL : fg_pickle_decode_unicode(pickle, line, size, &text);
    return result != 0 ? result : fg_pickle_push(pickle, text);
}

int fg_pickle_push_bytes_line(fg_pickle *pickle, unsigned unused)
{
    size_t size;
    fg_value bytes;
    (void)unused;
    const unsigned char *line = fg_pickle_take_line(pickle, &size);
    int result = line == NULL ? -EINVAL : fg_pickle_decode_string(pickle, line, size, &bytes);
    return result != 0 ? result : fg_pickle_push(pickle, bytes);
}
