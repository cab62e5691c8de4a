/* What a pickle may refer to and have called, built here by name. */
#include "import/pickle_call.h"
#include "facegate/text.h"
#include "import/pickle_machine.h"
#include "import/pickle_text.h"

#include <errno.h>

typedef enum function {
    RECONSTRUCT,
    SCALAR,
    FROM_BUFFER,
    NDARRAY,
    DTYPE,
    ENCODE,
    NO_BYTES,
} function;

/* numpy 2 put an underscore before core; Python 2 has builtins under another name. */
static const struct {
    const char *module, *name;
    function function;
} known[] = {
    {"numpy.core.multiarray", "_reconstruct", RECONSTRUCT},
    {"numpy._core.multiarray", "_reconstruct", RECONSTRUCT},
    {"numpy.core.multiarray", "scalar", SCALAR},
    {"numpy._core.multiarray", "scalar", SCALAR},
    {"numpy.core.numeric", "_frombuffer", FROM_BUFFER},
    {"numpy._core.numeric", "_frombuffer", FROM_BUFFER},
    {"numpy", "ndarray", NDARRAY},
    {"numpy", "dtype", DTYPE},
    {"_codecs", "encode", ENCODE},
    {"__builtin__", "bytes", NO_BYTES},
    {"builtins", "bytes", NO_BYTES},
};

int fg_pickle_refer(fg_pickle *pickle, fg_value module, fg_value name)
{
    char shown_module[FG_TEXT_SHOWN];
    char shown_name[FG_TEXT_SHOWN];
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (fg_value_is_text(module, known[i].module) && fg_value_is_text(name, known[i].name)) {
            return fg_pickle_push(
                pickle, (fg_value){.kind = FG_VALUE_GLOBAL, .integer = known[i].function});
        }
    }
    /* OrderedDict and defaultdict: what somebody makes who means a dict. */
    const char *fix =
        fg_value_is_text(module, "collections")
            ? "create the file again from a plain dict, with dict(data)"
            : "if you trust the file, create it again with only \"encodings\" and \"names\" in it";
    return fg_error_set(
        pickle->error, -EPERM,
        "refers to %s.%s, which an encodings file does not need: it was not run; %s",
        fg_text_show((const char *)module.bytes, module.size, shown_module),
        fg_text_show((const char *)name.bytes, name.size, shown_name), fix);
}

static bool is_string(fg_value value)
{
    return value.kind == FG_VALUE_TEXT || value.kind == FG_VALUE_BYTES;
}

static int damaged(fg_pickle *pickle, const char *what)
{
    return fg_error_set(pickle->error, -EINVAL, "%s is not in numpy's format", what);
}

/* "f8", "<f4", "U12": the order, if any, is distinguished as well. */
static int make_dtype(fg_pickle *pickle, const fg_value_list *arguments)
{
    static const size_t longest = 10;
    if (arguments->count < 1 || !is_string(arguments->items[0])) {
        return damaged(pickle, "a dtype");
    }
    fg_value text = arguments->items[0];
    const unsigned char *at = text.bytes;
    const unsigned char *end = at + text.size;
    fg_numpy_type *type = fg_value_allocate(&pickle->memory, sizeof(*type));
    if (type == NULL) {
        return fg_pickle_out_of_memory(pickle);
    }
    if (at < end && (*at == '<' || *at == '>' || *at == '|' || *at == '=')) {
        type->big_endian = *at++ == '>';
    }
    if (at == end || text.size > longest) {
        return damaged(pickle, "a dtype");
    }
    type->kind = (char)*at++;
    for (; at < end; at++) {
        if (*at < '0' || *at > '9') {
            return damaged(pickle, "a dtype");
        }
        type->size = type->size * 10 + (*at - '0');
    }
    return fg_pickle_push(pickle, (fg_value){.kind = FG_VALUE_DTYPE, .dtype = type});
}

