/* Makes a gallery of the names and encodings in a pickle. */
#include "import/pickle_people.h"
#include "facegate/base/file.h"
#include "facegate/gallery/import.h"
#include "facegate/text.h"
#include "gallery_store.h"
#include "import/pickle.h"
#include "import/pickle_text.h"

#include <errno.h>
#include <float.h>
#include <stdlib.h>
#include <string.h>

#define FILE_LIMIT ((size_t)256 << 20)

static bool is_sequence(fg_value value)
{
    return value.kind == FG_VALUE_LIST || value.kind == FG_VALUE_TUPLE;
}

/* The value of a key, the last if it stands twice, as Python has it. */
static bool find(const fg_value_list *dict, const char *key, fg_value *ret_value)
{
    bool found = false;
    for (size_t i = 0; i + 1 < dict->count; i += 2) {
        if (fg_value_is_text(dict->items[i], key)) {
            *ret_value = dict->items[i + 1];
            found = true;
        }
    }
    return found;
}

static int keep_number(double number, size_t index, float ret_encoding[FG_ENCODING_SIZE],
                       fg_error *error)
{
    /* Also false for NAN. */
    if (!(number <= DBL_MAX && number >= -DBL_MAX)) {
        return fg_error_set(error, -EINVAL, "number %zu is not finite", index + 1);
    }
    if (number > FLT_MAX || number < -FLT_MAX) {
        return fg_error_set(error, -EINVAL, "number %zu, %g, does not fit float32", index + 1,
                            number);
    }
    ret_encoding[index] = (float)number;
    return 0;
}

static int check_length(size_t count, fg_error *error)
{
    return count == FG_ENCODING_SIZE
               ? 0
               : fg_error_set(error, -EINVAL, "has %zu numbers, not %d", count, FG_ENCODING_SIZE);
}

static int read_row(const fg_numpy_array *array, size_t row, float ret_encoding[FG_ENCODING_SIZE],
                    fg_error *error)
{
    if (array->type.kind != 'f') {
        return fg_error_set(error, -EINVAL, "is an array of texts, not of numbers");
    }
    int result = check_length(array->shape[array->dimensions - 1], error);
    for (size_t i = 0; result == 0 && i < FG_ENCODING_SIZE; i++) {
        result = keep_number(fg_numpy_array_number(array, row, i), i, ret_encoding, error);
    }
    return result;
}

static int read_numbers(const fg_value_list *list, float ret_encoding[FG_ENCODING_SIZE],
                        fg_error *error)
{
    int result = check_length(list->count, error);
    for (size_t i = 0; result == 0 && i < FG_ENCODING_SIZE; i++) {
        fg_value item = list->items[i];
        if (item.kind != FG_VALUE_NUMBER && item.kind != FG_VALUE_INTEGER) {
            return fg_error_set(error, -EINVAL, "number %zu is %s", i + 1,
                                fg_value_kind_name(item));
        }
        double number = item.kind == FG_VALUE_NUMBER ? item.number : (double)item.integer;
        result = keep_number(number, i, ret_encoding, error);
    }
    return result;
}

static int read_encoding(fg_value value, float ret_encoding[FG_ENCODING_SIZE], fg_error *error)
{
    if (is_sequence(value)) {
        return read_numbers(value.list, ret_encoding, error);
    }
    if (value.kind != FG_VALUE_ARRAY || value.array->dimensions == 0) {
        return fg_error_set(error, -EINVAL, "is %s, not an array or a list of %d numbers",
                            fg_value_kind_name(value), FG_ENCODING_SIZE);
    }
    if (value.array->dimensions == 2) {
        return fg_error_set(error, -EINVAL, "is an array of %zu by %zu numbers, not of %d",
                            value.array->shape[0], value.array->shape[1], FG_ENCODING_SIZE);
    }
    return read_row(value.array, 0, ret_encoding, error);
}

/* Encodings or names: a list, a tuple, or an array with a row for each. */
typedef struct series {
    fg_value value;
    size_t count;
} series;

static int open_series(const fg_value_list *dict, const char *key, int dimensions,
                       series *ret_series, fg_error *error)
{
    fg_value value;
    if (!find(dict, key, &value)) {
        return fg_error_set(error, -EINVAL,
                            "has no \"%s\": it must be a dict of \"encodings\" and \"names\"", key);
    }
    bool is_array = value.kind == FG_VALUE_ARRAY && value.array->dimensions == dimensions;
    if (!is_sequence(value) && !is_array) {
        return fg_error_set(error, -EINVAL, "\"%s\" is %s, not a list of them", key,
                            value.kind == FG_VALUE_ARRAY ? "an array of other dimensions"
                                                         : fg_value_kind_name(value));
    }
    *ret_series = (series){value, is_array ? value.array->shape[0] : value.list->count};
    return 0;
}

static int encoding_of(const series *encodings, size_t index, float ret_encoding[FG_ENCODING_SIZE],
                       fg_error *error)
{
    int result = encodings->value.kind == FG_VALUE_ARRAY
                     ? read_row(encodings->value.array, index, ret_encoding, error)
                     : read_encoding(encodings->value.list->items[index], ret_encoding, error);
    return result == 0 ? 0 : fg_error_prefix(error, result, "encoding %zu", index + 1);
}

