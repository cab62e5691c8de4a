/* Pickles by real Python, in tests/fuzz/corpus/pickle (see tests/fuzz/make_pickles.py), and broken
 * ones spelled out here. */
#include "facegate/gallery/import.h"
#include "gallery_store.h"
#include "testing.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define CORPUS FG_SOURCE_DIR "/tests/fuzz/corpus/pickle"
#define ZOE    "Zo\u00eb \u2603 \U0001d51b"

/* The number that make_pickles.py put there, as float32. */
static float number_of(int encoding, int index)
{
    return (float)(0.4 * ((encoding * 37 + index * 11) % 1009 / 1009.0 - 0.5));
}

static void assert_encoding(const fg_gallery *people, int index, int encoding)
{
    float expected[FG_ENCODING_SIZE];
    for (int i = 0; i < FG_ENCODING_SIZE; i++) {
        expected[i] = number_of(encoding, i);
    }
    assert_memory_equal(people->encodings + (size_t)index * FG_ENCODING_SIZE, expected,
                        sizeof(expected));
}

/* Reads one file of these bytes as a call of the command would. */
static int read_path(const char *path, fg_gallery **ret_people, fg_error *error)
{
    static const fg_import_options strict = {.strict = true};
    fg_import_file file = {.path = path};
    fg_gallery *people = NULL;
    assert_int_equal(fg_import_read(&file, 1, &strict, &people, NULL), 0);
    int result = file.result;
    *error = file.error;
    if (result == 0) {
        *ret_people = people;
    } else {
        assert_int_equal(fg_gallery_people(people), 0);
        fg_gallery_free(people);
    }
    fg_import_file_clear(&file);
    return result;
}

/* The same of bytes; the text comes without the path. */
static int read_bytes(const void *data, size_t size, fg_gallery **ret_people, fg_error *error)
{
    char *folder = fg_testing_folder();
    char *path = fg_testing_path(folder, "people.pickle");
    fg_testing_write(path, data, size);
    int result = read_path(path, ret_people, error);
    if (result != 0) {
        size_t prefix = strlen(path) + strlen(": ");
        assert_memory_equal(error->text, path, strlen(path));
        memmove(error->text, error->text + prefix, strlen(error->text + prefix) + 1);
    }
    free(path);
    fg_testing_remove(folder);
    return result;
}

static void assert_corpus_file(const char *name)
{
    char path[512];
    fg_gallery *people = NULL;
    fg_error error = {""};
    snprintf(path, sizeof(path), CORPUS "/%s", name);
    if (read_path(path, &people, &error) != 0) {
        fail_msg("%s", error.text);
        return;
    }
    assert_int_equal(fg_gallery_people(people), 2);
    assert_string_equal(fg_gallery_name(people, 0), "Ada");
    assert_string_equal(fg_gallery_name(people, 1), ZOE);
    assert_int_equal(fg_gallery_person_encodings(people, 0), 2);
    assert_int_equal(fg_gallery_person_encodings(people, 1), 1);
    assert_encoding(people, 0, 0);
    assert_encoding(people, 1, 1);
    assert_encoding(people, 2, strstr(name, "repeated") != NULL ? 0 : 2);
    fg_gallery_free(people);
}

static void what_python_wrote_comes_over_to_the_last_bit(void **state)
{
    (void)state;
    int files = 0;
    DIR *folder = opendir(CORPUS);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        bool is_pickle = strstr(entry->d_name, ".pickle") != NULL;
        if (is_pickle && strstr(entry->d_name, "system") == NULL) {
            assert_corpus_file(entry->d_name);
            files++;
        }
    }
    closedir(folder);
    assert_int_equal(files, 46);
}

