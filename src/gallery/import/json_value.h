/* JSON as values: RFC 8259, and NaN and Infinity, which Python writes. */
#ifndef FACEGATE_GALLERY_IMPORT_JSON_VALUE_H
#define FACEGATE_GALLERY_IMPORT_JSON_VALUE_H

#include "facegate/error.h"
#include "import/value.h"

/* Whether it begins as JSON does that holds anything, which no pickle does. */
bool fg_json_value_likely(const void *data, size_t size);

/* Reads all of it; the value lives in `memory` alone. -EINVAL, with the line; -ENOMEM. */
int fg_json_value_read(fg_value_memory *memory, const void *data, size_t size, fg_value *ret_value,
                       fg_error *error);

#endif
