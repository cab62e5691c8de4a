#include "doctor/doctor.h"

#include "common/options.h"
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
    {.name = "json", .flag = &as_json, .help = "one JSON object instead of lines"},
    {.name = "source",
     .argument = "SPEC",
     .section = "camera",
     .key = "source",
     .help = "auto, libcamera:ID, or images:PATH"},
    FG_OPTION_BACKEND_URL,
    {.name = "outbox",
     .argument = "FILE",
     .section = "delivery",
     .key = "outbox",
     .help = "the database in which events wait"},
};

static const fg_option *options(size_t *ret_count)
{
    *ret_count = sizeof(doctor_options) / sizeof(doctor_options[0]);
    return doctor_options;
}

const char *fg_doctor_call(const fg_config *config, const char *command, unsigned options,
                           char ret_text[FG_DOCTOR_CALL])
{
    FILE *output = fmemopen(ret_text, FG_DOCTOR_CALL, "w");
    snprintf(ret_text, FG_DOCTOR_CALL, "facegate %s", command);
    if (output != NULL) {
        fg_command_line_put(output, config, fg_cli_config_path(), command, options);
        fclose(output);
        ret_text[FG_DOCTOR_CALL - 1] = '\0';
    }
    return ret_text;
}

static void check_clock(fg_checkup *checkup)
{
    struct timex kernel = {.modes = 0};
    fg_clock_check look = {.state = adjtimex(&kernel), .realtime = fg_clock_realtime()};
    look.status = kernel.status;
    fg_doctor_clock(checkup, "", &look);
    fg_doctor_zone(checkup);
}

/* The service first: a camera that it has is not broken. */
static void check_all(fg_checkup *checkup, const fg_config *config, const fg_error *fault)
{
    bool broken = fault->text[0] != '\0';
    fg_doctor_config(checkup, config, fg_cli_config_path(), fault->text, fg_cli_is_verbose());
    bool runs = fg_doctor_service(checkup);
    fg_doctor_models(checkup, config);
    bool for_service = strcmp(fg_cli_config_path(), FG_CONFIG_FILE) == 0;
    fg_doctor_encodings(checkup, config, for_service);
    fg_doctor_rights(checkup, config, for_service);
    fg_doctor_camera(checkup, config, runs, FG_DOCTOR_PATIENCE);
    fg_doctor_outbox(checkup, config);
    fg_doctor_backend(checkup, config, broken);
    check_clock(checkup);
    fg_doctor_board(checkup, "");
    fg_doctor_memory(checkup, "", runs);
    fg_doctor_swap(checkup, "");
    fg_doctor_space(checkup, config);
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
    return fg_checkup_count(checkup, FG_VERDICT_WRONG) == 0 ? FG_EXIT_DONE : FG_EXIT_FAILED;
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
        return fg_cli_usage(&fg_command_doctor, "it takes no arguments, only options");
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
    if (fg_doctor_camera_hangs()) {
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
    .summary = "Checks everything the door needs, and says how to fix what is not right",
    .details =
        "Each line is a verdict, what was checked, and what was found; under what is not good "
        "stands what fixes it. The verdicts are ok, n/a (not applicable here), skipped (something "
        "else has to be right first), warning and wrong. Nothing is posted to the backend. It "
        "takes a few seconds. It exits 1 if anything is wrong; warnings alone are 0.\n\n"
        "With sudo it sees what belongs to the service; with --verbose it lists every key of the "
        "configuration, else those that are not at their default.\n\n"
        "--json is {\"verdict\", \"checks\": [{\"check\", \"verdict\", \"text\", "
        "\"fix\"}]}, where only what has a fix has that key; each config.value "
        "has \"key\", \"value\" (\"\" for none) and \"origin\" too. The first verdict is that of "
        "all: "
        "wrong, warning or ok.",
    .run = run,
    .options = options,
};
