/* Any bytes are either refused with a text, or people that may stand in a gallery; adding them
 * twice adds nothing. */
#include "facegate/gallery/import.h"
#include "fuzz.h"
#include "gallery_store.h"
#include "import/pickle_people.h"

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

static void check_people(const fg_gallery *people)
{
    fg_gallery *gallery = NULL;
    for (int i = 0; i < fg_gallery_people(people); i++) {
        fg_fuzz_expect(fg_gallery_check_name(fg_gallery_name(people, i), NULL) == 0, "a bad name");
        fg_fuzz_expect(fg_gallery_person_encodings(people, i) > 0, "a person without an encoding");
    }
    for (int i = 0; i < fg_gallery_encodings(people); i++) {
        const float *encoding = people->encodings + (size_t)i * FG_ENCODING_SIZE;
        fg_fuzz_expect(fg_gallery_check_encoding(encoding, NULL) == 0, "a number that is none");
    }
    fg_fuzz_expect(fg_gallery_create(&gallery) == 0, "no gallery");
    add(gallery, people, false, -1);
    add(gallery, people, false, 0);
    add(gallery, people, true, 0);
    fg_gallery_free(gallery);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fg_gallery *people = NULL;
    fg_error error = {""};
    if (fg_pickle_people(data, size, &people, &error) == 0) {
        check_people(people);
        fg_gallery_free(people);
    } else {
        fg_fuzz_expect(people == NULL && error.text[0] != '\0', "refused without a text");
    }
    return 0;
}
