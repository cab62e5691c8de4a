#include "http/answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void only_a_whole_status_line_of_http_1_is_one(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        bool good;
    } table[] = {
        {"HTTP/1.1 201 Created\r\n", true},
        {"HTTP/1.0 201\r\n", true},
        {"HTTP/1.1 201\n", true},
        {"HTTP/1.1 000 \r\n", true},
        {"HTTP/1.1 201", false},
        {"HTTP/1.1 20\r\n", false},
        {"HTTP/1.1 2010\r\n", false},
        {"HTTP/1.1 201abc\r\n", false},
        {"HTTP/1.1  201\r\n", false},
        {"HTTP/1.1 +201\r\n", false},
        {"HTTP/1.12 201\r\n", false},
        {"HTTP/-1.1 201\r\n", false},
        {"HTTP/2 201 \r\n", false},
        {"HTTP/3.14 201\r\n", false},
        {"http/1.1 201\r\n", false},
        {"HTTP/1.1\t201\r\n", false},
        {"", false},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (fg_answer_is_status_line(table[i].line, strlen(table[i].line)) != table[i].good) {
            fail_msg("%s", table[i].line);
        }
    }
}

static void what_is_not_one_whole_json_value_is_refused(void **state)
{
    (void)state;
    static const char *const table[] = {
        "",         " ", "{", "{\"id\": 7", "{\"id\": 7} {}", "[1,]", "garbage", "{\"id\": 7}\x01",
        "\xfe\xff",
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        assert_null(fg_answer_parse(table[i], strlen(table[i])));
    }
    static const char cut[] = "{\"id\": 7}\0{\"id\": 8}";
    assert_null(fg_answer_parse(cut, sizeof(cut) - 1));
}

static void deep_nesting_is_refused(void **state)
{
    (void)state;
    static char deep[200000];
    memset(deep, '[', sizeof(deep));
    assert_null(fg_answer_parse(deep, sizeof(deep)));
}

static void a_value_may_be_followed_by_white_space(void **state)
{
    (void)state;
    static const char text[] = "{\"image_path\": \"/a\", \"Id\": 7}\r\n \t";
    cJSON *json = fg_answer_parse(text, strlen(text));
    assert_non_null(json);
    assert_string_equal(fg_answer_text(json, "image_path"), "/a");
    assert_null(fg_answer_text(json, "id"));
    assert_null(fg_answer_text(json, "IMAGE_PATH"));
    cJSON_Delete(json);
}

static void only_numbers_a_double_holds_exactly_are_ids(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
        int64_t number;
    } table[] = {
        {"7", true, 7},
        {"0", true, 0},
        {"9007199254740992", true, INT64_C(9007199254740992)},
        {"7.5", false, 0},
        {"1e999", false, 0},
        {"-1e999", false, 0},
        {"1e17", false, 0},
        {"\"7\"", false, 0},
        {"true", false, 0},
        {"null", false, 0},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        int64_t number = 0;
        cJSON *json = fg_answer_parse(table[i].text, strlen(table[i].text));
        assert_int_equal(fg_answer_whole_number(json, &number), table[i].good);
        assert_int_equal(number, table[i].number);
        cJSON_Delete(json);
    }
    int64_t number = 0;
    assert_false(fg_answer_whole_number(NULL, &number));
}

static void an_excerpt_is_one_printable_line(void **state)
{
    (void)state;
    static const char *const table[][2] = {
        {"", ""},
        {"{\"error\": \"no\"}\n", "{\"error\": \"no\"}"},
        {"  <html>\r\n  <p>", "<html> <p>"},
        {"a\x1b[31mb\x7f", "a?[31mb?"},
        {"Zo\xc3\xab \xf0\x9f\x9a\xaa", "Zo\xc3\xab \xf0\x9f\x9a\xaa"},
        {"\xc2\x9b\x31m", "?1m"},
        {"\xff\xfe\xc3", "???"},
        {"\xc3(", "?("},
    };
    char text[FG_EXCERPT_SIZE];
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        fg_answer_excerpt(table[i][0], strlen(table[i][0]), text);
        assert_string_equal(text, table[i][1]);
    }
    fg_answer_excerpt("a\0b", 3, text);
    assert_string_equal(text, "a?b");
}

static void an_excerpt_ends_at_200_bytes_between_characters(void **state)
{
    (void)state;
    char body[400], text[FG_EXCERPT_SIZE];
    memset(body, 'x', sizeof(body));
    fg_answer_excerpt(body, sizeof(body), text);
    assert_int_equal(strlen(text), 200);
    for (size_t i = 1; i + 1 < sizeof(body); i += 2) {
        body[i] = '\xc3';
        body[i + 1] = '\xab';
    }
    fg_answer_excerpt(body, sizeof(body), text);
    assert_int_equal(strlen(text), 199);
}

static void a_token_that_comes_back_is_masked(void **state)
{
    (void)state;
    static const char token[] = "door/Key+42==";
    static const char *const table[][2] = {
        {"Bearer door/Key+42== is wrong", "Bearer ************* is wrong"},
        {"door/Key+42==door/Key+42==", "**************************"},
        {"?t=door%2FKey%2b42%3D%3d&u", "?t=*********************&u"},
        {"\"door\\/Key\\u002B42==\"", "\"*******************\""},
        {"cut off: door/Key+", "cut off: *********"},
        {"cut off: door/Key%2", "cut off: **********"},
        {"door/Key... is none", "********... is none"},
        {"...oor/Key+42== is none", "...************ is none"},
        {"door/Key&#43;42==", "********&#43;42=="},
        {"door/Key-42==", "********-42=="},
        {"the door/, ey+42==", "the door/, ey+42=="},
        {"the key Key+42==", "the key ********"},
        {"the door/", "the door/"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char body[64];
        strcpy(body, table[i][0]);
        fg_answer_mask(body, strlen(body), token);
        assert_string_equal(body, table[i][1]);
    }
    char word[] = "the id of the door";
    fg_answer_mask(word, strlen(word), "id");
    fg_answer_mask(word, strlen(word), "");
    assert_string_equal(word, "the id of the door");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_whole_status_line_of_http_1_is_one),
        cmocka_unit_test(what_is_not_one_whole_json_value_is_refused),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(a_value_may_be_followed_by_white_space),
        cmocka_unit_test(only_numbers_a_double_holds_exactly_are_ids),
        cmocka_unit_test(an_excerpt_is_one_printable_line),
        cmocka_unit_test(an_excerpt_ends_at_200_bytes_between_characters),
        cmocka_unit_test(a_token_that_comes_back_is_masked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
