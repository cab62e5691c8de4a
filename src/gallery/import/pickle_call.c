/* Builds what a pickle has called, by its name. */
#include "import/pickle_call.h"
#include "import/dlib_vector.h"
#include "import/numpy.h"
#include "import/pickle_joblib.h"
#include "import/pickle_machine.h"
#include "import/pickle_names.h"
#include "import/pickle_text.h"

#include <errno.h>

static int damaged(fg_pickle *pickle, const char *what)
{
    return fg_error_set(pickle->error, -EINVAL, "%s is not in numpy's format", what);
}

static int make_dtype(fg_pickle *pickle, const fg_value_list *arguments)
{
    fg_numpy_type *type = fg_value_allocate(pickle->memory, sizeof(*type));
    if (type == NULL) {
        return fg_pickle_out_of_memory(pickle);
    }
    /* A class stands for a type of one's own, whose data is of no use here. */
    if (arguments->count >= 1 && arguments->items[0].kind == FG_VALUE_GLOBAL) {
        type->kind = 'V';
    } else if (arguments->count < 1 || !fg_numpy_parse_type(arguments->items[0], type)) {
        return damaged(pickle, "a dtype");
    }
    return fg_pickle_push(pickle, (fg_value){.kind = FG_VALUE_DTYPE, .dtype = type});
}

static int make_scalar(fg_pickle *pickle, const fg_value_list *arguments)
{
    const fg_value *items = arguments->items;
    fg_value value;
    if (arguments->count != 2 || items[0].kind != FG_VALUE_DTYPE) {
        return damaged(pickle, "a scalar");
    }
    const fg_numpy_type *type = items[0].dtype;
    if (fg_numpy_size(type) == 0) {
        return fg_pickle_push_object(pickle, "numpy", "a value of another type");
    }
    if (!fg_value_is_string(items[1]) || items[1].size != fg_numpy_size(type)) {
        return damaged(pickle, "a scalar");
    }
    int result = fg_numpy_element(pickle->memory, type, items[1].bytes, &value, pickle->error);
    return result != 0 ? result : fg_pickle_push(pickle, value);
}

static int fill_array(fg_pickle *pickle, fg_numpy_array *array, const fg_numpy_array *layout,
                      fg_value data)
{
    if (layout->dimensions > FG_NUMPY_DIMENSIONS) {
        return 0; /* more than anything here has: it stays empty */
    }
    if (layout->type.kind == 'O' && data.kind == FG_VALUE_LIST) {
        return fg_numpy_fill_objects(pickle->memory, array, layout, data.list, pickle->error);
    }
    if (!fg_value_is_string(data)) {
        return damaged(pickle, "an array");
    }
    return fg_numpy_fill(array, layout, data.bytes, data.size, pickle->error);
}

static int push_array(fg_pickle *pickle, const fg_numpy_array *contents)
{
    fg_numpy_array *array = fg_value_allocate(pickle->memory, sizeof(*array));
    if (array == NULL) {
        return fg_pickle_out_of_memory(pickle);
    }
    *array = *contents;
    return fg_pickle_push(pickle, (fg_value){.kind = FG_VALUE_ARRAY, .array = array});
}

/* _reconstruct(ndarray, (0,), b"b"): an array whose contents come with BUILD. */
static int make_empty_array(fg_pickle *pickle, const fg_value_list *arguments)
{
    static const fg_numpy_array empty;
    if (arguments->count != 3 || arguments->items[0].kind != FG_VALUE_GLOBAL) {
        return damaged(pickle, "an array");
    }
    if (arguments->items[0].name->function != FG_PICKLE_NDARRAY) {
        return fg_pickle_push(
            pickle, (fg_value){.kind = FG_VALUE_OBJECT, .name = arguments->items[0].name});
    }
    return push_array(pickle, &empty);
}

/* _frombuffer(data, dtype, shape, order), and since numpy 2.3 the order of axes, which is for other
 * orders than these two. */
