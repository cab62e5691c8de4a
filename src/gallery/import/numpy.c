/* Reads numpy's types, and elements of its arrays. */
#include "import/numpy.h"
#include "facegate/text.h"

#include <errno.h>
#include <string.h>

/* Arrays of one object in one another, before somebody made them to loop. */
#define RESOLVE_LIMIT 8

bool fg_numpy_parse_type(fg_value text, fg_numpy_type *ret_type)
{
    static const size_t longest = 10;
    fg_numpy_type type = {.kind = '\0'};
    if (!fg_value_is_string(text) || text.size > longest) {
        return false;
    }
    const unsigned char *at = text.bytes;
    const unsigned char *end = at + text.size;
    if (at < end && (*at == '<' || *at == '>' || *at == '|' || *at == '=')) {
        type.big_endian = *at++ == '>';
    }
    if (at == end) {
        return false;
    }
    type.kind = (char)*at++;
    /* Times have their unit behind the size: M8[ns]. */
    for (; at < end && *at != '['; at++) {
        if (*at < '0' || *at > '9') {
            return false;
        }
        type.size = type.size * 10 + (*at - '0');
    }
    *ret_type = type;
    return true;
}

bool fg_numpy_is_float(const fg_numpy_type *type)
{
    return type->kind == 'f' && (type->size == 4 || type->size == 8);
}

bool fg_numpy_is_integer(const fg_numpy_type *type)
{
    bool fits = type->size == 1 || type->size == 2 || type->size == 4 || type->size == 8;
    return (type->kind == 'i' || type->kind == 'u') && fits;
}

size_t fg_numpy_size(const fg_numpy_type *type)
{
    if (fg_numpy_is_float(type) || fg_numpy_is_integer(type) || type->kind == 'S') {
        return type->size;
    }
    return type->kind == 'U' ? (size_t)type->size * 4 : 0;
}

static int damaged(fg_error *error, const char *what)
{
    return fg_error_set(error, -EINVAL, "%s is not in numpy's format", what);
}

/* The elements of a shape; false where there are more than any file has. */
static bool multiply(const fg_numpy_array *array, uint64_t *ret_elements)
{
    uint64_t elements = 1;
    for (int i = 0; i < array->dimensions; i++) {
        if (array->shape[i] > UINT32_MAX || elements > UINT32_MAX) {
            return false;
        }
        elements *= array->shape[i];
    }
    *ret_elements = elements;
    return true;
}

int fg_numpy_layout(fg_value shape, fg_value type, bool by_columns, fg_numpy_array *ret_layout,
                    fg_error *error)
{
    fg_numpy_array layout = {.by_columns = by_columns, .dimensions = FG_NUMPY_DIMENSIONS + 1};
    if (shape.kind != FG_VALUE_TUPLE || type.kind != FG_VALUE_DTYPE) {
        return damaged(error, "an array");
    }
    const fg_value_list *lengths = shape.list;
    layout.type = *type.dtype;
    if (lengths->count <= FG_NUMPY_DIMENSIONS) {
        layout.dimensions = (int)lengths->count;
        for (int i = 0; i < layout.dimensions; i++) {
            fg_value length = lengths->items[i];
            if (length.kind != FG_VALUE_INTEGER || length.integer < 0 ||
                length.integer > UINT32_MAX) {
                return damaged(error, "an array's shape");
            }
            layout.shape[i] = (size_t)length.integer;
        }
    }
    *ret_layout = layout;
    return 0;
}

bool fg_numpy_bytes(const fg_numpy_array *array, uint64_t *ret_bytes)
{
    uint64_t elements;
    uint64_t each = fg_numpy_size(&array->type);
    if (array->dimensions > FG_NUMPY_DIMENSIONS || !multiply(array, &elements) ||
        elements > UINT32_MAX || each > UINT32_MAX) {
        return false;
    }
    *ret_bytes = elements * each;
    return true;
}

int fg_numpy_fill(fg_numpy_array *array, const fg_numpy_array *contents, const unsigned char *data,
                  size_t size, fg_error *error)
{
    uint64_t elements;
    uint64_t each = fg_numpy_size(&contents->type);
    fg_numpy_array fresh = *contents;
    if (each == 0) {
        fresh.data = NULL;
    } else if (!multiply(contents, &elements) || elements != size / each || size % each != 0) {
        return damaged(error, "an array's size");
    } else {
        fresh.data = data;
    }
    *array = fresh;
    return 0;
}

int fg_numpy_fill_objects(fg_value_memory *memory, fg_numpy_array *array,
                          const fg_numpy_array *contents, const fg_value_list *items,
                          fg_error *error)
{
    uint64_t elements;
    if (!multiply(contents, &elements) || elements != items->count) {
        return damaged(error, "an array's size");
    }
    fg_value_list *rows = fg_value_allocate(memory, sizeof(*rows));
    if (rows == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory");
    }
    /* Of more than two dimensions the rows are one list each, which is enough to look for texts. */
    size_t count = contents->dimensions > 1 && elements > 0 ? contents->shape[0] : items->count;
    for (size_t i = 0; i < count; i++) {
        fg_value row = {.kind = FG_VALUE_LIST};
        size_t length = items->count / count;
        bool added = true;
        if (contents->dimensions > 1) {
            row.list = fg_value_allocate(memory, sizeof(*row.list));
            added = row.list != NULL &&
                    fg_value_list_add(memory, row.list, items->items + i * length, length);
        } else {
            row = items->items[i];
        }
        if (!added || !fg_value_list_add(memory, rows, &row, 1)) {
            return fg_error_set(error, -ENOMEM, "not enough memory");
        }
    }
    *array = *contents;
    array->items = rows;
    return 0;
}

