/* Reads the arrays of joblib. */
#include "import/pickle_joblib.h"
#include "import/numpy.h"
#include "import/pickle_machine.h"

#include <errno.h>

static int damaged(fg_pickle *pickle)
{
    return fg_error_set(pickle->error, -EINVAL, "an array is not in joblib's format");
}

static fg_value find(const fg_value_list *dict, const char *key)
{
    fg_value found = {.kind = FG_VALUE_UNSET};
    for (size_t i = 0; i + 1 < dict->count; i += 2) {
        if (fg_value_is_text(dict->items[i], key)) {
            found = dict->items[i + 1];
        }
    }
    return found;
}

/* Newer versions align the bytes, and say before them by how many. */
static int skip_padding(fg_pickle *pickle, const fg_value_list *described)
{
    uint64_t padding;
    if (find(described, "numpy_array_alignment_bytes").kind != FG_VALUE_INTEGER) {
        return 0;
    }
    return fg_pickle_take_unsigned(pickle, 1, &padding) && fg_pickle_take(pickle, padding) != NULL
               ? 0
               : -EINVAL;
}

int fg_pickle_take_joblib_array(fg_pickle *pickle, const fg_value_list *described,
                                fg_value *ret_array)
{
    fg_value type = find(described, "dtype");
    fg_value order = find(described, "order");
    fg_numpy_array layout;
    fg_numpy_array *array = fg_value_allocate(pickle->memory, sizeof(*array));
    if (array == NULL) {
        return fg_pickle_out_of_memory(pickle);
    }
    if (type.kind != FG_VALUE_DTYPE || !fg_value_is_string(order)) {
        return damaged(pickle);
    }
    uint64_t each = fg_numpy_size(type.dtype);
    int result = fg_numpy_layout(find(described, "shape"), type, fg_value_is_text(order, "F"),
                                 &layout, pickle->error);
    if (result != 0) {
        return result;
    }
    /* How many bytes another type has is not known here. */
    if (each == 0) {
        return fg_error_set(pickle->error, -EINVAL,
                            "joblib's array of another type than numbers and texts is not read");
    }
    uint64_t bytes = 0;
    if (!fg_numpy_bytes(&layout, &bytes) || skip_padding(pickle, described) != 0) {
        return damaged(pickle);
    }
    const unsigned char *data = fg_pickle_take(pickle, bytes);
    if (data == NULL) {
        return -EINVAL;
    }
    result = fg_numpy_fill(array, &layout, data, (size_t)bytes, pickle->error);
    if (result == 0) {
        *ret_array = (fg_value){.kind = FG_VALUE_ARRAY, .array = array};
    }
    return result;
}
