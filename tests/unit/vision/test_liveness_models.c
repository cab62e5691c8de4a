/* Which models tell living faces from pictures, and how more than one do: what is said of a model
 * that cannot be used, what a model's properties change, and the mean of several. */
#include "facegate/vision/liveness.h"
#include "onnx_writer.h"
#include "testing.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MODELS       FG_SOURCE_DIR "/models"
#define KNOWN_SUM    "afa783b7e902fdfcf323a7240cac2a1c580c25314ea4161129dc1b0d100dc32d"
#define NO_PROPERTY(outputs, last)                                                                 \
    "it does not say which of its " outputs " outputs means alive: give it a property "            \
    "facegate_alive of 0 to " last ", see docs/security.md, or if it is meant to be "              \
    "fr_liveness.onnx, fetch that again"

static char *folder;
static char *known; /* the model's bytes */
static size_t known_size;
static fg_frame frame;
static const fg_box face = {150, 110, 90, 100};

/* A frame in which every pixel has the luma 100, but for noise in the middle. */
static int start(void **state)
{
    (void)state;
    folder = fg_testing_folder();
    known = fg_testing_read(MODELS "/" FG_LIVENESS_FILE, &known_size);
    unsigned seed = 1;
    if (fg_frame_resize(&frame, 400, 320) != 0) {
        return -1;
    }
    memset(frame.plane[0], 100, (size_t)frame.stride[0] * 320);
    memset(frame.plane[1], 128, (size_t)frame.stride[1] * 160);
    memset(frame.plane[2], 128, (size_t)frame.stride[2] * 160);
    for (int y = face.y; y < face.y + face.height; y++) {
        for (int x = face.x; x < face.x + face.width; x++) {
            seed = seed * 1664525 + 1013904223;
            frame.plane[0][y * frame.stride[0] + x] = (uint8_t)(seed >> 24);
        }
    }
    return 0;
}

static int end(void **state)
{
    (void)state;
    fg_frame_release(&frame);
    free(known);
    fg_testing_remove(folder);
    return 0;
}

static void expect_near(double value, double expected, double most_off)
{
    if (!(fabs(value - expected) <= most_off)) {
        fail_msg("%.17g, not %.17g", value, expected);
    }
}

/* What is said of these models in the folder. */
static void refuse(const char *names, int code, const char *text)
{
    fg_liveness *liveness = NULL;
    fg_error error = {""};
    int result = fg_liveness_create(folder, names, &liveness, NULL, &error);
    if (result != code || strcmp(error.text, text) != 0) {
        fail_msg("%d \"%s\", not %d \"%s\"", result, error.text, code, text);
    }
    assert_null(liveness);
}

/* The same, behind the model's path. */
static void refuse_model(const char *name, int code, const char *what)
{
    char text[2048];
    snprintf(text, sizeof(text), "the liveness model %s/%s: %s", folder, name, what);
    refuse(name, code, text);
}

static double score(const char *models_dir, const char *names)
{
    double result = -1;
    fg_liveness *liveness = NULL;
    fg_error error = {""};
    if (fg_liveness_create(models_dir, names, &liveness, NULL, &error) != 0 ||
        fg_liveness_score(liveness, &frame, &face, &result, &error) != 0) {
        fail_msg("%s: %s", names, error.text);
    }
    fg_liveness_free(liveness);
    return result;
}

static void write_file(const char *name, const void *data, size_t size)
{
    char *path = fg_testing_path(folder, name);
    fg_testing_write(path, data, size);
    free(path);
}

/* The model with a property behind what it had; NULL for none. `value` may hold zero bytes. */
static void write_known(const char *name, const char *key, const char *value, size_t value_size)
{
    onnx_message file = {.data = NULL}, property = {.data = NULL};
    onnx_put(&file, known, known_size);
    if (key != NULL) {
        onnx_put_text(&property, 1, key);
        onnx_put_bytes(&property, 2, value, value_size);
        onnx_put_message(&file, 14, &property);
    }
    write_file(name, file.data, file.size);
    onnx_free(&file);
}