static void what_would_be_run_is_refused_by_name(void **state)
{
    (void)state;
    char *folder = fg_testing_folder();
    assert_int_equal(chdir(folder), 0);
    for (int protocol = 0; protocol <= 4; protocol += 2) {
        char path[512];
        char expected[1024];
        fg_gallery *people = NULL;
        fg_error error = {""};
        snprintf(path, sizeof(path), CORPUS "/numpy1-system-%d.pickle", protocol);
        snprintf(expected, sizeof(expected),
                 "%s: refers to posix.system, which no encodings file needs and which could run a "
                 "program: it was not run; do not load this file in Python unless you trust "
                 "whoever made it",
                 path);
        assert_int_equal(read_path(path, &people, &error), -EPERM);
        assert_string_equal(error.text, expected);
        assert_null(people);
    }
    assert_int_equal(access("facegate-was-here", F_OK), -1);
    assert_int_equal(chdir("/"), 0);
    fg_testing_remove(folder);
}

/* A pickle in the making. */
typedef struct text {
    char *data;
    size_t size;
    FILE *file;
} text;

static void begin(text *out)
{
    *out = (text){NULL, 0, NULL};
    out->file = open_memstream(&out->data, &out->size);
    assert_non_null(out->file);
}

static void repeat(text *out, const char *what, int times)
{
    for (int i = 0; i < times; i++) {
        fputs(what, out->file);
    }
}

static int read_text(text *out, fg_gallery **ret_people, fg_error *error)
{
    fclose(out->file);
    int result = read_bytes(out->data, out->size, ret_people, error);
    free(out->data);
    return result;
}

/* A pickle with "@" for a list of 128 numbers and "#" for a zero byte. */
static void write_case(text *out, const char *form)
{
    for (; *form != '\0'; form++) {
        if (*form == '@') {
            fputc('(', out->file);
            repeat(out, "F0.125\n", FG_ENCODING_SIZE);
            fputc('l', out->file);
        } else if (*form == '#') {
            fputc('\0', out->file);
        } else {
            fputc(*form, out->file);
        }
    }
}

#define ENCODINGS "(dVencodings\n"
#define NAMES     "sVnames\n"

