/* Reads a pickle: one instruction after the other. */
#include "import/pickle.h"
#include "import/pickle_call.h"
#include "import/pickle_literal.h"
#include "import/pickle_machine.h"
#include "import/pickle_names.h"

#include <errno.h>

#define LAST_PROTOCOL 5

static int push_mark(fg_pickle *pickle, unsigned unused)
{
    (void)unused;
    if (pickle->depth == FG_PICKLE_MARKS) {
        return fg_error_set(pickle->error, -EINVAL, "nested more than %d deep", FG_PICKLE_MARKS);
    }
    pickle->marks[pickle->depth++] = pickle->stack.count;
    return 0;
}

static int push_list(fg_pickle *pickle, fg_value_kind kind, const fg_value *values, size_t count)
{
    fg_value_list *list = fg_value_allocate(pickle->memory, sizeof(*list));
    if (list == NULL || !fg_value_list_add(pickle->memory, list, values, count)) {
        return fg_pickle_out_of_memory(pickle);
    }
    return fg_pickle_push(pickle, (fg_value){.kind = kind, .list = list});
}

static int push_empty(fg_pickle *pickle, unsigned kind)
{
    return push_list(pickle, kind, NULL, 0);
}

static int push_marked(fg_pickle *pickle, unsigned kind)
{
    fg_value_list values;
    if (!fg_pickle_pop_mark(pickle, &values)) {
        return -EINVAL;
    }
    if (kind == FG_VALUE_DICT && values.count % 2 != 0) {
        return fg_pickle_damaged(pickle, "a key has no value");
    }
    return push_list(pickle, kind, values.items, values.count);
}

static int push_tuple(fg_pickle *pickle, unsigned count)
{
    const fg_value *values = fg_pickle_pop(pickle, count);
    return values == NULL ? -EINVAL : push_list(pickle, FG_VALUE_TUPLE, values, count);
}

/* Adds values, which are off the stack, to the list or dict that is now on top. */
static int add_to_top(fg_pickle *pickle, fg_value_kind kind, const fg_value *values, size_t count)
{
    const fg_value *top = fg_pickle_pop(pickle, 1);
    if (top == NULL) {
        return -EINVAL;
    }
    if (top->kind == FG_VALUE_OBJECT) {
        pickle->stack.count++; /* of a set, a deque and the like nothing is kept */
        return 0;
    }
    if (top->kind != kind || (kind == FG_VALUE_DICT && count % 2 != 0)) {
        return fg_pickle_damaged(pickle, "it adds to something that is not a list or dict");
    }
    pickle->stack.count++;
    return fg_value_list_add(pickle->memory, top->list, values, count)
               ? 0
               : fg_pickle_out_of_memory(pickle);
}

static int add_marked(fg_pickle *pickle, unsigned kind)
{
    fg_value_list values;
    return fg_pickle_pop_mark(pickle, &values)
               ? add_to_top(pickle, kind, values.items, values.count)
               : -EINVAL;
}

static int add_one(fg_pickle *pickle, unsigned kind)
{
    size_t count = kind == FG_VALUE_DICT ? 2 : 1;
    const fg_value *values = fg_pickle_pop(pickle, count);
    return values != NULL ? add_to_top(pickle, kind, values, count) : -EINVAL;
}

/* Keeps the top under a number. Python counts them up, so none is as large as the file. */
static int keep(fg_pickle *pickle, uint64_t number)
{
    static const fg_value unset[256];
    fg_value_list *memo = &pickle->memo;
    const fg_value *top = fg_pickle_pop(pickle, 1);
    if (top == NULL) {
        return -EINVAL;
    }
    pickle->stack.count++;
    if (number >= pickle->size) {
        return fg_pickle_damaged(pickle, "its memo numbers are too large");
    }
    while (memo->count <= number) {
        size_t missing = (size_t)number + 1 - memo->count;
        if (!fg_value_list_add(pickle->memory, memo, unset, missing < 256 ? missing : 256)) {
            return fg_pickle_out_of_memory(pickle);
        }
    }
    memo->items[number] = *top;
    return 0;
}

