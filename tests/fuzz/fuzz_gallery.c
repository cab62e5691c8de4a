/* Any bytes are either refused with a text, or a gallery that can be matched with, saved and loaded
 * again. */
#include "encoding_text.h"
#include "fuzz.h"
#include "gallery_parse.h"
#include "gallery_store.h"

#include <math.h>

static void check_gallery(const fg_gallery *gallery)
{
    float encoding[FG_ENCODING_SIZE] = {0};
    fg_match match;
    int encodings = 0;
    for (int i = 0; i < fg_gallery_people(gallery); i++) {
        const char *badge = fg_gallery_badge(gallery, i);
        encodings += fg_gallery_person_encodings(gallery, i);
        fg_fuzz_expect(fg_gallery_check_name(fg_gallery_name(gallery, i), NULL) == 0, "a bad name");
        fg_fuzz_expect(badge == NULL || fg_gallery_check_badge(badge, NULL) == 0, "a bad badge");
        fg_fuzz_expect(fg_gallery_find(gallery, fg_gallery_name(gallery, i)) == i, "two of a name");
    }
    fg_fuzz_expect(encodings == fg_gallery_encodings(gallery), "encodings of nobody");
    fg_gallery_match(gallery, encoding, &match);
    fg_fuzz_expect(!isnan(match.distance) && match.distance >= 0, "a distance that is none");
    for (int i = 0; i < encodings; i++) {
        const float *kept = gallery->encodings + (size_t)i * FG_ENCODING_SIZE;
        char text[FG_ENCODING_TEXT];
        fg_fuzz_expect((gallery->any_length ? fg_gallery_check_finite(kept, NULL)
                                            : fg_gallery_check_encoding(kept, NULL)) == 0,
                       "a number that is none");
        fg_encoding_format(kept, text);
        fg_fuzz_expect(fg_encoding_parse(text, encoding, NULL) == 0, "base64 that is none");
        fg_fuzz_expect(memcmp(encoding, kept, sizeof(encoding)) == 0, "bits got lost");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fg_gallery *gallery = NULL;
    fg_error error = {""};
    if (fg_gallery_parse((const char *)data, size, &gallery, &error) == 0) {
        check_gallery(gallery);
        fg_gallery_free(gallery);
    } else {
        fg_fuzz_expect(gallery == NULL && error.text[0] != '\0', "refused without a text");
    }
    return 0;
}
