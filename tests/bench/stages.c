/*
 * fg_stages MODELS_DIR PICTURES_DIR: how long each stage takes on this machine, from a camera's
 * bytes to an event in the outbox, with 640x480 frames. It only prints: what is fast enough depends
 * on the machine.
 */
#include "convert.h"
#include "facegate/clock.h"
#include "facegate/delivery/jpeg.h"
#include "facegate/delivery/outbox.h"
#include "facegate/gallery/comparison.h"
#include "facegate/gallery/gallery.h"
#include "facegate/vision/engine.h"
#include "facegate/vision/liveness.h"
#include "scene.h"
#include "series.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROUNDS        10
#define QUALITY       90
#define MIN_FACE      80
#define HOUSEHOLD     100   /* encodings at an ordinary door */
#define CROWD         50000 /* and at the largest that was promised */
#define CROWD_EACH    5     /* encodings of one person */
#define CROWD_SAMPLES 100

enum stage {
    FROM_JPEG,
    FROM_NV12,
    DETECT,
    ALIGN,
    ENCODE,
    LIVENESS,
    MATCH,
    MATCH_CROWD,
    TO_JPEG,
    COMMIT,
    STAGES
};

typedef struct bench {
    fg_engine *engine;
    fg_liveness *liveness;
    fg_decoder *decoder;
    fg_converter *converter;
    fg_jpeg *jpeg;
    fg_cohort *cohort;
    fg_gallery *household;
    fg_gallery *crowd;
    fg_outbox *outbox;
    char folder[64]; /* of the outbox */
    fg_frame scene[SCENE_FRAMES];
    fg_frame converted;
    uint8_t *pairs; /* the scene's chroma as NV12 has it */
    float probe[FG_ENCODING_SIZE];
    series stages[STAGES];
} bench;

static void note(bench *of, enum stage stage, int64_t start)
{
    series_add(&of->stages[stage], fg_clock_monotonic() - start);
}

/* Numbers like those of faces: a length of about 1.5, the same on every machine. */
static void invent_encoding(uint64_t *seed, float ret_encoding[FG_ENCODING_SIZE])
{
    for (int i = 0; i < FG_ENCODING_SIZE; i++) {
        *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        ret_encoding[i] = (float)(int32_t)(*seed >> 32) / 0x1p31F * 0.23F;
    }
}

static int make_gallery(int encodings, int each, fg_gallery **ret_gallery, fg_error *error)
{
    fg_gallery *gallery = NULL;
    uint64_t seed = (uint64_t)encodings;
    int result = fg_gallery_create(&gallery);
    for (int i = 0; i < encodings && result == 0; i++) {
        float encoding[FG_ENCODING_SIZE];
        char name[32];
        snprintf(name, sizeof(name), "Person %d", i / each);
        invent_encoding(&seed, encoding);
        result = fg_gallery_add(gallery, name, NULL, encoding, error);
    }
    if (result != 0) {
        fg_gallery_free(gallery);
        return result;
    }
    *ret_gallery = gallery;
    return 0;
}

static int open_outbox(bench *of, fg_error *error)
{
    /* The default outbox lies on tmpfs too. */
    strcpy(of->folder, "/dev/shm/fg-bench-XXXXXX");
    if (mkdtemp(of->folder) == NULL) {
        int code = -errno;
        of->folder[0] = '\0';
        return fg_error_set(error, code, "/dev/shm: %s", strerror(-code));
    }
    char path[128];
    snprintf(path, sizeof(path), "%s/outbox.db", of->folder);
    const fg_outbox_options options = {
        .path = path, .max_events = 1000, .max_bytes = INT64_C(256) << 20, .own = true};
    return fg_outbox_open(&options, &of->outbox, error);
}

