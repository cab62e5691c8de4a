#include "http/fields.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define GOOD                                                                                       \
    "\"timestamp\":\"2026-11-22T15:04:05\",\"status\":\"Accepted\",\"rfid_id\":\"D8E2F1G3\","      \
    "\"user_name\":\"Ada\""

/* The text of the refusal, or NULL. */
static const char *refusal_of(const char *json, size_t size, fg_error *error)
{
    fg_fields fields = {.came = {false}};
    int result = fg_fields_json(&fields, json, size, error);
    if (result == 0) {
        result = fg_fields_check(&fields, error);
    }
    fg_fields_free(&fields);
    assert_true(result == 0 || result == -EINVAL);
    return result == 0 ? NULL : error->text;
}

static void a_good_object_is_taken(void **state)
{
    (void)state;
    static const char *const good[] = {
        "{" GOOD "}",
        " { " GOOD " } \r\n",
        "{" GOOD ",\"user_name\\u0041\":\"x\"}",
    };
    fg_error error = {""};
    assert_null(refusal_of(good[0], strlen(good[0]), &error));
    assert_null(refusal_of(good[1], strlen(good[1]), &error));
    assert_string_equal(refusal_of(good[2], strlen(good[2]), &error), "Unknown field: user_nameA");
}

static void bad_objects_are_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *json, *text;
    } table[] = {
        {"", "the body is not a JSON object"},
        {"[]", "the body is not a JSON object"},
        {"{", "the body is not a JSON object"},
        {"\"x\"", "the body is not a JSON object"},
        {"{" GOOD "}}", "the body is not a JSON object"},
        {"{" GOOD "} {}", "the body is not a JSON object"},
        {"{}", "Missing field: timestamp"},
        {"{" GOOD ",\"User_Name\":\"Bob\"}", "Unknown field: User_Name"},
        {"{" GOOD ",\"status\":\"Refused\"}", "status is given twice"},
        {"{\"status\":\"Accepted\\u0000x\"}", "the body has a character U+0000"},
        {"{\"status\":\"Accepted\\\\\\u0000x\"}", "the body has a character U+0000"},
        {"{\"status\":1}", "status is not text"},
        {"{\"status\":1e999}", "status is not text"},
        {"{\"status\":null}", "status is not text"},
        {"{\"timestamp\":\"2026-11-22T15:04:05\",\"status\":\"Accepted\",\"rfid_id\":\"\","
         "\"user_name\":\"Ada\"}",
         "Missing field: rfid_id"},
        {"{\"timestamp\":\"2026-11-22T15:04:05\",\"status\":\"Accepted\",\"rfid_id\":\" \\t\","
         "\"user_name\":\"Ada\"}",
         "Missing field: rfid_id"},
        {"{\"timestamp\":\"2026-11-22 15:04:05\",\"status\":\"Accepted\",\"rfid_id\":\"1\","
         "\"user_name\":\"Ada\"}",
         "timestamp is not in the format %Y-%m-%dT%H:%M:%S"},
        {"{\"timestamp\":\"2026-02-30T15:04:05\",\"status\":\"Accepted\",\"rfid_id\":\"1\","
         "\"user_name\":\"Ada\"}",
         "timestamp is not a date and time"},
        {"{\"timestamp\":\"2026-02-20T24:04:05\",\"status\":\"Accepted\",\"rfid_id\":\"1\","
         "\"user_name\":\"Ada\"}",
         "timestamp is not a date and time"},
        {"{\"timestamp\":\"2026-11-22T15:04:05\",\"status\":\"accepted\",\"rfid_id\":\"1\","
         "\"user_name\":\"Ada\"}",
         "status is neither Accepted nor Refused"},
        {"{" GOOD ",\"reason\":\"x\"}", "reason is for Refused only, and must not be empty"},
        {"{\"timestamp\":\"2026-11-22T15:04:05\",\"status\":\"Refused\",\"rfid_id\":\"1\","
         "\"user_name\":\"A\",\"reason\":\"\"}",
         "reason is for Refused only, and must not be empty"},
        {"{\"timestamp\":\"2026-11-22T15:04:05\",\"status\":\"Accepted\",\"rfid_id\":\"1\","
         "\"user_name\":\"A\\u0001\"}",
         "user_name has a control character (U+0001)"},
        {"{\"timestamp\":\"2026-11-22T15:04:05\",\"status\":\"Accepted\",\"rfid_id\":\"1\","
         "\"user_name\":\"\xFF\"}",
         "user_name is not valid UTF-8"},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        fg_error error = {""};
        const char *text = refusal_of(table[i].json, strlen(table[i].json), &error);
        assert_non_null(text);
        assert_string_equal(text, table[i].text);
    }
}

