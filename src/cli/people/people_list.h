/* The list of people, as a table on stdout. Main thread. */
#ifndef FACEGATE_CLI_PEOPLE_PEOPLE_LIST_H
#define FACEGATE_CLI_PEOPLE_PEOPLE_LIST_H

#include "people/people_review.h"

/* Returns the exit code. */
int fg_people_list(const fg_people *people);

#endif