size_t fg_numpy_count(const fg_numpy_array *array)
{
    size_t count = 1;
    for (int i = 0; i < array->dimensions; i++) {
        count *= array->shape[i];
    }
    return count;
}

int fg_numpy_real_dimensions(const fg_numpy_array *array, size_t *ret_last)
{
    int dimensions = 0;
    size_t last = 1;
    for (int i = 0; i < array->dimensions; i++) {
        if (array->shape[i] != 1) {
            dimensions++;
            last = array->shape[i];
        }
    }
    *ret_last = last;
    return dimensions;
}

/* Where an element is, counted in elements. */
static size_t place_of(const fg_numpy_array *array, size_t index)
{
    if (!array->by_columns) {
        return index;
    }
    size_t place = 0;
    size_t stride = fg_numpy_count(array);
    for (int i = array->dimensions - 1; i >= 0; i--) {
        stride /= array->shape[i];
        place += index % array->shape[i] * stride;
        index /= array->shape[i];
    }
    return place;
}

static uint64_t take_bits(const fg_numpy_type *type, const unsigned char *bytes)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < type->size; i++) {
        bits = bits << 8 | bytes[type->big_endian ? i : type->size - 1 - i];
    }
    return bits;
}

double fg_numpy_number(const fg_numpy_type *type, const unsigned char *bytes)
{
    uint64_t bits = take_bits(type, bytes);
    if (type->size == 4) {
        uint32_t half = (uint32_t)bits;
        float number;
        memcpy(&number, &half, sizeof(number));
        return (double)number;
    }
    double number;
    memcpy(&number, &bits, sizeof(number));
    return number;
}

static int64_t integer_of(const fg_numpy_type *type, const unsigned char *bytes)
{
    uint64_t bits = take_bits(type, bytes);
    unsigned unused = 64 - 8 * type->size;
    if (type->kind == 'i' && unused > 0 && (bits >> (8 * type->size - 1)) != 0) {
        bits |= UINT64_MAX << (8 * type->size);
    }
    return (int64_t)bits;
}

double fg_numpy_number_at(const fg_numpy_array *array, size_t index)
{
    const unsigned char *bytes = array->data + place_of(array, index) * fg_numpy_size(&array->type);
    return array->type.kind == 'f' ? fg_numpy_number(&array->type, bytes)
                                   : (double)integer_of(&array->type, bytes);
}

static uint32_t read_point(const fg_numpy_type *type, const unsigned char *bytes)
{
    uint32_t point = 0;
    for (size_t i = 0; i < 4; i++) {
        point = point << 8 | bytes[type->big_endian ? i : 3 - i];
    }
    return point;
}

/* UTF-32, filled up with zeroes. */
static int decode_text(fg_value_memory *memory, const fg_numpy_type *type,
                       const unsigned char *bytes, fg_value *ret_text, fg_error *error)
{
    size_t length = type->size;
    size_t used = 0;
    while (length > 0 && read_point(type, bytes + 4 * (length - 1)) == 0) {
        length--;
    }
    unsigned char *text = fg_value_allocate(memory, 4 * length);
    if (text == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory");
    }
    for (size_t i = 0; i < length; i++) {
        uint32_t point = read_point(type, bytes + 4 * i);
        if (point > 0x10FFFF) {
            return fg_error_set(error, -EINVAL, "a text is damaged: U+%X is not a character",
                                point);
        }
        used += fg_value_put_utf8(text + used, point);
    }
    *ret_text = (fg_value){.kind = FG_VALUE_TEXT, .size = (uint32_t)used, .bytes = text};
    return 0;
}

int fg_numpy_element(fg_value_memory *memory, const fg_numpy_type *type, const unsigned char *bytes,
                     fg_value *ret_value, fg_error *error)
{
    if (type->kind == 'U') {
        return decode_text(memory, type, bytes, ret_value, error);
    }
    if (type->kind == 'S') {
        size_t size = type->size;
        while (size > 0 && bytes[size - 1] == '\0') {
            size--;
        }
        *ret_value = (fg_value){.kind = FG_VALUE_BYTES, .size = (uint32_t)size, .bytes = bytes};
    } else if (type->kind == 'f') {
        *ret_value = (fg_value){.kind = FG_VALUE_NUMBER, .number = fg_numpy_number(type, bytes)};
    } else {
        *ret_value = (fg_value){.kind = FG_VALUE_INTEGER, .integer = integer_of(type, bytes)};
    }
    return 0;
}

int fg_numpy_element_at(fg_value_memory *memory, const fg_numpy_array *array, size_t index,
                        fg_value *ret_value, fg_error *error)
{
    const unsigned char *bytes = array->data + place_of(array, index) * fg_numpy_size(&array->type);
    return fg_numpy_element(memory, &array->type, bytes, ret_value, error);
}

fg_value fg_numpy_resolve(fg_value value)
{
    for (int i = 0; i < RESOLVE_LIMIT && value.kind == FG_VALUE_ARRAY; i++) {
        fg_value_list *items = value.array->items;
        if (items == NULL) {
            return value;
        }
        value = value.array->dimensions == 0 ? items->items[0]
                                             : (fg_value){.kind = FG_VALUE_LIST, .list = items};
    }
    return value;
}
