/* What is wrong among people, on stdout, with what fixes it. Main thread. */
#ifndef FACEGATE_CLI_PEOPLE_PEOPLE_CHECK_H
#define FACEGATE_CLI_PEOPLE_PEOPLE_CHECK_H

#include "people/people_review.h"

#include <stdbool.h>

/* The findings with what fixes them, or that there are none. */
void fg_people_print_findings(const fg_people *people);

/* Whether there is what a person must look at: a mix-up, or people within the tolerance. */
bool fg_people_at_fault(const fg_people *people);

#endif
