/*
 * The units, as systemd tells of them over D-Bus. Source: org.freedesktop.systemd1(5),
 * sd_booted(3).
 */
#include "doctor/check_service.h"

#include "facegate/clock.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-daemon.h>

#define MANAGER   "org.freedesktop.systemd1"
#define UNIT      MANAGER ".Unit"
#define SERVICE   MANAGER ".Service"
#define PATIENCE  2000000 /* microseconds for an answer */
#define WORD_SIZE 32

typedef struct unit {
    char load[WORD_SIZE], active[WORD_SIZE], sub[WORD_SIZE], file[WORD_SIZE], result[WORD_SIZE];
    uint64_t changed; /* microseconds of CLOCK_REALTIME */
    int32_t exit_code;
} unit;

static int read_word(sd_bus *bus, const char *path, const char *interface, const char *name,
                     char ret_word[WORD_SIZE])
{
    char *text = NULL;
    int result = sd_bus_get_property_string(bus, MANAGER, path, interface, name, NULL, &text);
    if (result >= 0) {
        snprintf(ret_word, WORD_SIZE, "%s", text);
    }
    free(text);
    return result;
}

static int read_unit(sd_bus *bus, const char *name, bool service, unit *ret_unit)
{
    char *path = NULL;
    int result = sd_bus_path_encode("/org/freedesktop/systemd1/unit", name, &path);
    *ret_unit = (unit){0};
    if (result >= 0) {
        result = read_word(bus, path, UNIT, "LoadState", ret_unit->load);
    }
    if (result >= 0) {
        result = read_word(bus, path, UNIT, "ActiveState", ret_unit->active);
    }
    if (result >= 0) {
        result = read_word(bus, path, UNIT, "SubState", ret_unit->sub);
    }
    if (result >= 0) {
        result = read_word(bus, path, UNIT, "UnitFileState", ret_unit->file);
    }
    if (result >= 0) {
        result = sd_bus_get_property_trivial(bus, MANAGER, path, UNIT, "StateChangeTimestamp", NULL,
                                             't', &ret_unit->changed);
    }
    if (result >= 0 && service) {
        result = read_word(bus, path, SERVICE, "Result", ret_unit->result);
    }
    if (result >= 0 && service) {
        result = sd_bus_get_property_trivial(bus, MANAGER, path, SERVICE, "ExecMainStatus", NULL,
                                             'i', &ret_unit->exit_code);
    }
    free(path);
    return result;
}

/* systemd says "enabled-runtime", "static" and more; these are those that come back at a boot. */
static bool is_enabled(const unit *of)
{
    return strncmp(of->file, "enabled", 7) == 0 || strcmp(of->file, "static") == 0 ||
           strcmp(of->file, "alias") == 0;
}

static bool is(const char *word, const char *wanted)
{
    return strcmp(word, wanted) == 0;
}

static void say_service(fg_checkup *checkup, const unit *of)
{
    static const char check[] = "service.daemon";
    char since[32] = "";
    if (of->changed > 0 && of->changed < INT64_MAX / 1000) {
        fg_clock_format((int64_t)of->changed * 1000, since);
    }
    bool again = is(of->active, "activating") && is(of->sub, "auto-restart");
    if (is(of->active, "active") || is(of->active, "reloading")) {
        fg_checkup_say(checkup, check, is_enabled(of) ? FG_VERDICT_OK : FG_VERDICT_WARNING,
                       "running since %s%s", since,
                       is_enabled(of) ? "" : ", but it does not start at boot");
        if (!is_enabled(of)) {
            fg_checkup_fix(checkup, "\"sudo systemctl enable facegate.path facegate.service\"");
        }
    } else if (is(of->active, "failed") || again) {
        fg_checkup_say(
            checkup, check, FG_VERDICT_ERROR, "%s since %s: %s, exit code %d%s",
            again ? "restarting again and again" : "failed", since, of->result, of->exit_code,
            of->exit_code == FG_EXIT_CONFIG ? " (configuration, models or encodings cannot be used)"
                                            : "");
        fg_checkup_fix(checkup, "see \"journalctl -u facegate -n 30\", fix the cause, then \"sudo "
                                "systemctl restart facegate\"");
    } else if (is(of->active, "activating") || is(of->active, "deactivating")) {
        fg_checkup_say(checkup, check, FG_VERDICT_OK, "%s since %s", of->active, since);
    } else {
        fg_checkup_say(checkup, check, FG_VERDICT_WARNING, "not running%s",
                       is_enabled(of) ? "" : ", and it does not start at boot");
        fg_checkup_fix(checkup, is_enabled(of) ? "\"sudo systemctl start facegate\""
                                               : "\"sudo systemctl enable --now facegate.path "
                                                 "facegate.service\"");
    }
}

static void say_path(fg_checkup *checkup, const unit *of)
{
    static const char check[] = "service.path";
    if (is(of->load, "not-found")) {
        fg_checkup_say(checkup, check, FG_VERDICT_WARNING, "facegate.path is not installed");
        fg_checkup_fix(checkup, "\"sudo cmake --install build/release\", then \"sudo systemctl "
                                "daemon-reload\"");
    } else if (is(of->active, "active") && is_enabled(of)) {
        fg_checkup_say(checkup, check, FG_VERDICT_OK,
                       "starts the daemon when somebody is enrolled");
    } else {
        fg_checkup_say(checkup, check, FG_VERDICT_WARNING,
                       "facegate.path is %s: an enrolment does not start the daemon",
                       is(of->active, "active") ? "not enabled" : "off");
        fg_checkup_fix(checkup, "\"sudo systemctl enable --now facegate.path\"");
    }
}

static void say_silence(fg_checkup *checkup, int result)
{
    fg_checkup_say(checkup, "service.daemon", FG_VERDICT_NOT_CHECKED,
                   "not checked: systemd does not answer (%s)", strerror(-result));
    fg_checkup_fix(checkup, "\"systemctl status facegate\"");
}

bool fg_check_service_units(fg_checkup *checkup, void *bus)
{
    unit daemon, path;
    int result = read_unit(bus, "facegate.service", true, &daemon);
    if (result >= 0) {
        result = read_unit(bus, "facegate.path", false, &path);
    }
    if (result < 0) {
        say_silence(checkup, result);
        return false;
    }
    if (is(daemon.load, "not-found")) {
        fg_checkup_say(checkup, "service.daemon", FG_VERDICT_WARNING,
                       "facegate.service is not installed");
        fg_checkup_fix(checkup, "\"sudo cmake --install build/release\", then \"sudo systemctl "
                                "daemon-reload\"");
        return false;
    }
    say_service(checkup, &daemon);
    say_path(checkup, &path);
    return is(daemon.active, "active") || is(daemon.active, "reloading");
}

bool fg_check_service(fg_checkup *checkup)
{
    sd_bus *bus = NULL;
    if (sd_booted() <= 0) {
        fg_checkup_say(checkup, "service.daemon", FG_VERDICT_NOT_APPLICABLE,
                       "this machine does not run systemd");
        return false;
    }
    int result = sd_bus_open_system(&bus);
    if (result < 0) {
        say_silence(checkup, result);
        return false;
    }
    sd_bus_set_method_call_timeout(bus, PATIENCE);
    bool runs = fg_check_service_units(checkup, bus);
    sd_bus_flush_close_unref(bus);
    return runs;
}
