#include "access/gallery_print.h"
#include "access/encoding_text.h"
#include "access/gallery_parse.h"
#include "access/gallery_store.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

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

/* As base64, or as an array of numbers. Nine digits would do to find the float32 again; seventeen
 * are that very number for tools that count in double. */
static void print_encoding(FILE *file, const float *encoding, bool numbers)
{
    char text[FG_ENCODING_TEXT];
    if (!numbers) {
        fg_encoding_format(encoding, text);
        fprintf(file, "\"%s\"", text);
        return;
    }
    for (int i = 0; i < FG_ENCODING_SIZE; i++) {
        fprintf(file, "%s%.17g", i > 0 ? ", " : "[", (double)encoding[i]);
    }
    fputc(']', file);
}

/* A person's own line, then a line for each encoding, so that a diff shows who changed. */
static int print_person(FILE *file, const fg_gallery *gallery, int index, const int *order,
                        bool numbers)
{
    const fg_person *person = &gallery->people[index];
    fputs(index > 0 ? ",\n {\"name\": " : "\n {\"name\": ", file);
    int result = print_text(file, person->name);
    if (result == 0 && person->rfid_id != NULL) {
        fputs(", \"rfid_id\": ", file);
        result = print_text(file, person->rfid_id);
    }
    fputs(", \"encodings\": [", file);
    for (int i = 0; i < person->encodings; i++) {
        fputs(i > 0 ? ",\n  " : "\n  ", file);
        print_encoding(file, gallery->encodings + (size_t)order[i] * FG_ENCODING_SIZE, numbers);
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

static int print_gallery(FILE *file, const fg_gallery *gallery, bool numbers)
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
        result = print_person(file, gallery, i, order + first, numbers);
        first += gallery->people[i].encodings;
    }
    fputs("\n]}\n", file);
    free(order);
    return result;
}

int fg_gallery_print(const fg_gallery *gallery, bool numbers, char **ret_data, size_t *ret_size)
{
    char *data = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&data, &size);
    if (file == NULL) {
        return -ENOMEM;
    }
    int result = print_gallery(file, gallery, numbers);
    if (ferror(file) != 0) {
        result = -ENOMEM;
    }
    if (fclose(file) != 0) {
        result = -ENOMEM;
    }
    if (result != 0) {
        free(data);
        return result;
    }
    *ret_data = data;
    *ret_size = size;
    return 0;
}
