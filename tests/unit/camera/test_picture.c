/* Every kind of JPEG comes out with its colours and the right way up. */
#include "darkroom.h"
#include "testing.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>

#include <cmocka.h>

static void every_subsampling_and_size_decodes_to_the_same_colours(void **state)
{
    darkroom *f = *state;
    static const int subsamplings[] = {TJSAMP_444, TJSAMP_422, TJSAMP_420, TJSAMP_440, TJSAMP_411};
    static const int sizes[][2] = {{640, 480}, {641, 481}, {64, 64}, {97, 33}};
    static const int flags[] = {0, TJFLAG_PROGRESSIVE};
    for (size_t s = 0; s < sizeof(subsamplings) / sizeof(subsamplings[0]); s++) {
        for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
            for (size_t k = 0; k < 2; k++) {
                darkroom_jpeg jpeg =
                    darkroom_quadrants(sizes[i][0], sizes[i][1], subsamplings[s], flags[k]);
                darkroom_expect_decodes(f, &jpeg);
                assert_int_equal(f->frame.width, sizes[i][0]);
                assert_int_equal(f->frame.height, sizes[i][1]);
                darkroom_expect_quadrants(&f->frame, darkroom_as_stored);
                free(jpeg.data);
            }
        }
    }
}

static void grey_has_neutral_chroma_and_filled_padding(void **state)
{
    darkroom *f = *state;
    uint8_t grey[33 * 17];
    memset(grey, 90, sizeof(grey));
    /* A one-component picture may claim any sampling factor; it means nothing there. */
    static const uint8_t factors[] = {0x11, 0x22, 0x44};
    for (size_t i = 0; i < sizeof(factors); i++) {
        darkroom_jpeg jpeg = darkroom_compress(grey, 33, 17, TJPF_GRAY, TJSAMP_GRAY, 0);
        jpeg.data[darkroom_marker(&jpeg, 0xc0) + 11] = factors[i];
        darkroom_expect_decodes(f, &jpeg);
        assert_int_equal(f->frame.width, 33);
        assert_int_equal(f->frame.height, 17);
        for (int y = 0; y < 18; y++) {
            for (int x = 0; x < 34; x++) {
                assert_in_range(f->frame.plane[0][y * f->frame.stride[0] + x], 88, 92);
                assert_int_equal(f->frame.plane[1][y / 2 * f->frame.stride[1] + x / 2], 128);
                assert_int_equal(f->frame.plane[2][y / 2 * f->frame.stride[2] + x / 2], 128);
            }
        }
        free(jpeg.data);
    }
}

static void one_pixel_is_a_picture(void **state)
{
    darkroom *f = *state;
    static const uint8_t pixel[3] = {200, 30, 90};
    static const int subsamplings[] = {TJSAMP_444, TJSAMP_422, TJSAMP_420, TJSAMP_440, TJSAMP_411};
    for (size_t i = 0; i < sizeof(subsamplings) / sizeof(subsamplings[0]); i++) {
        darkroom_jpeg jpeg = darkroom_compress(pixel, 1, 1, TJPF_RGB, subsamplings[i], 0);
        darkroom_expect_decodes(f, &jpeg);
        assert_int_equal(f->frame.width, 1);
        assert_int_equal(f->frame.height, 1);
        darkroom_expect_pixel(&f->frame, 0, 0, pixel, 4);
        free(jpeg.data);
    }
}

/* TurboJPEG 2 has no name for 4:4:1, four rows of luma to one of chroma. */
static void a_subsampling_without_a_name_decodes(void **state)
{
    darkroom *f = *state;
    static const uint8_t colour[3] = {200, 30, 90};
    uint8_t pixels[16 * 16 * 3];
    for (size_t i = 0; i < sizeof(pixels); i++) {
        pixels[i] = colour[i % 3];
    }
    darkroom_jpeg jpeg = darkroom_compress(pixels, 16, 16, TJPF_RGB, TJSAMP_420, 0);
    darkroom_set_size(&jpeg, 8, 32);
    jpeg.data[darkroom_marker(&jpeg, 0xc0) + 11] = 0x14;
    darkroom_expect_decodes(f, &jpeg);
    assert_int_equal(f->frame.width, 8);
    assert_int_equal(f->frame.height, 32);
    darkroom_expect_pixel(&f->frame, 1, 1, colour, 4);
    darkroom_expect_pixel(&f->frame, 7, 31, colour, 4);
    free(jpeg.data);
}

