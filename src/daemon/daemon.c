#include "run.h"

#include "camera_options.h"
#include "common/options.h"
#include "debug/debug.h"
#include "facegate/base/log.h"
#include "facegate/base/signals.h"
#include "facegate/camera/camera.h"
#include "facegate/clock.h"
#include "facegate/gallery/file_permissions.h"
#include "facegate/text.h"
#include "gallery_reload.h"
#include "health.h"
#include "recognition_thread.h"
#include "systemd_notify.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Everything a run holds, in the order in which it is opened; closed the other way round. */
typedef struct fg_run {
    fg_config config;
    int signals_fd;
    bool has_curl;
    bool images;         /* an image source: the run ends by itself */
    bool private_outbox; /* made for this run alone */
    fg_engine *engine;
    fg_gallery_reload *reload;
    fg_gallery *gallery; /* until the watch takes it over */
    fg_outbox *outbox;
    fg_sender *sender;
    fg_slot *slot;
    fg_debug *debug;
    fg_recognition_thread *watch;
    fg_camera *camera;
    bool watching;    /* the watch thread was started */
    fg_ledger before; /* as it stood at the start */
    fg_health health;
} fg_run;

static bool loop;
static const char *fps;
static const char *outbox;
static fg_debug_options debugging;

static const fg_option run_options[] = {
    {.name = "source",
     .argument = "SPEC",
     .section = "camera",
     .key = "source",
     .help = "auto, libcamera:ID, or images:PATH (a JPEG, a folder, a quoted glob)"},
    FG_OPTION_BACKEND_URL,
    {.name = "send-interval",
     .argument = "S",
     .section = "delivery",
     .key = "send_interval",
     .help = "seconds between two events of one person, 0.1 to 3600"},
    {.name = "outbox",
     .argument = "FILE",
     .text = &outbox,
     .section = "delivery",
     .key = "outbox",
     .help = "the database in which events wait"},
    {.name = "fps",
     .argument = "N",
     .text = &fps,
     .section = "camera",
     .key = "fps",
     .help = "frames a second, 1 to 120; images then arrive at that rate, like a camera's"},
    {.name = "loop", .flag = &loop, .help = "start images over at the end"},
    {.name = "trace",
     .argument = "FILE",
     .text = &debugging.trace,
     .help = "for debugging: a line of JSON for every frame, with tracks, quality, distances and "
             "decisions; a new file, or - for standard output"},
    {.name = "record",
     .argument = "DIR",
     .text = &debugging.record,
     .help = "for debugging: keep every frame as a JPEG in this folder, for --source images:DIR"},
    {.name = "annotate",
     .argument = "DIR",
     .text = &debugging.annotate,
     .help = "for debugging: keep every frame as an SVG in this folder, with boxes, names, "
             "distances and states, for a browser"},
};

static const fg_option *options(size_t *ret_count)
{
    *ret_count = sizeof(run_options) / sizeof(run_options[0]);
    return run_options;
}

/* A new file for a run over images, beside where the usual outbox lies. */
static int make_private_outbox(char path[FG_CONFIG_PATH], fg_error *error)
{
    static const char template[] = "images-XXXXXX.db";
    char *name = strrchr(path, '/') + 1;
    if ((size_t)(name - path) + sizeof(template) > FG_CONFIG_PATH) {
        return fg_error_set(error, -ENAMETOOLONG, "%s: the path is too long", path);
    }
    strcpy(name, template);
    int fd = mkostemps(path, 3, O_CLOEXEC);
    if (fd < 0) {
        int result = -errno;
        return fg_error_set(error, result, "%s: %s", path, strerror(-result));
    }
    close(fd);
    return 0;
}

/*
 * The outbox: --outbox; else for a run over images one of its own, so that trying something out
 * never sends what the daemon has waiting; else the configured one or the usual one.
 */
static int choose_outbox(fg_run *run, char path[FG_CONFIG_PATH], fg_error *error)
{
    if (outbox != NULL) {
        int result = fg_config_set(&run->config, "delivery", "outbox", outbox, "--outbox", error);
        if (result != 0) {
            return result;
        }
    }
    if (run->config.delivery.outbox[0] != '\0' && (outbox != NULL || !run->images)) {
        strcpy(path, run->config.delivery.outbox);
        return 0;
    }
    int result = fg_outbox_default_path(path, FG_CONFIG_PATH, error);
    if (result == 0 && run->images) {
        result = make_private_outbox(path, error);
        run->private_outbox = result == 0;
    }
    return result;
}