static int remember(fg_pickle *pickle, unsigned width)
{
    uint64_t number;
    return fg_pickle_take_unsigned(pickle, width, &number) ? keep(pickle, number) : -EINVAL;
}

static int remember_line(fg_pickle *pickle, unsigned unused)
{
    int64_t number;
    (void)unused;
    int result = fg_pickle_take_integer_line(pickle, &number);
    return result != 0 ? result : keep(pickle, (uint64_t)number);
}

static int remember_next(fg_pickle *pickle, unsigned unused)
{
    (void)unused;
    return keep(pickle, pickle->memo.count);
}

static int repeat(fg_pickle *pickle, uint64_t number)
{
    if (number >= pickle->memo.count || pickle->memo.items[number].kind == FG_VALUE_UNSET) {
        return fg_pickle_damaged(pickle, "it uses a memo number that was never set");
    }
    return fg_pickle_push(pickle, pickle->memo.items[number]);
}

static int recall(fg_pickle *pickle, unsigned width)
{
    uint64_t number;
    return fg_pickle_take_unsigned(pickle, width, &number) ? repeat(pickle, number) : -EINVAL;
}

static int recall_line(fg_pickle *pickle, unsigned unused)
{
    int64_t number;
    (void)unused;
    int result = fg_pickle_take_integer_line(pickle, &number);
    return result != 0 ? result : repeat(pickle, (uint64_t)number);
}

static int refer(fg_pickle *pickle, unsigned unused)
{
    fg_value module = {.kind = FG_VALUE_BYTES};
    fg_value name = module;
    size_t module_size = 0;
    size_t name_size = 0;
    (void)unused;
    module.bytes = fg_pickle_take_line(pickle, &module_size);
    name.bytes = module.bytes != NULL ? fg_pickle_take_line(pickle, &name_size) : NULL;
    if (name.bytes == NULL) {
        return -EINVAL;
    }
    module.size = (uint32_t)module_size;
    name.size = (uint32_t)name_size;
    return fg_pickle_refer(pickle, module, name);
}

static int refer_by_stack(fg_pickle *pickle, unsigned unused)
{
    (void)unused;
    const fg_value *names = fg_pickle_pop(pickle, 2);
    if (names == NULL) {
        return -EINVAL;
    }
    if (names[0].kind != FG_VALUE_TEXT || names[1].kind != FG_VALUE_TEXT) {
        return fg_pickle_damaged(pickle, "it refers to something by an invalid name");
    }
    return fg_pickle_refer(pickle, names[0], names[1]);
}

static int refuse(fg_pickle *pickle, unsigned code)
{
    if (pickle->at == 1) {
        return fg_error_set(pickle->error, -EINVAL,
                            "is not a pickle: it begins with the byte 0x%02X", code);
    }
    return fg_error_set(pickle->error, -EINVAL,
                        "instruction 0x%02X, which an encodings file does not need: it was not run",
                        code);
}

/* An object of a class, as Python 2 has it: its arguments since the mark. */
static int push_instance(fg_pickle *pickle, unsigned unused)
{
    fg_value_list arguments;
    int result = refer(pickle, unused);
    if (result != 0) {
        return result;
    }
    fg_value name = pickle->stack.items[--pickle->stack.count];
    if (!fg_pickle_pop_mark(pickle, &arguments)) {
        return -EINVAL;
    }
    name.kind = FG_VALUE_OBJECT;
    return fg_pickle_push(pickle, name);
}

/* The same with the class before the arguments. */
static int push_object(fg_pickle *pickle, unsigned unused)
{
    fg_value_list values;
    (void)unused;
    if (!fg_pickle_pop_mark(pickle, &values)) {
        return -EINVAL;
    }
    if (values.count == 0 || values.items[0].kind != FG_VALUE_GLOBAL) {
        return fg_pickle_damaged(pickle, "it makes an object of no class");
    }
    fg_value object = {.kind = FG_VALUE_OBJECT, .name = values.items[0].name};
    return fg_pickle_push(pickle, object);
}

