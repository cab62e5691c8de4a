/*
 * fg_kernel_pairs MODELS_DIR PICTURES_DIR: each kernel beside dlib's, pair by pair in one process,
 * so that what else the machine does meets both. For each instruction set that it has. It only
 * prints.
 */
#include "facegate/vision/engine.h"
#include "kernels/isa.h"
#include "peak.h"
#include "reference_detector.h"
#include "reference_engine.h"
#include "scene.h"
#include "search.h"
#include "series.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <turbojpeg.h>

#define ROUNDS   10
#define ISAS     4
#define MIN_FACE 80

/* Multiplications with addition that are left when nothing is done twice: the network's with those
 * of Winograd's, and the filters' of a full look at 640x480, 305 of them by row and by column. */
#define ENCODE_WORK 172e6
#define DETECT_WORK 98e6

enum pair { GREY, COLOUR, ENCODE, PAIRS };

typedef struct bench {
    fg_pyramid *pyramid;
    fg_detector *seeker;
    fg_engine
        *engine; /* of the instruction set that is measured: no other's weights are in the way */
    int isas;
    void *detector;
    void *network;
    fg_frame scene[SCENE_FRAMES];
    unsigned char *pixels[SCENE_FRAMES][2]; /* grey, RGB */
    series theirs[ISAS][PAIRS], ours[ISAS][PAIRS];
} bench;

