/* Reviews a gallery for the commands that show it. */
#include "people/people_review.h"

#include "common/options.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define WORTH_TELLING 3000 /* encodings; fewer are compared before anybody wonders */

static void show_progress(void *context, int done, int total)
{
    int encodings = *(const int *)context;
    fprintf(stderr, "\rComparing %d encodings with each other: %d %%%s", encodings,
            100 * done / total, done == total ? "\n" : "");
}

bool fg_people_open(fg_people *people, const fg_config *config, const fg_gallery *gallery)
{
    int encodings = fg_gallery_encodings(gallery);
    bool watched = encodings >= WORTH_TELLING && isatty(STDERR_FILENO) == 1;
    *people = (fg_people){.config = config, .gallery = gallery};
    if (fg_review_create(gallery, config->access.tolerance, watched ? show_progress : NULL,
                         &encodings, &people->review) != 0) {
        fg_cli_fail(0, "not enough memory to compare %d encodings", encodings);
        return false;
    }
    return true;
}

void fg_people_close(fg_people *people)
{
    people->review = fg_review_free(people->review);
}

typedef struct risk {
    int person;
    double distance;
    double spread;
} risk;

/* Who comes nearest to somebody else, then whose encodings differ most, then as in the file. */
static int riskiest_first(const void *one, const void *other)
{
    const risk *a = one;
    const risk *b = other;
    if (a->distance != b->distance) {
        return a->distance < b->distance ? -1 : 1;
    }
    if (a->spread != b->spread) {
        return a->spread > b->spread ? -1 : 1;
    }
    return (a->person > b->person) - (a->person < b->person);
}

int *fg_people_by_risk(const fg_people *people)
{
    int count = fg_gallery_people(people->gallery);
    risk *risks = calloc((size_t)count + 1, sizeof(*risks));
    int *order = calloc((size_t)count + 1, sizeof(*order));
    if (risks == NULL || order == NULL) {
        free(risks);
        free(order);
        return NULL;
    }
    for (int i = 0; i < count; i++) {
        const fg_review_person *person = fg_review_of(people->review, i);
        risks[i] = (risk){i, person->distance, isnan(person->spread) ? -1 : person->spread};
    }
    qsort(risks, (size_t)count, sizeof(*risks), riskiest_first);
    for (int i = 0; i < count; i++) {
        order[i] = risks[i].person;
    }
    free(risks);
    return order;
}
