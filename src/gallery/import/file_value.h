/* A file of any kind that is known, as a value: its first bytes say which, not its name. */
#ifndef FACEGATE_GALLERY_IMPORT_FILE_VALUE_H
#define FACEGATE_GALLERY_IMPORT_FILE_VALUE_H

#include "facegate/error.h"
#include "import/value.h"

/*
 * Reads `data`, which stays as long as the value is used; that lives in `memory`. -EINVAL for what
 * is of no known kind or damaged, -EPERM for a pickle that would run a program, -EFBIG, -ENOMEM.
 */
int fg_file_value(fg_value_memory *memory, const void *data, size_t size, fg_value *ret_value,
                  fg_error *error);

#endif
