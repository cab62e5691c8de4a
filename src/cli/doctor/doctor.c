/* `facegate doctor`: every check, one after the other. */
#include "doctor/doctor.h"

#include "doctor/check_backend.h"
#include "doctor/check_board.h"
#include "doctor/check_camera.h"
#include "doctor/check_clock.h"
#include "doctor/check_config.h"
#include "doctor/check_liveness.h"
#include "doctor/check_models.h"
#include "doctor/check_outbox.h"
#include "doctor/check_permissions.h"
#include "doctor/check_service.h"
#include "doctor/checkup.h"
#include "facegate/base/camera_source.h"
#include "facegate/base/log.h"
#include "facegate/clock.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/timex.h>
#include <unistd.h>

static bool as_json;

static const fg_option doctor_options[] = {
    {.name = "json", .flag = &as_json, .help = "print one JSON object instead of lines"},
    {.name = "source",
     .argument = "SPEC",
     .section = "camera",
     .key = "source",
     .help = FG_CAMERA_SOURCE_FORMS},
    FG_OPTION_BACKEND_URL,
    {.name = "outbox",
     .argument = "FILE",
     .section = "delivery",
     .key = "outbox",
     .help = "the database of waiting events"},
};

static const fg_option *options(size_t *ret_count)
{
    *ret_count = sizeof(doctor_options) / sizeof(doctor_options[0]);
    return doctor_options;
}

static void check_clock(fg_checkup *checkup)
{
    struct timex kernel = {.modes = 0};
    fg_kernel_clock clock = {.state = adjtimex(&kernel), .realtime = fg_clock_realtime()};
    clock.status = kernel.status;
    fg_check_clock(checkup, "", &clock);
    fg_check_zone(checkup);
}

/* The service first: a camera that it has is not broken. */
static void check_all(fg_checkup *checkup, const fg_config *config, const fg_error *fault)
{
    bool broken = fault->text[0] != '\0';
    fg_check_config(checkup, config, fg_cli_config_path(), fault->text, fg_cli_is_verbose());
    bool runs = fg_check_service(checkup);
    fg_check_models(checkup, config);
    fg_check_liveness(checkup, config);
    bool for_service = strcmp(fg_cli_config_path(), FG_CONFIG_FILE) == 0;
    fg_check_encodings(checkup, config, for_service);
    fg_check_permissions(checkup, config, for_service);
    fg_check_camera(checkup, config, runs, FG_CHECK_CAMERA_PATIENCE);
    fg_check_outbox(checkup, config);
    fg_check_backend(checkup, config, broken);
    check_clock(checkup);
    fg_check_board(checkup, "");
    fg_check_memory(checkup, "", runs);
    fg_check_swap(checkup, "");
    fg_check_space(checkup, config);
    fg_checkup_progress(NULL);
}

/* A narrow terminal's own, else what fits everywhere. */
static int find_width(void)
{
    struct winsize window;
    bool narrow =
        ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col >= 50 && window.ws_col < 80;
    return narrow ? window.ws_col : 80;
}

static int print(const fg_checkup *checkup)
{
    if (!as_json) {
        fg_checkup_print(checkup, find_width(), stdout);
    } else if (fg_checkup_print_json(checkup, stdout) != 0) {
        return fg_cli_fail(FG_EXIT_FAILED, "not enough memory");
    }
    return fg_checkup_count(checkup, FG_VERDICT_ERROR) == 0 ? FG_EXIT_DONE : FG_EXIT_FAILED;
}

static int run(int argc, char **argv)
{
    static fg_config config;
    fg_error fault;
    int first = 0;
    int result = fg_cli_parse_anyway(&fg_command_doctor, argc, argv, &config, &first, &fault);
    if (result != 0) {
        return result;
    }
    if (first != argc) {
        return fg_cli_usage(&fg_command_doctor, "unexpected argument \"%s\"", argv[first]);
    }
    fg_checkup *checkup = fg_checkup_create();
    if (checkup == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        fg_checkup_free(checkup);
        return fg_cli_fail(FG_EXIT_FAILED, "not enough memory");
    }
    if (!fg_cli_is_verbose()) {
        fg_log_silence();
    }
    check_all(checkup, &config, &fault);
    result = print(checkup);
    if (fg_check_camera_hangs()) {
        fflush(stdout);
        _exit(result);
    }
    fg_checkup_free(checkup);
    curl_global_cleanup();
    return result;
}

const fg_command fg_command_doctor = {
    .name = "doctor",
    .arguments = "[OPTION...]",
    .summary = "Checks everything a door needs, and says what to fix",
    .details =
        "Each line has a verdict, the check, and what was found. If something is not right, the "
        "next line has the fix. The verdicts are ok, n/a (not applicable), skipped (another check "
        "must pass first), warning and error. Nothing is posted to the backend. It takes a few "
        "seconds. It exits with 1 if there is an error, and with 0 if there are only warnings.\n"
        "\n"
        "With sudo it can check what belongs to the service. With --verbose it lists every key of "
        "the configuration, otherwise only those that are not at their default.\n"
        "\n"
        "--json prints {\"verdict\", \"checks\": [{\"check\", \"verdict\", \"text\", \"fix\"}]}. "
        "\"fix\" is left out if there is none. A config.value also has \"key\", \"value\" (empty "
        "if not set) and \"origin\". The first verdict is the worst of all: error, warning or ok.",
    .run = run,
    .options = options,
};
