/* Pickles: any bytes are refused with a text, or are people that may stand in a gallery. */
#include "fuzz.h"
#include "people.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const fg_import_options plain;
    fg_fuzz_import(&data, &size, 1, &plain);
    return 0;
}
