/*
 * `facegate evaluate --attacks`: what the liveness check says of attacks and of living people, by
 * their pictures. Main thread.
 */
#ifndef FACEGATE_CLI_EVALUATE_ATTACKS_H
#define FACEGATE_CLI_EVALUATE_ATTACKS_H

#include "evaluate/attacks_figures.h"
#include "evaluate/photo_folder.h"
#include "evaluate/picture_fate.h"
#include "facegate/base/config.h"

#include <stdbool.h>

/* The pictures of one side: attacks, or living people. */
typedef struct fg_attacks_side {
    fg_photo_folder album; /* its "people" are species, or people */
    fg_picture_fates fates;
    double *scores; /* for each picture, NAN where it was left out */
    int crowded;    /* pictures with several faces, of which the largest was taken */
    fg_attacks_visit *visits;
    int count;
} fg_attacks_side;

typedef struct fg_attacks {
    const fg_config *config;
    int views; /* of each visit */
    bool all;  /* bad views too */
    fg_attacks_side attacks;
    fg_attacks_side living; /* empty where no folder of people was given */
} fg_attacks;

/*
 * Opens the folders and scores their pictures; what stands above them is set before. `people` may
 * be NULL. Returns 0, or the exit code to end with; the reason has been printed. Close it either
 * way.
 */
int fg_attacks_run(fg_attacks *attacks, const char *folder, const char *people);
void fg_attacks_close(fg_attacks *attacks);

/* How many pictures of a folder of a side are used. */
int fg_attacks_used(const fg_attacks_side *side, int folder);

#endif