static int open_outbox(fg_run *run, fg_error *error)
{
    char path[FG_CONFIG_PATH];
    fg_ledger ledger;
    fg_outbox_options of = {
        .path = path,
        .max_events = run->config.delivery.outbox_max_events,
        .max_bytes = run->config.delivery.outbox_max_bytes,
        .own = true,
    };
    int result = choose_outbox(run, path, error);
    if (result == 0) {
        result = fg_outbox_open(&of, &run->outbox, error);
        if (result != 0 && run->private_outbox) {
            unlink(path);
        }
    }
    if (result == 0 && fg_outbox_warning(run->outbox) != NULL) {
        fg_log(FG_LOG_ERROR, "%s", fg_outbox_warning(run->outbox));
    }
    if (result == 0) {
        result = fg_outbox_ledger(run->outbox, &ledger, error);
    }
    if (result == 0) {
        run->before = ledger;
        if (ledger.waiting > 0) {
            fg_log(FG_LOG_INFO, "%" PRId64 " events wait in %s from before", ledger.waiting, path);
        }
    }
    return result;
}

/* What the configuration names: settings that fit together, encodings, models. */
static int load_run(fg_run *run, const fg_backend_options *backend, fg_error *error)
{
    const fg_config *config = &run->config;
    fg_error exposed;
    char fix[FG_GALLERY_FIX];
    int result = fg_cli_check_faces(config, error);
    if (result == 0) {
        result = fg_backend_check_options(backend, error);
    }
    if (result == 0) {
        result = fg_gallery_reload_create(config->access.encodings, &run->reload, error);
    }
    if (result == 0) {
        result = fg_gallery_load(config->access.encodings, &run->gallery, error);
    }
    if (result == 0 && fg_gallery_check_permissions(config->access.encodings, geteuid(), fix,
                                                    &exposed) == -EPERM) {
        fg_log(FG_LOG_WARNING, "%s: %s; \"%s\" shuts them out", config->access.encodings,
               exposed.text, fix);
    }
    if (result == 0) {
        result = fg_engine_create(config->vision.models, &run->engine, error);
    }
    return result;
}

static int open_watch(fg_run *run, fg_error *error)
{
    const fg_config *config = &run->config;
    int result = fg_slot_create(&run->slot);
    if (result == 0) {
        result = fg_recognition_thread_create(config, run->engine, run->gallery, run->slot,
                                              run->outbox, run->sender, &run->watch, error);
    }
    if (result == 0) {
        fg_log(FG_LOG_INFO, "Known people: %d (%d %s in %s), tolerance %.2f",
               fg_gallery_people(run->gallery), fg_gallery_encodings(run->gallery),
               fg_text_plural(fg_gallery_encodings(run->gallery), "encoding", "encodings"),
               config->access.encodings, config->access.tolerance);
        run->gallery = NULL;
        fg_recognition_thread_set_debug(run->watch, run->debug);
    }
    return result;
}

static int open_camera(fg_run *run, fg_error *error)
{
    fg_camera_options camera = fg_cli_camera(&run->config);
    camera.paced = fps != NULL;
    camera.loop = loop;
    return fg_camera_create(&camera, run->slot, &run->camera, error);
}

/* Opens it all, nothing started yet. Returns 0 or the exit code; the reason has been logged. */
static int open_run(fg_run *run)
{
    fg_error error = {.text = "not enough memory"};
    const fg_backend_options backend = fg_cli_backend(&run->config);
    int failed = FG_EXIT_FAILED;

    int result = load_run(run, &backend, &error);
    if (result != 0) {
        /* What may pass by itself is worth another start; the rest needs a person. */
        failed = result == -ENOMEM || result == -EIO || result == -EMFILE || result == -ENFILE
                     ? FG_EXIT_FAILED
                     : FG_EXIT_CONFIG;
        goto finish;
    }
    run->signals_fd = fg_signals_open();
    if (run->signals_fd < 0) {
        fg_error_set(&error, 0, "signals: %s", strerror(-run->signals_fd));
        goto finish;
    }
    run->has_curl = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    if (!run->has_curl) {
        fg_error_set(&error, 0, "libcurl cannot start");
        goto finish;
    }
    if (open_outbox(run, &error) != 0 ||
        fg_sender_create(&backend, run->outbox, &run->sender, &error) != 0 ||
        open_watch(run, &error) != 0 || open_camera(run, &error) != 0) {
        goto finish;
    }
    return 0;
finish:
    fg_log(FG_LOG_ERROR, "%s", error.text);
    return failed;
}

