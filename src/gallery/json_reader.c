/* Walks JSON over a file's bytes, without a tree in memory. */
#include "json_reader.h"

#include "facegate/text.h"

#include <cjson/cJSON.h>
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Some versions of cJSON cut a number here, others do not. */
#define NUMBER_LIMIT 63

static int fault(const fg_json *json, fg_error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static int fault(const fg_json *json, fg_error *error, const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    size_t line = 1;
    for (const char *byte = json->start; byte < json->at; byte++) {
        line += *byte == '\n';
    }
    return fg_error_set(error, -EINVAL, "line %zu: %s", line, text);
}

static void skip_space(fg_json *json)
{
    while (json->at < json->end &&
           (*json->at == ' ' || *json->at == '\t' || *json->at == '\n' || *json->at == '\r')) {
        json->at++;
    }
}

static bool is_digit(const char *at, const char *end)
{
    return at < end && *at >= '0' && *at <= '9';
}

/* "expected WHAT, found ..." with the thing that stands there instead. */
static int unexpected(const fg_json *json, const char *what, fg_error *error)
{
    static const char *const words[] = {"true", "false", "null"};
    size_t rest = (size_t)(json->end - json->at);
    if (rest == 0) {
        return fault(json, error, "expected %s, found the end of the file", what);
    }
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t length = strlen(words[i]);
        if (rest >= length && memcmp(json->at, words[i], length) == 0) {
            return fault(json, error, "expected %s, found %s", what, words[i]);
        }
    }
    unsigned byte = (unsigned char)*json->at;
    const char *kind = NULL;
    if (byte == '{') {
        kind = "an object";
    } else if (byte == '[') {
        kind = "an array";
    } else if (byte == '"') {
        kind = "a string";
    } else if (byte == '-' || is_digit(json->at, json->end)) {
        kind = "a number";
    }
    if (kind != NULL) {
        return fault(json, error, "expected %s, found %s", what, kind);
    }
    if (byte > 0x20 && byte < 0x7F) {
        return fault(json, error, "expected %s, found \"%c\"", what, (char)byte);
    }
    return fault(json, error, "expected %s, found the byte 0x%02X", what, byte);
}

void fg_json_open(fg_json *json, const char *data, size_t size)
{
    *json = (fg_json){.start = data, .end = data + size, .at = data};
}

enum fg_json_kind fg_json_peek(fg_json *json)
{
    skip_space(json);
    if (json->at == json->end) {
        return FG_JSON_END;
    }
    switch (*json->at) {
    case '{':
        return FG_JSON_OBJECT;
    case '[':
        return FG_JSON_ARRAY;
    case '"':
        return FG_JSON_STRING;
    case '-':
        return FG_JSON_NUMBER;
    default:
        return is_digit(json->at, json->end) ? FG_JSON_NUMBER : FG_JSON_OTHER;
    }
}

static int enter(fg_json *json, enum fg_json_kind kind, const char *what, fg_error *error)
{
    if (fg_json_peek(json) != kind) {
        return unexpected(json, what, error);
    }
    if (json->depth == FG_JSON_DEPTH) {
        return fault(json, error, "nested more than %d deep", FG_JSON_DEPTH);
    }
    json->begun[json->depth++] = false;
    json->at++;
    return 0;
}

int fg_json_enter_object(fg_json *json, fg_error *error)
{
    return enter(json, FG_JSON_OBJECT, "an object", error);
}

int fg_json_enter_array(fg_json *json, fg_error *error)
{
    return enter(json, FG_JSON_ARRAY, "an array", error);
}

/* Past the comma to the next entry: 1, or 0 past the closing bracket. */
static int next(fg_json *json, char close, fg_error *error)
{
    bool *begun = &json->begun[json->depth - 1];
    skip_space(json);
    if (json->at < json->end && *json->at == close) {
        json->at++;
        json->depth--;
        return 0;
    }
    if (*begun) {
        if (json->at == json->end || *json->at != ',') {
            return unexpected(json, close == '}' ? "\",\" or \"}\"" : "\",\" or \"]\"", error);
        }
        json->at++;
    }
    *begun = true;
    return 1;
}

int fg_json_next_key(fg_json *json, char **ret_key, fg_error *error)
{
    char *key = NULL;
    int result = next(json, '}', error);
    if (result <= 0) {
        return result;
    }
    if (fg_json_peek(json) != FG_JSON_STRING) {
        return unexpected(json, "a key", error);
    }
    result = fg_json_string(json, &key, error);
    if (result != 0) {
        return result;
    }
    skip_space(json);
    if (json->at == json->end || *json->at != ':') {
        cJSON_free(key);
        return unexpected(json, "\":\"", error);
    }
    json->at++;
    *ret_key = key;
    return 1;
}

