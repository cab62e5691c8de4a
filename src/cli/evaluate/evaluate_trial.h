/*
 * A trial: the pictures of a folder enrolled and tried as views at a door, and what `facegate
 * evaluate` found out from them. Main thread. What is given out belongs to the trial.
 */
#ifndef FACEGATE_CLI_EVALUATE_EVALUATE_TRIAL_H
#define FACEGATE_CLI_EVALUATE_EVALUATE_TRIAL_H

#include "evaluate/photo_folder.h"
#include "evaluate/picture_fate.h"
#include "facegate/base/config.h"
#include "facegate/decision/evaluation.h"
#include "facegate/gallery/cohort.h"
#include "facegate/gallery/gallery.h"

#include <stdbool.h>

#define FG_TRIAL_VIEWS 10 /* as many as `window` may have */

/* Of whom a face is by itself, and as how clearly. People are those of the gallery. */
typedef struct fg_outcome {
    int named;               /* by the configured rules, -1 for nobody */
    int person;              /* whom margin and distance are of, -1 without anybody */
    double margin, distance; /* NAN without anybody */
} fg_outcome;

typedef struct fg_trial_face {
    float *encoding; /* NULL where it was left out */
    double weight;   /* how much it says, 0 to 1 */
    /* Of a probe: with everybody enrolled, of its own person; and as a stranger's, with its own
     * person left out, of whom it is most like. */
    fg_outcome own, stranger;
} fg_trial_face;

typedef struct fg_trial {
    const fg_config *config;
    double wanted; /* false match rate */
    int enroll;    /* pictures of each person */
    int views;     /* of each visit, FG_TRIAL_VIEWS at most */
    bool all;      /* bad views too */
    fg_photo_folder album;

    fg_trial_face *faces; /* for each picture */
    fg_picture_fates fates;
    fg_cohort *cohort;
    fg_gallery *gallery; /* of those of whom there is a good picture */
    int *members;        /* who they are in the album */
    int *indices;        /* for each person of the album: in the gallery, or -1 */
    fg_evaluation visits;
    fg_evaluation singles;           /* the same of views alone */
    fg_evaluation members_of_cohort; /* strangers with one view each */
    fg_recommendation recommended;   /* by visits */
} fg_trial;

/*
 * Looks at all pictures of the album and compares them; what stands above it is set before. Returns
 * 0, or the exit code to end with; the reason has been printed. Close it either way.
 */
int fg_trial_run(fg_trial *trial);
void fg_trial_close(fg_trial *trial);

/* Who a person of the gallery is, as they are shown. */
const char *fg_trial_person(const fg_trial *trial, int member);

/* The visits, or, where nobody has pictures for one, views alone. */
const fg_evaluation *fg_trial_shown(const fg_trial *trial);

/* The recommended margin, NAN where there is none. */
double fg_trial_recommended(const fg_trial *trial);

#endif