/* Components that are R, G, B themselves, as Adobe's marker says, must not be taken for Y, U, V. */
static void a_jpeg_stored_as_rgb_keeps_its_colours(void **state)
{
    darkroom *f = *state;
    static const uint8_t adobe[] = {0xff, 0xee, 0,   14, 'A', 'd', 'o', 'b',
                                    'e',  0,    100, 0,  0,   0,   0,   0};
    static const uint8_t as_rgb[3] = {76, 85, 255}; /* red as Y, U, V */
    uint8_t pixels[32 * 32 * 3] = {0};
    for (size_t i = 0; i < sizeof(pixels); i += 3) {
        pixels[i] = 255;
    }
    darkroom_jpeg jpeg = darkroom_compress(pixels, 32, 32, TJPF_RGB, TJSAMP_420, 0);
    darkroom_replace(&jpeg, darkroom_marker(&jpeg, 0xe0), 18, adobe, sizeof(adobe));
    darkroom_expect_decodes(f, &jpeg);
    darkroom_expect_pixel(&f->frame, 16, 16, as_rgb, 4);
    free(jpeg.data);
}

/* An APP1 segment with one entry, by default the orientation as a short, in either byte order. */
static void add_exif(darkroom_jpeg *jpeg, bool big, int tag, int type, int count, int value)
{
    uint8_t app1[] = {0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'I', 'I', 42, 0, 8, 0, 0, 0,
                      1,    0,    0, 0,  0,   0,   0,   0,   0, 0, 0,   0,   0,  0, 0, 0, 0, 0};
    uint8_t *tiff = app1 + 10;
    const int values[][3] = {{10, tag, 2}, {12, type, 2}, {14, count, 4}, {18, value, 2},
                             {8, 1, 2},    {2, 42, 2},    {4, 8, 4}};
    memset(tiff, big ? 'M' : 'I', 2);
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        for (int byte = 0; byte < values[i][2]; byte++) {
            int shift = 8 * (big ? values[i][2] - 1 - byte : byte);
            tiff[values[i][0] + byte] = (uint8_t)((unsigned)values[i][1] >> shift);
        }
    }
    darkroom_replace(jpeg, 2, 0, app1, sizeof(app1));
}

static void load_bytes(darkroom *f, const darkroom_jpeg *jpeg, bool upright)
{
    char *path = fg_testing_path(f->folder, "turned.jpg");
    fg_testing_write(path, jpeg->data, jpeg->size);
    if (fg_picture_load(f->decoder, path, upright, &f->frame, &f->error) != 0) {
        fail_msg("%s", f->error.text);
    }
    free(path);
}

/* EXIF 2.32, table 4, Orientation: which stored quadrant is seen at each place. */
static void pictures_are_turned_as_their_exif_orientation_says(void **state)
{
    darkroom *f = *state;
    static const int seen[9][4] = {{0},          {0, 1, 2, 3}, {1, 0, 3, 2},
                                   {3, 2, 1, 0}, {2, 3, 0, 1}, {0, 2, 1, 3},
                                   {2, 0, 3, 1}, {3, 1, 2, 0}, {1, 3, 0, 2}};
    static const int sizes[][2] = {{96, 64}, {97, 63}, {64, 97}};
    for (int orientation = 1; orientation <= 8; orientation++) {
        for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
            for (int big = 0; big < 2; big++) {
                int width = sizes[i][0], height = sizes[i][1];
                darkroom_jpeg jpeg = darkroom_quadrants(width, height, TJSAMP_420, 0);
                add_exif(&jpeg, big != 0, 0x0112, 3, 1, orientation);
                load_bytes(f, &jpeg, true);
                assert_int_equal(f->frame.width, orientation < 5 ? width : height);
                assert_int_equal(f->frame.height, orientation < 5 ? height : width);
                darkroom_expect_quadrants(&f->frame, seen[orientation]);
                /* The padding of an odd size is filled. */
                int last = f->frame.width - 1 + f->frame.width % 2;
                darkroom_expect_pixel(&f->frame, last, 4, darkroom_colours[seen[orientation][1]],
                                      24);

                load_bytes(f, &jpeg, false);
                assert_int_equal(f->frame.width, width);
                darkroom_expect_quadrants(&f->frame, darkroom_as_stored);
                free(jpeg.data);
            }
        }
    }
}

