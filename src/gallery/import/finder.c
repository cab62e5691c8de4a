/* Finds encodings and their names in a value. */
#include "import/finder.h"
#include "facegate/text.h"
#include "import/keys.h"
#include "import/numpy.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define DEPTH    4
#define CHILDREN 64 /* of a container that is looked into */
#define HOWDY    "a user's models of Howdy, named after the file"
#define SERIES   8 /* of names beside people, which are compared with theirs */
#define KEPT     3 /* two whole ones are one too many, beside a half */

typedef struct finder {
    fg_shape_budget *budget;
    fg_reading found[KEPT];
    int count;
    size_t encodings; /* of two series that do not fit; 0 where there was none */
    size_t names;
} finder;

bool fg_reading_is_whole(const fg_reading *reading)
{
    return reading->kind <= FG_READING_HOWDY;
}

static void keep(finder *state, const fg_reading *reading)
{
    if (state->count < KEPT) {
        state->found[state->count++] = *reading;
    }
}

static const char *show(fg_value key, char ret_shown[FG_VALUE_SHOWN])
{
    if (fg_value_is_string(key)) {
        char text[FG_TEXT_SHOWN];
        fg_text_show((const char *)key.bytes, key.size, text);
        snprintf(ret_shown, FG_VALUE_SHOWN, "\"%s\"", text);
    } else if (key.kind == FG_VALUE_INTEGER) {
        snprintf(ret_shown, FG_VALUE_SHOWN, "%jd", (intmax_t)key.integer);
    } else {
        fg_value_describe(key, ret_shown);
    }
    return ret_shown;
}

/* The entry of a dict whose key is the best by a measure, the last of equal keys, as Python has it;
 * -1 for none. Another that is as good goes to *ret_rival. */
static long find_key(const fg_value_list *dict, int (*measure)(fg_value key), long *ret_rival)
{
    long best = -1;
    int best_rank = 0;
    *ret_rival = -1;
    for (size_t i = 0; i + 1 < dict->count; i += 2) {
        fg_value key = dict->items[i];
        int rank = measure(key);
        if (rank == 0 || rank < best_rank) {
            continue;
        }
        fg_value held = best >= 0 ? dict->items[best] : key;
        bool again = held.size == key.size && memcmp(held.bytes, key.bytes, key.size) == 0;
        if (rank > best_rank || again) {
            *ret_rival = rank > best_rank ? -1 : *ret_rival;
        } else {
            *ret_rival = best;
        }
        best = (long)i;
        best_rank = rank;
    }
    return best;
}

static fg_value value_of(const fg_value_list *dict, long key)
{
    fg_value value = fg_numpy_resolve(dict->items[key + 1]);
    return value;
}

static bool is_rows(fg_shape shape)
{
    return shape == FG_SHAPE_ROW || shape == FG_SHAPE_ROWS;
}

/* A key for encodings is one that could be for something else as well only if they are there. */
static long find_encodings(finder *state, const fg_value_list *dict)
{
    enum { SURE = 50 };
    long rival;
    long best = find_key(dict, fg_key_for_encodings, &rival);
    if (best < 0 || fg_key_for_encodings(dict->items[best]) >= SURE) {
        return best;
    }
    return is_rows(fg_shape_of(value_of(dict, best), state->budget)) ? best : -1;
}

static void keep_pair(finder *state, const fg_value_list *dict, long encodings, long names)
{
    fg_reading reading = {.kind = FG_READING_PAIR,
                          .container = {.kind = FG_VALUE_DICT, .list = (fg_value_list *)dict},
                          .encodings = value_of(dict, encodings),
                          .names = value_of(dict, names)};
    char one[FG_VALUE_SHOWN];
    char other[FG_VALUE_SHOWN];
    if (!fg_value_is_text(dict->items[encodings], "encodings") ||
        !fg_value_is_text(dict->items[names], "names")) {
        snprintf(reading.text, sizeof(reading.text), "encodings from %.140s, names from %.140s",
                 show(dict->items[encodings], one), show(dict->items[names], other));
    }
    keep(state, &reading);
}

