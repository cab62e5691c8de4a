/* Libraries that are missing, lack something, or say one size and give another. */
#include "common/photo_libraries.h"
#include "facegate/frame.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static bool is_there;       /* the library */
static const char *missing; /* a function it lacks */
static bool can_decode;     /* libheif has the decoder */
static int said[2], given[2], row;

typedef struct heif_error {
    int code, subcode;
    const char *message;
} heif_error;

void *fake_dlopen(const char *file, int flags);
void *fake_dlopen(const char *file, int flags)
{
    (void)file;
    (void)flags;
    static int library;
    return is_there ? &library : NULL;
}

static void *give_handle(void)
{
    static int handle;
    return &handle;
}

static void do_nothing(void)
{
}

static heif_error succeed(void)
{
    return (heif_error){0, 0, "Success"};
}

static heif_error give_primary(void *context, void **ret_handle)
{
    (void)context;
    *ret_handle = give_handle();
    return succeed();
}

static heif_error give_image(const void *handle, void **ret_image)
{
    (void)handle;
    *ret_image = give_handle();
    return succeed();
}

static int has_decoder(int format)
{
    assert_true(format == 1 || format == 4);
    return can_decode;
}

static int say_width(void)
{
    return said[0];
}

static int say_height(void)
{
    return said[1];
}

static int give_width(void)
{
    return given[0];
}

static int give_height(void)
{
    return given[1];
}

static const uint8_t *give_plane(const void *image, int channel, int *ret_stride)
{
    static const uint8_t plane[64 * 64 * 3] = {7};
    (void)image;
    assert_int_equal(channel, 10);
    *ret_stride = row;
    return plane;
}

typedef void anything(void);

void *fake_dlsym(void *library, const char *name);
void *fake_dlsym(void *library, const char *name)
{
    static const struct {
        const char *name;
        anything *function;
    } fakes[] = {
        {"heif_context_alloc", (anything *)give_handle},
        {"heif_context_read_from_memory_without_copy", (anything *)succeed},
        {"heif_context_get_primary_image_handle", (anything *)give_primary},
        {"heif_image_handle_get_width", (anything *)say_width},
        {"heif_image_handle_get_height", (anything *)say_height},
        {"heif_have_decoder_for_format", (anything *)has_decoder},
        {"heif_decode_image", (anything *)give_image},
        {"heif_image_get_plane_readonly", (anything *)give_plane},
        {"heif_image_get_width", (anything *)give_width},
        {"heif_image_get_height", (anything *)give_height},
    };
    void *address = NULL;
    anything *function = do_nothing;
    (void)library;
    for (size_t i = 0; i < sizeof(fakes) / sizeof(fakes[0]); i++) {
        function = strcmp(fakes[i].name, name) == 0 ? fakes[i].function : function;
    }
    if (missing == NULL || strcmp(missing, name) != 0) {
        memcpy(&address, &function, sizeof(address));
    }
    return address;
}

static int set_up(void **state)
{
    (void)state;
    is_there = can_decode = true;
    missing = NULL;
    said[0] = said[1] = given[0] = given[1] = 64;
    row = 3 * 64;
    return 0;
}

static void a_missing_library_is_named_with_its_package_and_how_to_install_it(void **state)
{
    (void)state;
    static const struct {
        enum fg_photo_format format;
        const char *text;
    } table[] = {
        {FG_PHOTO_PNG, "is a PNG picture, which needs the package libpng16-16: install it with "
                       "\"sudo apt install libpng16-16\", or convert the picture to JPEG"},
        {FG_PHOTO_WEBP, "is a WebP picture, which needs the package libwebp7: install it with "
                        "\"sudo apt install libwebp7\", or convert the picture to JPEG"},
        {FG_PHOTO_HEIC, "is a HEIC picture, which needs the package libheif1: install it with "
                        "\"sudo apt install libheif1\", or convert the picture to JPEG"},
        {FG_PHOTO_AVIF, "is an AVIF picture, which needs the package libheif1: install it with "
                        "\"sudo apt install libheif1\", or convert the picture to JPEG"},
    };
    is_there = false;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        fg_error error;
        assert_int_equal(fg_photo_library_load(table[i].format, &error), -ELIBACC);
        assert_string_equal(error.text, table[i].text);
    }
}

static void a_missing_decoder_of_libheif_is_named_with_its_package(void **state)
{
    (void)state;
    fg_error error;
    can_decode = false;
    assert_int_equal(fg_photo_library_load(FG_PHOTO_HEIC, &error), -ELIBACC);
    assert_non_null(strstr(error.text, "\"sudo apt install libheif-plugin-libde265\""));
    assert_int_equal(fg_photo_library_load(FG_PHOTO_AVIF, &error), -ELIBACC);
    assert_non_null(strstr(error.text, "\"sudo apt install libheif-plugin-dav1d\""));
}

static void a_library_without_a_function_is_refused(void **state)
{
    (void)state;
    fg_error error;
    missing = "heif_decode_image";
    assert_int_equal(fg_photo_library_load(FG_PHOTO_HEIC, &error), -ELIBACC);
    assert_string_equal(
        error.text,
        "is a HEIC picture, and libheif.so.1 has no heif_decode_image: convert it to JPEG");
}

static void a_picture_is_no_larger_than_it_may_be_before_decoding_and_after(void **state)
{
    (void)state;
    static uint8_t rgb[64 * 64 * 3];
    static const struct {
        int said[2], given[2], row, code;
    } table[] = {
        {{64, 64}, {64, 64}, 192, 0},          {{8193, 1}, {64, 64}, 192, -EFBIG},
        {{1, 8193}, {64, 64}, 192, -EFBIG},    {{65, 64}, {64, 64}, 192, -EFBIG},
        {{0, 64}, {64, 64}, 192, -EBADMSG},    {{64, -1}, {64, 64}, 192, -EBADMSG},
        {{64, 64}, {8193, 64}, 192, -EFBIG},   {{64, 64}, {64, 65}, 192, -EFBIG},
        {{64, 64}, {-1, 64}, 192, -EBADMSG},   {{64, 64}, {64, 64}, 191, -EBADMSG},
        {{64, 64}, {1 << 30, 4}, 192, -EFBIG}, {{64, 64}, {32, 64}, 192, 0},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        fg_error error = {0};
        fg_photo_pixels pixels = {.rgb = rgb, .room = sizeof(rgb)};
        memcpy(said, table[i].said, sizeof(said));
        memcpy(given, table[i].given, sizeof(given));
        row = table[i].row;
        assert_int_equal(fg_photo_library_load(FG_PHOTO_HEIC, &error), 0);
        int result =
            fg_photo_library_decode(FG_PHOTO_HEIC, (const uint8_t *)"", 0, &pixels, &error);
        if (result != table[i].code) {
            fail_msg("%zu: %d, not %d: %s", i, result, table[i].code, error.text);
        }
        assert_true(result != 0 || pixels.width == given[0]);
    }
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_missing_library_is_named_with_its_package_and_how_to_install_it),
        TEST(a_missing_decoder_of_libheif_is_named_with_its_package),
        TEST(a_library_without_a_function_is_refused),
        TEST(a_picture_is_no_larger_than_it_may_be_before_decoding_and_after),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
