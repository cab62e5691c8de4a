/* Any text is either refused in a line, or the one way to write an encoding. */
#include "encoding_text.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    float encoding[FG_ENCODING_SIZE];
    char again[FG_ENCODING_TEXT];
    fg_error error = {""};
    char *text = strndup((const char *)data, size);
    fg_fuzz_expect(text != NULL, "no memory");
    if (fg_encoding_parse(text, encoding, &error) == 0) {
        fg_encoding_format(encoding, again);
        fg_fuzz_expect(strcmp(text, again) == 0, "a second way to write it");
    } else {
        fg_fuzz_expect_line(error.text);
    }
    free(text);
    return 0;
}
