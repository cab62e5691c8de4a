/* What opening and using the outbox share. */
#ifndef FACEGATE_DELIVERY_OUTBOX_OUTBOX_PRIVATE_H
#define FACEGATE_DELIVERY_OUTBOX_OUTBOX_PRIVATE_H

#include "facegate/delivery/outbox.h"
#include "outbox/outbox_db.h"

#include <pthread.h>

struct fg_outbox {
    pthread_mutex_t mutex; /* guards all below but `path` and `warning` */
    fg_outbox_db db;
    char *path;
    int lock; /* -1 where we do not own it */
    int max_events;
    int64_t max_bytes;
    int64_t lent;    /* number of the event under way, 0 for none */
    int64_t largest; /* bytes of the largest picture it has held since it was opened */
    fg_error warning;
};

/* Under the mutex. `ret_bytes`: what all pictures take together. */
int fg_outbox_read_ledger(fg_outbox *outbox, fg_ledger *ret_ledger, int64_t *ret_bytes,
                          fg_error *error);

#endif
