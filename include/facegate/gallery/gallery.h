/*
 * The gallery: the people who are let in and their encodings, from a JSON file
 * (encodings/README.md). A gallery is changed by one thread; once nobody changes it any thread may
 * read it.
 */
#ifndef FACEGATE_GALLERY_GALLERY_H
#define FACEGATE_GALLERY_GALLERY_H

#include "facegate/encoding.h"
#include "facegate/error.h"

#include <stddef.h>

#define FG_NAME_SIZE  129 /* bytes, terminator included */
#define FG_BADGE_SIZE 65

typedef struct fg_gallery fg_gallery;

/*
 * What a probe is nearest to; of equals the first. Distances are Euclidean, INFINITY where there is
 * nobody, as for a probe that holds NAN.
 */
typedef struct fg_match {
    int person;      /* index of the nearest person, -1 with an empty gallery */
    double distance; /* to that person's nearest encoding */
    int runner_up;   /* the nearest other person, -1 if there is none */
    double runner_up_distance;
} fg_match;

int fg_gallery_create(fg_gallery **ret_gallery);
fg_gallery *fg_gallery_free(fg_gallery *gallery);

/*
 * Loads a file, all of it or nothing. The text starts with "Error loading encodings: FILE: ".
 * -ENOENT where there is none, -EFBIG over 256 MiB, -EINVAL for any violation of the format,
 * -EACCES ...
 */
int fg_gallery_load(const char *path, fg_gallery **ret_gallery, fg_error *error);

/* Writes the file as fg_file_write does, encodings in base64; -EFBIG where it could not be loaded
 * again. */
int fg_gallery_save(const fg_gallery *gallery, const char *path, fg_error *error);

/* The text of such a file for other tools: encodings are arrays of numbers, with digits enough to
 * give every bit back. The caller frees it. -ENOMEM. */
int fg_gallery_export(const fg_gallery *gallery, char **ret_text, size_t *ret_size,
                      fg_error *error);

int fg_gallery_people(const fg_gallery *gallery);
int fg_gallery_encodings(const fg_gallery *gallery); /* of all people together */
const char *fg_gallery_name(const fg_gallery *gallery, int person);
const char *fg_gallery_badge(const fg_gallery *gallery, int person); /* NULL without a badge */
int fg_gallery_person_encodings(const fg_gallery *gallery, int person);
int fg_gallery_find(const fg_gallery *gallery, const char *name); /* index, or -1 */

/* Whether a name or badge may stand in the file; -EINVAL and the rule it breaks. */
int fg_gallery_check_name(const char *name, fg_error *error);
int fg_gallery_check_badge(const char *badge, fg_error *error);

/*
 * Whether an encoding may stand in the file: all of it finite, and as long as dlib's network makes
 * them (FG_ENCODING_SHORTEST). -EINVAL and what is wrong, to be put after whose encoding it is.
 */
int fg_gallery_check_encoding(const float encoding[FG_ENCODING_SIZE], fg_error *error);

/*
 * Adds an encoding to a person, who is made if there is none of that name. `badge` NULL leaves
 * the badge as it is. Whoever lets encodings in checks their length first, as loading a file does.
 * -EINVAL for a bad name, badge or number, -ENOMEM.
 */
int fg_gallery_add(fg_gallery *gallery, const char *name, const char *badge,
                   const float encoding[FG_ENCODING_SIZE], fg_error *error);

/* -ENOENT without such a person; rename -EEXIST if the new name is taken. Indices change. */
int fg_gallery_remove(fg_gallery *gallery, const char *name, fg_error *error);
int fg_gallery_rename(fg_gallery *gallery, const char *old_name, const char *new_name,
                      fg_error *error);

/* Gives a person a badge, or takes it away with NULL. -ENOENT without such a person, -EINVAL for a
 * bad badge, -ENOMEM. */
int fg_gallery_set_badge(fg_gallery *gallery, const char *name, const char *badge, fg_error *error);

/*
 * Takes one encoding of a person away, counted from 0; those behind it move up. -ENOENT without
 * such a person, -ERANGE without such an encoding, -EPERM where it is the only one.
 */
int fg_gallery_remove_encoding(fg_gallery *gallery, const char *name, int encoding,
                               fg_error *error);

/* Compares with every encoding; allocates nothing. */
void fg_gallery_match(const fg_gallery *gallery, const float probe[FG_ENCODING_SIZE],
                      fg_match *ret_match);

/*
 * The distance to the nearest encoding of each person, and which that is among all of the gallery
 * in the order they were added; INFINITY and -1 for a person without one, and for a probe that
 * holds NAN. Both have room for fg_gallery_people. Allocates nothing.
 */
void fg_gallery_distances(const fg_gallery *gallery, const float probe[FG_ENCODING_SIZE],
                          double *ret_distances, int *ret_encodings);

#endif
