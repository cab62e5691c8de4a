/* Weighs what the views of one face say of those they are like. */
#include "facegate/decision/visit.h"

#include <math.h>
#include <stdbool.h>

typedef struct candidate {
    int person;
    double margin, distance;
} candidate;

static candidate mean_of(const fg_gallery *gallery, const fg_view *views, int count, int person)
{
    double margins = 0, distances = 0, weights = 0;
    for (int i = 0; i < count; i++) {
        const fg_comparison *comparison = &views[i].comparison;
        margins += views[i].weight * fg_comparison_margin(gallery, comparison, person);
        distances += views[i].weight * fg_comparison_distance(gallery, comparison, person);
        weights += views[i].weight;
    }
    return (candidate){
        .person = person, .margin = margins / weights, .distance = distances / weights};
}

static bool was_seen(const fg_view *views, int view, int place)
{
    int person = views[view].comparison.people[place];
    for (int i = 0; i < view; i++) {
        for (int k = 0; k < FG_NEAREST_PEOPLE; k++) {
            if (views[i].comparison.people[k] == person) {
                return true;
            }
        }
    }
    return false;
}

static bool is_better(const candidate *one, const fg_visit *than)
{
    return one->margin > than->margin ||
           (one->margin == than->margin && one->distance < than->distance);
}

static void add_candidate(fg_visit *visit, const candidate *one)
{
    candidate other = *one;
    if (is_better(one, visit)) {
        other = (candidate){.person = visit->person, .distance = visit->distance};
        visit->person = one->person;
        visit->margin = one->margin;
        visit->distance = one->distance;
    }
    if (other.distance < visit->next_distance) {
        visit->next = other.person;
        visit->next_distance = other.distance;
    }
}

/*
 * The nearest people of each view are enough: whoever is among none of them has no margin above
 * zero, and is no nearer than whom the margin of the others was taken from.
 */
fg_visit fg_visit_weigh(const fg_gallery *gallery, const fg_view *views, int count)
{
    fg_visit visit = {.person = -1,
                      .margin = -INFINITY,
                      .distance = INFINITY,
                      .next = -1,
                      .next_distance = INFINITY};
    for (int i = 0; i < count; i++) {
        const int *people = views[i].comparison.people;
        visit.weight += views[i].weight;
        for (int k = 0; k < FG_NEAREST_PEOPLE && people[k] >= 0; k++) {
            if (!was_seen(views, i, k)) {
                candidate one = mean_of(gallery, views, count, people[k]);
                add_candidate(&visit, &one);
            }
        }
    }
    return visit;
}

/* Comparisons with NAN are false, so that what cannot be compared is never let in. */
int fg_visit_names(const fg_visit_rules *rules, const fg_visit *visit)
{
    bool is_apart = visit->next < 0 || visit->next_distance - visit->distance >= rules->lead;
    bool named = visit->margin >= rules->margin && visit->distance <= rules->tolerance && is_apart;
    return named ? visit->person : -1;
}
