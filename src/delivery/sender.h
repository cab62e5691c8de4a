/* Of the sender, for its tests: its paces, since they cannot wait minutes. */
#ifndef FACEGATE_DELIVERY_SENDER_PRIVATE_H
#define FACEGATE_DELIVERY_SENDER_PRIVATE_H

#include "facegate/delivery/sender.h"

#include <stdint.h>

typedef struct fg_sender_paces {
    int64_t backoff_least; /* ns, like the rest */
    int64_t backoff_most;
    int64_t reminder;   /* between two lines about the same trouble */
    int64_t poll_every; /* at an empty outbox: another process may have put something back */
} fg_sender_paces;

/* Before the start. */
void fg_sender_tune(fg_sender *sender, const fg_sender_paces *paces);

#endif
