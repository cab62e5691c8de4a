/*
 * The daemon at a camera for minutes: no frame is missing, nothing piles up. It is measured for
 * FG_CAMERA_SECONDS, without that for two minutes. libcamera's own log tells when each request was
 * done and which of the four it was.
 */
#include "door.h"
#include "show.h"
#include "virtual_camera.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define FPS      30
#define SECONDS  120
#define SETTLED  20 /* by then all has been allocated that has to be */
#define REQUESTS 4
#define WINDOW   10 /* seconds */
#define WINDOWS  1000

/*
 * What is judged is the camera's side, which works for a few ms in each of its 33 and sleeps in
 * between: that a busy machine comes late to it is made up for up to four frames. So over the whole
 * time next to nothing may be missing, whatever else runs; one window may have had a bad time.
 */
#define MIN_RATE        29.5
#define MIN_WINDOW_RATE 27.0
#define MAX_RATE        30.6
#define MAX_DRIFT       1024L /* KiB: a leak of 350 bytes a frame in two minutes */
#define MAX_FILES       3     /* connections come and go */

static fg_door door;
static char *show;
static char *camera_log;

static int open_door(void **state)
{
    (void)state;
    fg_door_open(&door, "drain_timeout = 60\n");
    show = fg_show_make(door.folder);
    camera_log = fg_testing_path(door.folder, "libcamera.log");
    const fg_virtual_camera camera = {"Front", "A camera", show, FG_SHOW_WIDTH, FG_SHOW_HEIGHT};
    fg_virtual_camera_plug(door.folder, &camera, 1);
    /* Of two levels that fit, libcamera 0.4 takes the first and 0.7 the last. */
    assert_int_equal(setenv("LIBCAMERA_LOG_LEVELS", "Request:DEBUG,*:ERROR,Request:DEBUG", 1), 0);
    assert_int_equal(setenv("LIBCAMERA_LOG_FILE", camera_log, 1), 0);
    return 0;
}

static int close_door(void **state)
{
    (void)state;
    fg_door_close(&door);
    free(show);
    free(camera_log);
    return 0;
}

typedef struct sample {
    long memory; /* KiB */
    int files;
    int threads;
} sample;

static int count_entries(const char *what)
{
    char path[64];
    int count = 0;
    snprintf(path, sizeof(path), "/proc/%d/%s", (int)door.daemon.pid, what);
    DIR *entries = opendir(path);
    if (entries == NULL && errno == EACCES) {
        fail_msg("%s: the daemon shows its descriptors to root alone. Run this as root", path);
    }
    assert_non_null(entries);
    for (const struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        count += entry->d_name[0] != '.';
    }
    closedir(entries);
    return count;
}

static sample take_sample(void)
{
    return (sample){.memory = fg_process_memory(door.daemon.pid, "VmRSS"),
                    .files = count_entries("fd"),
                    .threads = count_entries("task")};
}

/* The largest of every kind among samples taken each second. */
static sample watch_until(double end)
{
    const struct timespec second = {.tv_sec = 1};
    sample most = {0};
    while (fg_testing_now() < end) {
        assert_true(fg_process_runs(&door.daemon));
        sample now = take_sample();
        most.memory = now.memory > most.memory ? now.memory : most.memory;
        most.files = now.files > most.files ? now.files : most.files;
        most.threads = now.threads > most.threads ? now.threads : most.threads;
        nanosleep(&second, NULL);
    }
    return most;
}

typedef struct account {
    long done;                        /* requests that were completed with a picture */
    double first, last;               /* seconds */
    int windows;                      /* whole ones */
    int in_window[WINDOWS][REQUESTS]; /* how often each was done */
} account;

/* "[6:55:14.666940296] [11754] DEBUG Request request.cpp:129 Request(17:C:0/1:3)" and a newline. */
static bool read_done(const char *line, double *ret_time, unsigned *ret_request)
{
    unsigned long hours, number;
    unsigned minutes, left, of;
    double seconds;
    const char *request = strstr(line, " Request(");
    if (request == NULL ||
        sscanf(request, " Request(%lu:C:%u/%u:%u)", &number, &left, &of, ret_request) != 4 ||
        sscanf(line, "[%lu:%u:%lf]", &hours, &minutes, &seconds) != 3) {
        return false;
    }
    *ret_time = (double)hours * 3600 + minutes * 60 + seconds;
    return true;
}

