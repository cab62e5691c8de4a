/*
 * Whom a person is most like by the rule of the door (facegate/gallery/comparison.h). The mean of
 * the person's encodings is compared as if it were a stranger's view: with the cohort and everybody
 * else. Reads the gallery; allocates nothing; any thread.
 */
#ifndef FACEGATE_GALLERY_LIKENESS_H
#define FACEGATE_GALLERY_LIKENESS_H

#include "facegate/gallery/cohort.h"
#include "facegate/gallery/gallery.h"

typedef struct fg_likeness {
    int other;       /* whom they are most like, -1 without encodings or with nobody else */
    double distance; /* between the two means, as from a view; NAN without, as the two below */
    double margin;   /* how much nearer they are to the other than to those they are next like */
    /* How much nearer the person's encodings are to their own mean than to the other's, in the
     * mean. They are in their own, so a view at the door has less, above all with few of them. */
    double lead;
} fg_likeness;

fg_likeness fg_likeness_of(const fg_gallery *gallery, const fg_cohort *cohort, int person);

#endif
