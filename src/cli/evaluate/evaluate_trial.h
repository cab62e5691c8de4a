/*
 * A trial: the pictures of a folder enrolled and compared, and what `facegate evaluate` found out
 * from them. Main thread. What is given out belongs to the trial.
 */
#ifndef FACEGATE_CLI_EVALUATE_EVALUATE_TRIAL_H
#define FACEGATE_CLI_EVALUATE_EVALUATE_TRIAL_H

#include "evaluate/photo_folder.h"
#include "facegate/base/config.h"
#include "facegate/decision/evaluation.h"
#include "facegate/gallery/gallery.h"
#include "facegate/vision/quality.h"

#include <stdbool.h>

/* What became of a picture. */
enum fg_fate {
    FG_FATE_ENROLLED,
    FG_FATE_PROBE,
    FG_FATE_UNREADABLE, /* from here on left out */
    FG_FATE_NO_FACE,
    FG_FATE_SEVERAL,
    FG_FATE_TWICE, /* the same view as another of the person */
    FG_FATE_FAULT, /* and more by an enum fg_quality_fault */
    FG_FATES = FG_FATE_FAULT + FG_QUALITY_TURNED + 1,
};

typedef struct fg_view {
    int fate;
    float *encoding; /* NULL where it was left out */
    char *why;       /* it was left out */
} fg_view;

typedef struct fg_trial {
    const fg_config *config;
    double wanted; /* false match rate */
    int enroll;    /* pictures of each person */
    bool all;      /* bad views too */
    fg_photo_folder album;

    fg_view *views;      /* for each picture */
    int fates[FG_FATES]; /* how many there are of each */
    fg_gallery *gallery; /* of those of whom there is a good picture */
    int *members;        /* who they are in the album */
    int *indices;        /* for each person of the album: in the gallery, or -1 */
    int *sources;        /* for each encoding of the gallery: its picture */
    fg_evaluation evaluation;
    fg_recommendation recommended;
} fg_trial;

/*
 * Looks at all pictures of the album and compares them; what stands above it is set before. Returns
 * 0, or the exit code to end with; the reason has been printed. Close it either way.
 */
int fg_trial_run(fg_trial *trial);
void fg_trial_close(fg_trial *trial);

/* "blurred", "without a face". */
const char *fg_trial_fate(int fate);

/* How many probes there are of a person of the album. */
int fg_trial_probes(const fg_trial *trial, int person);

/* Who a person or what an encoding of a case is, as they are shown. */
const char *fg_trial_person(const fg_trial *trial, int member);
const char *fg_trial_source(const fg_trial *trial, int encoding);

/* The recommended tolerance, NAN where there is none. */
double fg_trial_recommended(const fg_trial *trial);

#endif