static int open_all(bench *of, const char *models_dir, const char *pictures_dir, fg_error *error)
{
    fg_error_set(error, 0, "not enough memory");
    int result = fg_engine_create(models_dir, &of->engine, error);
    if (result == 0) {
        result = fg_liveness_create(models_dir, "", &of->liveness, NULL, error);
    }
    if (result == 0) {
        result = fg_decoder_create(&of->decoder);
    }
    if (result == 0) {
        result = fg_converter_create(&of->converter);
    }
    if (result == 0) {
        result = fg_jpeg_create(QUALITY, &of->jpeg);
    }
    if (result == 0) {
        result = scene_load(of->decoder, pictures_dir, of->scene, error);
    }
    if (result == 0) {
        result = fg_cohort_load(models_dir, &of->cohort, error);
    }
    if (result == 0) {
        result = make_gallery(HOUSEHOLD, 1, &of->household, error);
    }
    if (result == 0) {
        result = make_gallery(CROWD, CROWD_EACH, &of->crowd, error);
    }
    if (result == 0) {
        result = open_outbox(of, error);
    }
    of->pairs = malloc((size_t)SCENE_WIDTH * SCENE_HEIGHT / 2);
    return result == 0 && of->pairs == NULL ? -ENOMEM : result;
}

static void close_all(bench *of)
{
    for (int i = 0; i < STAGES; i++) {
        series_release(&of->stages[i]);
    }
    for (int i = 0; i < SCENE_FRAMES; i++) {
        fg_frame_release(&of->scene[i]);
    }
    fg_frame_release(&of->converted);
    free(of->pairs);
    if (of->outbox != NULL) {
        fg_outbox_remove(of->outbox);
    }
    if (of->folder[0] != '\0') {
        rmdir(of->folder);
    }
    fg_gallery_free(of->crowd);
    fg_gallery_free(of->household);
    fg_cohort_free(of->cohort);
    fg_jpeg_free(of->jpeg);
    fg_converter_free(of->converter);
    fg_decoder_free(of->decoder);
    fg_liveness_free(of->liveness);
    fg_engine_free(of->engine);
}

static int from_nv12(bench *of, const fg_frame *frame, fg_error *error)
{
    for (int y = 0; y < SCENE_HEIGHT / 2; y++) {
        for (int x = 0; x < SCENE_WIDTH / 2; x++) {
            uint8_t *pair = of->pairs + y * SCENE_WIDTH + 2 * x;
            pair[0] = frame->plane[1][y * frame->stride[1] + x];
            pair[1] = frame->plane[2][y * frame->stride[2] + x];
        }
    }
    const fg_raster raster = {
        .pixels = FG_PIXELS_NV12,
        .width = SCENE_WIDTH,
        .height = SCENE_HEIGHT,
        .plane = {{frame->plane[0], (size_t)frame->stride[0] * SCENE_HEIGHT, frame->stride[0]},
                  {of->pairs, (size_t)SCENE_WIDTH * SCENE_HEIGHT / 2, SCENE_WIDTH}},
    };
    int64_t start = fg_clock_monotonic();
    int result = fg_converter_convert(of->converter, &raster, &of->converted, error);
    note(of, FROM_NV12, start);
    return result;
}

/* What happens to one face; the last encoding is kept as a probe for the crowd. */
static int judge(bench *of, const fg_frame *frame, const fg_box *box, fg_error *error)
{
    fg_landmarks landmarks;
    fg_comparison comparison;
    double score;
    int64_t start = fg_clock_monotonic();
    int result = fg_engine_align(of->engine, frame, box, &landmarks, error);
    note(of, ALIGN, start);
    if (result != 0) {
        return result;
    }
    start = fg_clock_monotonic();
    result = fg_engine_encode(of->engine, of->probe, error);
    note(of, ENCODE, start);
    if (result != 0) {
        return result;
    }
    start = fg_clock_monotonic();
    result = fg_liveness_score(of->liveness, frame, box, &score, error);
    note(of, LIVENESS, start);
    if (result != 0) {
        return result;
    }
    start = fg_clock_monotonic();
    fg_comparison_make(of->household, of->cohort, of->probe, &comparison);
    note(of, MATCH, start);
    return 0;
}

/* An event goes in, and out again so that the outbox stays as it is at a door whose backend
 * answers. */