static const struct {
    const char *pickle;
    int code;
    const char *message;
} bad[] = {
    {"", -EINVAL, "is empty"},
    {"Hello", -EINVAL, "is not a pickle: it begins with the byte 0x48"},
    {"\x80\x06N.", -EINVAL, "protocol 6 is unknown: it must be 0 to 5"},
    {"N.", -EINVAL, "holds None, and no encodings with names in it"},
    {"N.N.", -EINVAL, "goes on after its end at byte 2: save one pickle in a file"},
    {"N", -EINVAL, "ends without its end mark: it was cut off; copy it again"},
    {"(d.", -EINVAL, "holds a dict of 0, and no encodings with names in it"},
    {ENCODINGS "(ls.", -EINVAL, "holds a dict of 1, and no encodings with names in it"},
    {ENCODINGS "N" NAMES "(ls.", -EINVAL, "what should be its encodings is None"},
    {ENCODINGS "(@l" NAMES "(ls.", -EINVAL, "has 1 encodings and 0 names: each encoding needs one"},
    {ENCODINGS "(@(F1\nlVx\nl" NAMES "(VAda\nVAda\nVAda\nls.", -EINVAL,
     "encoding 2, of \"Ada\": has 1 numbers, not 128"},
    {ENCODINGS "(Vx\nl" NAMES "(VAda\nls.", -EINVAL,
     "encoding 1, of \"Ada\": is a text, not an array or a list of 128 numbers"},
    {ENCODINGS "(@l" NAMES "(Nls.", -EINVAL, "name 1 is None, not a text"},
    {ENCODINGS "(@l" NAMES "(V\nls.", -EINVAL,
     "name 1 \"\" cannot be used: change it in the script that creates the file: the name is "
     "empty"},
    {ENCODINGS "(@l" NAMES "(VA\\u000ada\nls.", -EINVAL,
     "name 1 \"A?da\" cannot be used: change it in the script that creates the file: the name "
     "has a control character (U+000A)"},
    {ENCODINGS "(@l" NAMES "(VA#da\nls.", -EINVAL,
     "name 1 \"A?da\" cannot be used: change it in the script that creates the file: the name "
     "has a control character (U+0000)"},
    {ENCODINGS "(@l" NAMES "(V\\ud800\nls.", -EINVAL,
     "name 1 \"???\" cannot be used: change it in the script that creates the file: the name is "
     "not valid UTF-8"},
    {"cos\nsystem\n(Vtouch x\ntR.", -EPERM,
     "refers to os.system, which no encodings file needs and which could run a program: it was not "
     "run; do not load this file in Python unless you trust whoever made it"},
    {"\x80\x04\x8c\x08"
     "builtins\x8c\x04"
     "eval\x93.",
     -EPERM,
     "refers to builtins.eval, which no encodings file needs and which could run a program: it was "
     "not run; do not load this file in Python unless you trust whoever made it"},
    {"(ios\nsystem\n.", -EPERM,
     "refers to os.system, which no encodings file needs and which could run a program: it was not "
     "run; do not load this file in Python unless you trust whoever made it"},
    {"(dP1\n.", -EINVAL,
     "holds a reference to outside of the file, and no encodings with names in it"},
    {"cnumpy\ndtype\n)\x81.", -EINVAL, "byte 14: a dtype is not in numpy's format"},
    {"NX\xff\xff\xff\x7f"
     "abc.",
     -EINVAL,
     "byte 1: 2147483647 more bytes are announced, the file has 4: it was cut off or is damaged"},
    {"N\x8d\xff\xff\xff\xff\xff\xff\xff\xff"
     "abc.",
     -EINVAL,
     "byte 1: 18446744073709551615 more bytes are announced, the file has 4: it was cut off or is "
     "damaged"},
    {"Nr\xff\xff\xff\xff.", -EINVAL, "byte 1: its memo numbers are too large: the file is damaged"},
    {"Nh\x07.", -EINVAL, "byte 1: it uses a memo number that was never set: the file is damaged"},
    {"Na.", -EINVAL, "byte 1: it uses a value that does not exist: the file is damaged"},
    {"NNa.", -EINVAL,
     "byte 2: it adds to something that is not a list or dict: the file is damaged"},
    {"Nt.", -EINVAL, "byte 1: it ends something that it never began: the file is damaged"},
    {"N(Nd.", -EINVAL, "byte 3: a key has no value: the file is damaged"},
    {"NF1.5x\n.", -EINVAL, "byte 1: a number is invalid: the file is damaged"},
    {"NI99999999999999999999\n.", -EINVAL,
     "byte 1: an integer is invalid or too large: the file is damaged"},
    {"N)R.", -EINVAL, "byte 2: it calls None with a tuple"},
    {"cnumpy\ndtype\n(Vf8\ntR(I3\nV<\ntbN.N", -EINVAL,
     "goes on after its end at byte 31: save one pickle in a file"},
    {"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntVb\ntR(I1\n(I1000000\ntcnumpy\n"
     "dtype\n(Vf8\ntRI00\nVabc\ntb.",
     -EINVAL, "byte 107: an array's size is not in numpy's format"},
    {"cnumpy.core.multiarray\nscalar\n(cnumpy\ndtype\n(Vi8\ntRVabcdefgh\ntR.", -EINVAL,
     "holds an integer, and no encodings with names in it"},
    {"ccollections\nOrderedDict\n)R.", -EINVAL,
     "holds a dict of 0, and no encodings with names in it"},
};

static void what_is_wrong_is_said(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        text out;
        fg_gallery *people = NULL;
        fg_error error = {""};
        begin(&out);
        write_case(&out, bad[i].pickle);
        int result = read_text(&out, &people, &error);
        if (result != bad[i].code || strcmp(error.text, bad[i].message) != 0 || people != NULL) {
            fail_msg("case %zu: %d \"%s\" and not %d \"%s\"", i, result, error.text, bad[i].code,
                     bad[i].message);
        }
    }
}

#define DTYPE(arguments)  "cnumpy\ndtype\n(" arguments "tR"
#define F8                DTYPE("Vf8\n")
#define SCALAR(arguments) "cnumpy.core.multiarray\nscalar\n(" arguments "tR."
#define BUFFER(arguments) "cnumpy.core.numeric\n_frombuffer\n(" arguments "tR."
#define FRESH             "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntVb\ntR"
#define EIGHT             "Vabcdefgh\n"

