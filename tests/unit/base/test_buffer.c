/* Text that grows: what it writes in JSON and XML can be read back by who reads them. */
#include "facegate/base/buffer.h"

#include "testing.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static fg_buffer buffer;

static int release(void **state)
{
    (void)state;
    fg_buffer_free(&buffer);
    return 0;
}

static void any_text_comes_back_out_of_json(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "Ada",
        "\"},\"",
        "a\\",
        "\\u0041\\n",
        "\x01\x1F\n\r\t\x7F",
        "é ß \xE2\x80\xA8 \xF0\x9F\x98\x80",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        fg_buffer_clear(&buffer);
        fg_buffer_json(&buffer, texts[i]);
        cJSON *value = cJSON_ParseWithLengthOpts(buffer.data, buffer.size + 1, NULL, true);
        assert_true(cJSON_IsString(value));
        assert_string_equal(value->valuestring, texts[i]);
        cJSON_Delete(value);
    }
    fg_buffer_clear(&buffer);
    fg_buffer_json(&buffer, NULL);
    assert_string_equal(buffer.data, "null");
}

static void a_number_that_is_none_is_null(void **state)
{
    (void)state;
    static const struct {
        double value;
        int digits;
        const char *text;
    } rows[] = {
        {0.31249, 3, "0.312"}, {120, 0, "120"},       {-1.5, 1, "-1.5"},
        {NAN, 3, "null"},      {INFINITY, 3, "null"}, {-INFINITY, 0, "null"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        fg_buffer_clear(&buffer);
        fg_buffer_json_number(&buffer, rows[i].value, rows[i].digits);
        assert_string_equal(buffer.data, rows[i].text);
    }
}

static void what_xml_cannot_hold_becomes_a_question_mark(void **state)
{
    (void)state;
    static const struct {
        const char *text, *xml;
    } rows[] = {
        {"Ada", "Ada"},
        {"<&>\"'", "&#60;&#38;&#62;&#34;&#39;"},
        {"]]>", "]]&#62;"},
        {"a\x01\x1B[m\x1F", "a??[m?"},
        {"a\tb\n", "a\tb\n"},
        {"\xEF\xBF\xBD\xEF\xBF\xBE\xEF\xBF\xBF", "\xEF\xBF\xBD??"}, /* U+FFFD to U+FFFF */
        {"\xF0\x9F\x98\x80\xC3\xA9", "\xF0\x9F\x98\x80\xC3\xA9"},
        {"\xFFz\xC3", "?z?"},
        {"\xED\xA0\x80", "???"}, /* a surrogate */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        fg_buffer_clear(&buffer);
        fg_buffer_add(&buffer, "", 0);
        fg_buffer_xml(&buffer, rows[i].text);
        assert_string_equal(buffer.data, rows[i].xml);
    }
}

/* The examples of RFC 4648, 10. */
static void base64_is_that_of_the_standard(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"f", "Zg=="},        {"fo", "Zm8="},        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"},
    };
    fg_buffer_base64(&buffer, "", 0);
    assert_int_equal(buffer.size, 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        fg_buffer_clear(&buffer);
        fg_buffer_print(&buffer, "%s:", rows[i][0]);
        fg_buffer_base64(&buffer, rows[i][0], strlen(rows[i][0]));
        assert_int_equal(buffer.size, strlen(buffer.data));
        assert_string_equal(strchr(buffer.data, ':') + 1, rows[i][1]);
    }
    assert_false(buffer.failed);
    fg_buffer_base64(&buffer, "", SIZE_MAX / 2);
    assert_true(buffer.failed);
}

static void what_is_cleared_needs_no_memory_again(void **state)
{
    (void)state;
    fg_buffer_clear(&buffer);
    assert_null(buffer.data);
    for (int i = 0; i < 1000; i++) {
        fg_buffer_print(&buffer, "%d ", i);
    }
    const char *data = buffer.data;
    size_t size = buffer.size;
    fg_buffer_clear(&buffer);
    assert_int_equal(buffer.size, 0);
    assert_string_equal(buffer.data, "");
    for (int i = 0; i < 1000; i++) {
        fg_buffer_print(&buffer, "%d ", i);
    }
    assert_ptr_equal(buffer.data, data);
    assert_int_equal(buffer.size, size);
}

static void no_more_than_the_limit_is_held_or_allocated(void **state)
{
    (void)state;
    fg_buffer bounded = {.limit = 1000};
    for (int i = 0; i < 1000; i++) {
        fg_buffer_add(&bounded, "x", 1);
        assert_false(bounded.failed);
        assert_in_range(bounded.room, bounded.size + 1, 1001);
    }
    fg_buffer_add(&bounded, "", 0);
    assert_false(bounded.failed);
    fg_buffer_add(&bounded, "y", 1);
    assert_true(bounded.failed);
    assert_int_equal(bounded.size, 1000);
    assert_int_equal(strspn(bounded.data, "x"), 1000);
    fg_buffer_clear(&bounded);
    assert_false(bounded.failed);
    fg_buffer_print(&bounded, "%1000s", "");
    assert_false(bounded.failed);
    fg_buffer_free(&bounded);
    fg_buffer_print(&bounded, "%1001s", "");
    assert_true(bounded.failed); /* the limit outlives what it held */
    assert_null(bounded.data);
    fg_buffer_free(&bounded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(any_text_comes_back_out_of_json, release),
        cmocka_unit_test_teardown(a_number_that_is_none_is_null, release),
        cmocka_unit_test_teardown(what_xml_cannot_hold_becomes_a_question_mark, release),
        cmocka_unit_test_teardown(base64_is_that_of_the_standard, release),
        cmocka_unit_test_teardown(what_is_cleared_needs_no_memory_again, release),
        cmocka_unit_test(no_more_than_the_limit_is_held_or_allocated),
    };
    return cmocka_run_group_tests_name("buffer", tests, NULL, NULL);
}
