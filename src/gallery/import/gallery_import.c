/* Adds imported people to a gallery, and counts what is new. */
#include "facegate/gallery/import.h"
#include "gallery_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* An encoding of somebody who is imported, in the gallery or in what comes. */
typedef struct candidate {
    int person;        /* index among those who come */
    int order;         /* what is there already comes first */
    const void *bytes; /* of the encoding: equal is equal to the last bit */
} candidate;

static int compare(const void *one, const void *other)
{
    const candidate *a = one;
    const candidate *b = other;
    if (a->person != b->person) {
        return a->person < b->person ? -1 : 1;
    }
    int difference = memcmp(a->bytes, b->bytes, FG_ENCODING_SIZE * sizeof(float));
    return difference != 0 ? difference : (a->order > b->order) - (a->order < b->order);
}

static const float *encoding_at(const fg_gallery *gallery, int index)
{
    return gallery->encodings + (size_t)index * FG_ENCODING_SIZE;
}

/* For each person of the gallery the index among those who come, or -1. */
static int *find_people(const fg_gallery *gallery, const fg_gallery *people)
{
    int *coming = calloc((size_t)gallery->people_count + 1, sizeof(*coming));
    if (coming == NULL) {
        return NULL;
    }
    for (int i = 0; i < gallery->people_count; i++) {
        coming[i] = fg_gallery_find(people, gallery->people[i].name);
    }
    return coming;
}

/* Takes the encodings of all who come out of the gallery; they themselves stay, with their badge.
 */
static void clear(fg_gallery *gallery, const int *coming, fg_import_count *counts)
{
    int kept = 0;
    for (int i = 0; i < gallery->count; i++) {
        int owner = gallery->owners[i];
        if (coming[owner] >= 0) {
            counts[coming[owner]].replaced++;
            gallery->people[owner].encodings--;
            continue;
        }
        memmove(gallery->encodings + (size_t)kept * FG_ENCODING_SIZE, encoding_at(gallery, i),
                FG_ENCODING_SIZE * sizeof(float));
        gallery->owners[kept++] = owner;
    }
    gallery->count = kept;
}

/* Marks those of `people` that are a repeat. Sorting keeps that quick however many a person has. */
static int find_repeats(const fg_gallery *gallery, const fg_gallery *people, const int *coming,
                        bool *repeats)
{
    size_t count = 0;
    candidate *all = calloc((size_t)gallery->count + (size_t)people->count + 1, sizeof(*all));
    if (all == NULL) {
        return -ENOMEM;
    }
    for (int i = 0; i < gallery->count; i++) {
        int person = coming[gallery->owners[i]];
        if (person >= 0) {
            all[count++] = (candidate){person, -1, encoding_at(gallery, i)};
        }
    }
    for (int i = 0; i < people->count; i++) {
        all[count++] = (candidate){people->owners[i], i, encoding_at(people, i)};
    }
    qsort(all, count, sizeof(*all), compare);
    for (size_t i = 1; i < count; i++) {
        if (all[i].order >= 0 && all[i].person == all[i - 1].person &&
            memcmp(all[i].bytes, all[i - 1].bytes, FG_ENCODING_SIZE * sizeof(float)) == 0) {
            repeats[all[i].order] = true;
        }
    }
    free(all);
    return 0;
}

int fg_import_add(fg_gallery *gallery, const fg_gallery *people, bool replace,
                  fg_import_count *ret_counts, fg_error *error)
{
    int result = 0;
    int *coming = find_people(gallery, people);
    bool *repeats = calloc((size_t)people->count + 1, sizeof(*repeats));
    fg_import_count *counts = calloc((size_t)people->people_count + 1, sizeof(*counts));
    if (coming == NULL || repeats == NULL || counts == NULL) {
        result = fg_error_set(error, -ENOMEM, "not enough memory to import");
        goto finish;
    }
    for (int i = 0; i < people->people_count; i++) {
        counts[i].is_new = fg_gallery_find(gallery, people->people[i].name) < 0;
    }
    if (replace) {
        clear(gallery, coming, counts);
    }
    if (find_repeats(gallery, people, coming, repeats) != 0) {
        result = fg_error_set(error, -ENOMEM, "not enough memory to import");
        goto finish;
    }
    for (int i = 0; result == 0 && i < people->count; i++) {
        int person = people->owners[i];
        if (repeats[i]) {
            counts[person].twice++;
            continue;
        }
        counts[person].added++;
        result = fg_gallery_add(gallery, people->people[person].name, NULL, encoding_at(people, i),
                                error);
    }
    if (result == 0 && people->people_count > 0) {
        memcpy(ret_counts, counts, (size_t)people->people_count * sizeof(*counts));
    }
finish:
    free(coming);
    free(repeats);
    free(counts);
    return result;
}