static int make_array(fg_pickle *pickle, const fg_value_list *arguments)
{
    const fg_value *items = arguments->items;
    fg_numpy_array layout;
    fg_numpy_array array = {.dimensions = 0};
    if (arguments->count < 4 || arguments->count > 5 ||
        !(fg_value_is_text(items[3], "C") || fg_value_is_text(items[3], "F"))) {
        return damaged(pickle, "an array");
    }
    int result = fg_numpy_layout(items[2], items[1], fg_value_is_text(items[3], "F"), &layout,
                                 pickle->error);
    if (result == 0) {
        result = fill_array(pickle, &array, &layout, items[0]);
    }
    return result != 0 ? result : push_array(pickle, &array);
}

/* Protocols 0 to 2 have no bytes of their own: a text is encoded instead. */
static int encode_text(fg_pickle *pickle, const fg_value_list *arguments)
{
    const fg_value *items = arguments->items;
    fg_value bytes;
    if (arguments->count != 2 || items[0].kind != FG_VALUE_TEXT ||
        !(fg_value_is_text(items[1], "latin1") || fg_value_is_text(items[1], "latin-1"))) {
        return fg_error_set(pickle->error, -EINVAL, "bytes are not in Python's format");
    }
    int result = fg_pickle_encode_latin1(pickle, items[0], &bytes);
    return result != 0 ? result : fg_pickle_push(pickle, bytes);
}

static int make_bytes(fg_pickle *pickle, const fg_value_list *arguments, fg_value class)
{
    fg_value bytes = {.kind = FG_VALUE_BYTES, .bytes = pickle->data};
    class.kind = FG_VALUE_OBJECT;
    return fg_pickle_push(pickle, arguments->count == 0 ? bytes : class);
}

/* Empty, of a dict, or of a list of pairs; a defaultdict is given what makes a missing value. */
static int make_dict(fg_pickle *pickle, const fg_value_list *arguments)
{
    fg_value_list *made = fg_value_allocate(pickle->memory, sizeof(*made));
    bool enough = made != NULL;
    for (size_t i = 0; enough && i < arguments->count; i++) {
        fg_value from = arguments->items[i];
        if (from.kind == FG_VALUE_DICT) {
            enough = fg_value_list_add(pickle->memory, made, from.list->items, from.list->count);
        }
        for (size_t k = 0; enough && from.kind == FG_VALUE_LIST && k < from.list->count; k++) {
            fg_value pair = from.list->items[k];
            if (!fg_value_is_sequence(pair) || pair.list->count != 2) {
                return fg_pickle_damaged(pickle, "a dict is made of something else than pairs");
            }
            enough = fg_value_list_add(pickle->memory, made, pair.list->items, 2);
        }
    }
    if (!enough) {
        return fg_pickle_out_of_memory(pickle);
    }
    return fg_pickle_push(pickle, (fg_value){.kind = FG_VALUE_DICT, .list = made});
}

/* Functions that make an object of the class that is their first argument. */
static int make_object(fg_pickle *pickle, const fg_value_list *arguments, fg_value function)
{
    bool has_class = arguments->count > 0 && arguments->items[0].kind == FG_VALUE_GLOBAL;
    fg_value object = has_class ? arguments->items[0] : function;
    object.kind = FG_VALUE_OBJECT;
    return fg_pickle_push(pickle, object);
}

