/* The list of people and what is wrong among them, as JSON on stdout. Main thread. */
#ifndef FACEGATE_CLI_PEOPLE_PEOPLE_JSON_H
#define FACEGATE_CLI_PEOPLE_PEOPLE_JSON_H

#include "people/people_review.h"

/* These return an exit code. */
int fg_people_list_json(const fg_people *people);
int fg_people_check_json(const fg_people *people);

#endif