static void an_orientation_that_makes_no_sense_turns_nothing(void **state)
{
    darkroom *f = *state;
    static const struct {
        int tag, type, count, value;
    } table[] = {
        {0x0112, 3, 1, 0},          /* below 1 */
        {0x0112, 3, 1, 9},          /* above 8 */
        {0x0112, 3, 1, 65535},      /* far above */
        {0x0112, 4, 1, 6},          /* a long */
        {0x0112, 2, 1, 6},          /* text */
        {0x0112, 3, 0, 6},          /* none of them */
        {0x0112, 3, 2, 6},          /* two of them */
        {0x0112, 3, 0x7fffffff, 6}, /* more than there are bytes */
        {0x0112, 99, 1, 6},         /* no known type */
        {0x010f, 3, 1, 6},          /* another tag */
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        darkroom_jpeg jpeg = darkroom_quadrants(96, 64, TJSAMP_420, 0);
        add_exif(&jpeg, false, table[i].tag, table[i].type, table[i].count, table[i].value);
        load_bytes(f, &jpeg, true);
        assert_int_equal(f->frame.width, 96);
        darkroom_expect_quadrants(&f->frame, darkroom_as_stored);
        free(jpeg.data);
    }
}

static void a_stream_may_have_stray_bytes_before_a_marker_and_a_file_may_not(void **state)
{
    darkroom *f = *state;
    static const int subsamplings[] = {TJSAMP_420, TJSAMP_422};
    static const uint8_t stray[40] = {1};
    for (size_t i = 0; i < 2; i++) {
        darkroom_jpeg jpeg = darkroom_quadrants(64, 48, subsamplings[i], 0);
        darkroom_replace(&jpeg, darkroom_marker(&jpeg, 0xda), 0, stray, sizeof(stray));
        assert_int_equal(darkroom_decode(f, &jpeg), -EBADMSG);
        assert_non_null(strstr(f->error.text, "extraneous bytes before marker 0xda"));
        assert_int_equal(
            fg_decoder_decode_stream(f->decoder, jpeg.data, jpeg.size, &f->frame, &f->error), 0);
        darkroom_expect_quadrants(&f->frame, darkroom_as_stored);
        free(jpeg.data);
        jpeg = darkroom_quadrants(64, 48, subsamplings[i], 0);
        assert_int_equal(
            fg_decoder_decode_stream(f->decoder, jpeg.data, jpeg.size - 100, &f->frame, &f->error),
            -EBADMSG);
        assert_string_equal(
            f->error.text,
            "does not decode (Premature end of JPEG file): take or save the picture again");
        free(jpeg.data);
    }
}

static void zero_bytes_after_the_picture_do_no_harm(void **state)
{
    darkroom *f = *state;
    uint8_t zeroes[4096] = {0};
    darkroom_jpeg jpeg = darkroom_quadrants(64, 48, TJSAMP_420, 0);
    darkroom_replace(&jpeg, jpeg.size, 0, zeroes, sizeof(zeroes));
    darkroom_expect_decodes(f, &jpeg);
    darkroom_expect_quadrants(&f->frame, darkroom_as_stored);
    free(jpeg.data);
}

static void decodes_of_one_size_reuse_the_memory_and_leave_the_times(void **state)
{
    darkroom *f = *state;
    const uint8_t *memory = NULL;
    for (int i = 0; i < 3; i++) {
        darkroom_jpeg jpeg = darkroom_quadrants(64, 48, TJSAMP_422, 0);
        f->frame.monotonic = 5;
        f->frame.sequence = 6;
        darkroom_expect_decodes(f, &jpeg);
        assert_true(i == 0 || f->frame.memory == memory);
        assert_int_equal(f->frame.monotonic, 5);
        assert_int_equal(f->frame.sequence, 6);
        memory = f->frame.memory;
        free(jpeg.data);
    }
    assert_null(fg_decoder_free(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DARKROOM(every_subsampling_and_size_decodes_to_the_same_colours),
        WITH_DARKROOM(grey_has_neutral_chroma_and_filled_padding),
        WITH_DARKROOM(one_pixel_is_a_picture),
        WITH_DARKROOM(a_subsampling_without_a_name_decodes),
        WITH_DARKROOM(a_jpeg_stored_as_rgb_keeps_its_colours),
        WITH_DARKROOM(pictures_are_turned_as_their_exif_orientation_says),
        WITH_DARKROOM(an_orientation_that_makes_no_sense_turns_nothing),
        WITH_DARKROOM(a_stream_may_have_stray_bytes_before_a_marker_and_a_file_may_not),
        WITH_DARKROOM(zero_bytes_after_the_picture_do_no_harm),
        WITH_DARKROOM(decodes_of_one_size_reuse_the_memory_and_leave_the_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
