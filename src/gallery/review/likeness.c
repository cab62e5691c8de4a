/* Compares a person's mean with everybody else by the rule of the door. */
#include "facegate/gallery/likeness.h"

#include "facegate/gallery/comparison.h"
#include "gallery_store.h"

#include <math.h>
#include <string.h>

static double mean_lead(const fg_gallery *gallery, int person, int other)
{
    fg_comparison view;
    double sum = 0;
    for (int i = 0; i < gallery->count; i++) {
        if (gallery->owners[i] == person) {
            memcpy(view.encoding, gallery->encodings + (size_t)i * FG_ENCODING_SIZE,
                   sizeof(view.encoding));
            sum += fg_comparison_distance(gallery, &view, other) -
                   fg_comparison_distance(gallery, &view, person);
        }
    }
    return sum / gallery->people[person].encodings;
}

fg_likeness fg_likeness_of(const fg_gallery *gallery, const fg_cohort *cohort, int person)
{
    fg_likeness likeness = {.other = -1, .distance = NAN, .margin = NAN, .lead = NAN};
    fg_comparison mean;
    if (gallery->people[person].encodings == 0) {
        return likeness;
    }
    fg_comparison_make(gallery, cohort, gallery->means + (size_t)person * FG_ENCODING_SIZE, &mean);
    fg_comparison_leave_out(gallery, person, &mean);
    likeness.other = fg_comparison_best(&mean);
    if (likeness.other >= 0) {
        likeness.distance = fg_comparison_distance(gallery, &mean, likeness.other);
        likeness.margin = fg_comparison_margin(gallery, &mean, likeness.other);
        likeness.lead = mean_lead(gallery, person, likeness.other);
    }
    return likeness;
}
