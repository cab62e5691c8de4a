/* The trace: lines of JSON that nothing breaks, in a file of its own. */
#include "debug/trace.h"

#include "frame_results.h"
#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define ID "0d9c2f9a-4a43-4c0e-9d0e-7d6f6f1c2b3a"

static const char *const nobody[] = {NULL};
static const char *const two[] = {"Ada", "Bob", NULL};

static frame_results all;
static char *folder;
static char *path;

static int open_folder(void **state)
{
    (void)state;
    folder = fg_testing_folder();
    path = fg_testing_path(folder, "trace.jsonl");
    frame_results_open(&all, two);
    return 0;
}

static int close_folder(void **state)
{
    (void)state;
    frame_results_close(&all);
    free(path);
    fg_testing_remove(folder);
    return 0;
}

/* The line of the frame result as what it says; to be deleted. */
static cJSON *parse(void)
{
    fg_buffer line = {0};
    fg_trace_line(&line, &all.frame_result);
    assert_false(line.failed);
    assert_ptr_equal(memchr(line.data, '\n', line.size), line.data + line.size - 1);
    line.data[line.size - 1] = '\0';
    cJSON *object = cJSON_ParseWithLengthOpts(line.data, line.size, NULL, true);
    if (object == NULL) {
        fail_msg("no JSON: %s", line.data);
    }
    fg_buffer_free(&line);
    return object;
}

/* What a path of keys leads to, as JSON; a number is an index. */
static void assert_says(const cJSON *object, const char *keys, const char *expected)
{
    char rest[100];
    char *saved = NULL;
    snprintf(rest, sizeof(rest), "%s", keys);
    for (char *key = strtok_r(rest, ".", &saved); key != NULL; key = strtok_r(NULL, ".", &saved)) {
        object = cJSON_IsArray(object) ? cJSON_GetArrayItem(object, atoi(key))
                                       : cJSON_GetObjectItemCaseSensitive(object, key);
        if (object == NULL) {
            fail_msg("%s: there is no %s", keys, key);
        }
    }
    char *text = cJSON_PrintUnformatted(object);
    assert_string_equal(text, expected);
    cJSON_free(text);
}

static void an_empty_frame_has_its_line(void **state)
{
    (void)state;
    fg_buffer line = {0};
    frame_results_open(&all, nobody);
    all.frame_result.effort = (fg_finder_effort){.moves = false, .search = FG_SEARCH_NONE};
    fg_trace_line(&line, &all.frame_result);
    assert_string_equal(line.data,
                        "{\"frame\":12,\"time\":0.400,\"width\":64,\"height\":48,\"error\":null,"
                        "\"motion\":false,\"search\":\"none\",\"beyond\":0,\"tracks\":[]}\n");
    fg_buffer_free(&line);
    frame_results_close(&all);
}

static void all_that_is_known_of_a_face_is_reported(void **state)
{
    (void)state;
    frame_results_open(&all, two);
    all.frame_result.error = "the engine failed";
    int face = frame_results_add(&all);
    frame_results_measure(&all, face, 112.34, FG_QUALITY_GOOD);
    frame_results_match(&all, face, 0, 0.31234, 1, 0.7);
    frame_results_decide(&all, face, FG_ACCEPTED, 0, 0.31234);
    all.observations[face].decision.report = true;
    all.observations[face].decision.grounds = FG_GROUNDS_VIEWS;
    strcpy(all.reports[face].event, ID);
    cJSON *line = parse();
    assert_says(line, "error", "\"the engine failed\"");
    assert_says(line, "motion", "true");
    assert_says(line, "search", "\"whole\"");
    assert_says(line, "tracks.0",
                "{\"id\":1,\"epoch\":1,\"seen\":true,"
                "\"box\":{\"x\":10,\"y\":20,\"width\":30,\"height\":31},\"score\":0.75,"
                "\"quality\":{\"size\":120,\"inside\":1,\"brightness\":112.3,\"contrast\":40.3,"
                "\"sharpness\":0.457,\"turn\":0.123},\"fault\":null,"
                "\"match\":{\"name\":\"Ada\",\"distance\":0.3123,\"margin\":0.125,"
                "\"weight\":0.75,\"next_name\":\"Bob\",\"next_distance\":0.7},"
                "\"decision\":{\"status\":\"Accepted\",\"name\":\"Ada\",\"distance\":0.3123,"
                "\"margin\":0.0625,\"weight\":1.5,\"clock\":null,\"grounds\":\"views\","
                "\"fault\":null,\"report\":true},\"event\":\"" ID "\"}");
    cJSON_Delete(line);
    frame_results_close(&all);
}

