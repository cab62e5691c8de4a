/* Reads dlib's own vectors. */
#include "import/dlib_vector.h"
#include "import/numpy.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* Exponents that stand for what is no number. */
enum { IS_INFINITE = 32000 };

typedef struct reader {
    const unsigned char *at;
    const unsigned char *end;
} reader;

/* A byte with the sign and the number of bytes that follow, the lowest first. */
static bool take_integer(reader *from, int64_t *ret_number)
{
    uint64_t number = 0;
    if (from->at == from->end) {
        return false;
    }
    unsigned char control = *from->at++;
    unsigned width = control & 0x0F;
    if ((control & 0x70) != 0 || width > sizeof(number) || from->end - from->at < (long)width) {
        return false;
    }
    for (unsigned i = 0; i < width; i++) {
        number |= (uint64_t)*from->at++ << (8 * i);
    }
    if (number > INT64_MAX) {
        return false;
    }
    *ret_number = (control & 0x80) != 0 ? -(int64_t)number : (int64_t)number;
    return true;
}

static bool take_number(reader *from, double *ret_number)
{
    int64_t mantissa;
    int64_t exponent;
    if (!take_integer(from, &mantissa) || !take_integer(from, &exponent) ||
        exponent < -IS_INFINITE || exponent > INT16_MAX) {
        return false;
    }
    *ret_number = exponent >= IS_INFINITE ? (double)NAN : ldexp((double)mantissa, (int)exponent);
    return true;
}

static void put_number(double number, unsigned char *to)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof(bits));
    for (size_t i = 0; i < sizeof(bits); i++) {
        to[i] = (unsigned char)(bits >> (8 * i));
    }
}

/* Rows and columns are negative, which tells them from those of an older format. */
static bool read_all(fg_value_memory *memory, reader *from, fg_numpy_array *array)
{
    int64_t rows;
    int64_t columns;
    if (!take_integer(from, &rows) || !take_integer(from, &columns) || rows > 0 || columns != -1 ||
        -rows > from->end - from->at) {
        return false;
    }
    size_t count = (size_t)-rows;
    unsigned char *data = fg_value_allocate(memory, count * sizeof(double) + 1);
    for (size_t i = 0; i < count; i++) {
        double number;
        if (data == NULL || !take_number(from, &number)) {
            return false;
        }
        put_number(number, data + i * sizeof(number));
    }
    *array = (fg_numpy_array){.type = {.kind = 'f', .size = sizeof(double)},
                              .dimensions = 1,
                              .shape = {count},
                              .data = data};
    return from->at == from->end && data != NULL;
}

int fg_dlib_vector_read(fg_value_memory *memory, fg_value bytes, fg_value *ret_array,
                        fg_error *error)
{
    reader from = {.at = bytes.bytes, .end = bytes.bytes + bytes.size};
    fg_numpy_array *array = fg_value_allocate(memory, sizeof(*array));
    if (array == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory");
    }
    if (!fg_value_is_string(bytes) || !read_all(memory, &from, array)) {
        return fg_error_set(error, -EINVAL, "a vector is not in dlib's format");
    }
    *ret_array = (fg_value){.kind = FG_VALUE_ARRAY, .array = array};
    return 0;
}
