#include "json_reader.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A copy of exactly its size, so that a sanitizer sees a read past the end. */
static char *open_copy(fg_json *json, const char *text, size_t size)
{
    char *copy = malloc(size > 0 ? size : 1);
    assert_non_null(copy);
    memcpy(copy, text, size);
    fg_json_open(json, copy, size);
    return copy;
}

static void a_document_is_walked_in_order(void **state)
{
    (void)state;
    static const char text[] = " {\"a\" : [1, -2.5e1 ,\n\"x\"],\t\"b\":{}, \"c\":[ ] } \r\n";
    fg_json json;
    char *key = NULL;
    char *value = NULL;
    double number = 0;
    char *copy = open_copy(&json, text, strlen(text));
    assert_int_equal(fg_json_peek(&json), FG_JSON_OBJECT);
    assert_int_equal(fg_json_enter_object(&json, NULL), 0);
    assert_int_equal(fg_json_next_key(&json, &key, NULL), 1);
    assert_string_equal(key, "a");
    free(key);
    assert_int_equal(fg_json_peek(&json), FG_JSON_ARRAY);
    assert_int_equal(fg_json_enter_array(&json, NULL), 0);
    assert_int_equal(fg_json_next_element(&json, NULL), 1);
    assert_int_equal(fg_json_peek(&json), FG_JSON_NUMBER);
    assert_int_equal(fg_json_number(&json, &number, NULL), 0);
    assert_true(number == 1);
    assert_int_equal(fg_json_next_element(&json, NULL), 1);
    assert_int_equal(fg_json_peek(&json), FG_JSON_NUMBER);
    assert_int_equal(fg_json_number(&json, &number, NULL), 0);
    assert_true(number == -25);
    assert_int_equal(fg_json_next_element(&json, NULL), 1);
    assert_int_equal(fg_json_peek(&json), FG_JSON_STRING);
    assert_int_equal(fg_json_string(&json, &value, NULL), 0);
    assert_string_equal(value, "x");
    free(value);
    assert_int_equal(fg_json_next_element(&json, NULL), 0);
    assert_int_equal(fg_json_next_key(&json, &key, NULL), 1);
    assert_string_equal(key, "b");
    free(key);
    assert_int_equal(fg_json_enter_object(&json, NULL), 0);
    assert_int_equal(fg_json_next_key(&json, &key, NULL), 0);
    assert_int_equal(fg_json_next_key(&json, &key, NULL), 1);
    assert_string_equal(key, "c");
    free(key);
    assert_int_equal(fg_json_enter_array(&json, NULL), 0);
    assert_int_equal(fg_json_next_element(&json, NULL), 0);
    assert_int_equal(fg_json_next_key(&json, &key, NULL), 0);
    assert_int_equal(fg_json_finish(&json, NULL), 0);
    assert_int_equal(fg_json_peek(&json), FG_JSON_END);
    free(copy);
}

