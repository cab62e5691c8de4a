/*
 * JPEG files of every kind, made here with TurboJPEG and patched where no encoder would write them.
 */
#include "camera/decode.h"
#include "facegate/picture.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <turbojpeg.h>
#include <unistd.h>

#include <cmocka.h>

#include "testing.h"

typedef struct bytes {
    uint8_t *data;
    size_t size;
} bytes;

static const uint8_t quadrants[4][3] = {{255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {230, 180, 40}};

static bytes copy_bytes(const void *data, size_t size)
{
    bytes copy = {malloc(size + 1), size};
    assert_non_null(copy.data);
    memcpy(copy.data, data, size);
    return copy;
}

static bytes compress(const void *pixels, int width, int height, int format, int subsampling,
                      int flags)
{
    tjhandle handle = tjInitCompress();
    unsigned char *data = NULL;
    unsigned long size = 0;
    assert_non_null(handle);
    assert_int_equal(tjCompress2(handle, pixels, width, 0, height, format, &data, &size,
                                 subsampling, 100, flags),
                     0);
    bytes jpeg = copy_bytes(data, size);
    tjFree(data);
    tjDestroy(handle);
    return jpeg;
}

/* Four quadrants of different colours: top left, top right, bottom left, bottom right. */
static bytes make_jpeg(int width, int height, int subsampling, int flags)
{
    uint8_t *pixels = malloc((size_t)width * (size_t)height * 3);
    assert_non_null(pixels);
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            int quadrant = (2 * y >= height ? 2 : 0) + (2 * x >= width ? 1 : 0);
            memcpy(pixels + 3 * (y * width + x), quadrants[quadrant], 3);
        }
    }
    bytes jpeg = compress(pixels, width, height, TJPF_RGB, subsampling, flags);
    free(pixels);
    return jpeg;
}

/* Replaces `removed` bytes at `at` by others. */
static void replace_bytes(bytes *jpeg, size_t at, size_t removed, const void *data, size_t size)
{
    bytes whole = {malloc(jpeg->size - removed + size + 1), jpeg->size - removed + size};
    assert_non_null(whole.data);
    memcpy(whole.data, jpeg->data, at);
    memcpy(whole.data + at, data, size);
    memcpy(whole.data + at + size, jpeg->data + at + removed, jpeg->size - at - removed);
    free(jpeg->data);
    *jpeg = whole;
}

/* Where a marker segment starts. */
static size_t find_marker(const bytes *jpeg, uint8_t marker)
{
    size_t at = 2;
    while (at + 4 <= jpeg->size && jpeg->data[at] == 0xff) {
        if (jpeg->data[at + 1] == marker) {
            return at;
        }
        at += 2 + (size_t)jpeg->data[at + 2] * 256 + jpeg->data[at + 3];
    }
    fail_msg("no marker %02x", marker);
    return 0;
}

static void set_size(bytes *jpeg, int width, int height)
{
    uint8_t *frame = jpeg->data + find_marker(jpeg, 0xc0);
    frame[5] = (uint8_t)(height >> 8);
    frame[6] = (uint8_t)height;
    frame[7] = (uint8_t)(width >> 8);
    frame[8] = (uint8_t)width;
}

/* ITU-T T.871, section 7. */
static void expect_pixel(const fg_frame *frame, int x, int y, const uint8_t rgb[3], int tolerance)
{
    double luma = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
    double expected[3] = {luma, (rgb[2] - luma) / 1.772 + 128, (rgb[0] - luma) / 1.402 + 128};
    for (int plane = 0; plane < 3; plane++) {
        int at_x = plane == 0 ? x : x / 2, at_y = plane == 0 ? y : y / 2;
        int got = frame->plane[plane][at_y * frame->stride[plane] + at_x];
        if (fabs(got - fmin(expected[plane], 255)) > tolerance) {
            fail_msg("plane %d at %d,%d is %d, expected %.0f", plane, x, y, got, expected[plane]);
        }
    }
}

/* The middle of each quadrant has the colour of `order`'s. */
static void expect_quadrants(const fg_frame *frame, const int order[4])
{
    for (int i = 0; i < 4; i++) {
        int x = frame->width * (i % 2 == 0 ? 1 : 3) / 4, y = frame->height * (i < 2 ? 1 : 3) / 4;
        expect_pixel(frame, x, y, quadrants[order[i]], 6);
    }
}

static const int as_stored[4] = {0, 1, 2, 3};

