/* The people and their encodings in memory. */
#include "facegate/base/hash.h"
#include "facegate/text.h"
#include "gallery_store.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ALIGNMENT 64

int fg_gallery_create(fg_gallery **ret_gallery)
{
    fg_gallery *gallery = calloc(1, sizeof(*gallery));
    if (gallery == NULL) {
        return -ENOMEM;
    }
    *ret_gallery = gallery;
    return 0;
}

static void release_person(fg_person *person)
{
    free(person->name);
    free(person->badge);
}

fg_gallery *fg_gallery_free(fg_gallery *gallery)
{
    if (gallery == NULL) {
        return NULL;
    }
    for (int i = 0; i < gallery->people_count; i++) {
        release_person(&gallery->people[i]);
    }
    free(gallery->people);
    free(gallery->means);
    free(gallery->encodings);
    free(gallery->owners);
    free(gallery->table);
    free(gallery);
    return NULL;
}

static void note_in_table(fg_gallery *gallery, int person)
{
    size_t mask = gallery->table_size - 1;
    size_t slot = (size_t)fg_hash_text(FG_HASH_START, gallery->people[person].name) & mask;
    while (gallery->table[slot] != 0) {
        slot = (slot + 1) & mask;
    }
    gallery->table[slot] = person + 1;
}

static void rebuild_table(fg_gallery *gallery)
{
    memset(gallery->table, 0, gallery->table_size * sizeof(*gallery->table));
    for (int i = 0; i < gallery->people_count; i++) {
        note_in_table(gallery, i);
    }
}

/* Another array of encodings with the first `count` of the old one, which is freed; -ENOMEM. */
static int enlarge(float **encodings, int count, int room)
{
    const size_t each = FG_ENCODING_SIZE * sizeof(float);
    if ((size_t)room > SIZE_MAX / each) {
        return -ENOMEM;
    }
    float *larger = aligned_alloc(ALIGNMENT, (size_t)room * each);
    if (larger == NULL) {
        return -ENOMEM;
    }
    if (count > 0) {
        memcpy(larger, *encodings, (size_t)count * each);
    }
    free(*encodings);
    *encodings = larger;
    return 0;
}

/* Room for one more person, and a table that stays half empty. */
static int reserve_person(fg_gallery *gallery)
{
    if (gallery->people_count < gallery->people_room) {
        return 0;
    }
    if (gallery->people_room > INT_MAX / 4) {
        return -ENOMEM;
    }
    int room = gallery->people_room == 0 ? 16 : 2 * gallery->people_room;
    size_t table_size = 2 * (size_t)room;
    fg_person *people = reallocarray(gallery->people, (size_t)room, sizeof(*people));
    if (people == NULL) {
        return -ENOMEM;
    }
    gallery->people = people;
    if (enlarge(&gallery->means, gallery->people_count, room) != 0) {
        return -ENOMEM;
    }
    int *table = reallocarray(gallery->table, table_size, sizeof(*table));
    if (table == NULL) {
        return -ENOMEM;
    }
    gallery->table = table;
    gallery->table_size = table_size;
    gallery->people_room = room;
    rebuild_table(gallery);
    return 0;
}

static int reserve_encoding(fg_gallery *gallery)
{
    if (gallery->count < gallery->room) {
        return 0;
    }
    if (gallery->room > INT_MAX / 2) {
        return -ENOMEM;
    }
    int room = gallery->room == 0 ? 16 : 2 * gallery->room;
    int *owners = reallocarray(gallery->owners, (size_t)room, sizeof(*owners));
    if (owners == NULL) {
        return -ENOMEM;
    }
    gallery->owners = owners;
    if (enlarge(&gallery->encodings, gallery->count, room) != 0) {
        return -ENOMEM;
    }
    gallery->room = room;
    return 0;
}

