/* dlib's own vectors, which its Python module pickles as the bytes that dlib serializes them to.
 * Source: dlib's serialize.h, float_details.h and matrix.h, tools/python/src/vector.cpp. */
#ifndef FACEGATE_GALLERY_IMPORT_DLIB_VECTOR_H
#define FACEGATE_GALLERY_IMPORT_DLIB_VECTOR_H

#include "facegate/error.h"
#include "import/value.h"

/* Reads the bytes of a vector as an array of float64, in `memory`. -EINVAL, -ENOMEM. */
int fg_dlib_vector_read(fg_value_memory *memory, fg_value bytes, fg_value *ret_array,
                        fg_error *error);

#endif