typedef struct fixture {
    char *folder;
    fg_decoder *decoder;
    fg_frame frame;
    fg_error error;
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof(*f));
    assert_non_null(f);
    f->folder = fg_testing_folder();
    assert_int_equal(fg_decoder_create(&f->decoder), 0);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    assert_null(fg_decoder_free(f->decoder));
    fg_frame_release(&f->frame);
    fg_testing_remove(f->folder);
    free(f);
    return 0;
}

static int decode(fixture *f, const bytes *jpeg)
{
    return fg_decoder_decode(f->decoder, jpeg->data, jpeg->size, &f->frame, &f->error);
}

static void expect_decodes(fixture *f, const bytes *jpeg)
{
    if (decode(f, jpeg) != 0) {
        fail_msg("%s", f->error.text);
    }
}

static void every_subsampling_and_size_decodes_to_the_same_colours(void **state)
{
    fixture *f = *state;
    static const int subsamplings[] = {TJSAMP_444, TJSAMP_422, TJSAMP_420, TJSAMP_440, TJSAMP_411};
    static const int sizes[][2] = {{640, 480}, {641, 481}, {64, 64}, {97, 33}};
    static const int flags[] = {0, TJFLAG_PROGRESSIVE};
    for (size_t s = 0; s < sizeof(subsamplings) / sizeof(subsamplings[0]); s++) {
        for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
            for (size_t k = 0; k < 2; k++) {
                bytes jpeg = make_jpeg(sizes[i][0], sizes[i][1], subsamplings[s], flags[k]);
                expect_decodes(f, &jpeg);
                assert_int_equal(f->frame.width, sizes[i][0]);
                assert_int_equal(f->frame.height, sizes[i][1]);
                expect_quadrants(&f->frame, as_stored);
                free(jpeg.data);
            }
        }
    }
}