static bool is_number(const fg_numpy_type *type)
{
    return type->kind == 'f' && (type->size == 4 || type->size == 8);
}

/* Bytes of an element; 0 for the types no encodings file needs. */
static uint64_t size_of(const fg_numpy_type *type)
{
    if (is_number(type)) {
        return type->size;
    }
    return type->kind == 'U' ? (uint64_t)type->size * 4 : 0;
}

static int refuse_type(fg_pickle *pickle, const fg_numpy_type *type)
{
    char kind[2] = {type->kind, '\0'};
    fg_text_clean(kind);
    return fg_error_set(pickle->error, -EINVAL,
                        "numpy data of type %s%u: encodings must be float32 or float64; if they "
                        "are, create the file again with only \"encodings\" and \"names\" in it",
                        kind, type->size);
}

static int make_scalar(fg_pickle *pickle, const fg_value_list *arguments)
{
    const fg_value *items = arguments->items;
    if (arguments->count != 2 || items[0].kind != FG_VALUE_DTYPE || !is_string(items[1])) {
        return damaged(pickle, "a scalar");
    }
    const fg_numpy_type *type = items[0].dtype;
    fg_value value = {.kind = FG_VALUE_NUMBER};
    if (size_of(type) == 0) {
        return refuse_type(pickle, type);
    }
    if (items[1].size != size_of(type)) {
        return damaged(pickle, "a scalar");
    }
    if (is_number(type)) {
        value.number = fg_numpy_number(type, items[1].bytes);
    } else {
        int result = fg_pickle_decode_utf32(pickle, type, items[1].bytes, &value);
        if (result != 0) {
            return result;
        }
    }
    return fg_pickle_push(pickle, value);
}

/* Fills an array, all or nothing. */
static int fill_array(fg_pickle *pickle, fg_numpy_array *array, const fg_value_list *shape,
                      const fg_numpy_type *type, bool by_columns, fg_value data)
{
    fg_numpy_array fresh = {.type = *type, .by_columns = by_columns, .data = data.bytes};
    uint64_t elements = 1;
    if (size_of(type) == 0) {
        return refuse_type(pickle, type);
    }
    if (shape->count < 1 || shape->count > 2) {
        return fg_error_set(
            pickle->error, -EINVAL,
            "an array of %zu dimensions: an encoding has one, a list of encodings two",
            shape->count);
    }
    for (size_t i = 0; i < shape->count; i++) {
        fg_value length = shape->items[i];
        if (length.kind != FG_VALUE_INTEGER || length.integer < 0 || length.integer > UINT32_MAX) {
            return damaged(pickle, "an array's shape");
        }
        fresh.shape[i] = (size_t)length.integer;
        elements *= (uint64_t)length.integer; /* below 2^64, as each is below 2^32 */
    }
    uint64_t each = size_of(type);
    if (elements != data.size / each || data.size % each != 0) {
        return damaged(pickle, "an array's size");
    }
    fresh.dimensions = (int)shape->count;
    *array = fresh;
    return 0;
}

static int push_array(fg_pickle *pickle, const fg_numpy_array *contents)
{
    fg_numpy_array *array = fg_value_allocate(&pickle->memory, sizeof(*array));
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
    if (arguments->count != 3 || arguments->items[0].kind != FG_VALUE_GLOBAL ||
        arguments->items[0].integer != NDARRAY) {
        return damaged(pickle, "an array");
    }
    return push_array(pickle, &empty);
}

/* _frombuffer(data, dtype, shape, order), and since numpy 2.3 the order of axes, which is for other
 * orders than these two. */
static int make_array(fg_pickle *pickle, const fg_value_list *arguments)
{
    const fg_value *items = arguments->items;
    fg_numpy_array array;
    if (arguments->count < 4 || arguments->count > 5 || !is_string(items[0]) ||
        items[1].kind != FG_VALUE_DTYPE || items[2].kind != FG_VALUE_TUPLE ||
        !(fg_value_is_text(items[3], "C") || fg_value_is_text(items[3], "F"))) {
        return damaged(pickle, "an array");
    }
    int result = fill_array(pickle, &array, items[2].list, items[1].dtype,
                            fg_value_is_text(items[3], "F"), items[0]);
    return result != 0 ? result : push_array(pickle, &array);
}

