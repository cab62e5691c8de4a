/*
 * numpy's types and arrays as values, whatever file they come from. Data of a type that is of no
 * use here (times, complex numbers, records) is an array all the same, which nothing can be read
 * from. Source: numpy's documentation of array protocols and data types.
 */
#ifndef FACEGATE_GALLERY_IMPORT_NUMPY_H
#define FACEGATE_GALLERY_IMPORT_NUMPY_H

#include "facegate/error.h"
#include "import/value.h"

#define FG_NUMPY_DIMENSIONS 4

/* numpy's type of an element, 'f' and 8 for float64. */
struct fg_numpy_type {
    char kind;
    uint32_t size; /* bytes; of 'U' characters, 4 bytes each */
    bool big_endian;
};

/* `data` has exactly the bytes that type and shape ask for; `items`, of type 'O' alone, are the
 * values in its first dimension. Both are NULL in what cannot be read, or was not filled. */
struct fg_numpy_array {
    fg_numpy_type type;
    int dimensions;
    size_t shape[FG_NUMPY_DIMENSIONS];
    bool by_columns; /* Fortran's order */
    const unsigned char *data;
    fg_value_list *items;
};

/* "f8", "<f4", "|O", "U12" and so on; false for what is no such text. */
bool fg_numpy_parse_type(fg_value text, fg_numpy_type *ret_type);

/* Whether it is a number: float32 or float64, or an integer. */
bool fg_numpy_is_float(const fg_numpy_type *type);
bool fg_numpy_is_integer(const fg_numpy_type *type);

/* Bytes of an element; 0 for a type that nothing is read from. */
size_t fg_numpy_size(const fg_numpy_type *type);

/* An array that is empty still, of a tuple with its lengths, a type, and its order. It has more
 * than FG_NUMPY_DIMENSIONS where nothing is to be read from it. -EINVAL. */
int fg_numpy_layout(fg_value shape, fg_value type, bool by_columns, fg_numpy_array *ret_layout,
                    fg_error *error);

/* The bytes of its data; false where there are more than any file has. */
bool fg_numpy_bytes(const fg_numpy_array *array, uint64_t *ret_bytes);

/*
 * Fills an array, all or nothing: its type, shape and order are set, and the bytes are those of its
 * data, which outlive it. -EINVAL where their number is another.
 */
int fg_numpy_fill(fg_numpy_array *array, const fg_numpy_array *contents, const unsigned char *data,
                  size_t size, fg_error *error);

/* The same for type 'O', of which `items` has the values, the last dimension first. -EINVAL as
 * above, -ENOMEM. */
int fg_numpy_fill_objects(fg_value_memory *memory, fg_numpy_array *array,
                          const fg_numpy_array *contents, const fg_value_list *items,
                          fg_error *error);

/* All elements; 1 where there is no dimension. */
size_t fg_numpy_count(const fg_numpy_array *array);

/* The dimensions that are not 1; of the last of them the length, 1 without any. */
int fg_numpy_real_dimensions(const fg_numpy_array *array, size_t *ret_last);

/* A number by its index, the last dimension first; of a type for which it is one. */
double fg_numpy_number_at(const fg_numpy_array *array, size_t index);

/* An element as a value: an integer, a number, a text, bytes. -EINVAL, -ENOMEM. */
int fg_numpy_element(fg_value_memory *memory, const fg_numpy_type *type, const unsigned char *bytes,
                     fg_value *ret_value, fg_error *error);
int fg_numpy_element_at(fg_value_memory *memory, const fg_numpy_array *array, size_t index,
                        fg_value *ret_value, fg_error *error);

/* A float32 or float64. */
double fg_numpy_number(const fg_numpy_type *type, const unsigned char *bytes);

/* What stands for an array of objects: its only value, or a list of those in its first dimension.
 * Any other value is itself. */
fg_value fg_numpy_resolve(fg_value value);

#endif
