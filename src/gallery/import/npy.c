/* Reads numpy's files of one array. */
#include "import/npy.h"
#include "import/numpy.h"
#include "import/pickle.h"

#include <errno.h>
#include <string.h>

static int damaged(fg_error *error, const char *what)
{
    return fg_error_set(error, -EINVAL, "its header is not numpy's: %s", what);
}

/* A header in the making: a dict as Python writes it. */
typedef struct header {
    const char *at;
    const char *end;
    fg_numpy_array layout;
    bool of_fields; /* the type is a list, of records */
} header;

static void skip(header *text)
{
    while (text->at < text->end && (*text->at == ' ' || *text->at == '\n')) {
        text->at++;
    }
}

static bool take(header *text, const char *word)
{
    size_t length = strlen(word);
    skip(text);
    if ((size_t)(text->end - text->at) < length || memcmp(text->at, word, length) != 0) {
        return false;
    }
    text->at += length;
    return true;
}

static bool take_type(header *text)
{
    fg_value name = {.kind = FG_VALUE_TEXT};
    skip(text);
    if (take(text, "[")) {
        /* Up to the shape, which comes last: a list of fields has brackets of its own. */
        static const char next[] = "'fortran_order'";
        const char *end = memmem(text->at, (size_t)(text->end - text->at), next, sizeof(next) - 1);
        text->of_fields = true;
        text->layout.type = (fg_numpy_type){.kind = 'V'};
        while (end != NULL && end > text->at && (end[-1] == ' ' || end[-1] == ',')) {
            end--;
        }
        text->at = end != NULL ? end : text->at;
        return end != NULL;
    }
    if (!take(text, "'")) {
        return false;
    }
    const char *end = memchr(text->at, '\'', (size_t)(text->end - text->at));
    if (end == NULL) {
        return false;
    }
    name.bytes = (const unsigned char *)text->at;
    name.size = (uint32_t)(end - text->at);
    text->at = end + 1;
    return fg_numpy_parse_type(name, &text->layout.type);
}

static bool take_length(header *text, size_t *ret_length)
{
    size_t length = 0;
    skip(text);
    const char *from = text->at;
    while (text->at < text->end && *text->at >= '0' && *text->at <= '9') {
        length = length * 10 + (size_t)(*text->at++ - '0');
        if (length > UINT32_MAX) {
            return false;
        }
    }
    *ret_length = length;
    return text->at > from;
}

static bool take_shape(header *text)
{
    if (!take(text, "(")) {
        return false;
    }
    while (!take(text, ")")) {
        size_t length;
        if (text->layout.dimensions == FG_NUMPY_DIMENSIONS || !take_length(text, &length)) {
            return false;
        }
        text->layout.shape[text->layout.dimensions++] = length;
        if (!take(text, ",")) {
            return take(text, ")");
        }
    }
    return true;
}

static bool take_order(header *text)
{
    text->layout.by_columns = take(text, "True");
    return text->layout.by_columns || take(text, "False");
}

static int read_header(header *text, fg_error *error)
{
    unsigned seen = 0;
    if (!take(text, "{")) {
        return damaged(error, "it is no dict");
    }
    while (!take(text, "}")) {
        static const struct {
            const char *key;
            bool (*read)(header *text);
        } keys[] = {
            {"'descr':", take_type}, {"'fortran_order':", take_order}, {"'shape':", take_shape}};
        unsigned met = seen;
        for (unsigned i = 0; i < 3; i++) {
            if ((met & (1U << i)) == 0 && take(text, keys[i].key)) {
                if (!keys[i].read(text)) {
                    return damaged(error, keys[i].key);
                }
                seen |= 1U << i;
                take(text, ",");
                break;
            }
        }
        if (seen == met) {
            return damaged(error, "a key is unknown or appears twice");
        }
    }
    return seen == 7 ? 0 : damaged(error, "a key is missing");
}

int fg_npy_read(fg_value_memory *memory, const unsigned char *data, size_t size,
                fg_value *ret_value, fg_error *error)
{
    size_t start = FG_NPY_MAGIC_SIZE + 2;
    size_t width = size > FG_NPY_MAGIC_SIZE && data[FG_NPY_MAGIC_SIZE] > 1 ? 4 : 2;
    size_t length = 0;
    if (size < start + width || memcmp(data, FG_NPY_MAGIC, FG_NPY_MAGIC_SIZE) != 0) {
        return damaged(error, "it was cut off");
    }
    for (size_t i = 0; i < width; i++) {
        length |= (size_t)data[start + i] << (8 * i);
    }
    start += width;
    if (length > size - start) {
        return damaged(error, "it was cut off");
    }
    header text = {.at = (const char *)data + start, .end = (const char *)data + start + length};
    int result = read_header(&text, error);
    if (result != 0) {
        return result;
    }
    start += length;
    if (text.layout.type.kind == 'O') {
        return fg_pickle_read(memory, data + start, size - start, ret_value, error);
    }
    fg_numpy_array *array = fg_value_allocate(memory, sizeof(*array));
    if (array == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory");
    }
    result = fg_numpy_fill(array, &text.layout, data + start, size - start, error);
    if (result == 0) {
        *ret_value = (fg_value){.kind = FG_VALUE_ARRAY, .array = array};
    }
    return result;
}
