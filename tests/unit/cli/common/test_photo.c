/* Photos of every format as Debian's tools write them, and what is made of damaged ones. */
#include "common/photo.h"
#include "darkroom.h"
#include "testing.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *folder; /* with what make_photos.py makes */

static int make_photos(void **state)
{
    (void)state;
    char *output = NULL;
    folder = fg_testing_folder();
    const char *argv[] = {"/usr/bin/python3", FG_SOURCE_DIR "/tests/unit/cli/common/make_photos.py",
                          folder, NULL};
    int result = fg_process_run(folder, argv, NULL, FG_TESTING_PATIENCE, &output);
    if (result != 0) {
        print_error("make_photos.py ended with %d (run: make deps FOR=test):\n%s", result, output);
    }
    free(output);
    return result;
}

static int remove_photos(void **state)
{
    (void)state;
    fg_testing_remove(folder);
    return 0;
}

static void expect_quadrants(darkroom *f, const char *name)
{
    char *path = fg_testing_path(folder, name);
    if (fg_photo_load(f->decoder, path, &f->frame, &f->error) != 0) {
        fail_msg("%s", f->error.text);
    }
    assert_int_equal(f->frame.width, 192);
    assert_int_equal(f->frame.height, 128);
    for (int i = 0; i < 4; i++) {
        darkroom_expect_pixel(&f->frame, i % 2 * 96 + 48, i / 2 * 64 + 32, darkroom_colours[i], 8);
    }
    free(path);
}

static void every_format_has_its_colours_whatever_the_name(void **state)
{
    static const char *const names[] = {"plain.png",  "alpha.png",     "palette.png",
                                        "lossy.webp", "lossless.webp", "plain.heic",
                                        "plain.avif", "jpeg.png",      "png.jpg"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        expect_quadrants(*state, names[i]);
    }
}

static void png_and_webp_are_turned_as_their_exif_orientation_says(void **state)
{
    for (int orientation = 2; orientation <= 8; orientation++) {
        char name[32];
        snprintf(name, sizeof(name), "turned-%d.png", orientation);
        expect_quadrants(*state, name);
        snprintf(name, sizeof(name), "turned-%d.webp", orientation);
        expect_quadrants(*state, name);
    }
}

static void what_is_not_read_is_refused_with_what_to_do(void **state)
{
    darkroom *f = *state;
    static const struct {
        const char *name;
        int code;
        const char *text;
    } table[] = {
        {"no.gif", -ENOTSUP, "is a GIF picture: convert it to JPEG"},
        {"no.bmp", -ENOTSUP, "is a BMP picture: convert it to JPEG"},
        {"no.tif", -ENOTSUP, "is a TIFF picture: convert it to JPEG"},
        {"wide.png", -EFBIG,
         "has 8256x64 pixels, more than the 8192 a side allowed: scale it down"},
        {"wide.webp", -EFBIG,
         "has 8256x64 pixels, more than the 8192 a side allowed: scale it down"},
        {"wide.heic", -EFBIG,
         "has 8256x64 pixels, more than the 8192 a side allowed: scale it down"},
        {"text.png", -EBADMSG, "is no JPEG, PNG, WebP, HEIC or AVIF picture: convert it to JPEG"},
        {"empty.heic", -EBADMSG, "is empty: take or save the picture again"},
    };
    char *text = fg_testing_path(folder, "text.png");
    char *empty = fg_testing_path(folder, "empty.heic");
    fg_testing_write(text, "no picture", 10);
    fg_testing_write(empty, "", 0);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char expected[FG_ERROR_TEXT];
        char *path = fg_testing_path(folder, table[i].name);
        snprintf(expected, sizeof(expected), "%s: %s", path, table[i].text);
        int result = fg_photo_load(f->decoder, path, &f->frame, &f->error);
        assert_string_equal(f->error.text, expected);
        assert_int_equal(result, table[i].code);
        free(path);
    }
    free(text);
    free(empty);
}

/* Parts of the files, and files with some bytes turned over: refused with a text, or a picture. */
static void damaged_photos_are_refused_and_break_nothing(void **state)
{
    darkroom *f = *state;
    static const char *const names[] = {"plain.png",     "lossy.webp", "lossless.webp",
                                        "turned-6.webp", "plain.heic", "plain.avif"};
    char *path = fg_testing_path(folder, "damaged");
    uint32_t random = 1;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char *from = fg_testing_path(folder, names[i]);
        size_t size = 0;
        char *data = fg_testing_read(from, &size);
        for (size_t k = 0; k < 24; k++) {
            bool part = k % 2 == 0;
            size_t length = part ? size * k / 24 : size;
            char *copy = malloc(size);
            assert_non_null(copy);
            memcpy(copy, data, size);
            for (int n = 0; !part && n < 3; n++) {
                random = random * 1664525u + 1013904223u;
                copy[(random >> 8) % size] ^= (char)(1 << (random >> 5) % 8);
            }
            fg_testing_write(path, copy, length);
            memset(&f->error, 0, sizeof(f->error));
            int result = fg_photo_load(f->decoder, path, &f->frame, &f->error);
            if (part && result == 0) {
                fail_msg("%zu of the %zu bytes of %s pass for all", length, size, names[i]);
            }
            assert_true(result == 0 || f->error.text[0] != '\0');
            free(copy);
        }
        free(data);
        free(from);
        expect_quadrants(f, names[i]);
    }
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DARKROOM(every_format_has_its_colours_whatever_the_name),
        WITH_DARKROOM(png_and_webp_are_turned_as_their_exif_orientation_says),
        WITH_DARKROOM(what_is_not_read_is_refused_with_what_to_do),
        WITH_DARKROOM(damaged_photos_are_refused_and_break_nothing),
    };
    return cmocka_run_group_tests(tests, make_photos, remove_photos);
}