static void grey_has_neutral_chroma_and_filled_padding(void **state)
{
    fixture *f = *state;
    uint8_t grey[33 * 17];
    memset(grey, 90, sizeof(grey));
    /* A one-component picture may claim any sampling factor; it means nothing there. */
    static const uint8_t factors[] = {0x11, 0x22, 0x44};
    for (size_t i = 0; i < sizeof(factors); i++) {
        bytes jpeg = compress(grey, 33, 17, TJPF_GRAY, TJSAMP_GRAY, 0);
        jpeg.data[find_marker(&jpeg, 0xc0) + 11] = factors[i];
        expect_decodes(f, &jpeg);
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
    fixture *f = *state;
    static const uint8_t pixel[3] = {200, 30, 90};
    static const int subsamplings[] = {TJSAMP_444, TJSAMP_422, TJSAMP_420, TJSAMP_440, TJSAMP_411};
    for (size_t i = 0; i < sizeof(subsamplings) / sizeof(subsamplings[0]); i++) {
        bytes jpeg = compress(pixel, 1, 1, TJPF_RGB, subsamplings[i], 0);
        expect_decodes(f, &jpeg);
        assert_int_equal(f->frame.width, 1);
        assert_int_equal(f->frame.height, 1);
        expect_pixel(&f->frame, 0, 0, pixel, 4);
        free(jpeg.data);
    }
}

/* TurboJPEG 2 has no name for 4:4:1, four rows of luma to one of chroma. */
static void a_subsampling_without_a_name_decodes(void **state)
{
    fixture *f = *state;
    static const uint8_t colour[3] = {200, 30, 90};
    uint8_t pixels[16 * 16 * 3];
    for (size_t i = 0; i < sizeof(pixels); i++) {
        pixels[i] = colour[i % 3];
    }
    bytes jpeg = compress(pixels, 16, 16, TJPF_RGB, TJSAMP_420, 0);
    set_size(&jpeg, 8, 32);
    jpeg.data[find_marker(&jpeg, 0xc0) + 11] = 0x14;
    expect_decodes(f, &jpeg);
    assert_int_equal(f->frame.width, 8);
    assert_int_equal(f->frame.height, 32);
    expect_pixel(&f->frame, 1, 1, colour, 4);
    expect_pixel(&f->frame, 7, 31, colour, 4);
    free(jpeg.data);
}

/* Components that are R, G, B themselves, as Adobe's marker says, must not be taken for Y, U, V. */
static void a_jpeg_stored_as_rgb_keeps_its_colours(void **state)
{
    fixture *f = *state;
    static const uint8_t adobe[] = {0xff, 0xee, 0,   14, 'A', 'd', 'o', 'b',
                                    'e',  0,    100, 0,  0,   0,   0,   0};
    static const uint8_t as_rgb[3] = {76, 85, 255}; /* red as Y, U, V */
    uint8_t pixels[32 * 32 * 3] = {0};
    for (size_t i = 0; i < sizeof(pixels); i += 3) {
        pixels[i] = 255;
    }
    bytes jpeg = compress(pixels, 32, 32, TJPF_RGB, TJSAMP_420, 0);
    replace_bytes(&jpeg, find_marker(&jpeg, 0xe0), 18, adobe, sizeof(adobe));
    expect_decodes(f, &jpeg);
    expect_pixel(&f->frame, 16, 16, as_rgb, 4);
    free(jpeg.data);
}

static bytes file_truncated(void)
{
    bytes jpeg = make_jpeg(640, 480, TJSAMP_420, 0);
    jpeg.size /= 2;
    return jpeg;
}

static bytes file_truncated_444(void)
{
    bytes jpeg = make_jpeg(640, 480, TJSAMP_444, 0);
    jpeg.size /= 2;
    return jpeg;
}

static bytes file_empty(void)
{
    return copy_bytes("", 0);
}

static bytes file_text(void)
{
    return copy_bytes("Not a picture at all.\n", 22);
}

static bytes file_huge(void)
{
    bytes jpeg = make_jpeg(64, 64, TJSAMP_420, 0);
    set_size(&jpeg, 20000, 20000);
    return jpeg;
}

static bytes file_wide(void)
{
    bytes jpeg = make_jpeg(64, 64, TJSAMP_444, 0);
    set_size(&jpeg, 8193, 1);
    return jpeg;
}

static bytes file_cmyk(void)
{
    uint8_t pixels[64 * 64 * 4] = {0};
    return compress(pixels, 64, 64, TJPF_CMYK, TJSAMP_444, 0);
}

static bytes file_only_start(void)
{
    return copy_bytes("\xff\xd8\xff", 3);
}

static bytes file_tables_only(void)
{
    return copy_bytes("\xff\xd8\xff\xd9", 4);
}

/*
 * A progressive picture whose first pass comes `passes` times over: each is valid, and each costs
 * all of the picture.
 */
static bytes repeat_passes(size_t passes)
{
    static const uint8_t end[] = {0xff, 0xd9};
    uint8_t grey[64 * 64];
    for (size_t i = 0; i < sizeof(grey); i++) {
        grey[i] = (uint8_t)(i * 7);
    }
    bytes whole = compress(grey, 64, 64, TJPF_GRAY, TJSAMP_GRAY, TJFLAG_PROGRESSIVE);
    size_t start = find_marker(&whole, 0xda);
    size_t next = start + 2;
    while (whole.data[next] != 0xff || whole.data[next + 1] == 0) {
        next++;
    }
    whole.data[start + 9] = 0; /* full precision at once, so that it may be said again */
    bytes bomb = copy_bytes(whole.data, start);
    for (size_t i = 0; i < passes; i++) {
        replace_bytes(&bomb, bomb.size, 0, whole.data + start, next - start);
    }
    replace_bytes(&bomb, bomb.size, 0, end, sizeof(end));
    free(whole.data);
    return bomb;
}

static bytes file_scan_bomb(void)
{
    return repeat_passes(600);
}

static void bad_files_are_refused_with_what_is_wrong_and_what_to_do(void **state)
{
    fixture *f = *state;
    static const struct {
        bytes (*make)(void);
        int code;
        const char *text;
    } table[] = {
        {file_truncated, -EBADMSG,
         "does not decode (Premature end of JPEG file): take or save the picture again"},
        {file_truncated_444, -EBADMSG,
         "does not decode (Premature end of JPEG file): take or save the picture again"},
        {file_empty, -EBADMSG, "is empty: take or save the picture again"},
        {file_text, -EBADMSG, "is not a JPEG picture: convert it to JPEG"},
        {file_huge, -EFBIG,
         "has 20000x20000 pixels, no side may have more than 8192: scale it down"},
        {file_wide, -EFBIG, "has 8193x1 pixels, no side may have more than 8192: scale it down"},
        {file_cmyk, -ENOTSUP, "has CMYK colours: convert it to an RGB JPEG"},
        {file_only_start, -EBADMSG, "holds no picture: take or save the picture again"},
        {file_tables_only, -EBADMSG, "holds no picture: take or save the picture again"},
        {file_scan_bomb, -EBADMSG,
         "does not decode (Progressive JPEG image has more than 500 scans): take or save the "
         "picture again"},
    };
    char *path = fg_testing_path(f->folder, "bad.jpg");
    bytes good = make_jpeg(64, 64, TJSAMP_420, 0);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char expected[FG_ERROR_TEXT];
        bytes jpeg = table[i].make();
        fg_testing_write(path, jpeg.data, jpeg.size);
        snprintf(expected, sizeof(expected), "%s: %s", path, table[i].text);
        assert_int_equal(fg_picture_load(f->decoder, path, true, &f->frame, &f->error),
                         table[i].code);
        assert_string_equal(f->error.text, expected);
        free(jpeg.data);
        /* The decoder is as good as new. */
        expect_decodes(f, &good);
        expect_quadrants(&f->frame, as_stored);
    }
    free(good.data);
    free(path);
}

