/*
 * Pictures as a source, seen as the rest of the house sees it: through facegate/camera/camera.h and
 * the slot.
 */
#include "facegate/camera/camera.h"
#include "facegate/clock.h"
#include "images.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "testing.h"

#define PATIENCE (30 * FG_NS_PER_S)

typedef struct fixture {
    char *folder;
    fg_slot *slot;
    fg_camera *camera;
    fg_error error;
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof(*f));
    assert_non_null(f);
    f->folder = fg_testing_folder();
    assert_int_equal(fg_slot_create(&f->slot), 0);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    fg_camera_free(f->camera);
    fg_slot_free(f->slot);
    fg_testing_remove(f->folder);
    free(f);
    return 0;
}

/* The width tells which picture it is. */
static void put_picture(const fixture *f, const char *name, int width)
{
    size_t size = 0;
    char *path = fg_testing_path(f->folder, name);
    uint8_t *jpeg = fg_testing_jpeg(width, 16, (unsigned)width, &size);
    fg_testing_write(path, jpeg, size);
    free(jpeg);
    free(path);
}

static void put_text(const fixture *f, const char *name)
{
    char *path = fg_testing_path(f->folder, name);
    fg_testing_write(path, "text\n", 5);
    free(path);
}

static int create(fixture *f, const char *relative, bool paced, bool loop, int fps)
{
    char source[1024];
    snprintf(source, sizeof(source), "images:%s%s", f->folder, relative);
    const fg_camera_options options = {
        .source = source, .width = 640, .height = 480, .fps = fps, .paced = paced, .loop = loop};
    return fg_camera_create(&options, f->slot, &f->camera, &f->error);
}

static void start(fixture *f, const char *relative, bool paced, bool loop, int fps)
{
    if (create(f, relative, paced, loop, fps) != 0) {
        fail_msg("%s", f->error.text);
    }
    assert_int_equal(fg_camera_start(f->camera, NULL), 0);
}

static const fg_frame *take(fixture *f)
{
    const fg_frame *frame = NULL;
    assert_int_equal(fg_slot_take(f->slot, fg_clock_monotonic() + PATIENCE, &frame), 0);
    return frame;
}

static void expect_end(fixture *f)
{
    const fg_frame *frame = NULL;
    assert_int_equal(fg_slot_take(f->slot, fg_clock_monotonic() + PATIENCE, &frame), -ENODATA);
    assert_int_equal(fg_camera_state(f->camera), FG_CAMERA_ENDED);
}

static void expect_widths(fixture *f, const int *widths, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(take(f)->width, widths[i]);
    }
    expect_end(f);
    assert_false(fg_camera_failed(f->camera, NULL));
}

static void a_folder_is_played_in_the_order_of_its_names_as_bytes(void **state)
{
    fixture *f = *state;
    put_picture(f, "b.JPG", 32);
    put_picture(f, "a10.jpg", 64);
    put_picture(f, "a2.jpeg", 48);
    put_picture(f, "Z.jPeG", 16);
    put_picture(f, "\xc3\xa9.jpg", 80);
    put_text(f, "a.txt");
    put_text(f, "jpg");
    put_text(f, "a.jpg.part");
    start(f, "", false, false, 30);
    static const int widths[] = {16, 64, 48, 32, 80};
    expect_widths(f, widths, 5);
}

static void a_folder_may_end_in_a_slash(void **state)
{
    fixture *f = *state;
    put_picture(f, "a.jpg", 32);
    start(f, "/", false, false, 30);
    static const int widths[] = {32};
    expect_widths(f, widths, 1);
}

static void one_file_is_one_frame_whatever_its_name(void **state)
{
    fixture *f = *state;
    put_picture(f, "picture[1].data", 32);
    start(f, "/picture[1].data", false, false, 30);
    static const int widths[] = {32};
    expect_widths(f, widths, 1);
}

static void a_pattern_is_played_in_order(void **state)
{
    fixture *f = *state;
    put_picture(f, "b1.jpg", 32);
    put_picture(f, "a1.jpg", 16);
    put_picture(f, "a2.jpg", 48);
    put_picture(f, "a3.jpg", 64);
    start(f, "/*[12].jpg", false, false, 30);
    static const int widths[] = {16, 48, 32};
    expect_widths(f, widths, 3);
}

static void sources_that_cannot_come_right_are_refused_at_once(void **state)
{
    fixture *f = *state;
    static const struct {
        const char *relative;
        int code;
        const char *text; /* after the folder */
    } table[] = {
        {"", -ENOENT,
         ": no .jpg or .jpeg file in this folder: put pictures there or name another folder"},
        {"/none.jpg", -ENOENT, "/none.jpg: No such file or directory: check the path"},
        {"/a.txt/b.jpg", -ENOTDIR, "/a.txt/b.jpg: Not a directory: check the path"},
        {"/*.jpg", -ENOENT, "/*.jpg: no file matches: check the pattern"},
    };
    put_text(f, "a.txt");
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char expected[FG_ERROR_TEXT];
        snprintf(expected, sizeof(expected), "%s%s", f->folder, table[i].text);
        assert_int_equal(create(f, table[i].relative, false, false, 30), table[i].code);
        assert_string_equal(f->error.text, expected);
        assert_null(f->camera);
    }
}

