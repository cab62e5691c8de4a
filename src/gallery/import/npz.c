/* Reads numpy's archives of arrays. */
#include "import/npz.h"
#include "facegate/text.h"
#include "import/inflate.h"
#include "import/npy.h"

#include <errno.h>
#include <string.h>
#include <zlib.h>

#define END_SIZE    22
#define END_COMMENT 65535
#define ENTRY_SIZE  46
#define LOCAL_SIZE  30
#define SUFFIX      ".npy"

enum { STORED = 0, DEFLATED = 8 };

/* A file in the archive, as its directory has it. */
typedef struct member {
    const unsigned char *name;
    size_t name_size;
    unsigned flags;
    unsigned method;
    uint32_t sum;
    size_t packed;
    size_t size;
    size_t at; /* of its own header */
} member;

static int damaged(fg_error *error, const char *what)
{
    return fg_error_set(error, -EINVAL, "is a damaged archive: %s", what);
}

static uint32_t take(const unsigned char *at, unsigned width)
{
    uint32_t number = 0;
    for (unsigned i = 0; i < width; i++) {
        number |= (uint32_t)at[i] << (8 * i);
    }
    return number;
}

/* Where the directory's end is, which a comment may follow; NULL for none. */
static const unsigned char *find_end(const unsigned char *data, size_t size)
{
    for (size_t back = END_SIZE; back <= size && back <= END_SIZE + END_COMMENT; back++) {
        const unsigned char *at = data + size - back;
        if (take(at, 4) == 0x06054b50 && take(at + 20, 2) == back - END_SIZE) {
            return at;
        }
    }
    return NULL;
}

/* The bytes of a member as they are packed; NULL where they are not all there. */
static const unsigned char *find_packed(const unsigned char *data, size_t size, const member *from)
{
    if (from->at > size || size - from->at < LOCAL_SIZE) {
        return NULL;
    }
    const unsigned char *header = data + from->at;
    size_t start = from->at + LOCAL_SIZE + take(header + 26, 2) + take(header + 28, 2);
    if (take(header, 4) != 0x04034b50 || start > size || from->packed > size - start) {
        return NULL;
    }
    return data + start;
}

/* The bytes of a member, in memory of its own only where they are packed. */
static int unpack(fg_value_memory *memory, const unsigned char *data, size_t size,
                  const member *from, const unsigned char **ret_bytes, fg_error *error)
{
    const unsigned char *packed = find_packed(data, size, from);
    if (packed == NULL) {
        return damaged(error, "it was cut off");
    }
    if ((from->flags & 1) != 0) {
        return fg_error_set(error, -EINVAL, "is encrypted");
    }
    if (from->method == STORED && from->packed == from->size) {
        *ret_bytes = packed;
    } else if (from->method == DEFLATED) {
        int result =
            fg_inflate(memory, FG_INFLATE_RAW, packed, from->packed, from->size, ret_bytes, error);
        if (result != 0) {
            return result;
        }
    } else {
        return damaged(error, "a part is packed in a way numpy does not use");
    }
#ifndef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
    if (crc32(crc32(0, NULL, 0), *ret_bytes, (uInt)from->size) != from->sum) {
        return damaged(error, "a part has another checksum");
    }
#endif
    return 0;
}

/* The next entry of the directory; false where it is none. */
static bool take_member(const unsigned char **at, const unsigned char *end, member *ret_member)
{
    const unsigned char *entry = *at;
    if (end - entry < ENTRY_SIZE || take(entry, 4) != 0x02014b50) {
        return false;
    }
    member taken = {.name = entry + ENTRY_SIZE,
                    .name_size = take(entry + 28, 2),
                    .flags = take(entry + 8, 2),
                    .method = take(entry + 10, 2),
                    .sum = take(entry + 16, 4),
                    .packed = take(entry + 20, 4),
                    .size = take(entry + 24, 4),
                    .at = take(entry + 42, 4)};
    size_t length = ENTRY_SIZE + taken.name_size + take(entry + 30, 2) + take(entry + 32, 2);
    if (length > (size_t)(end - entry)) {
        return false;
    }
    *at = entry + length;
    *ret_member = taken;
    return true;
}

static bool is_array(const member *from)
{
    size_t length = sizeof(SUFFIX) - 1;
    return from->name_size > length &&
           memcmp(from->name + from->name_size - length, SUFFIX, length) == 0;
}

static int add_array(fg_value_memory *memory, const unsigned char *data, size_t size,
                     const member *from, fg_value_list *dict, fg_error *error)
{
    const unsigned char *bytes = NULL;
    char shown[FG_TEXT_SHOWN];
    fg_value entry[2] = {{.kind = FG_VALUE_TEXT,
                          .size = (uint32_t)(from->name_size - (sizeof(SUFFIX) - 1)),
                          .bytes = from->name}};
    int result = unpack(memory, data, size, from, &bytes, error);
    if (result == 0) {
        result = fg_npy_read(memory, bytes, from->size, &entry[1], error);
    }
    if (result != 0) {
        return fg_error_prefix(error, result, "%s",
                               fg_text_show((const char *)from->name, from->name_size, shown));
    }
    return fg_value_list_add(memory, dict, entry, 2)
               ? 0
               : fg_error_set(error, -ENOMEM, "not enough memory");
}

int fg_npz_read(fg_value_memory *memory, const unsigned char *data, size_t size,
                fg_value *ret_value, fg_error *error)
{
    const unsigned char *end = find_end(data, size);
    fg_value_list *dict = fg_value_allocate(memory, sizeof(*dict));
    if (dict == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory");
    }
    if (end == NULL) {
        return damaged(error, "it was cut off");
    }
    size_t count = take(end + 10, 2);
    size_t length = take(end + 12, 4);
    size_t start = take(end + 16, 4);
    if (start > (size_t)(end - data) || length > (size_t)(end - data) - start) {
        return damaged(error, "its directory is not where it should be");
    }
    const unsigned char *at = data + start;
    int result = 0;
    for (size_t i = 0; result == 0 && i < count; i++) {
        member next;
        if (!take_member(&at, data + start + length, &next)) {
            return damaged(error, "its directory is not whole");
        }
        if (is_array(&next)) {
            result = add_array(memory, data, size, &next, dict, error);
        }
    }
    if (result == 0 && dict->count == 0) {
        return fg_error_set(error, -EINVAL, "is a zip archive without arrays of numpy in it");
    }
    if (result == 0) {
        *ret_value = (fg_value){.kind = FG_VALUE_DICT, .list = dict};
    }
    return result;
}
