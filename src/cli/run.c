/* `facegate run`: takes the options, runs the daemon, and says by the exit code how that went. */
#include "run.h"

#include "common/options.h"
#include "facegate/base/camera_source.h"
#include "facegate/base/log.h"
#include "facegate/camera/camera.h"
#include "facegate/daemon/daemon.h"

#include <errno.h>

static bool loop;
static const char *fps;
static const char *outbox;
static fg_debug_options debugging;

static const fg_option run_options[] = {
    {.name = "source",
     .argument = "SPEC",
     .section = "camera",
     .key = "source",
     .help = FG_CAMERA_SOURCE_FORMS " (a JPEG, a folder, a quoted pattern)"},
    FG_OPTION_BACKEND_URL,
    {.name = "send-interval",
     .argument = "S",
     .section = "delivery",
     .key = "send_interval",
     .help = "minimum time between two events for the same person, in seconds, 0.1 to 3600"},
    {.name = "outbox",
     .argument = "FILE",
     .text = &outbox,
     .section = "delivery",
     .key = "outbox",
     .help = "the database of waiting events"},
    {.name = "fps",
     .argument = "N",
     .text = &fps,
     .section = "camera",
     .key = "fps",
     .help = "frames per second, 1 to 120; images then arrive at that rate, like a camera's"},
    {.name = "loop", .flag = &loop, .help = "start again at the first image after the last"},
    {.name = "trace",
     .argument = "FILE",
     .text = &debugging.trace,
     .help = "for debugging: write a line of JSON for every frame, with tracks, quality, distances "
             "and decisions; FILE must be new, or - for standard output"},
    {.name = "record",
     .argument = "DIR",
     .text = &debugging.record,
     .help = "for debugging: write every frame as a JPEG to this folder; --source images:DIR plays "
             "them again"},
    {.name = "annotate",
     .argument = "DIR",
     .text = &debugging.annotate,
     .help = "for debugging: write every frame as an SVG to this folder, with boxes, names, "
             "distances and states; open them in a browser"},
};

static const fg_option *options(size_t *ret_count)
{
    *ret_count = sizeof(run_options) / sizeof(run_options[0]);
    return run_options;
}

/* Two options go into the configuration as well as being looked at here. */
static int take_options(fg_config *config, fg_error *error)
{
    int result = 0;
    if (outbox != NULL) {
        result = fg_config_set(config, "delivery", "outbox", outbox, "--outbox", error);
    }
    if (result == 0 && fps != NULL) {
        result = fg_config_set(config, "camera", "fps", fps, "--fps", error);
    }
    return result == 0 && fps != NULL ? fg_config_check(config, error) : result;
}

/* What may pass by itself is worth another start; the rest needs a person. */
static int code_of_load(int result)
{
    bool passes = result == -ENOMEM || result == -EIO || result == -EMFILE || result == -ENFILE;
    return passes ? FG_EXIT_FAILED : FG_EXIT_CONFIG;
}

static int run_daemon(fg_daemon *daemon)
{
    fg_error error;
    int result = fg_daemon_load(daemon, &error);
    if (result != 0) {
        fg_log(FG_LOG_ERROR, "%s", error.text);
        return code_of_load(result);
    }
    if (fg_daemon_open(daemon, &error) != 0 || fg_daemon_start(daemon, &error) != 0) {
        fg_log(FG_LOG_ERROR, "%s", error.text);
        return FG_EXIT_FAILED;
    }
    bool at_once = fg_daemon_wait(daemon);
    return fg_daemon_stop(daemon, at_once) == 0 ? FG_EXIT_DONE : FG_EXIT_FAILED;
}

static int run(int argc, char **argv)
{
    static fg_config config;
    fg_daemon *daemon = NULL;
    fg_error error;
    int first = 0;
    int result = fg_cli_parse(&fg_command_run, argc, argv, &config, &first);
    if (result != 0) {
        return result;
    }
    if (first != argc) {
        return fg_cli_usage(&fg_command_run, "unexpected argument \"%s\"", argv[first]);
    }
    if (take_options(&config, &error) != 0) {
        return fg_cli_fail(FG_EXIT_USAGE, "%s", error.text);
    }
    if (loop && !fg_camera_is_images(config.camera.source)) {
        return fg_cli_usage(&fg_command_run, "--loop works with --source images:PATH only");
    }
    const fg_daemon_options daemon_options = {
        .loop = loop, .paced = fps != NULL, .outbox_given = outbox != NULL, .debug = debugging};
    result = fg_daemon_create(&config, &daemon_options, &daemon, &error);
    if (result != 0) {
        return fg_cli_fail(result == -EINVAL ? FG_EXIT_USAGE : FG_EXIT_FAILED, "%s", error.text);
    }
    result = run_daemon(daemon);
    fg_daemon_free(daemon);
    return result;
}

const fg_command fg_command_run = {
    .name = "run",
    .arguments = "[OPTION...]",
    .summary = "Runs the daemon in the foreground",
    .details =
        "SIGTERM and Ctrl-C stop it. It reads changed encodings within about a second, and "
        "at once on SIGHUP. A run over images ends by itself, with exit code 0 if every "
        "event was delivered.\n"
        "\n"
        "If the liveness model is installed, most photographs of enrolled people are refused. "
        "The first lines say whether it is.\n"
        "\n"
        "If the camera is missing, busy, lost or silent, the daemon tries again: after one "
        "second at first, after a minute at most. If the camera's driver hangs for 20 "
        "seconds, the daemon stops feeding the watchdog, and systemd restarts it. When you "
        "stop the daemon, it leaves a hanging driver after 5 seconds and exits with 1.\n"
        "\n"
        "--trace, --record and --annotate write down everybody who is seen, with pictures, "
        "for as long as the run lasts. Recognition waits until each frame is written, so it "
        "may skip more frames. Only the owner can read the files. Remove them yourself.",
    .run = run,
    .options = options,
};