static int64_t cpu_time(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static double peak_of(const char *isa)
{
#if defined(__x86_64__)
    bench_peak bench_peak_sse2, bench_peak_avx2, bench_peak_avx512;
    return strcmp(isa, "avx512") == 0 ? bench_peak_avx512()
           : strcmp(isa, "avx2") == 0 ? bench_peak_avx2()
                                      : bench_peak_sse2();
#elif defined(__aarch64__)
    bench_peak bench_peak_neon;
    (void)isa;
    return bench_peak_neon();
#else
    bench_peak bench_peak_generic;
    (void)isa;
    return bench_peak_generic();
#endif
}

/* The kernels that dlib's network is multiplied with, which OpenBLAS chooses by the processor. */
static const char *blas_core(void)
{
    char *(*corename)(void);
    *(void **)&corename = dlsym(RTLD_DEFAULT, "openblas_get_corename");
    return corename != NULL ? corename() : "no OpenBLAS";
}

static int open_all(bench *of, const char *models, const char *pictures, fg_error *error)
{
    char landmarks[4352], recognition[4352];
    fg_decoder *jpeg = NULL;
    int result = fg_decoder_create(&jpeg);
    if (result == 0) {
        result = scene_load(jpeg, pictures, of->scene, error);
    }
    fg_decoder_free(jpeg);
    snprintf(landmarks, sizeof(landmarks), "%s/shape_predictor_5_face_landmarks.dat", models);
    snprintf(recognition, sizeof(recognition), "%s/dlib_face_recognition_resnet_model_v1.dat",
             models);
    if (result == 0) {
        of->detector = fg_reference_detector_create();
        of->network = fg_reference_create(landmarks, recognition);
        if (of->detector == NULL || of->network == NULL) {
            result = fg_error_set(error, -1, "dlib does not start");
        }
    }
    return result;
}

/* The scene as dlib wants it. */
static int copy_scene(bench *of)
{
    tjhandle decoder = tjInitDecompress();
    for (int i = 0; i < SCENE_FRAMES; i++) {
        fg_frame *frame = &of->scene[i];
        const unsigned char *planes[3] = {frame->plane[0], frame->plane[1], frame->plane[2]};
        int strides[3] = {frame->stride[0], frame->stride[1], frame->stride[2]};
        size_t size = (size_t)frame->width * (size_t)frame->height;
        of->pixels[i][0] = malloc(size);
        of->pixels[i][1] = malloc(3 * size);
        if (of->pixels[i][0] == NULL || of->pixels[i][1] == NULL ||
            tjDecodeYUVPlanes(decoder, planes, strides, TJSAMP_420, of->pixels[i][1], frame->width,
                              0, frame->height, TJPF_RGB, 0) != 0) {
            return -1;
        }
        for (int y = 0; y < frame->height; y++) {
            memcpy(of->pixels[i][0] + (ptrdiff_t)y * frame->width,
                   frame->plane[0] + (ptrdiff_t)y * frame->stride[0], (size_t)frame->width);
        }
    }
    tjDestroy(decoder);
    return 0;
}

static int measure_look(bench *of, int isa, int index, enum pair pair, fg_error *error)
{
    fg_face faces[FG_ENGINE_MAX_FACES];
    const fg_frame *frame = &of->scene[index];
    int count;
    int64_t start = cpu_time();
    fg_reference_detect(of->detector, of->pixels[index][pair == COLOUR], pair == COLOUR ? 3 : 1,
                        frame->width, frame->height, 0, faces);
    series_add(&of->theirs[isa][pair], cpu_time() - start);
    start = cpu_time();
    const fg_search by = {of->pyramid, of->seeker, MIN_FACE, 0};
    fg_detector_begin(of->seeker);
    int result = fg_search_whole(&by, frame, pair == COLOUR, error);
    fg_detector_settle(of->seeker, &count);
    series_add(&of->ours[isa][pair], cpu_time() - start);
    return result;
}

static int measure_encoding(bench *of, int isa, int index, fg_error *error)
{
    fg_face faces[FG_ENGINE_MAX_FACES];
    fg_landmarks landmarks;
    float encoding[FG_ENCODING_SIZE];
    int count = 0;
    fg_engine *engine = of->engine;
    const fg_frame *frame = &of->scene[index];
    int result = fg_engine_detect(engine, frame, MIN_FACE, 0, faces, &count, error);
    if (result == 0 && count > 0) {
        result = fg_engine_align(engine, frame, &faces[0].box, &landmarks, error);
    }
    if (result != 0 || count == 0) {
        return result;
    }
    int64_t start = cpu_time();
    fg_reference_encode_chip(of->network, fg_engine_chip(engine), encoding);
    series_add(&of->theirs[isa][ENCODE], cpu_time() - start);
    start = cpu_time();
    result = fg_engine_encode(engine, encoding, error);
    series_add(&of->ours[isa][ENCODE], cpu_time() - start);
    return result;
}

static int measure(bench *of, const char *models, int isa, fg_error *error)
{
    setenv("FACEGATE_ISA", fg_kernels_here(isa)->isa, 1);
    int result = fg_engine_create(models, &of->engine, error);
    if (result == 0 && (fg_pyramid_create(fg_kernels_here(isa), &of->pyramid) != 0 ||
                        fg_detector_create(fg_kernels_here(isa), &of->seeker) != 0)) {
        result = fg_error_set(error, -1, "not enough memory");
    }
    for (int i = 0; i < ROUNDS * SCENE_FRAMES && result == 0; i++) {
        result = measure_look(of, isa, i % SCENE_FRAMES, GREY, error);
        if (result == 0) {
            result = measure_look(of, isa, i % SCENE_FRAMES, COLOUR, error);
        }
        if (result == 0) {
            result = measure_encoding(of, isa, i % SCENE_FRAMES, error);
        }
    }
    of->engine = fg_engine_free(of->engine);
    of->pyramid = fg_pyramid_free(of->pyramid);
    of->seeker = fg_detector_free(of->seeker);
    return result;
}

static void print(bench *of)
{
    static const char *const names[PAIRS] = {"full look, grey", "full look, colour",
                                             "encode, a face"};
    printf("%-20s %-8s %10s %10s %8s %14s\n", "640x480, milliseconds", "kernels", "dlib", "ours",
           "ratio", "of the peak");
    for (int i = 0; i < of->isas; i++) {
        const char *isa = fg_kernels_here(i)->isa;
        double peak = peak_of(isa);
        for (int pair = 0; pair < PAIRS; pair++) {
            double theirs = series_percentile(&of->theirs[i][pair], 50);
            double ours = series_percentile(&of->ours[i][pair], 50);
            double work = pair == ENCODE ? ENCODE_WORK : DETECT_WORK;
            printf("%-20s %-8s %10.2f %10.2f %7.1fx %12.0f %%\n", names[pair], isa, theirs, ours,
                   theirs / ours, 100 * work / (ours * 1e-3) / peak);
        }
        printf("%-20s %-8s %30.0f G multiplications with addition a second\n", "at most", isa,
               peak / 1e9);
    }
    const char *chosen = "none";
    fg_error error;
    unsetenv("FACEGATE_ISA");
    fg_engine_find_isa(&chosen, &error);
    printf("An engine here uses %s. dlib's network multiplies with OpenBLAS's kernels for %s.\n",
           chosen, blas_core());
}

int main(int argc, char **argv)
{
    static bench all;
    fg_error error = {"not enough memory"};
    if (argc != 3) {
        fprintf(stderr, "Usage: fg_kernel_pairs MODELS_DIR PICTURES_DIR\n");
        return 2;
    }
    int result = open_all(&all, argv[1], argv[2], &error);
    if (result == 0) {
        result = copy_scene(&all);
    }
    while (result == 0 && fg_kernels_here(all.isas) != NULL) {
        result = measure(&all, argv[1], all.isas++, &error);
    }
    if (result != 0) {
        fprintf(stderr, "fg_kernel_pairs: %s\n", error.text);
        return EXIT_FAILURE;
    }
    print(&all);
    return EXIT_SUCCESS;
}
