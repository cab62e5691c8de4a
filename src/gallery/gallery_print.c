/* Writes a gallery as the text of its file. */
#include "gallery_print.h"
#include "encoding_text.h"
#include "facegate/base/buffer.h"
#include "gallery_parse.h"
#include "gallery_store.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A text with its quotes and escapes. */
static void print_text(fg_buffer *to, const char *text)
{
    cJSON *item = cJSON_CreateStringReference(text);
    char *printed = item != NULL ? cJSON_PrintUnformatted(item) : NULL;
    if (printed != NULL) {
        fg_buffer_add(to, printed, strlen(printed));
    } else {
        to->failed = true;
    }
    cJSON_free(printed);
    cJSON_Delete(item);
}

/* As base64, or as an array of numbers. Nine digits would do to find the float32 again; seventeen
 * are that very number for tools that count in double. */
static void print_encoding(fg_buffer *to, const float *encoding, bool numbers)
{
    char text[FG_ENCODING_TEXT];
    if (!numbers) {
        fg_encoding_format(encoding, text);
        fg_buffer_print(to, "\"%s\"", text);
        return;
    }
    for (int i = 0; i < FG_ENCODING_SIZE; i++) {
        int length =
            snprintf(text, sizeof(text), "%s%.17g", i > 0 ? ", " : "[", (double)encoding[i]);
        fg_buffer_add(to, text, (size_t)length);
    }
    fg_buffer_print(to, "]");
}

/* A person's own line, then a line for each encoding, so that a diff shows who changed. */
static void print_person(fg_buffer *to, const fg_gallery *gallery, int index, const int *order,
                         bool numbers)
{
    const fg_person *person = &gallery->people[index];
    fg_buffer_print(to, index > 0 ? ",\n {\"name\": " : "\n {\"name\": ");
    print_text(to, person->name);
    if (person->badge != NULL) {
        fg_buffer_print(to, ", \"rfid_id\": ");
        print_text(to, person->badge);
    }
    fg_buffer_print(to, ", \"encodings\": [");
    for (int i = 0; i < person->encodings; i++) {
        fg_buffer_print(to, i > 0 ? ",\n  " : "\n  ");
        print_encoding(to, gallery->encodings + (size_t)order[i] * FG_ENCODING_SIZE, numbers);
    }
    fg_buffer_print(to, "]}");
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

static bool has_other_lengths(const fg_gallery *gallery)
{
    for (int i = 0; i < gallery->count; i++) {
        const float *encoding = gallery->encodings + (size_t)i * FG_ENCODING_SIZE;
        if (!fg_gallery_is_length(fg_gallery_length(encoding))) {
            return true;
        }
    }
    return false;
}

int fg_gallery_print(const fg_gallery *gallery, bool numbers, char **ret_data, size_t *ret_size)
{
    /* No open_memstream: glibc's loses what it has no memory for, and says nothing. */
    fg_buffer text = {0};
    int *order = sort_by_person(gallery);
    if (order == NULL) {
        return -ENOMEM;
    }
    fg_buffer_print(&text,
                    "{\"format\": \"%s\", \"version\": %d, \"model\": \"%s\",%s\n\"people\": [",
                    FG_GALLERY_FORMAT, FG_GALLERY_VERSION, FG_ENCODING_MODEL,
                    has_other_lengths(gallery) ? " \"any_length\": true," : "");
    int first = 0;
    for (int i = 0; i < gallery->people_count; i++) {
        print_person(&text, gallery, i, order + first, numbers);
        first += gallery->people[i].encodings;
    }
    fg_buffer_print(&text, "\n]}\n");
    free(order);
    if (text.failed) {
        fg_buffer_free(&text);
        return -ENOMEM;
    }
    *ret_data = text.data;
    *ret_size = text.size;
    return 0;
}