static void what_is_not_known_is_null(void **state)
{
    (void)state;
    frame_results_open(&all, two);
    int unseen = frame_results_add(&all);
    int dark = frame_results_add(&all);
    int alone = frame_results_add(&all);
    all.observations[unseen].track.seen = false;
    all.observations[unseen].decision.undecided_since = all.frame.monotonic - 1250000000;
    frame_results_measure(&all, dark, 31, FG_QUALITY_DARK);
    frame_results_decide(&all, dark, FG_REFUSED, -1, INFINITY);
    all.observations[dark].decision.grounds = FG_GROUNDS_TIME;
    all.observations[dark].commonest_fault = FG_QUALITY_DARK;
    frame_results_measure(&all, alone, NAN, FG_QUALITY_GOOD);
    frame_results_match(&all, alone, -1, INFINITY, -1, INFINITY);
    frame_results_decide(&all, alone, FG_REFUSED, -1, INFINITY);
    cJSON *line = parse();
    assert_says(line, "tracks.0.seen", "false");
    assert_says(line, "tracks.0.quality", "null");
    assert_says(line, "tracks.0.fault", "null");
    assert_says(line, "tracks.0.match", "null");
    assert_says(line, "tracks.0.event", "null");
    assert_says(line, "tracks.0.decision",
                "{\"status\":\"Undecided\",\"name\":null,\"distance\":null,\"margin\":null,"
                "\"weight\":0,\"clock\":1.25,\"grounds\":null,\"fault\":null,"
                "\"report\":false}");
    assert_says(line, "tracks.1.fault",
                "\"too dark: brightness 31, at least 45 is needed: more light on the face\"");
    assert_says(line, "tracks.1.match", "null");
    assert_says(line, "tracks.1.decision.status", "\"Refused\"");
    assert_says(line, "tracks.1.decision.grounds", "\"time\"");
    assert_says(line, "tracks.1.decision.fault", "\"too dark: more light on the face\"");
    assert_says(line, "tracks.2.quality.brightness", "null");
    assert_says(line, "tracks.2.match",
                "{\"name\":null,\"distance\":null,\"margin\":null,\"weight\":0.75,"
                "\"next_name\":null,\"next_distance\":null}");
    cJSON_Delete(line);
    frame_results_close(&all);
}

static void what_the_checks_say_is_there_with_the_one_that_refuses(void **state)
{
    (void)state;
    static const fg_check checks[] = {{.name = "liveness", .threshold = 0.5}, {.name = "mask"}};
    frame_results_open(&all, two);
    for (int i = 0; i < 2; i++) {
        fg_observation *observation = &all.observations[frame_results_add(&all)];
        observation->checks = checks;
        observation->check_count = 2;
        observation->decision.scores[0] = 0.125;
        observation->decision.scores[1] = NAN;
        observation->failed_check = i == 0 ? &checks[0] : NULL;
    }
    cJSON *line = parse();
    assert_says(line, "tracks.0.checks", "{\"liveness\":0.125,\"mask\":null}");
    assert_says(line, "tracks.0.failed_check", "\"liveness\"");
    assert_says(line, "tracks.1.failed_check", "null");
    cJSON_Delete(line);
    frame_results_close(&all);
}

static void no_name_breaks_the_line(void **state)
{
    (void)state;
    char longest[FG_NAME_SIZE];
    const char *const names[] = {
        "\"},{\"frame\":1",
        "\\",
        "\\u0000\\n",
        "</text><script>",
        "\xE2\x80\xA8\xE2\x80\xAE" /* a line separator, right to left from here */,
        "\xEF\xBF\xBF\xF0\x9F\x98\x80",
        longest,
        NULL,
    };
    memset(longest, '"', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    frame_results_open(&all, names);
    for (int i = 0; names[i] != NULL; i++) {
        int face = frame_results_add(&all);
        frame_results_match(&all, face, i, 0.3, i, 0.4);
        frame_results_decide(&all, face, FG_ACCEPTED, i, 0.3);
    }
    cJSON *line = parse();
    for (int i = 0; names[i] != NULL; i++) {
        const char *const keys[][2] = {
            {"match", "name"}, {"match", "next_name"}, {"decision", "name"}};
        const cJSON *track =
            cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(line, "tracks"), i);
        for (int k = 0; k < 3; k++) {
            const cJSON *part = cJSON_GetObjectItemCaseSensitive(track, keys[k][0]);
            const cJSON *name = cJSON_GetObjectItemCaseSensitive(part, keys[k][1]);
            assert_true(cJSON_IsString(name));
            assert_string_equal(name->valuestring, names[i]);
        }
    }
    cJSON_Delete(line);
    frame_results_close(&all);
}

static void as_many_tracks_as_there_can_be_are_reported(void **state)
{
    (void)state;
    frame_results_open(&all, two);
    for (int i = 0; i < FG_TRACKS_MAX; i++) {
        frame_results_measure(&all, frame_results_add(&all), 20, FG_QUALITY_DARK);
        frame_results_match(&all, i, 1, 0.5, 0, 0.6);
    }
    cJSON *line = parse();
    const cJSON *tracks = cJSON_GetObjectItemCaseSensitive(line, "tracks");
    assert_int_equal(cJSON_GetArraySize(tracks), FG_TRACKS_MAX);
    for (int i = 0; i < FG_TRACKS_MAX; i++) {
        const cJSON *id = cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(tracks, i), "id");
        assert_int_equal(id->valueint, i + 1);
    }
    cJSON_Delete(line);
    frame_results_close(&all);
}