static void passes_below_the_limit_decode(void **state)
{
    fixture *f = *state;
    bytes jpeg = repeat_passes(20);
    expect_decodes(f, &jpeg);
    free(jpeg.data);
}

static void no_beginning_of_a_file_passes_for_the_whole(void **state)
{
    fixture *f = *state;
    static const int kinds[][2] = {
        {TJSAMP_420, 0}, {TJSAMP_444, 0}, {TJSAMP_420, TJFLAG_PROGRESSIVE}, {TJSAMP_GRAY, 0}};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        bytes jpeg = make_jpeg(40, 24, kinds[i][0], kinds[i][1]);
        for (size_t size = 0; size < jpeg.size; size++) {
            /* A copy of just that size, so that a sanitizer sees a read past it. */
            bytes part = copy_bytes(jpeg.data, size);
            part.data = realloc(part.data, size > 0 ? size : 1);
            assert_non_null(part.data);
            assert_int_equal(decode(f, &part), -EBADMSG);
            free(part.data);
            if (size % 16 == 0) {
                /* What failed before must not stand in the way of what comes after. */
                expect_decodes(f, &jpeg);
            }
        }
        free(jpeg.data);
    }
}

static void what_cannot_be_read_is_named(void **state)
{
    fixture *f = *state;
    char expected[FG_ERROR_TEXT];
    char *path = fg_testing_path(f->folder, "large.jpg");
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, (off_t)FG_PICTURE_MAX_BYTES + 1), 0);
    close(fd);
    snprintf(expected, sizeof(expected),
             "%s: has 67108865 bytes, more than the 67108864 allowed: scale the picture down",
             path);
    assert_int_equal(fg_picture_load(f->decoder, path, true, &f->frame, &f->error), -EFBIG);
    assert_string_equal(f->error.text, expected);

    snprintf(expected, sizeof(expected), "%s: is a folder, not a file: name a JPEG file",
             f->folder);
    assert_int_equal(fg_picture_load(f->decoder, f->folder, true, &f->frame, &f->error), -EINVAL);
    assert_string_equal(f->error.text, expected);

    snprintf(expected, sizeof(expected), "%s/none.jpg: No such file or directory: check the path",
             f->folder);
    free(path);
    path = fg_testing_path(f->folder, "none.jpg");
    assert_int_equal(fg_picture_load(f->decoder, path, true, &f->frame, &f->error), -ENOENT);
    assert_string_equal(f->error.text, expected);
    free(path);
}

static void an_unreadable_file_is_named(void **state)
{
    fixture *f = *state;
    char expected[FG_ERROR_TEXT];
    char *path = fg_testing_path(f->folder, "secret.jpg");
    bytes jpeg = make_jpeg(16, 16, TJSAMP_420, 0);
    fg_testing_write(path, jpeg.data, jpeg.size);
    assert_int_equal(chmod(path, 0), 0);
    assert_int_equal(chmod(f->folder, 0755), 0);
    /* Root reads everything: be nobody for a moment. */
    uid_t user = geteuid();
    if (user == 0) {
        assert_int_equal(seteuid(65534), 0);
    }
    int result = fg_picture_load(f->decoder, path, true, &f->frame, &f->error);
    assert_int_equal(seteuid(user), 0);
    snprintf(expected, sizeof(expected), "%s: Permission denied: let this user read it", path);
    assert_int_equal(result, -EACCES);
    assert_string_equal(f->error.text, expected);
    free(jpeg.data);
    free(path);
}

/* An APP1 segment with one entry, by default the orientation as a short, in either byte order. */
static void add_exif(bytes *jpeg, bool big, int tag, int type, int count, int value)
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
    replace_bytes(jpeg, 2, 0, app1, sizeof(app1));
}

