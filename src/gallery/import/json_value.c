/* Reads JSON into values. */
#include "import/json_value.h"
#include "json_reader.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MARK "\xEF\xBB\xBF" /* what some editors put in front */

static int out_of_memory(fg_error *error)
{
    return fg_error_set(error, -ENOMEM,
                        "needs more than %zu MiB of memory, or more than is free: split it",
                        FG_VALUE_MEMORY >> 20);
}

static size_t mark_size(const char *data, size_t size)
{
    size_t length = sizeof(MARK) - 1;
    return size >= length && memcmp(data, MARK, length) == 0 ? length : 0;
}

bool fg_json_value_likely(const void *data, size_t size)
{
    const char *at = data;
    const char *end = at + size;
    at += mark_size(at, size);
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n')) {
        at++;
    }
    return at < end && (*at == '{' || *at == '[');
}

/* The text of the reader is the caller's to free; this keeps a copy. */
static int keep_text(fg_value_memory *memory, char *text, fg_value *ret_value, fg_error *error)
{
    size_t size = strlen(text);
    unsigned char *copy = fg_value_allocate(memory, size + 1);
    if (copy != NULL) {
        memcpy(copy, text, size + 1);
        *ret_value = (fg_value){.kind = FG_VALUE_TEXT, .size = (uint32_t)size, .bytes = copy};
    }
    free(text);
    return copy != NULL ? 0 : out_of_memory(error);
}

static int read_number(fg_json *json, fg_value *ret_value, fg_error *error)
{
    double number;
    const char *from = json->at;
    int result = fg_json_number(json, &number, error);
    if (result != 0) {
        return result;
    }
    bool whole = true;
    for (const char *at = from; at < json->at; at++) {
        whole = whole && (*at == '-' || (*at >= '0' && *at <= '9'));
    }
    *ret_value = whole && fabs(number) < 1e15
                     ? (fg_value){.kind = FG_VALUE_INTEGER, .integer = (int64_t)number}
                     : (fg_value){.kind = FG_VALUE_NUMBER, .number = number};
    return 0;
}

static int read_word(fg_json *json, fg_value *ret_value, fg_error *error)
{
    static const struct {
        const char *word;
        fg_value_kind kind;
        double number;
    } words[] = {
        {"null", FG_VALUE_NONE, 0},
        {"true", FG_VALUE_BOOL, 1},
        {"false", FG_VALUE_BOOL, 0},
        {"NaN", FG_VALUE_NUMBER, NAN},
        {"Infinity", FG_VALUE_NUMBER, INFINITY},
        {"-Infinity", FG_VALUE_NUMBER, -INFINITY},
    };
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (fg_json_word(json, words[i].word)) {
            ret_value->kind = words[i].kind;
            if (words[i].kind == FG_VALUE_NUMBER) {
                ret_value->number = words[i].number;
            } else {
                ret_value->integer = words[i].number > 0;
            }
            return 0;
        }
    }
    /* The reader says best what is there instead. */
    return fg_json_number(json, &(double){0}, error);
}

/* A value that holds no others. */
static int read_leaf(fg_value_memory *memory, fg_json *json, fg_value *ret_value, fg_error *error)
{
    fg_value value = {.kind = FG_VALUE_NONE};
    enum fg_json_kind kind = fg_json_peek(json);
    int result;
    if (kind == FG_JSON_STRING) {
        char *text = NULL;
        result = fg_json_string(json, &text, error);
        result = result == 0 ? keep_text(memory, text, &value, error) : result;
    } else if (kind == FG_JSON_NUMBER && !(json->end - json->at > 1 && json->at[1] == 'I')) {
        result = read_number(json, &value, error);
    } else {
        result = read_word(json, &value, error);
    }
    if (result == 0) {
        *ret_value = value;
    }
    return result;
}

static int begin(fg_value_memory *memory, fg_json *json, fg_value *ret_value, fg_error *error)
{
    bool object = fg_json_peek(json) == FG_JSON_OBJECT;
    int result = object ? fg_json_enter_object(json, error) : fg_json_enter_array(json, error);
    if (result != 0) {
        return result;
    }
    fg_value_list *list = fg_value_allocate(memory, sizeof(*list));
    if (list == NULL) {
        return out_of_memory(error);
    }
    *ret_value = (fg_value){.kind = object ? FG_VALUE_DICT : FG_VALUE_LIST, .list = list};
    return 0;
}

/* To the next entry of a container, whose key is kept: 1, or 0 at its end. */
static int next_entry(fg_value_memory *memory, fg_json *json, fg_value container, fg_error *error)
{
    char *key = NULL;
    fg_value kept;
    if (container.kind != FG_VALUE_DICT) {
        return fg_json_next_element(json, error);
    }
    int result = fg_json_next_key(json, &key, error);
    if (result <= 0) {
        return result;
    }
    result = keep_text(memory, key, &kept, error);
    if (result != 0) {
        return result;
    }
    return fg_value_list_add(memory, container.list, &kept, 1) ? 1 : out_of_memory(error);
}

static bool opens(fg_json *json)
{
    enum fg_json_kind kind = fg_json_peek(json);
    return kind == FG_JSON_OBJECT || kind == FG_JSON_ARRAY;
}

/* All of a value; containers that are begun and not ended are in `open`. */
static int read_all(fg_value_memory *memory, fg_json *json, fg_value *ret_value, fg_error *error)
{
    fg_value open[FG_JSON_DEPTH] = {{.kind = FG_VALUE_UNSET}};
    int depth = 0;
    int result = begin(memory, json, &open[0], error);
    *ret_value = open[0];
    while (result == 0 && depth >= 0) {
        fg_value value;
        fg_value_list *list = open[depth].list;
        result = next_entry(memory, json, open[depth], error);
        if (result <= 0) {
            depth--;
            continue;
        }
        bool inner = opens(json);
        result =
            inner ? begin(memory, json, &value, error) : read_leaf(memory, json, &value, error);
        if (result == 0 && !fg_value_list_add(memory, list, &value, 1)) {
            result = out_of_memory(error);
        }
        if (result == 0 && inner) {
            open[++depth] = value;
        }
    }
    return result;
}

int fg_json_value_read(fg_value_memory *memory, const void *data, size_t size, fg_value *ret_value,
                       fg_error *error)
{
    fg_json json;
    fg_value value;
    size_t mark = mark_size(data, size);
    if (size > UINT32_MAX) {
        return fg_error_set(error, -EFBIG, "is too large");
    }
    fg_json_open(&json, (const char *)data + mark, size - mark);
    if (!opens(&json)) {
        return read_leaf(memory, &json, ret_value, error);
    }
    int result = read_all(memory, &json, &value, error);
    if (result == 0) {
        result = fg_json_finish(&json, error);
    }
    if (result == 0) {
        *ret_value = value;
    }
    return result;
}
