/* What every fuzzer needs: an entry for libFuzzer, and a way to say what is wrong. */
#ifndef FACEGATE_FUZZ_H
#define FACEGATE_FUZZ_H

#include "facegate/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void fg_fuzz_expect(bool truth, const char *what)
{
    if (!truth) {
        fprintf(stderr, "fuzz: %s\n", what);
        abort();
    }
}

/* A text that a person is shown: one line, of valid UTF-8 and nothing that acts on a terminal. */
static inline void fg_fuzz_expect_line(const char *text)
{
    fg_error why = {""};
    if (text[0] == '\0' || fg_text_check(text, strlen(text), &why) != 0) {
        fprintf(stderr, "fuzz: a text %s: %s\n", text[0] == '\0' ? "is empty" : why.text, text);
        abort();
    }
}

#endif