static int deliver(bench *of, const uint8_t *jpeg, size_t size, fg_error *error)
{
    fg_event event = {.status = "Refused",
                      .user_name = "Inconnu",
                      .rfid_id = "00000000",
                      .reason = "Visage non reconnu",
                      .jpeg = jpeg,
                      .jpeg_size = size};
    fg_outbox_entry entry;
    int dropped = 0;
    int result = fg_event_stamp(&event, fg_clock_monotonic(), fg_clock_realtime());
    if (result != 0) {
        return fg_error_set(error, result, "an event cannot be stamped: %s", strerror(-result));
    }
    int64_t start = fg_clock_monotonic();
    result = fg_outbox_put(of->outbox, &event, &dropped, error);
    note(of, COMMIT, start);
    if (result == 0) {
        result = fg_outbox_oldest(of->outbox, &entry, error);
    }
    if (result == 0) {
        result = fg_outbox_sent(of->outbox, entry.number, error);
        fg_outbox_entry_release(&entry);
    }
    return result;
}

static int measure_frame(bench *of, const fg_frame *frame, fg_error *error)
{
    const uint8_t *jpeg = NULL;
    size_t size = 0;
    int64_t start = fg_clock_monotonic();
    int result =
        fg_jpeg_encode(of->jpeg, frame, 0, 0, SCENE_WIDTH, SCENE_HEIGHT, &jpeg, &size, error);
    note(of, TO_JPEG, start);
    if (result != 0) {
        return result;
    }
    start = fg_clock_monotonic();
    result = fg_decoder_decode(of->decoder, jpeg, size, &of->converted, error);
    note(of, FROM_JPEG, start);
    if (result == 0) {
        result = deliver(of, jpeg, size, error);
    }
    if (result == 0) {
        result = from_nv12(of, frame, error);
    }
    if (result != 0) {
        return result;
    }

    fg_face faces[FG_ENGINE_MAX_FACES];
    int count = 0;
    start = fg_clock_monotonic();
    result = fg_engine_detect(of->engine, frame, MIN_FACE, 0, faces, &count, error);
    note(of, DETECT, start);
    for (int i = 0; i < count && result == 0; i++) {
        result = judge(of, frame, &faces[i].box, error);
    }
    return result;
}

static int measure(bench *of, fg_error *error)
{
    int result = 0;
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < SCENE_FRAMES && result == 0; i++) {
            result = measure_frame(of, &of->scene[i], error);
        }
    }
    for (int i = 0; i < CROWD_SAMPLES && result == 0; i++) {
        fg_comparison comparison;
        int64_t start = fg_clock_monotonic();
        fg_comparison_make(of->crowd, of->cohort, of->probe, &comparison);
        note(of, MATCH_CROWD, start);
    }
    return result;
}

int main(int argc, char **argv)
{
    static const char *const names[STAGES] = {
        [FROM_JPEG] = "convert JPEG to I420",
        [FROM_NV12] = "convert NV12 to I420",
        [DETECT] = "detect",
        [ALIGN] = "landmarks and chip, a face",
        [ENCODE] = "encode, a face",
        [LIVENESS] = "liveness, a face",
        [MATCH] = "compare, 100 encodings",
        [MATCH_CROWD] = "compare, 50,000 encodings",
        [TO_JPEG] = "JPEG",
        [COMMIT] = "outbox commit, on tmpfs",
    };
    if (argc != 3) {
        fprintf(stderr, "Usage: fg_stages MODELS_DIR PICTURES_DIR\n");
        return 2;
    }
    static bench all;
    fg_error error;
    for (int i = 0; i < STAGES; i++) {
        all.stages[i].name = names[i];
    }
    int result = open_all(&all, argv[1], argv[2], &error);
    if (result == 0) {
        result = measure(&all, &error);
    }
    if (result == 0) {
        printf("%-32s %7s %10s %10s\n", "640x480, milliseconds", "samples", "median", "p95");
        for (int i = 0; i < STAGES; i++) {
            series_print(&all.stages[i]);
        }
    } else {
        fprintf(stderr, "fg_stages: %s\n", error.text);
    }
    close_all(&all);
    return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