static fg_trace *open_trace(void)
{
    fg_error error;
    fg_trace *trace = NULL;
    if (fg_trace_open(path, &trace, &error) != 0) {
        fail_msg("%s", error.text);
    }
    return trace;
}

static void each_frame_is_in_the_file_at_once(void **state)
{
    (void)state;
    struct stat info;
    fg_trace *trace = open_trace();
    for (uint64_t i = 1; i <= 3; i++) {
        assert_int_equal(fg_trace_frame(trace, &all.frame_result, NULL), 0);
        assert_int_equal(stat(path, &info), 0);
        assert_int_equal(fg_trace_written(trace).frames, i);
        assert_int_equal(fg_trace_written(trace).bytes, info.st_size);
    }
    assert_int_equal(info.st_mode & 07777, 0600);
    assert_null(fg_trace_close(trace));
    assert_null(fg_trace_close(NULL));
    char *text = fg_testing_read(path, NULL);
    int lines = 0;
    for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++) {
        lines++;
    }
    assert_int_equal(lines, 3);
    free(text);
}

static void a_file_that_is_there_is_left_alone(void **state)
{
    (void)state;
    fg_error error;
    fg_trace *trace = NULL;
    char expected[1200];
    char *link = fg_testing_path(folder, "link");
    fg_testing_write(path, "theirs", 6);
    assert_int_equal(symlink("nothing", link), 0);
    const char *const paths[] = {path, link};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(fg_trace_open(paths[i], &trace, &error), -EEXIST);
        snprintf(expected, sizeof(expected),
                 "--trace %s: the file exists: remove it, or use another name", paths[i]);
        assert_string_equal(error.text, expected);
    }
    char *text = fg_testing_read(path, NULL);
    assert_string_equal(text, "theirs");
    free(text);
    free(link);
    assert_int_equal(fg_trace_open("/no/such/file", &trace, &error), -ENOENT);
    assert_string_equal(error.text, "--trace /no/such/file: No such file or directory");
    assert_null(trace);
}

static void a_file_without_a_line_is_removed(void **state)
{
    (void)state;
    fg_trace_close(open_trace());
    assert_int_equal(access(path, F_OK), -1);
}

static void write_until_it_fails(void *context)
{
    fg_error error = {""};
    int result = 0;
    for (int i = 0; i < 100 && result == 0; i++) {
        result = fg_trace_frame(context, &all.frame_result, &error);
    }
    assert_int_equal(result, -EFBIG);
    assert_string_equal(error.text, "File too large");
}

static void on_a_full_disk_the_last_line_is_whole(void **state)
{
    (void)state;
    fg_trace *trace = open_trace();
    frame_results_on_a_small_disk(1000, write_until_it_fails, trace);
    fg_written written = fg_trace_written(trace);
    fg_trace_close(trace);
    size_t size = 0;
    char *text = fg_testing_read(path, &size);
    assert_true(written.frames > 2);
    assert_int_equal(size, written.bytes);
    assert_int_equal(size % written.frames, 0);
    assert_int_equal(text[size - 1], '\n');
    free(text);
}

static void it_may_go_to_standard_output(void **state)
{
    (void)state;
    fg_trace *trace = NULL;
    int saved = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_true(saved >= 0 && fd >= 0);
    fflush(stdout);
    dup2(fd, STDOUT_FILENO);
    int opened = fg_trace_open("-", &trace, NULL);
    int written = opened == 0 ? fg_trace_frame(trace, &all.frame_result, NULL) : -1;
    fg_trace_close(trace);
    bool is_open = fcntl(STDOUT_FILENO, F_GETFD) >= 0;
    dup2(saved, STDOUT_FILENO);
    close(saved);
    close(fd);
    assert_int_equal(opened, 0);
    assert_int_equal(written, 0);
    assert_true(is_open);
    char *text = fg_testing_read(path, NULL);
    assert_non_null(strstr(text, "\"frame\":12"));
    free(text);
}

#define in_a_folder(test) cmocka_unit_test_setup_teardown(test, open_folder, close_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_frame_has_its_line),
        cmocka_unit_test(all_that_is_known_of_a_face_is_reported),
        cmocka_unit_test(what_is_not_known_is_null),
        cmocka_unit_test(what_the_checks_say_is_there_with_the_one_that_refuses),
        cmocka_unit_test(no_name_breaks_the_line),
        cmocka_unit_test(as_many_tracks_as_there_can_be_are_reported),
        in_a_folder(each_frame_is_in_the_file_at_once),
        in_a_folder(a_file_that_is_there_is_left_alone),
        in_a_folder(a_file_without_a_line_is_removed),
        in_a_folder(on_a_full_disk_the_last_line_is_whole),
        in_a_folder(it_may_go_to_standard_output),
    };
    return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