int fg_gallery_put_encoding(fg_gallery *gallery, int person, const float encoding[FG_ENCODING_SIZE])
{
    int result = reserve_encoding(gallery);
    if (result != 0) {
        return result;
    }
    memcpy(gallery->encodings + (size_t)gallery->count * FG_ENCODING_SIZE, encoding,
           FG_ENCODING_SIZE * sizeof(float));
    gallery->owners[gallery->count++] = person;
    return 0;
}

/* Moves a mean towards one encoding more, the last of `count`. */
static void update_mean(fg_gallery *gallery, int person, int count, const float *encoding)
{
    float *mean = gallery->means + (size_t)person * FG_ENCODING_SIZE;
    for (int i = 0; i < FG_ENCODING_SIZE; i++) {
        float before = count > 1 ? mean[i] : 0.0F;
        mean[i] = before + (encoding[i] - before) / (float)count;
    }
}

/* Of a person's encodings from `first` on, wherever among those of others they lie. */
static void take_mean(fg_gallery *gallery, int person, int first)
{
    int met = 0;
    memset(gallery->means + (size_t)person * FG_ENCODING_SIZE, 0, FG_ENCODING_SIZE * sizeof(float));
    for (int i = first; i < gallery->count; i++) {
        if (gallery->owners[i] == person) {
            update_mean(gallery, person, ++met, gallery->encodings + (size_t)i * FG_ENCODING_SIZE);
        }
    }
}

int fg_gallery_put_person(fg_gallery *gallery, const char *name, const char *badge, int encodings)
{
    fg_person person = {.encodings = encodings};
    int result = reserve_person(gallery);
    if (result != 0) {
        return result;
    }
    person.name = strdup(name);
    person.badge = badge != NULL ? strdup(badge) : NULL;
    if (person.name == NULL || (badge != NULL && person.badge == NULL)) {
        release_person(&person);
        return -ENOMEM;
    }
    gallery->people[gallery->people_count] = person;
    take_mean(gallery, gallery->people_count, gallery->count - encodings);
    note_in_table(gallery, gallery->people_count++);
    return 0;
}

int fg_gallery_people(const fg_gallery *gallery)
{
    return gallery->people_count;
}

int fg_gallery_encodings(const fg_gallery *gallery)
{
    return gallery->count;
}

const char *fg_gallery_name(const fg_gallery *gallery, int person)
{
    return gallery->people[person].name;
}

const char *fg_gallery_badge(const fg_gallery *gallery, int person)
{
    return gallery->people[person].badge;
}

int fg_gallery_person_encodings(const fg_gallery *gallery, int person)
{
    return gallery->people[person].encodings;
}

int fg_gallery_find(const fg_gallery *gallery, const char *name)
{
    if (gallery->table_size == 0) {
        return -1;
    }
    size_t mask = gallery->table_size - 1;
    size_t slot = (size_t)fg_hash_text(FG_HASH_START, name) & mask;
    for (; gallery->table[slot] != 0; slot = (slot + 1) & mask) {
        int person = gallery->table[slot] - 1;
        if (strcmp(gallery->people[person].name, name) == 0) {
            return person;
        }
    }
    return -1;
}

int fg_gallery_check_name(const char *name, fg_error *error)
{
    fg_error fault;
    int result = fg_text_check(name, FG_NAME_SIZE - 1, &fault);
    return result == 0 ? 0 : fg_error_set(error, result, "the name %s", fault.text);
}

int fg_gallery_check_badge(const char *badge, fg_error *error)
{
    char shown[FG_TEXT_SHOWN];
    size_t length = strlen(badge);
    size_t allowed = strspn(badge, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "abcdefghijklmnopqrstuvwxyz"
                                   "0123456789-_:");
    if (length >= 1 && length < FG_BADGE_SIZE && allowed == length) {
        return 0;
    }
    return fg_error_set(error, -EINVAL,
                        "the badge \"%s\" is not 1 to %d characters of A-Z a-z 0-9 - _ :",
                        fg_text_show(badge, length, shown), FG_BADGE_SIZE - 1);
}