/* Pairs a series of encodings with each series of names that is as long. Returns how many. */
static int pair_by_count(finder *state, const fg_value_list *dict, long encodings, size_t count)
{
    int pairs = 0;
    for (size_t i = 0; i + 1 < dict->count && pairs < KEPT; i += 2) {
        fg_shape shape = fg_shape_of(dict->items[i + 1], state->budget);
        if ((long)i != encodings && shape == FG_SHAPE_NAMES &&
            fg_shape_count(dict->items[i + 1], shape) == count) {
            keep_pair(state, dict, encodings, (long)i);
            pairs++;
        }
    }
    return pairs;
}

static void keep_one(finder *state, fg_reading_kind kind, fg_value value, const char *text)
{
    fg_reading reading = {.kind = kind, .encodings = value, .names = value};
    snprintf(reading.text, sizeof(reading.text), "%s", text);
    keep(state, &reading);
}

static void find(finder *state, fg_value value, int depth);

static bool is_container(fg_value value)
{
    return value.kind == FG_VALUE_DICT || fg_value_is_sequence(value);
}

/* A dict that has a key for encodings. */
static void find_by_key(finder *state, const fg_value_list *dict, long encodings, int depth)
{
    long rival;
    fg_value series = value_of(dict, encodings);
    long names = find_key(dict, fg_key_for_names, &rival);
    if (series.kind == FG_VALUE_DICT) {
        find(state, series, depth + 1);
        return;
    }
    if (names >= 0) {
        keep_pair(state, dict, encodings, names);
        if (rival >= 0) {
            keep_pair(state, dict, encodings, rival);
        }
        return;
    }
    fg_shape shape = fg_shape_of(series, state->budget);
    int before = state->count;
    if (pair_by_count(state, dict, encodings, fg_shape_count(series, FG_SHAPE_ROWS)) == 0 &&
        is_rows(shape)) {
        keep_one(state, FG_READING_ROWS, series, "");
    }
    /* [{"names": ...}] and the like, under a key that is for encodings by chance. */
    if (state->count == before && is_container(series)) {
        find(state, series, depth + 1);
    }
}

bool fg_find_rows(fg_value value, fg_shape_budget *budget, fg_value *ret_rows)
{
    finder state = {.budget = budget};
    fg_value rows = fg_numpy_resolve(value);
    if (rows.kind == FG_VALUE_DICT) {
        long rival;
        long key = find_encodings(&state, rows.list);
        long names = find_key(rows.list, fg_key_for_names, &rival);
        /* With names of its own it is no single one's. */
        if (key < 0 ||
            (names >= 0 && fg_shape_of(value_of(rows.list, names), budget) == FG_SHAPE_NAMES)) {
            return false;
        }
        rows = value_of(rows.list, key);
    }
    if (!is_rows(fg_shape_of(rows, budget))) {
        return false;
    }
    *ret_rows = rows;
    return true;
}

/* What a dict without a key for encodings has. */
typedef struct tally {
    size_t rows;    /* values with encodings */
    long rows_at;   /* the last of them */
    size_t unnamed; /* of them such whose key numpy gave */
    size_t labels;  /* texts under a number, or the reverse */
    size_t entries;
} tally;

static tally count_entries(finder *state, const fg_value_list *dict)
{
    tally sum = {.rows_at = -1};
    for (size_t i = 0; i + 1 < dict->count; i += 2) {
        fg_value key = dict->items[i];
        fg_value value = fg_numpy_resolve(dict->items[i + 1]);
        fg_value rows;
        sum.entries++;
        sum.labels += (key.kind == FG_VALUE_INTEGER && fg_value_is_string(value)) ||
                      (fg_value_is_string(key) && value.kind == FG_VALUE_INTEGER);
        if (fg_find_rows(value, state->budget, &rows)) {
            sum.rows++;
            sum.rows_at = (long)i;
            sum.unnamed += !fg_key_is_given(key);
        }
    }
    return sum;
}

static void find_inside(finder *state, const fg_value_list *list, size_t step, int depth)
{
    size_t looked = 0;
    for (size_t i = step - 1; i < list->count && looked < CHILDREN; i += step, looked++) {
        fg_value child = fg_numpy_resolve(list->items[i]);
        if (is_container(child) || child.kind == FG_VALUE_ARRAY) {
            find(state, child, depth + 1);
        }
    }
}

