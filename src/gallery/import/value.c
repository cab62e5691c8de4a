/* Makes values in memory that has a bound, and describes them. */
#include "import/value.h"
#include "facegate/text.h"
#include "import/numpy.h"

#include <stdio.h>
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

fg_value fg_value_text(const char *text)
{
    return (fg_value){.kind = FG_VALUE_TEXT,
                      .size = (uint32_t)strlen(text),
                      .bytes = (const unsigned char *)text};
}

bool fg_value_is_text(fg_value value, const char *text)
{
    size_t size = strlen(text);
    return fg_value_is_string(value) && value.size == size && memcmp(value.bytes, text, size) == 0;
}

bool fg_value_is_string(fg_value value)
{
    return value.kind == FG_VALUE_TEXT || value.kind == FG_VALUE_BYTES;
}

bool fg_value_is_sequence(fg_value value)
{
    return value.kind == FG_VALUE_LIST || value.kind == FG_VALUE_TUPLE;
}

const char *fg_value_kind_name(fg_value value)
{
    static const char *const names[] = {
        [FG_VALUE_UNSET] = "nothing",     [FG_VALUE_NONE] = "None",
        [FG_VALUE_BOOL] = "a bool",       [FG_VALUE_INTEGER] = "an integer",
        [FG_VALUE_NUMBER] = "a number",   [FG_VALUE_TEXT] = "a text",
        [FG_VALUE_BYTES] = "bytes",       [FG_VALUE_LIST] = "a list",
        [FG_VALUE_TUPLE] = "a tuple",     [FG_VALUE_DICT] = "a dict",
        [FG_VALUE_GLOBAL] = "a function", [FG_VALUE_OBJECT] = "an object",
        [FG_VALUE_DTYPE] = "a dtype",     [FG_VALUE_ARRAY] = "an array",
    };
    return names[value.kind];
}

static void describe_name(const fg_value_name *name, char ret_text[FG_VALUE_SHOWN])
{
    char module[FG_TEXT_SHOWN];
    char last[FG_TEXT_SHOWN];
    fg_text_show((const char *)name->module.bytes, name->module.size, module);
    fg_text_show((const char *)name->name.bytes, name->name.size, last);
    snprintf(ret_text, FG_VALUE_SHOWN, "%s%s%s", module, module[0] != '\0' ? "." : "", last);
}

static void describe_array(const fg_numpy_array *array, char ret_text[FG_VALUE_SHOWN])
{
    char shape[64] = "";
    size_t used = 0;
    for (int i = 0; i < array->dimensions && used < sizeof(shape); i++) {
        int added = snprintf(shape + used, sizeof(shape) - used, "%s%zu", i > 0 ? "x" : "",
                             array->shape[i]);
        used += (size_t)added;
    }
    char kind[2] = {array->type.kind, '\0'};
    fg_text_clean(kind);
    snprintf(ret_text, FG_VALUE_SHOWN, "an array of %s%snumpy type %s%u", shape,
             array->dimensions > 0 ? ", " : "", kind, array->type.size);
}

const char *fg_value_describe(fg_value value, char ret_text[FG_VALUE_SHOWN])
{
    if (value.kind == FG_VALUE_OBJECT || value.kind == FG_VALUE_GLOBAL) {
        describe_name(value.name, ret_text);
    } else if (value.kind == FG_VALUE_ARRAY && value.array->items == NULL) {
        describe_array(value.array, ret_text);
    } else if (fg_value_is_sequence(value) || value.kind == FG_VALUE_DICT) {
        size_t count = value.kind == FG_VALUE_DICT ? value.list->count / 2 : value.list->count;
        char each[FG_VALUE_SHOWN] = "";
        if (count > 0 && value.list->items[0].kind == FG_VALUE_OBJECT) {
            describe_name(value.list->items[0].name, each);
        }
        snprintf(ret_text, FG_VALUE_SHOWN, "%s of %zu %.100s", fg_value_kind_name(value), count,
                 each);
        ret_text[strlen(ret_text) - (each[0] == '\0' ? 1 : 0)] = '\0';
    } else {
        snprintf(ret_text, FG_VALUE_SHOWN, "%s", fg_value_kind_name(value));
    }
    fg_text_clean(ret_text); /* a name may have been cut inside of a character */
    return ret_text;
}

size_t fg_value_put_utf8(unsigned char *text, uint32_t point)
{
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t length = point < 0x10000 ? 3 : 4;
    if (point < 0x80) {
        text[0] = (unsigned char)point;
        return 1;
    }
    if (point < 0x800) {
        length = 2;
    }
    for (size_t i = length - 1; i > 0; i--) {
        text[i] = (unsigned char)(0x80 | (point & 0x3F));
        point >>= 6;
    }
    text[0] = (unsigned char)(lead[length] | point);
    return length;
}
