/* Finds the enrolled encoding nearest to another. */
#include "distance.h"
#include "gallery_store.h"

#include <math.h>
#include <stdbool.h>

typedef struct rank {
    int person;
    float square;
} rank;

/* Equally far, the first person in the gallery is taken, in whatever order the encodings lie. */
static bool is_nearer(rank one, rank other)
{
    return one.square < other.square || (one.square == other.square && one.person < other.person);
}

void fg_gallery_match(const fg_gallery *gallery, const float probe[FG_ENCODING_SIZE],
                      fg_match *ret_match)
{
    rank best = {.person = -1, .square = INFINITY};
    rank second = best;
    for (int i = 0; i < gallery->count; i++) {
        rank found = {
            .person = gallery->owners[i],
            .square = fg_distance_square(probe, gallery->encodings + (size_t)i * FG_ENCODING_SIZE)};
        /* Also false for NAN, which is near to nobody. */
        if (is_nearer(found, best)) {
            if (found.person != best.person) {
                second = best;
            }
            best = found;
        } else if (found.person != best.person && is_nearer(found, second)) {
            second = found;
        }
    }
    *ret_match = (fg_match){.person = best.person,
                            .distance = sqrt((double)best.square),
                            .runner_up = second.person,
                            .runner_up_distance = sqrt((double)second.square)};
}

void fg_gallery_distances(const fg_gallery *gallery, const float probe[FG_ENCODING_SIZE],
                          double *ret_distances, int *ret_encodings)
{
    for (int i = 0; i < gallery->people_count; i++) {
        ret_distances[i] = INFINITY;
        ret_encodings[i] = -1;
    }
    for (int i = 0; i < gallery->count; i++) {
        int person = gallery->owners[i];
        double distance = sqrt(
            (double)fg_distance_square(probe, gallery->encodings + (size_t)i * FG_ENCODING_SIZE));
        if (distance < ret_distances[person]) {
            ret_distances[person] = distance;
            ret_encodings[person] = i;
        }
    }
}