/* Right to left: whoever takes is there before the one who gives. */
static int start_run(fg_run *run)
{
    fg_error error;
    int result = fg_sender_start(run->sender, &error);
    if (result == 0) {
        result = fg_recognition_thread_start(run->watch, &error);
        run->watching = result == 0;
    }
    if (result == 0) {
        result = fg_camera_start(run->camera, &error);
    }
    if (result != 0) {
        fg_log(FG_LOG_ERROR, "%s", error.text);
        return FG_EXIT_FAILED;
    }
    run->health = (fg_health){
        .camera = run->camera,
        .watch = run->watch,
        .slot = run->slot,
        .outbox = run->outbox,
        .before = run->before,
        .stall_timeout = fg_clock_seconds(run->config.camera.stall_timeout),
    };
    fg_health_begin(&run->health, fg_clock_monotonic());
    fg_log(FG_LOG_INFO, "facegate " FG_VERSION " runs: %s -> %s", run->config.camera.source,
           run->config.delivery.backend_url);
    return 0;
}

/* Takes the encodings if there are others, from the next frame on. */
static void reload_encodings(fg_run *run, bool asked, int64_t now)
{
    if (asked) {
        fg_gallery_reload_ask(run->reload);
    }
    fg_gallery *gallery = fg_gallery_reload_step(run->reload, now);
    if (gallery != NULL) {
        fg_recognition_thread_set_gallery(run->watch, gallery);
    }
}

/* Until a signal says stop (true) or the source is through (false). */
static bool wait_for_end(fg_run *run)
{
    enum { SIGNALS, ENDED, LOADED, CAMERA, CHANGED, COUNT };
    struct pollfd ready[COUNT] = {
        [SIGNALS] = {.fd = run->signals_fd, .events = POLLIN},
        [ENDED] = {.fd = fg_recognition_thread_ended_fd(run->watch), .events = POLLIN},
        [LOADED] = {.fd = fg_gallery_reload_loaded_fd(run->reload), .events = POLLIN},
        [CAMERA] = {.fd = fg_camera_changed_fd(run->camera), .events = POLLIN},
        [CHANGED] = {.events = POLLIN},
    };
    int64_t now = fg_clock_monotonic();
    int64_t next_tick = now + FG_NS_PER_S;

    for (;;) {
        bool stop = false;
        bool reload = false;
        int64_t due = fg_gallery_reload_due(run->reload);
        int64_t next = due < next_tick ? due : next_tick;
        int64_t left = (next - now + FG_NS_PER_MS - 1) / FG_NS_PER_MS;
        ready[CHANGED].fd = fg_gallery_reload_changed_fd(run->reload);
        int count = poll(ready, COUNT, left > 0 ? (int)left : 0);
        now = fg_clock_monotonic();
        if (count > 0 && ready[SIGNALS].revents != 0) {
            fg_signals_read(&stop, &reload);
        }
        if (stop) {
            return true;
        }
        reload_encodings(run, reload, now);
        if (count > 0 && ready[ENDED].revents != 0) {
            return false;
        }
        if (count > 0 && ready[CAMERA].revents != 0) {
            fg_health_camera_changed(&run->health, now);
        }
        if (now >= next_tick) {
            next_tick = now + FG_NS_PER_S;
            fg_health_tick(&run->health, now);
        }
    }
}

/* Left to right. A source that came to its end has its last frames judged; a stop that was reported
 * does not wait for them. */
