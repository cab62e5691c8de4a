/* Encodings and names out of values: every spelling of one that Python's scripts have. */
#ifndef FACEGATE_GALLERY_IMPORT_ENCODING_VALUE_H
#define FACEGATE_GALLERY_IMPORT_ENCODING_VALUE_H

#include "facegate/gallery/gallery.h"
#include "import/value.h"

/* An entry of a series, which is a value, or a part of an array of numbers. */
typedef struct fg_entry {
    fg_value value;
    size_t first; /* of the array's numbers */
    size_t count; /* 0: all of them */
} fg_entry;

/* The entry at an index of a series of fg_shape_count. */
fg_entry fg_entry_at(fg_value series, size_t index, size_t count);

/* Is given each encoding of an entry, or what is wrong with it: then it is NULL. Anything but 0
 * ends the walk. */
typedef int fg_take_encoding(void *context, const float *encoding, const fg_error *fault);

/* All encodings of an entry: one, mostly, but a name may have several. */
int fg_entry_encodings(fg_entry entry, fg_take_encoding *take, void *context);

/* A value as a name that may stand in a gallery; an integer is one in digits. -EINVAL and what is
 * wrong with it, with `what` in front; -ENOMEM. */
int fg_name_read(fg_value value, const char *what, char ret_name[FG_NAME_SIZE], fg_error *error);

#endif