int fg_gallery_check_finite(const float encoding[FG_ENCODING_SIZE], fg_error *error)
{
    for (int i = 0; i < FG_ENCODING_SIZE; i++) {
        if (!isfinite(encoding[i])) {
            return fg_error_set(error, -EINVAL, "number %d is not finite", i + 1);
        }
    }
    return 0;
}

double fg_gallery_length(const float encoding[FG_ENCODING_SIZE])
{
    double square = 0;
    for (int i = 0; i < FG_ENCODING_SIZE; i++) {
        square += (double)encoding[i] * (double)encoding[i];
    }
    return sqrt(square);
}

bool fg_gallery_is_length(double length)
{
    return length >= FG_ENCODING_SHORTEST && length <= FG_ENCODING_LONGEST;
}

int fg_gallery_check_encoding(const float encoding[FG_ENCODING_SIZE], fg_error *error)
{
    double length = fg_gallery_length(encoding);
    if (fg_gallery_is_length(length)) {
        return 0;
    }
    int result = fg_gallery_check_finite(encoding, error);
    if (result == 0) {
        result = fg_error_set(error, -EINVAL,
                              "its length is %.4g, and those of dlib's network are %.1f to %.1f: "
                              "another network made it (OpenFace's are 1.00, those of some "
                              "DeepFace models 11 to 13); enrol this person again, from photos",
                              length, FG_ENCODING_SHORTEST, FG_ENCODING_LONGEST);
    }
    return result;
}

static int check_all(const char *name, const char *badge, const float *encoding, fg_error *error)
{
    fg_error fault;
    int result = fg_gallery_check_name(name, error);
    if (result == 0 && badge != NULL) {
        result = fg_gallery_check_badge(badge, error);
    }
    if (result == 0 && fg_gallery_check_finite(encoding, &fault) != 0) {
        result = fg_error_set(error, -EINVAL, "the encoding cannot be used: %s", fault.text);
    }
    return result;
}

static int put_badge(fg_gallery *gallery, int person, const char *badge)
{
    char *copy = badge != NULL ? strdup(badge) : NULL;
    if (badge != NULL && copy == NULL) {
        return -ENOMEM;
    }
    free(gallery->people[person].badge);
    gallery->people[person].badge = copy;
    return 0;
}

int fg_gallery_add(fg_gallery *gallery, const char *name, const char *badge,
                   const float encoding[FG_ENCODING_SIZE], fg_error *error)
{
    int result = check_all(name, badge, encoding, error);
    if (result != 0) {
        return result;
    }
    int person = fg_gallery_find(gallery, name);
    if (reserve_encoding(gallery) != 0) {
        goto no_memory;
    }
    if (person < 0) {
        person = gallery->people_count;
        if (fg_gallery_put_person(gallery, name, badge, 0) != 0) {
            goto no_memory;
        }
    } else if (badge != NULL && put_badge(gallery, person, badge) != 0) {
        goto no_memory;
    }
    update_mean(gallery, person, ++gallery->people[person].encodings, encoding);
    return fg_gallery_put_encoding(gallery, person, encoding); /* the room is there */
no_memory:
    return fg_error_set(error, -ENOMEM, "not enough memory for another encoding");
}

static int find_or_say(const fg_gallery *gallery, const char *name, fg_error *error)
{
    char shown[FG_TEXT_SHOWN];
    int person = fg_gallery_find(gallery, name);
    if (person < 0) {
        return fg_error_set(error, -ENOENT, "nobody is named \"%s\"",
                            fg_text_show(name, strlen(name), shown));
    }
    return person;
}

