/* Reads encodings and names out of values. */
#include "import/encoding_value.h"
#include "facegate/text.h"
#include "import/numpy.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define DEPTH 3

fg_entry fg_entry_at(fg_value series, size_t index, size_t count)
{
    series = fg_numpy_resolve(series);
    if (series.kind == FG_VALUE_ARRAY && count > 0) {
        size_t each = fg_numpy_count(series.array) / count;
        return (fg_entry){series, index * each, each};
    }
    return (fg_entry){series.list->items[index], 0, 0};
}

static int keep_number(double number, size_t index, float ret_encoding[FG_ENCODING_SIZE],
                       fg_error *error)
{
    /* Also false for NAN. */
    if (!(number <= DBL_MAX && number >= -DBL_MAX)) {
        return fg_error_set(error, -EINVAL, "number %zu is not finite", index + 1);
    }
    if (number > FLT_MAX || number < -FLT_MAX) {
        return fg_error_set(error, -EINVAL, "number %zu, %g, does not fit float32", index + 1,
                            number);
    }
    ret_encoding[index] = (float)number;
    return 0;
}

static int check_count(size_t count, fg_error *error)
{
    return count == FG_ENCODING_SIZE
               ? 0
               : fg_error_set(error, -EINVAL, "has %zu numbers, not %d", count, FG_ENCODING_SIZE);
}

static int read_numbers(const fg_value_list *list, float ret_encoding[FG_ENCODING_SIZE],
                        fg_error *error)
{
    int result = check_count(list->count, error);
    for (size_t i = 0; result == 0 && i < FG_ENCODING_SIZE; i++) {
        fg_value item = list->items[i];
        if (item.kind != FG_VALUE_NUMBER && item.kind != FG_VALUE_INTEGER) {
            return fg_error_set(error, -EINVAL, "number %zu is %s", i + 1,
                                fg_value_kind_name(item));
        }
        double number = item.kind == FG_VALUE_NUMBER ? item.number : (double)item.integer;
        result = keep_number(number, i, ret_encoding, error);
    }
    return result;
}

static int give(float *encoding, int result, const fg_error *fault, fg_take_encoding *take,
                void *context)
{
    return take(context, result == 0 ? encoding : NULL, fault);
}

/* Numbers of an array from `first` on, in rows of its last dimension. */
static int walk_array(const fg_numpy_array *array, size_t first, size_t count,
                      fg_take_encoding *take, void *context)
{
    float encoding[FG_ENCODING_SIZE];
    fg_error fault = {""};
    char shown[FG_VALUE_SHOWN];
    size_t last;
    fg_numpy_real_dimensions(array, &last);
    if (array->data == NULL || array->type.kind != 'f') {
        fg_value value = {.kind = FG_VALUE_ARRAY, .array = (fg_numpy_array *)array};
        int result = fg_error_set(&fault, -EINVAL, "is %s, not of float32 or float64",
                                  fg_value_describe(value, shown));
        return give(NULL, result, &fault, take, context);
    }
    size_t rows = last > 0 ? count / last : 0;
    int ended = 0;
    if (rows == 0) {
        return give(NULL, fg_error_set(&fault, -EINVAL, "is empty"), &fault, take, context);
    }
    for (size_t row = 0; ended == 0 && row < rows; row++) {
        int result = check_count(last, &fault);
        for (size_t i = 0; result == 0 && i < FG_ENCODING_SIZE; i++) {
            double number = fg_numpy_number_at(array, first + row * last + i);
            result = keep_number(number, i, encoding, &fault);
        }
        ended = give(encoding, result, &fault, take, context);
    }
    return ended;
}

static int walk(fg_value value, int depth, fg_take_encoding *take, void *context)
{
    float encoding[FG_ENCODING_SIZE];
    fg_error fault = {""};
    char shown[FG_VALUE_SHOWN];
    int ended = 0;
    value = fg_numpy_resolve(value);
    if (value.kind == FG_VALUE_ARRAY) {
        return walk_array(value.array, 0, fg_numpy_count(value.array), take, context);
    }
    if (!fg_value_is_sequence(value)) {
        int result = fg_error_set(&fault, -EINVAL, "is %s, not an array or a list of %d numbers",
                                  fg_value_describe(value, shown), FG_ENCODING_SIZE);
        return give(NULL, result, &fault, take, context);
    }
    if (value.list->count == 0) {
        return give(NULL, fg_error_set(&fault, -EINVAL, "is empty"), &fault, take, context);
    }
    fg_value first = fg_numpy_resolve(value.list->items[0]);
    if (depth == DEPTH || !(fg_value_is_sequence(first) || first.kind == FG_VALUE_ARRAY)) {
        int result = read_numbers(value.list, encoding, &fault);
        return give(encoding, result, &fault, take, context);
    }
    for (size_t i = 0; ended == 0 && i < value.list->count; i++) {
        ended = walk(value.list->items[i], depth + 1, take, context);
    }
    return ended;
}

int fg_entry_encodings(fg_entry entry, fg_take_encoding *take, void *context)
{
    return entry.count > 0 ? walk_array(entry.value.array, entry.first, entry.count, take, context)
                           : walk(entry.value, 0, take, context);
}

static int check_text(fg_value text, char ret_name[FG_NAME_SIZE], fg_error *error)
{
    char name[FG_NAME_SIZE] = "";
    if (text.size >= FG_NAME_SIZE) {
        return fg_error_set(error, -EINVAL, "the name has %u bytes, more than the %d allowed",
                            text.size, FG_NAME_SIZE - 1);
    }
    if (memchr(text.bytes, '\0', text.size) != NULL) {
        return fg_error_set(error, -EINVAL, "the name has a control character (U+0000)");
    }
    memcpy(name, text.bytes, text.size);
    int result = fg_gallery_check_name(name, error);
    if (result == 0) {
        memcpy(ret_name, name, sizeof(name));
    }
    return result;
}

int fg_name_read(fg_value value, const char *what, char ret_name[FG_NAME_SIZE], fg_error *error)
{
    char shown[FG_VALUE_SHOWN];
    value = fg_numpy_resolve(value);
    if (value.kind == FG_VALUE_INTEGER) {
        snprintf(ret_name, FG_NAME_SIZE, "%jd", (intmax_t)value.integer);
        return 0;
    }
    /* Tables make fractions of numbers if one of them is missing. */
    if (value.kind == FG_VALUE_NUMBER && fabs(value.number) < 1e15 &&
        fabs(value.number - trunc(value.number)) <= 0) {
        snprintf(ret_name, FG_NAME_SIZE, "%.0f", value.number);
        return 0;
    }
    if (!fg_value_is_string(value)) {
        return fg_error_set(error, -EINVAL, "%s is %s, not a text", what,
                            fg_value_describe(value, shown));
    }
    int result = check_text(value, ret_name, error);
    if (result != 0) {
        fg_text_show((const char *)value.bytes, value.size, shown);
        return fg_error_prefix(
            error, result,
            "%s \"%s\" cannot be used: change it in the script that creates the file", what, shown);
    }
    return 0;
}
