/* Whether the backend answers as the contract says. */
#include "doctor/check_backend.h"

#include "common/options.h"
#include "facegate/daemon/backend_options.h"
#include "facegate/delivery/backend_probe.h"

#include <curl/curl.h>
#include <string.h>

typedef struct origin_of {
    const char *key;
    bool standard;
} origin_of;

static void find_origin(void *context, const fg_config_item *item)
{
    origin_of *wanted = context;
    if (strcmp(item->key, wanted->key) == 0) {
        wanted->standard = strcmp(item->origin, "default") == 0;
    }
}

/* A default address would only be taken for what the broken file meant to say. */
static bool is_known(const fg_config *config, bool config_broken)
{
    origin_of url = {.key = "backend_url", .standard = true};
    fg_config_each(config, find_origin, &url);
    return !config_broken || !url.standard;
}

static const char *const checks[FG_PROBE_STEPS] = {"backend.name", "backend.connect", "backend.tls",
                                                   "backend.contract"};

static void skip_from(fg_checkup *checkup, int step, const char *why)
{
    for (int i = step; i < FG_PROBE_STEPS; i++) {
        fg_checkup_say(checkup, checks[i], FG_VERDICT_NOT_CHECKED, "not checked: %s", why);
    }
}

static void say_findings(fg_checkup *checkup, const fg_probe_finding *findings)
{
    static const char *const missing[FG_PROBE_STEPS] = {
        "its name cannot be resolved", "no connection", "the TLS check failed", ""};
    static const enum fg_verdict verdicts[] = {
        [FG_PROBE_PASSED] = FG_VERDICT_OK,
        [FG_PROBE_FAILED] = FG_VERDICT_ERROR,
        [FG_PROBE_NOT_NEEDED] = FG_VERDICT_NOT_APPLICABLE,
    };
    for (int i = 0; i < FG_PROBE_STEPS; i++) {
        fg_checkup_say(checkup, checks[i], verdicts[findings[i].state], "%s",
                       findings[i].text.text);
        if (findings[i].state == FG_PROBE_FAILED) {
            fg_checkup_fix(checkup, "%s", findings[i].fix.text);
            skip_from(checkup, i + 1, missing[i]);
            return;
        }
    }
}

void fg_check_backend(fg_checkup *checkup, const fg_config *config, bool config_broken)
{
    fg_error error;
    fg_probe_finding findings[FG_PROBE_STEPS];
    fg_backend_options options = fg_backend_options_of(config);
    if (!is_known(config, config_broken)) {
        skip_from(checkup, 0, "the configuration is broken");
        return;
    }
    if (fg_backend_check_options(&options, &error) != 0) {
        fg_checkup_say(checkup, "backend.options", FG_VERDICT_ERROR, "%s", error.text);
        fg_checkup_fix(checkup, "fix it in [delivery]; until then the daemon does not start");
        skip_from(checkup, 0, "the backend's options cannot be used");
        return;
    }
    fg_checkup_progress("checking the backend ...");
    if (fg_backend_probe(&options, findings, &error) != 0) {
        fg_checkup_say(checkup, "backend.options", FG_VERDICT_ERROR, "%s", error.text);
        skip_from(checkup, 0, "the backend could not be checked");
        return;
    }
    say_findings(checkup, findings);
}