/* What is said, perhaps after "byte N: ". */
static const struct {
    const char *pickle, *message;
} calls[] = {
    {DTYPE(""), "a dtype is not in numpy's format"},
    {DTYPE("I8\n"), "a dtype is not in numpy's format"},
    {DTYPE("V<\n"), "a dtype is not in numpy's format"},
    {DTYPE("Vf0123456789\n"), "a dtype is not in numpy's format"},
    {DTYPE("Vf8x\n"), "a dtype is not in numpy's format"},
    {F8 "(I3\ntb.", "a dtype is not in numpy's format"},
    {F8 "(I3\nI1\ntb.", "a dtype is not in numpy's format"},
    {F8 "(I3\nV<<\ntb.", "a dtype is not in numpy's format"},
    {F8 "Nb.", "it fills a dtype with None"},
    {SCALAR(""), "a scalar is not in numpy's format"},
    {SCALAR("N" EIGHT), "a scalar is not in numpy's format"},
    {SCALAR(F8 "N"), "a scalar is not in numpy's format"},
    {SCALAR(F8 "Vabc\n"), "a scalar is not in numpy's format"},
    {SCALAR(DTYPE("VU1\n") "V\\u00ff\\u00ff\\u00ff\\u00ff\n"), "a scalar is not in numpy's format"},
    {SCALAR(DTYPE("VU2\n") EIGHT), "a text is damaged: U+64636261 is not a character"},
    {BUFFER(""), "an array is not in numpy's format"},
    {BUFFER("N" F8 "(I1\ntVC\n"), "an array is not in numpy's format"},
    {BUFFER(EIGHT "N(I1\ntVC\n"), "an array is not in numpy's format"},
    {BUFFER(EIGHT F8 "I1\nVC\n"), "an array is not in numpy's format"},
    {BUFFER(EIGHT F8 "(I1\ntVA\n"), "an array is not in numpy's format"},
    {BUFFER(EIGHT F8 "(tVC\n"),
     "holds an array of numpy type f8, and no encodings with names in it"},
    {BUFFER(EIGHT F8 "(I1\nI1\nI1\ntVC\n"),
     "holds an array of 1x1x1, numpy type f8, and no encodings with names in it"},
    {BUFFER(EIGHT F8 "(VI\ntVC\n"), "an array's shape is not in numpy's format"},
    {BUFFER(EIGHT F8 "(I-1\ntVC\n"), "an array's shape is not in numpy's format"},
    {BUFFER(EIGHT F8 "(I4294967296\ntVC\n"), "an array's shape is not in numpy's format"},
    {BUFFER(EIGHT F8 "(I4294967295\nI4294967295\ntVF\n"),
     "an array's size is not in numpy's format"},
    {BUFFER(EIGHT DTYPE("Vi8\n") "(I1\ntVC\n"),
     "has names without encodings: give the file that has the encodings in the same command"},
    {"cnumpy.core.multiarray\n_reconstruct\n)R.", "an array is not in numpy's format"},
    {"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\ndtype\n(I0\ntVb\ntR.",
     "holds numpy.dtype, and no encodings with names in it"},
    {FRESH "Nb.", "it fills an array with None"},
    {FRESH ")b.", "an array is not in numpy's format"},
    {FRESH "(I1\nI1\n" F8 "I00\n" EIGHT "tb.", "an array is not in numpy's format"},
    {FRESH "(I1\n(I1\ntNI00\n" EIGHT "tb.", "an array is not in numpy's format"},
    {FRESH "(I1\n(I1\nt" F8 "N" EIGHT "tb.", "an array is not in numpy's format"},
    {FRESH "(I1\n(I1\nt" F8 "I00\nNtb.", "an array is not in numpy's format"},
    {FRESH "(I1\n(I1\nt" DTYPE("Vb1\n") "I00\n" EIGHT "tb.",
     "holds an array of 1, numpy type b1, and no encodings with names in it"},
    {"c_codecs\nencode\n)R.", "bytes are not in Python's format"},
    {"c_codecs\nencode\n(I1\nVlatin1\ntR.", "bytes are not in Python's format"},
    {"c_codecs\nencode\n(Vx\nVutf-8\ntR.", "bytes are not in Python's format"},
    {"c_codecs\nencode\n(V\\u2603\nVlatin1\ntR.", "bytes are damaged: they are not Latin-1"},
    {"c__builtin__\nbytes\n(I1\ntR.", "holds __builtin__.bytes, and no encodings with names in it"},
    {"cnumpy\nndarray\n)R.", "holds numpy.ndarray, and no encodings with names in it"},
    {"c_dlib_pybind11\nvector\n)\x81(Vx\ntb.", "a vector is not in dlib's format"},
    {"c_dlib_pybind11\nvector\n)\x81(I1\ntb.", "a vector is not in dlib's format"},
    {"cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}b.", "an array is not in joblib's format"},
    {"NNb.", "it fills None with None"},
    {"b.", "it uses a value that does not exist: the file is damaged"},
    {"R.", "it uses a value that does not exist: the file is damaged"},
};

