/*
 * What a pickle holds: small tagged values, and the memory they live in, which has a bound and goes
 * all at once. Values may refer to one another in circles; nothing here follows them.
 */
#ifndef FACEGATE_GALLERY_IMPORT_PICKLE_VALUE_H
#define FACEGATE_GALLERY_IMPORT_PICKLE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FG_PICKLE_MEMORY ((size_t)512 << 20)

typedef enum fg_pickle_kind {
    FG_PICKLE_UNSET,
    FG_PICKLE_NONE,
    FG_PICKLE_BOOL,
    FG_PICKLE_INTEGER,
    FG_PICKLE_NUMBER,
    FG_PICKLE_TEXT,  /* said to be UTF-8, not checked */
    FG_PICKLE_BYTES, /* or a text of Python 2 */
    FG_PICKLE_LIST,
    FG_PICKLE_TUPLE,
    FG_PICKLE_DICT,
    FG_PICKLE_GLOBAL,
    FG_PICKLE_DTYPE,
    FG_PICKLE_ARRAY,
} fg_pickle_kind;

typedef struct fg_pickle_list fg_pickle_list;
typedef struct fg_pickle_dtype fg_pickle_dtype;
typedef struct fg_pickle_array fg_pickle_array;

typedef struct fg_pickle_value {
    fg_pickle_kind kind;
    uint32_t size; /* of text and bytes */
    union {
        int64_t integer; /* of a bool 0 or 1, of a global which one it is */
        double number;
        const unsigned char *bytes;
        fg_pickle_list *list; /* of a dict keys and values in turn */
        fg_pickle_dtype *dtype;
        fg_pickle_array *array;
    };
} fg_pickle_value;

struct fg_pickle_list {
    fg_pickle_value *items;
    size_t count;
    size_t room;
};

/* numpy's type of an element, 'f' and 8 for float64. */
struct fg_pickle_dtype {
    char kind;
    uint32_t size; /* bytes; of 'U' characters, 4 bytes each */
    bool big_endian;
};

/* Of one or two dimensions; `data` has exactly the bytes that type and shape ask for. */
struct fg_pickle_array {
    fg_pickle_dtype type;
    int dimensions; /* 0 until its contents came */
    size_t shape[2];
    bool by_columns; /* Fortran's order */
    const unsigned char *data;
};

typedef struct fg_pickle_memory {
    struct fg_pickle_block *blocks;
    size_t left;  /* in the newest block */
    size_t taken; /* of FG_PICKLE_MEMORY */
} fg_pickle_memory;

/* Zeroed memory, aligned for anything; NULL beyond the bound or the machine's. */
void *fg_pickle_allocate(fg_pickle_memory *memory, size_t size);
void fg_pickle_release(fg_pickle_memory *memory);

/* Adds `count` values; false where the memory is at its end. */
bool fg_pickle_list_add(fg_pickle_memory *memory, fg_pickle_list *list,
                        const fg_pickle_value *values, size_t count);

/* Whether it is a text, or bytes, with these characters. */
bool fg_pickle_is_text(fg_pickle_value value, const char *text);

/* "a list", "a text" and so on. */
const char *fg_pickle_kind_name(fg_pickle_value value);

/* A number of a float32 or float64 array, by row and column; a single row is row 0. */
double fg_pickle_array_number(const fg_pickle_array *array, size_t row, size_t column);

/* The same of the bytes of one number. */
double fg_pickle_number(const fg_pickle_dtype *type, const unsigned char *bytes);

#endif
