/* `facegate test-backend`: tries out a backend and prints what it found. */
#include "test_backend.h"

#include "common/options.h"
#include "facegate/daemon/backend_options.h"
#include "facegate/delivery/backend_test.h"
#include "facegate/delivery/jpeg.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

static bool dry_run;

static const fg_option test_options[] = {
    FG_OPTION_BACKEND_URL,
    {.name = "dry-run", .flag = &dry_run, .help = "post nothing, only check the answer to a GET"},
};

static const fg_option *options(size_t *ret_count)
{
    *ret_count = sizeof(test_options) / sizeof(test_options[0]);
    return test_options;
}

static void fill(uint8_t *plane, size_t stride, int width, int height, uint64_t *seed)
{
    for (int row = 0; row < height; row++) {
        for (int column = 0; column < width; column++) {
            *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            plane[(size_t)row * stride + (size_t)column] = (uint8_t)(*seed >> 56);
        }
    }
}

/* Noise in the size of the camera's frames: no picture of theirs becomes a larger JPEG. */
static int draw(const fg_config *config, fg_frame *frame)
{
    uint64_t seed = 1;
    int result = fg_frame_resize(frame, config->camera.width, config->camera.height);
    if (result == 0) {
        fill(frame->plane[0], (size_t)frame->stride[0], frame->width, frame->height, &seed);
        fill(frame->plane[1], (size_t)frame->stride[1], frame->width / 2, frame->height / 2, &seed);
        fill(frame->plane[2], (size_t)frame->stride[2], frame->width / 2, frame->height / 2, &seed);
    }
    return result;
}

static int test(const fg_config *config)
{
    fg_error error = {.text = "not enough memory"};
    fg_frame frame = {0};
    fg_jpeg *jpeg = NULL;
    const uint8_t *data = NULL;
    size_t size = 0;
    int failed = -1;

    if (draw(config, &frame) == 0 && fg_jpeg_create(config->delivery.jpeg_quality, &jpeg) == 0 &&
        fg_jpeg_encode(jpeg, &frame, 0, 0, frame.width, frame.height, &data, &size, &error) == 0) {
        fg_backend_options backend = fg_backend_options_of(config);
        failed = fg_backend_test(&backend, data, size, dry_run, stdout, &error);
    }
    fg_jpeg_free(jpeg);
    fg_frame_release(&frame);
    if (failed < 0) {
        return fg_cli_fail(FG_EXIT_FAILED, "%s", error.text);
    }
    return failed == 0 ? FG_EXIT_DONE : FG_EXIT_FAILED;
}

static int run(int argc, char **argv)
{
    fg_config config;
    int first = 0;
    int result = fg_cli_parse(&fg_command_test_backend, argc, argv, &config, &first);
    if (result != 0) {
        return result;
    }
    if (first != argc) {
        return fg_cli_usage(&fg_command_test_backend, "unexpected argument \"%s\"", argv[first]);
    }
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return fg_cli_fail(FG_EXIT_FAILED, "libcurl cannot start");
    }
    result = test(&config);
    curl_global_cleanup();
    return result;
}

const fg_command fg_command_test_backend = {
    .name = "test-backend",
    .arguments = "[OPTION...]",
    .summary = "Sends four test requests to the backend and checks its answers",
    .details = "It posts an accepted and a refused entry as forms with a picture and an entry as "
               "JSON, then reads all entries and must find the three. They stay in the backend's "
               "log, under the name \"facegate test\".",
    .run = run,
    .options = options,
};
