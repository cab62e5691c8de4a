/*
 * The list of entries as a GET answers it, checked while it passes by: whatever its length, no more
 * than one entry is held at a time. Belongs to one thread. Source: RFC 8259; the wire contract.
 */
#ifndef FACEGATE_DELIVERY_PROBE_ENTRY_LIST_H
#define FACEGATE_DELIVERY_PROBE_ENTRY_LIST_H

#include "facegate/base/buffer.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FG_ENTRY_LIMIT (1u << 20) /* bytes of one entry */

enum fg_list_state {
    FG_LIST_START,   /* nothing but blanks so far */
    FG_LIST_FIRST,   /* after the bracket: an entry or the end */
    FG_LIST_NEXT,    /* after a comma: an entry */
    FG_LIST_ENTRY,   /* in the middle of one */
    FG_LIST_BETWEEN, /* after an entry: a comma or the end */
    FG_LIST_END,     /* closed; blanks may follow */
    FG_LIST_BROKEN,  /* see `fault` */
};

/* Reported of each entry in order, counted from 0. */
typedef void fg_list_visit(void *context, int64_t index, const cJSON *entry);

typedef struct fg_entry_list {
    enum fg_list_state state;
    int64_t count;     /* entries so far */
    const char *fault; /* what is broken: the whole, or entry number `count` + 1 */
    fg_list_visit *visit;
    void *context;
    /* The entry in hand. */
    fg_buffer text;
    int depth;
    bool in_string, escaped;
} fg_entry_list;

void fg_entry_list_init(fg_entry_list *list, fg_list_visit *visit, void *context);
void fg_entry_list_release(fg_entry_list *list);

/* The next bytes. False once it is broken. */
bool fg_entry_list_take(fg_entry_list *list, const char *data, size_t size);

#endif
