/*
 * What the backend takes apart by itself: a query ('?', then NAME=VALUE with & between) or a JSON
 * body (anything else). It is refused with a text of one line, or it is what the contract says, and
 * reads the same once it was written as an entry.
 */
#include "fuzz.h"
#include "http/fields.h"
#include "store/entry.h"
#include "store/query.h"

#include <cjson/cJSON.h>

static void try_query(const char *text, size_t size)
{
    fg_query query;
    fg_error error = {""};
    const char *end = text + size;
    int result = 0;
    fg_query_init(&query);
    while (result == 0 && text < end) {
        const char *stop = memchr(text, '&', (size_t)(end - text));
        stop = stop != NULL ? stop : end;
        const char *equals = memchr(text, '=', (size_t)(stop - text));
        size_t name_size = (size_t)((equals != NULL ? equals : stop) - text);
        const char *value = equals != NULL ? equals + 1 : NULL;
        result = fg_query_set(&query, text, name_size, value,
                              value != NULL ? (size_t)(stop - value) : 0, &error);
        text = stop < end ? stop + 1 : end;
    }
    result = result == 0 ? fg_query_check(&query, &error) : result;
    if (result != 0) {
        fg_fuzz_expect_line(error.text);
        return;
    }
    fg_fuzz_expect(query.limit >= 1 && query.limit <= FG_QUERY_LIMIT, "limit");
    fg_fuzz_expect(query.before_id >= 0, "before_id");
    fg_fuzz_expect(query.user[0] == '\0' || fg_text_check(query.user, FG_QUERY_TEXT, NULL) == 0,
                   "user");
    fg_fuzz_expect(query.rfid[0] == '\0' || fg_text_check(query.rfid, FG_QUERY_TEXT, NULL) == 0,
                   "rfid");
    fg_fuzz_expect(query.from[0] == '\0' || fg_query_is_day(query.from, strlen(query.from)),
                   "from");
}

static void expect_text(const cJSON *json, const char *name, const char *wanted)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, name);
    fg_fuzz_expect(wanted == NULL ? item == NULL
                                  : cJSON_IsString(item) && strcmp(item->valuestring, wanted) == 0,
                   name);
}

static void try_body(const char *text, size_t size)
{
    fg_fields fields = {.came = {false}};
    fg_error error = {""};
    fg_buffer json = {0};
    int result = fg_fields_json(&fields, text, size, &error);
    result = result == 0 ? fg_fields_check(&fields, &error) : result;
    if (result != 0) {
        fg_fuzz_expect_line(error.text);
    } else {
        fg_entry entry = {
            .id = 7,
            .timestamp = fg_fields_text(&fields, FG_FIELD_TIMESTAMP),
            .status = fg_fields_text(&fields, FG_FIELD_STATUS),
            .rfid_id = fg_fields_text(&fields, FG_FIELD_RFID),
            .user_name = fg_fields_text(&fields, FG_FIELD_USER),
            .reason = fg_fields_text(&fields, FG_FIELD_REASON),
        };
        fg_entry_json(&json, &entry);
        cJSON *again = cJSON_Parse(json.data);
        expect_text(again, "timestamp", entry.timestamp);
        expect_text(again, "status", entry.status);
        expect_text(again, "rfid_id", entry.rfid_id);
        expect_text(again, "user_name", entry.user_name);
        expect_text(again, "reason", entry.reason);
        cJSON_Delete(again);
    }
    fg_buffer_free(&json);
    fg_fields_free(&fields);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    if (size > 0 && text[0] == '?') {
        try_query(text + 1, size - 1);
    } else {
        /* The parser asks for a text to point to, even of no length. */
        try_body(size > 0 ? text : "", size);
    }
    return 0;
}
