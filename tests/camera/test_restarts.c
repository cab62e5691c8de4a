/* A camera of libcamera's that is opened, run and closed again and again in one process. */
#include "facegate/camera/camera.h"
#include "facegate/clock.h"
#include "show.h"
#include "testing.h"
#include "virtual_camera.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define TURNS     10
#define FRAMES    40
#define MAX_DRIFT 1024L /* KiB; a frame has 450 */

static char *folder;
static char *show;

static int open_show(void **state)
{
    (void)state;
    folder = fg_testing_folder_in("/dev/shm");
    show = fg_show_make(folder);
    const fg_virtual_camera camera = {"Front", "A camera", show, FG_SHOW_WIDTH, FG_SHOW_HEIGHT};
    fg_virtual_camera_plug(folder, &camera, 1);
    return 0;
}

static int close_show(void **state)
{
    (void)state;
    free(show);
    fg_testing_remove(folder);
    return 0;
}

static int count_entries(const char *path)
{
    int count = 0;
    DIR *entries = opendir(path);
    assert_non_null(entries);
    while (readdir(entries) != NULL) {
        count++;
    }
    closedir(entries);
    return count;
}

/* Takes some frames of a camera that is asked for so many a second; gives the ns between the first
 * and the last. */
static int64_t run_camera(int fps)
{
    fg_slot *slot = NULL;
    fg_camera *camera = NULL;
    fg_error error = {0};
    const fg_frame *frame = NULL;
    int64_t first = 0, last = 0;
    const fg_camera_options options = {
        .source = "auto", .width = FG_SHOW_WIDTH, .height = FG_SHOW_HEIGHT, .fps = fps};
    assert_int_equal(fg_slot_create(&slot), 0);
    if (fg_camera_create(&options, slot, &camera, &error) != 0 ||
        fg_camera_start(camera, &error) != 0) {
        fail_msg("%s", error.text);
    }
    for (uint64_t i = 0; i < FRAMES; i = frame->sequence + 1) {
        int64_t deadline = fg_clock_monotonic() + fg_clock_seconds(FG_TESTING_PATIENCE);
        assert_int_equal(fg_slot_take(slot, deadline, &frame), 0);
        assert_true(frame->sequence >= i);
        assert_true(frame->monotonic >= last);
        assert_int_equal(frame->width, FG_SHOW_WIDTH);
        assert_int_equal(frame->height, FG_SHOW_HEIGHT);
        first = first == 0 ? frame->monotonic : first;
        last = frame->monotonic;
    }
    double start = fg_testing_now();
    fg_camera_stop(camera);
    assert_true(fg_testing_now() - start < FG_TESTING_PATIENCE);
    fg_camera_free(camera);
    fg_slot_free(slot);
    return last - first;
}

static void ten_runs_leave_no_descriptor_thread_or_memory_behind(void **state)
{
    (void)state;
    int files = 0, threads = 0;
    long memory = 0;
    for (int turn = 0; turn < TURNS; turn++) {
        run_camera(120);
        /* The first turns load libraries and find out how much the heap has to hold. */
        if (turn == 2) {
            files = count_entries("/proc/self/fd");
            threads = count_entries("/proc/self/task");
            memory = fg_process_memory(getpid(), "VmRSS");
        }
    }
    long late = fg_process_memory(getpid(), "VmRSS");
    print_message("after 3 runs: %d descriptors, %d threads, %ld kB; after %d: %d, %d, %ld kB\n",
                  files - 2, threads - 2, memory, TURNS, count_entries("/proc/self/fd") - 2,
                  count_entries("/proc/self/task") - 2, late);
    assert_int_equal(count_entries("/proc/self/fd"), files);
    assert_int_equal(count_entries("/proc/self/task"), threads);
#ifndef FG_SANITISED /* whose own memory would be measured */
    assert_true(late - memory < MAX_DRIFT);
#endif
}

static void a_camera_without_a_rate_of_its_own_is_held_to_fps(void **state)
{
    (void)state;
    static const int rates[] = {10, 30, 60};
    for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
        double seconds = (double)run_camera(rates[i]) / (double)FG_NS_PER_S;
        print_message("asked for %d fps: %d frames in %.2f s\n", rates[i], FRAMES, seconds);
        /* Buffers that lie ready at the start are filled at once. */
        assert_true(seconds > 0.98 * (FRAMES - 6) / rates[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_runs_leave_no_descriptor_thread_or_memory_behind),
        cmocka_unit_test(a_camera_without_a_rate_of_its_own_is_held_to_fps),
    };
    return cmocka_run_group_tests_name("restarts", tests, open_show, close_show);
}
