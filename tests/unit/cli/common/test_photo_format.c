/* Formats are known by their first bytes, and EXIF data found without reading past the file. */
#include "common/photo_format.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define BYTES(text) (const uint8_t *)(text), sizeof(text) - 1

static void formats_are_known_by_their_contents(void **state)
{
    (void)state;
    static const struct {
        const uint8_t *data;
        size_t size;
        enum fg_photo_format format;
    } table[] = {
        {BYTES("\xff\xd8\xff"), FG_PHOTO_JPEG},
        {BYTES("\x89PNG\r\n\x1a\n"), FG_PHOTO_PNG},
        {BYTES("RIFF\0\0\0\0WEBP"), FG_PHOTO_WEBP},
        {BYTES("RIFF\0\0\0\0WAVE"), FG_PHOTO_UNKNOWN},
        {BYTES("\0\0\0\x18"
               "ftypheic\0\0\0\0mif1heic"),
         FG_PHOTO_HEIC},
        {BYTES("\0\0\0\x18"
               "ftypmif1\0\0\0\0mif1avif"),
         FG_PHOTO_AVIF},
        {BYTES("\0\0\0\x18"
               "ftypmif1\0\0\0\0mif1heic"),
         FG_PHOTO_HEIC},
        {BYTES("\0\0\0\x10"
               "ftypmif1\0\0\0\0avif"),
         FG_PHOTO_HEIC}, /* beyond the box */
        {BYTES("\xff\xff\xff\xff"
               "ftypmp42\0\0\0\0avif"),
         FG_PHOTO_AVIF},
        {BYTES("\0\0\0\x18"
               "ftypmp42\0\0\0\0isom"),
         FG_PHOTO_UNKNOWN},
        {BYTES("\0\0\0\0"
               "ftypheic"),
         FG_PHOTO_UNKNOWN},
        {BYTES("GIF89a"), FG_PHOTO_GIF},
        {BYTES("II*\0"), FG_PHOTO_TIFF},
        {BYTES("MM\0*"), FG_PHOTO_TIFF},
        {BYTES("BM"), FG_PHOTO_BMP},
        {BYTES("\xff\xd8"), FG_PHOTO_UNKNOWN},
        {BYTES(""), FG_PHOTO_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (fg_photo_format_of(table[i].data, table[i].size) != table[i].format) {
            fail_msg("%zu is not %s", i, fg_photo_format_name(table[i].format));
        }
    }
}

static void exif_data_are_found_if_they_are_whole(void **state)
{
    (void)state;
    static const struct {
        enum fg_photo_format format;
        const uint8_t *data;
        size_t size;
        const char *exif; /* NULL: none */
    } table[] = {
        {FG_PHOTO_PNG, BYTES("\x89PNG\r\n\x1a\n\0\0\0\2tEXtab1234\0\0\0\4eXIfTIFF1234"), "TIFF"},
        {FG_PHOTO_PNG, BYTES("\x89PNG\r\n\x1a\n\0\0\0\5eXIfTIFF"), NULL},
        {FG_PHOTO_PNG, BYTES("\x89PNG\r\n\x1a\n\xff\xff\xff\xfftEXtab12"), NULL},
        {FG_PHOTO_PNG, BYTES("\x89PNG\r\n\x1a\n\0\0\0"), NULL},
        {FG_PHOTO_WEBP, BYTES("RIFF\0\0\0\0WEBPVP8 \3\0\0\0abc\0EXIF\4\0\0\0TIFF"), "TIFF"},
        {FG_PHOTO_WEBP, BYTES("RIFF\0\0\0\0WEBPEXIF\12\0\0\0Exif\0\0TIFF"), "TIFF"},
        {FG_PHOTO_WEBP, BYTES("RIFF\0\0\0\0WEBPEXIF\5\0\0\0TIFF"), NULL},
        {FG_PHOTO_HEIC, BYTES("\0\0\0\4eXIfTIFF"), NULL},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        const uint8_t *exif = NULL;
        size_t size = 0;
        bool found =
            fg_photo_find_exif(table[i].format, table[i].data, table[i].size, &exif, &size);
        if (found != (table[i].exif != NULL)) {
            fail_msg("%zu has %s", i, found ? "some" : "none");
        }
        if (found) {
            assert_int_equal(size, strlen(table[i].exif));
            assert_memory_equal(exif, table[i].exif, size);
        }
    }
}

static void names_of_photos_are_known_in_any_case(void **state)
{
    (void)state;
    assert_true(fg_photo_is_named("a.jpg"));
    assert_true(fg_photo_is_named("a.b.HEIC"));
    assert_true(fg_photo_is_named("a.Png"));
    assert_false(fg_photo_is_named("jpg"));
    assert_false(fg_photo_is_named("a.jpg.txt"));
    assert_false(fg_photo_is_named(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_are_known_by_their_contents),
        cmocka_unit_test(exif_data_are_found_if_they_are_whole),
        cmocka_unit_test(names_of_photos_are_known_in_any_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
