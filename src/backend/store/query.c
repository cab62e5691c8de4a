/* Parses and checks the parameters of GET /api/auth_logs. */
#include "store/query.h"

#include "facegate/text.h"

#include <errno.h>
#include <string.h>

enum parameter { LIMIT, BEFORE_ID, STATUS, USER, RFID, FROM, TO, PARAMETERS };

static const char *const names[PARAMETERS] = {
    [LIMIT] = "limit", [BEFORE_ID] = "before_id", [STATUS] = "status", [USER] = "user",
    [RFID] = "rfid",   [FROM] = "from",           [TO] = "to",
};

void fg_query_init(fg_query *query)
{
    *query = (fg_query){.limit = FG_QUERY_STANDARD};
}

bool fg_query_number(const char *text, size_t size, int64_t low, int64_t high, int64_t *ret_number)
{
    int64_t number = 0;
    if (size == 0) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9' || number > (INT64_MAX - (text[i] - '0')) / 10) {
            return false;
        }
        number = number * 10 + (text[i] - '0');
    }
    if (number < low || number > high) {
        return false;
    }
    *ret_number = number;
    return true;
}

bool fg_query_is_day(const char *text, size_t size)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t year, month, day;
    if (size != FG_ENTRY_DAY - 1 || text[4] != '-' || text[7] != '-' ||
        !fg_query_number(text, 4, 1, 9999, &year) || !fg_query_number(text + 5, 2, 1, 12, &month) ||
        !fg_query_number(text + 8, 2, 1, 31, &day)) {
        return false;
    }
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= lengths[month - 1] + (month == 2 && leap ? 1 : 0);
}

static int copy_text(const char *name, const char *value, size_t size, char ret_text[FG_QUERY_TEXT],
                     fg_error *error)
{
    char text[FG_QUERY_TEXT];
    if (size >= sizeof(text)) {
        return fg_error_set(error, -EINVAL, "%s has %zu bytes, more than the %zu allowed", name,
                            size, sizeof(text) - 1);
    }
    memcpy(text, value, size);
    text[size] = '\0';
    if (strlen(text) != size) {
        return fg_error_set(error, -EINVAL, "%s has a control character (U+0000)", name);
    }
    int result = fg_text_check(text, sizeof(text) - 1, error);
    if (result != 0) {
        fg_error prefixed = *error;
        return fg_error_set(error, result, "%s %s", name, prefixed.text);
    }
    memcpy(ret_text, text, size + 1);
    return 0;
}

static int copy_day(const char *name, const char *value, size_t size, char ret_day[FG_ENTRY_DAY],
                    fg_error *error)
{
    if (!fg_query_is_day(value, size)) {
        return fg_error_set(error, -EINVAL, "%s must be a day, YYYY-MM-DD", name);
    }
    memcpy(ret_day, value, size);
    ret_day[size] = '\0';
    return 0;
}

static int set_status(fg_query *query, const char *value, size_t size, fg_error *error)
{
    static const char *const known[] = {"Accepted", "Refused"};
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (size == strlen(known[i]) && memcmp(value, known[i], size) == 0) {
            query->status = known[i];
            return 0;
        }
    }
    return fg_error_set(error, -EINVAL, "status must be Accepted or Refused");
}

static int set_one(fg_query *query, enum parameter which, const char *value, size_t size,
                   fg_error *error)
{
    int64_t number = 0;
    switch (which) {
    case LIMIT:
        if (!fg_query_number(value, size, 1, FG_QUERY_LIMIT, &number)) {
            return fg_error_set(error, -EINVAL, "limit must be a whole number from 1 to %d",
                                FG_QUERY_LIMIT);
        }
        query->limit = (int)number;
        return 0;
    case BEFORE_ID:
        if (!fg_query_number(value, size, 1, INT64_MAX, &query->before_id)) {
            return fg_error_set(error, -EINVAL, "before_id must be the id of an entry");
        }
        return 0;
    case STATUS:
        return set_status(query, value, size, error);
    case USER:
        return copy_text("user", value, size, query->user, error);
    case RFID:
        return copy_text("rfid", value, size, query->rfid, error);
    case FROM:
        return copy_day("from", value, size, query->from, error);
    default:
        return copy_day("to", value, size, query->to, error);
    }
}

int fg_query_set(fg_query *query, const char *name, size_t name_size, const char *value,
                 size_t value_size, fg_error *error)
{
    char shown[FG_TEXT_SHOWN];
    fg_error local;
    query->given = true;
    for (unsigned i = 0; i < PARAMETERS; i++) {
        if (name_size != strlen(names[i]) || memcmp(name, names[i], name_size) != 0) {
            continue;
        }
        if ((query->seen & 1u << i) != 0) {
            return fg_error_set(error, -EINVAL, "%s is given twice", names[i]);
        }
        query->seen |= 1u << i;
        int result = set_one(query, (enum parameter)i, value != NULL ? value : "",
                             value != NULL ? value_size : 0, &local);
        return result == 0 ? 0 : fg_error_set(error, result, "%s", local.text);
    }
    return fg_error_set(error, -EINVAL,
                        "unknown parameter \"%s\": use one of limit, before_id, status, "
                        "user, rfid, from, to",
                        fg_text_show(name, name_size, shown));
}

int fg_query_check(const fg_query *query, fg_error *error)
{
    if (query->from[0] != '\0' && query->to[0] != '\0' && strcmp(query->from, query->to) > 0) {
        return fg_error_set(error, -EINVAL, "from (%s) is after to (%s)", query->from, query->to);
    }
    return 0;
}
