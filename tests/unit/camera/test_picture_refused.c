/* Files that are no picture, or none of ours: each is refused with what is wrong and what to do. */
#include "darkroom.h"
#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <turbojpeg.h>
#include <unistd.h>

#include <cmocka.h>

static darkroom_jpeg file_truncated(void)
{
    darkroom_jpeg jpeg = darkroom_quadrants(640, 480, TJSAMP_420, 0);
    jpeg.size /= 2;
    return jpeg;
}

static darkroom_jpeg file_truncated_444(void)
{
    darkroom_jpeg jpeg = darkroom_quadrants(640, 480, TJSAMP_444, 0);
    jpeg.size /= 2;
    return jpeg;
}

static darkroom_jpeg file_empty(void)
{
    return darkroom_copy("", 0);
}

static darkroom_jpeg file_text(void)
{
    return darkroom_copy("Not a picture at all.\n", 22);
}

static darkroom_jpeg file_huge(void)
{
    darkroom_jpeg jpeg = darkroom_quadrants(64, 64, TJSAMP_420, 0);
    darkroom_set_size(&jpeg, 20000, 20000);
    return jpeg;
}

static darkroom_jpeg file_wide(void)
{
    darkroom_jpeg jpeg = darkroom_quadrants(64, 64, TJSAMP_444, 0);
    darkroom_set_size(&jpeg, 8193, 1);
    return jpeg;
}

static darkroom_jpeg file_cmyk(void)
{
    uint8_t pixels[64 * 64 * 4] = {0};
    return darkroom_compress(pixels, 64, 64, TJPF_CMYK, TJSAMP_444, 0);
}

static darkroom_jpeg file_only_start(void)
{
    return darkroom_copy("\xff\xd8\xff", 3);
}

static darkroom_jpeg file_tables_only(void)
{
    return darkroom_copy("\xff\xd8\xff\xd9", 4);
}

/*
 * A progressive picture whose first pass comes `passes` times over: each is valid, and each costs
 * all of the picture.
 */
static darkroom_jpeg repeat_passes(size_t passes)
{
    static const uint8_t end[] = {0xff, 0xd9};
    uint8_t grey[64 * 64];
    for (size_t i = 0; i < sizeof(grey); i++) {
        grey[i] = (uint8_t)(i * 7);
    }
    darkroom_jpeg whole =
        darkroom_compress(grey, 64, 64, TJPF_GRAY, TJSAMP_GRAY, TJFLAG_PROGRESSIVE);
    size_t start = darkroom_marker(&whole, 0xda);
    size_t next = start + 2;
    while (whole.data[next] != 0xff || whole.data[next + 1] == 0) {
        next++;
    }
    whole.data[start + 9] = 0; /* full precision at once, so that it may be said again */
    darkroom_jpeg bomb = darkroom_copy(whole.data, start);
    for (size_t i = 0; i < passes; i++) {
        darkroom_replace(&bomb, bomb.size, 0, whole.data + start, next - start);
    }
    darkroom_replace(&bomb, bomb.size, 0, end, sizeof(end));
    free(whole.data);
    return bomb;
}

static darkroom_jpeg file_scan_bomb(void)
{
    return repeat_passes(600);
}

/* Its tables are a comment now: the picture before has some that would do. */
static darkroom_jpeg file_without_tables(void)
{
    darkroom_jpeg jpeg = darkroom_quadrants(64, 64, TJSAMP_420, 0);
    jpeg.data[darkroom_marker(&jpeg, 0xdb) + 1] = 0xfe;
    jpeg.data[darkroom_marker(&jpeg, 0xdb) + 1] = 0xfe;
    return jpeg;
}

