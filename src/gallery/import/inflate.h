/* Unpacks what zlib packed, with a bound. Source: RFC 1950 to 1952. */
#ifndef FACEGATE_GALLERY_IMPORT_INFLATE_H
#define FACEGATE_GALLERY_IMPORT_INFLATE_H

#include "facegate/error.h"
#include "import/value.h"

typedef enum fg_inflate_format {
    FG_INFLATE_RAW,    /* without a header, as in a zip */
    FG_INFLATE_HEADED, /* gzip or zlib */
} fg_inflate_format;

/* Unpacks all of it into `size` bytes of memory. -EINVAL where it becomes another number of bytes,
 * or is damaged; -ENOMEM. */
int fg_inflate(fg_value_memory *memory, fg_inflate_format format, const unsigned char *packed,
               size_t packed_size, size_t size, const unsigned char **ret_bytes, fg_error *error);

/* The number of bytes it becomes, which is at most `limit`. -EINVAL, -EFBIG, -ENOMEM. */
int fg_inflate_measure(fg_inflate_format format, const unsigned char *packed, size_t packed_size,
                       size_t limit, size_t *ret_size, fg_error *error);

#endif
