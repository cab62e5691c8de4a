#include "child.h"
#include "facegate/base/log.h"
#include "facegate/camera/camera.h"
#include "facegate/clock.h"
#include "facegate/delivery/sink_http.h"
#include "recognition_thread.h"
#include "stamps.h"
#include "testing.h"

#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define DRAIN 5 /* seconds */

/* As `facegate run` holds it, in the order in which it is opened. */
typedef struct pipeline {
    fg_config config;
    char *folder; /* of the outbox, on tmpfs */
    fg_engine *engine;
    fg_cohort *cohort;
    fg_gallery *gallery; /* until the recognition thread takes it over */
    fg_outbox *outbox;
    fg_sender *sender;
    fg_slot *slot;
    fg_recognition_thread *recognition;
    fg_camera *camera;
    bool recognizes;
    int64_t cpu, wall;
} pipeline;

static int64_t of_timeval(struct timeval time)
{
    return time.tv_sec * FG_NS_PER_S + time.tv_usec * INT64_C(1000);
}

/* Of all threads, user and system. */
static int64_t process_cpu(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return of_timeval(usage.ru_utime) + of_timeval(usage.ru_stime);
}

static int open_outbox(pipeline *of, fg_error *error)
{
    of->folder = fg_testing_folder_in("/dev/shm");
    char *path = fg_testing_path(of->folder, "outbox.db");
    const fg_outbox_options options = {.path = path,
                                       .max_events = of->config.delivery.outbox_max_events,
                                       .max_bytes = of->config.delivery.outbox_max_bytes,
                                       .own = true};
    int result = fg_outbox_open(&options, &of->outbox, error);
    free(path);
    return result;
}

static int open_sender(pipeline *of, const fg_backend_options *backend, fg_error *error)
{
    fg_sink sink;
    int result = fg_http_sink_create(backend, &sink, error);
    return result != 0 ? result : fg_sender_create(of->outbox, sink, &of->sender, error);
}

static int open_all(pipeline *of, const char *models_dir, const char *gallery,
                    const char *backend_url, bool paced, fg_error *error)
{
    const fg_config *config = &of->config;
    const fg_backend_options backend = {.url = backend_url,
                                        .timeout = config->delivery.timeout,
                                        .connect_timeout = config->delivery.connect_timeout};
    const fg_camera_options camera = {
        .source = config->camera.source, .fps = config->camera.fps, .paced = paced};
    int result = fg_gallery_load(gallery, &of->gallery, error);
    if (result == 0) {
        result = fg_engine_create(models_dir, &of->engine, error);
    }
    if (result == 0) {
        result = open_outbox(of, error);
    }
    if (result == 0) {
        result = open_sender(of, &backend, error);
    }
    if (result == 0) {
        result = fg_slot_create(&of->slot);
    }
    if (result == 0) {
        result = fg_cohort_load(models_dir, &of->cohort, error);
    }
    if (result == 0) {
        const fg_recognition_parts parts = {
            .recognizer = {.config = config, .engine = of->engine, .cohort = of->cohort},
            .slot = of->slot,
            .outbox = of->outbox,
            .sender = of->sender};
        result = fg_recognition_thread_create(&parts, of->gallery, &of->recognition, error);
        of->gallery = result == 0 ? NULL : of->gallery;
    }
    return result != 0 ? result : fg_camera_create(&camera, of->slot, &of->camera, error);
}

