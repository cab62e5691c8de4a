/* What is too old or too much goes, entries and pictures together. The writer's thread. */
#ifndef FACEGATE_BACKEND_STORE_RETENTION_H
#define FACEGATE_BACKEND_STORE_RETENTION_H

#include "http/sse.h"
#include "store/pictures.h"
#include "store/store.h"

typedef struct fg_retention {
    fg_store *store;
    fg_pictures *pictures;
    fg_sse *sse;
    int keep_days;     /* 0: for ever */
    int64_t max_bytes; /* 0: no bound */
} fg_retention;

/*
 * Deletes a few. 1 when there is more to do, 0 when all is done, or a negative errno.
 *
 * An entry has two times: the door's, which dates it, and when it was received here. Either clock
 * may have been wrong, so it is too old only when both are more than keep_days ago, and a time more
 * than a day ahead of now tells nothing: then the other decides. So what has just come in is never
 * deleted at once, and no date keeps an entry longer than about twice keep_days.
 */
int fg_retention_step(const fg_retention *retention, fg_error *error);

#endif