int fg_json_next_element(fg_json *json, fg_error *error)
{
    return next(json, ']', error);
}

/* One escape after its backslash; returns its end, NULL where it is refused. */
static const char *check_escape(const fg_json *json, const char *at, fg_error *error)
{
    if (at < json->end && *at != 'u' && *at != '\0' && strchr("\"\\/bfnrt", *at) != NULL) {
        return at + 1;
    }
    bool whole = json->end - at >= 5 && *at == 'u';
    for (int i = 1; whole && i <= 4; i++) {
        whole = isxdigit((unsigned char)at[i]) != 0;
    }
    if (!whole) {
        fault(json, error, "a string has a broken escape");
        return NULL;
    }
    if (memcmp(at + 1, "0000", 4) == 0) {
        fault(json, error, "a string has \\u0000, which would cut it short");
        return NULL;
    }
    return at + 5;
}

/* From the opening quote to past the closing one; NULL where the string is refused. */
static const char *check_string(const fg_json *json, fg_error *error)
{
    const char *at = json->at + 1;
    while (at < json->end && *at != '"') {
        unsigned char byte = (unsigned char)*at;
        if (byte < 0x20) {
            fault(json, error, "a string has a control character (0x%02X)", byte);
            return NULL;
        }
        at++;
        if (byte == '\\' && (at = check_escape(json, at, error)) == NULL) {
            return NULL;
        }
    }
    if (at >= json->end) {
        fault(json, error, "a string is not closed");
        return NULL;
    }
    if (!fg_text_is_utf8(json->at, (size_t)(at - json->at))) {
        fault(json, error, "a string is not valid UTF-8");
        return NULL;
    }
    return at + 1;
}

int fg_json_string(fg_json *json, char **ret_text, fg_error *error)
{
    if (fg_json_peek(json) != FG_JSON_STRING) {
        return unexpected(json, "a string", error);
    }
    const char *end = check_string(json, error);
    if (end == NULL) {
        return -EINVAL;
    }
    const char *parsed = NULL;
    size_t size = (size_t)(end - json->at);
    cJSON *item = cJSON_ParseWithLengthOpts(json->at, size, &parsed, 0);
    if (item == NULL && memchr(json->at, '\\', size) == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory");
    }
    /* Of what is checked above, only half a surrogate pair is left for cJSON to refuse. */
    if (item == NULL || parsed != end) {
        cJSON_Delete(item);
        return fault(json, error, "a string has a broken escape");
    }
    *ret_text = item->valuestring;
    item->valuestring = NULL;
    cJSON_Delete(item);
    json->at = end;
    return 0;
}

/* The end of the number that starts at `at`, NULL where there is none: cJSON takes 01 and 1. as
 * well. */
static const char *number_end(const char *at, const char *end)
{
    at += *at == '-';
    if (!is_digit(at, end)) {
        return NULL;
    }
    if (*at == '0') {
        at++;
    } else {
        while (is_digit(at, end)) {
            at++;
        }
    }
    if (at < end && *at == '.') {
        at++;
        if (!is_digit(at, end)) {
            return NULL;
        }
        while (is_digit(at, end)) {
            at++;
        }
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        at += at < end && (*at == '+' || *at == '-');
        if (!is_digit(at, end)) {
            return NULL;
        }
        while (is_digit(at, end)) {
            at++;
        }
    }
    return at;
}

int fg_json_number(fg_json *json, double *ret_number, fg_error *error)
{
    if (fg_json_peek(json) != FG_JSON_NUMBER) {
        return unexpected(json, "a number", error);
    }
    const char *end = number_end(json->at, json->end);
    if (end == NULL || is_digit(end, json->end)) {
        return fault(json, error, "a number is not valid JSON");
    }
    size_t size = (size_t)(end - json->at);
    if (size > NUMBER_LIMIT) {
        return fault(json, error, "a number has %zu characters, more than %d", size, NUMBER_LIMIT);
    }
    cJSON *item = cJSON_ParseWithLengthOpts(json->at, size, NULL, 0);
    if (item == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory");
    }
    double number = item->valuedouble;
    cJSON_Delete(item);
    if (!isfinite(number)) {
        return fault(json, error, "a number is not finite");
    }
    *ret_number = number;
    json->at = end;
    return 0;
}

bool fg_json_word(fg_json *json, const char *word)
{
    size_t length = strlen(word);
    skip_space(json);
    size_t rest = (size_t)(json->end - json->at);
    if (rest < length || memcmp(json->at, word, length) != 0 ||
        (rest > length && isalnum((unsigned char)json->at[length]))) {
        return false;
    }
    json->at += length;
    return true;
}

int fg_json_finish(fg_json *json, fg_error *error)
{
    skip_space(json);
    return json->at == json->end ? 0 : unexpected(json, "the end of the file", error);
}
