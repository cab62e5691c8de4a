/*
 * The guide of an enrolment in front of a camera: from frame to frame it says what the person has
 * to do, and which views are worth keeping: good ones, taken while standing still, of one person,
 * each different from those before. Time is the frame's; one thread.
 *
 *     chosen = fg_guide_choose(guide, faces, count, &hint);     whom to look at
 *     hint = fg_guide_assess(guide, time, &landmarks, &quality);  FG_HINT_GOOD: worth encoding
 *     hint = fg_guide_compare(guide, encoding);                 FG_HINT_GOOD: worth keeping
 *     fg_guide_keep(guide, encoding);
 */
#ifndef FACEGATE_CLI_ENROLL_GUIDE_H
#define FACEGATE_CLI_ENROLL_GUIDE_H

#include "facegate/gallery/gallery.h"
#include "facegate/vision/quality.h"

#include <stdbool.h>
#include <stdint.h>

/* How long a face has to stay where it is, ns: a few frames of the slowest camera. */
#define FG_GUIDE_STILL 300000000

/* How far it may wander meanwhile, in distances between the eyes: a little more than landmarks
 * jitter. */
#define FG_GUIDE_WANDER 0.2

/*
 * Views nearer than this are one view twice: the same face a few pixels further on differs by up to
 * 0.12, because the detector's boxes come in steps; a turn of the head or other light makes more.
 */
#define FG_GUIDE_DIFFERENT 0.13

enum fg_hint {
    FG_HINT_NO_FACE,
    FG_HINT_SEVERAL,  /* another face about as large */
    FG_HINT_QUALITY,  /* fg_guide.fault says which */
    FG_HINT_STILL,    /* it moves */
    FG_HINT_PHOTO,    /* a picture of somebody, by the liveness model */
    FG_HINT_STRANGER, /* somebody else than in the views kept */
    FG_HINT_SAME,     /* too much like a view kept */
    FG_HINT_ENROLLED, /* too much like somebody in the gallery, or like a view in it */
    FG_HINT_GOOD,
};

typedef struct fg_guide {
    const fg_quality_limits *limits; /* NULL: any view will do */
    double far;                      /* whoever is farther from the views kept is somebody else */
    enum fg_quality_fault fault;     /* of the last look */
    fg_gallery *views;               /* those kept, as one person's */
    double x, y;                     /* where the face came to a halt: between the eyes, pixels */
    int64_t since;                   /* when it did */
    bool is_there;                   /* the frame before had a face */
} fg_guide;

/*
 * `limits` outlives the guide. Farther than `tolerance` from the views kept is somebody else, and
 * so is farther than FG_REVIEW_FAR: two people were measured 0.563 from each other, and within one
 * sitting, with one light, a person's views differ less than at the door. -ENOMEM.
 */
int fg_guide_init(fg_guide *guide, const fg_quality_limits *limits, double tolerance);
void fg_guide_release(fg_guide *guide);

/* The largest face; -1 and the hint where there is none, or another that is more than half as wide
 * and so may be the one that is meant. */
int fg_guide_choose(fg_guide *guide, const fg_face *faces, int count, enum fg_hint *ret_hint);

/* `time` is the frame's, ns. */
enum fg_hint fg_guide_assess(fg_guide *guide, int64_t time, const fg_landmarks *landmarks,
                             const fg_quality *quality);

/* `ret_distance`: to the nearest view kept, INFINITY before the first. */
enum fg_hint fg_guide_compare(const fg_guide *guide, const float encoding[FG_ENCODING_SIZE],
                              double *ret_distance);

/* The next view needs a stop of its own. -ENOMEM. */
int fg_guide_keep(fg_guide *guide, const float encoding[FG_ENCODING_SIZE], fg_error *error);

/* What to do, in a few words; `fault` counts for FG_HINT_QUALITY. */
const char *fg_hint_text(enum fg_hint hint, enum fg_quality_fault fault);

#endif
