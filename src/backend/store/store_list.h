/*
 * Reading from the store: any thread. A call reads in one transaction, and what it visits belongs
 * to it: the texts are good until the visit is over. Faults come as a negative errno with a text.
 */
#ifndef FACEGATE_BACKEND_STORE_STORE_LIST_H
#define FACEGATE_BACKEND_STORE_STORE_LIST_H

#include "facegate/error.h"
#include "store/entry.h"
#include "store/query.h"

#include <stdint.h>

typedef struct fg_store fg_store;

typedef void fg_store_visit(void *context, const fg_entry *entry);

/* What a query asks for, newest first. */
int fg_store_list(fg_store *store, const fg_query *query, fg_store_visit *visit, void *context,
                  fg_error *error);

/* At most `limit` of the entries after one id up to another, oldest first. */
int fg_store_after(fg_store *store, int64_t after, int64_t until, int limit, fg_store_visit *visit,
                   void *context, fg_error *error);

/* The days from `first` to `last` that have entries, oldest first. */
typedef void fg_store_visit_day(void *context, const char *day, int64_t accepted, int64_t refused);
int fg_store_days(fg_store *store, const char *first, const char *last, fg_store_visit_day *visit,
                  void *context, fg_error *error);

typedef struct fg_totals {
    int64_t accepted, refused; /* entries */
    int64_t first_id, last_id; /* of those that are there; 0 for none */
    int64_t pictures;          /* bytes */
    int64_t database;          /* bytes of its files */
    int64_t used;              /* bytes of its pages that hold something */
} fg_totals;

int fg_store_totals(fg_store *store, fg_totals *ret_totals, fg_error *error);

/* 1 or 0. */
int fg_store_has_picture(fg_store *store, const char *picture, fg_error *error);

#endif
