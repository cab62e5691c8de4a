#include "child.h"
#include "facegate/camera/picture.h"
#include "facegate/clock.h"
#include "facegate/delivery/jpeg.h"
#include "facegate/gallery/gallery.h"
#include "facegate/vision/engine.h"
#include "known_faces.h"
#include "plain_detector.h"
#include "testing.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define QUALITY 90

typedef struct baseline {
    plain_detector *detector;
    fg_engine *engine; /* for landmarks, chip and encoding, which are dlib's as well */
    fg_gallery *gallery;
    fg_decoder *decoder;
    fg_jpeg *jpeg;
    fg_frame frame;
    int frames, with_face;
    int64_t cpu, wall; /* ns, without reading and decoding the pictures */
} baseline;

static int64_t process_cpu(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * FG_NS_PER_S + now.tv_nsec;
}

/* What the loop does with a frame. The result of the comparison is what a door would act on. */
static int see(baseline *of, fg_error *error)
{
    fg_box boxes[FG_ENGINE_MAX_FACES];
    fg_landmarks landmarks;
    float encoding[FG_ENCODING_SIZE];
    fg_match match;
    const uint8_t *data = NULL;
    size_t size = 0;
    int count = plain_detector_find(of->detector, &of->frame, boxes);
    if (count < 0) {
        return fg_error_set(error, count, "finding faces: %s", strerror(-count));
    }
    int result = 0;
    for (int i = 0; i < count && result == 0; i++) {
        result = fg_engine_align(of->engine, &of->frame, &boxes[i], &landmarks, error);
        if (result == 0) {
            result = fg_engine_encode(of->engine, encoding, error);
        }
        if (result == 0) {
            fg_gallery_match(of->gallery, encoding, &match);
        }
    }
    of->with_face += count > 0;
    return result != 0 ? result
                       : fg_jpeg_encode(of->jpeg, &of->frame, 0, 0, of->frame.width,
                                        of->frame.height, &data, &size, error);
}

static int measure_frame(baseline *of, const char *path, fg_error *error)
{
    int result = fg_picture_load(of->decoder, path, true, &of->frame, error);
    int64_t cpu = process_cpu();
    int64_t wall = fg_clock_monotonic();
    if (result == 0) {
        result = see(of, error);
    }
    of->cpu += process_cpu() - cpu;
    of->wall += fg_clock_monotonic() - wall;
    of->frames++;
    return result;
}

static int measure(baseline *of, const char *film_dir, int step, fg_error *error)
{
    char pattern[PATH_MAX];
    glob_t found = {0};
    snprintf(pattern, sizeof(pattern), "%s/*.jpg", film_dir);
    int result = glob(pattern, 0, NULL, &found) == 0
                     ? 0
                     : fg_error_set(error, -ENOENT, "%s: no picture in it", film_dir);
    for (size_t i = 0; i < found.gl_pathc && result == 0; i += (size_t)step) {
        result = measure_frame(of, found.gl_pathv[i], error);
    }
    globfree(&found);
    return result;
}

static void print(const baseline *of)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddNumberToObject(json, "frames", of->frames);
    cJSON_AddNumberToObject(json, "with_face", of->with_face);
    cJSON_AddNumberToObject(json, "cpu_ms", (double)of->cpu / 1e6);
    cJSON_AddNumberToObject(json, "wall_ms", (double)of->wall / 1e6);
    cJSON_AddNumberToObject(json, "peak_kb", (double)fg_process_memory(getpid(), "VmHWM"));
    char *text = cJSON_PrintUnformatted(json);
    puts(text != NULL ? text : "");
    free(text);
    cJSON_Delete(json);
}

/* Tells an error, closes all; the exit code. */
static int finish(baseline *of, int result, const fg_error *error)
{
    if (result != 0) {
        fprintf(stderr, "%s\n", error->text);
    }
    fg_frame_release(&of->frame);
    fg_jpeg_free(of->jpeg);
    fg_decoder_free(of->decoder);
    fg_gallery_free(of->gallery);
    fg_engine_free(of->engine);
    plain_detector_free(of->detector);
    return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int child_baseline(const char *models_dir, const char *gallery, const char *film_dir, int step)
{
    baseline of = {0};
    fg_error error = {.text = "not enough memory"};
    of.detector = plain_detector_create();
    int result = of.detector == NULL ? -ENOMEM : fg_engine_create(models_dir, &of.engine, &error);
    if (result == 0) {
        result = fg_gallery_load(gallery, &of.gallery, &error);
    }
    if (result == 0) {
        result = fg_decoder_create(&of.decoder);
    }
    if (result == 0) {
        result = fg_jpeg_create(QUALITY, &of.jpeg);
    }
    if (result == 0) {
        result = measure(&of, film_dir, step, &error);
    }
    if (result == 0) {
        print(&of);
    }
    return finish(&of, result, &error);
}

int child_enroll(const char *models_dir, const char *pictures_dir, const char *gallery)
{
    baseline of = {0};
    fg_error error = {.text = "not enough memory"};
    fg_landmarks landmarks;
    float encoding[FG_ENCODING_SIZE];
    char path[PATH_MAX];
    const fg_known_face *face = fg_known_faces;
    while (!face->is_twice) {
        face++;
    }
    snprintf(path, sizeof(path), "%s/sample%d.jpg", pictures_dir, face->picture);
    int result = fg_engine_create(models_dir, &of.engine, &error);
    if (result == 0) {
        result = fg_decoder_create(&of.decoder);
    }
    if (result == 0) {
        result = fg_picture_load(of.decoder, path, true, &of.frame, &error);
    }
    if (result == 0) {
        result = fg_engine_align(of.engine, &of.frame, &face->box, &landmarks, &error);
    }
    if (result == 0) {
        result = fg_engine_encode(of.engine, encoding, &error);
    }
    if (result == 0) {
        result = fg_gallery_create(&of.gallery);
    }
    if (result == 0) {
        result = fg_gallery_add(of.gallery, "Ada", "D8E2F1G3", encoding, &error);
    }
    if (result == 0) {
        result = fg_gallery_save(of.gallery, gallery, &error);
    }
    if (result == 0) {
        puts("{}");
    }
    return finish(&of, result, &error);
}
