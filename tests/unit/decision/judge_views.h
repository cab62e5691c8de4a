/* What the tests of the judge share: its rules, a gallery of Ada and Bob, and views of them. */
#ifndef FACEGATE_TESTS_JUDGE_VIEWS_H
#define FACEGATE_TESTS_JUDGE_VIEWS_H

#include "facegate/decision/judge.h"

#define MS     INT64_C(1000000)
#define SECOND (1000 * MS)
#define STEP   FG_JUDGE_APART

extern const fg_judge_rules defaults;
extern fg_gallery *gallery;

/* Somebody with five encodings, all at one place: what is measured from there needs no correction.
 */
void enroll(fg_gallery *to, const char *name, int axis);

/* Set-up and tear-down of the gallery. */
int open_gallery(void **state);
int close_gallery(void **state);

/* A view so far from whose encodings lie on an axis, with the cohort that much farther. */
fg_view view_at(const fg_gallery *of, int axis, double distance, double margin, double weight);

/*
 * A, B: a good view of Ada or Bob; w, v: of Ada, of little and of least weight; ?: Ada, but not
 * clearly; -: somebody else; ~: somebody else, of least weight; x: yet another.
 */
fg_view view_of(char letter);

/* A, B, R: reported as accepted or refused; in small letters it stands but is not reported; "." is
 * undecided. */
char letter_of(fg_decision decision);

#endif
