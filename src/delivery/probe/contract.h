/*
 * What the wire contract asks of the entries a backend lists, checked on a GET's answer as it
 * passes by. Faults are static texts that go on after "entry 3 of 7". Belongs to one thread.
 */
#ifndef FACEGATE_DELIVERY_PROBE_CONTRACT_H
#define FACEGATE_DELIVERY_PROBE_CONTRACT_H

#include "facegate/delivery/event.h"
#include "probe/entry_list.h"

#include <stdbool.h>

#define FG_CONTRACT_CHECKED 5 /* entries at each end of the list whose shape is checked */

/* What was posted, the id it was given, and what of it was found in the list. */
typedef struct fg_posted {
    const char *name;
    fg_event event;
    bool stored;
    int64_t id;
    bool found;
    const char *fault; /* of the entry found, NULL for none */
} fg_posted;

typedef struct fg_contract {
    fg_entry_list list;
    fg_posted *posts; /* looked for in the list */
    int post_count;
    size_t enough; /* bytes after which the rest need not come, 0: all of it is wanted */
    size_t taken;
    bool stopped; /* because it was enough */
    const char *first_fault;
    int64_t first_faulty;                         /* index */
    const char *last_faults[FG_CONTRACT_CHECKED]; /* of entry i at i modulo its size */
} fg_contract;

void fg_contract_init(fg_contract *contract, fg_posted *posts, int post_count, size_t enough);
void fg_contract_release(fg_contract *contract);

/* An fg_request_sink, the context an fg_contract. */
bool fg_contract_take(void *context, const char *data, size_t size);

/* The fault of shape nearest to the start, with its entry's index; NULL for none. */
const char *fg_contract_fault(const fg_contract *contract, int64_t *ret_index);

#endif
