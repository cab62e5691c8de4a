/* A pickle's stack, its marks and the bytes still to come. */
#include "import/pickle_machine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define STACK_LIMIT ((size_t)1 << 20)

int fg_pickle_out_of_memory(fg_pickle *pickle)
{
    return fg_error_set(pickle->error, -ENOMEM,
                        "needs more than %zu MiB of memory, or more than is free: split it",
                        FG_VALUE_MEMORY >> 20);
}

int fg_pickle_damaged(fg_pickle *pickle, const char *what)
{
    return fg_error_set(pickle->error, -EINVAL, "%s: the file is damaged", what);
}

int fg_pickle_push(fg_pickle *pickle, fg_value value)
{
    if (pickle->stack.count >= STACK_LIMIT) {
        return fg_error_set(pickle->error, -EINVAL, "more than %zu values are unused at once",
                            STACK_LIMIT);
    }
    if (!fg_value_list_add(pickle->memory, &pickle->stack, &value, 1)) {
        return fg_pickle_out_of_memory(pickle);
    }
    return 0;
}

int fg_pickle_push_object(fg_pickle *pickle, const char *module, const char *name)
{
    fg_value_name *made = fg_value_allocate(pickle->memory, sizeof(*made));
    if (made == NULL) {
        return fg_pickle_out_of_memory(pickle);
    }
    made->module = fg_value_text(module);
    made->name = fg_value_text(name);
    return fg_pickle_push(pickle, (fg_value){.kind = FG_VALUE_OBJECT, .name = made});
}

const fg_value *fg_pickle_pop(fg_pickle *pickle, size_t count)
{
    size_t base = pickle->depth > 0 ? pickle->marks[pickle->depth - 1] : 0;
    if (pickle->stack.count - base < count) {
        fg_pickle_damaged(pickle, "it uses a value that does not exist");
        return NULL;
    }
    pickle->stack.count -= count;
    return pickle->stack.items + pickle->stack.count;
}

bool fg_pickle_pop_mark(fg_pickle *pickle, fg_value_list *ret_values)
{
    if (pickle->depth == 0) {
        fg_pickle_damaged(pickle, "it ends something that it never began");
        return false;
    }
    size_t base = pickle->marks[--pickle->depth];
    *ret_values = (fg_value_list){.count = pickle->stack.count - base};
    ret_values->items = ret_values->count > 0 ? pickle->stack.items + base : NULL;
    pickle->stack.count = base;
    return true;
}

const unsigned char *fg_pickle_take(fg_pickle *pickle, uint64_t count)
{
    size_t left = pickle->size - pickle->at;
    if (count > left) {
        fg_error_set(pickle->error, -EINVAL,
                     "%ju more bytes are announced, the file has %zu: it was cut off or is damaged",
                     (uintmax_t)count, left);
        return NULL;
    }
    pickle->at += (size_t)count;
    return pickle->data + pickle->at - count;
}

bool fg_pickle_take_unsigned(fg_pickle *pickle, unsigned width, uint64_t *ret_number)
{
    const unsigned char *bytes = fg_pickle_take(pickle, width);
    uint64_t number = 0;
    if (bytes == NULL) {
        return false;
    }
    for (unsigned i = 0; i < width; i++) {
        number |= (uint64_t)bytes[i] << (8 * i);
    }
    *ret_number = number;
    return true;
}

const unsigned char *fg_pickle_take_line(fg_pickle *pickle, size_t *ret_size)
{
    const unsigned char *line = pickle->data + pickle->at;
    const unsigned char *end = memchr(line, '\n', pickle->size - pickle->at);
    if (end == NULL) {
        fg_pickle_damaged(pickle, "its last line has no end");
        return NULL;
    }
    *ret_size = (size_t)(end - line);
    pickle->at += *ret_size + 1;
    return line;
}

int fg_pickle_take_number_line(fg_pickle *pickle, char ret_text[FG_PICKLE_NUMBER_LINE])
{
    size_t size;
    const unsigned char *line = fg_pickle_take_line(pickle, &size);
    if (line == NULL) {
        return -EINVAL;
    }
    if (size == 0 || size >= FG_PICKLE_NUMBER_LINE || memchr(line, '\0', size) != NULL) {
        return fg_pickle_damaged(pickle, "a number is invalid");
    }
    memcpy(ret_text, line, size);
    ret_text[size] = '\0';
    return 0;
}

int fg_pickle_take_integer_line(fg_pickle *pickle, int64_t *ret_number)
{
    char text[FG_PICKLE_NUMBER_LINE];
    char *end;
    int result = fg_pickle_take_number_line(pickle, text);
    if (result != 0) {
        return result;
    }
    errno = 0;
    long long number = strtoll(text, &end, 10);
    bool whole = end != text && (*end == '\0' || (*end == 'L' && end[1] == '\0'));
    if (errno != 0 || !whole) {
        return fg_pickle_damaged(pickle, "an integer is invalid or too large");
    }
    *ret_number = number;
    return 0;
}
