/*
 * The daemon, as the data flows:
 *
 *   camera -> slot -> recognition thread -> outbox -> sender -> backend
 *
 * Read it from top to bottom: load, open, start, wait, stop, and free in reverse. What the threads
 * do is in recognition_thread.c (every frame), recognizer.c (who is that?), reporter.c (what
 * becomes an event), and in delivery/sender.c.
 */
#include "facegate/daemon/daemon.h"

#include "debug/debug.h"
#include "facegate/base/log.h"
#include "facegate/base/signals.h"
#include "facegate/camera/camera.h"
#include "facegate/clock.h"
#include "facegate/daemon/backend_options.h"
#include "facegate/daemon/camera_options.h"
#include "facegate/daemon/liveness_check.h"
#include "facegate/daemon/startup_checks.h"
#include "facegate/delivery/sink_http.h"
#include "facegate/text.h"
#include "facegate/version.h"
#include "gallery_reload.h"
#include "health.h"
#include "recognition_thread.h"
#include "run_outbox.h"
#include "systemd_notify.h"

#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* Everything a run holds, in the order in which it is opened; closed the other way round. */
struct fg_daemon {
    const fg_config *config;
    fg_daemon_options options;
    fg_debug *debug;
    fg_gallery_reload *reload;
    fg_gallery *gallery; /* until the recognition thread takes it over */
    fg_engine *engine;
    fg_cohort *cohort;
    fg_liveness *liveness; /* NULL: photographs are accepted */
    fg_check check;
    int signals_fd;
    bool has_curl;
    fg_run_outbox outbox;
    fg_sender *sender;
    fg_slot *slot;
    fg_recognition_thread *recognition;
    fg_camera *camera;
    bool recognizes; /* the recognition thread was started */
    fg_health health;
};

int fg_daemon_create(const fg_config *config, const fg_daemon_options *options,
                     fg_daemon **ret_daemon, fg_error *error)
{
    fg_daemon *daemon = calloc(1, sizeof(*daemon));
    if (daemon == NULL) {
        return fg_error_set(error, -ENOMEM, "not enough memory for the daemon");
    }
    daemon->config = config;
    daemon->options = *options;
    int result = fg_debug_open(&options->debug, &daemon->debug, error);
    if (result != 0) {
        free(daemon);
        return result;
    }
    *ret_daemon = daemon;
    return 0;
}

/* Says whether photographs are refused, either way. */
static int load_liveness(fg_daemon *daemon, fg_error *error)
{
    fg_liveness_state state;
    int result = fg_liveness_check_open(daemon->config, &daemon->liveness, &state);
    bool has_fix = state.fix.text[0] != '\0';
    if (result != 0) {
        return fg_error_set(error, result, "%s; fix: %s, or do not set [access] liveness to on",
                            state.text.text, state.fix.text);
    }
    fg_log(state.refuses && !has_fix ? FG_LOG_INFO : FG_LOG_WARNING, "%s%s%s", state.text.text,
           has_fix ? "; fix: " : "", state.fix.text);
    return 0;
}

int fg_daemon_load(fg_daemon *daemon, fg_error *error)
{
    const char *people = daemon->config->access.encodings;
    int result = fg_startup_check(daemon->config, error);
    if (result == 0) {
        result = fg_gallery_reload_create(people, &daemon->reload, error);
    }
    if (result == 0) {
        result = fg_gallery_load(people, &daemon->gallery, error);
    }
    if (result == 0) {
        fg_startup_warn(daemon->config);
        result = fg_cohort_load(daemon->config->vision.models, &daemon->cohort, error);
    }
    if (result == 0) {
        result = fg_engine_create(daemon->config->vision.models, &daemon->engine, error);
    }
    return result == 0 ? load_liveness(daemon, error) : result;
}

static int open_signals(fg_daemon *daemon, fg_error *error)
{
    daemon->signals_fd = fg_signals_open();
    if (daemon->signals_fd < 0) {
        return fg_error_set(error, daemon->signals_fd, "signals cannot be received: %s",
                            strerror(-daemon->signals_fd));
    }
    return 0;
}