static void what_numpy_does_not_write_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        fg_gallery *people = NULL;
        fg_error error = {""};
        int result = read_bytes(calls[i].pickle, strlen(calls[i].pickle), &people, &error);
        const char *at = strncmp(error.text, "byte ", 5) == 0 ? strstr(error.text, ": ") : NULL;
        const char *said = at != NULL ? at + 2 : error.text;
        if ((result != -EINVAL && result != -ENODATA) || strcmp(said, calls[i].message) != 0) {
            fail_msg("case %zu: %d \"%s\" and not \"%s\"", i, result, error.text, calls[i].message);
        }
        assert_null(people);
    }
}

static void a_number_that_float32_cannot_hold_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *number, *message;
    } cases[] = {
        {"nan", "encoding 1, of \"Ada\": number 128 is not finite"},
        {"-inf", "encoding 1, of \"Ada\": number 128 is not finite"},
        {"1e999", "encoding 1, of \"Ada\": number 128 is not finite"},
        {"1e39", "encoding 1, of \"Ada\": number 128, 1e+39, does not fit float32"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        text out;
        fg_gallery *people = NULL;
        fg_error error = {""};
        begin(&out);
        fputs(ENCODINGS "((", out.file);
        repeat(&out, "F0.5\n", FG_ENCODING_SIZE - 1);
        fprintf(out.file, "F%s\nll" NAMES "(VAda\nls.", cases[i].number);
        assert_int_equal(read_text(&out, &people, &error), -EINVAL);
        assert_string_equal(error.text, cases[i].message);
        assert_null(people);
    }
}

/* Other networks make other lengths; whose it is helps to find where it came from. */
static void an_encoding_of_another_length_than_dlibs_is_refused(void **state)
{
    (void)state;
    text out;
    fg_gallery *people = NULL;
    fg_error error = {""};
    begin(&out);
    write_case(&out, ENCODINGS "(@(");
    repeat(&out, "F1\n", FG_ENCODING_SIZE);
    fputs("ll" NAMES "(VAda\nVBob\nls.", out.file);
    assert_int_equal(read_text(&out, &people, &error), -EINVAL);
    assert_string_equal(error.text, "encoding 2, of \"Bob\": length 11.31; dlib's encodings have "
                                    "1.18 to 1.63: made with another network?");
    assert_null(people);
}

/* Python 2 is nowhere to be had; this is what its pickle module wrote. */
static void texts_of_python_2_are_names(void **state)
{
    (void)state;
    text out;
    fg_gallery *people = NULL;
    fg_error error = {""};
    begin(&out);
    write_case(&out, "(dp1\nS'encodings'\np2\n(@@l"
                     "sS'names'\np4\n(S'Zo\\xc3\\xab'\np5\nU\x03"
                     "Adals.");
    if (read_text(&out, &people, &error) != 0) {
        fail_msg("%s", error.text);
        return;
    }
    assert_int_equal(fg_gallery_people(people), 2);
    assert_string_equal(fg_gallery_name(people, 0), "Zo\u00eb");
    assert_string_equal(fg_gallery_name(people, 1), "Ada");
    fg_gallery_free(people);
}