static void write_alive(const char *name, const char *value)
{
    write_known(name, "facegate_alive", value, strlen(value));
}

/* A network of two outputs, of which one is `factor` times the mean of blue. */
static void write_small(const char *name, int side, float factor, const char *alive,
                        const char *crop)
{
    onnx_message file = onnx_make_small(side, factor);
    onnx_add_property(&file, "facegate_alive", alive);
    if (crop != NULL) {
        onnx_add_property(&file, "facegate_crop", crop);
    }
    write_file(name, file.data, file.size);
    onnx_free(&file);
}

static void says_that_a_model_is_missing(void **state)
{
    (void)state;
    char text[1024];
    snprintf(text, sizeof(text), "the liveness model %s/none.onnx is missing", folder);
    refuse("none.onnx", -ENOENT, text);
    refuse("/none/none.onnx", -ENOENT, "the liveness model /none/none.onnx is missing");
    refuse("/dev/null/none.onnx", -ENOTDIR, "the liveness model /dev/null/none.onnx is missing");
    snprintf(text, sizeof(text), "the liveness model %s/fr_liveness.onnx is missing", folder);
    refuse("", -ENOENT, text);
}

/* Under the known name it has to be the known file; under another it has to say what it is. */
static void refuses_a_model_that_is_cut_or_damaged(void **state)
{
    (void)state;
    static const char cut_off[] =
        "the part from byte 20 on is longer than the file, so the file is "
        "cut off or damaged";
    static const struct {
        size_t size;
        const char *text; /* under another name */
    } cuts[] = {
        {0, "no network in it, at byte 0"},
        {1, "it ends in a number, at byte 1"},
        {100, cut_off},
        {65536, cut_off},
        {1886800, cut_off},
        {1886807, NO_PROPERTY("3", "2")},
        {1886808, "it ends in a number, at byte 1886808"},
    };
    char sum[65], text[1024];
    for (size_t i = 0; i <= COUNT(cuts); i++) {
        bool is_cut = i < COUNT(cuts);
        size_t size = is_cut ? cuts[i].size : known_size;
        known[1000000] = (char)(known[1000000] ^ !is_cut);
        fg_testing_sha256(known, size, sum);
        write_file(FG_LIVENESS_FILE, known, size);
        write_file("other.onnx", known, size);
        known[1000000] = (char)(known[1000000] ^ !is_cut);
        snprintf(text, sizeof(text), "it is not the right file (SHA-256 %s, not " KNOWN_SUM ")",
                 sum);
        refuse_model(FG_LIVENESS_FILE, -EBADMSG, text);
        bool has_network = !is_cut || strstr(cuts[i].text, "property") != NULL;
        refuse_model("other.onnx", has_network ? -ENOTSUP : -EBADMSG,
                     is_cut ? cuts[i].text : NO_PROPERTY("3", "2"));
    }
}

static void refuses_what_is_no_file_or_too_large(void **state)
{
    (void)state;
    char *path = fg_testing_path(folder, "folder.onnx");
    assert_int_equal(mkdir(path, 0700), 0);
    refuse_model("folder.onnx", -EINVAL, "is a folder, not a file");
    free(path);
    path = fg_testing_path(folder, "pipe.onnx");
    assert_int_equal(mkfifo(path, 0600), 0);
    refuse_model("pipe.onnx", -EINVAL, "is a device or pipe, not a file");
    free(path);
    write_file("zeros.onnx", "", 0);
    path = fg_testing_path(folder, "zeros.onnx");
    assert_int_equal(truncate(path, 1 << 20), 0);
    refuse_model("zeros.onnx", -EBADMSG, "no network in it, at byte 1048576");
    assert_int_equal(truncate(path, 65 << 20), 0);
    refuse_model("zeros.onnx", -EFBIG, "has 68157440 bytes, more than the 67108864 allowed");
    assert_int_equal(truncate(path, 0), 0);
    if (geteuid() == 0) {
        print_message("not checked: a file that may not be read, since root may read all\n");
    } else {
        assert_int_equal(chmod(path, 0), 0);
        refuse_model("zeros.onnx", -EACCES, "Permission denied");
    }
    free(path);
}

