/*
 * What a file holds: small tagged values, and the memory they live in, which has a bound and goes
 * all at once. Pickles, numpy's files and JSON are all read into these. Values may refer to one
 * another in circles; nothing here follows them.
 */
#ifndef FACEGATE_GALLERY_IMPORT_VALUE_H
#define FACEGATE_GALLERY_IMPORT_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FG_VALUE_MEMORY ((size_t)512 << 20)
#define FG_VALUE_SHOWN  160 /* bytes of a described value, terminator included */

typedef enum fg_value_kind {
    FG_VALUE_UNSET,
    FG_VALUE_NONE,
    FG_VALUE_BOOL,
    FG_VALUE_INTEGER,
    FG_VALUE_NUMBER,
    FG_VALUE_TEXT,  /* said to be UTF-8, not checked */
    FG_VALUE_BYTES, /* or a text of Python 2 */
    FG_VALUE_LIST,
    FG_VALUE_TUPLE,
    FG_VALUE_DICT,
    FG_VALUE_GLOBAL, /* a class or a function, by its name */
    FG_VALUE_OBJECT, /* what a class or function that is not known would make: never made */
    FG_VALUE_DTYPE,
    FG_VALUE_ARRAY,
} fg_value_kind;

typedef struct fg_value_list fg_value_list;
typedef struct fg_value_name fg_value_name;
typedef struct fg_numpy_type fg_numpy_type;
typedef struct fg_numpy_array fg_numpy_array;

typedef struct fg_value {
    fg_value_kind kind;
    uint32_t size; /* of text and bytes */
    union {
        int64_t integer; /* of a bool 0 or 1 */
        double number;
        const unsigned char *bytes;
        fg_value_list *list;       /* of a dict keys and values in turn */
        const fg_value_name *name; /* of a global, and of an object that of its class */
        fg_numpy_type *dtype;
        fg_numpy_array *array;
    };
} fg_value;

struct fg_value_list {
    fg_value *items;
    size_t count;
    size_t room;
};

/* A class or function. `function` is the reader's own number for one that it knows, else 0. */
struct fg_value_name {
    int function;
    fg_value module; /* a text each */
    fg_value name;
};

typedef struct fg_value_memory {
    struct fg_value_block *blocks;
    size_t left;  /* in the newest block */
    size_t taken; /* of FG_VALUE_MEMORY */
} fg_value_memory;

/* Zeroed memory, aligned for anything; NULL beyond the bound or the machine's. */
void *fg_value_allocate(fg_value_memory *memory, size_t size);
void fg_value_release(fg_value_memory *memory);

/* Adds `count` values; false where the memory is at its end. */
bool fg_value_list_add(fg_value_memory *memory, fg_value_list *list, const fg_value *values,
                       size_t count);

/* A text of these characters, which outlive it. */
fg_value fg_value_text(const char *text);

/* Whether it is a text, or bytes, with these characters. */
bool fg_value_is_text(fg_value value, const char *text);

/* Whether it is a text or bytes; whether it is a list or a tuple. */
bool fg_value_is_string(fg_value value);
bool fg_value_is_sequence(fg_value value);

/* "a list", "a text" and so on. */
const char *fg_value_kind_name(fg_value value);

/* The same with more about it, for a message: "a list of 3", "datetime.datetime". Returns it. */
const char *fg_value_describe(fg_value value, char ret_text[FG_VALUE_SHOWN]);

/* Writes a character of Unicode as UTF-8, at most 4 bytes, and returns how many. A surrogate comes
 * out as three bytes, which no check of UTF-8 lets pass. */
size_t fg_value_put_utf8(unsigned char *text, uint32_t point);

#endif
