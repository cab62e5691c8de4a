/* Whom each person is most like by the rule of the door, as a table. */
#include "people/people_likeness.h"

#include "facegate/base/wrap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define SHOWN 5

static int most_alike_first(const void *one, const void *other)
{
    const fg_people_like *a = one;
    const fg_people_like *b = other;
    if (a->doubtful != b->doubtful) {
        return a->doubtful ? -1 : 1;
    }
    if (a->of.margin < b->of.margin || a->of.margin > b->of.margin) {
        return a->of.margin > b->of.margin ? -1 : 1;
    }
    return (a->person > b->person) - (a->person < b->person);
}

static bool is_doubtful(const fg_config *config, const fg_likeness *of)
{
    bool is_accepted =
        of->distance <= config->access.tolerance && of->margin >= config->access.margin;
    return is_accepted || of->lead < config->access.lead;
}

fg_people_like *fg_people_likenesses(const fg_people *people, int *ret_count, fg_error *error)
{
    fg_cohort *cohort = NULL;
    int count = 0;
    int all = fg_gallery_people(people->gallery);
    if (fg_cohort_load(people->config->vision.models, &cohort, error) != 0) {
        return NULL;
    }
    fg_people_like *likenesses = calloc((size_t)all + 1, sizeof(*likenesses));
    if (likenesses == NULL) {
        fg_error_set(error, -ENOMEM, "not enough memory to compare %d people", all);
        goto finish;
    }
    for (int i = 0; i < all; i++) {
        fg_likeness of = fg_likeness_of(people->gallery, cohort, i);
        if (of.other >= 0) {
            likenesses[count++] = (fg_people_like){i, of, is_doubtful(people->config, &of)};
        }
    }
    qsort(likenesses, (size_t)count, sizeof(*likenesses), most_alike_first);
    *ret_count = count;
finish:
    fg_cohort_free(cohort);
    return likenesses;
}

static void print_row(const fg_people *people, const fg_people_like *like)
{
    const fg_gallery *gallery = people->gallery;
    printf("  %8.3f  %6.3f  %5.3f %s %s is like %s\n", like->of.distance, like->of.margin,
           like->of.lead, like->doubtful ? "!" : " ", fg_gallery_name(gallery, like->person),
           fg_gallery_name(gallery, like->of.other));
}

static void print_meaning(const fg_config *config)
{
    char text[512];
    snprintf(text, sizeof(text),
             "! Would be accepted as the other (tolerance %.*f, margin %.*f) if not enrolled, or "
             "is often refused because the other is too near (lead %.*f). Is it one person under "
             "two names? If not, enrol more pictures of both.",
             fg_review_digits(config->access.tolerance), config->access.tolerance,
             fg_review_digits(config->access.margin), config->access.margin,
             fg_review_digits(config->access.lead), config->access.lead);
    fg_wrap_print(stdout, text, 0, 0);
}

void fg_people_print_likeness(const fg_people *people)
{
    fg_error error;
    int count = 0;
    fg_people_like *likenesses = fg_people_likenesses(people, &count, &error);
    if (likenesses == NULL) {
        char text[sizeof(error.text) + 32];
        snprintf(text, sizeof(text), "Not compared by the rule: %s.", error.text);
        fg_wrap_print(stdout, text, 0, 0);
        putchar('\n');
        return;
    }
    for (int i = 0; i < count && i < SHOWN; i++) {
        if (i == 0) {
            puts("Who is most like whom by the rule, from the means of their encodings:\n\n"
                 "  DISTANCE  MARGIN   LEAD");
        }
        print_row(people, &likenesses[i]);
    }
    if (count > SHOWN) {
        printf("  and %d more: \"facegate people check --json\" lists them.\n", count - SHOWN);
    }
    if (count > 0 && likenesses[0].doubtful) {
        print_meaning(people->config);
    }
    if (count > 0) {
        putchar('\n');
    }
    free(likenesses);
}
