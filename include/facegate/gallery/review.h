/*
 * A review of a gallery for what may go wrong at the door: encodings that are likely somebody
 * else's, people who can be taken for each other, people with too few encodings, and how often
 * different people match at several tolerances.
 *
 * Every encoding is compared with every other, so that time grows with the square of their number:
 * 50,000 take 27 seconds of one core at 3 GHz, 5,000 a quarter of a second. Memory does not: 25
 * bytes for an encoding and about 100 for a person. A review is made by one thread while nobody
 * changes the gallery; then any thread may read it, and the gallery is needed no more. Distances
 * are Euclidean, as fg_gallery_match tells them. Encodings are counted from 0 in the order the
 * person has them in the file.
 */
#ifndef FACEGATE_GALLERY_REVIEW_H
#define FACEGATE_GALLERY_REVIEW_H

#include "facegate/gallery/gallery.h"
#include "facegate/gallery/rate.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * An encoding farther than this from all others of its person is likely of somebody else: dlib's
 * network was trained to keep two pictures of one person closer than 0.6 (dlib's
 * dnn_face_recognition_ex.cpp). Where the tolerance is larger, it counts instead: what the door
 * would let in as this person is not far.
 */
#define FG_REVIEW_FAR 0.6

/* Two people this little beyond the tolerance may match in the next picture: reading the same
 * picture another way alone moves an encoding by 0.035 in the median, by 0.09 at most (63 faces).
 */
#define FG_REVIEW_MARGIN 0.05

/* Fewer encodings than this know a person badly: docs/decisions.md has the measurement. */
#define FG_REVIEW_ENOUGH 3

/* The worst pairs of people are findings, at most this many of those within the tolerance and the
 * margin together; the counts have all. */
#define FG_REVIEW_PAIRS 1000

/* One person beside all others. */
typedef struct fg_review_person {
    double spread; /* the largest distance between two of theirs, NAN with fewer than two */
    int nearest; /* the other person who comes nearest, of equals the first; -1 with nobody else */
    double distance; /* between the two encodings that come nearest, INFINITY without */
    int encoding;    /* these two, the person's own and the other's; -1 without */
    int nearest_encoding;
} fg_review_person;

/* What a finding is about, the worst first. */
typedef enum fg_finding_kind {
    /* An encoding within the tolerance of another person and not of any other of its own person:
     * shown this very picture, the door would name the wrong one. A person's only encoding is never
     * one, since nothing tells it from a pair of people who look alike. */
    FG_FINDING_MIX_UP,
    /* An encoding farther from all others of its person than FG_REVIEW_FAR. It is none where all
     * the others are mix-ups; where two have only each other, one finding is the first of them with
     * the second as `other_encoding`. */
    FG_FINDING_FAR,
    /* Two people within the tolerance of each other: today one can be taken for the other. */
    FG_FINDING_PAIR,
    /* Two people less than FG_REVIEW_MARGIN beyond it. */
    FG_FINDING_CLOSE,
    FG_FINDING_FEW,  /* a person with fewer than FG_REVIEW_ENOUGH encodings, but not none */
    FG_FINDING_NONE, /* a person without any encoding, who is never recognised */
} fg_finding_kind;

typedef struct fg_finding {
    fg_finding_kind kind;
    int person;
    int encoding;        /* of the person; -1 with FEW and NONE */
    int other;           /* MIX_UP: whose it likely is; PAIR, CLOSE: the other; else -1 */
    int other_encoding;  /* the nearest of the other; FAR: the nearest of the person's own */
    double distance;     /* MIX_UP, PAIR, CLOSE: to the other; FAR: to the own; else NAN */
    double own_distance; /* MIX_UP: to the nearest of the person's own; else NAN */
    bool from_mix_up;    /* PAIR, CLOSE: one of these two encodings is a MIX_UP itself, and the pair
                            may be gone with it */
} fg_finding;

/* How many findings there are of each kind. */
typedef struct fg_review_counts {
    int mix_ups; /* MIX_UP and FAR: encodings to look at */
    int64_t pairs;
    int64_t close;
    int few;
    int nones;
} fg_review_counts;

/*
 * The false match rate seen in the gallery: of all pairs of different people, those who match at a
 * tolerance, because any encoding of one is within it of any encoding of the other. Pairs of people
 * are counted and not pairs of encodings: five pictures of each of two people who look alike are
 * one coincidence, not twenty-five. Pairs that share a person are not independent either, so that
 * the interval is still somewhat narrow (Mansfield and Wayman, "Best Practices in Testing and
 * Reporting Performance of Biometric Devices", NPL Report CMSC 14/02, 2002). Two things make the
 * rate itself wrong: a mix-up or a person enrolled under two names counts as a false match and is
 * none, and enrolling refuses who matches already, so that such pairs are missing up to the
 * tolerance.
 */
typedef struct fg_review_rate {
    double tolerance;
    bool configured; /* the tolerance the review was made for */
    fg_rate seen;
} fg_review_rate;

#define FG_REVIEW_RATES 6 /* at most: 0.40, 0.45, 0.50, 0.55, 0.60 and the configured one */

/* Reported now and then how much is done, in parts of equal work. */
typedef void fg_review_progress(void *context, int done, int total);

typedef struct fg_review fg_review;

/* `progress` may be NULL. -ENOMEM. */
int fg_review_create(const fg_gallery *gallery, double tolerance, fg_review_progress *progress,
                     void *context, fg_review **ret_review);
fg_review *fg_review_free(fg_review *review);

/* All these belong to the review. */
const fg_review_person *fg_review_of(const fg_review *review, int person);
const fg_review_counts *fg_review_counts_of(const fg_review *review);
const fg_finding *fg_review_findings(const fg_review *review, int *ret_count);  /* worst first */
const fg_review_rate *fg_review_rates(const fg_review *review, int *ret_count); /* ascending */

/* How many digits after the point a tolerance is reported with: two, or three where it has more. */
int fg_review_digits(double tolerance);

/*
 * Whether an encoding may be enrolled under a name, of somebody known or new:
 * -EEXIST: it is within the tolerance of another person, whose name and distance the text has.
 * -ERANGE: the person is there and it is far (FG_REVIEW_FAR) from each of their encodings.
 *
 * The other person comes first, however near the person's own encodings are. An encoding near both
 * would let the one in under the other's name from then on: with twins that is for somebody to
 * decide, with --force. And where it is also far from the person's own, whose it likely is says
 * more than that it is far. Who was enrolled with a wrong picture is found either way: the right
 * one is far from it, and the one in the wrong picture is "enrolled already" under the wrong name.
 */
int fg_review_candidate(const fg_gallery *gallery, const char *name,
                        const float encoding[FG_ENCODING_SIZE], double tolerance, fg_error *error);

#endif