/* From the first frame until the last event is delivered. */
static int measure(pipeline *of, fg_error *error)
{
    int64_t cpu = process_cpu();
    int64_t wall = fg_clock_monotonic();
    int result = fg_sender_start(of->sender, error);
    if (result == 0) {
        result = fg_recognition_thread_start(of->recognition, error);
        of->recognizes = result == 0;
    }
    if (result == 0) {
        result = fg_camera_start(of->camera, error);
    }
    if (result != 0) {
        return result;
    }
    struct pollfd ended = {.fd = fg_recognition_thread_ended_fd(of->recognition), .events = POLLIN};
    while (poll(&ended, 1, -1) < 0 && errno == EINTR) {
    }
    of->wall = fg_clock_monotonic() - wall;
    fg_camera_stop(of->camera);
    fg_recognition_thread_join(of->recognition);
    of->recognizes = false;
    fg_sender_stop(of->sender, DRAIN);
    of->cpu = process_cpu() - cpu;
    if (fg_camera_failed(of->camera, error)) {
        return -EIO;
    }
    fg_ledger ledger = {0};
    result = fg_outbox_ledger(of->outbox, &ledger, error);
    if (result == 0 && ledger.sent != ledger.made) {
        result = fg_error_set(error, -EIO, "only %d of %d events were delivered", (int)ledger.sent,
                              (int)ledger.made);
    }
    return result;
}

static void print(pipeline *of)
{
    fg_recognition_counts counts = fg_recognition_thread_count(of->recognition);
    cJSON *json = cJSON_CreateObject();
    cJSON_AddNumberToObject(json, "frames", (double)counts.frames);
    cJSON_AddNumberToObject(json, "overwritten", (double)fg_slot_overwritten(of->slot));
    cJSON_AddNumberToObject(json, "cpu_ms", (double)(of->cpu - stamps_seen.decoding) / 1e6);
    cJSON_AddNumberToObject(json, "busy_ms", (double)(of->wall - stamps_seen.waiting) / 1e6);
    cJSON_AddNumberToObject(json, "decoding_ms", (double)stamps_seen.decoding / 1e6);
    cJSON_AddNumberToObject(json, "peak_kb", (double)fg_process_memory(getpid(), "VmHWM"));
    cJSON_AddNumberToObject(json, "accepted", stamps_seen.accepted);
    cJSON_AddNumberToObject(json, "refused", stamps_seen.refused);
    cJSON *delays = cJSON_AddArrayToObject(json, "delays");
    for (size_t i = 0; i < stamps_seen.delay_count; i++) {
        cJSON_AddItemToArray(delays, cJSON_CreateNumber((double)stamps_seen.delays[i] / 1e6));
    }
    cJSON *events = cJSON_AddArrayToObject(json, "events");
    for (size_t i = 0; i < stamps_seen.event_count; i++) {
        cJSON *event = cJSON_CreateObject();
        cJSON_AddStringToObject(event, "id", stamps_seen.events[i].id);
        cJSON_AddNumberToObject(event, "decided", (double)stamps_seen.events[i].decided / 1e6);
        cJSON_AddItemToArray(events, event);
    }
    char *text = cJSON_PrintUnformatted(json);
    puts(text != NULL ? text : "");
    free(text);
    cJSON_Delete(json);
}

static void close_all(pipeline *of)
{
    fg_camera_free(of->camera);
    if (of->recognizes) {
        fg_slot_close(of->slot);
        fg_recognition_thread_join(of->recognition);
    }
    fg_sender_free(of->sender);
    fg_recognition_thread_free(of->recognition);
    fg_slot_free(of->slot);
    fg_outbox_free(of->outbox);
    fg_testing_remove(of->folder);
    fg_gallery_free(of->gallery);
    fg_engine_free(of->engine);
    fg_cohort_free(of->cohort);
}

int child_pipeline(const char *models_dir, const char *gallery, const char *film_dir,
                   const char *backend_url, int paced)
{
    static pipeline of;
    fg_error error = {.text = "not enough memory"};
    fg_log_open(false);
    fg_config_init(&of.config);
    snprintf(of.config.camera.source, sizeof(of.config.camera.source), "images:%s", film_dir);
    int result = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? 0 : -ENOMEM;
    if (result == 0) {
        result = open_all(&of, models_dir, gallery, backend_url, paced != 0, &error);
    }
    if (result == 0) {
        result = measure(&of, &error);
    }
    if (result == 0) {
        print(&of);
    } else {
        fprintf(stderr, "%s\n", error.text);
    }
    close_all(&of);
    curl_global_cleanup();
    return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
