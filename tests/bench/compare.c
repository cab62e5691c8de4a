/*
 * fg_compare: facegate's pipeline beside the straightforward loop (RGB, made twice as large, every
 * face of every frame encoded, every frame a JPEG) on the same machine in one run, on films of an
 * empty room, of one person and of three. Each measurement has a process of its own. The baseline
 * looks at one frame of many: its frames cost about the same, and all of them would take minutes.
 *
 * It compiles the recognition thread in rather than start `facegate run`, so that loading the
 * models, more work than an empty room is in ten seconds, stays out of the figures, and that the
 * stamps of decisions are known to the microsecond.
 */
#include "child.h"
#include "facegate/clock.h"
#include "figures.h"
#include "testing.h"
#include "wire.h"

#include <cjson/cJSON.h>
#include <getopt.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEP        10    /* the baseline looks at every tenth frame */
#define CHILD_WORDS 7     /* what follows --child */
#define PATIENCE    600.0 /* seconds for one measurement; ends a run that hangs */

static const char usage[] =
    "Usage: fg_compare --films DIR --models DIR --pictures DIR --json FILE [--step N]\n";

typedef struct compare {
    const char *self;
    const char *films_dir, *models_dir, *pictures_dir, *json;
    int step;
    char *folder; /* on tmpfs, for the gallery and what the children print */
    char *gallery;
    wire *wire;
} compare;

/* Runs this program again for one measurement of a film. What it measured, to be deleted; NULL
 * where that failed, which has been reported. */
static cJSON *run_child(const compare *of, const char *what, const char *film)
{
    char *film_dir = fg_testing_path(of->films_dir, film);
    char step[16];
    snprintf(step, sizeof(step), "%d", of->step);
    const char *argv[] = {of->self,    "--child", what, of->models_dir,     of->pictures_dir,
                          of->gallery, film_dir,  step, wire_url(of->wire), NULL};
    char *output = NULL;
    fprintf(stderr, "fg_compare: %s: %s\n", film, what);
    int code = fg_process_run(of->folder, argv, NULL, PATIENCE, &output);
    cJSON *json = code == 0 ? cJSON_ParseWithOpts(output, NULL, 0) : NULL;
    if (json == NULL) {
        fprintf(stderr, "fg_compare: %s: %s ended with %d:\n%s", film, what, code, output);
    }
    free(output);
    free(film_dir);
    return json;
}

/* In the child; the words are those of run_child, from `what` on. */
static int be_child(char **words)
{
    const char *models_dir = words[1], *gallery = words[3], *film_dir = words[4];
    if (strcmp(words[0], "enroll") == 0) {
        return child_enroll(models_dir, words[2], gallery);
    }
    if (strcmp(words[0], "baseline") == 0) {
        return child_baseline(models_dir, gallery, film_dir, atoi(words[5]));
    }
    return child_pipeline(models_dir, gallery, film_dir, words[6], strcmp(words[0], "paced") == 0);
}

static double number(const cJSON *json, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, key);
    return cJSON_IsNumber(item) ? item->valuedouble : NAN;
}

static int whole(const cJSON *json, const char *key)
{
    double value = number(json, key);
    return isnan(value) ? 0 : (int)value;
}

static bool measure_baseline(const compare *of, figures *film)
{
    cJSON *json = run_child(of, "baseline", film->film);
    double frames = number(json, "frames");
    film->baseline.frames = whole(json, "frames");
    film->baseline.with_face = whole(json, "with_face");
    film->baseline.cpu_ms = number(json, "cpu_ms") / frames;
    film->baseline.fps = frames / number(json, "wall_ms") * 1000;
    film->baseline.peak_mib = number(json, "peak_kb") / 1024;
    cJSON_Delete(json);
    return json != NULL;
}

/* As fast as it goes: what the work costs. */
static bool measure_work(const compare *of, figures *film)
{
    cJSON *json = run_child(of, "unpaced", film->film);
    double frames = number(json, "frames");
    film->facegate.frames = whole(json, "frames");
    film->facegate.cpu_ms = number(json, "cpu_ms") / frames;
    film->facegate.decoding_ms = number(json, "decoding_ms") / frames;
    film->facegate.fps = frames / number(json, "busy_ms") * 1000;
    film->facegate.peak_mib = number(json, "peak_kb") / 1024;
    cJSON_Delete(json);
    return json != NULL;
}