/* Howdy keeps a file for each user, of entries with these keys; a label is not a name. */
static bool is_howdys(fg_value value)
{
    static const char *const keys[] = {"data", "label", "time"};
    size_t met = 0;
    if (value.kind != FG_VALUE_DICT) {
        return false;
    }
    for (size_t i = 0; i + 1 < value.list->count; i += 2) {
        for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
            met += fg_value_is_text(value.list->items[i], keys[k]);
        }
    }
    return met == sizeof(keys) / sizeof(keys[0]);
}

/* Pairs a series of names with each series of encodings that is as long. Returns how many. */
static int pair_names(finder *state, const fg_value_list *dict, size_t names)
{
    int pairs = 0;
    size_t count = fg_shape_count(dict->items[names + 1], FG_SHAPE_NAMES);
    for (size_t i = 0; i + 1 < dict->count && state->count < KEPT; i += 2) {
        fg_shape shape = fg_shape_of(dict->items[i + 1], state->budget);
        if (shape == FG_SHAPE_ROWS && fg_shape_count(dict->items[i + 1], shape) == count) {
            keep_pair(state, dict, (long)i, (long)names);
            pairs++;
        }
    }
    return pairs;
}

/* A dict with encodings under keys that are not for them: those are names. A series of names that
 * is as long as one of encodings makes that doubtful. */
static void find_named(finder *state, fg_value value, const tally *sum)
{
    const fg_value_list *dict = value.list;
    int pairs = 0;
    int looked = 0;
    bool given = sum->unnamed < sum->rows;
    if (given) {
        keep_one(state, FG_READING_NAMED, value, "each key with encodings is a name");
    }
    for (size_t i = 0; i + 1 < dict->count && looked < SERIES; i += 2) {
        if (fg_shape_of(dict->items[i + 1], state->budget) == FG_SHAPE_NAMES) {
            pairs += pair_names(state, dict, i);
            looked++;
        }
    }
    if (!given && pairs == 0 && sum->rows == 1) {
        keep_one(state, FG_READING_ROWS, value_of(dict, sum->rows_at), "");
    }
}

static void find_in_dict(finder *state, fg_value value, int depth)
{
    const fg_value_list *dict = value.list;
    long rival;
    long encodings = find_encodings(state, dict);
    if (is_howdys(value)) {
        keep_one(state, FG_READING_HOWDY, value, HOWDY);
        return;
    }
    if (encodings >= 0) {
        find_by_key(state, dict, encodings, depth);
        return;
    }
    long names = find_key(dict, fg_key_for_names, &rival);
    tally sum = count_entries(state, dict);
    if (sum.rows == 1 && names >= 0 && names != sum.rows_at) {
        keep_pair(state, dict, sum.rows_at, names);
    } else if (sum.rows > 0) {
        find_named(state, value, &sum);
    } else if (sum.entries > 0 && sum.labels == sum.entries) {
        keep_one(state, FG_READING_MAP, value, "");
    } else if (names >= 0 && fg_shape_of(value_of(dict, names), state->budget) == FG_SHAPE_NAMES) {
        keep_one(state, FG_READING_NAMES, value_of(dict, names), "");
    } else {
        find_inside(state, dict, 2, depth);
    }
}

static const char *ordinal(size_t index, char ret_text[32])
{
    static const char *const words[] = {"first", "second", "third", "fourth", "fifth"};
    if (index < sizeof(words) / sizeof(words[0])) {
        return words[index];
    }
    snprintf(ret_text, 32, "%zuth", index + 1);
    return ret_text;
}

static void keep_items(finder *state, fg_value list, size_t encodings, size_t names)
{
    fg_reading reading = {.kind = FG_READING_PAIR,
                          .container = list,
                          .encodings = fg_numpy_resolve(list.list->items[encodings]),
                          .names = fg_numpy_resolve(list.list->items[names])};
    char one[32];
    char other[32];
    const char *count = list.list->count == 2 ? "two" : "several";
    snprintf(reading.text, sizeof(reading.text),
             "encodings from the %s of %s lists, names from the %s", ordinal(encodings, one), count,
             ordinal(names, other));
    keep(state, &reading);
}

/* Two series side by side that are as long as each other; what has another length is kept for the
 * message. */