static int push_set(fg_pickle *pickle, unsigned unused)
{
    (void)unused;
    return fg_pickle_push_object(pickle, "", "a set");
}

static int push_marked_set(fg_pickle *pickle, unsigned unused)
{
    fg_value_list values;
    return fg_pickle_pop_mark(pickle, &values) ? push_set(pickle, unused) : -EINVAL;
}

static int add_to_set(fg_pickle *pickle, unsigned unused)
{
    fg_value_list values;
    (void)unused;
    return fg_pickle_pop_mark(pickle, &values) ? 0 : -EINVAL;
}

/* A reference to something outside of the file, by an identifier on the stack or as a line. */
static int push_reference(fg_pickle *pickle, unsigned unused)
{
    (void)unused;
    return fg_pickle_pop(pickle, 1) != NULL
               ? fg_pickle_push_object(pickle, "", "a reference to outside of the file")
               : -EINVAL;
}

static int push_reference_line(fg_pickle *pickle, unsigned unused)
{
    size_t size;
    (void)unused;
    return fg_pickle_take_line(pickle, &size) != NULL
               ? fg_pickle_push_object(pickle, "", "a reference to outside of the file")
               : -EINVAL;
}

static int drop(fg_pickle *pickle, unsigned unused)
{
    (void)unused;
    return fg_pickle_pop(pickle, 1) != NULL ? 0 : -EINVAL;
}

static int drop_marked(fg_pickle *pickle, unsigned unused)
{
    fg_value_list values;
    (void)unused;
    return fg_pickle_pop_mark(pickle, &values) ? 0 : -EINVAL;
}

static int push_again(fg_pickle *pickle, unsigned unused)
{
    (void)unused;
    const fg_value *top = fg_pickle_pop(pickle, 1);
    if (top == NULL) {
        return -EINVAL;
    }
    fg_value value = *top;
    pickle->stack.count++;
    return fg_pickle_push(pickle, value);
}

static int check_protocol(fg_pickle *pickle, unsigned unused)
{
    uint64_t protocol;
    (void)unused;
    if (!fg_pickle_take_unsigned(pickle, 1, &protocol)) {
        return -EINVAL;
    }
    return protocol <= LAST_PROTOCOL
               ? 0
               : fg_error_set(pickle->error, -EINVAL, "protocol %u is unknown: it must be 0 to %d",
                              (unsigned)protocol, LAST_PROTOCOL);
}

/* A frame is read like what is in it; only its length must be there. */
static int check_frame(fg_pickle *pickle, unsigned unused)
{
    uint64_t length;
    (void)unused;
    if (!fg_pickle_take_unsigned(pickle, 8, &length) || fg_pickle_take(pickle, length) == NULL) {
        return -EINVAL;
    }
    pickle->at -= (size_t)length;
    return 0;
}

#define STOP '.'

