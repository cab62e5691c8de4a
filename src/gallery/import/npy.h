/* numpy's own files of one array, versions 1 to 3. Source: numpy.lib.format. */
#ifndef FACEGATE_GALLERY_IMPORT_NPY_H
#define FACEGATE_GALLERY_IMPORT_NPY_H

#include "facegate/error.h"
#include "import/value.h"

#define FG_NPY_MAGIC      "\x93NUMPY"
#define FG_NPY_MAGIC_SIZE 6

/* Reads all of it; the data stays as long as the value. An array of objects is a pickle behind the
 * header, see pickle.h. -EINVAL, -EPERM, -ENOMEM. */
int fg_npy_read(fg_value_memory *memory, const unsigned char *data, size_t size,
                fg_value *ret_value, fg_error *error);

#endif
