/* How often different people match at several tolerances, on stdout. Main thread. */
#ifndef FACEGATE_CLI_PEOPLE_PEOPLE_RATES_H
#define FACEGATE_CLI_PEOPLE_PEOPLE_RATES_H

#include "people/people_review.h"

void fg_people_print_rates(const fg_people *people);

#endif
