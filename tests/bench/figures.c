#include "figures.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The targets that are the same for every film. */
#define MOST_DECISION_MS 300
#define MOST_WIRE_MS     20
#define MOST_PEAK_MIB    100

enum {
    BASELINE_CPU,
    FACEGATE_CPU,
    RATIO,
    DECODING,
    BASELINE_FPS,
    FACEGATE_FPS,
    OVERWRITTEN,
    DECISION,
    DECISION_P95,
    WIRE,
    WIRE_P95,
    BASELINE_PEAK,
    FACEGATE_PEAK,
    METRICS
};

static const struct {
    const char *title; /* in the table */
    const char *key;   /* in the JSON */
    int digits;
    bool at_least; /* the target; else at most */
} metrics[METRICS] = {
    [BASELINE_CPU] = {"CPU a frame, baseline, ms", "baseline_cpu_ms", 1, false},
    [FACEGATE_CPU] = {"CPU a frame, facegate, ms", "facegate_cpu_ms", 2, false},
    [RATIO] = {"  baseline / facegate", "cpu_ratio", 1, true},
    [DECODING] = {"decoding, counted apart, ms", "decoding_cpu_ms", 2, false},
    [BASELINE_FPS] = {"frames a second, baseline", "baseline_fps", 1, false},
    [FACEGATE_FPS] = {"frames a second, facegate", "facegate_fps", 1, false},
    [OVERWRITTEN] = {"overwritten at 30 fps, %", "overwritten_percent", 1, false},
    [DECISION] = {"view to decision, ms, median", "decision_ms_median", 1, false},
    [DECISION_P95] = {"  95 %", "decision_ms_p95", 1, false},
    [WIRE] = {"decision to wire, ms, median", "wire_ms_median", 1, false},
    [WIRE_P95] = {"  95 %", "wire_ms_p95", 1, false},
    [BASELINE_PEAK] = {"peak memory, baseline, MiB", "baseline_peak_mib", 1, false},
    [FACEGATE_PEAK] = {"peak memory, facegate, MiB", "facegate_peak_mib", 1, false},
};

/* NAN for what there is not: a decision where nobody came, a target. */
typedef struct metric {
    double value, wanted;
} metric;

static void tell(figures *of, metric ret_metrics[METRICS])
{
    double decision = of->has_people ? MOST_DECISION_MS : NAN;
    double wire = of->has_people ? MOST_WIRE_MS : NAN;
    double lost = 100.0 * of->facegate.overwritten / of->facegate.paced_frames;
    const metric all[METRICS] = {
        [BASELINE_CPU] = {of->baseline.cpu_ms, NAN},
        [FACEGATE_CPU] = {of->facegate.cpu_ms, NAN},
        [RATIO] = {of->baseline.cpu_ms / of->facegate.cpu_ms, of->wanted_ratio},
        [DECODING] = {of->facegate.decoding_ms, NAN},
        [BASELINE_FPS] = {of->baseline.fps, NAN},
        [FACEGATE_FPS] = {of->facegate.fps, NAN},
        [OVERWRITTEN] = {lost, of->wanted_lost},
        [DECISION] = {series_percentile(&of->facegate.decision, 50), decision},
        [DECISION_P95] = {series_percentile(&of->facegate.decision, 95), NAN},
        [WIRE] = {series_percentile(&of->facegate.wire, 50), NAN},
        [WIRE_P95] = {series_percentile(&of->facegate.wire, 95), wire},
        [BASELINE_PEAK] = {of->baseline.peak_mib, NAN},
        [FACEGATE_PEAK] = {of->facegate.peak_mib, MOST_PEAK_MIB},
    };
    memcpy(ret_metrics, all, sizeof(all));
}

/* What was not measured has not met its target. */
static bool is_met(int which, metric of)
{
    return metrics[which].at_least ? of.value >= of.wanted : of.value <= of.wanted;
}

