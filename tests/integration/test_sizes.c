/*
 * A camera that comes back may have another size: the whole daemon over pictures of one scene whose
 * size changes from one to the next, up and down, odd, and too small for any face. All that keeps
 * something of the last picture (motion, tracks, pyramid, track states, recorder) has to notice.
 */
#include "door.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <turbojpeg.h>

#include <cmocka.h>

#define SEQUENCE FG_BINARY_DIR "/tests/support/fg_sequence"
#define PICTURE  FG_SOURCE_DIR "/tests/pictures/sample3.jpg"

/* Ada is in all of them but the tiny one. */
static const struct leg {
    int width, height, frames;
    const char *window; /* of the picture */
} legs[] = {
    {640, 480, 18, "1200x900"}, {1200, 900, 16, "1200x900"}, {901, 677, 16, "901x677"},
    {64, 48, 3, "1200x900"},    {640, 480, 16, "1200x900"},  {480, 640, 16, "675x900"},
};
#define LEGS (sizeof(legs) / sizeof(legs[0]))

static fg_door door;

/* Writes a leg's frames, counted from `first`. */
static void make_leg(const char *folder, const struct leg *leg, int first)
{
    char out[32], frames[16], count[16];
    char *output = NULL;
    snprintf(out, sizeof(out), "%dx%d", leg->width, leg->height);
    snprintf(frames, sizeof(frames), "%d", leg->frames);
    snprintf(count, sizeof(count), "%d", first);
    const char *argv[] = {SEQUENCE,    "--from",     "640,90", "--to",     "652,90", "--size",
                          leg->window, "--out-size", out,      "--frames", frames,   "--first",
                          count,       PICTURE,      folder,   NULL};
    if (fg_process_run(door.folder, argv, NULL, FG_TESTING_PATIENCE, &output) != 0) {
        fail_msg("%s", output);
    }
    free(output);
}

/* Asserts that what was recorded of a frame has its size. */
static void check_record(const char *record, const char *annotate, int frame, const struct leg *leg)
{
    char name[32], size[64];
    size_t bytes = 0;
    int width = 0, height = 0, sampling = 0, space = 0;
    snprintf(name, sizeof(name), "frame-%08d.jpg", frame);
    char *path = fg_testing_path(record, name);
    char *data = fg_testing_read(path, &bytes);
    tjhandle reader = tjInitDecompress();
    assert_int_equal(tjDecompressHeader3(reader, (unsigned char *)data, bytes, &width, &height,
                                         &sampling, &space),
                     0);
    tjDestroy(reader);
    assert_int_equal(width, leg->width);
    assert_int_equal(height, leg->height);
    free(data);
    free(path);

    snprintf(name, sizeof(name), "frame-%08d.svg", frame);
    snprintf(size, sizeof(size), "viewBox=\"0 0 %d %d\"", leg->width, leg->height);
    path = fg_testing_path(annotate, name);
    data = fg_testing_read(path, NULL);
    assert_non_null(strstr(data, size));
    free(data);
    free(path);
}

static int number_of(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key)->valueint;
}

/* Of one frame's tracks: every one seen lies in the picture and is younger than `oldest`. Whether
 * Ada is accepted. */
static bool check_tracks(const cJSON *line, const struct leg *leg, int oldest, int *ret_newest)
{
    bool accepted = false;
    const cJSON *track;
    cJSON_ArrayForEach(track, cJSON_GetObjectItemCaseSensitive(line, "tracks"))
    {
        const cJSON *box = cJSON_GetObjectItemCaseSensitive(track, "box");
        const cJSON *decision = cJSON_GetObjectItemCaseSensitive(track, "decision");
        const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(decision, "name"));
        const char *status =
            cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(decision, "status"));
        assert_true(number_of(box, "x") < leg->width && number_of(box, "y") < leg->height);
        assert_true(number_of(track, "id") > oldest);
        *ret_newest = number_of(track, "id") > *ret_newest ? number_of(track, "id") : *ret_newest;
        accepted |= name != NULL && strcmp(name, "Ada") == 0 && strcmp(status, "Accepted") == 0;
    }
    return accepted;
}

static void a_change_of_size_ends_nothing_but_the_tracks(void **state)
{
    (void)state;
    char source[512];
    char *pictures = fg_testing_path(door.folder, "pictures");
    char *record = fg_testing_path(door.folder, "record");
    char *annotate = fg_testing_path(door.folder, "annotate");
    char *trace = fg_testing_path(door.folder, "trace");
    assert_int_equal(mkdir(pictures, 0700), 0);
    int frames = 0;
    for (size_t i = 0; i < LEGS; i++) {
        make_leg(pictures, &legs[i], frames);
        frames += legs[i].frames;
    }
    snprintf(source, sizeof(source), "images:%s", pictures);
    const char *options[] = {"--source", source,       "--trace", trace, "--record",
                             record,     "--annotate", annotate,  NULL};
    fg_door_run(&door, "run", options);
    assert_int_equal(fg_process_wait(&door.daemon, FG_TESTING_PATIENCE), 0);
    assert_int_equal(fg_door_count(&door, "ERROR"), 0);
    /* That three options write down who is seen. */
    assert_int_equal(fg_door_count(&door, "WARN"), 3);

    char *text = fg_testing_read(trace, NULL);
    const char *at = text;
    int frame = 0, newest = 0;
    for (size_t i = 0; i < LEGS; i++) {
        bool accepted = false;
        int oldest = newest;
        for (int k = 0; k < legs[i].frames; k++) {
            cJSON *line = cJSON_ParseWithOpts(at, &at, 0);
            assert_non_null(line);
            assert_int_equal(number_of(line, "width"), legs[i].width);
            assert_int_equal(number_of(line, "height"), legs[i].height);
            assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(line, "error")));
            accepted |= check_tracks(line, &legs[i], oldest, &newest);
            check_record(record, annotate, frame, &legs[i]);
            frame++;
            cJSON_Delete(line);
        }
        if (accepted != (legs[i].width > 64)) {
            fail_msg("Ada at %dx%d: accepted is %d", legs[i].width, legs[i].height, accepted);
        }
    }
    free(text);
    free(trace);
    free(annotate);
    free(record);
    free(pictures);
}

static int open_door(void **state)
{
    (void)state;
    fg_door_open(&door, "drain_timeout = 60\ntimeout = 300\nsend_interval = 0.1\n");
    return 0;
}

static int close_door(void **state)
{
    (void)state;
    fg_door_close(&door);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_change_of_size_ends_nothing_but_the_tracks, open_door,
                                        close_door),
    };
    return cmocka_run_group_tests_name("sizes", tests, NULL, NULL);
}