int fg_pickle_reduce(fg_pickle *pickle, unsigned count)
{
    const fg_value *values = fg_pickle_pop(pickle, count);
    if (values == NULL) {
        return -EINVAL;
    }
    fg_value called = values[0];
    bool named = called.kind == FG_VALUE_GLOBAL || called.kind == FG_VALUE_OBJECT;
    if (!named || values[1].kind != FG_VALUE_TUPLE) {
        return fg_error_set(pickle->error, -EINVAL, "it calls %s with %s",
                            fg_value_kind_name(called), fg_value_kind_name(values[1]));
    }
    const fg_value_list *arguments = values[1].list;
    switch (called.kind == FG_VALUE_GLOBAL ? called.name->function : FG_PICKLE_UNKNOWN) {
    case FG_PICKLE_RECONSTRUCT:
        return make_empty_array(pickle, arguments);
    case FG_PICKLE_SCALAR:
        return make_scalar(pickle, arguments);
    case FG_PICKLE_FROM_BUFFER:
        return make_array(pickle, arguments);
    case FG_PICKLE_DTYPE:
        return make_dtype(pickle, arguments);
    case FG_PICKLE_ENCODE:
        return encode_text(pickle, arguments);
    case FG_PICKLE_MAKE_BYTES:
        return make_bytes(pickle, arguments, called);
    case FG_PICKLE_MAKE_DICT:
        return make_dict(pickle, arguments);
    case FG_PICKLE_MAKE_OBJECT:
        return make_object(pickle, arguments, called);
    default:
        called.kind = FG_VALUE_OBJECT;
        return fg_pickle_push(pickle, called);
    }
}

/* (version, "<", None, None, None, -1, -1, 0): only the order of bytes matters. */
static int build_dtype(fg_pickle *pickle, fg_numpy_type *type, const fg_value_list *state)
{
    if (state->count < 2 || !fg_value_is_string(state->items[1]) || state->items[1].size != 1) {
        return damaged(pickle, "a dtype");
    }
    type->big_endian = state->items[1].bytes[0] == '>';
    return 0;
}

/* (version, shape, dtype, Fortran's order or not, data) */
static int build_array(fg_pickle *pickle, fg_numpy_array *array, const fg_value_list *state)
{
    const fg_value *items = state->items;
    fg_numpy_array layout;
    if (state->count != 5 ||
        (items[3].kind != FG_VALUE_BOOL && items[3].kind != FG_VALUE_INTEGER)) {
        return damaged(pickle, "an array");
    }
    int result = fg_numpy_layout(items[1], items[2], items[3].integer != 0, &layout, pickle->error);
    return result != 0 ? result : fill_array(pickle, array, &layout, items[4]);
}

/* Of the objects that are not known nothing is kept. The others become arrays. */
static int build_object(fg_pickle *pickle, fg_value *built, fg_value state)
{
    if (built->name->function == FG_PICKLE_JOBLIB_ARRAY && state.kind == FG_VALUE_DICT) {
        return fg_pickle_take_joblib_array(pickle, state.list, built);
    }
    if (built->name->function == FG_PICKLE_DLIB_VECTOR && state.kind == FG_VALUE_TUPLE &&
        state.list->count == 1) {
        return fg_dlib_vector_read(pickle->memory, state.list->items[0], built, pickle->error);
    }
    return 0;
}

int fg_pickle_build(fg_pickle *pickle, unsigned unused)
{
    (void)unused;
    const fg_value *values = fg_pickle_pop(pickle, 2);
    if (values == NULL) {
        return -EINVAL;
    }
    fg_value built = values[0];
    int result = 0;
    if (values[1].kind == FG_VALUE_TUPLE && built.kind == FG_VALUE_DTYPE) {
        result = build_dtype(pickle, built.dtype, values[1].list);
    } else if (values[1].kind == FG_VALUE_TUPLE && built.kind == FG_VALUE_ARRAY) {
        result = build_array(pickle, built.array, values[1].list);
    } else if (built.kind == FG_VALUE_OBJECT) {
        result = build_object(pickle, &built, values[1]);
    } else if (built.kind != FG_VALUE_DICT) {
        result = fg_error_set(pickle->error, -EINVAL, "it fills %s with %s",
                              fg_value_kind_name(built), fg_value_kind_name(values[1]));
    }
    return result != 0 ? result : fg_pickle_push(pickle, built);
}