static void a_copy_that_says_what_the_model_is_gives_the_same_score(void **state)
{
    (void)state;
    double expected = score(MODELS, "");
    assert_true(expected >= 0 && expected <= 1);
    write_known("copy.onnx", NULL, NULL, 0);
    write_alive("alive.onnx", "0");
    expect_near(score(folder, "copy.onnx"), expected, 0);
    expect_near(score(folder, "alive.onnx"), expected, 0);
}

static void refuses_properties_out_of_range(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        size_t size;
    } table[] = {{"", 0},     {"3", 1},
                 {"-1", 2},   {"1.5", 3},
                 {"nan", 3},  {"inf", 3},
                 {"x", 1},    {"1 ", 2},
                 {"1\0x", 3}, {"0\0", 2},
                 {"1e99", 4}, {"0,1", 3},
                 {"\xff", 1}, {"0000000000000001", 16}};
    for (size_t i = 0; i < COUNT(table); i++) {
        write_known("bad.onnx", "facegate_alive", table[i].value, table[i].size);
        refuse_model("bad.onnx", -ENOTSUP, NO_PROPERTY("3", "2"));
    }
    static const char *const crops[] = {"", "0.9", "8.1", "nan", "2,7", "-2"};
    for (size_t i = 0; i < COUNT(crops); i++) {
        write_small("bad.onnx", 80, 0, "0", crops[i]);
        refuse_model("bad.onnx", -ENOTSUP, "its property facegate_crop is not from 1 to 8");
    }
    write_small("bad.onnx", 80, 0, "2", NULL);
    refuse_model("bad.onnx", -ENOTSUP, NO_PROPERTY("2", "1"));
}

static void the_score_of_several_models_is_their_mean(void **state)
{
    (void)state;
    write_alive("zero.onnx", "0");
    write_alive("one.onnx", "1");
    write_alive("two.onnx", "2");
    double zero = score(folder, "zero.onnx"), one = score(folder, "one.onnx"),
           two = score(folder, "two.onnx");
    expect_near(zero + one + two, 1, 1e-9);
    expect_near(score(folder, "zero.onnx,one.onnx"), (zero + one) / 2, 1e-12);
    expect_near(score(folder, "one.onnx,two.onnx,one.onnx"), (2 * one + two) / 3, 1e-12);
}

static void models_of_other_sizes_and_crops_stand_beside_each_other(void **state)
{
    (void)state;
    const fg_box still = {20, 20, 30, 30}; /* where every pixel has the luma 100 */
    const double part = 1 / (1 + exp(-1.0));
    fg_error error = {""};
    fg_liveness *liveness = NULL;
    double result = -1;
    write_small("small.onnx", 80, 0.01F, "0", "1.5");
    write_small("large.onnx", 160, 0.01F, "1", NULL);
    assert_int_equal(fg_liveness_create(folder, "small.onnx", &liveness, NULL, &error), 0);
    assert_int_equal(fg_liveness_score(liveness, &frame, &still, &result, &error), 0);
    expect_near(result, part, 1e-5);
    fg_liveness_free(liveness);
    assert_int_equal(fg_liveness_create(folder, "small.onnx,large.onnx", &liveness, NULL, &error),
                     0);
    assert_int_equal(fg_liveness_models(liveness), 2);
    assert_int_equal(fg_liveness_score(liveness, &frame, &still, &result, &error), 0);
    expect_near(result, 0.5, 1e-5);
    fg_liveness_free(liveness);
    double known_score = score(MODELS, "");
    write_small("small.onnx", 80, 0, "1", NULL);
    write_alive("zero.onnx", "0");
    expect_near(score(folder, "small.onnx,zero.onnx"), (0.5 + known_score) / 2, 1e-9);
}

