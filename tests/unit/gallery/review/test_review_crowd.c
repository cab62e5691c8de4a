/* Many people with many encodings, against two plain loops. */
#include "facegate/gallery/review.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define TOLERANCE 0.5

static fg_gallery *gallery;
static fg_review *review;

static bool is_near(double one, double other)
{
    return one == other || fabs(one - other) < 1e-6 || (isnan(one) && isnan(other));
}

/* A crowd of 2,000 encodings: people around a place of their own, some near each other, one with
 * more encodings than the scan takes at once, and no order in the file. */
enum { CROWD = 2000, CROWD_PEOPLE = 400, CROWD_LARGEST = 100 };

typedef struct face {
    float encoding[FG_ENCODING_SIZE];
    int person;
    int number;
    double own, other;
} face;

static float next_number(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (float)(*seed >> 8) / 16777216.0f - 0.5f;
}

static void make_crowd(face *crowd)
{
    int counts[CROWD_PEOPLE] = {0};
    uint32_t seed = 7;
    for (int i = 0; i < CROWD; i++) {
        uint32_t place = (uint32_t)(next_number(&seed) * 400 + 200);
        if (i < CROWD_PEOPLE) {
            place = (uint32_t)i; /* everybody comes once before the rest, in order */
        } else if (i < CROWD_PEOPLE + CROWD_LARGEST) {
            place = 17;
        }
        crowd[i].person = (int)place;
        crowd[i].number = counts[place]++;
        /* One in fifty is a picture of the next person. */
        uint32_t own_seed = i % 50 == 49 ? place + 2 : place + 1;
        float size = 0.22f * (next_number(&own_seed) + 0.7f);
        for (int k = 0; k < FG_ENCODING_SIZE; k++) {
            crowd[i].encoding[k] = next_number(&own_seed) * size + next_number(&seed) * 0.08f;
        }
        char name[16];
        snprintf(name, sizeof(name), "p%u", place);
        assert_int_equal(fg_gallery_add(gallery, name, NULL, crowd[i].encoding, NULL), 0);
    }
}

static double distance_between(const face *one, const face *other)
{
    double sum = 0;
    for (int i = 0; i < FG_ENCODING_SIZE; i++) {
        double difference = (double)one->encoding[i] - (double)other->encoding[i];
        sum += difference * difference;
    }
    return sqrt(sum);
}

/* Each encoding with each other, the plain way; *closest is between each two people. */
static void compare_crowd(face *crowd, double *ret_spreads, double *closest)
{
    for (int i = 0; i < CROWD; i++) {
        crowd[i].own = crowd[i].other = INFINITY;
    }
    for (int i = 0; i < CROWD_PEOPLE * CROWD_PEOPLE; i++) {
        closest[i] = INFINITY;
    }
    for (int i = 0; i < CROWD; i++) {
        for (int k = 0; k < CROWD; k++) {
            double distance = distance_between(&crowd[i], &crowd[k]);
            int person = crowd[i].person;
            double *least = &closest[person * CROWD_PEOPLE + crowd[k].person];
            if (crowd[k].person != person) {
                crowd[i].other = fmin(crowd[i].other, distance);
                *least = fmin(*least, distance);
            } else if (k != i) {
                crowd[i].own = fmin(crowd[i].own, distance);
                ret_spreads[person] = fmax(ret_spreads[person], distance);
            }
        }
    }
}

static void assert_person_of_crowd(const face *crowd, int person, double spread,
                                   const double *closest)
{
    const fg_review_person *of = fg_review_of(review, person);
    double least = INFINITY;
    const face *mine = NULL;
    const face *theirs = NULL;
    for (int i = 0; i < CROWD_PEOPLE; i++) {
        least = fmin(least, closest[i]);
    }
    for (int i = 0; i < CROWD; i++) {
        if (crowd[i].person == person && crowd[i].number == of->encoding) {
            mine = &crowd[i];
        }
        if (crowd[i].person == of->nearest && crowd[i].number == of->nearest_encoding) {
            theirs = &crowd[i];
        }
    }
    assert_true(is_near(of->spread, spread > 0 ? spread : NAN));
    assert_true(is_near(of->distance, least));
    assert_non_null(mine);
    assert_non_null(theirs);
    assert_true(is_near(distance_between(mine, theirs), least));
}

static int count_pairs(const double *closest, double tolerance)
{
    int count = 0;
    for (int i = 0; i < CROWD_PEOPLE; i++) {
        for (int k = i + 1; k < CROWD_PEOPLE; k++) {
            count += closest[i * CROWD_PEOPLE + k] <= tolerance ? 1 : 0;
        }
    }
    return count;
}

static void assert_mix_ups(const face *crowd)
{
    int count = 0, mix_ups = 0, met = 0;
    const fg_finding *findings = fg_review_findings(review, &count);
    for (int i = 0; i < CROWD; i++) {
        bool wanted =
            isfinite(crowd[i].own) && crowd[i].own > TOLERANCE && crowd[i].other <= TOLERANCE;
        bool found = false;
        mix_ups += wanted ? 1 : 0;
        for (int k = 0; k < count && findings[k].kind == FG_FINDING_MIX_UP; k++) {
            if (findings[k].person == crowd[i].person && findings[k].encoding == crowd[i].number) {
                assert_true(is_near(findings[k].distance, crowd[i].other));
                assert_true(is_near(findings[k].own_distance, crowd[i].own));
                found = true;
            }
        }
        assert_int_equal(found, wanted);
        met += found ? 1 : 0;
    }
    assert_int_equal(met, mix_ups);
}

static void a_crowd_is_reviewed_as_by_hand(void **state)
{
    (void)state;
    face *crowd = calloc(CROWD, sizeof(*crowd));
    double *closest = calloc((size_t)CROWD_PEOPLE * CROWD_PEOPLE, sizeof(*closest));
    double spreads[CROWD_PEOPLE] = {0};
    int count = 0;
    assert_true(crowd != NULL && closest != NULL);
    assert_int_equal(fg_gallery_create(&gallery), 0);
    make_crowd(crowd);
    compare_crowd(crowd, spreads, closest);
    assert_int_equal(fg_review_create(gallery, TOLERANCE, NULL, NULL, &review), 0);
    for (int i = 0; i < CROWD_PEOPLE; i++) {
        assert_person_of_crowd(crowd, i, spreads[i], closest + (size_t)i * CROWD_PEOPLE);
    }
    const fg_review_rate *rates = fg_review_rates(review, &count);
    for (int i = 0; i < count; i++) {
        assert_int_equal(rates[i].seen.trials, CROWD_PEOPLE * (CROWD_PEOPLE - 1) / 2);
        assert_int_equal(rates[i].seen.hits, count_pairs(closest, rates[i].tolerance));
        assert_true(rates[i].seen.high ==
                    fg_rate_of(rates[i].seen.hits, rates[i].seen.trials).high);
    }
    assert_mix_ups(crowd);
    int pairs = count_pairs(closest, TOLERANCE);
    assert_int_equal(fg_review_counts_of(review)->pairs, pairs);
    assert_int_equal(fg_review_counts_of(review)->close,
                     count_pairs(closest, TOLERANCE + FG_REVIEW_MARGIN) - pairs);
    fg_review_free(review);
    fg_gallery_free(gallery);
    free(crowd);
    free(closest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crowd_is_reviewed_as_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
