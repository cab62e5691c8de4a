/* Files of numpy, JSON and packed ones that are broken, spelled out here. Whole ones are in
 * test_layouts.c. */
#include "import/file_value.h"
#include "import/numpy.h"
#include "testing.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CORPUS FG_SOURCE_DIR "/tests/fuzz/corpus/import/"
#define NPY    "\x93NUMPY\x01\x00"
#define TEXT(text)                                                                                 \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }

/* Exactly as many bytes as there are, so that a sanitizer sees a read past the end. */
static int read_copy(const void *data, size_t size, fg_value_memory *memory, fg_value *ret_value,
                     fg_error *error)
{
    unsigned char *copy = malloc(size + (size == 0));
    assert_non_null(copy);
    memcpy(copy, data, size);
    int result = fg_file_value(memory, copy, size, ret_value, error);
    free(copy);
    return result;
}

static void assert_refused(const char *what, const void *data, size_t size, int code,
                           const char *message)
{
    fg_value_memory memory = {0};
    fg_value value = {.kind = FG_VALUE_UNSET};
    fg_error error = {""};
    int result = read_copy(data, size, &memory, &value, &error);
    if (result != code || strcmp(error.text, message) != 0) {
        fail_msg("%s: %d \"%s\", not %d \"%s\"", what, result, error.text, code, message);
    }
    fg_value_release(&memory);
}

