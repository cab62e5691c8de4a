/* A list of entries is checked while it passes by, in whatever pieces it comes. */
#include "probe/entry_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Adds up what came: numbers stand for entries. */
static void add_up(void *context, int64_t index, const cJSON *entry)
{
    int64_t *sum = context;
    *sum += index * 100 + (cJSON_IsNumber(entry) ? (int64_t)entry->valuedouble : 0);
}

static enum fg_list_state feed(const char *text, size_t piece, int64_t *ret_count,
                               const char **ret_fault, int64_t *ret_sum)
{
    fg_entry_list list;
    size_t size = strlen(text);
    *ret_sum = 0;
    fg_entry_list_init(&list, add_up, ret_sum);
    for (size_t at = 0; at < size; at += piece) {
        size_t length = size - at < piece ? size - at : piece;
        /* A copy of its own size, so that a read past its end is seen. */
        char *copy = malloc(length);
        assert_non_null(copy);
        memcpy(copy, text + at, length);
        bool whole = fg_entry_list_take(&list, copy, length);
        assert_int_equal(whole, list.state != FG_LIST_BROKEN);
        free(copy);
    }
    *ret_count = list.count;
    *ret_fault = list.fault;
    enum fg_list_state state = list.state;
    fg_entry_list_release(&list);
    return state;
}

static void lists_are_distinguished_from_what_is_none(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum fg_list_state state;
        int64_t count, sum;
        const char *fault;
    } table[] = {
        {"[]", FG_LIST_END, 0, 0, NULL},
        {" \r\n[ \t]\n", FG_LIST_END, 0, 0, NULL},
        {"[7]", FG_LIST_END, 1, 7, NULL},
        {"[1, 2 ,3]", FG_LIST_END, 3, 306, NULL},
        {"[{}, [], \"a,b]\", null, 5]", FG_LIST_END, 5, 1005, NULL},
        {"[{\"a\": \"}\", \"b\": [1, {\"c\": \"\\\"]\"}]}]", FG_LIST_END, 1, 0, NULL},
        {"[\"\\\\\", 4]", FG_LIST_END, 2, 104, NULL},
        {"", FG_LIST_START, 0, 0, NULL},
        {"[", FG_LIST_FIRST, 0, 0, NULL},
        {"[1,", FG_LIST_NEXT, 1, 1, NULL},
        {"[{\"a\":", FG_LIST_ENTRY, 0, 0, NULL},
        {"[{}", FG_LIST_BETWEEN, 1, 0, NULL},
        {"{}", FG_LIST_BROKEN, 0, 0, NULL},
        {"null", FG_LIST_BROKEN, 0, 0, NULL},
        {"\xff[]", FG_LIST_BROKEN, 0, 0, NULL},
        {"[]]", FG_LIST_BROKEN, 0, 0, NULL},
        {"[] x", FG_LIST_BROKEN, 0, 0, NULL},
        {"[{} {}]", FG_LIST_BROKEN, 1, 0, NULL},
        {"[,1]", FG_LIST_BROKEN, 0, 0, "is not JSON"},
        {"[1,]", FG_LIST_BROKEN, 1, 1, "is not JSON"},
        {"[1,,2]", FG_LIST_BROKEN, 1, 1, "is not JSON"},
        {"[nothing]", FG_LIST_BROKEN, 0, 0, "is not JSON"},
        {"[1 2]", FG_LIST_BROKEN, 0, 0, "is not JSON"},
        {"[{]]", FG_LIST_BROKEN, 0, 0, "is not JSON"},
        {"[}]", FG_LIST_BROKEN, 0, 0, "is not JSON"},
        {"[{\"a\": 1,}]", FG_LIST_BROKEN, 0, 0, "is not JSON"},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        for (size_t piece = 1; piece <= 4; piece++) {
            int64_t count, sum;
            const char *fault;
            assert_int_equal(feed(table[i].text, piece, &count, &fault, &sum), table[i].state);
            assert_int_equal(count, table[i].count);
            assert_int_equal(sum, table[i].sum);
            if (table[i].fault == NULL) {
                assert_null(fault);
            } else {
                assert_string_equal(fault, table[i].fault);
            }
        }
    }
}

static void an_entry_without_end_takes_no_more_than_its_limit(void **state)
{
    (void)state;
    static char block[1 << 16];
    int64_t sum = 0;
    fg_entry_list list;
    fg_entry_list_init(&list, add_up, &sum);
    memset(block, 'x', sizeof(block));
    assert_true(fg_entry_list_take(&list, "[\"", 2));
    for (int i = 0; i < 64; i++) {
        fg_entry_list_take(&list, block, sizeof(block));
    }
    assert_int_equal(list.state, FG_LIST_BROKEN);
    assert_string_equal(list.fault, "is larger than 1 MiB");
    assert_int_equal(list.text.size, FG_ENTRY_LIMIT);
    assert_int_equal(list.text.room, FG_ENTRY_LIMIT + 1); /* and the zero byte */
    fg_entry_list_release(&list);
}

static void an_entry_of_just_the_limit_is_taken(void **state)
{
    (void)state;
    static char entry[FG_ENTRY_LIMIT];
    for (int more = 0; more < 2; more++) {
        int64_t sum = 0;
        fg_entry_list list;
        fg_entry_list_init(&list, add_up, &sum);
        memset(entry, 'x', sizeof(entry));
        entry[0] = '"';
        assert_true(fg_entry_list_take(&list, "[", 1));
        assert_true(fg_entry_list_take(&list, entry, sizeof(entry) - 1 + (size_t)more));
        assert_int_equal(fg_entry_list_take(&list, "\"]", 2), more == 0);
        assert_int_equal(list.state, more == 0 ? FG_LIST_END : FG_LIST_BROKEN);
        fg_entry_list_release(&list);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_distinguished_from_what_is_none),
        cmocka_unit_test(an_entry_without_end_takes_no_more_than_its_limit),
        cmocka_unit_test(an_entry_of_just_the_limit_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
