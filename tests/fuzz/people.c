/* Imports bytes, and checks what comes of them. */
#include "people.h"

#include "fuzz.h"
#include "gallery_store.h"
#include "import/gallery_read.h"

#define FILES 2

static void add(fg_gallery *gallery, const fg_gallery *people, bool replace, int expected)
{
    fg_error error;
    int sum = 0;
    size_t count = (size_t)fg_gallery_people(people);
    fg_import_count *counts = calloc(count + 1, sizeof(*counts));
    fg_fuzz_expect(counts != NULL && fg_import_add(gallery, people, replace, counts, &error) == 0,
                   "people were not added");
    for (size_t i = 0; i < count; i++) {
        sum += counts[i].added - counts[i].replaced;
    }
    free(counts);
    fg_fuzz_expect(expected < 0 || sum == expected, "adding again added something");
}

static void check_people(const fg_gallery *people, bool force)
{
    fg_gallery *gallery = NULL;
    for (int i = 0; i < fg_gallery_people(people); i++) {
        fg_fuzz_expect(fg_gallery_check_name(fg_gallery_name(people, i), NULL) == 0, "a bad name");
        fg_fuzz_expect(fg_gallery_person_encodings(people, i) > 0, "a person without an encoding");
    }
    for (int i = 0; i < fg_gallery_encodings(people); i++) {
        const float *encoding = people->encodings + (size_t)i * FG_ENCODING_SIZE;
        fg_fuzz_expect(force || fg_gallery_check_encoding(encoding, NULL) == 0,
                       "a number that is none");
    }
    fg_fuzz_expect(fg_gallery_create(&gallery) == 0, "no gallery");
    add(gallery, people, false, -1);
    add(gallery, people, false, 0);
    add(gallery, people, true, 0);
    fg_gallery_free(gallery);
}

void fg_fuzz_import(const uint8_t *const data[], const size_t sizes[], int count,
                    const fg_import_options *options)
{
    fg_import_file files[FILES] = {{.path = "one"}, {.path = "two"}};
    fg_import_bytes bytes[FILES];
    fg_gallery *people = NULL;
    fg_error error = {""};
    for (int i = 0; i < count; i++) {
        bytes[i] = (fg_import_bytes){sizes[i] > 0 ? (const void *)data[i] : "", sizes[i]};
    }
    if (fg_import_read_bytes(files, bytes, count, options, &people, &error) != 0) {
        fg_fuzz_expect(error.text[0] != '\0', "failed without a text");
        return;
    }
    for (int i = 0; i < count; i++) {
        if (files[i].result != 0) {
            fg_fuzz_expect_line(files[i].error.text);
        } else if (files[i].reading != NULL) {
            fg_fuzz_expect_line(files[i].reading);
        }
        fg_import_file_clear(&files[i]);
    }
    check_people(people, options->force);
    fg_gallery_free(people);
}
