/*
 * The cohort: encodings of people who do not exist (models/README.md). How near a view is to the
 * nearest of them says what "near" means for a face like this one; speaker verification knows it as
 * T-norm. Never changed once it is loaded, so any thread may read it.
 */
#ifndef FACEGATE_GALLERY_COHORT_H
#define FACEGATE_GALLERY_COHORT_H

#include "facegate/encoding.h"
#include "facegate/error.h"

#define FG_COHORT_FILE "cohort.f32" /* in the folder of the models */
#define FG_NEIGHBOURS  10           /* how many of the nearest a view is compared with */

typedef struct fg_cohort fg_cohort;

/*
 * Loads it from a folder of models. -ENOENT where it is missing, -EBADMSG where its SHA-256 is not
 * the one of models/README.md, -ENOMEM, or as fg_file_read has it; the text says what to do.
 */
int fg_cohort_load(const char *models_dir, fg_cohort **ret_cohort, fg_error *error);
fg_cohort *fg_cohort_free(fg_cohort *cohort);

/* The smallest Euclidean distances from an encoding to the cohort, the smallest first; INFINITY for
 * one that holds NAN. Allocates nothing. */
void fg_cohort_nearest(const fg_cohort *cohort, const float probe[FG_ENCODING_SIZE],
                       float ret_distances[FG_NEIGHBOURS]);

/* How many members it has, and the encoding of one, counted from 0; it belongs to the cohort. */
int fg_cohort_size(const fg_cohort *cohort);
const float *fg_cohort_member(const fg_cohort *cohort, int member);

/* The same from a member to the others. Each is a blend of people others are blends of as well, so
 * that they are nearer to each other than as many strangers are. */
void fg_cohort_nearest_to_member(const fg_cohort *cohort, int member,
                                 float ret_distances[FG_NEIGHBOURS]);

#endif
