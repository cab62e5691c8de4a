/*
 * The gallery's memory: people with the means of their encodings, and all encodings in one aligned
 * array in the order they came, each with the index of its person. A table finds a person by name.
 */
#ifndef FACEGATE_GALLERY_GALLERY_STORE_H
#define FACEGATE_GALLERY_GALLERY_STORE_H

#include "facegate/gallery/gallery.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct fg_person {
    char *name;
    char *badge; /* NULL without a badge */
    int encodings;
} fg_person;

struct fg_gallery {
    fg_person *people;
    float *means; /* FG_ENCODING_SIZE for each person, aligned; zeroes without an encoding */
    int people_count;
    int people_room;
    float *encodings; /* FG_ENCODING_SIZE each, aligned to 64 bytes */
    int *owners;      /* index of the person, for each encoding */
    int count;
    int room;
    int *table; /* index of a person + 1, or 0; open addressing */
    size_t table_size;
    bool any_length; /* the file says that its encodings may have another length than dlib's */
};

/* What may stand in a gallery is the caller's to check. Each is 0 or -ENOMEM; then nothing has
 * changed. */

/* Adds an encoding of the person at an index, who may be about to come; the mean stays. */
int fg_gallery_put_encoding(fg_gallery *gallery, int person,
                            const float encoding[FG_ENCODING_SIZE]);

/* Adds a person of a new name, whose are the last `encodings` that came. */
int fg_gallery_put_person(fg_gallery *gallery, const char *name, const char *badge, int encodings);

/* The Euclidean length of an encoding, and whether dlib's have it. */
double fg_gallery_length(const float encoding[FG_ENCODING_SIZE]);
bool fg_gallery_is_length(double length);

/* -EINVAL where a number is not finite. */
int fg_gallery_check_finite(const float encoding[FG_ENCODING_SIZE], fg_error *error);

#endif
