/* Whom each person is most like by the rule of the door, on stdout. Main thread. */
#ifndef FACEGATE_CLI_PEOPLE_PEOPLE_LIKENESS_H
#define FACEGATE_CLI_PEOPLE_PEOPLE_LIKENESS_H

#include "facegate/gallery/likeness.h"
#include "people/people_review.h"

typedef struct fg_people_like {
    int person;
    fg_likeness of;
    bool doubtful; /* as a stranger they would be accepted as the other, or the lead is too small */
} fg_people_like;

/* Everybody who is like somebody, the most alike first, to be freed. NULL where the cohort cannot
 * be used or there is no memory; the text says why. */
fg_people_like *fg_people_likenesses(const fg_people *people, int *ret_count, fg_error *error);

/* The few who are most alike, or why that is not known; nothing with fewer than two people. */
void fg_people_print_likeness(const fg_people *people);

#endif
