/*
 * What a pickle holds: small tagged values, and the memory they live in, which has a bound and goes
 * all at once. Values may refer to one another in circles; nothing here follows them.
 */
#ifndef FACEGATE_GALLERY_IMPORT_VALUE_H
#define FACEGATE_GALLERY_IMPORT_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FG_VALUE_MEMORY ((size_t)512 << 20)

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
    FG_VALUE_GLOBAL,
    FG_VALUE_DTYPE,
    FG_VALUE_ARRAY,
} fg_value_kind;

typedef struct fg_value_list fg_value_list;
typedef struct fg_numpy_type fg_numpy_type;
typedef struct fg_numpy_array fg_numpy_array;

typedef struct fg_value {
    fg_value_kind kind;
    uint32_t size; /* of text and bytes */
    union {
        int64_t integer; /* of a bool 0 or 1, of a global which one it is */
        double number;
        const unsigned char *bytes;
        fg_value_list *list; /* of a dict keys and values in turn */
        fg_numpy_type *dtype;
        fg_numpy_array *array;
    };
} fg_value;

struct fg_value_list {
    fg_value *items;
    size_t count;
    size_t room;
};

/* numpy's type of an element, 'f' and 8 for float64. */
struct fg_numpy_type {
    char kind;
    uint32_t size; /* bytes; of 'U' characters, 4 bytes each */
    bool big_endian;
};

/* Of one or two dimensions; `data` has exactly the bytes that type and shape ask for. */
struct fg_numpy_array {
    fg_numpy_type type;
    int dimensions; /* 0 until its contents came */
    size_t shape[2];
    bool by_columns; /* Fortran's order */
    const unsigned char *data;
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

/* Whether it is a text, or bytes, with these characters. */
bool fg_value_is_text(fg_value value, const char *text);

/* "a list", "a text" and so on. */
const char *fg_value_kind_name(fg_value value);

/* A number of a float32 or float64 array, by row and column; a single row is row 0. */
double fg_numpy_array_number(const fg_numpy_array *array, size_t row, size_t column);

/* The same of the bytes of one number. */
double fg_numpy_number(const fg_numpy_type *type, const unsigned char *bytes);

#endif