static void load_bytes(fixture *f, const bytes *jpeg, bool upright)
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
    fixture *f = *state;
    static const int seen[9][4] = {{0},          {0, 1, 2, 3}, {1, 0, 3, 2},
                                   {3, 2, 1, 0}, {2, 3, 0, 1}, {0, 2, 1, 3},
                                   {2, 0, 3, 1}, {3, 1, 2, 0}, {1, 3, 0, 2}};
    static const int sizes[][2] = {{96, 64}, {97, 63}, {64, 97}};
    for (int orientation = 1; orientation <= 8; orientation++) {
        for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
            for (int big = 0; big < 2; big++) {
                int width = sizes[i][0], height = sizes[i][1];
                bytes jpeg = make_jpeg(width, height, TJSAMP_420, 0);
                add_exif(&jpeg, big != 0, 0x0112, 3, 1, orientation);
                load_bytes(f, &jpeg, true);
                assert_int_equal(f->frame.width, orientation < 5 ? width : height);
                assert_int_equal(f->frame.height, orientation < 5 ? height : width);
                expect_quadrants(&f->frame, seen[orientation]);
                /* The padding of an odd size is filled. */
                int last = f->frame.width - 1 + f->frame.width % 2;
                expect_pixel(&f->frame, last, 4, quadrants[seen[orientation][1]], 24);

                load_bytes(f, &jpeg, false);
                assert_int_equal(f->frame.width, width);
                expect_quadrants(&f->frame, as_stored);
                free(jpeg.data);
            }
        }
    }
}

static void an_orientation_that_makes_no_sense_turns_nothing(void **state)
{
    fixture *f = *state;
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
        bytes jpeg = make_jpeg(96, 64, TJSAMP_420, 0);
        add_exif(&jpeg, false, table[i].tag, table[i].type, table[i].count, table[i].value);
        load_bytes(f, &jpeg, true);
        assert_int_equal(f->frame.width, 96);
        expect_quadrants(&f->frame, as_stored);
        free(jpeg.data);
    }
}

static void a_stream_may_have_stray_bytes_before_a_marker_and_a_file_may_not(void **state)
{
    fixture *f = *state;
    static const int subsamplings[] = {TJSAMP_420, TJSAMP_422};
    static const uint8_t stray[40] = {1};
    for (size_t i = 0; i < 2; i++) {
        bytes jpeg = make_jpeg(64, 48, subsamplings[i], 0);
        replace_bytes(&jpeg, jpeg.size - 2, 0, stray, sizeof(stray));
        assert_int_equal(decode(f, &jpeg), -EBADMSG);
        assert_non_null(strstr(f->error.text, "extraneous bytes before marker 0xd9"));
        assert_int_equal(
            fg_decoder_decode_stream(f->decoder, jpeg.data, jpeg.size, &f->frame, &f->error), 0);
        expect_quadrants(&f->frame, as_stored);
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
    fixture *f = *state;
    uint8_t zeroes[4096] = {0};
    bytes jpeg = make_jpeg(64, 48, TJSAMP_420, 0);
    replace_bytes(&jpeg, jpeg.size, 0, zeroes, sizeof(zeroes));
    expect_decodes(f, &jpeg);
    expect_quadrants(&f->frame, as_stored);
    free(jpeg.data);
}

static void decodes_of_one_size_reuse_the_memory_and_leave_the_times(void **state)
{
    fixture *f = *state;
    const uint8_t *memory = NULL;
    for (int i = 0; i < 3; i++) {
        bytes jpeg = make_jpeg(64, 48, TJSAMP_422, 0);
        f->frame.monotonic = 5;
        f->frame.sequence = 6;
        expect_decodes(f, &jpeg);
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
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(every_subsampling_and_size_decodes_to_the_same_colours),
        TEST(grey_has_neutral_chroma_and_filled_padding),
        TEST(one_pixel_is_a_picture),
        TEST(a_subsampling_without_a_name_decodes),
        TEST(a_jpeg_stored_as_rgb_keeps_its_colours),
        TEST(bad_files_are_refused_with_what_is_wrong_and_what_to_do),
        TEST(passes_below_the_limit_decode),
        TEST(no_beginning_of_a_file_passes_for_the_whole),
        TEST(what_cannot_be_read_is_named),
        TEST(an_unreadable_file_is_named),
        TEST(pictures_are_turned_as_their_exif_orientation_says),
        TEST(an_orientation_that_makes_no_sense_turns_nothing),
        TEST(a_stream_may_have_stray_bytes_before_a_marker_and_a_file_may_not),
        TEST(zero_bytes_after_the_picture_do_no_harm),
        TEST(decodes_of_one_size_reuse_the_memory_and_leave_the_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