static void print_values(int which, metric all[FIGURES_FILMS][METRICS])
{
    printf("%-32s", metrics[which].title);
    for (int i = 0; i < FIGURES_FILMS; i++) {
        char text[32] = "-";
        double value = all[i][which].value;
        if (!isnan(value)) {
            snprintf(text, sizeof(text), "%.*f", metrics[which].digits, value);
        }
        printf("%16s", text);
    }
    putchar('\n');
}

static void print_targets(int which, metric all[FIGURES_FILMS][METRICS])
{
    bool any = false;
    for (int i = 0; i < FIGURES_FILMS; i++) {
        any = any || !isnan(all[i][which].wanted);
    }
    if (!any) {
        return;
    }
    printf("%-32s", metrics[which].at_least ? "    target: at least" : "    target: at most");
    for (int i = 0; i < FIGURES_FILMS; i++) {
        char text[32] = "-";
        metric of = all[i][which];
        if (!isnan(of.wanted)) {
            snprintf(text, sizeof(text), "%g: %s", of.wanted,
                     is_met(which, of) ? "met" : "not met");
        }
        printf("%16s", text);
    }
    putchar('\n');
}

void figures_print(figures films[FIGURES_FILMS])
{
    metric all[FIGURES_FILMS][METRICS];
    printf("%-32s", "640x480");
    for (int i = 0; i < FIGURES_FILMS; i++) {
        tell(&films[i], all[i]);
        printf("%16s", films[i].title);
    }
    printf("\n%-32s", "accepted + refused at 30 fps");
    for (int i = 0; i < FIGURES_FILMS; i++) {
        char text[32];
        snprintf(text, sizeof(text), "%d + %d", films[i].facegate.accepted,
                 films[i].facegate.refused);
        printf("%16s", text);
    }
    putchar('\n');
    for (int which = 0; which < METRICS; which++) {
        print_values(which, all);
        print_targets(which, all);
    }
}

static cJSON *film_to_json(figures *of)
{
    metric all[METRICS];
    tell(of, all);
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "film", of->film);
    cJSON_AddNumberToObject(json, "frames", of->facegate.frames);
    cJSON_AddNumberToObject(json, "baseline_frames", of->baseline.frames);
    cJSON_AddNumberToObject(json, "baseline_frames_with_face", of->baseline.with_face);
    cJSON_AddNumberToObject(json, "accepted", of->facegate.accepted);
    cJSON_AddNumberToObject(json, "refused", of->facegate.refused);
    cJSON_AddNumberToObject(json, "overwritten", of->facegate.overwritten);
    cJSON_AddNumberToObject(json, "decisions", (double)of->facegate.decision.count);
    cJSON_AddNumberToObject(json, "events", (double)of->facegate.wire.count);
    cJSON *targets = cJSON_CreateObject();
    for (int i = 0; i < METRICS; i++) {
        cJSON_AddNumberToObject(json, metrics[i].key, all[i].value);
        if (!isnan(all[i].wanted)) {
            cJSON *target = cJSON_AddObjectToObject(targets, metrics[i].key);
            cJSON_AddNumberToObject(target, metrics[i].at_least ? "at_least" : "at_most",
                                    all[i].wanted);
            cJSON_AddBoolToObject(target, "met", is_met(i, all[i]));
        }
    }
    cJSON_AddItemToObject(json, "targets", targets);
    return json;
}

int figures_save(figures films[FIGURES_FILMS], const char *path, fg_error *error)
{
    cJSON *json = cJSON_CreateArray();
    for (int i = 0; i < FIGURES_FILMS; i++) {
        cJSON_AddItemToArray(json, film_to_json(&films[i]));
    }
    char *text = cJSON_Print(json);
    cJSON_Delete(json);
    FILE *file = text == NULL ? NULL : fopen(path, "we");
    bool written = file != NULL && fprintf(file, "%s\n", text) > 0;
    written = file != NULL && fclose(file) == 0 && written;
    free(text);
    return written ? 0 : fg_error_set(error, -EIO, "%s: %s", path, strerror(errno));
}