static void pair_items(finder *state, fg_value list, const fg_shape *shapes)
{
    const fg_value *items = list.list->items;
    for (size_t i = 0; i < list.list->count; i++) {
        for (size_t k = 0; is_rows(shapes[i]) && k < list.list->count; k++) {
            bool one = shapes[k] == FG_SHAPE_NAME;
            if (shapes[k] != FG_SHAPE_NAMES && !one) {
                continue;
            }
            size_t encodings = fg_shape_count(items[i], shapes[i]);
            size_t names = fg_shape_count(items[k], shapes[k]);
            if (encodings == names || one) {
                keep_items(state, list, i, k);
            } else {
                state->encodings = encodings;
                state->names = names;
            }
        }
    }
}

/* Of a list that is no series itself. */
static void find_in_items(finder *state, fg_value list, int depth)
{
    fg_shape shapes[CHILDREN];
    size_t met[FG_SHAPE_RECORD + 1] = {0};
    size_t dicts = 0;
    size_t howdys = 0;
    size_t count = list.list->count;
    for (size_t i = 0; i < count; i++) {
        fg_value item = fg_numpy_resolve(list.list->items[i]);
        fg_shape shape = fg_shape_of(item, state->budget);
        shapes[i < CHILDREN ? i : CHILDREN - 1] = shape;
        met[shape]++;
        dicts += item.kind == FG_VALUE_DICT;
        howdys += is_howdys(item);
    }
    if (howdys > 0 && howdys == count) {
        keep_one(state, FG_READING_HOWDY, list, HOWDY);
    } else if (met[FG_SHAPE_RECORD] > 0 || (dicts > 1 && met[FG_SHAPE_ROWS] == 0)) {
        keep_one(state, FG_READING_RECORDS, list, "each entry has a name and encodings");
    } else if (met[FG_SHAPE_ROW] + met[FG_SHAPE_ROWS] > 0 && count <= CHILDREN) {
        pair_items(state, list, shapes);
    } else {
        find_inside(state, list.list, 1, depth);
    }
}

static void find(finder *state, fg_value value, int depth)
{
    if (depth > DEPTH || state->count == KEPT) {
        return;
    }
    if (value.kind == FG_VALUE_DICT) {
        find_in_dict(state, value, depth);
        return;
    }
    fg_shape shape = fg_shape_of(value, state->budget);
    if (is_rows(shape)) {
        keep_one(state, FG_READING_ROWS, value, "");
    } else if (shape == FG_SHAPE_NAMES) {
        keep_one(state, FG_READING_NAMES, value, "");
    } else if (fg_value_is_sequence(value)) {
        find_in_items(state, value, depth);
    }
}

static int refuse(const finder *state, fg_value value, fg_error *error)
{
    char shown[FG_VALUE_SHOWN];
    if (state->budget->left == 0) {
        return fg_error_set(error, -EINVAL, "is too tangled to find encodings in");
    }
    if (state->encodings > 0) {
        return fg_error_set(error, -EINVAL,
                            "has %zu encodings and %zu names: each encoding needs one",
                            state->encodings, state->names);
    }
    return fg_error_set(error, -EINVAL, "holds %s, and no encodings with names in it",
                        fg_value_describe(value, shown));
}

int fg_find_reading(fg_value value, fg_shape_budget *budget, fg_reading *ret_reading,
                    fg_error *error)
{
    finder state = {.budget = budget};
    const fg_reading *whole = NULL;
    value = fg_numpy_resolve(value);
    find(&state, value, 0);
    for (int i = 0; i < state.count; i++) {
        if (!fg_reading_is_whole(&state.found[i])) {
            continue;
        }
        if (whole != NULL) {
            return fg_error_set(error, -EINVAL,
                                "can be read in two ways, and only you know which is right: %s; or "
                                "%s",
                                whole->text[0] != '\0' ? whole->text
                                                       : "\"encodings\" and \"names\"",
                                state.found[i].text[0] != '\0' ? state.found[i].text
                                                               : "\"encodings\" and \"names\"");
        }
        whole = &state.found[i];
    }
    if (whole == NULL && (state.count == 0 || budget->left == 0)) {
        return refuse(&state, value, error);
    }
    *ret_reading = whole != NULL ? *whole : state.found[0];
    return 0;
}