static void an_unreadable_folder_is_named(void **state)
{
    fixture *f = *state;
    char expected[FG_ERROR_TEXT];
    uid_t user = geteuid();
    assert_int_equal(chmod(f->folder, 0), 0);
    /* Root reads everything: be nobody briefly. */
    if (user == 0) {
        assert_int_equal(seteuid(65534), 0);
    }
    int result = create(f, "", false, false, 30);
    assert_int_equal(seteuid(user), 0);
    assert_int_equal(chmod(f->folder, 0700), 0);
    snprintf(expected, sizeof(expected), "%s: Permission denied: let this user read it", f->folder);
    assert_int_equal(result, -EACCES);
    assert_string_equal(f->error.text, expected);
}

static void offsets_are_exact_at_any_rate(void **state)
{
    (void)state;
    static const struct {
        uint64_t n;
        int fps;
        int64_t offset;
    } table[] = {
        {0, 30, 0},
        {1, 30, 33333333},
        {2, 30, 66666666},
        {3, 30, 100000000},
        {30, 30, 1000000000},
        {1, 7, 142857142},
        {100, 120, 833333333},
        {UINT64_C(3600) * 24 * 365 * 120, 120, INT64_C(31536000000000000)},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        assert_int_equal(fg_images_offset(table[i].n, table[i].fps), table[i].offset);
    }
}

static void frames_are_stamped_start_plus_n_by_fps_and_numbered(void **state)
{
    fixture *f = *state;
    put_picture(f, "a.jpg", 16);
    put_picture(f, "b.jpg", 32);
    put_picture(f, "c.jpg", 48);
    int64_t before = fg_clock_monotonic(), wall_before = fg_clock_realtime();
    start(f, "", false, false, 7);
    int64_t first = 0, wall_first = 0;
    for (int n = 0; n < 3; n++) {
        const fg_frame *frame = take(f);
        if (n == 0) {
            first = frame->monotonic;
            wall_first = frame->realtime;
            assert_in_range(first, before, fg_clock_monotonic());
            assert_in_range(wall_first, wall_before, fg_clock_realtime());
        }
        assert_int_equal(frame->sequence, n);
        assert_int_equal(frame->monotonic - first, n * FG_NS_PER_S / 7);
        assert_int_equal(frame->realtime - wall_first, n * FG_NS_PER_S / 7);
    }
    expect_end(f);
}

static void unpaced_pictures_are_none_of_them_skipped(void **state)
{
    fixture *f = *state;
    char name[32];
    for (int i = 0; i < 50; i++) {
        snprintf(name, sizeof(name), "%03d.jpg", i);
        put_picture(f, name, 16 + i);
    }
    start(f, "", false, false, 120);
    for (int i = 0; i < 50; i++) {
        assert_int_equal(take(f)->width, 16 + i);
    }
    expect_end(f);
    assert_int_equal(fg_slot_overwritten(f->slot), 0);
}

static void paced_pictures_do_not_come_before_their_time(void **state)
{
    fixture *f = *state;
    char name[32];
    for (int i = 0; i < 12; i++) {
        snprintf(name, sizeof(name), "%03d.jpg", i);
        put_picture(f, name, 16 + i);
    }
    start(f, "", true, false, 60);
    const fg_frame *frame = NULL;
    int taken = 0;
    while (fg_slot_take(f->slot, fg_clock_monotonic() + PATIENCE, &frame) == 0) {
        assert_true(fg_clock_monotonic() >= frame->monotonic);
        taken++;
    }
    assert_int_equal(taken + (int)fg_slot_overwritten(f->slot), 12);
}

static bool has_ended(void *camera)
{
    return fg_camera_state(camera) == FG_CAMERA_ENDED;
}

static void paced_pictures_are_overwritten_when_nobody_takes_them(void **state)
{
    fixture *f = *state;
    for (int i = 0; i < 5; i++) {
        char name[32];
        snprintf(name, sizeof(name), "%03d.jpg", i);
        put_picture(f, name, 16 + i);
    }
    start(f, "", true, false, 120);
    /* The end comes whether or not anybody takes a frame, and the last is still there. */
    assert_true(fg_testing_wait(has_ended, f->camera, FG_TESTING_PATIENCE));
    const fg_frame *frame = take(f);
    assert_int_equal(frame->sequence, 4);
    assert_int_equal(frame->width, 20);
    assert_int_equal(fg_slot_overwritten(f->slot), 4);
    expect_end(f);
}