/* Protocols 0 to 2 have no bytes of their own: a text is encoded instead. */
static int make_bytes(fg_pickle *pickle, const fg_value_list *arguments)
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

int fg_pickle_reduce(fg_pickle *pickle, unsigned unused)
{
    (void)unused;
    const fg_value *values = fg_pickle_pop(pickle, 2);
    if (values == NULL) {
        return -EINVAL;
    }
    if (values[0].kind != FG_VALUE_GLOBAL || values[1].kind != FG_VALUE_TUPLE) {
        return fg_error_set(pickle->error, -EINVAL, "it calls %s with %s",
                            fg_value_kind_name(values[0]), fg_value_kind_name(values[1]));
    }
    const fg_value_list *arguments = values[1].list;
    switch ((function)values[0].integer) {
    case RECONSTRUCT:
        return make_empty_array(pickle, arguments);
    case SCALAR:
        return make_scalar(pickle, arguments);
    case FROM_BUFFER:
        return make_array(pickle, arguments);
    case DTYPE:
        return make_dtype(pickle, arguments);
    case ENCODE:
        return make_bytes(pickle, arguments);
    case NO_BYTES:
        if (arguments->count == 0) {
            return fg_pickle_push(pickle,
                                  (fg_value){.kind = FG_VALUE_BYTES, .bytes = pickle->data});
        }
        break;
    case NDARRAY:
        break;
    }
    return fg_error_set(pickle->error, -EINVAL, "it calls something that encodings do not need");
}

/* (version, "<", None, None, None, -1, -1, 0): only the order of bytes matters. */
static int build_dtype(fg_pickle *pickle, fg_numpy_type *type, const fg_value_list *state)
{
    if (state->count < 2 || !is_string(state->items[1]) || state->items[1].size != 1) {
        return damaged(pickle, "a dtype");
    }
    type->big_endian = state->items[1].bytes[0] == '>';
    return 0;
}

/* (version, shape, dtype, Fortran's order or not, data) */
static int build_array(fg_pickle *pickle, fg_numpy_array *array, const fg_value_list *state)
{
    const fg_value *items = state->items;
    if (state->count != 5 || items[1].kind != FG_VALUE_TUPLE || items[2].kind != FG_VALUE_DTYPE ||
        (items[3].kind != FG_VALUE_BOOL && items[3].kind != FG_VALUE_INTEGER)) {
        return damaged(pickle, "an array");
    }
    if (size_of(items[2].dtype) == 0) {
        return refuse_type(pickle, items[2].dtype);
    }
    if (!is_string(items[4])) {
        return damaged(pickle, "an array");
    }
    return fill_array(pickle, array, items[1].list, items[2].dtype, items[3].integer != 0,
                      items[4]);
}

int fg_pickle_build(fg_pickle *pickle, unsigned unused)
{
    (void)unused;
    const fg_value *values = fg_pickle_pop(pickle, 2);
    if (values == NULL) {
        return -EINVAL;
    }
    fg_value built = values[0];
    int result = -EINVAL;
    if (values[1].kind == FG_VALUE_TUPLE && built.kind == FG_VALUE_DTYPE) {
        result = build_dtype(pickle, built.dtype, values[1].list);
    } else if (values[1].kind == FG_VALUE_TUPLE && built.kind == FG_VALUE_ARRAY) {
        result = build_array(pickle, built.array, values[1].list);
    } else {
        fg_error_set(pickle->error, result, "it fills %s with %s", fg_value_kind_name(built),
                     fg_value_kind_name(values[1]));
    }
    return result != 0 ? result : fg_pickle_push(pickle, built);
}
