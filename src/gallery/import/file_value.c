/* Reads a file of any known kind as a value. */
#include "import/file_value.h"
#include "import/inflate.h"
#include "import/json_value.h"
#include "import/npy.h"
#include "import/npz.h"
#include "import/pickle.h"

#include <errno.h>
#include <string.h>

#define UNPACKED_LIMIT ((size_t)256 << 20)

/* Kinds that are known and not read. */
static const struct {
    const char *magic;
    size_t size;
    const char *what;
    int code; /* -ENOTSUP where the text says what to do */
} others[] = {
    {"BZh", 3, "is compressed with bzip2: unpack it with bunzip2, and import what that gives",
     -ENOTSUP},
    {"\xfd"
     "7zXZ",
     5, "is compressed with xz: unpack it with unxz, and import what that gives", -ENOTSUP},
    {"\x89HDF", 4, "is an HDF5 file, which is not read", -EINVAL},
    {"SQLite format 3", 15, "is an SQLite database, which is not read", -EINVAL},
    {"version https://git-lfs", 23,
     "is a pointer of Git LFS, not the file itself: get that with \"git lfs pull\"", -ENOTSUP},
    {"\xff\xd8\xff", 3, "is a picture: use \"facegate enroll\"", -ENOTSUP},
    {"\x89PNG", 4, "is a picture: use \"facegate enroll\"", -ENOTSUP},
};

static bool begins(const unsigned char *data, size_t size, const char *magic, size_t length)
{
    return size >= length && memcmp(data, magic, length) == 0;
}

/* gzip, and zlib, whose first byte is no instruction of a pickle; joblib writes both. */
static bool is_packed(const unsigned char *data, size_t size)
{
    return begins(data, size, "\x1f\x8b", 2) ||
           (size >= 2 && data[0] == 0x78 && (data[0] * 256 + data[1]) % 31 == 0);
}

/* What is in a packed file; what is packed twice is not. */
static int unpack(fg_value_memory *memory, const unsigned char **bytes, size_t *size,
                  fg_error *error)
{
    const unsigned char *unpacked = NULL;
    size_t length = 0;
    int result =
        fg_inflate_measure(FG_INFLATE_HEADED, *bytes, *size, UNPACKED_LIMIT, &length, error);
    if (result == 0) {
        result = fg_inflate(memory, FG_INFLATE_HEADED, *bytes, *size, length, &unpacked, error);
    }
    if (result == 0) {
        *bytes = unpacked;
        *size = length;
    }
    return result;
}

int fg_file_value(fg_value_memory *memory, const void *data, size_t size, fg_value *ret_value,
                  fg_error *error)
{
    const unsigned char *bytes = data;
    if (is_packed(bytes, size)) {
        int result = unpack(memory, &bytes, &size, error);
        if (result != 0) {
            return result;
        }
    }
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (begins(bytes, size, others[i].magic, others[i].size)) {
            return fg_error_set(error, others[i].code, "%s", others[i].what);
        }
    }
    if (begins(bytes, size, FG_NPY_MAGIC, FG_NPY_MAGIC_SIZE)) {
        return fg_npy_read(memory, bytes, size, ret_value, error);
    }
    if (begins(bytes, size, "PK\x03\x04", 4)) {
        return fg_npz_read(memory, bytes, size, ret_value, error);
    }
    if (fg_json_value_likely(bytes, size)) {
        return fg_json_value_read(memory, bytes, size, ret_value, error);
    }
    return fg_pickle_read(memory, bytes, size, ret_value, error);
}