static int stop_run(fg_run *run, bool reported)
{
    char text[FG_HEALTH_TEXT];
    fg_error error;
    fg_ledger ledger = {0};

    fg_systemd_notify_stopping();
    if (reported) {
        fg_log(FG_LOG_INFO, "Stopping");
        fg_slot_close(run->slot);
    }
    bool stuck = fg_camera_stop(run->camera) != 0;
    if (stuck) {
        fg_camera_describe(run->camera, &error);
        fg_log(FG_LOG_ERROR, "%s", error.text);
        fg_systemd_notify_status(error.text);
    }
    fg_recognition_thread_join(run->watch);
    run->watching = false;
    fg_sender_stop(run->sender, run->config.delivery.drain_timeout);

    fg_health_count(&run->health, text);
    fg_log(FG_LOG_INFO, "Stopped: %s", text);
    bool failed = fg_camera_failed(run->camera, &error);
    if (failed) {
        fg_log(FG_LOG_ERROR, "%s", error.text);
    }
    if (fg_outbox_ledger(run->outbox, &ledger, &error) != 0) {
        fg_log(FG_LOG_ERROR, "%s", error.text);
        return FG_EXIT_FAILED;
    }
    bool all_sent = ledger.waiting == 0 && ledger.set_aside == 0 &&
                    ledger.dropped == run->before.dropped &&
                    fg_recognition_thread_count(run->watch).lost == 0;
    if (run->images && !all_sent) {
        fg_log(FG_LOG_ERROR,
               "Not every event was delivered. What is left, if anything, is in %s: \"facegate run "
               "--outbox\" with it sends it, \"facegate outbox --outbox\" shows it",
               fg_outbox_path(run->outbox));
    }
    return failed || stuck || (run->images && !all_sent) ? FG_EXIT_FAILED : FG_EXIT_DONE;
}

static void close_run(fg_run *run)
{
    fg_ledger ledger = {0};
    bool stuck = fg_camera_free(run->camera) != NULL;
    if (run->watching) {
        fg_slot_close(run->slot);
        fg_recognition_thread_join(run->watch);
    }
    run->sender = fg_sender_free(run->sender);
    fg_recognition_thread_free(run->watch);
    fg_debug_close(run->debug);
    if (!stuck) {
        fg_slot_free(run->slot);
    }
    if (run->private_outbox && run->outbox != NULL &&
        fg_outbox_ledger(run->outbox, &ledger, NULL) == 0 &&
        ledger.waiting + ledger.set_aside == 0) {
        fg_outbox_remove(run->outbox);
    } else {
        fg_outbox_free(run->outbox);
    }
    if (run->has_curl) {
        curl_global_cleanup();
    }
    fg_gallery_free(run->gallery);
    fg_gallery_reload_free(run->reload);
    fg_engine_free(run->engine);
}

static int run_command(int argc, char **argv)
{
    static fg_run run;
    fg_error error;
    int first = 0;
    int result = fg_cli_parse(&fg_command_run, argc, argv, &run.config, &first);
    if (result != 0) {
        return result;
    }
    if (first != argc) {
        return fg_cli_usage(&fg_command_run, "it takes no arguments, only options");
    }
    if (fps != NULL && (fg_config_set(&run.config, "camera", "fps", fps, "--fps", &error) != 0 ||
                        fg_config_check(&run.config, &error) != 0)) {
        return fg_cli_fail(FG_EXIT_USAGE, "%s", error.text);
    }
    run.images = fg_camera_is_images(run.config.camera.source);
    if (loop && !run.images) {
        return fg_cli_usage(&fg_command_run, "--loop goes with --source images:PATH");
    }
    result = fg_debug_open(&debugging, &run.debug, &error);
    if (result != 0) {
        return fg_cli_fail(result == -EINVAL ? FG_EXIT_USAGE : FG_EXIT_FAILED, "%s", error.text);
    }
    result = open_run(&run);
    if (result == 0) {
        result = start_run(&run);
    }
    if (result == 0) {
        bool reported = wait_for_end(&run);
        result = stop_run(&run, reported);
    }
    close_run(&run);
    return result;
}

const fg_command fg_command_run = {
    .name = "run",
    .arguments = "[OPTION...]",
    .summary = "Watches the door: the daemon, in the foreground too",
    .details = "SIGTERM and Ctrl-C end it. Changed encodings are taken within a second, and on "
               "SIGHUP. A run over images ends by itself, with 0 if every event was delivered.\n\n"
               "A camera that is not there, busy, lost or silent is waited for and tried again, "
               "after 1 s at first and after a minute at last. One whose driver hangs for 20 s "
               "needs a new process: the watchdog is no longer fed, so that systemd starts one. A "
               "stop leaves such a driver alone after 5 s, and exits 1.\n\n"
               "--trace, --record and --annotate write down who is seen, pictures included, for as "
               "long as the run lasts. The watching waits until each frame is written, so that "
               "more frames may be passed over. The files are for their owner alone, and removing "
               "them is up to you.",
    .run = run_command,
    .options = options,
};
