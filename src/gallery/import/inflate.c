/* Unpacks what zlib packed. */
#define ZLIB_CONST /* what it reads is not written to */

#include "import/inflate.h"

#include <errno.h>
#include <zlib.h>

#define STEP         ((size_t)16 << 10)
#define MOST_DEFLATE 1032 /* bytes that one can become */

static int begin(z_stream *stream, fg_inflate_format format, const unsigned char *packed,
                 size_t size, fg_error *error)
{
    if (size > UINT32_MAX) {
        return fg_error_set(error, -EFBIG, "is too large");
    }
    *stream = (z_stream){.next_in = packed, .avail_in = (uInt)size};
    int window = format == FG_INFLATE_RAW ? -MAX_WBITS : MAX_WBITS + 32;
    return inflateInit2(stream, window) == Z_OK ? 0
                                                : fg_error_set(error, -ENOMEM, "not enough memory");
}

static int damaged(fg_error *error)
{
    return fg_error_set(error, -EINVAL, "is packed, and damaged: it cannot be unpacked");
}

int fg_inflate(fg_value_memory *memory, fg_inflate_format format, const unsigned char *packed,
               size_t packed_size, size_t size, const unsigned char **ret_bytes, fg_error *error)
{
    z_stream stream;
    if (size > UINT32_MAX || size / MOST_DEFLATE > packed_size) {
        return damaged(error);
    }
    unsigned char *bytes = fg_value_allocate(memory, size + 1);
    if (bytes == NULL) {
        return fg_error_set(error, -ENOMEM,
                            "needs more than %zu MiB of memory, or more than is free: split it",
                            FG_VALUE_MEMORY >> 20);
    }
    int result = begin(&stream, format, packed, packed_size, error);
    if (result != 0) {
        return result;
    }
    stream.next_out = bytes;
    stream.avail_out = (uInt)size;
    bool whole =
        inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_out == 0 && stream.avail_in == 0;
    inflateEnd(&stream);
    if (!whole) {
        return damaged(error);
    }
    *ret_bytes = bytes;
    return 0;
}

int fg_inflate_measure(fg_inflate_format format, const unsigned char *packed, size_t packed_size,
                       size_t limit, size_t *ret_size, fg_error *error)
{
    z_stream stream;
    unsigned char step[STEP];
    size_t size = 0;
    int state = Z_OK;
    int result = begin(&stream, format, packed, packed_size, error);
    if (result != 0) {
        return result;
    }
    while (state == Z_OK && size <= limit) {
        stream.next_out = step;
        stream.avail_out = (uInt)sizeof(step);
        state = inflate(&stream, Z_NO_FLUSH);
        size += sizeof(step) - stream.avail_out;
    }
    inflateEnd(&stream);
    if (size > limit) {
        return fg_error_set(error, -EFBIG, "is more than %zu MiB when it is unpacked", limit >> 20);
    }
    if (state != Z_STREAM_END) {
        return damaged(error);
    }
    *ret_size = size;
    return 0;
}
