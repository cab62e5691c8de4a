/* Checks shared by the fuzzers of what is imported. */
#ifndef FACEGATE_FUZZ_PEOPLE_H
#define FACEGATE_FUZZ_PEOPLE_H

#include "facegate/gallery/import.h"

#include <stddef.h>
#include <stdint.h>

/* Imports files of these bytes in one call: each is either refused with a text, or all that came
 * may stand in a gallery, and adding it twice adds nothing. */
void fg_fuzz_import(const uint8_t *const data[], const size_t sizes[], int count,
                    const fg_import_options *options);

#endif