static int open_sender(fg_daemon *daemon, fg_error *error)
{
    const fg_backend_options backend = fg_backend_options_of(daemon->config);
    fg_sink sink;
    daemon->has_curl = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    if (!daemon->has_curl) {
        return fg_error_set(error, -EIO, "libcurl cannot start");
    }
    int result =
        fg_run_outbox_open(daemon->config, daemon->options.outbox_given, &daemon->outbox, error);
    if (result == 0) {
        result = fg_http_sink_create(&backend, &sink, error);
    }
    if (result == 0) {
        result = fg_sender_create(daemon->outbox.outbox, sink, &daemon->sender, error);
    }
    return result;
}

static int open_recognition(fg_daemon *daemon, fg_error *error)
{
    const fg_config *config = daemon->config;
    int encodings = fg_gallery_encodings(daemon->gallery);
    int result = fg_slot_create(&daemon->slot);
    if (result != 0) {
        return fg_error_set(error, result, "the slot for frames: %s", strerror(-result));
    }
    if (daemon->liveness != NULL) {
        daemon->check = fg_liveness_check_of(config, daemon->liveness);
    }
    const fg_recognition_parts parts = {
        .recognizer = {.config = config,
                       .engine = daemon->engine,
                       .cohort = daemon->cohort,
                       .checks = &daemon->check,
                       .check_count = daemon->liveness != NULL},
        .slot = daemon->slot,
        .outbox = daemon->outbox.outbox,
        .sender = daemon->sender,
        .debug = daemon->debug,
    };
    result = fg_recognition_thread_create(&parts, daemon->gallery, &daemon->recognition, error);
    if (result != 0) {
        return result;
    }
    fg_log(FG_LOG_INFO, "Known people: %d (%s in %s), tolerance %.2f, margin %.2f",
           fg_gallery_people(daemon->gallery),
           fg_text_count(encodings, "encoding", "encodings").text, config->access.encodings,
           config->access.tolerance, config->access.margin);
    daemon->gallery = NULL;
    return 0;
}

static int open_camera(fg_daemon *daemon, fg_error *error)
{
    fg_camera_options camera = fg_camera_options_of(daemon->config);
    camera.paced = daemon->options.paced;
    camera.loop = daemon->options.loop;
    return fg_camera_create(&camera, daemon->slot, &daemon->camera, error);
}

int fg_daemon_open(fg_daemon *daemon, fg_error *error)
{
    int result = open_signals(daemon, error);
    if (result == 0) {
        result = open_sender(daemon, error);
    }
    if (result == 0) {
        result = open_recognition(daemon, error);
    }
    if (result == 0) {
        result = open_camera(daemon, error);
    }
    return result;
}

int fg_daemon_start(fg_daemon *daemon, fg_error *error)
{
    int result = fg_sender_start(daemon->sender, error);
    if (result == 0) {
        result = fg_recognition_thread_start(daemon->recognition, error);
        daemon->recognizes = result == 0;
    }
    if (result == 0) {
        result = fg_camera_start(daemon->camera, error);
    }
    if (result != 0) {
        return result;
    }
    daemon->health = (fg_health){
        .camera = daemon->camera,
        .recognition = daemon->recognition,
        .slot = daemon->slot,
        .outbox = daemon->outbox.outbox,
        .before = daemon->outbox.before,
        .stall_timeout = fg_clock_seconds(daemon->config->camera.stall_timeout),
    };
    fg_health_begin(&daemon->health, fg_clock_monotonic());
    fg_log(FG_LOG_INFO, "facegate %s runs: %s -> %s", fg_version, daemon->config->camera.source,
           daemon->config->delivery.backend_url);
    return 0;
}

/* Takes the encodings if there are others, from the next frame on. */
static void reload_encodings(fg_daemon *daemon, bool asked, int64_t now)
{
    if (asked) {
        fg_gallery_reload_ask(daemon->reload);
    }
    fg_gallery *gallery = fg_gallery_reload_step(daemon->reload, now);
    if (gallery != NULL) {
        fg_recognition_thread_set_gallery(daemon->recognition, gallery);
    }
}

