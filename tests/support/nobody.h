/*
 * Identities that nobody has, and views of them, to decide about as if they were people's: tests/
 * unit/gallery/rule/views.f32. Loaded once, and kept to the end of the test.
 */
#ifndef FACEGATE_NOBODY_H
#define FACEGATE_NOBODY_H

#include "facegate/gallery/cohort.h"
#include "facegate/gallery/gallery.h"

#define FG_NOBODY_IDENTITIES 60
#define FG_NOBODY_VIEWS      12 /* of each */

/* The cohort of models/. The test fails where it or the views cannot be loaded. */
const fg_cohort *fg_nobody_cohort(void);

const float *fg_nobody_view(int identity, int view);

/* Enrolls an identity by its number, with its views from one to the one before another. */
void fg_nobody_enroll(fg_gallery *gallery, int identity, int from, int to);

#endif
