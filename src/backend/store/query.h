/*
 * What GET /api/auth_logs is asked for. Names and values come unescaped from outside and may hold
 * any byte. Any thread.
 */
#ifndef FACEGATE_BACKEND_STORE_QUERY_H
#define FACEGATE_BACKEND_STORE_QUERY_H

#include "facegate/error.h"
#include "store/entry.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FG_QUERY_LIMIT     1000 /* entries */
#define FG_QUERY_STANDARD  100
#define FG_QUERY_TEXT      257 /* bytes of a text that is looked for, terminator included */
#define FG_QUERY_DAYS      366
#define FG_QUERY_SOME_DAYS 14

typedef struct fg_query {
    bool given; /* at least one parameter: newest first, and at most `limit` */
    int limit;
    int64_t before_id;        /* 0: from the newest */
    const char *status;       /* "Accepted", "Refused", or NULL for both */
    char user[FG_QUERY_TEXT]; /* a part of the name; empty: any */
    char rfid[FG_QUERY_TEXT]; /* the whole badge; empty: any */
    char from[FG_ENTRY_DAY];  /* the first and the last day; empty: no bound */
    char to[FG_ENTRY_DAY];
    unsigned seen; /* one bit for each parameter that came */
} fg_query;

void fg_query_init(fg_query *query);

/* One parameter; a null value where it came without "=". -EINVAL and a text that names it. */
int fg_query_set(fg_query *query, const char *name, size_t name_size, const char *value,
                 size_t value_size, fg_error *error);

/* What only the whole can show. */
int fg_query_check(const fg_query *query, fg_error *error);

/* A whole number without sign or spaces, from `low` to `high`. */
bool fg_query_number(const char *text, size_t size, int64_t low, int64_t high, int64_t *ret_number);

/* Whether it is a day of the calendar, YYYY-MM-DD; year 1 to 9999. */
bool fg_query_is_day(const char *text, size_t size);

#endif
