/* What some views of a face say together, against the same worked out over everybody. */
#include "facegate/decision/visit.h"

#include "dice.h"
#include "nobody.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define MOST_VIEWS 10

static const fg_visit_rules rules = {.tolerance = 0.46, .margin = 0.09, .lead = 0.03};

static fg_gallery *gallery;
static fg_view views[MOST_VIEWS];

static int open_gallery(void **state)
{
    (void)state;
    return fg_gallery_create(&gallery);
}

static int close_gallery(void **state)
{
    (void)state;
    gallery = fg_gallery_free(gallery);
    return 0;
}

static void see(int place, int identity, int view, double weight)
{
    fg_comparison_make(gallery, fg_nobody_cohort(), fg_nobody_view(identity, view),
                       &views[place].comparison);
    views[place].weight = weight;
}

static double mean(int count, int person,
                   double (*of)(const fg_gallery *, const fg_comparison *, int))
{
    double sum = 0, weights = 0;
    for (int i = 0; i < count; i++) {
        sum += views[i].weight * of(gallery, &views[i].comparison, person);
        weights += views[i].weight;
    }
    return sum / weights;
}

static void assert_is_best_of_all(int count)
{
    fg_visit visit = fg_visit_weigh(gallery, views, count);
    double nearest = INFINITY;
    assert_true(visit.margin == mean(count, visit.person, fg_comparison_margin));
    assert_true(visit.distance == mean(count, visit.person, fg_comparison_distance));
    for (int i = 0; i < fg_gallery_people(gallery); i++) {
        if (i != visit.person) {
            assert_true(visit.margin >= mean(count, i, fg_comparison_margin));
            nearest = fmin(nearest, mean(count, i, fg_comparison_distance));
        }
    }
    /* Where somebody has a margin at all, who is not among the nearest is farther than by that. */
    if (visit.margin > 0) {
        assert_true(fmin(visit.next_distance - visit.distance, visit.margin) ==
                    fmin(nearest - visit.distance, visit.margin));
    }
}

static void the_best_of_a_visit_is_the_best_of_everybody(void **state)
{
    (void)state;
    fg_dice dice = {.state = 20261128};
    for (int i = 0; i < 30; i++) {
        fg_nobody_enroll(gallery, i, 0, 1 + i % 6);
    }
    for (int i = 0; i < 300; i++) {
        int count = 1 + fg_dice_roll(&dice, MOST_VIEWS);
        int identity = fg_dice_roll(&dice, 40);
        for (int k = 0; k < count; k++) {
            see(k, fg_dice_chance(&dice, 80) ? identity : fg_dice_roll(&dice, 40),
                fg_dice_roll(&dice, FG_NOBODY_VIEWS), 0.1 + 0.1 * fg_dice_roll(&dice, 10));
        }
        assert_is_best_of_all(count);
    }
}

/* Five views each that their encodings are not of. */
static void enrolled_people_are_named_and_strangers_are_not(void **state)
{
    (void)state;
    for (int i = 0; i < 8; i++) {
        fg_nobody_enroll(gallery, i, 0, 5);
    }
    for (int i = 0; i < FG_NOBODY_IDENTITIES; i++) {
        for (int k = 0; k < 5; k++) {
            see(k, i, 6 + k, 1);
        }
        fg_visit visit = fg_visit_weigh(gallery, views, 5);
        assert_int_equal(fg_visit_names(&rules, &visit), i < 8 ? i : -1);
        assert_true(visit.weight == 5);
    }
}

static void a_view_counts_by_its_weight(void **state)
{
    (void)state;
    fg_nobody_enroll(gallery, 0, 0, 5);
    fg_nobody_enroll(gallery, 1, 0, 5);
    see(0, 0, 7, 1);
    see(1, 1, 7, 0.1);
    assert_int_equal(fg_visit_weigh(gallery, views, 2).person, 0);
    views[0].weight = 0.1;
    views[1].weight = 1;
    assert_int_equal(fg_visit_weigh(gallery, views, 2).person, 1);
}

static void each_rule_by_itself_keeps_somebody_out(void **state)
{
    (void)state;
    const fg_visit good = {.person = 3,
                           .margin = 0.09,
                           .distance = 0.46,
                           .next = 1,
                           .next_distance = 0.46 + 0.03125,
                           .weight = 2};
    static const double too_little = 0.0001;
    fg_visit visit = good;
    assert_int_equal(fg_visit_names(&rules, &visit), 3);
    visit.margin -= too_little;
    assert_int_equal(fg_visit_names(&rules, &visit), -1);
    visit = good;
    visit.distance += too_little;
    assert_int_equal(fg_visit_names(&rules, &visit), -1);
    visit = good;
    visit.next_distance = visit.distance + 0.0299;
    assert_int_equal(fg_visit_names(&rules, &visit), -1);
    visit.next = -1;
    assert_int_equal(fg_visit_names(&rules, &visit), 3);
    for (int i = 0; i < 3; i++) {
        visit = good;
        *(i == 0 ? &visit.margin : i == 1 ? &visit.distance : &visit.next_distance) = (double)NAN;
        assert_int_equal(fg_visit_names(&rules, &visit), -1);
    }
}

static void nobody_is_named_without_people_or_views(void **state)
{
    (void)state;
    see(0, 0, 0, 1);
    fg_visit visit = fg_visit_weigh(gallery, views, 1);
    assert_int_equal(visit.person, -1);
    assert_int_equal(fg_visit_names(&rules, &visit), -1);
    assert_true(isinf(visit.distance));
    visit = fg_visit_weigh(gallery, views, 0);
    assert_int_equal(fg_visit_names(&rules, &visit), -1);
    assert_true(visit.weight == 0);
}

static void a_view_that_is_no_number_lets_nobody_in(void **state)
{
    (void)state;
    float nothing[FG_ENCODING_SIZE] = {[5] = NAN};
    fg_nobody_enroll(gallery, 0, 0, 5);
    see(0, 0, 7, 1);
    see(1, 0, 8, 1);
    fg_comparison_make(gallery, fg_nobody_cohort(), nothing, &views[2].comparison);
    views[2].weight = 0.1;
    fg_visit visit = fg_visit_weigh(gallery, views, 3);
    assert_int_equal(fg_visit_names(&rules, &visit), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_gallery, close_gallery)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_best_of_a_visit_is_the_best_of_everybody),
        TEST(enrolled_people_are_named_and_strangers_are_not),
        TEST(a_view_counts_by_its_weight),
        TEST(each_rule_by_itself_keeps_somebody_out),
        TEST(nobody_is_named_without_people_or_views),
        TEST(a_view_that_is_no_number_lets_nobody_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