/* Lists of a hundred references to the list before, forty deep, and a list that holds itself. */
static void nested_repeats_cost_nothing(void **state)
{
    (void)state;
    text out;
    fg_gallery *people = NULL;
    fg_error error = {""};
    begin(&out);
    fputs(ENCODINGS "(lp0\n(g0\nla", out.file);
    for (int level = 1; level < 40; level++) {
        fputs("(", out.file);
        for (int i = 0; i < 100; i++) {
            fprintf(out.file, "g%d\n", level - 1);
        }
        fprintf(out.file, "lp%d\n", level);
    }
    repeat(&out, "a", 39);
    fputs(NAMES "(VAda\nVBob\nls.", out.file);
    assert_int_equal(read_text(&out, &people, &error), -EINVAL);
    assert_string_equal(error.text, "encoding 1, of \"Ada\": has 2 numbers, not 128");
}

static void depth_is_bounded_and_needs_no_stack(void **state)
{
    (void)state;
    text out;
    fg_gallery *people = NULL;
    fg_error error = {""};
    begin(&out);
    repeat(&out, "(", 65);
    assert_int_equal(read_text(&out, &people, &error), -EINVAL);
    assert_string_equal(error.text, "byte 64: nested more than 64 deep");

    begin(&out);
    repeat(&out, "]", 1000000);
    repeat(&out, "a", 999999);
    fputc('.', out.file);
    assert_int_equal(read_text(&out, &people, &error), -EINVAL);
    assert_string_equal(error.text, "holds a list of 1, and no encodings with names in it");

    begin(&out);
    repeat(&out, "]", 1048577);
    assert_int_equal(read_text(&out, &people, &error), -EINVAL);
    assert_string_equal(error.text, "byte 1048576: more than 1048576 values are unused at once");
}

/* A text of a mebibyte encoded again and again asks for a gibibyte. */
static void memory_is_bounded(void **state)
{
    (void)state;
    text out;
    fg_gallery *people = NULL;
    fg_error error = {""};
    begin(&out);
    fputs("V", out.file);
    repeat(&out, "0123456789abcdef", 65536);
    fputs("\np0\nVlatin1\np1\nc_codecs\nencode\np2\n", out.file);
    repeat(&out, "g2\n(g0\ng1\ntR", 1024);
    fputc('.', out.file);
    assert_int_equal(read_text(&out, &people, &error), -ENOMEM);
    assert_string_equal(error.text,
                        "needs more than 512 MiB of memory, or more than is free: split it");
}

static void more_encodings_than_a_gallery_should_have_are_refused(void **state)
{
    (void)state;
    text out;
    fg_gallery *people = NULL;
    fg_error error = {""};
    begin(&out);
    write_case(&out, ENCODINGS "(@p0\n");
    repeat(&out, "g0\n", FG_IMPORT_ENCODINGS);
    fputs("l" NAMES "(VAda\np1\n", out.file);
    repeat(&out, "g1\n", FG_IMPORT_ENCODINGS);
    fputs("ls.", out.file);
    assert_int_equal(read_text(&out, &people, &error), -EFBIG);
    assert_string_equal(error.text, "has more than the 200000 encodings allowed");
}

static void a_file_that_is_not_there_is_named(void **state)
{
    (void)state;
    fg_gallery *people = NULL;
    fg_error error = {""};
    assert_int_equal(read_path("/nowhere/encodings.pickle", &people, &error), -ENOENT);
    assert_string_equal(error.text, "/nowhere/encodings.pickle: No such file or directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_python_wrote_comes_over_to_the_last_bit),
        cmocka_unit_test(what_would_be_run_is_refused_by_name),
        cmocka_unit_test(what_is_wrong_is_said),
        cmocka_unit_test(what_numpy_does_not_write_is_refused),
        cmocka_unit_test(a_number_that_float32_cannot_hold_is_refused),
        cmocka_unit_test(an_encoding_of_another_length_than_dlibs_is_refused),
        cmocka_unit_test(texts_of_python_2_are_names),
        cmocka_unit_test(nested_repeats_cost_nothing),
        cmocka_unit_test(depth_is_bounded_and_needs_no_stack),
        cmocka_unit_test(memory_is_bounded),
        cmocka_unit_test(more_encodings_than_a_gallery_should_have_are_refused),
        cmocka_unit_test(a_file_that_is_not_there_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
