/* Where a person who was removed may still be. Main thread. */
#ifndef FACEGATE_CLI_PEOPLE_LEFTOVERS_H
#define FACEGATE_CLI_PEOPLE_LEFTOVERS_H

#include "facegate/base/config.h"

/* Tells it on stdout, as far as this machine knows: other files beside the encodings, the outbox,
 * and what is out of reach. */
void fg_leftovers_tell(const fg_config *config, const char *name);

#endif
