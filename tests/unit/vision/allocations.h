/*
 * Counts allocations, for tests of what allocates nothing: link with
 * -Wl,--wrap=malloc,--wrap=calloc,--wrap=posix_memalign. One thread.
 */
#ifndef FACEGATE_TESTS_ALLOCATIONS_H
#define FACEGATE_TESTS_ALLOCATIONS_H

#include <stdbool.h>

extern bool counting;   /* while this is set */
extern int allocations; /* so many */

#endif
