#include "store/pictures.h"
#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>
#include <unistd.h>

#include <cmocka.h>

static char *folder;
static int data;
static fg_pictures *pictures;

static int set_up(void **state)
{
    (void)state;
    fg_error error = {""};
    folder = fg_testing_folder();
    data = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(data >= 0);
    assert_int_equal(fg_pictures_open(data, &pictures, &error), 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fg_pictures_free(pictures);
    close(data);
    fg_testing_remove(folder);
    return 0;
}

/* What is said of these bytes; NULL where they are a picture. */
static const char *fault_of(const void *bytes, size_t size, fg_error *error)
{
    fg_draft draft = {.fd = -1};
    assert_int_equal(fg_draft_begin(pictures, &draft, error), 0);
    assert_int_equal(fg_draft_write(&draft, bytes, size, error), 0);
    int result = fg_draft_check(&draft, error);
    fg_draft_drop(pictures, &draft);
    assert_true(result == 0 || result == -EINVAL);
    return result == 0 ? NULL : error->text;
}

static void a_jpeg_is_distinguished_from_what_is_none(void **state)
{
    (void)state;
    fg_error error;
    size_t size = 0;
    uint8_t *jpeg = fg_testing_jpeg(64, 48, 1, &size);
    assert_null(fault_of(jpeg, size, &error));
    assert_string_equal(fault_of(jpeg, 0, &error), "image is empty");
    assert_string_equal(fault_of(jpeg, 3, &error), "image is an incomplete JPEG");
    assert_string_equal(fault_of(jpeg, size - 1, &error),
                        "image is an incomplete JPEG: its end is missing");
    assert_string_equal(fault_of("GIF89a\1\0\1\0\0\0\0;", 14, &error), "image is not a JPEG");
    assert_string_equal(fault_of("\xFF\xD8\xFF\xD9", 4, &error),
                        "image is a JPEG that cannot be decoded");
    assert_string_equal(fault_of("\xFF\xD8\xFF\xE0\0\0\xFF\xD9", 8, &error),
                        "image is a JPEG that cannot be decoded");
    free(jpeg);
}

/* The sides stand in the frame header, big-endian after its marker, length and precision. */
static void a_side_has_its_limit(void **state)
{
    (void)state;
    fg_error error;
    size_t size = 0, at = 0;
    uint8_t *jpeg = fg_testing_jpeg(64, 48, 1, &size);
    while (jpeg[at] != 0xFF || jpeg[at + 1] != 0xC0) {
        at++;
    }
    jpeg[at + 5] = 0x20;
    jpeg[at + 6] = 0x00;
    assert_null(fault_of(jpeg, size, &error));
    jpeg[at + 6] = 0x01;
    assert_string_equal(fault_of(jpeg, size, &error),
                        "image has 64 x 8193 pixels: a side has 1 to 8192");
    free(jpeg);
}

static void cmyk_is_refused(void **state)
{
    (void)state;
    fg_error error;
    unsigned char pixels[16 * 16 * 4] = {0};
    unsigned char *jpeg = NULL;
    unsigned long size = 0;
    tjhandle compressor = tjInitCompress();
    assert_int_equal(
        tjCompress2(compressor, pixels, 16, 0, 16, TJPF_CMYK, &jpeg, &size, TJSAMP_444, 90, 0), 0);
    assert_string_equal(fault_of(jpeg, size, &error), "image is a CMYK JPEG: send grey or YCbCr");
    tjFree(jpeg);
    tjDestroy(compressor);
}

static void only_generated_names_are_names(void **state)
{
    (void)state;
    static const char good[] = "20261122-145501-0123456789abcdef.jpg";
    static const char *const bad[] = {"",
                                      ".",
                                      "..",
                                      "lock",
                                      "../entries.db",
                                      "20261122-145501-0123456789abcdef.jp",
                                      "20261122-145501-0123456789abcdef.jpgx",
                                      "20261122-145501-0123456789ABCDEF.jpg",
                                      "2026112/-145501-0123456789abcdef.jpg",
                                      "20261122-145501-0123456789abcde/.jpg",
                                      "20261122-145501-../../../../../x.jpg"};
    int64_t size;
    assert_true(fg_picture_is_name(good));
    assert_int_equal(fg_picture_open(pictures, good, &size), -ENOENT);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(fg_picture_is_name(bad[i]));
        assert_int_equal(fg_picture_open(pictures, bad[i], &size), -ENOENT);
    }
}

/* Knows the one named by the context. */
static int is_known(void *context, const char *name)
{
    return strcmp(context, name) == 0;
}

static void a_sweep_leaves_what_is_known_and_what_is_not_ours(void **state)
{
    (void)state;
    fg_error error;
    fg_draft drafts[3];
    int64_t removed = 0, size = 0;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(fg_draft_begin(pictures, &drafts[i], &error), 0);
        assert_int_equal(fg_draft_write(&drafts[i], "picture", 7, &error), 0);
        assert_int_equal(fg_draft_keep(pictures, &drafts[i], &error), 0);
    }
    assert_int_equal(fg_pictures_sync(pictures, &error), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(fg_draft_sync(&drafts[i], &error), 0);
    }
    char *foreign = fg_testing_path(folder, "static/img/README");
    fg_testing_write(foreign, "x", 1);
    assert_int_equal(fg_pictures_sweep(pictures, is_known, drafts[1].name, &removed, &error), 0);
    assert_int_equal(removed, 2);
    assert_int_equal(fg_picture_open(pictures, drafts[0].name, &size), -ENOENT);
    int fd = fg_picture_open(pictures, drafts[1].name, &size);
    assert_true(fd >= 0);
    assert_int_equal(size, 7);
    close(fd);
    assert_int_equal(access(foreign, F_OK), 0);
    free(foreign);
}

static void a_start_empties_the_drafts(void **state)
{
    (void)state;
    fg_error error;
    fg_draft draft;
    fg_pictures *again = NULL;
    assert_int_equal(fg_draft_begin(pictures, &draft, &error), 0);
    assert_int_equal(fg_draft_write(&draft, "half", 4, &error), 0);
    assert_int_equal(fg_pictures_open(data, &again, &error), 0);
    char *tmp = fg_testing_path(folder, "tmp");
    assert_int_equal(rmdir(tmp), 0);
    free(tmp);
    fg_pictures_free(again);
    fg_draft_drop(pictures, &draft);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_jpeg_is_distinguished_from_what_is_none, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_side_has_its_limit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cmyk_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_generated_names_are_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_sweep_leaves_what_is_known_and_what_is_not_ours, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_start_empties_the_drafts, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("backend_pictures", tests, NULL, NULL);
}