static void what_is_wrong_with_a_file_is_said(void **state)
{
    (void)state;
    static const struct {
        struct {
            const char *bytes;
            size_t size;
        } data;
        int code;
        const char *message;
    } cases[] = {
        {TEXT("\x93NUMPY"), -EINVAL, "its header is not numpy's: it was cut off"},
        {TEXT(NPY "\xff\x00{"), -EINVAL, "its header is not numpy's: it was cut off"},
        {TEXT(NPY "\x02\x00[]"), -EINVAL, "its header is not numpy's: it is no dict"},
        {TEXT(NPY "\x02\x00{}"), -EINVAL, "its header is not numpy's: a key is missing"},
        {TEXT(NPY "\x0b\x00{'shape':()"), -EINVAL,
         "its header is not numpy's: a key is unknown or appears twice"},
        {TEXT(NPY "\x18\x00{'shape':(),'shape':(),}"), -EINVAL,
         "its header is not numpy's: a key is unknown or appears twice"},
        {TEXT(NPY "\x12\x00{'shape':(1,2,3,4,5)}"), -EINVAL, "its header is not numpy's: 'shape':"},
        {TEXT(NPY "\x19\x00{'shape':(99999999999999)}"), -EINVAL,
         "its header is not numpy's: 'shape':"},
        {TEXT(NPY "\x0d\x00{'descr':'<f8"), -EINVAL, "its header is not numpy's: 'descr':"},
        {TEXT(NPY "\x10\x00{'descr':'<fx',}"), -EINVAL, "its header is not numpy's: 'descr':"},
        {TEXT(NPY "\x16\x00{'fortran_order':No,}  "), -EINVAL,
         "its header is not numpy's: 'fortran_order':"},
        {TEXT(NPY "\x35\x00{'descr':'<f8','fortran_order':False,'shape':(2,128)}"
                  "abc"),
         -EINVAL, "an array's size is not in numpy's format"},
        {TEXT(NPY "\x3a\x00{'descr':'|O','fortran_order':False,'shape':(2,128,),}    "
                  "cos\nsystem\n."),
         -EPERM,
         "refers to os.system, which no encodings file needs and which could run a program: it was "
         "not run; do not load this file in Python unless you trust whoever made it"},
        {TEXT("PK\x03\x04"), -EINVAL, "is a damaged archive: it was cut off"},
        {TEXT("PK\x03\x04PK\x05\x06\0\0\0\0\1\0\1\0\0\0\0\0\0\0\0\0\0\0"), -EINVAL,
         "is a damaged archive: its directory is not whole"},
        {TEXT("PK\x03\x04PK\x05\x06\0\0\0\0\1\0\1\0\1\0\0\0\xff\0\0\0\0\0"), -EINVAL,
         "is a damaged archive: its directory is not where it should be"},
        {TEXT("PK\x03\x04PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), -EINVAL,
         "is a zip archive without arrays of numpy in it"},
        {TEXT("[1, 2"), -EINVAL, "line 1: expected \",\" or \"]\", found the end of the file"},
        {TEXT("{\"a\": 1}\n}"), -EINVAL, "line 2: expected the end of the file, found \"}\""},
        {TEXT("[truth]"), -EINVAL, "line 1: expected a number, found \"t\""},
        {TEXT("[nul]"), -EINVAL, "line 1: expected a number, found \"n\""},
        {TEXT("{\"a\" 1}"), -EINVAL, "line 1: expected \":\", found a number"},
        {TEXT("[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]"), -EINVAL, "line 1: nested more than 16 deep"},
        {TEXT("\x1f\x8b\x08"), -EINVAL, "is packed, and damaged: it cannot be unpacked"},
        {TEXT("\x78\x9c\x01\x02"), -EINVAL, "is packed, and damaged: it cannot be unpacked"},
        {TEXT("BZh9"), -ENOTSUP,
         "is compressed with bzip2: unpack it with bunzip2, and import what that gives"},
        {TEXT("\x89HDF\r\n"), -EINVAL, "is an HDF5 file, which is not read"},
        {TEXT("version https://git-lfs.github.com/spec/v1\n"), -ENOTSUP,
         "is a pointer of Git LFS, not the file itself: get that with \"git lfs pull\""},
        {TEXT("\xff\xd8\xff\xe0"), -ENOTSUP, "is a picture: use \"facegate enroll\""},
        {TEXT(""), -EINVAL, "is empty"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char what[32];
        snprintf(what, sizeof(what), "case %zu", i);
        assert_refused(what, cases[i].data.bytes, cases[i].data.size, cases[i].code,
                       cases[i].message);
    }
}

static void words_and_numbers_of_json_are_values(void **state)
{
    (void)state;
    static const char text[] = "[null, true, false, NaN, -Infinity, 7, -7.0, 1e3, \"x\\n\"]";
    static const fg_value_kind kinds[] = {FG_VALUE_NONE,   FG_VALUE_BOOL,   FG_VALUE_BOOL,
                                          FG_VALUE_NUMBER, FG_VALUE_NUMBER, FG_VALUE_INTEGER,
                                          FG_VALUE_NUMBER, FG_VALUE_NUMBER, FG_VALUE_TEXT};
    fg_value_memory memory = {0};
    fg_value value;
    fg_error error = {""};
    assert_int_equal(read_copy(text, strlen(text), &memory, &value, &error), 0);
    assert_int_equal(value.kind, FG_VALUE_LIST);
    assert_int_equal(value.list->count, sizeof(kinds) / sizeof(kinds[0]));
    for (size_t i = 0; i < value.list->count; i++) {
        assert_int_equal(value.list->items[i].kind, kinds[i]);
    }
    assert_int_equal(value.list->items[1].integer, 1);
    assert_int_equal(value.list->items[5].integer, 7);
    assert_true(value.list->items[6].number < -6.5);
    assert_true(fg_value_is_text(value.list->items[8], "x\n"));
    fg_value_release(&memory);
}

/* Every file cut off anywhere, and every bit of its beginning and end turned. */
static void a_damaged_file_is_refused_or_read_and_harms_nothing(void **state)
{
    (void)state;
    static const char *const names[] = {
        "two-keys-packed.npz", "names.npz", "names.npy",
        "two-keys.joblib",     "ada.dat",   "two-keys-packed.pickle.gz"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char path[512];
        size_t size = 0;
        snprintf(path, sizeof(path), CORPUS "%s", names[i]);
        char *data = fg_testing_read(path, &size);
        for (size_t at = 0; at < size; at += at < 300 || at + 300 > size ? 1 : 41) {
            fg_value_memory memory = {0};
            fg_value value;
            fg_error error = {""};
            data[at] = (char)(data[at] ^ (1 << at % 8));
            int result = read_copy(data, size, &memory, &value, &error);
            assert_true(result == 0 || error.text[0] != '\0');
            data[at] = (char)(data[at] ^ (1 << at % 8));
            fg_value_release(&memory);
            memory = (fg_value_memory){0};
            assert_true(read_copy(data, at, &memory, &value, &error) < 0);
            fg_value_release(&memory);
        }
        free(data);
    }
}

/* 300 MiB of zeroes, which are 300 KiB when packed. */
static void what_is_too_large_when_it_is_unpacked_is_refused(void **state)
{
    (void)state;
    char *folder = fg_testing_folder();
    char *path = fg_testing_path(folder, "bomb.gz");
    const char *const argv[] = {"/bin/sh", "-c", "head -c 300M /dev/zero | gzip > \"$0\"", path,
                                NULL};
    char *output = NULL;
    size_t size = 0;
    assert_int_equal(fg_process_run(folder, argv, NULL, FG_TESTING_PATIENCE, &output), 0);
    free(output);
    char *data = fg_testing_read(path, &size);
    assert_refused("bomb.gz", data, size, -EFBIG, "is more than 256 MiB when it is unpacked");
    free(data);
    free(path);
    fg_testing_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wrong_with_a_file_is_said),
        cmocka_unit_test(words_and_numbers_of_json_are_values),
        cmocka_unit_test(a_damaged_file_is_refused_or_read_and_harms_nothing),
        cmocka_unit_test(what_is_too_large_when_it_is_unpacked_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
