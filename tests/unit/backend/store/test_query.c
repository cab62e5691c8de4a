#include "store/query.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int set(fg_query *query, const char *name, const char *value, fg_error *error)
{
    return fg_query_set(query, name, strlen(name), value, value != NULL ? strlen(value) : 0, error);
}

static void good_values_are_taken(void **state)
{
    (void)state;
    fg_query query;
    fg_error error;
    fg_query_init(&query);
    assert_false(query.given);
    assert_int_equal(query.limit, 100);
    assert_int_equal(set(&query, "limit", "1000", &error), 0);
    assert_int_equal(set(&query, "before_id", "9223372036854775807", &error), 0);
    assert_int_equal(set(&query, "status", "Refused", &error), 0);
    assert_int_equal(set(&query, "user", "'; DROP TABLE entry; --", &error), 0);
    assert_int_equal(set(&query, "rfid", "D8E2F1G3", &error), 0);
    assert_int_equal(set(&query, "from", "2024-02-29", &error), 0);
    assert_int_equal(set(&query, "to", "2024-02-29", &error), 0);
    assert_int_equal(fg_query_check(&query, &error), 0);
    assert_true(query.given);
    assert_int_equal(query.limit, 1000);
    assert_true(query.before_id == INT64_MAX);
    assert_string_equal(query.status, "Refused");
    assert_string_equal(query.user, "'; DROP TABLE entry; --");
}

static void bad_values_are_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value, *text;
    } table[] = {
        {"limit", "0", "limit must be a whole number from 1 to 1000"},
        {"limit", "1001", "limit must be a whole number from 1 to 1000"},
        {"limit", "-1", "limit must be a whole number from 1 to 1000"},
        {"limit", " 1", "limit must be a whole number from 1 to 1000"},
        {"limit", "1e3", "limit must be a whole number from 1 to 1000"},
        {"limit", "", "limit must be a whole number from 1 to 1000"},
        {"limit", NULL, "limit must be a whole number from 1 to 1000"},
        {"before_id", "0", "before_id must be the id of an entry"},
        {"before_id", "9223372036854775808", "before_id must be the id of an entry"},
        {"before_id", "1 OR 1=1", "before_id must be the id of an entry"},
        {"status", "accepted", "status must be Accepted or Refused"},
        {"status", "' OR ''='", "status must be Accepted or Refused"},
        {"user", "", "user is empty"},
        {"user", "a\tb", "user has a control character (U+0009)"},
        {"user", "\xC3", "user is not valid UTF-8"},
        {"rfid", "", "rfid is empty"},
        {"from", "2026-02-29", "from must be a day, YYYY-MM-DD"},
        {"from", "2026-13-01", "from must be a day, YYYY-MM-DD"},
        {"from", "2026-00-01", "from must be a day, YYYY-MM-DD"},
        {"from", "2026-1-1", "from must be a day, YYYY-MM-DD"},
        {"from", "0000-01-01", "from must be a day, YYYY-MM-DD"},
        {"from", "2026-01-01'", "from must be a day, YYYY-MM-DD"},
        {"to", "20260101", "to must be a day, YYYY-MM-DD"},
        {"to", "2026-04-31", "to must be a day, YYYY-MM-DD"},
        {"Limit", "1",
         "unknown parameter \"Limit\": use one of limit, before_id, status, user, rfid, "
         "from, "
         "to"},
        {"", "1",
         "unknown parameter \"\": use one of limit, before_id, status, user, rfid, from, to"},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        fg_query query;
        fg_error error = {""};
        fg_query_init(&query);
        assert_int_equal(set(&query, table[i].name, table[i].value, &error), -EINVAL);
        assert_string_equal(error.text, table[i].text);
    }
}

static void a_zero_byte_is_seen(void **state)
{
    (void)state;
    fg_query query;
    fg_error error;
    fg_query_init(&query);
    assert_int_equal(fg_query_set(&query, "user", 4, "Ada\0x", 5, &error), -EINVAL);
    assert_string_equal(error.text, "user has a control character (U+0000)");
    assert_int_equal(fg_query_set(&query, "user\0x", 6, "Ada", 3, &error), -EINVAL);
    assert_int_equal(fg_query_set(&query, "limit", 5, "1\0", 2, &error), -EINVAL);
}

static void a_parameter_comes_once(void **state)
{
    (void)state;
    fg_query query;
    fg_error error;
    fg_query_init(&query);
    assert_int_equal(set(&query, "limit", "5", &error), 0);
    assert_int_equal(set(&query, "limit", "5", &error), -EINVAL);
    assert_string_equal(error.text, "limit is given twice");
}

static void days_are_in_order(void **state)
{
    (void)state;
    fg_query query;
    fg_error error;
    fg_query_init(&query);
    assert_int_equal(set(&query, "from", "2026-11-23", &error), 0);
    assert_int_equal(set(&query, "to", "2026-11-22", &error), 0);
    assert_int_equal(fg_query_check(&query, &error), -EINVAL);
    assert_string_equal(error.text, "from (2026-11-23) is after to (2026-11-22)");
}

static void a_long_text_is_refused(void **state)
{
    (void)state;
    char text[300];
    fg_query query;
    fg_error error;
    fg_query_init(&query);
    memset(text, 'a', sizeof(text));
    assert_int_equal(fg_query_set(&query, "user", 4, text, 256, &error), 0);
    assert_int_equal(fg_query_set(&query, "rfid", 4, text, 257, &error), -EINVAL);
    assert_string_equal(error.text, "rfid has 257 bytes, more than the 256 allowed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_values_are_taken), cmocka_unit_test(bad_values_are_refused_by_name),
        cmocka_unit_test(a_zero_byte_is_seen),   cmocka_unit_test(a_parameter_comes_once),
        cmocka_unit_test(days_are_in_order),     cmocka_unit_test(a_long_text_is_refused),
    };
    return cmocka_run_group_tests_name("backend_query", tests, NULL, NULL);
}