static account read_account(void)
{
    account result = {.done = 0};
    char line[512];
    FILE *file = fopen(camera_log, "re");
    assert_non_null(file);
    while (fgets(line, sizeof(line), file) != NULL) {
        double time;
        unsigned request;
        if (!read_done(line, &time, &request)) {
            continue;
        }
        assert_in_range(request, 0, REQUESTS - 1);
        result.first = result.done++ == 0 ? time : result.first;
        result.last = time;
        int window = (int)((time - result.first) / WINDOW);
        assert_in_range(window, 0, WINDOWS - 1);
        result.in_window[window][request]++;
        result.windows = window;
    }
    fclose(file);
    return result;
}

static double slowest_window(const account *of)
{
    int least = FPS * WINDOW * 100;
    for (int i = 0; i < of->windows; i++) {
        int count = 0;
        for (int request = 0; request < REQUESTS; request++) {
            count += of->in_window[i][request];
        }
        least = count < least ? count : least;
    }
    return (double)least / WINDOW;
}

/* "Stopped: 3550 frames (50 skipped), ...": all that the daemon had of the camera. */
static long count_frames(void)
{
    long judged = 0, passed_over = 0;
    char *output = fg_process_output(&door.daemon);
    const char *line = strstr(output, "Stopped: ");
    assert_non_null(line);
    assert_int_equal(sscanf(line, "Stopped: %ld frames (%ld skipped)", &judged, &passed_over), 2);
    print_message("the daemon: %ld frames judged, %ld passed over\n", judged, passed_over);
    free(output);
    return judged + passed_over;
}

static void frames_keep_coming_and_nothing_piles_up(void **state)
{
    (void)state;
    const char *asked = getenv("FG_CAMERA_SECONDS");
    int seconds = asked != NULL ? atoi(asked) : SECONDS;
    assert_in_range(seconds, SETTLED + WINDOW, WINDOWS * WINDOW - WINDOW);
    const char *options[] = {"--source", "auto", NULL};
    fg_door_run(&door, "run", options);
    fg_door_expect(&door, "Camera ready: Front 640x480 NV12 at 30 fps", 1);
    double start = fg_testing_now();
    sample early = watch_until(start + SETTLED);
    watch_until(start + seconds - WINDOW);
    sample late = watch_until(start + seconds);
    fg_process_signal(&door.daemon, SIGTERM);
    assert_int_equal(fg_process_wait(&door.daemon, FG_TESTING_PATIENCE), 0);

    account camera = read_account();
    double rate = (double)(camera.done - 1) / (camera.last - camera.first);
    double slowest = slowest_window(&camera);
    print_message("the camera: %ld frames in %.1f s, %.2f fps; the slowest %d s: %.1f fps\n",
                  camera.done, camera.last - camera.first, rate, WINDOW, slowest);
    const int *requests = camera.in_window[camera.windows - 1];
    print_message("in its last %d s the four requests came %d, %d, %d and %d times\n", WINDOW,
                  requests[0], requests[1], requests[2], requests[3]);
    print_message("in the first %d s: %ld kB, %d descriptors, %d threads; in the last %d s: "
                  "%ld kB, %d, %d\n",
                  SETTLED, early.memory, early.files, early.threads, WINDOW, late.memory,
                  late.files, late.threads);
    long frames = count_frames();

    assert_true(rate > MIN_RATE && rate < MAX_RATE);
    assert_true(slowest > MIN_WINDOW_RATE);
    /* The stop may have come in between. */
    assert_in_range(frames, camera.done - REQUESTS, camera.done);
    for (int i = 0; i < REQUESTS; i++) {
        assert_true(requests[i] > 0);
    }
    assert_true(late.memory - early.memory < MAX_DRIFT);
    assert_true(late.files <= early.files + MAX_FILES);
    assert_int_equal(late.threads, early.threads);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(frames_keep_coming_and_nothing_piles_up, open_door,
                                        close_door),
    };
    return cmocka_run_group_tests_name("steady", tests, NULL, NULL);
}
