/* Compares a view with everybody's mean, and with the cohort. */
#include "facegate/gallery/comparison.h"

#include "distance.h"
#include "gallery_store.h"

#include <math.h>
#include <string.h>

/*
 * The square of the length by which the mean of one encoding lies farther off than that of very
 * many, and the number of encodings the rule was measured with. The error of a mean shrinks with
 * their number: Var(mean) = Var / n.
 */
#define SPREAD        0.049F
#define USUAL         5
#define LEAST_SQUARED 0.01F

static float corrected(float square, int encodings)
{
    if (encodings == 0) {
        return INFINITY;
    }
    if (encodings < USUAL) {
        square -= SPREAD * (1.0F / (float)encodings - 1.0F / USUAL);
    }
    /* Not fmaxf(), which makes a number of one that is none. */
    return square < LEAST_SQUARED ? LEAST_SQUARED : square;
}

static float square_to(const fg_gallery *gallery, const float *encoding, int person)
{
    return corrected(
        fg_distance_square(encoding, gallery->means + (size_t)person * FG_ENCODING_SIZE),
        gallery->people[person].encodings);
}

/* `without` is a person who is passed over, or -1. */
static void find_nearest(const fg_gallery *gallery, int without, fg_comparison *comparison)
{
    fg_nearest_start(FG_NEAREST_PEOPLE, comparison->distances, comparison->people);
    for (int i = 0; i < gallery->people_count; i++) {
        if (i != without) {
            fg_nearest_keep(FG_NEAREST_PEOPLE, comparison->distances, comparison->people,
                            square_to(gallery, comparison->encoding, i), i);
        }
    }
    for (int i = 0; i < FG_NEAREST_PEOPLE; i++) {
        comparison->distances[i] = sqrtf(comparison->distances[i]);
    }
}

void fg_comparison_renew(const fg_gallery *gallery, fg_comparison *comparison)
{
    find_nearest(gallery, -1, comparison);
}

void fg_comparison_leave_out(const fg_gallery *gallery, int person, fg_comparison *comparison)
{
    find_nearest(gallery, person, comparison);
}

void fg_comparison_make(const fg_gallery *gallery, const fg_cohort *cohort,
                        const float encoding[FG_ENCODING_SIZE], fg_comparison *ret_comparison)
{
    memcpy(ret_comparison->encoding, encoding, sizeof(ret_comparison->encoding));
    fg_cohort_nearest(cohort, encoding, ret_comparison->cohort);
    fg_comparison_renew(gallery, ret_comparison);
}

void fg_comparison_make_member(const fg_gallery *gallery, const fg_cohort *cohort, int member,
                               fg_comparison *ret_comparison)
{
    memcpy(ret_comparison->encoding, fg_cohort_member(cohort, member),
           sizeof(ret_comparison->encoding));
    fg_cohort_nearest_to_member(cohort, member, ret_comparison->cohort);
    fg_comparison_renew(gallery, ret_comparison);
}

double fg_comparison_distance(const fg_gallery *gallery, const fg_comparison *comparison,
                              int person)
{
    float distance = sqrtf(square_to(gallery, comparison->encoding, person));
    return isnan(distance) ? INFINITY : distance;
}

/* The mean of the smallest distances in two ordered lists, one without the person. */
static double others(const fg_comparison *comparison, int person)
{
    double sum = 0;
    int of_cohort = 0, of_people = 0;
    for (int i = 0; i < FG_NEIGHBOURS; i++) {
        if (comparison->people[of_people] == person) {
            of_people++;
        }
        if (comparison->distances[of_people] < comparison->cohort[of_cohort]) {
            sum += comparison->distances[of_people++];
        } else {
            sum += comparison->cohort[of_cohort++];
        }
    }
    return sum / FG_NEIGHBOURS;
}

double fg_comparison_margin(const fg_gallery *gallery, const fg_comparison *comparison, int person)
{
    double distance = fg_comparison_distance(gallery, comparison, person);
    return isfinite(distance) ? others(comparison, person) - distance : -INFINITY;
}

int fg_comparison_best(const fg_comparison *comparison)
{
    int best = -1;
    double largest = -INFINITY;
    for (int i = 0; i < FG_NEAREST_PEOPLE && comparison->people[i] >= 0; i++) {
        double margin =
            others(comparison, comparison->people[i]) - (double)comparison->distances[i];
        if (margin > largest) {
            best = comparison->people[i];
            largest = margin;
        }
    }
    return best;
}

double fg_comparison_apart(const fg_comparison *one, const fg_comparison *other)
{
    double sum = 0;
    for (int i = 0; i < FG_ENCODING_SIZE; i++) {
        double difference = (double)one->encoding[i] - (double)other->encoding[i];
        sum += difference * difference;
    }
    return sqrt(sum);
}