bool fg_daemon_wait(fg_daemon *daemon)
{
    enum { SIGNALS, ENDED, LOADED, CAMERA, CHANGED, COUNT };
    struct pollfd ready[COUNT] = {
        [SIGNALS] = {.fd = daemon->signals_fd, .events = POLLIN},
        [ENDED] = {.fd = fg_recognition_thread_ended_fd(daemon->recognition), .events = POLLIN},
        [LOADED] = {.fd = fg_gallery_reload_loaded_fd(daemon->reload), .events = POLLIN},
        [CAMERA] = {.fd = fg_camera_changed_fd(daemon->camera), .events = POLLIN},
        [CHANGED] = {.events = POLLIN},
    };
    int64_t now = fg_clock_monotonic();
    int64_t next_tick = now + FG_NS_PER_S;

    for (;;) {
        bool stop = false;
        bool reload = false;
        int64_t due = fg_gallery_reload_due(daemon->reload);
        int64_t next = due < next_tick ? due : next_tick;
        int64_t left = (next - now + FG_NS_PER_MS - 1) / FG_NS_PER_MS;
        ready[CHANGED].fd = fg_gallery_reload_changed_fd(daemon->reload);
        int count = poll(ready, COUNT, left > 0 ? (int)left : 0);
        now = fg_clock_monotonic();
        if (count > 0 && ready[SIGNALS].revents != 0) {
            fg_signals_read(&stop, &reload);
        }
        if (stop) {
            return true;
        }
        reload_encodings(daemon, reload, now);
        if (count > 0 && ready[ENDED].revents != 0) {
            return false;
        }
        if (count > 0 && ready[CAMERA].revents != 0) {
            fg_health_camera_changed(&daemon->health, now);
        }
        if (now >= next_tick) {
            next_tick = now + FG_NS_PER_S;
            fg_health_tick(&daemon->health, now);
        }
    }
}

/* Whether every event of a run over images was delivered; a camera's wait for the next start. */
static bool is_delivered(const fg_daemon *daemon)
{
    fg_error error;
    bool delivered = false;
    if (fg_run_outbox_is_delivered(&daemon->outbox, &delivered, &error) != 0) {
        fg_log(FG_LOG_ERROR, "%s", error.text);
        return false;
    }
    if (!fg_camera_is_images(daemon->config->camera.source) ||
        (delivered && fg_recognition_thread_count(daemon->recognition).events.lost == 0)) {
        return true;
    }
    fg_log(FG_LOG_ERROR,
           "Not every event was delivered. What is left, if anything, is in %s: \"facegate run "
           "--outbox\" with it sends it, \"facegate outbox --outbox\" shows it",
           fg_outbox_path(daemon->outbox.outbox));
    return false;
}

int fg_daemon_stop(fg_daemon *daemon, bool at_once)
{
    char text[FG_HEALTH_TEXT];
    fg_error error;

    fg_systemd_notify_stopping();
    if (at_once) {
        fg_log(FG_LOG_INFO, "Stopping");
        fg_slot_close(daemon->slot);
    }
    bool stuck = fg_camera_stop(daemon->camera) != 0;
    if (stuck) {
        fg_camera_describe(daemon->camera, &error);
        fg_log(FG_LOG_ERROR, "%s", error.text);
        fg_systemd_notify_status(error.text);
    }
    fg_recognition_thread_join(daemon->recognition);
    daemon->recognizes = false;
    fg_sender_stop(daemon->sender, daemon->config->delivery.drain_timeout);

    fg_health_count(&daemon->health, text);
    fg_log(FG_LOG_INFO, "Stopped: %s", text);
    bool failed = fg_camera_failed(daemon->camera, &error);
    if (failed) {
        fg_log(FG_LOG_ERROR, "%s", error.text);
    }
    return is_delivered(daemon) && !failed && !stuck ? 0 : -EIO;
}

fg_daemon *fg_daemon_free(fg_daemon *daemon)
{
    if (daemon == NULL) {
        return NULL;
    }
    bool stuck = fg_camera_free(daemon->camera) != NULL;
    if (daemon->recognizes) {
        fg_slot_close(daemon->slot);
        fg_recognition_thread_join(daemon->recognition);
    }
    fg_sender_free(daemon->sender);
    fg_recognition_thread_free(daemon->recognition);
    fg_debug_close(daemon->debug);
    if (!stuck) {
        fg_slot_free(daemon->slot);
    }
    fg_run_outbox_close(&daemon->outbox);
    if (daemon->has_curl) {
        curl_global_cleanup();
    }
    fg_gallery_free(daemon->gallery);
    fg_gallery_reload_free(daemon->reload);
    fg_engine_free(daemon->engine);
    fg_liveness_free(daemon->liveness);
    fg_cohort_free(daemon->cohort);
    free(daemon);
    return NULL;
}
