/*
 * A Python pickle read as data, protocols 0 to 5. Nothing is imported or executed. What a pickle
 * asks to be called is recognised by its name: dicts, lists, tuples, texts, numbers and numpy
 * arrays are built here, and of anything else there is the name alone. Source: Python's
 * Lib/pickletools.py, numpy's array pickling (ndarray.__reduce__, numpy.core.numeric).
 */
#ifndef FACEGATE_GALLERY_IMPORT_PICKLE_H
#define FACEGATE_GALLERY_IMPORT_PICKLE_H

#include "facegate/error.h"
#include "import/value.h"

#include <stddef.h>

#define FG_PICKLE_MARKS 64 /* containers begun and not ended */

typedef struct fg_pickle {
    const unsigned char *data; /* texts and arrays point into it */
    size_t size;
    size_t at;
    fg_value_memory *memory; /* the owner's */
    fg_value_list stack;
    fg_value_list memo;
    size_t marks[FG_PICKLE_MARKS]; /* heights of the stack */
    int depth;
    fg_error *error;
} fg_pickle;

/*
 * Reads `data`, and gives what it holds, which lives in `memory` and in the data, and so as long as
 * the shorter of them. -EINVAL for what is no pickle or a broken one, -EPERM for one that would run
 * a program, -ENOMEM for one that needs too much memory.
 */
int fg_pickle_read(fg_value_memory *memory, const void *data, size_t size, fg_value *ret_value,
                   fg_error *error);

#endif
