#include "access/encoding_text.h"
#include "access/gallery_parse.h"
#include "access/gallery_store.h"
#include "facegate/file.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define FILE_LIMIT ((size_t)256 << 20)

int fg_gallery_load(const char *path, fg_gallery **ret_gallery, fg_error *error)
{
    char *data = NULL;
    size_t size = 0;
    int result = fg_file_read(path, FILE_LIMIT, &data, &size, error);
    if (result == 0) {
        result = fg_gallery_parse(data, size, ret_gallery, error);
    } else if (result == -ENOENT) {
        fg_error_set(error, result,
                     "no such file: enroll somebody with \"facegate enroll --name NAME IMAGE\"");
    } else if (result == -EACCES) {
        fg_error_set(error, result, "not readable for this user: run as its owner, or change it");
    }
    free(data);
    return result == 0 ? 0 : fg_error_prefix(error, result, "Error loading encodings: %s", path);
}

/* A text with its quotes and escapes. */
static int print_text(FILE *file, const char *text)
{
    cJSON *item = cJSON_CreateStringReference(text);
    char *printed = item != NULL ? cJSON_PrintUnformatted(item) : NULL;
    int result = printed != NULL && fputs(printed, file) >= 0 ? 0 : -ENOMEM;
    cJSON_free(printed);
    cJSON_Delete(item);
    return result;
}

/* A person's own line, then a line for each encoding, so that a diff shows who changed. */
static int print_person(FILE *file, const fg_gallery *gallery, int index, const int *order)
{
    const fg_person *person = &gallery->people[index];
    char text[FG_ENCODING_TEXT];
    fputs(index > 0 ? ",\n {\"name\": " : "\n {\"name\": ", file);
    int result = print_text(file, person->name);
    if (result == 0 && person->rfid_id != NULL) {
        fputs(", \"rfid_id\": ", file);
        result = print_text(file, person->rfid_id);
    }
    fputs(", \"encodings\": [", file);
    for (int i = 0; i < person->encodings; i++) {
        fg_encoding_format(gallery->encodings + (size_t)order[i] * FG_ENCODING_SIZE, text);
        fprintf(file, "%s\n  \"%s\"", i > 0 ? "," : "", text);
    }
    fputs("]}", file);
    return result;
}

/* The encodings' indices, one person's after another's, each in the order they came. */
static int *sort_by_person(const fg_gallery *gallery)
{
    size_t people = (size_t)gallery->people_count;
    int *order = calloc((size_t)gallery->count + 1, sizeof(*order));
    int *next = calloc(people + 1, sizeof(*next));
    if (order == NULL || next == NULL) {
        free(order);
        free(next);
        return NULL;
    }
    for (size_t i = 0; i < people; i++) {
        next[i + 1] = next[i] + gallery->people[i].encodings;
    }
    for (int i = 0; i < gallery->count; i++) {
        order[next[gallery->owners[i]]++] = i;
    }
    free(next);
    return order;
}

static int print_gallery(FILE *file, const fg_gallery *gallery)
{
    int *order = sort_by_person(gallery);
    if (order == NULL) {
        return -ENOMEM;
    }
    fprintf(file, "{\"format\": \"%s\", \"version\": %d, \"model\": \"%s\",\n\"people\": [",
            FG_GALLERY_FORMAT, FG_GALLERY_VERSION, FG_ENCODING_MODEL);
    int result = 0;
    int first = 0;
    for (int i = 0; result == 0 && i < gallery->people_count; i++) {
        result = print_person(file, gallery, i, order + first);
        first += gallery->people[i].encodings;
    }
    fputs("\n]}\n", file);
    free(order);
    return result;
}

int fg_gallery_save(const fg_gallery *gallery, const char *path, fg_error *error)
{
    char *data = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&data, &size);
    if (file == NULL) {
        return fg_error_set(error, -ENOMEM, "%s: not enough memory to write it", path);
    }
    int result = print_gallery(file, gallery);
    if (ferror(file) != 0) {
        result = -ENOMEM;
    }
    if (fclose(file) != 0) {
        result = -ENOMEM;
    }
    if (result != 0) {
        fg_error_set(error, result, "%s: not enough memory to write it", path);
    } else {
        result = fg_file_write(path, data, size, error);
    }
    free(data);
    return result;
}