/* As a string; whether it may be a name is checked, too. */
static int name_of(fg_pickle *pickle, const series *names, size_t index,
                   char ret_name[FG_NAME_SIZE], fg_error *error)
{
    fg_value text = {.kind = FG_VALUE_UNSET};
    char shown[FG_TEXT_SHOWN];
    int result = 0;
    if (names->value.kind != FG_VALUE_ARRAY) {
        text = names->value.list->items[index];
    } else if (names->value.array->type.kind == 'U') {
        const fg_numpy_array *array = names->value.array;
        result = fg_pickle_decode_utf32(pickle, &array->type,
                                        array->data + index * array->type.size * 4, &text);
    } else {
        text.kind = FG_VALUE_NUMBER;
    }
    if (result != 0) {
        return fg_error_prefix(error, result, "name %zu", index + 1);
    }
    if (text.kind != FG_VALUE_TEXT && text.kind != FG_VALUE_BYTES) {
        return fg_error_set(error, -EINVAL, "name %zu is %s, not a text", index + 1,
                            fg_value_kind_name(text));
    }
    fg_text_show((const char *)text.bytes, text.size, shown);
    if (text.size >= FG_NAME_SIZE) {
        result = fg_error_set(error, -EINVAL, "the name has %u bytes, more than the %d allowed",
                              text.size, FG_NAME_SIZE - 1);
    } else if (memchr(text.bytes, '\0', text.size) != NULL) {
        result = fg_error_set(error, -EINVAL, "the name has a control character (U+0000)");
    } else {
        char name[FG_NAME_SIZE] = "";
        memcpy(name, text.bytes, text.size);
        result = fg_gallery_check_name(name, error);
        if (result == 0) {
            memcpy(ret_name, name, sizeof(name));
            return 0;
        }
    }
    return fg_error_prefix(
        error, result,
        "name %zu \"%s\" cannot be used: change it in the script that creates the pickle",
        index + 1, shown);
}

static int fill_gallery(fg_pickle *pickle, const fg_value_list *dict, fg_gallery *people,
                        fg_error *error)
{
    series encodings = {.count = 0};
    series names = {.count = 0};
    int result = open_series(dict, "encodings", 2, &encodings, error);
    if (result == 0) {
        result = open_series(dict, "names", 1, &names, error);
    }
    if (result != 0) {
        return result;
    }
    if (encodings.count != names.count) {
        return fg_error_set(error, -EINVAL,
                            "has %zu encodings and %zu names: each encoding needs one",
                            encodings.count, names.count);
    }
    if (encodings.count > FG_IMPORT_ENCODINGS) {
        return fg_error_set(error, -EFBIG, "has %zu encodings, more than the %d allowed",
                            encodings.count, FG_IMPORT_ENCODINGS);
    }
    for (size_t i = 0; result == 0 && i < names.count; i++) {
        float encoding[FG_ENCODING_SIZE];
        char name[FG_NAME_SIZE];
        result = encoding_of(&encodings, i, encoding, error);
        if (result == 0) {
            result = name_of(pickle, &names, i, name, error);
        }
        if (result == 0 && fg_gallery_check_encoding(encoding, error) != 0) {
            char shown[FG_TEXT_SHOWN];
            result = fg_error_prefix(error, -EINVAL, "encoding %zu, of \"%s\"", i + 1,
                                     fg_text_show(name, strlen(name), shown));
        }
        if (result == 0) {
            result = fg_gallery_add(people, name, NULL, encoding, error);
        }
    }
    return result;
}

int fg_pickle_people(const void *data, size_t size, fg_gallery **ret_people, fg_error *error)
{
    fg_pickle pickle;
    fg_value value;
    fg_gallery *people = NULL;
    int result = fg_pickle_read(&pickle, data, size, &value, error);
    if (result != 0) {
        goto finish;
    }
    if (value.kind != FG_VALUE_DICT) {
        result = fg_error_set(error, -EINVAL,
                              "holds %s: it must be a dict of \"encodings\" and \"names\"",
                              fg_value_kind_name(value));
        goto finish;
    }
    result = fg_gallery_create(&people);
    if (result != 0) {
        fg_error_set(error, result, "not enough memory");
        goto finish;
    }
    result = fill_gallery(&pickle, value.list, people, error);
    if (result == 0) {
        *ret_people = people;
        people = NULL;
    }
finish:
    fg_gallery_free(people);
    fg_pickle_close(&pickle);
    return result;
}

int fg_import_read(const char *path, fg_gallery **ret_people, fg_error *error)
{
    char *data = NULL;
    size_t size = 0;
    int result = fg_file_read(path, FILE_LIMIT, &data, &size, error);
    if (result == 0 && size > 0 && data[0] == '{') {
        result = fg_error_set(error, -EINVAL,
                              "begins with \"{\", so it is not a pickle: if it is an encodings "
                              "file, replace the other file with it");
    } else if (result == 0) {
        result = fg_pickle_people(data, size, ret_people, error);
    }
    free(data);
    return result == 0 ? 0 : fg_error_prefix(error, result, "%s", path);
}
