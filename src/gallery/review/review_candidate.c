/* Compares an encoding that is not enrolled yet with the people in a gallery. */
#include "distance.h"
#include "facegate/gallery/review.h"
#include "facegate/text.h"
#include "gallery_store.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* The nearest of a person's own encodings and of everybody else's. */
typedef struct neighbours {
    double own;
    int person; /* the nearest other, -1 where there is none */
    double other;
} neighbours;

static neighbours find_neighbours(const fg_gallery *gallery, int self, const float *encoding)
{
    float own = INFINITY;
    float other = INFINITY;
    int person = -1;
    for (int i = 0; i < gallery->count; i++) {
        int owner = gallery->owners[i];
        float square =
            fg_distance_square(encoding, gallery->encodings + (size_t)i * FG_ENCODING_SIZE);
        if (owner == self) {
            own = square < own ? square : own;
        } else if (square < other || (square == other && owner < person)) {
            other = square;
            person = owner;
        }
    }
    return (neighbours){.own = sqrt((double)own), .person = person, .other = sqrt((double)other)};
}

int fg_review_candidate(const fg_gallery *gallery, const char *name,
                        const float encoding[FG_ENCODING_SIZE], double tolerance, fg_error *error)
{
    char self_shown[FG_TEXT_SHOWN];
    char other_shown[FG_TEXT_SHOWN];
    int self = fg_gallery_find(gallery, name);
    neighbours near = find_neighbours(gallery, self, encoding);
    double far = fmax(FG_REVIEW_FAR, tolerance);
    fg_text_show(name, strlen(name), self_shown);
    if (near.person >= 0 && near.other <= tolerance) {
        const char *other = fg_gallery_name(gallery, near.person);
        fg_text_show(other, strlen(other), other_shown);
        if (near.own <= near.other) {
            return fg_error_set(
                error, -EEXIST,
                "this face is too close to \"%s\" as well (distance %.3f, tolerance %.*f; %.3f to "
                "\"%s\"): take another picture, or use --force if they really are two people",
                other_shown, near.other, fg_review_digits(tolerance), tolerance, near.own,
                self_shown);
        }
        return fg_error_set(
            error, -EEXIST,
            "this face is enrolled as \"%s\" already (distance %.3f, tolerance %.*f): add the "
            "picture to \"%s\", or use --force if they really are two people",
            other_shown, near.other, fg_review_digits(tolerance), tolerance, other_shown);
    }
    int encodings = self >= 0 ? fg_gallery_person_encodings(gallery, self) : 0;
    if (encodings == 0 || !(near.own > far)) {
        return 0;
    }
    if (encodings == 1) {
        return fg_error_set(
            error, -ERANGE,
            "this face is far from the one encoding \"%s\" has (%.3f, at most "
            "%.*f): is this the wrong picture, or was that one? Use --force if both "
            "really are %s",
            self_shown, near.own, fg_review_digits(far), far, self_shown);
    }
    return fg_error_set(error, -ERANGE,
                        "this face is far from the %d encodings \"%s\" has (nearest %.3f, at most "
                        "%.*f): is this the wrong picture? Use --force if it really is %s",
                        encodings, self_shown, near.own, fg_review_digits(far), far, self_shown);
}
