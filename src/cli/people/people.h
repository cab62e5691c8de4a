/*
 * What there is to say of a gallery: the list of people, what is wrong among them, and how often
 * different people match. `people` prints all of it, `import` what is wrong.
 */
#ifndef FACEGATE_CLI_PEOPLE_PEOPLE_H
#define FACEGATE_CLI_PEOPLE_PEOPLE_H

#include "common/options.h"
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

/* These return an exit code. */
int fg_people_list(const fg_people *people);
int fg_people_list_json(const fg_people *people);
int fg_people_check_json(const fg_people *people);

/* The findings with what fixes them, or that there are none. */
void fg_people_print_findings(const fg_people *people);
void fg_people_print_rates(const fg_people *people);

/* Whether there is what a person must look at: a mix-up, or people within the tolerance. */
bool fg_people_at_fault(const fg_people *people);

extern const fg_command fg_command_people;

#endif