/* By their codes in Lib/pickletools.py; what is not here is refused. */
static const struct {
    int (*run)(fg_pickle *pickle, unsigned argument);
    unsigned argument;
} instructions[256] = {
    [0x80] = {check_protocol, 0},
    [0x95] = {check_frame, 0},
    ['N'] = {fg_pickle_push_none, 0},
    [0x88] = {fg_pickle_push_bool, 1},
    [0x89] = {fg_pickle_push_bool, 0},
    ['I'] = {fg_pickle_push_integer_line, 0},
    ['L'] = {fg_pickle_push_integer_line, 1},
    ['J'] = {fg_pickle_push_signed, 4},
    ['K'] = {fg_pickle_push_unsigned, 1},
    ['M'] = {fg_pickle_push_unsigned, 2},
    [0x8a] = {fg_pickle_push_long, 1},
    [0x8b] = {fg_pickle_push_long, 4},
    ['F'] = {fg_pickle_push_float_line, 0},
    ['G'] = {fg_pickle_push_float, 0},
    ['V'] = {fg_pickle_push_text_line, 0},
    [0x8c] = {fg_pickle_push_text, 1},
    ['X'] = {fg_pickle_push_text, 4},
    [0x8d] = {fg_pickle_push_text, 8},
    ['S'] = {fg_pickle_push_bytes_line, 0},
    ['U'] = {fg_pickle_push_bytes, 1},
    ['T'] = {fg_pickle_push_bytes, 4},
    ['C'] = {fg_pickle_push_bytes, 1},
    ['B'] = {fg_pickle_push_bytes, 4},
    [0x8e] = {fg_pickle_push_bytes, 8},
    [0x96] = {fg_pickle_push_bytes, 8},
    ['('] = {push_mark, 0},
    [')'] = {push_empty, FG_VALUE_TUPLE},
    ['t'] = {push_marked, FG_VALUE_TUPLE},
    [0x85] = {push_tuple, 1},
    [0x86] = {push_tuple, 2},
    [0x87] = {push_tuple, 3},
    [']'] = {push_empty, FG_VALUE_LIST},
    ['l'] = {push_marked, FG_VALUE_LIST},
    ['a'] = {add_one, FG_VALUE_LIST},
    ['e'] = {add_marked, FG_VALUE_LIST},
    ['}'] = {push_empty, FG_VALUE_DICT},
    ['d'] = {push_marked, FG_VALUE_DICT},
    ['s'] = {add_one, FG_VALUE_DICT},
    ['u'] = {add_marked, FG_VALUE_DICT},
    ['p'] = {remember_line, 0},
    ['q'] = {remember, 1},
    ['r'] = {remember, 4},
    [0x94] = {remember_next, 0},
    ['g'] = {recall_line, 0},
    ['h'] = {recall, 1},
    ['j'] = {recall, 4},
    ['c'] = {refer, 0},
    [0x93] = {refer_by_stack, 0},
    ['i'] = {push_instance, 0},
    ['o'] = {push_object, 0},
    [0x8f] = {push_set, 0},
    [0x90] = {add_to_set, 0},
    [0x91] = {push_marked_set, 0},
    ['P'] = {push_reference_line, 0},
    ['Q'] = {push_reference, 0},
    ['0'] = {drop, 0},
    ['1'] = {drop_marked, 0},
    ['2'] = {push_again, 0},
    ['R'] = {fg_pickle_reduce, 2},
    [0x81] = {fg_pickle_reduce, 2},
    [0x92] = {fg_pickle_reduce, 3},
    ['b'] = {fg_pickle_build, 0},
};

static int run(fg_pickle *pickle)
{
    size_t start = 0;
    int result = 0;
    while (result == 0) {
        start = pickle->at;
        const unsigned char *code = fg_pickle_take(pickle, 1);
        if (code == NULL) {
            return fg_error_set(pickle->error, -EINVAL,
                                "ends without its end mark: it was cut off; copy it again");
        }
        if (*code == STOP) {
            return 0;
        }
        result = instructions[*code].run != NULL
                     ? instructions[*code].run(pickle, instructions[*code].argument)
                     : refuse(pickle, *code);
    }
    /* pickletools counts bytes from 0 as well. */
    return result == -EINVAL && start > 0
               ? fg_error_prefix(pickle->error, result, "byte %zu", start)
               : result;
}

int fg_pickle_read(fg_value_memory *memory, const void *data, size_t size, fg_value *ret_value,
                   fg_error *error)
{
    fg_pickle pickle = {.data = data, .size = size, .memory = memory, .error = error};
    if (size == 0) {
        return fg_error_set(error, -EINVAL, "is empty");
    }
    if (size > UINT32_MAX) {
        return fg_error_set(error, -EFBIG, "is too large");
    }
    int result = run(&pickle);
    if (result != 0) {
        return result;
    }
    if (pickle.at != size) {
        return fg_error_set(error, -EINVAL,
                            "goes on after its end at byte %zu: save one pickle in a file",
                            pickle.at);
    }
    const fg_value *value = fg_pickle_pop(&pickle, 1);
    if (value == NULL) {
        return -EINVAL;
    }
    *ret_value = *value;
    return 0;
}