static void a_backslash_before_u0000_is_none(void **state)
{
    (void)state;
    static const char json[] =
        "{\"timestamp\":\"2026-11-22T15:04:05\",\"status\":\"Accepted\",\"rfid_id\":\"1\","
        "\"user_name\":\"A\\\\u0000\"}";
    fg_error error = {""};
    assert_null(refusal_of(json, sizeof(json) - 1, &error));
}

static void a_zero_byte_is_seen(void **state)
{
    (void)state;
    static const char json[] = "{" GOOD "\0}";
    fg_error error;
    assert_string_equal(refusal_of(json, sizeof(json) - 1, &error),
                        "the body has a character U+0000");
    fg_fields fields = {.came = {false}};
    assert_int_equal(fg_fields_json(&fields, "{" GOOD "}", sizeof("{" GOOD "}") - 1, &error), 0);
    fg_buffer *name = &fields.value[FG_FIELD_USER];
    fg_buffer_add(name, "\0x", 2);
    assert_int_equal(fg_fields_check(&fields, &error), -EINVAL);
    assert_string_equal(error.text, "user_name has a control character (U+0000)");
    fg_fields_free(&fields);
}

static void a_field_has_its_limit(void **state)
{
    (void)state;
    fg_fields fields = {.came = {false}};
    fg_error error;
    char *piece = calloc(1, FG_FIELD_LIMIT);
    assert_non_null(piece);
    memset(piece, 'a', FG_FIELD_LIMIT);
    assert_int_equal(fg_fields_add(&fields, "reason", piece, FG_FIELD_LIMIT, 0, &error), 0);
    assert_int_equal(fg_fields_add(&fields, "reason", "a", 1, FG_FIELD_LIMIT, &error), -EFBIG);
    assert_string_equal(error.text, "reason has more than the 65536 bytes allowed");
    free(piece);
    fg_fields_free(&fields);
}

static void pieces_make_a_field(void **state)
{
    (void)state;
    fg_fields fields = {.came = {false}};
    fg_error error;
    assert_int_equal(fg_fields_add(&fields, "user_name", "", 0, 0, &error), 0);
    assert_int_equal(fg_fields_add(&fields, "user_name", "A", 1, 0, &error), 0);
    assert_int_equal(fg_fields_add(&fields, "user_name", "da", 2, 1, &error), 0);
    assert_string_equal(fg_fields_text(&fields, FG_FIELD_USER), "Ada");
    assert_int_equal(fg_fields_add(&fields, "user_name", "x", 1, 0, &error), -EINVAL);
    assert_string_equal(error.text, "user_name is given twice");
    assert_null(fg_fields_text(&fields, FG_FIELD_REASON));
    fg_fields_free(&fields);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_object_is_taken),
        cmocka_unit_test(bad_objects_are_refused_by_name),
        cmocka_unit_test(a_backslash_before_u0000_is_none),
        cmocka_unit_test(a_zero_byte_is_seen),
        cmocka_unit_test(a_field_has_its_limit),
        cmocka_unit_test(pieces_make_a_field),
    };
    return cmocka_run_group_tests_name("backend_fields", tests, NULL, NULL);
}
