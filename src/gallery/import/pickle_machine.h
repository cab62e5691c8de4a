/*
 * The machine a pickle is a program for: its stack, its marks and the bytes still to come. What
 * fails sets the pickle's error.
 */
#ifndef FACEGATE_GALLERY_IMPORT_PICKLE_MACHINE_H
#define FACEGATE_GALLERY_IMPORT_PICKLE_MACHINE_H

#include "import/pickle.h"

#define FG_PICKLE_NUMBER_LINE 64 /* bytes, terminator included */

int fg_pickle_push(fg_pickle *pickle, fg_value value);

/* An object that is not made, by the name of what would make it; both texts outlive the pickle. */
int fg_pickle_push_object(fg_pickle *pickle, const char *module, const char *name);

/* The `count` (at least one) topmost values, removed; they stay readable until the next push. NULL
 * where there are fewer above the last mark. */
const fg_value *fg_pickle_pop(fg_pickle *pickle, size_t count);

/* All values since the last mark, which goes too; false without one. Readable as above. */
bool fg_pickle_pop_mark(fg_pickle *pickle, fg_value_list *ret_values);

/* The next `count` bytes; NULL where the file has fewer. */
const unsigned char *fg_pickle_take(fg_pickle *pickle, uint64_t count);

/* A little-endian number of `width` bytes. */
bool fg_pickle_take_unsigned(fg_pickle *pickle, unsigned width, uint64_t *ret_number);

/* Up to the end of the line, which is taken and not part of it; NULL where there is none. */
const unsigned char *fg_pickle_take_line(fg_pickle *pickle, size_t *ret_size);

/* A line that is a number, as a string. */
int fg_pickle_take_number_line(fg_pickle *pickle, char ret_text[FG_PICKLE_NUMBER_LINE]);

/* A line that is a decimal integer, perhaps with Python 2's "L" after it. */
int fg_pickle_take_integer_line(fg_pickle *pickle, int64_t *ret_number);

/* -ENOMEM, and -EINVAL with "WHAT: the file is damaged". */
int fg_pickle_out_of_memory(fg_pickle *pickle);
int fg_pickle_damaged(fg_pickle *pickle, const char *what);

#endif