static void strings_are_decoded(void **state)
{
    (void)state;
    static const struct {
        const char *json, *text;
    } rows[] = {
        {"\"\"", ""},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"},
        {"\"\\u00e9\\u20AC\"", "\xC3\xA9\xE2\x82\xAC"},
        {"\"\\ud83d\\uDE00\"", "\xF0\x9F\x98\x80"},
        {"\"\xF0\x9F\x98\x80\"", "\xF0\x9F\x98\x80"},
        {"\"\\u0001\\u007f\"", "\x01\x7F"},
        {"\"na\\u006de\"", "name"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        fg_json json;
        fg_error error = {""};
        char *text = NULL;
        char *copy = open_copy(&json, rows[i].json, strlen(rows[i].json));
        if (fg_json_string(&json, &text, &error) != 0) {
            fail_msg("%s: %s", rows[i].json, error.text);
        }
        assert_string_equal(text, rows[i].text);
        assert_int_equal(fg_json_finish(&json, NULL), 0);
        free(text);
        free(copy);
    }
}

static void assert_string_refused(const char *json_text, size_t size, const char *message)
{
    fg_json json;
    fg_error error = {""};
    char *text = NULL;
    char *copy = open_copy(&json, json_text, size);
    assert_int_equal(fg_json_string(&json, &text, &error), -EINVAL);
    assert_string_equal(error.text, message);
    assert_null(text);
    free(copy);
}

static void bad_strings_are_refused(void **state)
{
    (void)state;
    static const char escape[] = "line 1: a string has a broken escape";
    static const char open[] = "line 1: a string is not closed";
    static const struct {
        const char *json, *message;
    } rows[] = {
        {"\"abc", open},
        {"\"", open},
        {"\"a\\\"", open},
        {"\"\\", escape},
        {"\"\\x41\"", escape},
        {"\"\\u12", escape},
        {"\"\\u1234", open},
        {"\"\\u12g4\"", escape},
        {"\"\\u 123\"", escape},
        {"\"\\ud83d\"", escape},
        {"\"\\ud83d\\u0041\"", escape},
        {"\"\\ude00\\ud83d\"", escape},
        {"\"\\u0000\"", "line 1: a string has \\u0000, which would cut it short"},
        {"\"a\\u0000b\"", "line 1: a string has \\u0000, which would cut it short"},
        {"\"a\nb\"", "line 1: a string has a control character (0x0A)"},
        {"\"a\xC3\"", "line 1: a string is not valid UTF-8"},
        {"\"\xED\xA0\x80\"", "line 1: a string is not valid UTF-8"},
        {"\n\n\"\xFF\"", "line 3: a string is not valid UTF-8"},
        {"12", "line 1: expected a string, found a number"},
        {"nul", "line 1: expected a string, found \"n\""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_string_refused(rows[i].json, strlen(rows[i].json), rows[i].message);
    }
    assert_string_refused("\"a\0b\"", 5, "line 1: a string has a control character (0x00)");
    assert_string_refused("\"\\\0\"", 4, escape);
}

static void numbers_are_those_of_json(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        double number;
    } good[] = {
        {"0", 0},       {"-0", 0},
        {"10", 10},     {"-1.5", -1.5},
        {"1e2", 100},   {"1E+2", 100},
        {"25e-1", 2.5}, {"1.7976931348623157e308", 1.7976931348623157e308},
        {"1e-999", 0},  {"0.1000000000000000000000000000000000000000000000000000000000000", 0.1},
    };
    static const char form[] = "line 1: a number is not valid JSON";
    static const struct {
        const char *json, *message;
    } bad[] = {
        {"01", form},
        {"-", form},
        {"-a", form},
        {"1.", form},
        {"1.e2", form},
        {"1e", form},
        {"1e+", form},
        {"-Infinity", form},
        {"+1", "line 1: expected a number, found \"+\""},
        {".5", "line 1: expected a number, found \".\""},
        {"NaN", "line 1: expected a number, found \"N\""},
        {"true", "line 1: expected a number, found true"},
        {"null", "line 1: expected a number, found null"},
        {"\"1\"", "line 1: expected a number, found a string"},
        {"{", "line 1: expected a number, found an object"},
        {"[", "line 1: expected a number, found an array"},
        {"\x01", "line 1: expected a number, found the byte 0x01"},
        {"", "line 1: expected a number, found the end of the file"},
        {"1e999", "line 1: a number is not finite"},
        {"-1e999", "line 1: a number is not finite"},
        {"0.10000000000000000000000000000000000000000000000000000000000000000000",
         "line 1: a number has 70 characters, more than 63"},
    };
    for (size_t i = 0; i < COUNT(good); i++) {
        fg_json json;
        double number = 99;
        char *copy = open_copy(&json, good[i].json, strlen(good[i].json));
        assert_int_equal(fg_json_number(&json, &number, NULL), 0);
        assert_true(number == good[i].number);
        assert_int_equal(fg_json_finish(&json, NULL), 0);
        free(copy);
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        fg_json json;
        double number = 99;
        fg_error error = {""};
        char *copy = open_copy(&json, bad[i].json, strlen(bad[i].json));
        assert_int_equal(fg_json_number(&json, &number, &error), -EINVAL);
        assert_string_equal(error.text, bad[i].message);
        assert_true(number == 99);
        free(copy);
    }
}

/* Walks an object of numbers, and arrays of them, as far as it goes. */
static int walk(fg_json *json, fg_error *error)
{
    char *key = NULL;
    double number;
    int result = fg_json_enter_object(json, error);
    while (result == 0 && (result = fg_json_next_key(json, &key, error)) > 0) {
        free(key);
        if (fg_json_peek(json) != FG_JSON_ARRAY) {
            result = fg_json_number(json, &number, error);
            continue;
        }
        result = fg_json_enter_array(json, error);
        while (result == 0 && (result = fg_json_next_element(json, error)) > 0) {
            result = fg_json_number(json, &number, error);
        }
    }
    return result == 0 ? fg_json_finish(json, error) : result;
}

static void bad_structure_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *json, *message;
    } rows[] = {
        {"", "line 1: expected an object, found the end of the file"},
        {"[]", "line 1: expected an object, found an array"},
        {"{", "line 1: expected a key, found the end of the file"},
        {"{,", "line 1: expected a key, found \",\""},
        {"{a:1}", "line 1: expected a key, found \"a\""},
        {"{\"a\"}", "line 1: expected \":\", found \"}\""},
        {"{\"a\" 1}", "line 1: expected \":\", found a number"},
        {"{\"a\":1", "line 1: expected \",\" or \"}\", found the end of the file"},
        {"{\"a\":1]", "line 1: expected \",\" or \"}\", found \"]\""},
        {"{\"a\":1\n\"b\":2}", "line 2: expected \",\" or \"}\", found a string"},
        {"{\"a\":1,}", "line 1: expected a key, found \"}\""},
        {"{\"a\":[1,]}", "line 1: expected a number, found \"]\""},
        {"{\"a\":[1 2]}", "line 1: expected \",\" or \"]\", found a number"},
        {"{\"a\":[1}", "line 1: expected \",\" or \"]\", found \"}\""},
        {"{\"a\":[", "line 1: expected a number, found the end of the file"},
        {"{}{", "line 1: expected the end of the file, found an object"},
        {"{}\n}", "line 2: expected the end of the file, found \"}\""},
        {"\xEF\xBB\xBF{}", "line 1: expected an object, found the byte 0xEF"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        fg_json json;
        fg_error error = {""};
        char *copy = open_copy(&json, rows[i].json, strlen(rows[i].json));
        assert_int_equal(walk(&json, &error), -EINVAL);
        assert_string_equal(error.text, rows[i].message);
        free(copy);
    }
}

static void depth_is_bounded(void **state)
{
    (void)state;
    char text[FG_JSON_DEPTH + 1];
    fg_json json;
    fg_error error = {""};
    memset(text, '[', sizeof(text));
    char *copy = open_copy(&json, text, sizeof(text));
    for (int i = 0; i < FG_JSON_DEPTH; i++) {
        assert_int_equal(fg_json_enter_array(&json, NULL), 0);
        assert_int_equal(fg_json_next_element(&json, NULL), 1);
    }
    assert_int_equal(fg_json_enter_array(&json, &error), -EINVAL);
    assert_string_equal(error.text, "line 1: nested more than 16 deep");
    free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_is_walked_in_order),
        cmocka_unit_test(strings_are_decoded),
        cmocka_unit_test(bad_strings_are_refused),
        cmocka_unit_test(numbers_are_those_of_json),
        cmocka_unit_test(bad_structure_is_refused),
        cmocka_unit_test(depth_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
