#include "figures.h"

#include "testing.h"

#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define SURE 3 /* standard errors */

/*
 * The bounds: a daemon that grew by one MiB a day would take three years for the gigabyte of a
 * small Pi; 4 KiB lost with each event are eight times as much. Of descriptors and threads there
 * must not be one more in the end. The short form has a fraction of the day, and the grain of the
 * allocator is what it is.
 *
 * A file that was large before the measured part began has no slope. What waits in the longest
 * outage of a round is half a MiB, and the log is cut to one.
 */
const fg_figure_kind fg_figure_kinds[FG_FIGURES] = {
    [FG_FIGURE_RESIDENT] = {"resident", "resident memory", "KiB", 1024, 384, INFINITY},
    [FG_FIGURE_ANONYMOUS] = {"anonymous", "anonymous memory", "KiB", 1024, 384, INFINITY},
    [FG_FIGURE_DESCRIPTORS] = {"descriptors", "open descriptors", "descriptors", 0.9, 0.9,
                               INFINITY},
    [FG_FIGURE_THREADS] = {"threads", "threads", "threads", 0.9, 0.9, INFINITY},
    [FG_FIGURE_OUTBOX] = {"outbox", "outbox file", "KiB", 512, 512, 4096},
    [FG_FIGURE_LOG] = {"wal", "outbox log (WAL)", "KiB", 512, 512, 4096},
};

/* A field of /proc/PID/smaps_rollup in KiB. The counters of /proc/PID/status lag behind by some
 * pages of each thread. Source: proc(5). */
static double memory(pid_t pid, const char *field)
{
    char path[64], line[256];
    long size = -1;
    snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    while (size < 0 && fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, field, strlen(field)) == 0) {
            size = strtol(line + strlen(field), NULL, 10);
        }
    }
    fclose(file);
    assert_true(size >= 0);
    return (double)size;
}

/* What is in a folder of /proc/PID. */
static int count_entries(pid_t pid, const char *folder)
{
    char path[64];
    int count = 0;
    snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, folder);
    DIR *entries = opendir(path);
    assert_non_null(entries);
    for (const struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        count += entry->d_name[0] != '.' ? 1 : 0;
    }
    closedir(entries);
    return count;
}

static double file_size(const char *path, const char *suffix)
{
    char whole[512];
    struct stat info;
    snprintf(whole, sizeof(whole), "%s%s", path, suffix);
    assert_int_equal(stat(whole, &info), 0);
    return (double)info.st_size / 1024;
}

void fg_samples_take(fg_samples *samples, double hours, pid_t pid, const char *outbox)
{
    if (samples->count == samples->room) {
        samples->room = samples->room > 0 ? 2 * samples->room : 256;
        samples->all = reallocarray(samples->all, (size_t)samples->room, sizeof(*samples->all));
        assert_non_null(samples->all);
    }
    samples->all[samples->count++] = (fg_sample){
        .hours = hours,
        .of = {[FG_FIGURE_RESIDENT] = memory(pid, "Rss:"),
               [FG_FIGURE_ANONYMOUS] = memory(pid, "Anonymous:"),
               [FG_FIGURE_DESCRIPTORS] = count_entries(pid, "fd"),
               [FG_FIGURE_THREADS] = count_entries(pid, "task"),
               [FG_FIGURE_OUTBOX] = file_size(outbox, ""),
               [FG_FIGURE_LOG] = file_size(outbox, "-wal")},
    };
}

void fg_samples_free(fg_samples *samples)
{
    free(samples->all);
    *samples = (fg_samples){0};
}

void fg_samples_mean(const fg_sample *of, int count, enum fg_figure figure, double *ret_hours,
                     double *ret_value)
{
    double hours = 0, value = 0;
    for (int i = 0; i < count; i++) {
        hours += of[i].hours / count;
        value += of[i].of[figure] / count;
    }
    *ret_hours = hours;
    *ret_value = value;
}

/* The line through the rounds' means, with the standard error of its slope. */
static void fit(const fg_sample *of, int rounds, int per_round, enum fg_figure figure,
                fg_trend *trend)
{
    double hours, value, spread = 0, together = 0, rest = 0;
    fg_samples_mean(of, rounds * per_round, figure, &trend->middle, &trend->mean);
    for (int i = 0; i < rounds; i++) {
        fg_samples_mean(of + i * per_round, per_round, figure, &hours, &value);
        spread += (hours - trend->middle) * (hours - trend->middle);
        together += (hours - trend->middle) * (value - trend->mean);
    }
    /* A figure that never changes has no slope; what is left is rounding. */
    trend->slope = fabs(together) > 1e-9 * spread ? together / spread : 0;
    for (int i = 0; i < rounds; i++) {
        fg_samples_mean(of + i * per_round, per_round, figure, &hours, &value);
        double off = value - trend->mean - trend->slope * (hours - trend->middle);
        rest += off * off;
    }
    trend->error = sqrt(rest / (rounds - 2) / spread);
}

fg_trend fg_trend_of(const fg_samples *samples, int begin, int end, int per_round,
                     enum fg_figure figure, double bound)
{
    const fg_sample *of = samples->all + begin;
    int rounds = (end - begin) / per_round;
    int count = rounds * per_round;
    assert_true(end <= samples->count && rounds >= 3);
    fg_trend trend = {.first = of[0].of[figure],
                      .last = of[count - 1].of[figure],
                      .begins = of[0].hours,
                      .ends = of[count - 1].hours,
                      .bound = bound};
    for (int i = 0; i < count; i++) {
        trend.max = fmax(trend.max, of[i].of[figure]);
    }
    fit(of, rounds, per_round, figure, &trend);
    double time = trend.ends - trend.begins;
    double growth = trend.slope * time;
    double margin = SURE * trend.error * time;
    trend.verdict = FG_VERDICT_UNCLEAR;
    if (trend.max > fg_figure_kinds[figure].most) {
        trend.verdict = FG_VERDICT_LARGE;
    } else if (growth + margin <= bound) {
        trend.verdict = FG_VERDICT_FLAT;
    } else if (growth > margin) {
        trend.verdict = FG_VERDICT_GROWS;
    }
    return trend;
}

const char *fg_verdict_text(fg_verdict verdict)
{
    static const char *const texts[] = {[FG_VERDICT_FLAT] = "flat",
                                        [FG_VERDICT_GROWS] = "GROWS",
                                        [FG_VERDICT_UNCLEAR] = "UNCLEAR",
                                        [FG_VERDICT_LARGE] = "TOO LARGE"};
    return texts[verdict];
}
