/* Pictures with warnings of libjpeg: harmless ones decode to the same pixels, others are refused.
 */
#include "darkroom.h"
#include "testing.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>

#include <cmocka.h>

/* Kinds of file that are decoded in different ways. */
static const int kinds[][2] = {{TJSAMP_420, 0},
                               {TJSAMP_444, 0},
                               {TJSAMP_GRAY, 0},
                               {TJSAMP_420, TJFLAG_PROGRESSIVE},
                               {TJSAMP_444, TJFLAG_PROGRESSIVE}};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static bool is_same(const fg_frame *one, const fg_frame *other)
{
    if (one->width != other->width || one->height != other->height) {
        return false;
    }
    for (int plane = 0; plane < 3; plane++) {
        int columns = plane == 0 ? one->width : (one->width + 1) / 2;
        int rows = plane == 0 ? one->height : (one->height + 1) / 2;
        for (int y = 0; y < rows; y++) {
            if (memcmp(one->plane[plane] + (ptrdiff_t)y * one->stride[plane],
                       other->plane[plane] + (ptrdiff_t)y * other->stride[plane],
                       (size_t)columns) != 0) {
                return false;
            }
        }
    }
    return true;
}

/* Made more detailed than darkroom's quadrants, so that coefficients of all kinds are needed. */
static darkroom_jpeg make_detailed(int kind)
{
    uint8_t pixels[40 * 24 * 3];
    uint32_t state = 1;
    for (size_t i = 0; i < sizeof(pixels); i++) {
        state = state * 1664525u + 1013904223u;
        pixels[i] = (uint8_t)(state >> 24);
    }
    return darkroom_compress(pixels, 40, 24, TJPF_RGB, kinds[kind][0], kinds[kind][1]);
}

static darkroom_jpeg read_phone(const char *name)
{
    char path[4096];
    size_t size = 0;
    snprintf(path, sizeof(path), "%s/tests/unit/camera/jpeg/%s", FG_SOURCE_DIR, name);
    char *data = fg_testing_read(path, &size);
    darkroom_jpeg jpeg = darkroom_copy(data, size);
    free(data);
    return jpeg;
}

static void pictures_of_phones_decode_to_the_same_pixels(void **state)
{
    darkroom *f = *state;
    fg_frame other = {0};
    darkroom_jpeg stray = read_phone("extra32-before-eoi.jpg");
    darkroom_expect_decodes(f, &stray);
    assert_int_equal(fg_frame_copy(&other, &f->frame), 0);
    darkroom_jpeg odd = read_phone("sos-0-0-0.jpg");
    darkroom_expect_decodes(f, &odd);
    assert_true(is_same(&f->frame, &other));
    fg_frame_release(&other);
    free(stray.data);
    free(odd.data);
}

static void the_beginnings_that_pass_have_every_pixel(void **state)
{
    darkroom *f = *state;
    fg_frame whole = {0};
    for (size_t kind = 0; kind < KINDS; kind++) {
        darkroom_jpeg jpeg = make_detailed((int)kind);
        darkroom_expect_decodes(f, &jpeg);
        assert_int_equal(fg_frame_copy(&whole, &f->frame), 0);
        for (size_t size = 0; size < jpeg.size; size++) {
            darkroom_jpeg part = darkroom_copy(jpeg.data, size);
            int result = darkroom_decode(f, &part);
            assert_true(result == 0 || result == -EBADMSG);
            if (result == 0 && !is_same(&f->frame, &whole)) {
                fail_msg("kind %zu: %zu of %zu bytes pass with other pixels", kind, size,
                         jpeg.size);
            }
            if (size >= jpeg.size - 2 && result != 0) {
                fail_msg("kind %zu without an end: %s", kind, f->error.text);
            }
            free(part.data);
        }
        free(jpeg.data);
    }
    fg_frame_release(&whole);
}

static void damage_is_named_though_a_harmless_warning_comes_first(void **state)
{
    darkroom *f = *state;
    darkroom_jpeg jpeg = make_detailed(0);
    size_t scan = darkroom_marker(&jpeg, 0xda);
    jpeg.data[scan + 12] = 0; /* Se of a scan of three components */
    darkroom_expect_decodes(f, &jpeg);
    jpeg.size = scan + 14 + (jpeg.size - scan - 14) / 2;
    assert_int_equal(darkroom_decode(f, &jpeg), -EBADMSG);
    assert_string_equal(
        f->error.text,
        "does not decode (Premature end of JPEG file): take or save the picture again");
    free(jpeg.data);
}

static void bytes_before_a_restart_marker_are_damage(void **state)
{
    darkroom *f = *state;
    static const uint8_t interval[] = {0xff, 0xdd, 0, 4, 0, 1};
    darkroom_jpeg jpeg = make_detailed(0);
    size_t scan = darkroom_marker(&jpeg, 0xda);
    darkroom_replace(&jpeg, scan, 0, interval, sizeof(interval));
    assert_int_equal(darkroom_decode(f, &jpeg), -EBADMSG);
    assert_non_null(strstr(f->error.text, "does not decode (Corrupt JPEG data"));
    free(jpeg.data);
}

static void a_stream_takes_what_a_file_takes(void **state)
{
    darkroom *f = *state;
    for (size_t kind = 0; kind < KINDS; kind++) {
        darkroom_jpeg jpeg = make_detailed((int)kind);
        for (size_t cut = 0; cut < 4; cut++) {
            int as_file = darkroom_decode(f, &(darkroom_jpeg){jpeg.data, jpeg.size - cut});
            int as_stream = fg_decoder_decode_stream(f->decoder, jpeg.data, jpeg.size - cut,
                                                     &f->frame, &f->error);
            assert_int_equal(as_stream, as_file);
        }
        free(jpeg.data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DARKROOM(pictures_of_phones_decode_to_the_same_pixels),
        WITH_DARKROOM(the_beginnings_that_pass_have_every_pixel),
        WITH_DARKROOM(damage_is_named_though_a_harmless_warning_comes_first),
        WITH_DARKROOM(bytes_before_a_restart_marker_are_damage),
        WITH_DARKROOM(a_stream_takes_what_a_file_takes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