/* Only the part that the model asks for is looked at. */
static void a_models_crop_decides_what_it_sees(void **state)
{
    (void)state;
    for (int y = 0; y < 320; y++) {
        assert_int_equal(frame.plane[0][y * frame.stride[0]], 100);
    }
    write_small("near.onnx", 80, 0.01F, "0", "1");
    write_small("far.onnx", 80, 0.01F, "0", "8");
    double near = score(folder, "near.onnx"), far = score(folder, "far.onnx");
    assert_true(fabs(near - far) > 0.01); /* noise is brighter than 100 */
    assert_true(fabs(far - 1 / (1 + exp(-1.0))) < fabs(near - 1 / (1 + exp(-1.0))));
}

static void reads_the_names_of_models(void **state)
{
    (void)state;
    static const char empty[] = "a name of liveness_models is empty";
    static const char many[] = "liveness_models names more than 4 models";
    static const char long_path[] = "the path of a liveness model is too long";
    char names[5000], text[1024];
    write_small("a b.onnx", 16, 0, "0", NULL);
    write_small("c.onnx", 16, 0, "0", NULL);
    snprintf(names, sizeof(names), " \ta b.onnx ,c.onnx\t, %s/c.onnx , c.onnx ", folder);
    expect_near(score(folder, names), 0.5, 1e-9);
    snprintf(names, sizeof(names), "%s/c.onnx", folder);
    expect_near(score("/none", names), 0.5, 1e-9);
    refuse(" ", -EINVAL, empty);
    refuse(",", -EINVAL, empty);
    refuse(",c.onnx", -EINVAL, empty);
    refuse("c.onnx,,c.onnx", -EINVAL, empty);
    refuse("c.onnx, ", -EINVAL, empty);
    refuse("c.onnx,c.onnx,c.onnx,c.onnx,c.onnx", -EINVAL, many);
    snprintf(text, sizeof(text), "the liveness model %s/d.onnx is missing", folder);
    refuse("c.onnx,d.onnx,c.onnx", -ENOENT, text);
    memset(names, 'a', sizeof(names) - 1);
    names[sizeof(names) - 1] = '\0';
    refuse(names, -ENAMETOOLONG, long_path);
}

static void gives_no_score_where_a_model_gives_no_number(void **state)
{
    (void)state;
    fg_liveness *liveness = NULL;
    fg_error error = {""};
    double result = -1;
    write_small("good.onnx", 16, 0, "0", NULL);
    write_small("bad.onnx", 16, 3e38F, "0", NULL);
    assert_int_equal(fg_liveness_create(folder, "good.onnx,bad.onnx", &liveness, NULL, &error), 0);
    assert_int_equal(fg_liveness_score(liveness, &frame, &face, &result, &error), -EDOM);
    assert_string_equal(error.text, "liveness model 2 of 2 gives no number for a face: its weights "
                                    "are too large");
    expect_near(result, -1, 0);
    const fg_box none = {5, 6, 1, 1};
    assert_int_equal(fg_liveness_score(liveness, &frame, &none, &result, &error), -EINVAL);
    assert_string_equal(error.text, "no face can be in a box of 1 x 1 pixels at 5,6");
    fg_liveness_free(liveness);
    fg_liveness_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_that_a_model_is_missing),
        cmocka_unit_test(refuses_a_model_that_is_cut_or_damaged),
        cmocka_unit_test(refuses_what_is_no_file_or_too_large),
        cmocka_unit_test(a_copy_that_says_what_the_model_is_gives_the_same_score),
        cmocka_unit_test(refuses_properties_out_of_range),
        cmocka_unit_test(the_score_of_several_models_is_their_mean),
        cmocka_unit_test(models_of_other_sizes_and_crops_stand_beside_each_other),
        cmocka_unit_test(a_models_crop_decides_what_it_sees),
        cmocka_unit_test(reads_the_names_of_models),
        cmocka_unit_test(gives_no_score_where_a_model_gives_no_number),
    };
    return cmocka_run_group_tests(tests, start, end);
}
