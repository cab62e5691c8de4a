/*
 * A Python pickle read as data. Only the instructions that Python writes for dicts, lists, tuples,
 * texts, numbers and numpy arrays are known, protocols 0 to 5; nothing is imported or executed, and
 * what a pickle asks to be called is recognised by its name and built here. Source: Python's
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
    fg_value_memory memory;
    fg_value_list stack;
    fg_value_list memo;
    size_t marks[FG_PICKLE_MARKS]; /* heights of the stack */
    int depth;
    fg_error *error;
} fg_pickle;

/*
 * Reads `data`, which must stay as long as the pickle, and hands out what it holds; that lives
 * until fg_pickle_close. -EINVAL for what is no pickle or a broken one, -EPERM for one that refers
 * to anything an encodings file has no use for, -ENOMEM for one that needs too much memory. To be
 * closed in any case.
 */
int fg_pickle_read(fg_pickle *pickle, const void *data, size_t size, fg_value *ret_value,
                   fg_error *error);
void fg_pickle_close(fg_pickle *pickle);

#endif
