/* Makes a pickle's values in memory that has a bound. */
#include "import/value.h"

#include <stdlib.h>
#include <string.h>

#define ALIGNMENT  ((size_t)16)
#define BLOCK_SIZE ((size_t)64 << 10)

typedef struct fg_value_block {
    struct fg_value_block *next;
    size_t size;
    _Alignas(16) unsigned char bytes[];
} block;

void *fg_value_allocate(fg_value_memory *memory, size_t size)
{
    if (size > FG_VALUE_MEMORY) {
        return NULL;
    }
    size_t needed = (size / ALIGNMENT + 1) * ALIGNMENT;
    if (needed > memory->left) {
        size_t room = needed > BLOCK_SIZE ? needed : BLOCK_SIZE;
        if (room > FG_VALUE_MEMORY - memory->taken) {
            return NULL;
        }
        block *fresh = calloc(1, sizeof(*fresh) + room);
        if (fresh == NULL) {
            return NULL;
        }
        fresh->next = memory->blocks;
        fresh->size = room;
        memory->blocks = fresh;
        memory->left = room;
        memory->taken += room;
    }
    block *newest = memory->blocks;
    void *place = newest->bytes + (newest->size - memory->left);
    memory->left -= needed;
    return place;
}

void fg_value_release(fg_value_memory *memory)
{
    while (memory->blocks != NULL) {
        block *next = memory->blocks->next;
        free(memory->blocks);
        memory->blocks = next;
    }
    memory->left = 0;
    memory->taken = 0;
}

bool fg_value_list_add(fg_value_memory *memory, fg_value_list *list, const fg_value *values,
                       size_t count)
{
    if (count == 0) {
        return true;
    }
    if (count > list->room - list->count) {
        size_t room = list->count + (count > list->count ? count : list->count);
        if (room > FG_VALUE_MEMORY / sizeof(*values)) {
            return false;
        }
        fg_value *items = fg_value_allocate(memory, room * sizeof(*items));
        if (items == NULL) {
            return false;
        }
        if (list->count > 0) {
            memcpy(items, list->items, list->count * sizeof(*items));
        }
        list->items = items;
        list->room = room;
    }
    memcpy(list->items + list->count, values, count * sizeof(*values));
    list->count += count;
    return true;
}

bool fg_value_is_text(fg_value value, const char *text)
{
    size_t size = strlen(text);
    return (value.kind == FG_VALUE_TEXT || value.kind == FG_VALUE_BYTES) && value.size == size &&
           memcmp(value.bytes, text, size) == 0;
}

const char *fg_value_kind_name(fg_value value)
{
    static const char *const names[] = {
        [FG_VALUE_UNSET] = "nothing",     [FG_VALUE_NONE] = "None",
        [FG_VALUE_BOOL] = "a bool",       [FG_VALUE_INTEGER] = "an integer",
        [FG_VALUE_NUMBER] = "a number",   [FG_VALUE_TEXT] = "a text",
        [FG_VALUE_BYTES] = "bytes",       [FG_VALUE_LIST] = "a list",
        [FG_VALUE_TUPLE] = "a tuple",     [FG_VALUE_DICT] = "a dict",
        [FG_VALUE_GLOBAL] = "a function", [FG_VALUE_DTYPE] = "a dtype",
        [FG_VALUE_ARRAY] = "an array",
    };
    return names[value.kind];
}

double fg_numpy_number(const fg_numpy_type *type, const unsigned char *bytes)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < type->size; i++) {
        bits = bits << 8 | bytes[type->big_endian ? i : type->size - 1 - i];
    }
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

double fg_numpy_array_number(const fg_numpy_array *array, size_t row, size_t column)
{
    size_t rows = array->dimensions == 2 ? array->shape[0] : 1;
    size_t columns = array->shape[array->dimensions - 1];
    size_t index = array->by_columns ? column * rows + row : row * columns + column;
    return fg_numpy_number(&array->type, array->data + index * array->type.size);
}
