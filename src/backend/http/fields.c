/* The text fields of a post: collected piece by piece, and checked against the contract. */
#include "http/fields.h"

#include "facegate/text.h"
#include "store/query.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <string.h>

static const struct {
    const char *name;
    size_t limit; /* bytes */
} known[FG_FIELDS] = {
    [FG_FIELD_TIMESTAMP] = {"timestamp", FG_ENTRY_TIMESTAMP - 1},
    [FG_FIELD_STATUS] = {"status", 8},
    [FG_FIELD_RFID] = {"rfid_id", 128},
    [FG_FIELD_USER] = {"user_name", 256},
    [FG_FIELD_REASON] = {"reason", 1024},
};

static int find(const char *name)
{
    for (int i = 0; i < FG_FIELDS; i++) {
        if (strcmp(known[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

int fg_fields_add(fg_fields *fields, const char *name, const char *data, size_t size,
                  uint64_t offset, fg_error *error)
{
    char shown[FG_TEXT_SHOWN];
    int which = find(name);
    if (which < 0) {
        return fg_error_set(error, -EINVAL, "Unknown field: %s",
                            fg_text_show(name, strlen(name), shown));
    }
    fg_buffer *value = &fields->value[which];
    /* A piece without bytes may come before the first that has some. */
    if (offset == 0 && value->size > 0) {
        return fg_error_set(error, -EINVAL, "%s is given twice", name);
    }
    if (value->size + size > FG_FIELD_LIMIT) {
        return fg_error_set(error, -EFBIG, "%s has more than the %d bytes allowed", name,
                            FG_FIELD_LIMIT);
    }
    fields->came[which] = true;
    fg_buffer_add(value, data, size);
    return value->failed ? fg_error_set(error, -ENOMEM, "not enough memory") : 0;
}

/* cJSON would end a string there, so that what follows would be taken for stored. */
static bool has_escaped_zero(const char *body, size_t size)
{
    for (size_t i = 0; i + 1 < size; i++) {
        if (body[i] != '\\') {
            continue;
        }
        if (size - i >= 6 && memcmp(body + i, "\\u0000", 6) == 0) {
            return true;
        }
        i++;
    }
    return false;
}

int fg_fields_json(fg_fields *fields, const char *body, size_t size, fg_error *error)
{
    const char *end = NULL;
    int result = 0;
    if (memchr(body, '\0', size) != NULL || has_escaped_zero(body, size)) {
        return fg_error_set(error, -EINVAL, "the body has a character U+0000");
    }
    cJSON *json = cJSON_ParseWithLengthOpts(body, size, &end, 0);
    while (end != NULL && end < body + size && strchr(" \t\r\n", *end) != NULL) {
        end++;
    }
    if (!cJSON_IsObject(json) || end != body + size) {
        cJSON_Delete(json);
        return fg_error_set(error, -EINVAL, "the body is not a JSON object");
    }
    const cJSON *item;
    cJSON_ArrayForEach(item, json)
    {
        int which = find(item->string);
        if (which >= 0 && fields->came[which]) {
            result = fg_error_set(error, -EINVAL, "%s is given twice", item->string);
        } else if (which >= 0 && !cJSON_IsString(item)) {
            result = fg_error_set(error, -EINVAL, "%s is not text", item->string);
        } else {
            /* A name that is none is refused there. */
            const char *text = cJSON_IsString(item) ? item->valuestring : "";
            result = fg_fields_add(fields, item->string, text, strlen(text), 0, error);
        }
        if (result != 0) {
            break;
        }
    }
    cJSON_Delete(json);
    return result;
}

const char *fg_fields_text(const fg_fields *fields, enum fg_field which)
{
    return fields->value[which].data;
}

static bool is_blank(const fg_buffer *value)
{
    for (size_t i = 0; i < value->size; i++) {
        if (strchr(" \t\r\n\v\f", value->data[i]) == NULL || value->data[i] == '\0') {
            return false;
        }
    }
    return true;
}

static int check_text(const fg_fields *fields, enum fg_field which, fg_error *error)
{
    const fg_buffer *value = &fields->value[which];
    fg_error local;
    if (strlen(value->data) != value->size) {
        return fg_error_set(error, -EINVAL, "%s has a control character (U+0000)",
                            known[which].name);
    }
    int result = fg_text_check(value->data, known[which].limit, &local);
    return result == 0 ? 0 : fg_error_set(error, result, "%s %s", known[which].name, local.text);
}

/* A leap second is written as :60 by some; the contract's "%S" does not take it. */
static int check_timestamp(const char *text, fg_error *error)
{
    int64_t hour, minute, second;
    if (strlen(text) != FG_ENTRY_TIMESTAMP - 1 || text[10] != 'T' || text[13] != ':' ||
        text[16] != ':' || strspn(text, "0123456789-T:") != FG_ENTRY_TIMESTAMP - 1) {
        return fg_error_set(error, -EINVAL,
                            "timestamp is not in the format %%Y-%%m-%%dT%%H:%%M:%%S");
    }
    if (!fg_query_is_day(text, FG_ENTRY_DAY - 1) || !fg_query_number(text + 11, 2, 0, 23, &hour) ||
        !fg_query_number(text + 14, 2, 0, 59, &minute) ||
        !fg_query_number(text + 17, 2, 0, 59, &second)) {
        return fg_error_set(error, -EINVAL, "timestamp is not a date and time");
    }
    return 0;
}

int fg_fields_check(const fg_fields *fields, fg_error *error)
{
    for (enum fg_field which = 0; which < FG_FIELD_REASON; which++) {
        if (is_blank(&fields->value[which])) {
            return fg_error_set(error, -EINVAL, "Missing field: %s", known[which].name);
        }
    }
    const char *status = fields->value[FG_FIELD_STATUS].data;
    int result = check_timestamp(fields->value[FG_FIELD_TIMESTAMP].data, error);
    if (result == 0 && strcmp(status, "Accepted") != 0 && strcmp(status, "Refused") != 0) {
        result = fg_error_set(error, -EINVAL, "status is neither Accepted nor Refused");
    }
    if (result == 0 && fields->came[FG_FIELD_REASON] &&
        (strcmp(status, "Refused") != 0 || is_blank(&fields->value[FG_FIELD_REASON]))) {
        result = fg_error_set(error, -EINVAL, "reason is for Refused only, and must not be empty");
    }
    for (enum fg_field which = 0; which < FG_FIELDS && result == 0; which++) {
        if (fields->came[which]) {
            result = check_text(fields, which, error);
        }
    }
    return result;
}

void fg_fields_free(fg_fields *fields)
{
    for (int i = 0; i < FG_FIELDS; i++) {
        fg_buffer_free(&fields->value[i]);
    }
    *fields = (fg_fields){0};
}
