/* What is too old or too much goes, entries and pictures together. The writer's thread. */
#ifndef FACEGATE_BACKEND_RETENTION_H
#define FACEGATE_BACKEND_RETENTION_H

#include "backend/feed.h"
#include "backend/pictures.h"
#include "backend/store.h"

typedef struct fg_retention {
    fg_store *store;
    fg_pictures *pictures;
    fg_feed *feed;
    int keep_days;     /* 0: for ever */
    int64_t max_bytes; /* 0: no bound */
} fg_retention;

/*
 * Deletes a few. An entry is too old by the day it is dated, and by when it was received. 1 when
 * there is more to do, 0 when all is done, or a negative errno.
 */
int fg_retention_step(const fg_retention *retention, fg_error *error);

#endif