static void a_loop_starts_over_and_time_goes_on(void **state)
{
    fixture *f = *state;
    put_picture(f, "a.jpg", 16);
    put_picture(f, "b.jpg", 32);
    start(f, "", false, true, 30);
    int64_t first = 0;
    for (int n = 0; n < 7; n++) {
        const fg_frame *frame = take(f);
        first = n == 0 ? frame->monotonic : first;
        assert_int_equal(frame->width, n % 2 == 0 ? 16 : 32);
        assert_int_equal(frame->sequence, n);
        assert_int_equal(frame->monotonic - first, fg_images_offset((uint64_t)n, 30));
    }
    assert_int_equal(fg_camera_stop(f->camera), 0);
}

static void a_picture_that_does_not_decode_ends_it_and_is_named(void **state)
{
    fixture *f = *state;
    char expected[FG_ERROR_TEXT];
    fg_error error = {0};
    put_picture(f, "a.jpg", 16);
    put_text(f, "b.jpg");
    put_picture(f, "c.jpg", 32);
    start(f, "", false, true, 30);
    assert_int_equal(take(f)->width, 16);
    expect_end(f);
    assert_true(fg_camera_failed(f->camera, &error));
    snprintf(expected, sizeof(expected), "%s/b.jpg: is not a JPEG picture: convert it to JPEG",
             f->folder);
    assert_string_equal(error.text, expected);
}

/*
 * One frame waits in the slot and the next hand-over for it to be taken, which nobody does. Where
 * exactly the stop meets the source is chance, hence the turns.
 */
static void a_stop_interrupts_a_hand_over_that_nobody_takes(void **state)
{
    fixture *f = *state;
    put_picture(f, "a.jpg", 16);
    put_picture(f, "b.jpg", 32);
    for (int turn = 0; turn < 100; turn++) {
        const fg_frame *frame = NULL;
        start(f, "", false, true, 30);
        take(f);
        take(f);
        assert_int_equal(fg_camera_stop(f->camera), 0);
        int result = fg_slot_take(f->slot, 0, &frame);
        if (result == 0) {
            result = fg_slot_take(f->slot, 0, &frame);
        }
        assert_int_equal(result, -ENODATA);
        f->camera = fg_camera_free(f->camera);
        fg_slot_free(f->slot);
        assert_int_equal(fg_slot_create(&f->slot), 0);
    }
}

/* The second picture is due in a second; the stop does not wait for it. */
static void a_stop_interrupts_the_wait_for_the_next_picture(void **state)
{
    fixture *f = *state;
    put_picture(f, "a.jpg", 16);
    put_picture(f, "b.jpg", 32);
    start(f, "", true, true, 1);
    int64_t due = take(f)->monotonic + FG_NS_PER_S;
    assert_int_equal(fg_camera_stop(f->camera), 0);
    assert_true(fg_clock_monotonic() < due);
    assert_int_equal(fg_camera_stop(f->camera), 0);
}

static void the_same_pictures_give_the_same_frames_every_time(void **state)
{
    fixture *f = *state;
    uint64_t sums[2] = {0, 0};
    put_picture(f, "a.jpg", 33);
    put_picture(f, "b.jpg", 48);
    for (int turn = 0; turn < 2; turn++) {
        start(f, "", false, false, 30);
        for (int n = 0; n < 2; n++) {
            const fg_frame *frame = take(f);
            for (int y = 0; y < frame->height; y++) {
                for (int x = 0; x < frame->width; x++) {
                    sums[turn] = sums[turn] * 31 + frame->plane[0][y * frame->stride[0] + x];
                }
            }
        }
        expect_end(f);
        f->camera = fg_camera_free(f->camera);
        fg_slot_free(f->slot);
        assert_int_equal(fg_slot_create(&f->slot), 0);
    }
    assert_true(sums[0] == sums[1]);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_folder_is_played_in_the_order_of_its_names_as_bytes),
        TEST(a_folder_may_end_in_a_slash),
        TEST(one_file_is_one_frame_whatever_its_name),
        TEST(a_pattern_is_played_in_order),
        TEST(sources_that_cannot_come_right_are_refused_at_once),
        TEST(an_unreadable_folder_is_named),
        TEST(offsets_are_exact_at_any_rate),
        TEST(frames_are_stamped_start_plus_n_by_fps_and_numbered),
        TEST(unpaced_pictures_are_none_of_them_skipped),
        TEST(paced_pictures_do_not_come_before_their_time),
        TEST(paced_pictures_are_overwritten_when_nobody_takes_them),
        TEST(a_loop_starts_over_and_time_goes_on),
        TEST(a_picture_that_does_not_decode_ends_it_and_is_named),
        TEST(a_stop_interrupts_a_hand_over_that_nobody_takes),
        TEST(a_stop_interrupts_the_wait_for_the_next_picture),
        TEST(the_same_pictures_give_the_same_frames_every_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