int fg_gallery_remove(fg_gallery *gallery, const char *name, fg_error *error)
{
    int person = find_or_say(gallery, name, error);
    if (person < 0) {
        return person;
    }
    int kept = 0;
    for (int i = 0; i < gallery->count; i++) {
        int owner = gallery->owners[i];
        if (owner == person) {
            continue;
        }
        memmove(gallery->encodings + (size_t)kept * FG_ENCODING_SIZE,
                gallery->encodings + (size_t)i * FG_ENCODING_SIZE,
                FG_ENCODING_SIZE * sizeof(float));
        gallery->owners[kept++] = owner > person ? owner - 1 : owner;
    }
    gallery->count = kept;
    release_person(&gallery->people[person]);
    gallery->people_count--;
    memmove(gallery->people + person, gallery->people + person + 1,
            (size_t)(gallery->people_count - person) * sizeof(*gallery->people));
    float *mean = gallery->means + (size_t)person * FG_ENCODING_SIZE;
    memmove(mean, mean + FG_ENCODING_SIZE,
            (size_t)(gallery->people_count - person) * FG_ENCODING_SIZE * sizeof(float));
    rebuild_table(gallery);
    return 0;
}

/* Takes one encoding out of the array; those behind it move up. */
static void take_out(fg_gallery *gallery, int index)
{
    size_t behind = (size_t)(gallery->count - index - 1);
    float *encoding = gallery->encodings + (size_t)index * FG_ENCODING_SIZE;
    memmove(encoding, encoding + FG_ENCODING_SIZE, behind * FG_ENCODING_SIZE * sizeof(float));
    memmove(gallery->owners + index, gallery->owners + index + 1, behind * sizeof(int));
    gallery->count--;
}

int fg_gallery_remove_encoding(fg_gallery *gallery, const char *name, int encoding, fg_error *error)
{
    char shown[FG_TEXT_SHOWN];
    int person = find_or_say(gallery, name, error);
    if (person < 0) {
        return person;
    }
    int count = gallery->people[person].encodings;
    fg_text_show(name, strlen(name), shown);
    if (encoding < 0 || encoding >= count) {
        return fg_error_set(error, -ERANGE,
                            "\"%s\" has no encoding %d: there %s %d, counted from 1", shown,
                            encoding + 1, fg_text_plural(count, "is", "are"), count);
    }
    if (count == 1) {
        return fg_error_set(error, -EPERM,
                            "\"%s\" has only this encoding and would never be recognised: remove "
                            "the person instead",
                            shown);
    }
    int index = 0;
    for (int met = 0; met <= encoding; index++) {
        met += gallery->owners[index] == person ? 1 : 0;
    }
    take_out(gallery, index - 1);
    gallery->people[person].encodings--;
    take_mean(gallery, person, 0);
    return 0;
}

int fg_gallery_rename(fg_gallery *gallery, const char *old_name, const char *new_name,
                      fg_error *error)
{
    char shown[FG_TEXT_SHOWN];
    int result = fg_gallery_check_name(new_name, error);
    if (result != 0) {
        return result;
    }
    int person = find_or_say(gallery, old_name, error);
    if (person < 0) {
        return person;
    }
    int other = fg_gallery_find(gallery, new_name);
    if (other == person) {
        return 0;
    }
    if (other >= 0) {
        return fg_error_set(error, -EEXIST, "\"%s\" already exists",
                            fg_text_show(new_name, strlen(new_name), shown));
    }
    char *name = strdup(new_name);
    if (name == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory for another name");
    }
    free(gallery->people[person].name);
    gallery->people[person].name = name;
    rebuild_table(gallery);
    return 0;
}

int fg_gallery_set_badge(fg_gallery *gallery, const char *name, const char *badge, fg_error *error)
{
    int result = badge != NULL ? fg_gallery_check_badge(badge, error) : 0;
    if (result != 0) {
        return result;
    }
    int person = find_or_say(gallery, name, error);
    if (person < 0) {
        return person;
    }
    result = put_badge(gallery, person, badge);
    return result == 0 ? 0 : fg_error_set(error, result, "not enough memory for another badge");
}
