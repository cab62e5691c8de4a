/*
 * An enrolment: what enrolling from pictures and from a camera share. A view of a face with its
 * encoding goes into the gallery unless something speaks against it. Main thread. What the struct
 * points to belongs to whoever fills it in.
 */
#ifndef FACEGATE_CLI_ENROLL_ENROLMENT_H
#define FACEGATE_CLI_ENROLL_ENROLMENT_H

#include "common/face_encoder.h"
#include "facegate/gallery/gallery.h"
#include "facegate/vision/liveness.h"
#include "facegate/vision/quality.h"

#include <stdbool.h>

#define FG_ENROLMENT_COUNT     5  /* views a camera takes where nobody says how many */
#define FG_ENROLMENT_MAX_COUNT 20 /* beyond that another view adds time and no certainty */

typedef struct fg_enrolment {
    const fg_config *config;
    const char *name;
    const char *badge;   /* NULL: as it is */
    const char *preview; /* a JPEG that shows the camera's picture meanwhile; NULL: none */
    int count;           /* views a camera takes */
    int face;            /* of the only picture, by its number; -1: the main one */
    bool force;          /* take bad views, photographs and faces like somebody else's */
    fg_face_encoder encoder;
    fg_liveness *liveness; /* for views of a camera; NULL: a photograph is taken too */
    fg_gallery *gallery;
    int added;
    int nearest; /* who else the views added are nearest to, -1: nobody else is there */
    double nearest_distance;
} fg_enrolment;

/*
 * Adds an encoding, or says what speaks against it: who else that is, that the person looks
 * different, that it is in already. With `force` only a length that no face's has does.
 */
int fg_enrolment_add(fg_enrolment *enrolment, const float encoding[FG_ENCODING_SIZE],
                     fg_error *error);

/* One line of the table of what was added; `what` is the picture. */
void fg_enrolment_show(const fg_enrolment *enrolment, const fg_quality *quality, const char *what);

#endif