/* Like a camera: how promptly it is done. */
static bool measure_pace(const compare *of, figures *film)
{
    const cJSON *item = NULL;
    cJSON *json = run_child(of, "paced", film->film);
    film->facegate.overwritten = whole(json, "overwritten");
    film->facegate.paced_frames = whole(json, "frames") + film->facegate.overwritten;
    film->facegate.peak_mib = fmax(film->facegate.peak_mib, number(json, "peak_kb") / 1024);
    film->facegate.accepted = whole(json, "accepted");
    film->facegate.refused = whole(json, "refused");
    cJSON_ArrayForEach(item, cJSON_GetObjectItem(json, "delays"))
    {
        series_add(&film->facegate.decision, (int64_t)(item->valuedouble * 1e6));
    }
    cJSON_ArrayForEach(item, cJSON_GetObjectItem(json, "events"))
    {
        const char *id = cJSON_GetStringValue(cJSON_GetObjectItem(item, "id"));
        int64_t first_byte = wire_first_byte(of->wire, id != NULL ? id : "");
        if (first_byte >= 0) {
            series_add(&film->facegate.wire, first_byte - (int64_t)(number(item, "decided") * 1e6));
        }
    }
    cJSON_Delete(json);
    return json != NULL;
}

static bool measure_all(const compare *of, figures films[FIGURES_FILMS])
{
    cJSON *enrolled = run_child(of, "enroll", films[0].film);
    bool good = enrolled != NULL;
    cJSON_Delete(enrolled);
    for (int i = 0; i < FIGURES_FILMS && good; i++) {
        good = measure_baseline(of, &films[i]) && measure_work(of, &films[i]) &&
               measure_pace(of, &films[i]);
    }
    return good;
}

static bool parse(int argc, char **argv, compare *of)
{
    static const struct option options[] = {
        {"films", required_argument, NULL, 'f'},    {"models", required_argument, NULL, 'm'},
        {"pictures", required_argument, NULL, 'p'}, {"json", required_argument, NULL, 'j'},
        {"step", required_argument, NULL, 's'},     {NULL, 0, NULL, 0},
    };
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 'f':
            of->films_dir = optarg;
            break;
        case 'm':
            of->models_dir = optarg;
            break;
        case 'p':
            of->pictures_dir = optarg;
            break;
        case 'j':
            of->json = optarg;
            break;
        case 's':
            of->step = atoi(optarg);
            break;
        default:
            return false;
        }
    }
    return optind == argc && of->films_dir != NULL && of->models_dir != NULL &&
           of->pictures_dir != NULL && of->json != NULL && of->step > 0;
}

int main(int argc, char **argv)
{
    static figures films[FIGURES_FILMS] = {
        {.film = "empty", .title = "empty room", .wanted_ratio = 200, .wanted_lost = 0},
        {.film = "one", .title = "one person", .wanted_ratio = 25, .has_people = true},
        {.film = "three",
         .title = "three people",
         .wanted_ratio = 10,
         .wanted_lost = 5,
         .has_people = true},
    };
    char self[PATH_MAX];
    compare of = {.self = self, .step = STEP};
    fg_error error = {""};
    if (argc == 2 + CHILD_WORDS && strcmp(argv[1], "--child") == 0) {
        return be_child(argv + 2);
    }
    if (!parse(argc, argv, &of)) {
        fputs(usage, stderr);
        return 2;
    }
    /* By its path: what starts it, the leash, is "/proc/self/exe" by then. */
    if (realpath("/proc/self/exe", self) == NULL) {
        perror("fg_compare: /proc/self/exe");
        return EXIT_FAILURE;
    }
    of.folder = fg_testing_folder_in("/dev/shm");
    of.gallery = fg_testing_path(of.folder, "encodings.json");
    bool good = wire_open(&of.wire, &error) == 0 && measure_all(&of, films);
    if (good) {
        figures_print(films);
        printf("The baseline looked at one frame of %d.\n", of.step);
        good = figures_save(films, of.json, &error) == 0;
    }
    if (good) {
        printf("The same as JSON: %s\n", of.json);
    } else {
        fprintf(stderr, "fg_compare: %s\n", error.text);
    }
    for (int i = 0; i < FIGURES_FILMS; i++) {
        series_release(&films[i].facegate.decision);
        series_release(&films[i].facegate.wire);
    }
    wire_close(of.wire);
    free(of.gallery);
    fg_testing_remove(of.folder);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
