/* Tells encodings and names by their outside. */
#include "import/shape.h"
#include "import/numpy.h"

#define DEPTH 3
/* Fewer numbers are a box or a point. */
#define ROW_LEAST 64
/* So many first numbers of a list tell what it is. */
#define ROW_PROBE 8

static fg_shape shape_of_array(const fg_numpy_array *array)
{
    size_t last;
    int dimensions = fg_numpy_real_dimensions(array, &last);
    if (array->data == NULL) {
        return FG_SHAPE_OTHER;
    }
    if (array->type.kind == 'f') {
        fg_shape rows = dimensions <= 1 ? FG_SHAPE_ROW : FG_SHAPE_ROWS;
        return last >= ROW_LEAST ? rows : FG_SHAPE_OTHER;
    }
    return dimensions <= 1 ? FG_SHAPE_NAMES : FG_SHAPE_OTHER;
}

static bool is_number(fg_value value)
{
    return value.kind == FG_VALUE_NUMBER || value.kind == FG_VALUE_INTEGER;
}

/* A list that begins with a number: integers alone are the numbers of people. */
static fg_shape shape_of_numbers(const fg_value_list *list, fg_shape_budget *budget)
{
    size_t fractions = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (budget->left == 0 || !is_number(list->items[i])) {
            return FG_SHAPE_OTHER;
        }
        budget->left--;
        fractions += list->items[i].kind == FG_VALUE_NUMBER;
        if (fractions > 0 && i >= ROW_PROBE) {
            break;
        }
    }
    if (fractions == 0) {
        return FG_SHAPE_NAMES;
    }
    return list->count >= ROW_LEAST ? FG_SHAPE_ROW : FG_SHAPE_OTHER;
}

static fg_shape shape_at(fg_value value, int depth, fg_shape_budget *budget);

static fg_shape shape_of_list(const fg_value_list *list, int depth, fg_shape_budget *budget)
{
    size_t met[FG_SHAPE_RECORD + 1] = {0};
    if (list->count > 0 && list->items[0].kind == FG_VALUE_NUMBER) {
        return shape_of_numbers(list, budget);
    }
    size_t strange = 0; /* what is neither, but for a name that is missing */
    for (size_t i = 0; i < list->count; i++) {
        fg_shape shape = shape_at(list->items[i], depth + 1, budget);
        met[shape]++;
        strange += shape == FG_SHAPE_OTHER && list->items[i].kind != FG_VALUE_NONE;
    }
    size_t rows = met[FG_SHAPE_ROW] + met[FG_SHAPE_ROWS];
    size_t names = met[FG_SHAPE_NAME] + met[FG_SHAPE_NAMES];
    if (list->count == 2 && rows == 1 && met[FG_SHAPE_NAME] == 1) {
        return FG_SHAPE_RECORD;
    }
    if (rows > 0 && names == 0 && met[FG_SHAPE_RECORD] == 0) {
        return FG_SHAPE_ROWS;
    }
    if (rows == 0 && met[FG_SHAPE_NAME] > 0 && met[FG_SHAPE_NAMES] == 0 && strange == 0) {
        /* A number among integers makes them no names: the list was one of numbers. */
        return list->items[0].kind == FG_VALUE_INTEGER ? shape_of_numbers(list, budget)
                                                       : FG_SHAPE_NAMES;
    }
    return FG_SHAPE_OTHER;
}

static fg_shape shape_at(fg_value value, int depth, fg_shape_budget *budget)
{
    value = fg_numpy_resolve(value);
    if (budget->left == 0) {
        return FG_SHAPE_OTHER;
    }
    budget->left--;
    switch (value.kind) {
    case FG_VALUE_TEXT:
    case FG_VALUE_BYTES:
    case FG_VALUE_INTEGER:
        return FG_SHAPE_NAME;
    case FG_VALUE_ARRAY:
        return shape_of_array(value.array);
    case FG_VALUE_LIST:
    case FG_VALUE_TUPLE:
        return depth < DEPTH ? shape_of_list(value.list, depth, budget) : FG_SHAPE_OTHER;
    default:
        return FG_SHAPE_OTHER;
    }
}

fg_shape fg_shape_of(fg_value value, fg_shape_budget *budget)
{
    return shape_at(value, 0, budget);
}

size_t fg_shape_count(fg_value value, fg_shape shape)
{
    size_t last;
    value = fg_numpy_resolve(value);
    if (shape == FG_SHAPE_ROW || shape == FG_SHAPE_NAME) {
        return 1;
    }
    if (value.kind != FG_VALUE_ARRAY) {
        return fg_value_is_sequence(value) ? value.list->count : 0;
    }
    int dimensions = fg_numpy_real_dimensions(value.array, &last);
    if (dimensions > 1) {
        for (int i = 0; i < value.array->dimensions; i++) {
            if (value.array->shape[i] != 1) {
                return value.array->shape[i];
            }
        }
    }
    /* A row asked for as a series is one of one. */
    return shape == FG_SHAPE_ROWS && value.array->type.kind == 'f' ? 1 : last;
}