static void bad_files_are_refused_with_what_is_wrong_and_what_to_do(void **state)
{
    darkroom *f = *state;
    static const struct {
        darkroom_jpeg (*make)(void);
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
         "has 20000x20000 pixels, more than the 8192 a side allowed: scale it down"},
        {file_wide, -EFBIG, "has 8193x1 pixels, more than the 8192 a side allowed: scale it down"},
        {file_cmyk, -ENOTSUP, "has CMYK colours: convert it to an RGB JPEG"},
        {file_only_start, -EBADMSG, "holds no picture: take or save the picture again"},
        {file_tables_only, -EBADMSG, "holds no picture: take or save the picture again"},
        {file_without_tables, -EBADMSG,
         "does not decode (Quantization table 0x00 was not defined): take or save the picture "
         "again"},
        {file_scan_bomb, -EBADMSG,
         "does not decode (Progressive JPEG image has more than 500 scans): take or save the "
         "picture again"},
    };
    char *path = fg_testing_path(f->folder, "bad.jpg");
    darkroom_jpeg good = darkroom_quadrants(64, 64, TJSAMP_420, 0);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char expected[FG_ERROR_TEXT];
        darkroom_jpeg jpeg = table[i].make();
        fg_testing_write(path, jpeg.data, jpeg.size);
        snprintf(expected, sizeof(expected), "%s: %s", path, table[i].text);
        assert_int_equal(fg_picture_load(f->decoder, path, true, &f->frame, &f->error),
                         table[i].code);
        assert_string_equal(f->error.text, expected);
        free(jpeg.data);
        /* The decoder is as good as new. */
        darkroom_expect_decodes(f, &good);
        darkroom_expect_quadrants(&f->frame, darkroom_as_stored);
    }
    free(good.data);
    free(path);
}

static void passes_below_the_limit_decode(void **state)
{
    darkroom *f = *state;
    darkroom_jpeg jpeg = repeat_passes(20);
    darkroom_expect_decodes(f, &jpeg);
    free(jpeg.data);
}

static void no_beginning_of_a_file_passes_for_the_whole(void **state)
{
    darkroom *f = *state;
    static const int kinds[][2] = {
        {TJSAMP_420, 0}, {TJSAMP_444, 0}, {TJSAMP_420, TJFLAG_PROGRESSIVE}, {TJSAMP_GRAY, 0}};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        darkroom_jpeg jpeg = darkroom_quadrants(40, 24, kinds[i][0], kinds[i][1]);
        /* The last bytes may be filling and the end marker, which are no pixels. */
        for (size_t size = 0; size < jpeg.size - 4; size++) {
            /* A copy of just that size, so that a sanitizer sees a read past it. */
            darkroom_jpeg part = darkroom_copy(jpeg.data, size);
            part.data = realloc(part.data, size > 0 ? size : 1);
            assert_non_null(part.data);
            assert_int_equal(darkroom_decode(f, &part), -EBADMSG);
            free(part.data);
            if (size % 16 == 0) {
                /* What failed before must not stand in the way of what comes after. */
                darkroom_expect_decodes(f, &jpeg);
            }
        }
        free(jpeg.data);
    }
}

static void what_cannot_be_read_is_named(void **state)
{
    darkroom *f = *state;
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
    darkroom *f = *state;
    char expected[FG_ERROR_TEXT];
    char *path = fg_testing_path(f->folder, "secret.jpg");
    darkroom_jpeg jpeg = darkroom_quadrants(16, 16, TJSAMP_420, 0);
    fg_testing_write(path, jpeg.data, jpeg.size);
    assert_int_equal(chmod(path, 0), 0);
    assert_int_equal(chmod(f->folder, 0755), 0);
    /* Root reads everything: be nobody briefly. */
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DARKROOM(bad_files_are_refused_with_what_is_wrong_and_what_to_do),
        WITH_DARKROOM(passes_below_the_limit_decode),
        WITH_DARKROOM(no_beginning_of_a_file_passes_for_the_whole),
        WITH_DARKROOM(what_cannot_be_read_is_named),
        WITH_DARKROOM(an_unreadable_file_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
