/*
 * The comparison of `make bench`, on films of a few frames: that it runs through and tells
 * everything it should. What it measures is not looked at.
 */
#include "testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static const char *const films[] = {"empty", "one", "three"};

/* A second in which all who come stand there. */
static void make_film(const char *folder, const char *name)
{
    char script[512];
    char *film = fg_testing_path(folder, name);
    snprintf(script, sizeof(script), FG_SOURCE_DIR "/tests/films/%s.film", name);
    const char *argv[] = {
        FG_FILM, "--first", "150", "--frames", "30", script, FG_SOURCE_DIR "/tests/pictures",
        film,    NULL};
    char *output = NULL;
    assert_int_equal(mkdir(film, 0700), 0);
    int code = fg_process_run(folder, argv, NULL, FG_TESTING_PATIENCE, &output);
    assert_string_equal(output, "");
    assert_int_equal(code, 0);
    free(output);
    free(film);
}

static void check_numbers(const cJSON *film, bool has_people)
{
    static const char *const always[] = {"frames",
                                         "baseline_frames",
                                         "baseline_frames_with_face",
                                         "accepted",
                                         "refused",
                                         "overwritten",
                                         "decisions",
                                         "events",
                                         "baseline_cpu_ms",
                                         "facegate_cpu_ms",
                                         "cpu_ratio",
                                         "decoding_cpu_ms",
                                         "baseline_fps",
                                         "facegate_fps",
                                         "overwritten_percent",
                                         "baseline_peak_mib",
                                         "facegate_peak_mib"};
    static const char *const with_people[] = {"decision_ms_median", "decision_ms_p95",
                                              "wire_ms_median", "wire_ms_p95"};
    for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++) {
        const cJSON *item = cJSON_GetObjectItemCaseSensitive(film, always[i]);
        if (!cJSON_IsNumber(item)) {
            fail_msg("%s is no number", always[i]);
        }
    }
    for (size_t i = 0; i < sizeof(with_people) / sizeof(with_people[0]); i++) {
        const cJSON *item = cJSON_GetObjectItemCaseSensitive(film, with_people[i]);
        if (has_people ? !cJSON_IsNumber(item) : !cJSON_IsNull(item)) {
            fail_msg("%s is %s", with_people[i], has_people ? "no number" : "not null");
        }
    }
}

static void check_targets(const cJSON *film, int count)
{
    const cJSON *targets = cJSON_GetObjectItemCaseSensitive(film, "targets");
    const cJSON *target = NULL;
    assert_int_equal(cJSON_GetArraySize(targets), count);
    cJSON_ArrayForEach(target, targets)
    {
        assert_true(cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(film, target->string)));
        assert_true(cJSON_IsBool(cJSON_GetObjectItemCaseSensitive(target, "met")));
    }
}

static void the_comparison_tells_every_figure_of_each_film(void **state)
{
    (void)state;
    char *folder = fg_testing_folder_in("/dev/shm");
    char *json_path = fg_testing_path(folder, "bench.json");
    for (size_t i = 0; i < 3; i++) {
        make_film(folder, films[i]);
    }
    const char *argv[] = {FG_COMPARE,
                          "--films",
                          folder,
                          "--models",
                          FG_SOURCE_DIR "/models",
                          "--pictures",
                          FG_SOURCE_DIR "/tests/pictures",
                          "--json",
                          json_path,
                          "--step",
                          "10",
                          NULL};
    char *output = NULL;
    int code = fg_process_run(folder, argv, NULL, 300, &output);
    if (code != 0) {
        fail_msg("it ended with %d:\n%s", code, output);
    }
    assert_non_null(strstr(output, json_path));

    char *text = fg_testing_read(json_path, NULL);
    cJSON *json = cJSON_Parse(text);
    assert_int_equal(cJSON_GetArraySize(json), 3);
    for (int i = 0; i < 3; i++) {
        const cJSON *film = cJSON_GetArrayItem(json, i);
        const cJSON *frames = cJSON_GetObjectItemCaseSensitive(film, "frames");
        const cJSON *name = cJSON_GetObjectItemCaseSensitive(film, "film");
        assert_string_equal(cJSON_GetStringValue(name), films[i]);
        check_numbers(film, i > 0);
        check_targets(film, i > 0 ? 5 : 3);
        assert_true(cJSON_GetNumberValue(frames) == 30);
    }
    cJSON_Delete(json);
    free(text);
    free(output);
    free(json_path);
    fg_testing_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_comparison_tells_every_figure_of_each_film),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
