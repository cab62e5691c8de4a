/* The same of files of any kind and layout, with every option, and cut into two files. */
#include "fuzz.h"
#include "people.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const fg_import_options plain;
    static const fg_import_options forced = {.name = "Ada", .force = true};
    static const fg_import_options strict = {.strict = true};
    fg_fuzz_import(&data, &size, 1, &plain);
    fg_fuzz_import(&data, &size, 1, &forced);
    if (size >= 4) {
        size_t first = (size_t)(data[0] | data[1] << 8) % (size - 2);
        const uint8_t *const halves[] = {data + 2, data + 2 + first};
        const size_t sizes[] = {first, size - 2 - first};
        fg_fuzz_import(halves, sizes, 2, &strict);
    }
    return 0;
}
