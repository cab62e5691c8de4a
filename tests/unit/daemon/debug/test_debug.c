/* What a run writes down: what it warns of, what it tells at the end, and that it ends alone. */
#include "debug/debug.h"

#include "frame_results.h"
#include "testing.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const char *const two[] = {"Ada", "Bob", NULL};

static frame_results all;
static char *folder;
static char *trace, *record, *annotate;
static fg_debug_options options;
static fg_debug *debug;

static int open_folder(void **state)
{
    (void)state;
    folder = fg_testing_folder();
    trace = fg_testing_path(folder, "trace.jsonl");
    record = fg_testing_path(folder, "record");
    annotate = fg_testing_path(folder, "annotate");
    options = (fg_debug_options){.trace = trace, .record = record, .annotate = annotate};
    frame_results_open(&all, two);
    debug = NULL;
    return 0;
}

static int close_folder(void **state)
{
    (void)state;
    frame_results_close(&all);
    free(trace);
    free(record);
    free(annotate);
    fg_testing_remove(folder);
    return 0;
}

static void open_debug(void *context)
{
    (void)context;
    fg_error error;
    if (fg_debug_open(&options, &debug, &error) != 0) {
        fail_msg("%s", error.text);
    }
}

static void close_debug(void *context)
{
    (void)context;
    debug = fg_debug_close(debug);
}

static void write_frames(void *context)
{
    for (int i = 0; i < *(int *)context; i++) {
        fg_debug_frame(debug, &all.frame_result);
        all.frame.sequence++;
    }
}

/* The text stands in the log once, behind a line's time and thread. */
static void assert_logged(const char *log, const char *level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void assert_logged(const char *log, const char *level, const char *format, ...)
{
    char text[2000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    const char *at = strstr(log, text);
    if (at == NULL || strstr(at + 1, text) != NULL) {
        fail_msg("not once \"%s\" in:\n%s", text, log);
        return;
    }
    const char *line = at;
    while (line > log && line[-1] != '\n') {
        line--;
    }
    const char *found = strstr(line, level);
    assert_true(found != NULL && found < at);
}

static int count_lines(const char *log)
{
    int count = 0;
    for (const char *at = log; (at = strchr(at, '\n')) != NULL; at++) {
        count++;
    }
    return count;
}

static size_t size_of(const char *path)
{
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    return (size_t)info.st_size;
}

static void nothing_wanted_is_nothing(void **state)
{
    (void)state;
    fg_debug_options none = {.trace = NULL};
    debug = (fg_debug *)folder;
    assert_int_equal(fg_debug_open(&none, &debug, NULL), 0);
    assert_null(debug);
    fg_debug_frame(debug, &all.frame_result);
    assert_null(fg_debug_close(debug));
}

static void it_warns_at_the_start_and_tells_at_the_end(void **state)
{
    (void)state;
    int frames = 2;
    char *log = frame_results_logged(open_debug, NULL);
    assert_int_equal(count_lines(log), 3);
    assert_logged(log, "WARN ",
                  "--trace %s: records everyone in view, for debugging only: remove it when done\n",
                  trace);
    assert_logged(log, "WARN ",
                  "--record %s: keeps pictures of everyone in view, for debugging only: remove "
                  "them when done\n",
                  record);
    assert_logged(log, "WARN ",
                  "--annotate %s: keeps pictures of everyone in view, for debugging only: remove "
                  "them when done\n",
                  annotate);
    free(log);
    log = frame_results_logged(write_frames, &frames);
    assert_string_equal(log, "");
    free(log);

    char *one = fg_testing_path(record, "frame-00000013.jpg");
    char *other = fg_testing_path(annotate, "frame-00000013.svg");
    log = frame_results_logged(close_debug, NULL);
    assert_int_equal(count_lines(log), 3);
    assert_logged(log, "INFO", "--trace %s: 2 frames written, %.1f kB\n", trace,
                  (double)size_of(trace) / 1e3);
    assert_logged(log, "INFO", "--record %s: 2 frames written, %.1f kB\n", record,
                  2 * (double)size_of(one) / 1e3);
    assert_logged(log, "INFO", "--annotate %s: 2 frames written, %.1f kB\n", annotate,
                  2 * (double)size_of(other) / 1e3);
    free(log);
    free(one);
    free(other);
}

static void one_folder_for_both_is_refused_and_nothing_stays(void **state)
{
    (void)state;
    fg_error error;
    char expected[1200];
    options.annotate = record;
    assert_int_equal(fg_debug_open(&options, &debug, &error), -EINVAL);
    snprintf(expected, sizeof(expected),
             "--record and --annotate name the same folder, %s: give each its own", record);
    assert_string_equal(error.text, expected);
    assert_null(debug);

    options.annotate = annotate;
    options.trace = "/no/such/file";
    assert_int_equal(fg_debug_open(&options, &debug, &error), -ENOENT);
    assert_string_equal(error.text, "--trace /no/such/file: No such file or directory");
    assert_int_equal(access(record, F_OK) + access(annotate, F_OK) + access(trace, F_OK), -3);
}

typedef struct disk {
    size_t bytes;
    int frames;
} disk;

static void write_on_a_small_disk(void *context)
{
    disk *small = context;
    frame_results_on_a_small_disk(small->bytes, write_frames, &small->frames);
}

static void what_finds_no_room_ends_with_one_line_and_the_rest_goes_on(void **state)
{
    (void)state;
    disk small = {.bytes = 1200, .frames = 20}; /* an SVG of these is larger */
    free(frame_results_logged(open_debug, NULL));
    char *log = frame_results_logged(write_on_a_small_disk, &small);
    assert_int_equal(count_lines(log), 2);
    assert_logged(log, "ERROR",
                  "--annotate %s: frame-00000012.svg: File too large: it ends here, with 0 frames "
                  "written, 0.0 kB; the run goes on\n",
                  annotate);
    char *lines = fg_testing_read(trace, NULL);
    assert_logged(log, "ERROR",
                  "--trace %s: File too large: it ends here, with %d frames written, 1.2 kB; the "
                  "run goes on\n",
                  trace, count_lines(lines));
    free(lines);
    free(log);
    log = frame_results_logged(close_debug, NULL);
    assert_int_equal(count_lines(log), 1);
    assert_logged(log, "INFO", "--record %s: 20 frames written, ", record);
    free(log);
}

static void a_folder_that_vanishes_ends_with_one_line(void **state)
{
    (void)state;
    int one = 1;
    int several = 5;
    options = (fg_debug_options){.record = record};
    free(frame_results_logged(open_debug, NULL));
    free(frame_results_logged(write_frames, &one));
    fg_testing_remove(fg_testing_path(folder, "record"));
    char *log = frame_results_logged(write_frames, &several);
    assert_int_equal(count_lines(log), 1);
    assert_logged(log, "ERROR",
                  ": frame-00000013.jpg: No such file or directory: it ends here, with 1 frame "
                  "written, ");
    free(log);
    log = frame_results_logged(close_debug, NULL);
    assert_string_equal(log, "");
    free(log);
}

#define in_a_folder(test) cmocka_unit_test_setup_teardown(test, open_folder, close_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_folder(nothing_wanted_is_nothing),
        in_a_folder(it_warns_at_the_start_and_tells_at_the_end),
        in_a_folder(one_folder_for_both_is_refused_and_nothing_stays),
        in_a_folder(what_finds_no_room_ends_with_one_line_and_the_rest_goes_on),
        in_a_folder(a_folder_that_vanishes_ends_with_one_line),
    };
    return cmocka_run_group_tests_name("debug", tests, NULL, NULL);
}
