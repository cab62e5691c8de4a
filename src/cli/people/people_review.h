/*
 * A gallery with its review: what there is to say of it. `people` shows all of it, `import` what is
 * wrong. Main thread. Configuration and gallery belong to the caller and outlive it.
 */
#ifndef FACEGATE_CLI_PEOPLE_PEOPLE_REVIEW_H
#define FACEGATE_CLI_PEOPLE_PEOPLE_REVIEW_H

#include "facegate/base/config.h"
#include "facegate/gallery/review.h"

#include <stdbool.h>

typedef struct fg_people {
    const fg_config *config;
    const fg_gallery *gallery;
    fg_review *review;
} fg_people;

/* Makes the review, telling somebody at a terminal how far it is where that takes a while. Prints
 * the reason and returns false if it can't. */
bool fg_people_open(fg_people *people, const fg_config *config, const fg_gallery *gallery);
void fg_people_close(fg_people *people);

/* In order of risk: indices of the gallery, to be freed; NULL without memory. */
int *fg_people_by_risk(const fg_people *people);

#endif
