/* Any bytes have a format, and their EXIF data lie in them. */
#include "common/photo_format.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum fg_photo_format format = fg_photo_format_of(data, size);
    fg_fuzz_expect(format < FG_PHOTO_FORMATS, "a format that is none");
    fg_fuzz_expect(fg_photo_format_name(format) != NULL, "a format without a name");
    for (int as = 0; as < FG_PHOTO_FORMATS; as++) {
        const uint8_t *exif = NULL;
        size_t length = 0;
        if (fg_photo_find_exif((enum fg_photo_format)as, data, size, &exif, &length)) {
            fg_fuzz_expect(exif >= data && exif <= data + size &&
                               length <= (size_t)(data + size - exif),
                           "EXIF data outside of the file");
        }
    }
    return 0;
}
